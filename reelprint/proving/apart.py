"""Checks a package of a stranger without letting it near this process (`confined`)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from reelprint.cage.caged import ENVIRONMENT, ONE_THREAD
from reelprint.cage.limits import GIB

MOST_SAID = 16 << 20  # bytes of an answer
ROOTS = "authorities.pem"
_START = (
    "import json, runpy, sys; sys.path[:] = json.loads(sys.argv.pop(1)); "
    "runpy.run_module('reelprint.proving.confined', run_name='__main__')"
)


class TooMuch(ValueError):
    """A package cannot be checked within the limits; that says nothing about whether it holds."""


@dataclass(frozen=True, slots=True)
class Allowed:
    """What checking one package may take."""

    wall_s: float = 300.0
    memory_bytes: int = 2 * GIB


@dataclass(frozen=True, slots=True)
class Known:
    """What whoever asks knows by another route: the fingerprint of the signer, a head of the
    custody log, and certificates of time-stamp authorities in PEM. Empty: nothing."""

    signer: str = ""
    head: str = ""
    roots: bytes = b""


def verify(
    package: Path, folder: Path, known: Known | None = None, allowed: Allowed | None = None
) -> dict[str, Any]:
    """What `reelprint verify --json` says of a package; `folder` is for what is unpacked meanwhile.
    Raises TooMuch."""
    asked, most = known or Known(), allowed or Allowed()
    with TemporaryDirectory(dir=folder, prefix="verify-") as scratch:
        (Path(scratch) / ROOTS).write_bytes(asked.roots)
        words = [str(package.resolve()), asked.signer, asked.head, ROOTS, str(most.memory_bytes)]
        said, code = _run([*words, str(int(most.wall_s) + 1)], scratch, most.wall_s)
    try:
        found: dict[str, Any] = json.loads(said)
    except ValueError as error:
        raise TooMuch(
            "this package cannot be checked within the limits of this service; `reelprint verify` "
            f"checks it without ({code})"
        ) from error
    return found


def _run(words: list[str], scratch: str, wall_s: float) -> tuple[bytes, int]:
    """What a process says, and how it ended; killed when it takes too long or says too much."""
    kept = {name: os.environ[name] for name in ENVIRONMENT if name in os.environ}
    process = subprocess.Popen(
        [sys.executable, "-I", "-c", _START, json.dumps(sys.path), *words],
        env={**kept, **ONE_THREAD, "TMPDIR": scratch, "HOME": scratch},
        cwd=scratch,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    alarm = threading.Timer(wall_s, process.kill)
    alarm.start()
    try:
        with process:
            said = process.stdout.read(MOST_SAID + 1) if process.stdout else b""
            if len(said) > MOST_SAID:
                process.kill()
    finally:
        alarm.cancel()
    return said, process.returncode
