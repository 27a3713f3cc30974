"""Chooses the excerpts of the video benchmark, and the footage that lies under or around them.

A half of the corpus holds few films, so all of them are asked for: in one turn the registered cell
is registered and the other gives negatives and footage, in a second turn the other way round. What
a system was told in one turn it does not know in the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from benchmarks.datasets import Dataset, Half, Role, WorkFile
from benchmarks.evidence import MIN_CONTRAST, STILL_MOTION, Watch
from benchmarks.excerpt import frames
from benchmarks.make import Order
from benchmarks.paired import Pairing, shuffled
from benchmarks.plan import MARGIN_S, Plan
from benchmarks.video_rows import SECONDS, VideoRow
from media.clip import Span

NEGATIVE_S = (2.0, 10.0)
LOOKED_AT_S = 8.0
Name = Literal["a", "b"]
ROLES: dict[Name, tuple[Role, Role]] = {
    "a": ("registered", "unregistered"),
    "b": ("unregistered", "registered"),
}


@dataclass(frozen=True, slots=True)
class Turn:
    """What is registered, and what is not."""

    name: Name
    registered: Sequence[WorkFile]
    others: Sequence[WorkFile]

    @property
    def asked(self) -> list[WorkFile]:
        """The registered works that are long enough to be asked for."""
        return [w for w in self.registered if w.facts.duration_s >= SECONDS + MARGIN_S]


def turns(data: Dataset, half: Half) -> list[Turn]:
    """Both turns of a half; those without films to ask for or to lay under are left out."""
    found = [Turn(name, *(_seen(data, half, role) for role in ROLES[name])) for name in ROLES]
    return [turn for turn in found if turn.asked and turn.others]


def orders(rows: Sequence[VideoRow], turn: Turn, plan: Plan) -> dict[str, list[Order]]:
    """The queries of each row in one turn; none of a row that no work is long enough for."""
    longest = max(work.facts.duration_s for work in turn.registered)
    fit = [row for row in rows if row.seconds * row.how.pace + MARGIN_S <= longest]
    films = shuffled([work for work in turn.others if moves(work)], plan.seed)

    def dressed(order: Order, row: VideoRow, k: int) -> Order:
        number = order.query_id.rpartition("/")[2]
        laid = _rotated([f for f in films if f != order.source], k) if row.how.needs_footage else ()
        return replace(order, query_id=f"{row.name}/{turn.name}{number}", films=tuple(laid))

    pairing = Pairing("video", SECONDS, NEGATIVE_S, dressed)
    planned = pairing.orders(fit, turn.registered, turn.others, plan)
    return {row.name: planned.get(row.name, []) for row in rows}


@lru_cache(maxsize=256)
def moves(work: WorkFile) -> bool:
    """Whether a film shows something that moves, and is fit to lie under another."""
    watch = Watch()
    for time, frame in frames(work.path, Span(0.0, LOOKED_AT_S)):
        watch.see(time, frame)
    seen = (watch.contrast or 0.0) >= MIN_CONTRAST
    return seen and (watch.motion or 0.0) >= STILL_MOTION


def _seen(data: Dataset, half: Half, role: Role) -> list[WorkFile]:
    return [work for work in data.references(half, role) if work.carries("video")]


def _rotated(films: Sequence[WorkFile], k: int) -> list[WorkFile]:
    """All of them, beginning with the k-th."""
    at = k % len(films)
    return [*films[at:], *films[:at]]
