"""Sound clips: tiling, overlap, gaps, overlaps, and how much is held."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from media.clip import Clip, Sound
from media.losses import Ledger
from media.reader import Reader
from media.runs import SoundRun
from media.sampling import CONTEXT_S, CORE_S
from media.sound import SoundSampler
from media.timeline import Placed
from tests.media import build

RATE = 8000


def noise(seconds: float, rate: int = RATE) -> NDArray[np.float32]:
    chooser = np.random.default_rng(7)
    return (0.3 * chooser.standard_normal(round(seconds * rate))).clip(-1, 1).astype(np.float32)


def sound(clip: Clip) -> Sound:
    assert clip.sound is not None
    return clip.sound


def place(samples: NDArray[np.float32], begin_s: float, rate: int = RATE) -> Placed[av.AudioFrame]:
    frame = av.AudioFrame.from_ndarray(samples.reshape(1, -1), "fltp", "mono")
    frame.rate = rate
    return Placed(frame, begin_s, len(samples) / rate)


def sample_all(
    pieces: list[tuple[float, NDArray[np.float32]]], rate: int = RATE
) -> tuple[list[Clip], Ledger]:
    sampler, ledger = SoundSampler(RATE), Ledger()
    clips: list[Clip] = []
    for begin_s, samples in pieces:
        clips += sampler.push(place(samples, begin_s, rate))
    clips += sampler.finish()
    sampler.report(ledger)
    return clips, ledger


def pieces_of(
    samples: NDArray[np.float32], start_s: float = 0.0, rate: int = RATE
) -> list[tuple[float, NDArray[np.float32]]]:
    return [(start_s + n / rate, samples[n : n + 1024]) for n in range(0, len(samples), 1024)]


def test_long_sound_is_cut_into_overlapping_clips(tmp_path: Path) -> None:
    """Five minutes: cores end at multiples of 120 s, with 8 s of context where there is any."""
    path = build.song(tmp_path / "long.flac", noise(300.0), "flac", RATE)
    with Reader(path) as reader:
        clips = list(reader)
    assert [(clip.core.start_s, clip.core.end_s) for clip in clips] == [
        (0.0, 120.0),
        (120.0, 240.0),
        (240.0, 300.0),
    ]
    spans = [sound(clip).span for clip in clips]
    assert [(span.start_s, span.end_s) for span in spans] == [(0, 128), (112, 248), (232, 300)]


def test_neighbours_share_their_samples_bit_by_bit() -> None:
    """At 44.1 kHz, so that the resampler's state matters, and from an odd time on."""
    clips, ledger = sample_all(pieces_of(noise(260.0, 44100), 0.0137, 44100), 44100)
    assert ledger.losses == ()
    assert len(clips) == 3
    for before, after in pairwise(map(sound, clips)):
        shift = (after.start_s - before.start_s) * RATE
        assert shift == pytest.approx(round(shift), abs=1e-6)
        overlap = before.samples[round(shift) :]
        assert len(overlap) >= 2 * CONTEXT_S * RATE
        assert np.array_equal(overlap, after.samples[: len(overlap)])


def test_sound_is_not_changed_by_cutting() -> None:
    samples = noise(250.0)
    clips, _ = sample_all(pieces_of(samples))
    for clip in map(sound, clips):
        first = round(clip.start_s * RATE)
        assert np.array_equal(clip.samples, samples[first : first + len(clip.samples)])


def test_a_short_gap_is_filled_with_silence() -> None:
    samples = noise(6.0)
    late = [(begin + 0.5, piece) for begin, piece in pieces_of(samples[3 * RATE :], 3.0)]
    (clip,), ledger = sample_all([*pieces_of(samples[: 3 * RATE]), *late])
    got = sound(clip).samples
    assert np.array_equal(got[: 3 * RATE], samples[: 3 * RATE])
    assert not got[3 * RATE : 3 * RATE + 4000].any()
    assert np.array_equal(got[3 * RATE + 4000 :], samples[3 * RATE :])
    assert [loss.kind for loss in ledger.losses] == ["sound_gaps"]


