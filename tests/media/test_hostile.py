"""Broken, cut, misnamed and malicious files: what can be had, a reason, and never a traceback."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import av
import numpy as np
import pytest

from media.clip import Clip, Loss, Unreadable
from media.digest import sha256
from media.reader import Reader
from tests.media import build


def read(path: Path, deadline_s: float | None = None) -> tuple[list[Clip], Reader]:
    with Reader(path, deadline_s=deadline_s) as reader:
        return list(reader), reader


def kinds(reader: Reader) -> set[str]:
    return {loss.kind for loss in reader.losses}


def loss(reader: Reader, kind: str) -> Loss:
    return next(loss for loss in reader.losses if loss.kind == kind)


def frame_count(clips: list[Clip]) -> int:
    return sum(len(clip.frames.times) for clip in clips if clip.frames is not None)


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def playlist(tmp_path: Path) -> str:
    film = build.film(tmp_path / "film.ts", 1.0)
    return f"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:1,\nfile://{film}\n#EXT-X-ENDLIST\n"


def concat_list(tmp_path: Path) -> str:
    film = build.film(tmp_path / "film.mp4", 1.0)
    return f"ffconcat version 1.0\nfile {film.name}\n"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("text.mp4", b"It was a dark and stormy night.\n" * 500),
        ("zeros.mp4", bytes(100_000)),
        ("noise.mp4", np.random.default_rng(3).bytes(300_000)),
        ("ansi.mp4", b"\x1b[31mred\x1b[0m\n" * 2000),
        ("titles.srt", b"1\n00:00:01,000 --> 00:00:02,000\nHi.\n\n" * 50),
        ("drawing.svg", b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
        ("page.mkv", b"<!doctype html><html><body>Not found</body></html>"),
    ],
)
def test_what_is_not_media_is_unreadable(tmp_path: Path, name: str, data: bytes) -> None:
    with pytest.raises(Unreadable, match="not media"):
        Reader(written(tmp_path / name, data))


@pytest.mark.parametrize("name", ["list.m3u8", "list.mp4", "list"])
def test_a_playlist_opens_nothing(tmp_path: Path, name: str) -> None:
    with pytest.raises(Unreadable, match="not media"):
        Reader(written(tmp_path / name, playlist(tmp_path).encode()))


@pytest.mark.parametrize("name", ["list.ffconcat", "list.mp4"])
def test_a_list_of_files_opens_nothing(tmp_path: Path, name: str) -> None:
    with pytest.raises(Unreadable, match="not media"):
        Reader(written(tmp_path / name, concat_list(tmp_path).encode()))


HEAD = "#EXTM3U\n#EXT-X-TARGETDURATION:9\n"
NAMING = {
    "HLS of data": f"{HEAD}#EXTINF:1,\ndata:video/mp2t;base64,R0BAAA==\n#EXT-X-ENDLIST\n",
    "HLS of a part": f"{HEAD}#EXTINF:1,\nsubfile,,start,0,end,9,,:/etc/hostname\n#EXT-X-ENDLIST\n",
    "HLS of HLS": "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nhttp://127.0.0.1/other.m3u8\n",
    "HLS with a key": f'{HEAD}#EXT-X-KEY:METHOD=AES-128,URI="file:///etc/hostname"\n#EXTINF:1,\na\n',
    "a list of data": "ffconcat version 1.0\nfile 'data:video/mp2t;base64,R0BAAA=='\n",
    "a list of the network": "ffconcat version 1.0\nfile tcp://127.0.0.1:9/\n",
    "DASH": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"/>',
    "SDP": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 9 RTP/AVP 96\n",
    "metadata": ";FFMETADATA1\ntitle=x\n",
}


@pytest.mark.parametrize("what", NAMING)
@pytest.mark.parametrize("name", ["suspect.mp4", "subfile,,start,0,end,0,,:x", "data:video,x"])
def test_what_names_other_sources_opens_none(tmp_path: Path, what: str, name: str) -> None:
    with pytest.raises(Unreadable, match="not media"):
        Reader(written(tmp_path / name, NAMING[what].encode()))


def test_empty_file(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="empty"):
        Reader(written(tmp_path / "empty.mp4", b""))


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="No such file"):
        Reader(tmp_path / "missing.mp4")


def test_folder(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="folder"):
        Reader(tmp_path)


def test_impossible_name() -> None:
    with pytest.raises(Unreadable, match="cannot be opened"):
        Reader(Path("a\0b.mp4"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    with pytest.raises(Unreadable, match="regular"):
        Reader(tmp_path / "pipe.mp4")


@pytest.mark.parametrize("name", ["a%03d.png", "a*.png", "file:a.png", "http:a.png", "-", "x"])
def test_names_are_taken_literally(tmp_path: Path, name: str) -> None:
    picture = build.still(tmp_path / "still.png", "png", build.picture(100)).read_bytes()
    clips, reader = read(written(tmp_path / name, picture))
    assert (reader.kind, frame_count(clips)) == ("image", 1)


def test_a_film_without_frames(tmp_path: Path) -> None:
    path = tmp_path / "none.mp4"
    with av.open(str(path), "w") as container:
        build.add_video(container)
        container.start_encoding()
    with pytest.raises(Unreadable):
        read(path)


def test_cut_film_with_its_index_behind_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="not media"):
        Reader(build.cut_in_half(build.film(tmp_path / "film.mp4", 10.0)))


@pytest.mark.parametrize(
    ("suffix", "muxer"), [("mp4", {"movflags": "faststart"}), ("mkv", {}), ("flv", {}), ("avi", {})]
)
def test_cut_film_gives_its_first_part(tmp_path: Path, suffix: str, muxer: build.Options) -> None:
    film = build.film(tmp_path / f"film.{suffix}", 20.0, muxer=muxer)
    clips, reader = read(build.cut_in_half(film))
    assert 10 < frame_count(clips) < 40
    # A cut that falls between two packets of a file that states no length cannot be seen.
    others = (read(build.cut_in_half(film, share))[1] for share in (0.51, 0.52))
    assert any(kinds(one) & {"truncated", "decode_errors"} for one in (reader, *others))


def test_stream_cut_within_a_packet_and_joined_late(tmp_path: Path) -> None:
    data = build.film(tmp_path / "film.ts", 20.0).read_bytes()
    path = written(tmp_path / "cut.ts", data[len(data) // 3 + 77 : -100])
    clips, reader = read(path)
    assert frame_count(clips) > 15
    assert reader.duration_s > 8


@pytest.mark.parametrize(
    ("suffix", "flips", "kind"),
    [("ts", 400, "corrupt_frames"), ("mkv", 40, "decode_errors"), ("mp4", 40, "decode_errors")],
)
def test_flipped_bits_are_survived_and_counted(
    tmp_path: Path, suffix: str, flips: int, kind: str
) -> None:
    film = build.film(tmp_path / f"film.{suffix}", 20.0)
    clips, reader = read(build.flip_bits(film, flips))
    assert frame_count(clips) > 10
    assert kind in kinds(reader)
    assert len(kinds(reader)) == len(reader.losses)


def test_raw_video_is_timed_by_its_rate(tmp_path: Path) -> None:
    path = build.silent_film(tmp_path / "raw.h264", range(0, 4000, 40), container_format="h264")
    clips, reader = read(path)
    assert frame_count(clips) == 8
    assert reader.duration_s == pytest.approx(4.0)
    assert kinds(reader) == {"timestamps"}
    assert "100 frames" in loss(reader, "timestamps").detail


def test_spliced_streams_are_joined(tmp_path: Path) -> None:
    """The same stream twice: its clock jumps back in the middle."""
    data = build.film(tmp_path / "film.ts", 20.0).read_bytes()
    clips, reader = read(written(tmp_path / "twice.ts", data + data))
    assert reader.duration_s == pytest.approx(40.0, abs=0.5)
    assert frame_count(clips) == pytest.approx(80, abs=2)
    assert "timestamps" in kinds(reader)


def bomb(path: Path) -> Path:
    """Two frames of 67 megapixels in a few kilobytes, and sound."""
    with av.open(str(path), "w") as container:
        video = build.add_video(container, (8192, 8192), options={"preset": "ultrafast"})
        sound = build.add_sound(container)
        frame = av.VideoFrame(8192, 8192, "yuv420p")
        for plane in frame.planes:
            plane.update(bytes(plane.buffer_size))
        frame.pts, frame.time_base = 0, build.TICK
        container.mux(video.encode(frame))
        container.mux(video.encode(None))
        build.write_sound(container, sound, build.tone(1.0))
        build.flush(container, sound)
    return path


def test_too_large_a_picture_is_left_out_and_its_sound_kept(tmp_path: Path) -> None:
    clips, reader = read(bomb(tmp_path / "bomb.mkv"))
    assert frame_count(clips) == 0
    assert kinds(reader) == {"too_large"}
    assert reader.kind == "audio"
    assert reader.duration_s == pytest.approx(1.0, abs=0.05)


def test_a_picture_that_grows_too_large_on_the_way_is_not_decoded(tmp_path: Path) -> None:
    small = build.silent_film(tmp_path / "raw.h264", range(0, 2000, 40), container_format="h264")
    frame = av.VideoFrame(8192, 8192, "gray")
    with av.open(str(tmp_path / "large.h264"), "w", format="h264") as container:
        large = build.add_video(container, (8192, 8192), options={"preset": "ultrafast"})
        frame.planes[0].update(bytes(frame.planes[0].buffer_size))
        frame.pts, frame.time_base = 0, build.TICK
        container.mux(large.encode(frame.reformat(format="yuv420p")))
        container.mux(large.encode(None))
    grown = small.read_bytes() + (tmp_path / "large.h264").read_bytes()
    clips, reader = read(written(tmp_path / "grown.h264", grown))
    assert frame_count(clips) == 4
    assert reader.duration_s == pytest.approx(2.0, abs=0.1)
    assert "decode_errors" in kinds(reader)


def test_encrypted_film_is_unreadable(tmp_path: Path) -> None:
    key = {
        "encryption_scheme": "cenc-aes-ctr",
        "encryption_key": "76a6c65c5ea762046bd749a2e632ccbb",
        "encryption_kid": "a7e61c373e219033c21091fa607bf3b8",
    }
    with pytest.raises(Unreadable, match="encrypted"):
        read(build.film(tmp_path / "locked.mp4", muxer=key))


def test_deadline_keeps_what_came(tmp_path: Path) -> None:
    with Reader(build.film(tmp_path / "film.mp4", 4.0), deadline_s=0.0) as reader:
        with pytest.raises(Unreadable, match="stopped after 0 s"):
            list(reader)
        assert kinds(reader) == {"deadline"}


def test_deadline_in_the_middle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that ticks once a packet, so that the test needs no real time."""
    ticks = iter(range(10_000))
    monkeypatch.setattr("media.reader.time.monotonic", lambda: next(ticks))
    clips, reader = read(build.film(tmp_path / "film.mp4", 20.0), deadline_s=300)
    assert frame_count(clips) > 2
    assert 1.0 < reader.duration_s < 18.0
    assert kinds(reader) == {"deadline"}


def test_sha256_is_that_of_the_bytes(tmp_path: Path) -> None:
    path = written(tmp_path / "x", bytes(range(256)) * 9000)
    assert sha256(path) == hashlib.sha256(path.read_bytes()).hexdigest()
    with pytest.raises(Unreadable):
        sha256(tmp_path / "missing")
