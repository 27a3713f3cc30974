"""Streams made by FFmpeg's own muxers are captured to files that the reader reads."""

from __future__ import annotations

import hashlib
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from capture.verifying import verify
from media.reader import Reader
from tests.capture.conftest import Lab, exchanges
from tests.capture.server import Site

RATE, SECONDS = 10, 6


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One small film as HLS in four ways and as DASH in two."""
    path = tmp_path_factory.mktemp("streams")
    (path / "key").write_bytes(bytes(range(16)))
    (path / "key.info").write_text(f"key\n{path / 'key'}\n")
    for name, more in {
        "ts.m3u8": {},
        "fmp4.m3u8": {"hls_segment_type": "fmp4", "hls_fmp4_init_filename": "init.mp4"},
        "ranges.m3u8": {"hls_flags": "single_file"},
        "aes.m3u8": {"hls_key_info_file": str(path / "key.info")},
    }.items():
        film(path / name, "hls", {"hls_time": "2", "hls_list_size": "0", **more})
    for name, timeline in (("timeline.mpd", "1"), ("numbers.mpd", "0")):
        (path / name[:2]).mkdir()
        film(path / name[:2] / name, "dash", {"seg_duration": "2", "use_timeline": timeline})
    return path


def film(path: Path, form: str, options: dict[str, str]) -> None:
    with av.open(str(path), "w", format=form, options=options) as out:
        stream = out.add_stream("libx264", RATE, {"g": "20", "preset": "ultrafast"})
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 160, 96, "yuv420p"
        stream.time_base = Fraction(1, RATE)
        for n in range(RATE * SECONDS):
            picture = np.full((96, 160, 3), n * 2, np.uint8)
            picture[:, n : n + 40] = 255 - n
            frame = av.VideoFrame.from_ndarray(picture)
            frame.pts, frame.time_base = n, Fraction(1, RATE)
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))


@pytest.mark.parametrize(
    "name",
    ["ts.m3u8", "fmp4.m3u8", "ranges.m3u8", "aes.m3u8", "ti/timeline.mpd", "nu/numbers.mpd"],
)
def test_what_ffmpeg_makes_is_captured_and_read(
    lab: Lab, site: Site, folder: Path, name: str
) -> None:
    served = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file()}
    for path, file in served.items():
        site.put(f"/{path}", file.read_bytes())
    done = lab(site.url(f"/{name}"))
    assert done.whole, done.manifest["gaps"]
    (media,) = done.media
    with Reader(media) as reader:
        times = [t for clip in reader if clip.frames is not None for t in clip.frames.times]
    assert max(times) - min(times) == pytest.approx(SECONDS, abs=0.7)
    digests = {hashlib.sha256(file.read_bytes()).hexdigest() for file in served.values()}
    whole = [e for e in exchanges(done) if e["response"]["status"] == 200]
    assert {e["body"]["sha256"] for e in whole} <= digests
    assert verify(done.folder).state == "finished"