def test_a_long_gap_starts_a_new_run() -> None:
    samples = noise(4.0)
    clips, ledger = sample_all([*pieces_of(samples), *pieces_of(samples, 130.25)])
    assert [(clip.core.start_s, clip.core.end_s) for clip in clips] == [
        (0.0, 4.0),
        (130.25, 134.25),
    ]
    assert sound(clips[1]).start_s == 130.25
    assert [loss.kind for loss in ledger.losses] == ["sound_gaps"]


def test_overlap_drops_what_is_there_already() -> None:
    samples = noise(6.0)
    again = pieces_of(samples[23 * RATE // 10 :], 2.3)
    (clip,), ledger = sample_all([*pieces_of(samples[: 3 * RATE]), *again])
    assert np.array_equal(sound(clip).samples, samples)
    assert [loss.kind for loss in ledger.losses] == ["timestamps"]


def test_jitter_changes_nothing() -> None:
    samples = noise(6.0)
    jittered = [
        (begin + 0.009 * (-1) ** number, piece)
        for number, (begin, piece) in enumerate(pieces_of(samples, 0.009))
    ]
    (clip,), ledger = sample_all(jittered)
    assert np.array_equal(sound(clip).samples, samples)
    assert ledger.losses == ()


def test_stamps_that_stand_still_lose_no_sound() -> None:
    samples = noise(10.0)
    (clip,), ledger = sample_all([(0.0, piece) for _, piece in pieces_of(samples)])
    assert len(sound(clip).samples) > 9 * RATE
    assert [loss.kind for loss in ledger.losses] == ["timestamps"]


def test_change_of_rate_goes_on_without_a_break() -> None:
    slow, fast = build.tone(2.0, rate=RATE), build.tone(2.0, rate=48000)
    sampler = SoundSampler(RATE)
    clips = [clip for at, piece in pieces_of(slow) for clip in sampler.push(place(piece, at))]
    for at, piece in pieces_of(fast, 2.0, 48000):
        clips += sampler.push(place(piece, at, 48000))
    (clip,) = [*clips, *sampler.finish()]
    assert len(sound(clip).samples) == pytest.approx(4 * RATE, abs=8)
    assert np.abs(sound(clip).samples[2 * RATE + 100 : 4 * RATE - 100]).max() < 0.52


def test_what_is_not_a_number_becomes_silence_and_what_is_too_loud_is_limited() -> None:
    samples = np.array([np.nan, np.inf, -np.inf, 7.0, -7.0, 0.25] * 1000, np.float32)
    (clip,), _ = sample_all(pieces_of(samples))
    assert sound(clip).samples[:6].tolist() == [0.0, 1.0, -1.0, 1.0, -1.0, 0.25]


def test_an_hour_of_sound_holds_no_more_than_a_clip() -> None:
    run, second = SoundRun(0.0, RATE), np.zeros(RATE, np.float32)
    held, clips = 0, 0
    for _ in range(3600):
        run.append(second)
        clips += sum(1 for _ in run.ready())
        held = max(held, run.held)
    assert clips == 29
    assert held <= (CORE_S + 2 * CONTEXT_S + 1) * RATE


def test_sound_far_behind_the_picture_is_still_read(tmp_path: Path) -> None:
    """Ten seconds of picture first, then all of the sound, which FFmpeg then finds only late."""
    path = tmp_path / "bad.ts"
    with av.open(str(path), "w") as container:
        video, audio = build.add_video(container), build.add_sound(container)
        container.start_encoding()
        build.write_frames(container, video, range(0, 60_000, 40))
        build.write_sound(container, audio, build.tone(60.0))
        build.flush(container, audio)
    with Reader(path) as reader:
        clips = list(reader)
    spans = [clip.sound.span for clip in clips if clip.sound is not None]
    assert sum(span.duration_s for span in spans) == pytest.approx(60.0, abs=0.1)
    assert sum(len(clip.frames.times) for clip in clips if clip.frames is not None) == 120
