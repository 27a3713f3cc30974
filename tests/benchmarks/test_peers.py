"""Which peers a run holds, and that a run that is stopped keeps those it has measured."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from benchmarks import audio, peers, recall, results, video
from benchmarks import cli_finding as commands
from benchmarks.datasets import Dataset, WorkFile
from benchmarks.make import Made
from benchmarks.metrics import Answer
from benchmarks.peers import Peer, choose_peers, in_turn
from benchmarks.report import report
from benchmarks.systems import Modality
from benchmarks.video import Sitting
from tests.benchmarks.test_video import REGISTERED, question, said

ROWS = {"video": ("mirror", "negative_mirror"), "audio": ("clean_5s", "negative_clean")}
ROWS["recall"] = ("video_mirror_5s", "negative_video_5s")


class Told:
    """Finds the work of every query that it gets to; stops a run where a query is to be asked."""

    modality: Modality = "both"
    floor = 4.0

    def __init__(self, name: str, stops: bool = False) -> None:
        self.name, self._stops = name, stops

    def register(self, works: Sequence[WorkFile]) -> None:
        assert works

    def identify(self, queries: Sequence[Path]) -> Iterator[Answer]:
        if self._stops:
            raise KeyboardInterrupt
        return iter([said("a", 1e-9) for _ in queries])


class Ours(Told):
    """In the place of Reelprint."""

    def __init__(self, *_: object, **__: object) -> None:
        super().__init__("ours")

    @classmethod
    def apart(cls, *_: object) -> Ours:
        return cls()


def peer(key: str, lacks: str = "", stops: bool = False) -> Peer:
    return Peer(key, key.upper(), lacks, lambda jobs: Told(f"{key} of {jobs} jobs", stops))


KNOWN = [peer("one"), peer("two", "a package"), peer("three")]


def asked(row: str) -> Made:
    made = question("mirror", not row.startswith("negative"))
    return replace(made, order=replace(made.order, query_id=f"{row}/a0000"))


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> tuple[CliRunner, Path]:
    """Everything but the work: what is asked is known, and Reelprint is `Told`."""
    data = Dataset(tuple(REGISTERED), "0" * 64)
    made = {name: {row: [asked(row)] for row in rows} for name, rows in ROWS.items()}
    sitting = Sitting("a", REGISTERED, [one for row in made["video"].values() for one in row])
    monkeypatch.setattr(commands, "dataset", lambda *_: data)
    monkeypatch.setattr(Dataset, "references", lambda *_: REGISTERED)
    monkeypatch.setattr(video, "sittings", lambda *_: [sitting])
    monkeypatch.setattr(audio, "make_rows", lambda *_: made["audio"])
    monkeypatch.setattr(audio, "references", lambda *_: REGISTERED)
    monkeypatch.setattr(recall, "make_rows", lambda *_: made["recall"])
    monkeypatch.setattr(commands, "Reelprint", Ours)
    return CliRunner(), tmp_path / "result.json"


def test_all_that_can_run_are_measured_in_their_order() -> None:
    chosen, left_out = choose_peers(KNOWN, "", baselines=True)
    assert [one.key for one in chosen] == ["one", "three"]
    assert left_out == ["TWO, because a package is not installed"]


def test_peers_are_chosen_by_name_and_the_others_named() -> None:
    chosen, left_out = choose_peers(KNOWN, " three", baselines=True)
    assert [one.key for one in chosen] == ["three"]
    assert left_out == ["ONE, by --peers", "TWO, because a package is not installed"]


def test_no_baselines_are_none() -> None:
    assert choose_peers(KNOWN, "", baselines=False) == ([], ["baselines, by --no-baselines"])


@pytest.mark.parametrize(
    ("names", "error"),
    [
        ("one,four", "not a peer: four; peers are one, two, three"),
        ("two", "TWO, because a package"),
    ],
)
def test_a_peer_that_is_not_known_or_cannot_run_is_refused(names: str, error: str) -> None:
    with pytest.raises(ValueError, match=error):
        choose_peers(KNOWN, names, baselines=True)


def test_the_names_of_peers_are_those_of_the_page() -> None:
    keys = [one.key for one in peers.of_video()]
    assert keys == ["pdq", "phash", "dhash", "whash", "mpeg7", "iscc", "orb"]
    assert [one.key for one in peers.of_audio()] == ["chromaprint", "audfprint"]
    assert [one.key for one in peers.of_recall()] == ["phash", "chromaprint"]
    for one in [*peers.of_video(), *peers.of_audio()]:
        assert one.lacks or one.key in one.make(1).name.lower().replace("-", "")


def test_each_has_its_turn_and_what_is_yet_to_come_is_named() -> None:
    turns = list(in_turn(lambda name: Told(name), [KNOWN[0], KNOWN[2]], 2))
    assert [fresh("a").name for fresh, _ in turns] == ["a", "one of 2 jobs", "three of 2 jobs"]
    assert [len(waiting) for _, waiting in turns] == [2, 1, 0]
    assert turns[1][1] == ["THREE, which was not measured yet"]


@pytest.mark.parametrize("command", ROWS)
def test_a_run_that_is_stopped_keeps_what_it_measured(
    command: str, run: tuple[CliRunner, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    runner, path = run
    known = [peer("one"), peer("two", stops=True), peer("three")]
    monkeypatch.setattr(commands, f"of_{command}", lambda: known)
    arguments = [command, "--json", str(path), "--rows", ",".join(ROWS[command]), "--jobs", "2"]
    assert runner.invoke(commands.app, arguments).exit_code != 0
    kept = results.read(path)
    assert [system["system"] for system in kept["systems"]] == ["ours", "one of 2 jobs"]
    assert kept["left_out"] == [f"{name}, which was not measured yet" for name in ("TWO", "THREE")]
    page = report([path], path.parent / "docs").read_text()
    assert "Left out of this run: TWO, which was not measured yet; THREE" in page


@pytest.mark.parametrize("command", ROWS)
def test_a_run_holds_the_peers_that_were_named(
    command: str, run: tuple[CliRunner, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    runner, path = run
    monkeypatch.setattr(commands, f"of_{command}", lambda: KNOWN)
    arguments = [command, "--json", str(path), "--rows", ",".join(ROWS[command]), "--peers"]
    done = runner.invoke(commands.app, [*arguments, "three"], catch_exceptions=False)
    assert done.exit_code == 0
    kept = results.read(path)
    assert [system["system"] for system in kept["systems"]] == ["ours", "three of 2 jobs"]
    assert kept["left_out"] == ["ONE, by --peers", "TWO, because a package is not installed"]
