"""Each baseline of the picture finds a copy, and nothing in what is no copy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from benchmarks import peers
from benchmarks.baselines import frame_hashes, mpeg7, orb
from benchmarks.datasets import WorkFile
from benchmarks.distort import Distortion
from benchmarks.encode import Writer
from benchmarks.probe import Facts
from benchmarks.systems import System
from media.clip import U8

MAKERS: dict[str, tuple[Callable[[int], System], bool]] = {
    "PDQ": (lambda jobs: frame_hashes.pdq().baseline(jobs), frame_hashes.pdq_available()),
    "phash": (frame_hashes.imagehashes()[0].baseline, True),
    "dhash": (frame_hashes.imagehashes()[1].baseline, True),
    "whash": (frame_hashes.imagehashes()[2].baseline, True),
    "MPEG-7": (mpeg7.mpeg7, mpeg7.available()),
    "ORB": (orb.Orb, True),
}


def scene(seed: int, time: float) -> U8:
    """Rectangles that drift across a larger scene, so that no second is like another."""
    rng = np.random.default_rng(seed)
    wide = np.full((180, 1200, 3), 120, np.uint8)
    for _ in range(220):
        x, y = (int(v) for v in rng.integers(0, (1180, 170)))
        size, ink = rng.integers(6, 50, 2), tuple(int(v) for v in rng.integers(0, 255, 3))
        cv2.rectangle(wide, (x, y), (x + int(size[0]), y + int(size[1])), ink, -1)
    at = round(90 * time)
    return wide[:, at : at + 240]


def film(folder: Path, seed: int, start_s: float, seconds: float) -> WorkFile:
    path = folder / f"{seed}-{start_s:g}.mp4"
    with Writer(path, Distortion(sound=None, crf=20), 44_100) as writer:
        for k in range(round(seconds * 10)):
            writer.frame(scene(seed, start_s + k / 10), k / 10)
    facts = Facts(str(seed), seconds, has_video=True, has_audio=False, height=180)
    return WorkFile(path, path.name, f"work {seed}", "video", facts)


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> dict[str, WorkFile]:
    folder = tmp_path_factory.mktemp("films")
    return {
        "work": film(folder, 1, 0.0, 9.0),
        "other": film(folder, 2, 0.0, 9.0),
        "copy": film(folder, 1, 3.0, 4.0),
        "stranger": film(folder, 3, 0.0, 4.0),
    }


@pytest.mark.parametrize("name", MAKERS)
def test_a_copy_is_found_where_it_is_and_a_stranger_is_not(
    name: str, films: dict[str, WorkFile]
) -> None:
    make, available = MAKERS[name]
    if not available:
        pytest.skip(f"{name} is not installed")
    system = make(1)
    system.register([films["work"], films["other"]])
    found, none = system.identify([films["copy"].path, films["stranger"].path])
    best = found["matches"][0]
    assert best["work_id"] == "work 1"
    assert best["score"] >= system.floor
    offset = best["reference"]["start_s"] - best["query"]["start_s"]
    assert offset == pytest.approx(3.0, abs=0.3)
    assert not [match for match in none["matches"] if match["score"] >= system.floor]


@pytest.mark.parametrize("name", ["MPEG-7", "ORB"])
def test_a_copy_within_other_footage_is_found(
    name: str, films: dict[str, WorkFile], tmp_path: Path
) -> None:
    make, available = MAKERS[name]
    if not available:
        pytest.skip(f"{name} is not installed")
    path = tmp_path / "spliced.mp4"
    with Writer(path, Distortion(sound=None, crf=20), 44_100) as writer:
        for k in range(100):
            time = k / 10
            shown = scene(1, time - 1.0) if 4 <= time < 8 else scene(3, time)
            writer.frame(shown, time)
    system = make(1)
    system.register([films["work"], films["other"]])
    (answer,) = system.identify([path])
    best = answer["matches"][0]
    assert (best["work_id"], best["score"] >= system.floor) == ("work 1", True)
    offset = best["reference"]["start_s"] - best["query"]["start_s"]
    assert offset == pytest.approx(-1.0, abs=0.3)


@pytest.mark.parametrize("make", [lambda: frame_hashes.imagehashes()[0].baseline(), orb.Orb])
def test_what_is_registered_anew_replaces_what_was(
    make: Callable[[], System], films: dict[str, WorkFile]
) -> None:
    system = make()
    system.register([films["work"]])
    system.register([films["other"]])
    (answer,) = system.identify([films["copy"].path])
    assert not [m for m in answer["matches"] if m["work_id"] == "work 1"]


@pytest.mark.skipif(not (mpeg7.available() and mpeg7.iscc_available()), reason="not installed")
def test_iscc_finds_a_whole_file(films: dict[str, WorkFile]) -> None:
    system = mpeg7.iscc_video()
    system.register([films["work"], films["other"]])
    (answer,) = system.identify([films["work"].path])
    assert answer["matches"][0]["work_id"] == "work 1"
    assert answer["matches"][0]["score"] == 1.0


def test_a_mirrored_copy_is_found_by_orb(films: dict[str, WorkFile], tmp_path: Path) -> None:
    path = tmp_path / "mirrored.mp4"
    with Writer(path, Distortion(sound=None, crf=20), 44_100) as writer:
        for k in range(30):
            writer.frame(np.ascontiguousarray(scene(1, 2 + k / 10)[:, ::-1]), k / 10)
    system = orb.Orb()
    system.register([films["work"]])
    (answer,) = system.identify([path])
    assert answer["matches"][0].get("transform") == {"mirrored": True}


@pytest.mark.skipif(cv2.__version__ < "5", reason="OpenCV 4 also pairs some that are not mutual")
def test_mutual_neighbours_are_those_of_opencv() -> None:
    rng = np.random.default_rng(3)
    a = rng.integers(0, 256, (300, 32), np.uint8)
    b = np.concatenate([a[::2] ^ (1 << rng.integers(0, 8, (150, 32), np.uint8)), a[:40], a[:40]])
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True).match(a, b)
    first, second = orb.mutual(a, b)
    assert list(zip(first, second, strict=True)) == [(p.queryIdx, p.trainIdx) for p in pairs]
    assert len(pairs) > 150


@pytest.mark.parametrize("name", MAKERS)
def test_several_jobs_say_the_same_in_the_same_order(name: str, films: dict[str, WorkFile]) -> None:
    make, available = MAKERS[name]
    if not available:
        pytest.skip(f"{name} is not installed")
    told = []
    for jobs in (1, 2):
        system = make(jobs)
        system.register([films["work"], films["other"]])
        told.append(list(system.identify([films["copy"].path, films["other"].path])))
    assert told[0] == told[1]
    assert [answer["matches"][0]["work_id"] for answer in told[0]] == ["work 1", "work 2"]


def test_frames_without_a_hash_are_left_out(films: dict[str, WorkFile]) -> None:
    codes, times = frame_hashes.prints(lambda frame: None, films["copy"].path)
    assert (len(codes), len(times)) == (0, 0)


def test_what_is_not_installed_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame_hashes, "pdq_available", lambda: False)
    monkeypatch.setattr(mpeg7, "available", lambda: False)
    found, left_out = peers.choose_peers(peers.of_video(), "", baselines=True)
    assert [peer.key for peer in found] == ["phash", "dhash", "whash", "orb"]
    assert left_out == [
        "PDQ, because pdqhash is not installed",
        "MPEG-7, because ffmpeg is not installed",
        "ISCC video, because ffmpeg is not installed",
    ]


def test_a_work_without_a_picture_is_passed_over(films: dict[str, WorkFile]) -> None:
    facts = replace(films["work"].facts, has_video=False)
    system = orb.Orb()
    system.register([films["other"], replace(films["work"], facts=facts)])
    (answer,) = system.identify([films["copy"].path])
    assert answer["status"] == "no_match"
