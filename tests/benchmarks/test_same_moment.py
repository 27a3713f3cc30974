"""A recording is told under other sound, in the octaves that it alone fills."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.signal import butter, sosfiltfilt  # type: ignore[attr-defined]  # named at run time
from typer.testing import CliRunner

from benchmarks.__main__ import app
from benchmarks.encode import Writer
from benchmarks.excerpt import RATE
from benchmarks.presets import PRESETS
from benchmarks.same_moment import LAG_S, octaves
from media.clip import F32

LATE_S = 0.004


def noise(seed: int, seconds: float) -> F32:
    return np.random.default_rng(seed).normal(size=round(seconds * RATE)).astype(np.float32)


def write(path: Path, sound: F32) -> None:
    with Writer(path, PRESETS["lossless"], RATE) as writer:
        writer.samples(np.tile(0.1 * sound, (2, 1)).astype(np.float32))


def high(sound: F32) -> F32:
    """What a cymbal leaves free: nothing below 1.6 kHz."""
    return np.asarray(
        sosfiltfilt(butter(4, 1600, "high", fs=RATE, output="sos"), sound), np.float32
    )


def low(sound: F32) -> F32:
    return np.asarray(sosfiltfilt(butter(4, 800, "low", fs=RATE, output="sos"), sound), np.float32)


def two_works_with_one_cymbal() -> tuple[F32, F32]:
    around = round(LAG_S * RATE)
    cymbal = high(noise(1, 2))
    second = low(noise(2, 2 + 2 * LAG_S))
    begin = around + round(LATE_S * RATE)
    second[begin : begin + len(cymbal)] -= 0.5 * cymbal
    return cymbal + low(noise(3, 2)), second


def test_one_recording_shows_at_one_lag_where_nothing_covers_it() -> None:
    told = {one.from_hz: one for one in octaves(*two_works_with_one_cymbal())}
    for octave in (told[1600], told[3200]):
        assert octave.correlation > 0.9
        assert octave.lag_s == pytest.approx(LATE_S, abs=2 / RATE)
        assert octave.next_best < 0.3
    assert told[200].correlation < 0.3


def test_two_held_notes_agree_at_every_lag() -> None:
    time = np.arange(round((2 + 2 * LAG_S) * RATE)) / RATE
    first, second = np.sin(2 * np.pi * 440 * time), np.sin(2 * np.pi * 440 * time + 1)
    note = octaves(first[: 2 * RATE].astype(np.float32), second.astype(np.float32))[2]
    assert note.correlation > 0.9
    assert note.next_best > 0.9


def test_silence_and_other_lengths_are_refused() -> None:
    first, second = two_works_with_one_cymbal()
    with pytest.raises(ValueError, match="longer than the first"):
        octaves(first, first)
    with pytest.raises(ValueError, match="silence"):
        octaves(np.zeros_like(first), second)


def test_the_command_says_it_octave_by_octave(tmp_path: Path) -> None:
    first, second = two_works_with_one_cymbal()
    write(tmp_path / "first.flac", first)
    write(tmp_path / "second.flac", second)
    files = [str(tmp_path / "first.flac"), "0", str(tmp_path / "second.flac"), "1"]
    told = CliRunner().invoke(app, ["moment", *files, "--seconds", "2"])
    assert told.exit_code == 0, told.output
    lines = told.output.splitlines()
    assert lines[0].split() == ["Hz", "correlation", "lag", "next"]
    assert any("1600–3200" in line and "+4.0 ms" in line for line in lines)


def test_a_moment_that_is_not_within_the_file_is_said(tmp_path: Path) -> None:
    write(tmp_path / "a.flac", noise(1, 3))
    for place, why in (("0.5", "within its file"), ("30", "silence")):
        told = CliRunner().invoke(
            app, ["moment", str(tmp_path / "a.flac"), "0", str(tmp_path / "a.flac"), place]
        )
        assert told.exit_code == 2
        assert why in told.output


def test_so_is_a_file_that_is_no_media(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("words")
    told = CliRunner().invoke(
        app, ["moment", str(tmp_path / "a.txt"), "0", str(tmp_path / "a.txt"), "2"]
    )
    assert told.exit_code == 2
    assert "Invalid data" in told.output
