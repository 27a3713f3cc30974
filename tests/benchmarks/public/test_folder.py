"""A folder of one's own: what truth.csv may say, and one that is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.metrics import Prediction, Truth
from benchmarks.public.folder import SOMEWHERE, figures, load
from benchmarks.report import report
from media.clip import Span
from tests.benchmarks.public.build import photograph, run, scene, song, tune

HEADER = "query,reference,query_start_s,query_end_s,reference_start_s,reference_end_s"


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    for name in ("references/a.mp4", "references/more/b.wav", "queries/x.mp3", "queries/y.mp3"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


def tell(folder: Path, *lines: str, header: str = HEADER) -> None:
    (folder / "truth.csv").write_text("\n".join((header, *lines)) + "\n")


def test_a_folder_is_read(mine: Path) -> None:
    tell(mine, "x,more/b,0,10,5,15", "x.mp3,a.mp4,12,14,0,4")
    given = load(mine)
    assert given.truths == (
        Truth("x.mp3", "more/b.wav", Span(0, 10), Span(5, 15)),
        Truth("x.mp3", "a.mp4", Span(12, 14), Span(0, 4), 2.0),
    )
    assert list(given.queries) == ["x.mp3"]
    assert sorted(given.references) == ["a.mp4", "more/b.wav"]
    assert given.left_out == {"queries that truth.csv does not name": 1}


def test_times_and_references_are_optional(mine: Path) -> None:
    tell(mine, "x,a", "y,", header="query,reference")
    given = load(mine)
    assert given.truths == (
        Truth("x.mp3", "a.mp4", SOMEWHERE, SOMEWHERE),
        Truth("y.mp3", None, SOMEWHERE, SOMEWHERE),
    )
    assert not given.left_out


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("z,a,,,,", "line 2: no query 'z'"),
        ("x,c,,,,", "line 2: no reference 'c'"),
        ("x,a,0,10,,15", "line 2: '' is not a number"),
        ("x,a,10,0,5,15", "line 2: a span ends before it begins"),
    ],
)
def test_what_is_wrong_in_a_line_is_said(mine: Path, line: str, said: str) -> None:
    tell(mine, line)
    with pytest.raises(ValueError, match=said):
        load(mine)


def test_what_is_wrong_in_a_folder_is_said(mine: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"no truth\.csv"):
        load(mine)
    tell(mine, "x,a", "x,", header="query,reference")
    with pytest.raises(ValueError, match=r"x\.mp3 carries nothing, and that it does"):
        load(mine)
    tell(mine, "x", header="query")
    with pytest.raises(ValueError, match="lacks reference"):
        load(mine)
    with pytest.raises(FileNotFoundError, match="no folder"):
        load(mine / "references")


def test_figures_by_hand(mine: Path) -> None:
    tell(mine, "x,a,0,10,5,15", "x,more/b,20,30,0,10", "y,")
    given = load(mine)
    said = [
        # 0.4 s late, so in the right place; the other true reference is 3 s off.
        Prediction("x.mp3", "a.mp4", Span(0, 10), Span(5.4, 15.4), 1.0, 9.0),
        Prediction("x.mp3", "more/b.wav", Span(20, 30), Span(3, 13), 1.0, 8.0),
        Prediction("y.mp3", "a.mp4", Span(0, 5), Span(0, 5), 1.0, 7.0),
    ]
    got = figures(given, said)
    assert got["recall"]["share"] == 0.5  # type: ignore[index]
    assert got["offset_error_s"]["median"] == pytest.approx(1.7)  # type: ignore[index]
    assert (got["false"]["k"], got["false"]["n"]) == (1, 2)  # type: ignore[index]
    negatives = got["false_of_negatives"]
    assert (negatives["k"], negatives["n"]) == (1, 1)  # type: ignore[index]
    assert got["micro_ap"] == 1.0


def test_without_times_a_place_is_not_judged(mine: Path) -> None:
    tell(mine, "x,a", header="query,reference")
    said = [Prediction("x.mp3", "a.mp4", Span(0, 10), Span(50, 60), 1.0, 9.0)]
    got = figures(load(mine), said)
    assert got["recall"]["share"] == 1.0  # type: ignore[index]
    assert (got["offset_error_s"], got["segment_ap"], got["vcsl"]) == (None, None, None)


def test_a_folder_of_sound_and_pictures_is_asked_for(tmp_path: Path) -> None:
    first = tune(1, 12.0)
    song(tmp_path / "references/first.wav", first)
    photograph(tmp_path / "references/second.jpg", scene(1))
    (tmp_path / "references/third.mp4").write_bytes(b"no film")
    song(tmp_path / "queries/x.wav", first[16000:64000])
    photograph(tmp_path / "queries/y.jpg", scene(1), quality=30)
    song(tmp_path / "queries/z.wav", tune(2, 8.0))
    tell(tmp_path, "x,first,0,6,2,8", "y,second,,,,", "z,,,,,")
    to = tmp_path / "mine.json"
    result = run(to, "folder", tmp_path, "--peers", "phash")
    ours, peer = result["systems"]
    assert ours["system"] == "Reelprint"
    assert result["unreadable_names"] == ["third.mp4"]
    shipped = ours["shipped"]
    assert (shipped["recall"]["k"], shipped["recall"]["n"]) == (2, 2)
    assert shipped["offset_error_s"]["median"] < 0.1
    assert (shipped["false"]["k"], shipped["false"]["n"]) == (0, 3)
    assert shipped["micro_ap"] == 1.0
    assert peer["statuses"] == {"identified": 1, "not asked for": 2}  # it does not read sound
    page = report([to], tmp_path / "docs").read_text()
    assert "1 files cannot be read and count as missed (third.mp4)" in page
    assert "imagehash.phash, 1 frame/s does not read 2 of the queries" in page
    assert "What others report" not in page
