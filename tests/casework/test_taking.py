"""Samples are captures of the case; whatever comes of one, it was tried."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from capture.capturing import Wanted
from casework import checking
from casework.taking import Sampler, sealed, site_of
from tests.capture.conftest import LAB, listed, playlist, segment, stock
from tests.capture.server import Site
from tests.casework.conftest import CASE, SITE, opened


def wanted(source: str, for_s: float | None = None) -> Wanted:
    return Wanted(source, Path("nowhere"), for_s, policy=LAB)


@pytest.fixture
def stream(site: Site) -> str:
    site.put("/a.m3u8", playlist(*listed(range(4))))
    stock(site, range(3))  # the fourth is missing
    return site.url("/a.m3u8")


def test_a_sample_names_the_bodies_it_consists_of(sampler: Sampler, stream: str) -> None:
    taken = sampler.take(SITE, wanted(stream))
    sample = taken.sample
    bodies = [hashlib.sha256(segment(n)).hexdigest() for n in range(3)]
    assert sample.segments == tuple(bodies)
    assert (sample.outcome, sample.seconds, sample.planned_at) == ("unexamined", 6.0, None)
    assert sample.media == ("media/main-000.ts",)
    assert taken.captured is not None
    assert taken.captured.folder == sampler.store.captures(CASE) / str(sample.capture)
    assert sample.manifest_sha256 == taken.captured.manifest_sha256
    assert sampler.store.unexamined(CASE) == [sample]
    assert taken.head == sampler.store.head(CASE)
    assert sample.taken_at <= sample.ended_at


def test_two_samples_of_one_stream_share_segments(sampler: Sampler, stream: str) -> None:
    one, two = (sampler.take(SITE, wanted(stream, s)).sample for s in (2, 4))
    assert set(one.segments) < set(two.segments)


def test_what_cannot_be_had_was_tried(sampler: Sampler, site: Site) -> None:
    for source, why in [
        (site.url("/no.m3u8"), "failed: status 404"),
        ("http://169.254.1.1/x", "refused: "),
        ("no-such-file.mp4", "it could not be captured: "),
    ]:
        sample = sampler.take(SITE, wanted(source)).sample
        assert (sample.outcome, sample.segments, sample.media) == ("empty", (), ())
        assert str(sample.reason).startswith(why)
    assert len(sampler.store.dossier(CASE, "ann").samples) == 3


def test_init_sections_are_no_segments(sampler: Sampler, site: Site) -> None:
    init, body = b"\x00\x00\x00\x10ftypisom" + bytes(4), b"\x00\x00\x00\x08moof"
    site.put("/i.mp4", init)
    site.put("/s.m4s", body)
    site.put("/a.m3u8", playlist('#EXT-X-MAP:URI="/i.mp4"', "#EXTINF:2,", "/s.m4s"))
    sample = sampler.take(SITE, wanted(site.url("/a.m3u8"))).sample
    assert sample.segments == (hashlib.sha256(body).hexdigest(),)


def test_a_recording_is_its_own_segment(sampler: Sampler, tmp_path: Path) -> None:
    path = tmp_path / "recording.mp4"
    path.write_bytes(b"whatever")
    sample = sampler.take("files.example", wanted(str(path))).sample
    assert sample.segments == (hashlib.sha256(b"whatever").hexdigest(),)
    assert (sample.source, sample.seconds) == (str(path), 0.0)


def test_a_file_in_pieces_is_those_pieces(sampler: Sampler, site: Site) -> None:
    site.put("/film.mp4", b"\x00\x00\x00\x10ftypisom" + bytes(400))
    sample = sampler.take(SITE, wanted(site.url("/film.mp4"))).sample
    assert len(sample.segments) == 1
    assert sample.outcome == "unexamined"


def test_the_first_time_is_by_the_plan_where_each_is_tried_once(
    sampler: Sampler, stream: str
) -> None:
    first, second = (sampler.take_at_will(SITE, wanted(stream)).sample for _ in range(2))
    assert first.planned_at is not None
    assert second.planned_at is None


def test_other_lengths_and_other_policies_are_beside_the_plan(
    sampler: Sampler, stream: str
) -> None:
    assert sampler.take_at_will(SITE, wanted(stream, 3)).sample.planned_at is None
    opened(sampler.store, "live-3x60s-per-hour", "C-2")
    other = Sampler(sampler.store, "C-2", "ann", sampler.around)
    assert other.take_at_will(SITE, wanted(stream)).sample.planned_at is None


def test_a_capture_that_is_changed_is_found(sampler: Sampler, stream: str) -> None:
    taken = sampler.take(SITE, wanted(stream))
    captures, sample = sampler.store.captures(CASE), taken.sample
    assert taken.captured is not None
    assert checking.problems(sampler.store, CASE) == []
    assert list(sealed(captures, sample)) == ["media/main-000.ts"]
    manifest = taken.captured.folder / "manifest.json"
    manifest.chmod(0o644)
    manifest.write_bytes(manifest.read_bytes().replace(b'"whole": false', b'"whole": true'))
    assert "its manifest is not the one" in "".join(checking.problems(sampler.store, CASE))
    with pytest.raises(OSError, match="not what was recorded"):
        sealed(captures, sample)
    taken.captured.folder.rename(captures / "elsewhere")
    assert "cannot be read" in "".join(checking.problems(sampler.store, CASE))


def test_a_site_is_a_host_unless_it_is_named() -> None:
    assert site_of("https://WWW.Site.example:8080/a", None) == "www.site.example"
    assert site_of("https://cdn.example/a", "Site.Example") == "site.example"
    for source in ("film.mp4", "http://", "http:///a"):
        with pytest.raises(ValueError, match="name one with --site"):
            site_of(source, None)
