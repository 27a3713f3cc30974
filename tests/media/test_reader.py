"""Ordinary files: what comes out, at which times."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from media.clip import Clip, Frames, Sound
from media.formats import MEDIA_SUFFIXES
from media.reader import Reader
from media.sampling import Sampling
from tests.media import build


def frames_of(clips: list[Clip]) -> list[Frames]:
    return [clip.frames for clip in clips if clip.frames is not None]


def sounds_of(clips: list[Clip]) -> list[Sound]:
    return [clip.sound for clip in clips if clip.sound is not None]


def read(path: Path, sampling: Sampling | None = None) -> tuple[list[Clip], Reader]:
    with Reader(path, sampling) as reader:
        return list(reader), reader


def expected_times(stamps: list[float], rate: float) -> list[float]:
    """The naive definition: for each grid point, the first stamp at or after it."""
    grid = np.arange(0, stamps[-1] + 1e-9, 1 / rate)
    return sorted({min(t for t in stamps if t >= point - 1e-9) for point in grid})


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "ts", "mov", "avi", "flv"])
def test_film_gives_frames_and_sound(tmp_path: Path, suffix: str) -> None:
    clips, reader = read(build.film(tmp_path / f"film.{suffix}"))
    (frames,), (sound,) = frames_of(clips), sounds_of(clips)
    assert reader.kind == "video"
    assert reader.losses == ()
    assert len(frames.times) == 8
    assert frames.luma.shape[1:] == (96, 160)
    assert reader.duration_s == pytest.approx(4.0, abs=0.05)
    assert sound.rate == 8000
    assert len(sound.samples) / 8000 == pytest.approx(4.0, abs=0.05)


def test_the_first_stamp_is_exactly_zero(tmp_path: Path) -> None:
    """Although FFmpeg rounds a file's start to microseconds, and a stream's clock does not."""
    clips, _ = read(build.film(tmp_path / "film.ts"))
    assert min(clip.core.start_s for clip in clips) == 0.0


def test_sound_keeps_its_pitch_and_place(tmp_path: Path) -> None:
    samples = build.tone(3.0)
    samples[: build.RATE] = 0  # the tone sets in at 1 s
    clips, _ = read(build.song(tmp_path / "late.flac", samples, "flac"))
    (sound,) = sounds_of(clips)
    onset = int(np.argmax(np.abs(sound.samples) > 0.1))
    assert sound.start_s + onset / sound.rate == pytest.approx(1.0, abs=0.002)
    spectrum = np.abs(np.fft.rfft(sound.samples[8000:16000]))
    assert int(np.argmax(spectrum)) == 440


@pytest.mark.parametrize("rate", [1.0, 2.0, 3.0, 25.0])
def test_picks_the_first_frame_at_or_after_each_grid_point(tmp_path: Path, rate: float) -> None:
    stamps = [0, 40, 100, 480, 501, 700, 1000, 1500, 1540, 3100, 3200, 9000, 9040]
    path = build.silent_film(tmp_path / "vfr.mkv", stamps)
    clips, reader = read(path, Sampling(frames_per_s=rate))
    times = np.concatenate([frames.times for frames in frames_of(clips)])
    assert times.tolist() == pytest.approx(expected_times([t / 1000 for t in stamps], rate))
    assert reader.losses == ()


def test_times_are_the_presentation_stamps_with_b_frames(tmp_path: Path) -> None:
    path = build.silent_film(tmp_path / "b.mp4", range(0, 4000, 40))
    clips, _ = read(path, Sampling(frames_per_s=25))
    (frames,) = frames_of(clips)
    assert frames.times.tolist() == pytest.approx([0.04 * n for n in range(100)])
    means = frames.luma[:, 60:, 60:].mean(axis=(1, 2))
    assert np.abs(means - np.arange(20, 120)).max() <= 1  # picture n is as bright as 20 + n


def test_luma_is_full_range(tmp_path: Path) -> None:
    black, white = np.zeros((96, 160, 3), np.uint8), np.full((96, 160, 3), 255, np.uint8)
    path = build.silent_film(tmp_path / "bw.mp4", [0, 500], pictures=[black, white])
    (frames,) = frames_of(read(path)[0])
    assert frames.luma[0].max() <= 1
    assert frames.luma[1].min() >= 254


def test_large_frames_are_averaged_down_and_small_ones_left(tmp_path: Path) -> None:
    path = build.silent_film(tmp_path / "large.mp4", [0, 40], size=(640, 360))
    assert frames_of(read(path)[0])[0].luma.shape[1:] == (144, 256)
    assert frames_of(read(path, Sampling(long_side=64))[0])[0].luma.shape[1:] == (36, 64)
    assert frames_of(read(path, Sampling(long_side=4096))[0])[0].luma.shape[1:] == (360, 640)


@pytest.mark.parametrize(("degrees", "corner"), [(90, (-1, 0)), (180, (-1, -1)), (-90, (0, -1))])
def test_rotation_is_applied(tmp_path: Path, degrees: int, corner: tuple[int, int]) -> None:
    """The bright corner starts at the upper left; positive degrees turn it anticlockwise."""
    path = tmp_path / "turned.mp4"
    with av.open(str(path), "w") as container:
        stream = build.add_video(container)
        stream.set_display_rotation(degrees)
        build.write_frames(container, stream, [0, 40])
    luma = frames_of(read(path)[0])[0].luma[0]
    assert luma.shape == ((96, 160) if degrees == 180 else (160, 96))
    assert luma[corner] > 200
    assert (luma > 200).mean() == pytest.approx(1 / 16, abs=0.01)


def test_change_of_resolution_keeps_the_size(tmp_path: Path) -> None:
    small = build.silent_film(tmp_path / "1.h264", range(0, 2000, 40), container_format="h264")
    large = build.silent_film(
        tmp_path / "2.h264", range(0, 2000, 40), size=(320, 240), container_format="h264"
    )
    both = tmp_path / "both.h264"
    both.write_bytes(small.read_bytes() + large.read_bytes())
    clips, reader = read(both)
    (frames,) = frames_of(clips)
    assert frames.luma.shape == (8, 96, 160)
    assert reader.duration_s == pytest.approx(4.0)


@pytest.mark.parametrize(
    ("codec", "suffix", "pix_fmt"),
    [
        ("png", "png", "rgb24"),
        ("png", "png", "gray"),
        ("mjpeg", "jpg", "yuvj420p"),
        ("bmp", "bmp", "bgr24"),
        ("tiff", "tiff", "rgb24"),
        ("libwebp", "webp", "yuv420p"),
    ],
)
def test_still_picture_is_one_frame(tmp_path: Path, codec: str, suffix: str, pix_fmt: str) -> None:
    path = build.still(tmp_path / f"still.{suffix}", codec, build.picture(100), pix_fmt)
    (clip,), reader = read(path)
    assert (reader.kind, reader.duration_s, reader.losses) == ("image", 0.0, ())
    assert clip.frames is not None
    assert clip.frames.times.tolist() == [0.0]
    assert clip.core.start_s <= 0.0 < clip.core.end_s
    assert clip.frames.luma[0, 2, 2] > 245
    assert clip.frames.luma[0, 90, 150] == pytest.approx(120, abs=3)


@pytest.mark.parametrize(("count", "kind"), [(1, "image"), (30, "video")])
def test_gif_is_a_picture_or_a_film(tmp_path: Path, count: int, kind: str) -> None:
    path = tmp_path / "moving.gif"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("gif", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "rgb8"
        for number in range(count):
            pixels = build.picture(4 * number, 64, 48)
            frame = av.VideoFrame.from_ndarray(pixels, "rgb24").reformat(format="rgb8")
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    clips, reader = read(path)
    assert reader.kind == kind
    assert sum(len(frames.times) for frames in frames_of(clips)) == (1 if count == 1 else 6)


@pytest.mark.parametrize(
    ("codec", "suffix"),
    [("libmp3lame", "mp3"), ("flac", "flac"), ("libopus", "opus"), ("aac", "m4a"), ("aac", "aac")],
)
def test_sound_file(tmp_path: Path, codec: str, suffix: str) -> None:
    clips, reader = read(build.song(tmp_path / f"song.{suffix}", build.tone(5.0), codec))
    assert (reader.kind, reader.losses, frames_of(clips)) == ("audio", (), [])
    assert reader.duration_s == pytest.approx(5.0, abs=0.05)


def test_cover_art_is_not_a_film(tmp_path: Path) -> None:
    """An ID3 tag with an attached picture in front of an MP3 stream."""
    cover = build.still(tmp_path / "cover.png", "png", build.picture(100)).read_bytes()
    song = build.song(tmp_path / "song.mp3", build.tone(3.0), "libmp3lame").read_bytes()
    body = b"\x00image/png\x00\x03\x00" + cover
    frame = b"APIC" + len(body).to_bytes(4, "big") + b"\x00\x00" + body
    size = bytes((len(frame) >> shift) & 127 for shift in (21, 14, 7, 0))
    path = tmp_path / "tagged.mp3"
    path.write_bytes(b"ID3\x03\x00\x00" + size + frame + song)
    with av.open(str(path)) as container:
        assert len(container.streams.video) == 1
    clips, reader = read(path)
    assert (reader.kind, reader.losses, frames_of(clips)) == ("audio", (), [])


def test_film_without_sound(tmp_path: Path) -> None:
    clips, reader = read(build.silent_film(tmp_path / "silent.mp4", range(0, 2000, 40)))
    assert (reader.kind, reader.losses, sounds_of(clips)) == ("video", (), [])


def test_a_reader_reads_once(tmp_path: Path) -> None:
    with Reader(build.film(tmp_path / "film.mp4", 1.0)) as reader:
        assert list(reader)
        with pytest.raises(RuntimeError, match="once"):
            list(reader)


def test_cores_of_frame_clips_tile_the_timeline(tmp_path: Path) -> None:
    stamps = [*range(0, 130_000, 500), *range(500_000, 501_000, 40)]
    clips, reader = read(build.silent_film(tmp_path / "long.mkv", stamps, size=(32, 32)))
    assert len(clips) == 3
    assert clips[0].core.start_s == 0.0
    assert clips[-1].core.end_s == pytest.approx(reader.duration_s)
    for before, after in pairwise(clips):
        assert before.core.end_s == after.core.start_s
    for clip in clips:
        assert clip.frames is not None
        assert np.all(clip.frames.times >= clip.core.start_s)
        assert np.all(clip.frames.times < clip.core.end_s)


def test_suffixes_are_lower_case_and_hold_the_usual_ones() -> None:
    assert {".mp4", ".mkv", ".ts", ".mp3", ".wav", ".jpg", ".png"} <= MEDIA_SUFFIXES
    assert all(suffix == suffix.lower() for suffix in MEDIA_SUFFIXES)


@pytest.mark.parametrize("bad", [{"frames_per_s": 0}, {"long_side": -1}, {"sound_rate": 0}])
def test_sampling_must_be_positive(bad: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="positive"):
        Sampling(**bad)
