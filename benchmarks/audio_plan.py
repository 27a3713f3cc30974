"""Chooses the excerpts of the audio benchmark, and what is laid on top of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from benchmarks.audio_rows import AudioRow
from benchmarks.datasets import WorkFile
from benchmarks.make import Order
from benchmarks.paired import Pairing, shuffled
from benchmarks.plan import Plan

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


def orders(
    rows: Sequence[AudioRow],
    registered: Sequence[WorkFile],
    unregistered: Sequence[WorkFile],
    plan: Plan,
) -> dict[str, list[Order]]:
    """The queries of each row."""
    backing = Backing.of(unregistered, plan.seed)

    def dressed(order: Order, row: AudioRow, k: int) -> Order:
        other, voices = backing.other(k, row, order.source), backing.voices(k, row, order.source)
        return replace(order, other=other, voices=voices)

    return Pairing("audio", PLACE_S, NEGATIVE_S, dressed).orders(
        rows, registered, unregistered, plan
    )
