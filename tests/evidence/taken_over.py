"""What a checker might do that was taken over by the package it reads. Run in place of
`confined`: it goes the same way, up to where it would check."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from fcntl import F_SETOWN, fcntl
from pathlib import Path

from evidence.checks import Check, State, Verified
from evidence.verifying import Asked
from reelprint.cage.closing import layers
from reelprint.proving import confined

HOME = Path(__file__).parents[2]


def check(package: Path, asked: Asked) -> Verified:
    """Each thing that it tried, and `ok` if that was done; and the layers of its cage."""
    tried = [_tried(package, name, act) for name, act in ATTEMPTS.items()]
    missing = [Check("layer", "fail", f"{one.name}: {one.missing}") for one in layers]
    return Verified((*tried, *(one for one in missing if not one.detail.endswith(": None"))))


def _tried(package: Path, name: str, act: Callable[[Path], object]) -> Check:
    state: State = "ok"
    detail = ""
    try:
        detail = str(act(package))
    except (OSError, RuntimeError) as error:
        state, detail = "fail", str(error)
    return Check(name, state, detail)


def _thread(_: Path) -> None:
    threading.Thread(target=int).start()


def _beside(package: Path) -> Path:
    return package.parent.parent / "secret"


ATTEMPTS: dict[str, Callable[[Path], object]] = {
    # What it needs.
    "read the package": lambda package: package.read_bytes()[:2],
    "work in its folder": lambda _: Path("made").write_bytes(b"x") and Path("made").rename("named"),
    "load code": lambda _: __import__("colorsys") and Path(os.__file__).read_bytes()[:1],
    # And what it does not.
    "open a socket": lambda _: socket.socket(),
    "open one to this machine": lambda _: socket.socket(socket.AF_UNIX),
    "read another file": lambda package: _beside(package).read_text(),
    "read the machine's": lambda _: Path("/etc/hostname").read_text(),
    "read its parent's environment": lambda _: Path(f"/proc/{os.getppid()}/environ").read_bytes(),
    "list the folder above": lambda package: os.listdir(package.parent),
    "list where one works on the code": lambda _: os.listdir(HOME),
    "change the package": lambda package: package.open("r+b"),
    "remove the package": lambda package: package.unlink(),
    "make a file beside it": lambda package: (package.parent / "made").touch(),
    "take another file in": lambda package: os.rename(_beside(package), "taken"),
    "give another file a name here": lambda package: os.link(_beside(package), "taken"),
    "change code": lambda _: os.close(os.open(confined.__file__, os.O_WRONLY)),
    "date another file": lambda package: os.utime(_beside(package), (0, 0)),
    "let others write": lambda _: os.chmod(os.open("named", os.O_RDONLY), 0o666),
    "start a process": lambda _: os.fork() or os._exit(0),
    "start a thread": _thread,
    "run a program": lambda _: os.execv(sys.executable, [sys.executable, "-c", "pass"]),
    "signal its parent": lambda _: os.kill(os.getppid(), signal.SIGCONT),
    "have its parent signalled": lambda _: fcntl(1, F_SETOWN, os.getppid()),
}

if __name__ == "__main__":
    vars(confined)["verify"] = check
    confined.main(*sys.argv[1:])
