"""The desk itself: what all acts use, opened once for a service."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from accounts.principal import Principal
from accounts.records import Outcome
from accounts.roles import Act
from accounts.store import Accounts
from accounts.throttling import network
from jobs.queue import Queue
from reelprint.cases import FOLDER as CASES
from reelprint.desk import authorities
from reelprint.desk.errors import Full, NotAllowed, NotFound
from reelprint.service import config as configured
from reelprint.service.config import Config
from reelprint.working.captured import Captured
from reelprint.working.files import Files
from reelprint.working.room import Room
from reelprint.workspace import Workspace
from reference_catalog.catalog import Catalog

__all__ = ["Desk", "NotAllowed", "NotFound", "need", "network"]

FOLDER = "service"


@dataclass(frozen=True, slots=True)
class Desk:
    """A workspace with what a service needs beside it. Any number of threads may use one."""

    workspace: Workspace
    accounts: Accounts
    queue: Queue
    files: Files
    room: Room
    config: Config
    roots: bytes  # of time-stamp authorities that are believed, in PEM
    _catalog: Catalog

    @classmethod
    def open(cls, home: Path, config: Config | None = None) -> Desk:
        """Open a workspace for a service, and make what is missing of it. Raises OSError,
        ValueError."""
        workspace = Workspace.open(home)
        said = config or configured.read(home)
        roots = authorities.roots(home, said.timestamp_authorities)
        url = workspace.settings.catalog
        folder = home / FOLDER
        folder.mkdir(mode=0o700, exist_ok=True)
        files, captured = Files(home), Captured(home / CASES)
        accounts = Accounts.create(folder / "accounts.sqlite", url)
        return cls(
            workspace,
            accounts,
            Queue.create(folder / "jobs.sqlite", url),
            files,
            Room(files, lambda one: captured.bytes_of(accounts, one)),
            said,
            roots,
            workspace.catalog(),
        )

    def close(self) -> None:
        """Let go of the databases."""
        self._catalog.close()
        self.queue.close()
        self.accounts.close()

    @property
    def catalog(self) -> Catalog:
        """The works, whosever they are: ask only for what the principal may see."""
        return self._catalog


def need(desk: Desk, who: Principal, act: Act, what: str) -> None:
    """Refuse, and record that, unless the principal may do it. Raises NotAllowed."""
    if not who.may(act):
        desk.accounts.record(who, act, what, "refused", {})
        raise NotAllowed(f"your roles do not allow this: it takes one that may {act}")


@contextmanager
def recorded(desk: Desk, who: Principal, act: str, what: str, **facts: object) -> Iterator[None]:
    """Have the audit log say how an act on evidence ended."""
    try:
        yield
    except (OSError, ValueError, LookupError, Full) as error:
        is_refusal = isinstance(error, NotAllowed | NotFound | Full)
        outcome: Outcome = "refused" if is_refusal else "failed"
        desk.accounts.record(who, act, what, outcome, dict(facts))
        raise
    desk.accounts.record(who, act, what, "done", dict(facts))
