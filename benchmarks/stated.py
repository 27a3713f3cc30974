"""Is a stated E-value true? How often chance is as good as a match says, by size of the catalogue.

An E-value x says that a search of this size gives x matches as good by chance. So of n suspects
that carry nothing registered, at most about n·x may have one with E ≤ x: at every x, in every
catalogue. Works of one half are asked for in excerpts, while works of the same half are
registered; the catalogue grows by strangers, which are made of the other half.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, starmap
from pathlib import Path

import numpy as np

from benchmarks.audio_cost import outlined
from benchmarks.calibration_parallel import Mapper
from benchmarks.datasets import Dataset, Half, Role, WorkFile
from benchmarks.growing import Figures, grown, of_one_sense, prints_of, registering
from benchmarks.metrics import Proportion
from benchmarks.progress import track
from benchmarks.stated_sources import Sense, Source, cut, excerpts, sources
from benchmarks.strangers import strangers
from benchmarks.video_strangers import picture_strangers
from fingerprint.registry import scheme_named
from fingerprint.scheme import Fingerprint
from media.clip import Span
from reelprint.identification import Identifier
from reelprint.workspace import Workspace
from reference_catalog.catalog import Catalog

SEED = 1
STATED = tuple(float(f"{m}e-{k}") for k in (1, 2, 3, 4) for m in (3, 1))  # where it is looked
TOLD = 3.0  # E-values up to which matches are told
TAIL = 0.01  # E-values up to which it is said how fast chance falls off
ROLES: tuple[Role, ...] = ("registered", "unregistered")


@dataclass(frozen=True, slots=True)
class Asked:
    """The least E-value of a wrong match of one excerpt; None where there is none that is told."""

    work_id: str
    way: str  # what was done to it
    start_s: float
    seconds: float
    claimed: str | None = None
    e_value: float | None = None


@dataclass(frozen=True, slots=True)
class Size:
    """How large the catalogue grows, and how many excerpts are asked for in it."""

    hours: float
    queries: int


def sizes(hours: str, queries: str) -> list[Size]:
    """Sizes from what is asked for on the command line, the smallest first.

    >>> sizes("25,0", "100")
    [Size(hours=0.0, queries=100), Size(hours=25.0, queries=100)]

    Raises ValueError when they are no numbers, or not as many.
    """
    grown_to = [float(size) for size in hours.split(",")]
    counts = [int(count) for count in queries.split(",")]
    if min(counts) < 2:
        raise ValueError("at least two excerpts are needed at each size, one a turn")
    if len(counts) == 1:
        counts *= len(grown_to)
    return sorted(starmap(Size, zip(grown_to, counts, strict=True)), key=lambda size: size.hours)


@dataclass(frozen=True, slots=True)
class Turn:
    """One cell of a half is registered and the other one is asked for."""

    data: Dataset
    home: Path
    sense: Sense
    sizes: Sequence[Size]
    half: Half
    registered: Role
    asked: Role


@dataclass(frozen=True, slots=True)
class Step:
    """The answers of one turn at one size."""

    hours: float
    references: int
    asked: Sequence[Asked]


def measure(
    data: Dataset,
    home: Path,
    sense: Sense,
    sizes: Sequence[Size],
    jobs: int = 2,
    half: Half = "test",
) -> Figures:
    """Both turns, each half of the excerpts at each size."""
    turns = [
        Turn(data, home / known, sense, sizes, half, known, unknown)
        for known, unknown in (ROLES, ROLES[::-1])
    ]
    taken = list(Mapper(jobs)(take, turns, "turns"))
    return {
        "sense": sense,
        "split": half,
        "steps": list(starmap(_together, zip(*taken, strict=True))),
    }


def take(turn: Turn) -> list[Step]:
    """Register one cell, then strangers up to each of the sizes; ask for the other cell at each."""
    workspace = _workspace(turn.home, turn.sense)
    names = workspace.settings.schemes
    works = partial(_works, turn.data, sense=turn.sense)
    other: Half = "calibrate" if turn.half == "test" else "test"
    others = [work for role in ROLES for work in works(other, role)]
    more = _strangers(dict(zip(names, prints_of(others, names), strict=True)))
    given = sources(works(turn.half, turn.asked), turn.sense, names, turn.home / "made")
    with workspace.catalog() as catalog:
        for _ in registering(works(turn.half, turn.registered), catalog, names):
            pass
        return [_step(workspace, catalog, given, more, size) for size in turn.sizes]


def _step(
    workspace: Workspace,
    catalog: Catalog,
    given: Sequence[Source],
    more: Iterator[tuple[Fingerprint, ...]],
    size: Size,
) -> Step:
    grew = grown(workspace, catalog, more, size.hours)
    asked = _ask(workspace, catalog, given, size.queries // 2)
    return Step(float(str(grew["hours"])), int(str(grew["references"])), asked)


def _together(*steps: Step) -> Figures:
    """Both turns at one size."""
    return {
        "hours": sum(step.hours for step in steps) / len(steps),
        "references": sum(step.references for step in steps) / len(steps),
        **told([one for step in steps for one in step.asked]),
    }


def told(asked: Sequence[Asked]) -> Figures:
    """How many excerpts have a wrong match with an E-value up to each x, beside what x allows."""
    ways = Counter(one.way for one in asked)
    worst = sorted((a for a in asked if a.e_value is not None), key=_e_value)
    return {
        "queries": len(asked),
        "stated": [_at(asked, x) for x in STATED],
        "tail": tail([_e_value(one) for one in worst]),
        "ways": [
            {"way": way, "queries": n, "k": [_reached(asked, x, way) for x in STATED]}
            for way, n in sorted(ways.items())
        ],
        "worst": [
            [a.work_id, a.way, round(a.start_s, 2), round(a.seconds, 2), a.claimed, a.e_value]
            for a in worst[:20]
        ],
    }


def tail(e_values: Sequence[float]) -> Figures:
    """How fast chance falls off below an E-value: as which power of what is stated, at least 1
    where that is true (Hill, "A simple general approach to inference about the tail of a
    distribution", Annals of Statistics 1975). None where nothing is found so far out.

    >>> tail([0.01 / np.e, 0.01 / np.e**3, 0.5])
    {'below': 0.01, 'excerpts': 2, 'power': 0.5}
    """
    beyond = [float(np.log(TAIL / e)) for e in e_values if e <= TAIL]
    power = round(len(beyond) / sum(beyond), 3) if sum(beyond) > 0 else None
    return {"below": TAIL, "excerpts": len(beyond), "power": power}


def _at(asked: Sequence[Asked], x: float) -> Figures:
    """At one E-value; excerpts of one work are not independent, so its works are told as well."""
    seen = Proportion(_reached(asked, x), len(asked))
    works = {one.work_id for one in asked if _e_value(one) <= x}
    is_true = seen.interval()[0] <= x
    return {"e_value": x, "is_true": is_true, "works": len(works), **seen.as_dict()}


def _reached(asked: Sequence[Asked], x: float, way: str | None = None) -> int:
    return sum(_e_value(one) <= x and way in (None, one.way) for one in asked)


def _e_value(one: Asked) -> float:
    return np.inf if one.e_value is None else one.e_value


def _workspace(home: Path, sense: Sense) -> Workspace:
    """A workspace of a sense that tells what it would not report."""
    workspace = Workspace.create(home) if sense == "both" else of_one_sense(home, sense)
    return replace(workspace, settings=replace(workspace.settings, max_e_value=TOLD))


def _works(data: Dataset, half: Half, role: Role, sense: Sense) -> list[WorkFile]:
    return [w for w in data.references(half, role) if w.carries(sense)]


def _strangers(
    real: Mapping[str, Sequence[Fingerprint]],
) -> Iterator[tuple[Fingerprint, ...]]:
    """Made of real fingerprints, by scheme: of sound, of pictures, or both side by side."""
    sound = [prints for name, prints in real.items() if scheme_named(name).modality == "audio"]
    picture = [prints for name, prints in real.items() if scheme_named(name).modality == "video"]
    kinds: list[Iterator[tuple[Fingerprint, ...]]] = []
    if picture:
        frames, features = picture
        kinds.append(picture_strangers(frames, features, SEED))
    if sound:
        kinds.append(map(outlined, strangers(sound[0], SEED)))
    return (tuple(chain.from_iterable(parts)) for parts in zip(*kinds, strict=True))


def _ask(
    workspace: Workspace, catalog: Catalog, given: Sequence[Source], queries: int
) -> list[Asked]:
    identifier = Identifier(workspace)
    try:
        chosen = excerpts(given, queries, SEED)
        return [_one(identifier, catalog, *it) for it in track(chosen, "asking", queries)]
    finally:
        identifier.close()


def _one(identifier: Identifier, catalog: Catalog, source: Source, span: Span) -> Asked:
    asked = Asked(source.work_id, source.way, span.start_s, span.duration_s)
    matches = identifier.findings(cut(source.read, span)).matches
    if not matches:
        return asked
    wrong = min(matches, key=lambda match: match.e_value)
    (work_id, _) = catalog.titles([wrong.reference])[wrong.reference]
    return replace(asked, claimed=work_id, e_value=wrong.e_value)
