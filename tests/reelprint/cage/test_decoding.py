"""Media in the cage: read as outside, and the end of its decoder is the outcome of one file."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from fingerprint.extract import MIRRORED, PLAIN, asked_for
from fingerprint.registry import scheme_named
from media.clip import Unreadable
from media.digest import sha256
from reelprint import decoding
from reelprint.answer import Answer
from reelprint.cage import caged
from reelprint.cage.parcel import Array, Parcel
from reelprint.extraction import KNOWN, SUSPECT_SAMPLING, Extraction, _believed, extract_suspect
from reelprint.identification import INTERNAL, Findings, Identifier
from reelprint.pool import Job, run
from reelprint.workspace import Workspace
from tests.media import build
from tests.reelprint.cage import jobs
from tests.reelprint.conftest import MUSIC, CommandLine, work

SCHEMES = ("video-dct256-1", "audio-landmark-2")


def film(folder: Path, suffix: str) -> Path:
    return build.film(folder / f"film.{suffix}", 3.0)


def picture(folder: Path, suffix: str) -> Path:
    return build.still(folder / f"still.{suffix}", suffix, build.picture(100))


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "ts", "flv", "avi", "flac", "png", "txt"])
def test_a_file_is_read_as_outside(tmp_path: Path, suffix: str) -> None:
    """Also what PyAV, numpy and Python load only when they first meet it must be there."""
    if suffix == "txt":
        path = tmp_path / "words.txt"
        path.write_bytes(b"no film" * 99)
    elif suffix == "flac":
        path = build.song(tmp_path / "song.flac", build.tone(3.0), "flac")
    else:
        path = picture(tmp_path, suffix) if suffix == "png" else film(tmp_path, suffix)
    assert inside(path) == outside(path)


def inside(path: Path) -> object:
    try:
        read = extract_suspect(path, SCHEMES)
    except Unreadable as error:
        return str(error)
    assert read.sha256 == sha256(path)
    prints = {
        key: (f.codes.tobytes(), f.times.tobytes(), f.quality.tobytes())
        for key, f in read.fingerprints.items()
        if key[1] in SCHEMES
    }
    return read.kind, read.duration_s, [list(asdict(x).values()) for x in read.losses], prints


def outside(path: Path) -> object:
    views = [PLAIN, MIRRORED]
    asked = {
        "schemes": SCHEMES,
        "views": views,
        "sampling": asdict(SUSPECT_SAMPLING),
        "deadline_s": 60.0,
    }
    try:
        with path.open("rb") as file:
            parcel = decoding.read(file, asked)
    except Unreadable as error:
        return str(error)
    keys = [(v, s.name) for v, s in asked_for([*map(scheme_named, SCHEMES)], views)]
    parts = [array.tobytes() for array in parcel.arrays]
    prints = {key: tuple(parts[3 * k : 3 * k + 3]) for k, key in enumerate(keys)}
    return parcel.said["kind"], parcel.said["duration_s"], parcel.said["losses"], prints


def test_what_is_used_in_the_cage_is_counted(tmp_path: Path) -> None:
    path = film(tmp_path, "mp4")
    before = caged.processor_s()
    extract_suspect(path, SCHEMES)
    assert 0.001 < caged.processor_s() - before < 60


def test_others_of_the_run_are_answered(tmp_path: Path) -> None:
    path = tmp_path / "suspect"
    path.write_bytes(b"12345")
    names = ["sound", "crash", "sound", "grow", "spin", "connect", "lie", "sound"]
    job = Job(jobs.prepare, (), jobs.attempt, lambda _: 300.0)
    outcomes = [result for _, result in run(job, [(name, path) for name in names], 2)]
    assert [o == "read 5 bytes" for o in outcomes] == [name == "sound" for name in names]
    assert outcomes[1] == "the decoder crashed (SIGSEGV)"
    assert outcomes[3] == "the decoder was stopped: more than 0.25 GiB of memory"
    assert outcomes[4] == "the decoder was stopped: more than 1 s of processor time"


@pytest.fixture
def small(tmp_path: Path, reelprint: CommandLine) -> CommandLine:
    """A workspace in which decoding may take hardly any memory."""
    home = shutil.copytree(reelprint.home, tmp_path / "home")
    settings = home / "settings.toml"
    text = settings.read_text(encoding="utf-8")
    changed = text.replace("decoder_memory_gib = 4.0", "decoder_memory_gib = 0.095")
    assert changed != text
    settings.write_text(changed, encoding="utf-8")
    return CommandLine(home)


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A picture of a few kilobytes that takes 113 MB when it is decoded."""
    pixels = np.full((4600, 8192, 3), 90, np.uint8)
    pixels[1000:2000, 2000:4000] = 200
    return build.still(tmp_path_factory.mktemp("large") / "large.png", "png", pixels)


def test_a_picture_that_takes_too_much_memory_is_unreadable(
    small: CommandLine, large: Path
) -> None:
    ran = small("identify", large, work(MUSIC), large, "--json")
    assert ran.code == 3
    first, music, last = ran.objects
    assert [first["status"], music["status"]] == ["unreadable", "identified"]
    assert "memory" in first["reason"]
    assert first["reason"] == last["reason"]


def test_it_is_readable_where_it_may_take_that(large: Path) -> None:
    assert extract_suspect(large, ["video-phash-1"]).is_still


def test_what_takes_too_much_memory_is_not_registered(small: CommandLine, large: Path) -> None:
    ran = small("register", large, "--json")
    (told,) = ran.objects
    assert (ran.code, told["outcome"]) == (3, "failed")
    assert "memory" in told["reason"]


