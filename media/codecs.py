"""Whether the FFmpeg that PyAV brings can decode what suspects are usually made of."""

from __future__ import annotations

from av.codec import codecs_available

_EXPECTED = (
    "h264 hevc av1 vp8 vp9 mpeg4 mpeg2video theora aac mp3 opus vorbis flac ac3 eac3 pcm_s16le "
    "mjpeg png webp"
)


def missing_decoders() -> list[str]:
    """The names of expected codecs that cannot be decoded here."""
    return [name for name in _EXPECTED.split() if name not in codecs_available]
