"""Makes suspect files with known truth, and keeps them between runs.

A made file is named by everything that it depends on: the bytes of its sources, the order, and
`VERSION`, which is raised when this code makes other files from the same order.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.cache import write_text
from benchmarks.cut import Around, cut
from benchmarks.datasets import WorkFile
from benchmarks.distort import Distortion
from benchmarks.evidence import Evidence
from benchmarks.excerpt import babble, sound
from benchmarks.metrics import Truth
from benchmarks.metrics.placement import Placement
from media.clip import F32, Span

VERSION = 1
Card = dict[str, Any]  # parsed JSON
# An excerpt without evidence (black, silent) is drawn again, this often at most.
DRAWS = 12


@dataclass(frozen=True, slots=True)
class Order:
    """What to make: `seconds` of suspect from a place of `source` that `seed` decides."""

    query_id: str
    source: WorkFile
    positive: bool  # whether the source is registered
    seconds: float
    how: Distortion
    seed: str
    other: WorkFile | None = None  # the sound to lay on top
    voices: tuple[WorkFile, ...] = ()  # or speech: two people who say these in turn
    place_s: float = 0.0  # the excerpt is the middle of a place this long; 0: as long as itself
    films: tuple[WorkFile, ...] = ()  # other footage, to lie under the picture or around it


@dataclass(frozen=True, slots=True)
class Made:
    """A suspect file, what it carries, and how much evidence its excerpt had."""

    order: Order
    path: Path
    truth: Truth
    evidence: Evidence
    draws: int  # how many excerpts were tried


def make(order: Order, folder: Path) -> Made:
    """Make one suspect file, or find it made.

    Raises ValueError when the source has no frame wherever it was tried.
    """
    key = _key(order)
    path = folder / key[:2] / f"{key}{order.how.suffix}"
    card = path.with_suffix(".json")
    if not card.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(card, json.dumps(_make(order, path)))
    return _made(order, path, json.loads(card.read_text()))


def draw(seed: str) -> float:
    """A number in [0, 1) that only the seed decides, on every machine.

    >>> draw("a") == draw("a") != draw("b")
    True
    """
    return int.from_bytes(hashlib.sha256(seed.encode()).digest()[:6], "big") / 2**48


def _key(order: Order) -> str:
    other = order.other.facts.sha256 if order.other else None
    parts = (order.source.facts.sha256, other, order.seconds, order.seed, order.positive)
    named = repr((VERSION, (*parts, *_stated(order)), order.how))
    return hashlib.sha256(named.encode()).hexdigest()[:24]


def _stated(order: Order) -> tuple[object, ...]:
    """What came later than the first cached files: nothing where an order does not use it."""
    how, voices = order.how, tuple(voice.facts.sha256 for voice in order.voices)
    stated = (voices, order.place_s, how.tempo, how.semitones)
    later: tuple[object, ...] = (how.lead_s,) if how.lead_s else ()
    if how.exact:
        later = (*later, "exact")
    if how.needs_footage:
        later = (*later, "films", *(film.facts.sha256 for film in order.films))
    return later if stated == ((), 0.0, 1.0, 0.0) else (*stated, *later)


def _make(order: Order, path: Path) -> Card:
    """Write the file; returns its card. Negatives may lack evidence: that is part of the test."""
    length = order.seconds * order.how.pace
    around = Around(_other(order), tuple(film.path for film in order.films))
    part = path.with_name(f"{os.getpid()}-{path.name}")
    for attempt in range(DRAWS):
        start = _start(order, length, attempt)
        seed = int(draw(f"{order.seed}/noise") * 2**32)
        made = cut(order.source.path, Span(start, start + length), order.how, seed, part, around)
        if made and (made.evidence.enough or not order.positive or attempt == DRAWS - 1):
            part.replace(path)
            told = {"start_s": made.start_s, "draws": attempt + 1, **made.evidence.as_dict()}
            return told | ({} if made.where is None else {"where": asdict(made.where)})
    raise ValueError(f"{order.source.name} shows no frame in {DRAWS} excerpts")


def _start(order: Order, length: float, attempt: int) -> float:
    """Where the excerpt begins, so that shorter and longer ones of one place share their middle."""
    duration, place = order.source.facts.duration_s, order.place_s or length
    start = draw(f"{order.seed}/{attempt}") * max(duration - place, 0.0) + (place - length) / 2
    return min(max(start, 0.0), max(duration - length, 0.0))


def _other(order: Order) -> F32 | None:
    """The sound to lay on top: two voices, or music from somewhere in the other work."""
    if order.voices:
        return babble([voice.path for voice in order.voices])
    if order.other is None:
        return None
    length = max(order.seconds * order.how.pace, 2 * order.how.lead_s)
    start = draw(f"{order.seed}/other") * max(order.other.facts.duration_s - length, 0.0)
    return sound(order.other.path, Span(start, start + length))


def _made(order: Order, path: Path, card: Card) -> Made:
    start, speed = card["start_s"] or 0.0, order.how.pace
    work = order.source.work_id if order.positive else None
    reference = Span(start, start + order.seconds * speed)
    query = Span(order.how.lead_s, order.how.lead_s + order.seconds)
    where = _placement(card.get("where"))
    truth = Truth(order.query_id, work, query, reference, speed, order.how.raised, where)
    evidence = Evidence(card["contrast"], card["motion"], card["level_db"])
    return Made(order, path, truth, evidence, int(card["draws"] or 0))


def _placement(card: Card | None) -> Placement | None:
    """None for a file made before these were kept."""
    if card is None:
        return None
    matrix, outline, aspects = (tuple(card[key]) for key in ("matrix", "outline", "aspects"))
    return Placement(matrix, outline, (aspects[0], aspects[1]), card["inverted"])
