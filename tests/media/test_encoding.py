from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.clip import Unreadable
from media.encoding import encoding_of
from media.nals import Packing, packing_of, parameter_sets
from tests.reelprint.streams import film, segmented


def test_a_new_container_changes_nothing(tmp_path: Path) -> None:
    source = film(tmp_path / "film.mp4", 1)
    first = encoding_of(source)
    assert first.codec is not None
    assert (first.codec.split()[0], first.rate, first.cadence) == ("h264", 25.0, (20,))
    assert first.written is not None
    assert first.written.startswith("x264 - core")
    assert len(first.key_frames) == 5
    joined = tmp_path / "joined.ts"
    parts = sorted(segmented(source, tmp_path / "ts", 1.0).glob("*.ts"))
    joined.write_bytes(b"".join(part.read_bytes() for part in parts))
    again = encoding_of(joined)
    assert [one.sha256 for one in again.key_frames] == [one.sha256 for one in first.key_frames]
    assert (again.parameters_sha256, again.written, again.cadence) == (
        first.parameters_sha256,
        first.written,
        first.cadence,
    )


def test_another_encode_of_the_same_film_has_other_pictures(tmp_path: Path) -> None:
    one = encoding_of(film(tmp_path / "one.mp4", 1))
    two = encoding_of(film(tmp_path / "two.mp4", 1, crf=30, gop=25))
    assert not {k.sha256 for k in one.key_frames} & {k.sha256 for k in two.key_frames}
    assert (one.cadence, two.cadence) == ((20,), (25,))


def test_what_is_no_media_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.ts"
    path.write_bytes(b"no media")
    with pytest.raises(Unreadable):
        encoding_of(path)


@given(st.binary(max_size=60), st.sampled_from(["h264", "hevc", "vp9"]), st.binary(max_size=40))
def test_any_bytes_are_taken_apart_in_one_pass(extra: bytes, codec: str, data: bytes) -> None:
    for head in (extra, b"\1" + extra, b"\0\0\1" + extra):
        packing = packing_of(codec, head)
        if packing is None:
            assert codec == "vp9"
            continue
        assert sum(map(len, packing.units(data))) <= len(data)
        assert sum(map(len, parameter_sets(packing, head))) <= len(head)


def test_both_ways_of_packing_hold_the_same_units() -> None:
    units = [b"\x67abc", b"\x68de", b"\x65slice"]
    started = b"".join(b"\0\0\0\1" + unit for unit in units)
    counted = b"".join(len(unit).to_bytes(4) + unit for unit in units)
    by_start, by_length = Packing("h264", None), Packing("h264", 4)
    assert list(by_start.units(started)) == list(by_length.units(counted)) == units
    assert [by_start.kind(unit) for unit in units] == ["parameters", "parameters", "slice"]
