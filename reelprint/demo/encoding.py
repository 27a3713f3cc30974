"""Writes picture and sound streams into a file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Literal

import av
from av.container import OutputContainer
from av.video.frame import PictureType

from reelprint.demo.streams import RATE, Stream, pictures, sounds, through

FRAMES_PER_S = 25
# Without its macroblock tree, which makes x264 give other bytes from one run to the next.
PRESET = "superfast"
SoundCodec = Literal["aac", "libmp3lame", "libopus"]
SOUND_CODECS: dict[str, SoundCodec] = {
    ".mp4": "aac",
    ".m3u8": "aac",
    ".mp3": "libmp3lame",
    ".ogg": "libopus",
}
SEGMENT_S = 2
KEY_INFO = "key.info"  # beside a playlist, as FFmpeg's muxer reads it: its segments are encrypted


@dataclass(frozen=True, slots=True)
class Quality:
    """How hard the copy is pressed."""

    crf: int = 26
    bits_per_s: int = 64_000
    layout: str = "stereo"


def write(
    path: Path, picture: Stream | None, sound: Stream | None, quality: Quality | None = None
) -> None:
    """Encode streams into a file; its suffix says which container and sound codec: of `.m3u8` it
    is the playlist, and the segments lie beside it.

    The same streams give the same bytes: one thread, and no time or version in the file.
    """
    quality = quality or Quality()
    options = {"fflags": "+bitexact", **_container_options(path)}
    with av.open(str(path), "w", options=options) as container:
        # Every stream has to be known before the first packet is written.
        feeds: list[Iterator[float]] = []
        if picture is not None:
            feeds.append(_picture(container, picture, quality))
        if sound is not None:
            feeds.append(_sound(container, sound, quality, SOUND_CODECS[path.suffix]))
        _interleave(feeds)


def _container_options(path: Path) -> dict[str, str]:
    if path.suffix == ".mp4":
        return {"movflags": "+faststart"}
    if path.suffix != ".m3u8":
        return {}
    key = path.parent / KEY_INFO
    encrypted = {"hls_key_info_file": str(key)} if key.exists() else {}
    return {
        "hls_time": f"{SEGMENT_S}",
        "hls_list_size": "0",
        "hls_playlist_type": "vod",
    } | encrypted


def _interleave(feeds: Sequence[Iterator[float]]) -> None:
    """Go on with whichever stream is behind, so that a file cut short has both.

    A feed writes a frame at each step and says its time.
    """
    reached = {number: 0.0 for number, _ in enumerate(feeds)}
    while reached:
        behind = min(reached, key=reached.__getitem__)
        time_s = next(feeds[behind], None)
        if time_s is None:
            del reached[behind]
        else:
            reached[behind] = time_s


def _picture(container: OutputContainer, picture: Stream, quality: Quality) -> Iterator[float]:
    shaped = through(through(picture, "fps", fps=f"{FRAMES_PER_S}"), "format", pix_fmts="yuv420p")
    shown = pictures(through(shaped, "setsar", sar="1"))
    first = next(shown)
    options = {"crf": f"{quality.crf}", "preset": PRESET, "threads": "1"}
    if container.format.name == "hls":
        options["g"] = f"{FRAMES_PER_S * SEGMENT_S}"  # a segment begins with a key frame
    stream = container.add_stream("libx264", rate=FRAMES_PER_S, options=options)
    stream.width, stream.height, stream.pix_fmt = first.width, first.height, "yuv420p"

    def feed() -> Iterator[float]:
        for frame in chain([first], shown):
            frame.pict_type = PictureType.NONE  # the encoder decides, not the source
            container.mux(stream.encode(frame))
            yield frame.time or 0.0
        container.mux(stream.encode(None))

    return feed()


def _sound(
    container: OutputContainer, sound: Stream, quality: Quality, codec: SoundCodec
) -> Iterator[float]:
    stream = container.add_stream(codec, rate=RATE, layout=quality.layout)
    stream.bit_rate = quality.bits_per_s

    def feed() -> Iterator[float]:
        for frame in sounds(sound):
            container.mux(stream.encode(frame))
            yield frame.time or 0.0
        container.mux(stream.encode(None))

    return feed()
