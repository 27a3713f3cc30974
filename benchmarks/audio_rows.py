"""The rows of the audio benchmark: what is done to an excerpt, and what is expected.

Targets are recall at the shipped threshold. Rows without one are there for the curves: recall
against signal-to-noise ratio, speed and length. Names of presets say what was done; `series` joins
the rows of one curve, which differ in `amount` or in length alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, product

from benchmarks.presets import PITCHES, SNRS, SPEEDS, TEMPOS, percent
from benchmarks.rows import Row


@dataclass(frozen=True, slots=True)
class AudioRow(Row):
    """Excerpts under one distortion. Where `seconds` is 0, each query has a length of its own."""

    series: str = ""
    amount: float | None = None  # signal-to-noise ratio in dB, change in percent or in semitones


def _row(
    preset: str,
    seconds: float,
    target: float | None = None,
    series: str = "",
    amount: float | None = None,
) -> AudioRow:
    series = series or preset
    name = f"{series if amount is None else preset}_{seconds:g}s"
    return AudioRow(name, "audio", seconds, preset, target=target, series=series, amount=amount)


def _plain() -> Iterator[AudioRow]:
    """Each thing that happens to a recording by itself, at its lengths."""
    table: tuple[tuple[str, str, dict[float, float | None]], ...] = (
        ("clean", "lossless", {1: 0.97, 2: 0.99, 3: 1.0, 5: None, 10: None}),
        ("aac_64k", "aac_64k", {3: 0.99}),
        ("mp3_32k", "mp3_32k", {5: 0.99}),
        ("opus_24k", "opus_24k", {5: 0.99}),
        ("reverb", "reverb", {3: 0.92, 5: None, 10: 0.99}),
        ("phone", "phone_band", {3: None, 5: 0.98}),
        ("camcorder", "camcorder", {3: None, 5: 0.92, 10: 0.98}),
        ("compressed", "compressed", {5: 0.99}),
        ("embedded", "embedded", {5: None, 10: None}),
        ("embedded_fast", "embedded_fast", {10: None}),
        ("hostile", "hostile_sound", {3: None, 6: 0.90, 10: 0.97, 15: 0.98, 30: 0.99}),
        ("hostile_2", "hostile_sound_2", {10: None, 15: 0.88, 30: None}),
    )
    for series, preset, targets in table:
        for seconds, target in targets.items():
            yield _row(preset, seconds, target, series)


def _mixed() -> Iterator[AudioRow]:
    """Something on top, from far below to well above the work."""
    table = {
        "pink": {(0, 3): 0.80, (0, 5): 0.94, (0, 10): 0.99, (-5, 10): 0.80},
        "music": {(0, 5): 0.88, (0, 10): 0.97, (-5, 10): 0.85},
        "speech": {(0, 5): 0.88, (0, 10): 0.97, (-5, 10): 0.88},
    }
    for series, targets in table.items():
        for at in sorted({*product(SNRS, (5, 10)), *targets}, key=lambda at: (-at[0], at[1])):
            yield _row(f"{series}_{at[0]:+}db", at[1], targets.get(at), series, at[0])


def _timed() -> Iterator[AudioRow]:
    """Tempo, pitch and speed. What the targets leave out is held to none."""
    for change in TEMPOS:
        amount = 100 * float(percent(change) - 1)
        yield _row(f"tempo_{change}", 10, 0.97 if abs(amount) > 5 else 0.99, "tempo", amount)
    for semitones in PITCHES:
        target = 0.96 if abs(semitones) == 1 else 0.94
        yield _row(f"pitch_{semitones:+}", 10, target, "pitch", semitones)
    for change in SPEEDS:
        amount = 100 * float(percent(change) - 1)
        yield _row(f"speed_{change}", 10, 0.97 if abs(amount) > 5 else 0.99, "speed", amount)


def _negatives() -> Iterator[AudioRow]:
    """Works that are not registered, as they are and hard to tell, 1 to 30 s long."""
    table = {
        "clean": "lossless",
        "mp3_32k": "mp3_32k",
        "phone": "phone_band",
        "pink": "pink_+0db",
        "music_on_music": "music_+0db",
        "speech": "speech_+0db",
        "camcorder": "camcorder",
        "compressed": "compressed",
        "speed": "speed_+4.17",
        "pitch": "pitch_+1",
        "hostile": "hostile_sound",
        "hostile_2": "hostile_sound_2",
    }
    for name, preset in table.items():
        yield AudioRow(f"negative_{name}", "audio", 0, preset, negative=True, series="negative")


def _all(parts: Iterable[Iterable[AudioRow]]) -> tuple[AudioRow, ...]:
    return tuple(chain.from_iterable(parts))


AUDIO_ROWS = _all((_plain(), _mixed(), _timed(), _negatives()))
