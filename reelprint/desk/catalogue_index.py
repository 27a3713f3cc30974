"""The index, and looking the catalogue over: for authorities alone, for both are of all works."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.principal import Principal
from index.status import Status
from reelprint.desk.desk import Desk, need, recorded
from reelprint.desk.naming import work_of
from reelprint.desk.queue import Seen, seen


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """What the index consists of."""

    version: str  # as answers name it
    damaged: tuple[str, ...]  # segments that are rebuilt by the next search
    schemes: tuple[Status, ...]


def status(desk: Desk, who: Principal) -> IndexStatus:
    """What is in the index. Raises NotAllowed."""
    need(desk, who, "index.read", "index")
    index = desk.workspace.stored_index()
    return IndexStatus(index.identity, tuple(index.damaged), tuple(index.status()))


def lint(desk: Desk, who: Principal, work_ids: Sequence[str] = (), key: str | None = None) -> Seen:
    """Have works looked over for what they share, silence and noise; none named: all of them.
    Raises NotAllowed, NotFound, Conflict."""
    need(desk, who, "index.read", "lint")
    need(desk, who, "works.read", "lint")
    with recorded(desk, who, "works.read", "lint", works=len(work_ids)):
        names = sorted({work_of(desk, who, one).work_id for one in work_ids})
        asked = ("lint", who.organisation, who.actor, {"works": names})
        return seen(desk.queue.submit(*asked, key=key))
