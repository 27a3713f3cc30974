"""Small HLS streams of moving noise, encoded here, and their captures from sites on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

import av
import numpy as np

from capture.capturing import Captured, Surroundings, Wanted, capture
from capture.policy import Policy
from capture.shown import segments_of
from casework.record import Sample
from reelprint.demo import makers
from reelprint.demo.streams import Cut
from tests.capture.server import QuickClock, Site, serving
from tests.casework.build import sample
from tests.reelprint.conftest import MUSIC, work

FPS, WIDTH, HEIGHT = 25, 160, 90


def pirated_music(folder: Path) -> Path:
    """A folder with a pirated piece of music as HLS, `a.m3u8`, made by FFmpeg's own muxer."""
    makers.music(Cut(work(MUSIC), 20, 28), folder / "copy.mp3")
    options = {"hls_time": "2", "hls_list_size": "0"}
    with (
        av.open(str(folder / "copy.mp3")) as source,
        av.open(str(folder / "a.m3u8"), "w", format="hls", options=options) as out,
    ):
        copied = out.add_stream_from_template(source.streams.audio[0])
        for packet in source.demux(audio=0):
            if packet.dts is not None:
                packet.stream = copied
                out.mux(packet)
    return folder


def film(path: Path, seed: int, crf: int = 23, gop: int = 20, seconds: float = 4.0) -> Path:
    """Noise that moves, as H.264 in MP4."""
    picture = np.random.default_rng(seed).integers(0, 255, (HEIGHT, WIDTH, 3), dtype=np.uint8)
    with av.open(str(path), "w") as out:
        options = {"g": str(gop), "crf": str(crf), "sc_threshold": "0", "preset": "ultrafast"}
        stream = out.add_stream("libx264", rate=FPS, options=options)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for at in range(int(seconds * FPS)):
            frame = av.VideoFrame.from_ndarray(np.roll(picture, at, 1), format="rgb24")
            frame.pts = at
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    return path


def segmented(source: Path, folder: Path, seconds: float, kind: str = "mpegts") -> Path:
    """The same coded frames as HLS, in segments of about so long, TS or fMP4."""
    folder.mkdir()
    options = {"hls_time": str(seconds), "hls_list_size": "0", "hls_segment_type": kind}
    target = str(folder / "main.m3u8")
    with av.open(str(source)) as given, av.open(target, "w", format="hls", options=options) as out:
        copied = out.add_stream_from_template(given.streams.video[0])
        for packet in given.demux(video=0):
            if packet.dts is not None:
                packet.stream = copied
                out.mux(packet)
    return folder


@contextmanager
def sites(*folders: Path) -> Iterator[list[Site]]:
    """A site for each folder, that serves what is in it."""
    with ExitStack() as running:
        found = []
        for folder in folders:
            site = running.enter_context(serving())
            for path in folder.iterdir():
                site.put(f"/{path.name}", path.read_bytes())
            found.append(site)
        yield found


def captured(site: Site, parent: Path) -> Captured:
    """All of a site's stream."""
    wanted = Wanted(site.url("/main.m3u8"), parent, None, policy=Policy(allow_private=True))
    return capture(wanted, Surroundings("test", QuickClock()))


def sample_of(done: Captured, name: str, site: str) -> Sample:
    """What a case would record of a capture."""
    played = [str(path.relative_to(done.folder)) for path in done.media]
    return replace(
        sample(name, site=site),
        capture=done.folder.name,
        manifest_sha256=done.manifest_sha256,
        segments=tuple(segments_of(done.folder)),
        media=tuple(played),
    )
