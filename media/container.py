"""Opens a media file so that it can do nothing but be read.

FFmpeg gets the bytes through a Python object without a name: no file name can select a protocol,
a pattern of names or a format, and no protocol is allowed that could open anything else.
"""

from __future__ import annotations

from io import BufferedReader
from pathlib import Path

import av
from av.container import InputContainer

from media.clip import Unreadable
from media.formats import FORMAT_WHITELIST
from media.source import open_regular

MAX_PIXELS = 8192 * 4608  # 8K with room to spare; a frame buffer of this size is 57 MB

_OPTIONS = {
    "format_whitelist": FORMAT_WHITELIST,
    "protocol_whitelist": "none",  # matches no protocol
    "max_pixels": str(MAX_PIXELS),  # holds while streams are probed; decoders are told again
}
_BUFFER_BYTES = 1 << 18


class _Nameless:
    """Only the three calls that FFmpeg needs, and no file name to guess from."""

    def __init__(self, source: BufferedReader) -> None:
        self.read = source.read
        self.seek = source.seek
        self.tell = source.tell


class Media:
    """An open container together with the file beneath it."""

    def __init__(self, file: Path | BufferedReader) -> None:
        """Open a file, or take over one that is open. Raises `Unreadable` when it is not media."""
        self._source = open_regular(file) if isinstance(file, Path) else file
        try:
            self.container = _open_container(self._source)
        except Unreadable:
            self._source.close()
            raise

    @property
    def format_names(self) -> frozenset[str]:
        """FFmpeg's names for the format, such as mov and mp4."""
        return frozenset(self.container.format.name.split(","))

    @property
    def start_s(self) -> float:
        """The earliest presentation stamp, which becomes time 0."""
        rounded_s = (self.container.start_time or 0) / 1e6  # FFmpeg rounds it to microseconds
        exact = [
            stream.start_time * float(stream.time_base)
            for stream in self.container.streams
            if stream.start_time is not None and stream.time_base is not None
        ]
        return next((start for start in exact if abs(start - rounded_s) < 1e-6), rounded_s)

    @property
    def stated_s(self) -> float | None:
        """The duration that the file states, or that FFmpeg estimates."""
        return self.container.duration / 1e6 if self.container.duration else None

    def close(self) -> None:
        """Release the decoders and the file."""
        self.container.close()
        self._source.close()


def _open_container(source: BufferedReader) -> InputContainer:
    try:
        return av.open(
            _Nameless(source),
            mode="r",
            options=_OPTIONS,
            metadata_errors="replace",
            buffer_size=_BUFFER_BYTES,
        )
    except (av.FFmpegError, OSError) as error:
        raise Unreadable(f"it is not media that can be read: {_reason(error)}") from error


def _reason(error: Exception) -> str:
    if isinstance(error, av.error.ArgumentError):
        return "its kind is unknown or not allowed"
    return str(getattr(error, "strerror", None) or error)
