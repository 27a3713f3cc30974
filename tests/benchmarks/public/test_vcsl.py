"""VCSL on a tiny set that is laid out as its repository lays it out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from benchmarks.datasets import WorkFile
from benchmarks.metrics import Answer
from benchmarks.public.given import ask, narrowed
from benchmarks.public.vcsl import figures, load, query_sets
from benchmarks.systems import Modality
from media.clip import Span


@pytest.fixture
def vcsl(tmp_path: Path) -> Path:
    for name in ("aa", "bb", "cc"):
        (tmp_path / f"{name}.mp4").touch()
    pairs = "query_id,reference_id\naa,bb\naa,cc\naa,dead\nbb,aa\n"
    (tmp_path / "pair_file_test.csv").write_text(pairs)
    labels = {"aa-bb": [[0, 5, 10, 15], [20, 40, 30, 60]], "bb-aa": [[5, 0, 15, 10]]}
    (tmp_path / "label_file_uuid_total.json").write_text(json.dumps(labels))
    sets = {"test": {"one": ["aa-bb", "aa-dead"], "two": ["bb-aa"]}}
    (tmp_path / "split_meta_pairs.json").write_text(json.dumps(sets))
    return tmp_path


class Scripted:
    """Says of each query what it was told to say."""

    name = "scripted"
    modality: Modality = "video"
    floor = 0.0

    def __init__(self, says: Mapping[str, Sequence[tuple[str, Span, Span]]]) -> None:
        self._says = says
        self.works: list[str] = []

    def register(self, works: Sequence[WorkFile]) -> None:
        self.works = [work.work_id for work in works]

    def identify(self, queries: Sequence[Path]) -> Iterator[Answer]:
        for query in queries:
            said = self._says.get(query.stem, ())
            yield {
                "status": "identified" if said else "no_match",
                "matches": [
                    {
                        "work_id": work,
                        "query": {"start_s": a.start_s, "end_s": a.end_s},
                        "reference": {"start_s": b.start_s, "end_s": b.end_s},
                        "speed": 1.0,
                        "score": 1.0,
                        "e_value": 1e-9,
                    }
                    for work, a, b in said
                ],
            }


def test_a_part_is_read(vcsl: Path) -> None:
    given = load(vcsl)
    assert (sorted(given.queries), sorted(given.references)) == (["aa", "bb"], ["aa", "bb", "cc"])
    first, second, third = given.truths
    assert (first.query, first.reference) == (Span(0, 10), Span(5, 15))
    assert (second.query, second.reference, second.speed) == (Span(20, 30), Span(40, 60), 2.0)
    assert (third.query_id, third.work) == ("bb", "aa")
    assert given.pairs == frozenset({("aa", "bb"), ("aa", "cc"), ("bb", "aa")})
    assert given.left_out == {"pairs, for want of a video": 1}


def test_only_listed_pairs_are_judged(vcsl: Path) -> None:
    given = load(vcsl)
    system = Scripted(
        {
            "aa": [("bb", Span(0, 10), Span(5, 15)), ("aa", Span(0, 30), Span(0, 30))],
            "bb": [("cc", Span(0, 5), Span(0, 5))],
        }
    )
    told = ask(system, given)
    assert system.works == ["bb", "cc", "aa"]
    assert [(p.query_id, p.work) for p in told.said] == [("aa", "bb")]
    # Precision of the one pair 1; recall 10 of 20 s by 10 of 30 s of it, and 0 of bb-aa.
    got = figures(given, told.said, query_sets(vcsl, "test"))
    assert got["segments"] == {
        "precision": 1.0,
        "recall": pytest.approx(1 / 12),
        "f1": pytest.approx(2 / 13),
    }
    assert got["false_rejections"]["share"] == 0.5  # type: ignore[index]
    assert got["false_alarms"]["share"] == 0.0  # type: ignore[index]
    # Of set two nothing is said: its precision counts as 1. The pair without a video is left out.
    assert got["query_sets"] == {
        "precision": 1.0,
        "recall": pytest.approx(1 / 12),
        "f1": pytest.approx(2 / 13),
    }


def test_a_pair_that_shares_nothing_lowers_precision(vcsl: Path) -> None:
    given = load(vcsl)
    says = {"aa": [("cc", Span(0, 10), Span(0, 10))], "bb": [("aa", Span(5, 15), Span(0, 10))]}
    got = figures(given, ask(Scripted(says), given).said, {})
    assert got["segments"] == {"precision": 0.5, "recall": 0.5, "f1": 0.5}
    assert got["false_alarms"]["share"] == 1.0  # type: ignore[index]
    assert got["query_sets"] is None


def test_a_part_of_it_judges_the_pairs_that_are_left(vcsl: Path) -> None:
    part = narrowed(load(vcsl), None, 0)
    assert part.pairs == frozenset({("aa", "bb"), ("bb", "aa")})
    assert sorted(part.references) == ["aa", "bb"]


def test_what_is_wrong_is_said(vcsl: Path) -> None:
    with pytest.raises(FileNotFoundError, match="pair_file_val"):
        load(vcsl, "val")
    (vcsl / "aa.mkv").touch()
    with pytest.raises(ValueError, match="have one id"):
        load(vcsl)
    (vcsl / "aa.mkv").unlink()
    (vcsl / "label_file_uuid_total.json").write_text(json.dumps({"aa-bb": [[0, 5, 10]]}))
    with pytest.raises(ValueError, match=r"the label \[0, 5, 10\] of aa-bb is not a box"):
        load(vcsl)
    (vcsl / "pair_file_test.csv").write_text("query,reference\naa,bb\n")
    with pytest.raises(ValueError, match="lacks query_id, reference_id"):
        load(vcsl)