def test_memory_that_is_no_number_is_refused(small: CommandLine) -> None:
    settings = small.home / "settings.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("= 0.095", "= -1"), encoding="utf-8")
    ran = small("identify", work(MUSIC))
    assert ran.code == 2
    assert "decoder_memory_gib" in ran.err


WANTED = asked_for([scheme_named("video-dct256-1")], [PLAIN])
SAID = {"kind": "video", "duration_s": 2.0, "losses": [["memory", "a\x1b[2J", 1.0]]}


def arrays(width: int = 32, times: tuple[float, ...] = (0.0, 1.0), rows: int = 2) -> list[Array]:
    return [np.zeros((rows, width), np.uint8), np.array(times), np.zeros(2, np.uint8)]


def believed(said: Mapping[str, Any], given: list[Array]) -> object:
    return _believed(Path("x"), "0" * 64, Parcel(said, given), WANTED)


def test_what_has_the_form_of_fingerprints_is_believed() -> None:
    read = _believed(Path("x"), "0" * 64, Parcel(SAID, arrays()), WANTED)
    assert len(read.fingerprints[PLAIN, "video-dct256-1"]) == 2
    assert read.losses[0].detail == r"a\x1b[2J"


@pytest.mark.parametrize(
    ("said", "given"),
    [
        (SAID, []),
        (SAID, [*arrays(), *arrays()]),
        (SAID, arrays(width=31)),
        (SAID, arrays(rows=3)),
        (SAID, arrays(times=(1.0, 0.0))),
        (SAID, arrays(times=(0.0, 1e9))),
        (SAID, arrays(times=(-11.0, 1.0))),
        (SAID, arrays(times=(0.0, 12.5))),
        (SAID, arrays(times=(0.0, float("nan")))),
        (SAID, arrays(times=(0.0, float("inf")))),
        (SAID, [arrays()[0], arrays()[2], arrays()[1]]),
        (SAID, [*arrays()[:2], np.array([1, 101], np.uint8)]),
        ({**SAID, "kind": "virus"}, arrays()),
        ({**SAID, "duration_s": -1}, arrays()),
        ({**SAID, "duration_s": 1e9}, arrays()),
        ({**SAID, "duration_s": 1e999}, arrays()),
        ({**SAID, "duration_s": None}, arrays()),
        ({**SAID, "losses": [["one"]]}, arrays()),
        ({**SAID, "losses": 3}, arrays()),
        ({}, arrays()),
    ],
)
def test_anything_else_is_not(said: Mapping[str, Any], given: list[Array]) -> None:
    with pytest.raises(Unreadable, match="no fingerprint"):
        believed(said, given)


@pytest.mark.parametrize(
    ("name", "code", "quality"),
    [
        ("audio-landmark-2", [255, 255], 100),  # above all sound
        ("audio-landmark-2", [1, 0], 99),  # no rank
        ("audio-landmark-2", [1, 0], 2),  # a rank that is not kept
        ("audio-relief-1", [0x7F] * 124, 100),  # steps higher than there are
        ("video-dct256inside-1", [0] * 37, 100),  # a picture without a width
    ],
)
def test_codes_that_a_scheme_cannot_give_are_not(name: str, code: list[int], quality: int) -> None:
    sound = "landmark" in name or "relief" in name
    possible = [1, 0] if "landmark" in name else [0x77] * 124 if sound else [*[0] * 34, 9, 9, 0]
    for given, fails in ((possible, False), (code, True)):
        graded = np.array([quality if fails else 100], np.uint8)
        one: list[Array] = [np.array([given], np.uint8), np.zeros(1), graded]
        wanted = [(PLAIN, KNOWN[name])]
        parcel = Parcel({**SAID, "kind": "audio" if sound else "video"}, one)
        if fails:
            with pytest.raises(Unreadable, match="gives no such codes"):
                _believed(Path("x"), "0" * 64, parcel, wanted)
        else:
            assert len(_believed(Path("x"), "0" * 64, parcel, wanted).fingerprints) == 1


def test_a_frame_has_no_thousands_of_features() -> None:
    wanted = [(PLAIN, KNOWN["video-orb-2"])]
    for count in (1000, 1001):
        many: list[Array] = [
            np.zeros((count, 16), np.uint8),
            np.zeros(count),
            np.zeros(count, np.uint8),
        ]
        parcel = Parcel(SAID, many)
        if count == 1000:
            assert _believed(Path("x"), "0" * 64, parcel, wanted)
        else:
            with pytest.raises(Unreadable, match="gives no such codes"):
                _believed(Path("x"), "0" * 64, parcel, wanted)


class Stumbling(Identifier):
    """As no matcher should."""

    def answer(self, suspect: Extraction, findings: Findings | None = None) -> Answer:
        raise IndexError(f"index 15 is out of bounds in {suspect.kind}")


def test_an_error_of_ours_is_named_as_one_and_ends_one_file(
    reelprint: CommandLine, caplog: pytest.LogCaptureFixture
) -> None:
    with closing(Stumbling(Workspace.open(reelprint.home))) as identifier:
        answer = identifier.identify(work(MUSIC))
    assert answer.status == "unreadable"
    assert answer.reason == f"{INTERNAL}: IndexError: index 15 is out of bounds in audio"
    (record,) = caplog.records
    assert "this is an error of Reelprint" in record.getMessage()
    assert record.exc_info is not None
    assert record.exc_info[0] is IndexError
