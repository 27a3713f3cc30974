"""Writes a suspect file: H.264 picture, lossy sound, in an ordinary container."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

import av
import numpy as np
from av.audio.stream import AudioStream
from av.video.stream import VideoStream

from benchmarks.distort import Distortion
from media.clip import F32, U8

# Stamps of variable frame rates need a fine clock; this is the one of MPEG.
CLOCK = Fraction(1, 90_000)
# Opus knows only this rate and its fractions.
OPUS_RATE = 48_000


class Writer:
    """A context manager; frames and samples may come in any interleaving, each in order."""

    def __init__(self, path: Path, how: Distortion, rate: int, preset: str = "veryfast") -> None:
        self._container = av.open(path, "w")
        self._video: VideoStream | None = None
        self._audio: AudioStream | None = None
        self._options = {"crf": str(how.crf), "preset": preset, "threads": "1"}
        if how.exact:
            self._options["x264-params"] = "mbtree=0"
        self._rate = rate
        self._samples = 0
        if how.sound is not None:
            coded_rate = OPUS_RATE if how.codec == "libopus" else rate
            audio = self._container.add_stream(how.codec, rate=coded_rate, layout="stereo")
            if not isinstance(audio, AudioStream):
                raise ValueError(f"{how.codec} is not a sound codec")
            audio.bit_rate = how.bit_rate
            self._audio = audio
        if how.picture is not None:
            self._video = self._container.add_stream("libx264", options=self._options)

    def frame(self, frame: U8, time: float) -> None:
        """Append one RGB frame, shown `time` seconds after the start."""
        if self._video is None:
            raise ValueError("this file has no picture")
        height, width = (side // 2 * 2 for side in frame.shape[:2])
        context = self._video.codec_context
        if not context.is_open:
            context.width, context.height, context.pix_fmt = width, height, "yuv420p"
            context.time_base = CLOCK
        even = np.ascontiguousarray(frame[:height, :width])
        picture = av.VideoFrame.from_ndarray(even, "rgb24")
        picture.pts, picture.time_base = round(time / CLOCK), CLOCK
        self._container.mux(self._video.encode(picture))

    def samples(self, samples: F32) -> None:
        """Append sound of shape (2, n)."""
        if self._audio is None:
            raise ValueError("this file has no sound")
        sound = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples), "fltp", "stereo")
        sound.rate, sound.pts = self._rate, self._samples
        sound.time_base = Fraction(1, self._rate)
        self._samples += samples.shape[1]
        self._container.mux(self._audio.encode(sound))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            for stream in (self._video, self._audio):
                if stream is not None:
                    self._container.mux(stream.encode(None))
        self._container.close()
