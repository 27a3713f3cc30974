"""Builds small real media files for the tests, with known content and known stamps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.stream import VideoStream
from numpy.typing import NDArray

RATE = 48_000
TICK = Fraction(1, 1000)
Options = dict[str, str]
# Small, quick, and with B-frames unless a test says otherwise.
X264: Options = {"preset": "veryfast", "crf": "28", "g": "25", "bf": "3"}


def picture(number: int, width: int = 160, height: int = 96) -> NDArray[np.uint8]:
    """A grey frame whose mean rises with its number, with a bright square at the upper left."""
    frame = np.full((height, width, 3), 20 + number % 200, np.uint8)
    frame[: height // 4, : width // 4] = 255
    return frame


def tone(seconds: float, hertz: float = 440.0, rate: int = RATE) -> NDArray[np.float32]:
    """A sine at half scale."""
    times = np.arange(round(seconds * rate)) / rate
    return (0.5 * np.sin(2 * np.pi * hertz * times)).astype(np.float32)


def add_video(
    container: OutputContainer,
    size: tuple[int, int] = (160, 96),
    codec: str = "libx264",
    options: Options | None = None,
    rate: int = 25,
) -> VideoStream:
    """A video stream with millisecond ticks."""
    stream = container.add_stream(codec, rate=rate, options=X264 if options is None else options)
    if not isinstance(stream, VideoStream):
        raise TypeError("not a video codec")
    stream.width, stream.height = size
    stream.pix_fmt = "yuv420p"
    stream.codec_context.time_base = TICK
    return stream


def add_sound(container: OutputContainer, codec: str = "aac", rate: int = RATE) -> AudioStream:
    """A mono sound stream."""
    stream = container.add_stream(codec, rate=rate, layout="mono")
    if not isinstance(stream, AudioStream):
        raise TypeError("not a sound codec")
    return stream


def write_frames(
    container: OutputContainer,
    stream: VideoStream,
    times_ms: Iterable[int],
    pictures: Sequence[NDArray[np.uint8]] | None = None,
) -> None:
    """Encode one frame for each time, and flush."""
    for number, time_ms in enumerate(times_ms):
        pixels = picture(number, stream.width, stream.height) if not pictures else pictures[number]
        frame = av.VideoFrame.from_ndarray(pixels, "rgb24")
        frame.pts, frame.time_base = time_ms, TICK
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def write_sound(
    container: OutputContainer,
    stream: AudioStream,
    samples: NDArray[np.float32],
    start_s: float = 0,
) -> None:
    """Encode samples from a time on."""
    for begin in range(0, len(samples), 1024):
        container.mux(stream.encode(sound_frame(samples, begin, stream.rate, start_s)))


def flush(container: OutputContainer, stream: AudioStream) -> None:
    """Write what the encoder still holds."""
    container.mux(stream.encode(None))


def sound_frame(
    samples: NDArray[np.float32], begin: int, rate: int, start_s: float
) -> av.AudioFrame:
    """1024 samples as a frame with its stamp."""
    piece = np.ascontiguousarray(samples[begin : begin + 1024]).reshape(1, -1)
    frame = av.AudioFrame.from_ndarray(piece, "fltp", "mono")
    frame.rate = rate
    frame.pts, frame.time_base = round(start_s * rate) + begin, Fraction(1, rate)
    return frame


def film(
    path: Path,
    seconds: float = 4.0,
    size: tuple[int, int] = (160, 96),
    muxer: Options | None = None,
    **options: Any,
) -> Path:
    """A film with sound at 25 frames a second; the container follows from the suffix."""
    with av.open(str(path), "w", options=muxer or {}, **options) as container:
        video, sound = add_video(container, size), add_sound(container)
        write_frames(container, video, range(0, round(seconds * 1000), 40))
        write_sound(container, sound, tone(seconds))
        flush(container, sound)
    return path


def silent_film(
    path: Path,
    times_ms: Iterable[int],
    size: tuple[int, int] = (160, 96),
    options: Options | None = None,
    pictures: Sequence[NDArray[np.uint8]] | None = None,
    container_format: str | None = None,
) -> Path:
    """A film without sound, with a frame at each of the times."""
    with av.open(str(path), "w", format=container_format) as container:
        video = add_video(container, size, options=options)
        write_frames(container, video, times_ms, pictures)
    return path


def song(path: Path, samples: NDArray[np.float32], codec: str, rate: int = RATE) -> Path:
    """A sound file."""
    with av.open(str(path), "w") as container:
        stream = add_sound(container, codec, rate)
        write_sound(container, stream, samples)
        flush(container, stream)
    return path


def still(path: Path, codec: str, pixels: NDArray[np.uint8], pix_fmt: str = "rgb24") -> Path:
    """A picture file."""
    with av.open(str(path), "w", format="image2") as container:
        stream = container.add_stream(codec, rate=1)
        if not isinstance(stream, VideoStream):
            raise TypeError("not a picture codec")
        stream.height, stream.width = pixels.shape[:2]
        stream.pix_fmt = pix_fmt
        frame = av.VideoFrame.from_ndarray(pixels, "rgb24").reformat(format=pix_fmt)
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path


def cut_in_half(path: Path, share: float = 0.5) -> Path:
    """The first part of a file, beside it."""
    data = path.read_bytes()
    cut = path.with_name(f"cut-{path.name}")
    cut.write_bytes(data[: int(len(data) * share)])
    return cut


def flip_bits(path: Path, flips: int, seed: int = 1) -> Path:
    """A copy with single bits flipped behind its headers and before its index."""
    data = np.frombuffer(path.read_bytes(), np.uint8).copy()
    chooser = np.random.default_rng(seed)
    places = chooser.integers(1024, len(data) * 3 // 4, flips)
    data[places] ^= (1 << chooser.integers(0, 8, flips)).astype(np.uint8)
    damaged = path.with_name(f"damaged-{path.name}")
    damaged.write_bytes(data.tobytes())
    return damaged
