"""Which streams of a file are read, and why the others cannot be."""

from __future__ import annotations

from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Discard, Disposition, Stream
from av.video.stream import VideoStream

from media.container import MAX_PIXELS
from media.losses import Ledger

# Sample entries of ISO common encryption: the payload is noise without its key.
_ENCRYPTED_TAGS = frozenset({"encv", "enca", "drmi", "drms"})
NOT_FILM = Disposition.attached_pic | Disposition.timed_thumbnails


def choose(
    container: InputContainer, ledger: Ledger
) -> tuple[VideoStream | None, AudioStream | None]:
    """The best picture and the best sound that can be decoded; the rest is not even unpacked."""
    video = _best_video(container)
    sound = _best_sound(container, video)
    if video is not None and not _readable_video(video, ledger):
        video = None
    if sound is not None and not _readable(sound, "sound", ledger):
        sound = None
    for stream in container.streams:
        if stream not in (video, sound):
            stream.discard = Discard.all
    return video, sound


def _best_video(container: InputContainer) -> VideoStream | None:
    stream = container.streams.best("video")
    if not isinstance(stream, VideoStream) or stream.disposition & NOT_FILM:
        return None
    return stream


def _best_sound(container: InputContainer, video: VideoStream | None) -> AudioStream | None:
    """Sound that goes with the picture; FFmpeg passes over streams whose packets come late."""
    related = {} if video is None else {"related": video}
    stream = container.streams.best("audio", **related) or next(iter(container.streams.audio), None)
    return stream if isinstance(stream, AudioStream) else None


def _readable_video(stream: VideoStream, ledger: Ledger) -> bool:
    if not _readable(stream, "picture", ledger):
        return False
    context = stream.codec_context
    if context.width * context.height > MAX_PIXELS:
        size = f"{context.width} x {context.height}"
        ledger.note("too_large", f"the picture of {size} pixels is larger than 8K and was left out")
        return False
    context.options = {**context.options, "max_pixels": str(MAX_PIXELS)}
    return True


def _readable(stream: Stream, what: str, ledger: Ledger) -> bool:
    if stream.codec_context is None:
        ledger.note("no_decoder", f"no decoder is known for the {what}")
        return False
    if _tag(stream) in _ENCRYPTED_TAGS or "enc_key_id" in stream.metadata:
        ledger.note("encrypted", f"the {what} is encrypted")
        return False
    # One thread a process: many files are read side by side, one process a core.
    stream.codec_context.thread_count = 1
    return True


def _tag(stream: Stream) -> str:
    try:
        return stream.codec_context.codec_tag
    except UnicodeDecodeError:  # four bytes that a file may fill with anything
        return ""
