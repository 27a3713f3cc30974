"""The server as a process, which can be killed with or without its workers, and started anew."""

from __future__ import annotations

import http.client
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from benchmarks.load.estate import Estate

PATIENCE_S = 120.0
_SPAWNED = b"--multiprocessing-fork"  # how Python starts a process of a pool


class House:
    """A server that runs from `start` to `stop`."""

    def __init__(self, estate: Estate, log: Path) -> None:
        self.is_up = False
        self._estate, self._log = estate, log
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and wait until it says that it can work. Raises OSError."""
        command = [sys.executable, "-m", "reelprint", "serve"]
        environment = {**os.environ, "REELPRINT_HOME": str(self._estate.home)}
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                command, env=environment, stdout=log, stderr=log, start_new_session=True
            )
        give_up = time.monotonic() + PATIENCE_S
        while not _answers(self._estate.port):
            if self._process.poll() is not None or time.monotonic() > give_up:
                raise OSError(f"the server does not answer: {self._log.read_text()[-2000:]}")
            time.sleep(0.05)
        self.is_up = True

    def kill(self) -> None:
        """End the server alone, without a word."""
        self.is_up = False
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def workers(self) -> list[int]:
        """The processes that do jobs, the one that has done most first."""
        if self._process is None:
            return []
        found = [one for one in _children(self._process.pid) if _is_worker(one)]
        return sorted(found, key=_processor_ticks, reverse=True)

    def stop(self) -> None:
        """End it in order, and wait for that."""
        self.is_up = False
        if self._process is None:
            return
        left = _family(self._process.pid)
        self._process.terminate()
        try:
            self._process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
        for one in left:
            with suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _processor_ticks(process: int) -> int:
    """What it and its own have used; 0 when it is gone."""
    with suppress(OSError):
        said = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return sum(map(int, said[11:15]))
    return 0


def _is_worker(process: int) -> bool:
    """Whether it is of the server's own, not what those start to decode in."""
    with suppress(OSError):
        return _SPAWNED in Path(f"/proc/{process}/cmdline").read_bytes()
    return False


def _children(process: int) -> list[int]:
    found = list[int]()
    with suppress(OSError):
        for task in Path(f"/proc/{process}/task").iterdir():
            found += map(int, (task / "children").read_text(encoding="ascii").split())
    return found


def _family(process: int) -> list[int]:
    """All that came of a process, and are there."""
    return [one for child in _children(process) for one in (child, *_family(child))]
