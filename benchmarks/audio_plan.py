"""Chooses the excerpts of the audio benchmark.

The k-th query of every row is the same place of the same work: shorter excerpts are the middle of
longer ones, and what is laid on top is the same. In rows longer than a place, the works that are
too short make room for others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.audio_rows import AudioRow
from benchmarks.datasets import WorkFile
from benchmarks.make import Order, draw
from benchmarks.plan import MARGIN_S, Plan

# Every work that is asked for is at least this long: ten seconds at 15 % more speed, and a margin.
PLACE_S = 12.0
# Lengths of negatives, in seconds; short ones are as frequent as long ones in each octave.
NEGATIVE_S = (1.0, 30.0)
# Two people speak: one the even files, one the odd. Shorter ones are a word or a beep.
VOICES = 12
MIN_VOICE_S = 2.0


@dataclass(frozen=True, slots=True)
class Backing:
    """What can be laid on top; none of it is registered."""

    music: Sequence[WorkFile]
    speech: Sequence[WorkFile]

    @classmethod
    def of(cls, works: Sequence[WorkFile], seed: int) -> Backing:
        """From the works that are not registered."""
        heard = [w for w in works if w.carries("audio")]
        music = [w for w in heard if w.kind == "music" and w.facts.duration_s >= PLACE_S]
        speech = [w for w in heard if w.kind == "speech" and w.facts.duration_s >= MIN_VOICE_S]
        return cls(shuffled(music, seed), shuffled(speech, seed))

    def other(self, k: int, row: AudioRow, source: WorkFile) -> WorkFile | None:
        """The music of the k-th query."""
        if not row.how.mixes or row.how.over == "speech":
            return None
        return self._but(self.music, source)[k % (len(self.music) - 1)]

    def voices(self, k: int, row: AudioRow, source: WorkFile) -> tuple[WorkFile, ...]:
        """The speech of the k-th query."""
        if not row.how.mixes or row.how.over == "music":
            return ()
        speech = self._but(self.speech, source)
        return tuple(speech[(k * VOICES + i) % len(speech)] for i in range(VOICES))

    @staticmethod
    def _but(works: Sequence[WorkFile], source: WorkFile) -> list[WorkFile]:
        """All but the work itself."""
        return [work for work in works if work.work_id != source.work_id]


def shuffled(works: Sequence[WorkFile], seed: int) -> list[WorkFile]:
    """In an order that only the seed decides, so that the first few are of all kinds."""
    return sorted(works, key=lambda work: draw(f"{seed}/{work.work_id}"))


def orders(
    rows: Sequence[AudioRow],
    registered: Sequence[WorkFile],
    unregistered: Sequence[WorkFile],
    plan: Plan,
) -> dict[str, list[Order]]:
    """The queries of each row."""
    backing = Backing.of(unregistered, plan.seed)
    share = -(-plan.negatives // max(sum(row.negative for row in rows), 1))
    return {
        row.name: _negatives(row, unregistered, backing, share, plan.seed)
        if row.negative
        else _positives(row, registered, backing, plan)
        for row in rows
    }


def _positives(
    row: AudioRow, works: Sequence[WorkFile], backing: Backing, plan: Plan
) -> list[Order]:
    pool = _long_enough(works, PLACE_S, plan.seed)
    enough = _long_enough(works, max(_need(row, row.seconds), PLACE_S), plan.seed)
    return [
        _order(row, k, pool[k % len(pool)], enough, row.seconds, backing, plan.seed)
        for k in range(plan.queries)
    ]


def _negatives(
    row: AudioRow, works: Sequence[WorkFile], backing: Backing, count: int, seed: int
) -> list[Order]:
    """One work after another, each time for another length."""
    found = []
    for k in range(count):
        seconds = row.seconds or _drawn_s(f"{seed}/{row.name}/{k}")
        enough = _long_enough(works, _need(row, seconds), seed)
        wanted = enough[k % len(enough)]
        found.append(_order(row, k, wanted, enough, seconds, backing, seed))
    return found


def _order(
    row: AudioRow,
    k: int,
    wanted: WorkFile,
    enough: Sequence[WorkFile],
    seconds: float,
    backing: Backing,
    seed: int,
) -> Order:
    source = wanted if wanted in enough else enough[k % len(enough)]
    place = f"{seed}/{source.work_id}/{k}" + (f"/{row.name}" if row.negative else "")
    return Order(
        f"{row.name}/{k:04d}",
        source,
        not row.negative,
        seconds,
        row.how,
        place,
        backing.other(k, row, source),
        backing.voices(k, row, source),
        PLACE_S,
    )


def _long_enough(works: Sequence[WorkFile], seconds: float, seed: int) -> list[WorkFile]:
    """The works with that much sound.

    Raises ValueError when there are none.
    """
    found = [w for w in works if w.carries("audio") and w.facts.duration_s >= seconds]
    if not found:
        raise ValueError(f"no work has {seconds:.1f} s of sound")
    return shuffled(found, seed)


def _need(row: AudioRow, seconds: float) -> float:
    return seconds * row.how.pace + MARGIN_S


def _drawn_s(seed: str) -> float:
    """A length between the bounds, rounded to a hundredth of a second."""
    low, high = NEGATIVE_S
    seconds: float = low * (high / low) ** draw(seed)
    return round(seconds, 2)
