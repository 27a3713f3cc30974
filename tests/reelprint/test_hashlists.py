"""Lists of hashes: the forms that others write, the faults of lists, there and back."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fingerprint.extract import MIRRORED, PLAIN
from fingerprint.scheme import Fingerprint
from matchers.hashes import near
from reelprint.demo import makers
from reelprint.demo.streams import Cut
from reelprint.extraction import Extraction
from reelprint.hashlists.comparing import Listed, Rule
from reelprint.hashlists.entry import Entry
from reelprint.hashlists.reading import BadList, read_list
from reelprint.hashlists.writing import FORMS
from tests.reelprint.conftest import MUSIC, SHORT, CommandLine, new_workspace, work
from tests.reelprint.fpk.builders import workspace

A = "f8f8f0cee0f4a84f06370a22038f63f0b36e2ed596621e1d33e6b39c4e9c9b22"
B = "0" * 63 + "f"
ENTRY_A, ENTRY_B = Entry(bytes.fromhex(A), ""), Entry(bytes.fromhex(B), "")


def listed(folder: Path, text: str) -> tuple[list[Entry], int]:
    path = folder / "list"
    path.write_text(text, encoding="utf-8")
    found = read_list(path)
    return list(found.entries), found.passed_over


FORMS_OF_OTHERS = {
    "threatexchange dataset --csv": (
        "signal_type,signal_str,collab,category,tags\r\n"
        f"pdq,{A},Sample,INVESTIGATION_SEED,cats dogs\r\n"
        "url,https://a.example,Sample,POSITIVE_CLASS,\r\n",
        [Entry(bytes.fromhex(A), "", ("cats", "dogs"))],
        1,
    ),
    "columns of one's own": (
        f"id,hash,quality,timestamp,frame\n7,{A.upper()},80,1.5,36\n",
        [Entry(bytes.fromhex(A), "7", (), 80, 1.5, 36)],
        0,
    ),
    "vPDQ's file": (
        f"0,100,{A},0.000\n15,52,{B},0.501\n",
        [
            Entry(bytes.fromhex(A), "", (), 100, 0.0, 0),
            Entry(bytes.fromhex(B), "", (), 52, 0.501, 15),
        ],
        0,
    ),
    "lines": (f"{A}\n\n{B}\n", [ENTRY_A, ENTRY_B], 0),
    "lines with a kind": (f"pdq {A}\nvideo_md5 {A[:32]}\n", [ENTRY_A], 1),
    "vPDQ's JSON": (
        json.dumps([f"{A},100,0.000", f"{B},52,0.501"]),
        [
            Entry(bytes.fromhex(A), "", (), 100, 0.0),
            Entry(bytes.fromhex(B), "", (), 52, 0.501),
        ],
        0,
    ),
    "ThreatExchange's page": (
        json.dumps(
            {
                "data": [
                    {"id": "12", "type": "HASH_PDQ", "indicator": A, "tags": ["x"]},
                    {"id": "13", "type": "HASH_PDQ", "raw_indicator": B,
                     "tags": {"data": [{"id": "9", "text": "y"}]}},
                    {"id": "14", "type": "HASH_MD5", "indicator": A[:32]},
                    {"id": "15", "type": "HASH_PDQ", "indicator": A, "should_delete": True},
                ]
            }
        ),
        [Entry(bytes.fromhex(A), "12", ("x",)), Entry(bytes.fromhex(B), "13", ("y",))],
        2,
    ),
    "HMA's lines": (
        "".join(
            json.dumps({"id": n, "signals": s}) + "\n"
            for n, s in enumerate([{"pdq": A}, {"video_md5": A[:32]}])
        ),
        [Entry(bytes.fromhex(A), "0")],
        1,
    ),
    "a video in a cell": (
        f'signal_type,signal_str,id\nvpdq,"[""{A},100,0.0"", ""{B},52,1.0""]",v\n',
        [
            Entry(bytes.fromhex(A), "v", (), 100, 0.0),
            Entry(bytes.fromhex(B), "v", (), 52, 1.0),
        ],
        0,
    ),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS_OF_OTHERS)
def test_what_others_write_is_read(form: str, tmp_path: Path) -> None:
    text, entries, passed_over = FORMS_OF_OTHERS[form]
    assert listed(tmp_path, text) == (entries, passed_over)
    assert listed(tmp_path, "\ufeff" + text) == (entries, passed_over)


FAULTS = {
    "short hash": (f"{A}\n{A[:-1]}x\n", ":2:"),
    "no head": ("name,size\na,1\n", ":1:"),
    "quality": (f"hash,quality\n{A},50\n{A},101\n", ":3:"),
    "quality of half": (f"hash,quality\n{A},50.5\n", ":2:"),
    "time": (f"hash,timestamp\n{A},-1\n", ":2:"),
    "no number": (f"hash,timestamp\n{A},nan\n", ":2:"),
    "endless number": (f"hash,timestamp\n{A},1e999\n", ":2:"),
    "more cells": (f"hash,id\n{A},1,2\n", ":2:"),
    "vPDQ of three": (f"0,100,{A},0.0\n0,100,{A}\n", ":2:"),
    "turned id": (f"hash,id\n{A},a\u202eb\n", ":2:"),
    "quote without end": (f'hash,id\n{A},"x\n', ":"),
    "broken JSON": ('[\n{"hash": ', ":"),
    "broken line": (f'{{"hash": "{A}"}}\n{{"hash": "{A}"\n', ":2:"),
    "number for an object": ("[1]", "entry 1"),
    "hash no text": ('[{"hash": 7}]', "entry 1"),
    "labels no list": (f'[{{"hash": "{A}", "tags": 7}}]', "entry 1"),
    "quality is true": (f'[{{"hash": "{A}", "quality": true}}]', "entry 1"),
    "deep": ("[" * 100_000, ":"),
    "video without texts": ('[{"hash": "[1]"}]', "entry 1"),
    "video broken": ('[{"hash": "[1"}]', "entry 1"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_faults_are_told_with_their_line(fault: str, tmp_path: Path) -> None:
    text, where = FAULTS[fault]
    with pytest.raises(BadList) as caught:
        listed(tmp_path, text)
    assert where in str(caught.value)


def test_no_list_is_read_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "l").write_bytes(b"\xff\xfe" + A.encode("utf-16-le"))
    with pytest.raises(BadList, match="UTF-8"):
        read_list(tmp_path / "l")


@given(st.text(max_size=200))
def test_any_text_is_a_list_or_is_refused(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    path = tmp_path_factory.getbasetemp() / "any-text"
    path.write_bytes(text.encode("utf-8", "surrogatepass"))
    try:
        read_list(path)
    except BadList:
        return


hashes = st.binary(min_size=32, max_size=32)
words = st.text("abcdefgh-_0123456789", min_size=1, max_size=12)
grades = st.one_of(st.none(), st.integers(0, 100))
times = st.one_of(st.none(), st.integers(0, 10**6).map(lambda ms: ms / 1000))
entries = st.builds(
    Entry, hashes, words, st.sets(words, max_size=3).map(lambda s: tuple(sorted(s))), grades, times
)


@given(st.lists(entries, min_size=1, max_size=5), st.sampled_from([".csv", ".json", ".jsonl"]))
def test_what_is_written_is_read_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, given_entries: list[Entry], suffix: str
) -> None:
    path = tmp_path_factory.getbasetemp() / f"written{suffix}"
    path.write_text(FORMS[suffix](given_entries), encoding="utf-8")
    assert list(read_list(path).entries) == given_entries


def test_a_vpdq_file_is_of_one_video() -> None:
    with pytest.raises(ValueError, match="one video"):
        FORMS[".txt"]([Entry(bytes(32), "a", (), 60, 0.0), Entry(bytes(32), "b", (), 60, 0.0)])


@given(st.integers(0, 2**32 - 1), st.integers(0, 256))
def test_near_is_what_comparing_bit_by_bit_gives(seed: int, radius: int) -> None:
    random = np.random.default_rng(seed)
    ours, theirs = (random.integers(0, 256, (n, 32), dtype=np.uint8) for n in (5, 7))
    apart = np.unpackbits(ours[:, None] ^ theirs[None], axis=2).sum(axis=2)
    found = near(ours, theirs, radius)
    pairs = list(zip(*np.nonzero(apart <= radius), strict=True))
    assert list(zip(found.query, found.listed, strict=True)) == pairs
    assert found.distance.tolist() == [apart[pair] for pair in pairs]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    return new_workspace(tmp_path_factory.mktemp("lists") / "home")


def test_there_and_back(run: CommandLine, tmp_path: Path) -> None:
    out = tmp_path / "hashes.csv"
    assert run("pdq", "export", work(SHORT), "-o", out, "--tag", "own").code == 0
    assert run("pdq", "match", work(SHORT)).code == 2  # no list yet
    assert run("pdq", "import", out, "--name", "partners").code == 0
    assert run("pdq", "list", "--json").objects[0]["list"] == "partners"
    (found,) = run("pdq", "match", work(SHORT), "--json").objects
    (hit,) = found["hits"]
    assert (hit["id"], hit["labels"], hit["distance_bits"]) == (SHORT, ["own"], 0)
    assert hit["hashes_near"] == hit["hashes"]
    assert (found["status"], found["evidence"], hit["mirrored"]) == ("near", False, False)
    music = tmp_path / "music.mp3"
    makers.music(Cut(work(MUSIC), 5, 8), music)
    assert run("pdq", "match", music).code == 1
    (tmp_path / "bad.mp4").write_text("no film")
    assert run("pdq", "match", music, tmp_path / "bad.mp4", "--list", out).code == 3
    assert run("pdq", "remove", "partners").code == 0
    assert run("pdq", "remove", "partners").code == 2


def test_a_list_with_a_fault_is_not_taken_in(run: CommandLine, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text(f"{A}\n")
    bad.write_text(f"hash\n{A}\nx\n")
    ran = run("pdq", "import", good, bad)
    assert ran.code == 2
    assert "bad.csv:3:" in ran.err
    assert run("pdq", "list").code == 1
    assert run("pdq", "import", good, "--name", "../../x").code == 2


def test_works_without_hashes_say_how_to_have_them(tmp_path: Path) -> None:
    run = CommandLine(workspace(tmp_path / "home").home)
    assert run("register", work(SHORT)).code == 0
    refused = run("pdq", "export", SHORT, "-o", tmp_path / "a.json")
    assert refused.code == 2
    assert "video-pdq-1" in refused.err


def test_works_are_exported_as_they_are_kept(tmp_path: Path) -> None:
    home = workspace(tmp_path / "home", "video-dct256-1", "video-pdq-1").home
    run = CommandLine(home)
    assert run("register", work(SHORT)).code == 0
    for suffix in FORMS:
        out = tmp_path / f"list{suffix}"
        assert run("pdq", "export", SHORT, "-o", out).code == 0
        assert all(one.quality is not None for one in read_list(out).entries)
    (answer,) = run("identify", work(SHORT), "--json").objects
    assert answer["status"] == "identified"
    assert answer["engine"]["schemes"] == ["video-dct256-1"]
    assert run("pdq", "export", "nobody", "-o", tmp_path / "b.json").code == 2
    assert run("pdq", "export", SHORT, "-o", tmp_path / "b.doc").code == 2
    assert run("pdq", "export", SHORT, "-o", tmp_path / "list.csv").code == 2


def suspect(plain: list[bytes], mirrored: list[bytes], quality: int = 90) -> Extraction:
    def codes(of: list[bytes]) -> Fingerprint:
        code = np.frombuffer(b"".join(of), np.uint8).reshape(-1, 32)
        times = np.arange(len(of), dtype=np.float64)
        return Fingerprint("video-pdq-1", code, times, np.full(len(of), quality, np.uint8))

    views = {(PLAIN, "video-pdq-1"): codes(plain), (MIRRORED, "video-pdq-1"): codes(mirrored)}
    return Extraction(Path("x"), "0" * 64, "video", 9.0, (), views)


def test_hits_are_told_by_video_nearest_first() -> None:
    one, near_one, other = bytes(32), bytes(31) + b"\x07", b"\xff" * 32
    entries = [
        *(Entry(one, "v", ("x",), 80, 0.0), Entry(other, "v", ("y",), 80, 1.0)),
        *(Entry(near_one, "w"), Entry(one, "poor", (), 49), Entry(b"\x0f" * 32, "far")),
    ]
    listed = Listed("l", entries, Rule())
    first, second = listed.hits(suspect([near_one], [one]))
    assert (first.name, first.distance, first.mirrored) == ("v", 0, True)
    assert (first.hashes_near, first.hashes, first.labels, first.at_s) == (1, 2, ("x",), (0.0,))
    assert (second.name, second.distance, second.mirrored) == ("w", 0, False)
    assert listed.hits(suspect([one], [one], 49)) == []
    assert listed.hits(suspect([], [])) == []
    assert Listed("none", [], Rule()).hits(suspect([one], [one])) == []


def test_the_radius_is_the_one_that_is_asked_for() -> None:
    listed = [Listed("l", [Entry(bytes(32), "v")], Rule(radius)) for radius in (31, 32)]
    far = suspect([b"\xff" * 4 + bytes(28)], [])
    assert [len(one.hits(far)) for one in listed] == [0, 1]
