"""What the two sets of songs share: queries of some seconds cut out of songs, and their figures.

Every query is a file of its own, made in a folder of the caller: 16-bit mono at 8 kHz, as
neural-audio-fp has all its sound. Its id is "3s/…" for one of three seconds.
"""

from __future__ import annotations

import wave
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.metrics import HitRates, Prediction, Truth, hit_rates
from benchmarks.public.given import Figures, PublicSet, truth
from media.clip import Span

RATE = 8000
HOP_S = 0.5  # from one segment to the next; a segment is two hops
SECONDS = (1, 2, 3, 5, 6, 10)
Samples = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a query lies: so many seconds after the start of a song."""

    name: str
    song: str
    start_s: float


def query_of(place: Place, seconds: int) -> Truth:
    """What the query of a length at a place carries."""
    reference = Span(place.start_s, place.start_s + seconds)
    return truth(f"{seconds}s/{place.name}", place.song, Span(0.0, float(seconds)), reference)


def write(path: Path, samples: Samples) -> Path:
    """A file of sound, in folders that are made for it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, len(samples), "NONE", ""))
        file.writeframes(samples.astype("<i2").tobytes())
    return path


def read(path: Path, span: Span | None = None) -> Samples:
    """The samples of a span, or all. Raises ValueError for other files than `write` makes."""
    with opened(path) as file:
        if span is None:
            return np.frombuffer(file.readframes(file.getnframes()), "<i2")
        file.setpos(round(span.start_s * RATE))
        return np.frombuffer(file.readframes(round(span.duration_s * RATE)), "<i2")


def length(path: Path) -> int:
    """How many samples a file has. Raises ValueError for other files than `write` makes."""
    with opened(path) as file:
        return file.getnframes()


@contextmanager
def opened(path: Path) -> Iterator[wave.Wave_read]:
    """A file of 16-bit mono at 8 kHz. Raises ValueError when it is another."""
    try:
        with wave.open(str(path), "rb") as file:
            if (file.getnchannels(), file.getsampwidth(), file.getframerate()) != (1, 2, RATE):
                raise ValueError(f"{path} is not 16-bit mono at {RATE} Hz")
            yield file
    except (wave.Error, EOFError) as error:
        raise ValueError(f"{path} is not a WAV file: {error}") from error


def figures(given: PublicSet, said: Iterable[Prediction]) -> Figures:
    """Top-1 hit rates by the length of the query, in seconds."""
    answers: dict[str, list[Prediction]] = {}
    for one in said:
        answers.setdefault(one.query_id, []).append(one)
    by_length = dict(_by_length(given.truths))
    return {f"{s}": _as_dict(hit_rates(truths, answers)) for s, truths in by_length.items()}


def lengths(text: str) -> tuple[int, ...]:
    """Lengths of queries from a comma-separated list.

    Raises ValueError for one that the protocol does not have.
    """
    chosen = tuple(int(part) for part in text.split(",") if part.strip())
    if odd := [s for s in chosen if s not in SECONDS]:
        raise ValueError(f"lengths are {', '.join(map(str, SECONDS))} s, not {odd[0]}")
    return chosen or SECONDS


def _by_length(truths: Sequence[Truth]) -> Iterator[tuple[int, list[Truth]]]:
    for seconds in SECONDS:
        if kept := [t for t in truths if t.query.duration_s == seconds]:
            yield seconds, kept


def _as_dict(rates: HitRates) -> Mapping[str, object]:
    return {name: getattr(rates, name).as_dict() for name in asdict(rates)}
