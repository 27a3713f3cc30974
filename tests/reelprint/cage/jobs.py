"""What a decoder might do that was taken over by the file it reads, and what a sound one does."""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from io import BufferedReader
from pathlib import Path

import numpy as np

from media.clip import Unreadable
from media.source import open_regular
from reelprint.cage import caged
from reelprint.cage.keeper import Asked
from reelprint.cage.limits import GIB, Limits
from reelprint.cage.parcel import Parcel
from reelprint.describing import encode

seen: list[str] = []


def sound(file: BufferedReader, asked: Asked) -> Parcel:
    """Its bytes, what was asked, and what other files left behind: nothing."""
    seen.append("one")
    data = np.frombuffer(file.read(), np.uint8)
    return Parcel({"asked": dict(asked), "seen": len(seen)}, [data, np.arange(3.0)])


def crash(file: BufferedReader, asked: Asked) -> Parcel:
    """A null pointer is followed."""
    ctypes.string_at(0)
    return Parcel({})


def encode_or_crash(file: BufferedReader, asked: Asked) -> Parcel:
    """How a file was encoded; but one that says so finds a hole in the demuxer."""
    return crash(file, asked) if file.peek().startswith(b"crash") else encode(file, asked)


def abort(file: BufferedReader, asked: Asked) -> Parcel:
    """As C libraries do that find themselves damaged."""
    os.abort()


def leave(file: BufferedReader, asked: Asked) -> Parcel:
    """The process ends without a word."""
    os._exit(0)


def grow(file: BufferedReader, asked: Asked) -> Parcel:
    """Memory without bound."""
    kept = []
    while True:
        kept.append(np.ones(1 << 20))


def spin(file: BufferedReader, asked: Asked) -> Parcel:
    """A loop that does not end."""
    while True:
        pass


def sleep(file: BufferedReader, asked: Asked) -> Parcel:
    """Nothing, for long."""
    time.sleep(600)
    return Parcel({})


def pour(file: BufferedReader, asked: Asked) -> Parcel:
    """Output without end, into whatever is open."""
    while True:
        for descriptor in range(3, 64):
            with suppress(OSError):
                os.write(descriptor, bytes(1 << 16))


def lie(file: BufferedReader, asked: Asked) -> Parcel:
    """An answer that is none."""
    for descriptor in range(3, 64):
        with suppress(OSError):
            os.write(descriptor, b"cposix\nsystem\n(S'true'\ntR.")
    os._exit(0)


def give_up(file: BufferedReader, asked: Asked) -> Parcel:
    """A file that is no media, in words that speak to a terminal."""
    raise Unreadable("not media \x1b[2J")


# Each of these does what it names and returns, if it may.


def connect(file: BufferedReader, asked: Asked) -> Parcel:
    """Speak to a port of this machine."""
    socket.create_connection(("127.0.0.1", asked["port"]), 1).close()
    return Parcel({})


def write(file: BufferedReader, asked: Asked) -> Parcel:
    """Make a file."""
    Path(asked["path"]).write_text("here", encoding="ascii")
    return Parcel({})


def append(file: BufferedReader, asked: Asked) -> Parcel:
    """Change the very file that is read."""
    os.write(file.fileno(), b"more")
    return Parcel({})


def look_around(file: BufferedReader, asked: Asked) -> Parcel:
    """Read another file."""
    return Parcel({"read": Path(asked["path"]).read_text(encoding="utf-8")})


def list_folder(file: BufferedReader, asked: Asked) -> Parcel:
    """See what files there are."""
    return Parcel({"read": os.listdir(asked["path"])})


def fork(file: BufferedReader, asked: Asked) -> Parcel:
    """Start processes."""
    if os.fork() == 0:
        os._exit(0)
    return Parcel({})


def thread(file: BufferedReader, asked: Asked) -> Parcel:
    """Start a thread."""
    threading.Thread(target=time.sleep, args=[0]).start()
    return Parcel({})


def execute(file: BufferedReader, asked: Asked) -> Parcel:
    """Become another program."""
    os.execv(sys.executable, [sys.executable, "-c", "pass"])


def start(file: BufferedReader, asked: Asked) -> Parcel:
    """Start another program."""
    subprocess.run(["true"], check=True)
    return Parcel({})


def end_parent(file: BufferedReader, asked: Asked) -> Parcel:
    """Signal the process that started this one, harmlessly, should it work."""
    os.kill(os.getppid(), signal.SIGCONT)
    return Parcel({})


def prepare() -> None:
    """Nothing: these need none of what reading media needs."""


def attempt(task: tuple[str, Path]) -> str:
    """In a process of the pool: what becomes of a file whose decoder does what is named."""
    name, path = task
    try:
        with open_regular(path) as file:
            limits = Limits(120, 1, GIB // 4)
            return f"read {len(caged.run(globals()[name], file, {}, limits).arrays[0])} bytes"
    except Unreadable as error:
        return str(error)
