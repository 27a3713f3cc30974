"""Works with sound and picture for the benchmark of two senses, and excerpts of them.

A half of the corpus holds few films of ten seconds with sound that is not silent, so all films of
the half that are long enough are registered, and those without sound are given a track of the half.
Shorter films are the footage that others are shown instead, and are registered nowhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks.audio_plan import VOICES, Backing
from benchmarks.datasets import Dataset, Half, Role, WorkFile
from benchmarks.distort import Distortion
from benchmarks.encode import Writer
from benchmarks.evidence import MIN_CONTRAST, MIN_LEVEL_DB, loudness
from benchmarks.excerpt import RATE, frames, sound
from benchmarks.make import Made, Order
from benchmarks.probe import read_facts
from benchmarks.senses_rows import SensesRow
from benchmarks.video_plan import moves
from media.clip import Span

PLACE_S = 11.0  # ten seconds at 25/24 of the speed, and room for a choice


def films(data: Dataset, half: Half) -> tuple[list[WorkFile], list[WorkFile]]:
    """The films of a half that are works, and those that are foreign footage."""
    roles: tuple[Role, ...] = ("registered", "unregistered")
    shown = [w for role in roles for w in data.references(half, role) if w.carries("video")]
    long = [work for work in shown if work.facts.duration_s >= PLACE_S]
    return long, [work for work in shown if work not in long and moves(work)]


def scored(data: Dataset, half: Half, cache: Path) -> list[WorkFile]:
    """The works: films with their own sound, or with a track if theirs is silent."""
    tracks = [w for w in data.references(half, "registered") if w.kind == "music"]
    long, _ = films(data, half)
    return [
        film if _is_heard(film) else _with_track(film, _track(tracks, film, k), cache)
        for k, film in enumerate(long)
    ]


def orders(
    rows: Sequence[SensesRow],
    works: Sequence[WorkFile],
    data: Dataset,
    half: Half,
    queries: int,
    seed: int,
) -> list[Order]:
    """The queries of all rows: the k-th of each row is cut from the same place."""
    backing = Backing.of(data.references(half, "unregistered"), seed)
    footage = films(data, half)[1]
    return [
        _order(row, works, k, seed, backing, footage)
        for row in rows
        for k in range(row.times * queries)
    ]


def is_whole(made: Made) -> bool:
    """Whether the excerpt shows something and sounds: else nobody could say what became of it."""
    seen = made.evidence
    return (seen.contrast or 0.0) >= MIN_CONTRAST and (
        seen.level_db is None or seen.level_db >= MIN_LEVEL_DB
    )


def _order(
    row: SensesRow,
    works: Sequence[WorkFile],
    k: int,
    seed: int,
    backing: Backing,
    footage: Sequence[WorkFile],
) -> Order:
    source = works[k % len(works)]
    order = Order(
        f"{row.name}/{k:04d}", source, True, row.seconds, row.how,
        f"{seed}/{source.work_id}/{k // len(works)}", place_s=PLACE_S - 0.5,
    )  # fmt: skip
    if row.how.needs_footage:
        first = k % len(footage)
        order = replace(order, films=(*footage[first:], *footage[:first]))
    if not row.how.mixes:
        return order
    if row.other == "registered":
        return replace(order, other=works[(k + 1 + k // len(works)) % len(works)])
    if row.how.over == "speech":
        spoken = (backing.speech[(k * VOICES + i) % len(backing.speech)] for i in range(VOICES))
        return replace(order, voices=tuple(spoken))
    return replace(order, other=backing.music[k % len(backing.music)])


def _is_heard(film: WorkFile) -> bool:
    if not film.carries("audio"):
        return False
    return loudness(sound(film.path, Span(0.0, film.facts.duration_s))) >= MIN_LEVEL_DB


def _track(tracks: Sequence[WorkFile], film: WorkFile, k: int) -> WorkFile:
    """The k-th of the tracks that are long enough.

    Raises ValueError when there is none.
    """
    long = [track for track in tracks if track.facts.duration_s >= film.facts.duration_s]
    if not long:
        raise ValueError(f"no track is as long as {film.name}")
    return long[k % len(long)]


def _with_track(film: WorkFile, track: WorkFile, cache: Path) -> WorkFile:
    """The film with a track of its own length, kept between runs."""
    key = repr(("scored", film.facts.sha256, track.facts.sha256))
    path = cache / "scored" / f"{hashlib.sha256(key.encode()).hexdigest()[:16]}.mp4"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part.mp4")
        _write(film, track, part)
        part.replace(path)
    return replace(film, path=path, facts=read_facts(path))


def _write(film: WorkFile, track: WorkFile, to: Path) -> None:
    span = Span(0.0, film.facts.duration_s)
    samples, sent = sound(track.path, span), 0
    with Writer(to, Distortion(crf=20, bit_rate=160_000, exact=True), RATE) as writer:
        for time, frame in frames(film.path, span):
            writer.frame(frame, time)
            due = min(round(time * RATE), samples.shape[1])
            if due > sent:
                writer.samples(samples[:, sent:due])
                sent = due
        writer.samples(samples[:, sent:])
