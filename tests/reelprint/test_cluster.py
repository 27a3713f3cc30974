"""Several machines: real Ray nodes on the loopback, of which some are killed."""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from itertools import count, islice
from pathlib import Path
from threading import Timer
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.cluster.loopback import Loopback, loopback
from index.store import Index
from reelprint.cluster import shard as sharding
from reelprint.cluster.connecting import NoRay, connect, connected, ray
from reelprint.cluster.fan_out import Patience
from reelprint.cluster.serving import Layout, Served, serving
from reelprint.cluster.shard import OtherState, Shard
from reelprint.cluster.shard_map import Share, runs, shard_map
from reelprint.cluster.working import run as run_far
from reelprint.extraction import Extraction
from reelprint.identification import Identifier
from reelprint.pool import Job, Lost
from reelprint.searching import Searcher, TotalsOf
from reelprint.workspace import INDEX, Workspace
from tests.reelprint.cluster_tasks import Task, do, prepare, seconds
from tests.reelprint.conftest import FILM, MUSIC, SHORT, CommandLine, copied, new_workspace, work

SOUND = "audio-landmark-2"
OTHER_MUSIC = "musicbox"
pytestmark = pytest.mark.long
TWO_BY_TWO = Layout(shards=2, replicas=2)
ASKED_AFTER = 4  # times, from just before a node is killed
SHORT_PATIENCE = Patience(answer_s=5.0, all_s=2.0, state_s=1.0)
LATE_NEWS = Patience(state_s=1.0)  # a killed shard takes its time to start, on a busy machine


@pytest.fixture(scope="module")
def cluster() -> Iterator[Loopback]:
    """Three nodes, of which the tests kill two, and one connection, for what Ray starts for one
    stays as long."""
    with loopback(nodes=3) as made, connected(made.address):
        yield made


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """Several segments of each scheme, and a work that was removed."""
    run = new_workspace(tmp_path_factory.mktemp("cluster") / "home", [MUSIC, OTHER_MUSIC])
    for name in (FILM, SHORT):
        assert run("register", work(name)).code == 0
    assert run("works", "remove", OTHER_MUSIC).code == 0
    return run


@pytest.fixture(scope="module")
def read(home: CommandLine, suspects: Path) -> list[Extraction]:
    """What is read of some suspects, whose answers differ."""
    with closing(Identifier(Workspace.open(home.home))) as identifier:
        names = "mirrored.mp4", "music.mp3"
        return [identifier.extract(suspects / name) for name in names]


def answers(identifier: Identifier, read: Sequence[Extraction]) -> list[dict[str, Any]]:
    return [identifier.answer(one).as_dict() for one in read]


def test_answers_are_those_of_one_machine(
    cluster: Loopback, home: CommandLine, suspects: Path
) -> None:
    names = "mirrored.mp4", "other.mp3", "text.mp4"
    asked: list[str | Path] = ["identify", *(suspects / name for name in names), "--json"]
    there = CommandLine(home.home, pooled=True)(*asked, "--ray", cluster.address, "--jobs", "1")
    assert [a["status"] for a in there.objects] == ["identified", "no_match", "unreadable"]
    assert there.code == 3
    assert there.objects == home(*asked).objects


def test_no_answer_is_wrong_or_lost_when_a_node_is_killed_and_none_is_partial(
    cluster: Loopback, home: CommandLine, suspects: Path, read: Sequence[Extraction]
) -> None:
    workspace = Workspace.open(home.home)
    folder, schemes = workspace.home / INDEX, workspace.settings.schemes
    with closing(Identifier(workspace)) as here:
        expected = answers(here, read)
    assert len(shard_map(Index(folder), [SOUND], 2)[SOUND]) == 2
    with serving(cluster.address, folder, schemes, TWO_BY_TWO) as served:
        shards = served.fan_out(Index(folder))
        with closing(Identifier(workspace, search=lambda i: Searcher(i, shards))) as there:
            assert answers(there, read) == expected
            assert shards.retried == 0
            killer = Timer(0.1, cluster.kill, [cluster.holding(asked_first(served, 0))])
            killer.start()
            for _ in range(ASKED_AFTER):
                assert answers(there, read) == expected
            killer.join()
            assert shards.retried > 0

        impatient = replace(served, patience=SHORT_PATIENCE)
        with closing(Identifier(workspace, search=impatient.searcher)) as there:
            for replica in range(2):
                ray().kill(ray().get_actor(served.actor(1, replica)), no_restart=True)
            answer = there.identify(suspects / "music.mp3")
    assert answer.status == "unreadable"
    assert "it was not searched for: shard 2 of the index gave no answer" in str(answer.reason)
    assert not answer.matches


def asked_first(served: Served, shard: int) -> Any:
    return ray().get_actor(served.actor(shard, os.getpid() % served.layout.replicas))


def test_what_changes_meanwhile_is_seen_whole(
    cluster: Loopback, home: CommandLine, suspects: Path, read: Sequence[Extraction], tmp_path: Path
) -> None:
    """Whoever asks goes on with the state it has; if that is nowhere any more, with the new one."""
    own = copied(home, tmp_path / "home")
    workspace = Workspace.open(own.home)
    schemes, folder = workspace.settings.schemes, workspace.home / INDEX
    with (
        serving(cluster.address, folder, schemes, Layout(2, 1), LATE_NEWS) as served,
        closing(Identifier(workspace, search=served.searcher)) as there,
    ):
        before = answers(there, read)
        assert own("register", work(OTHER_MUSIC)).code == 0
        assert answers(there, read) == before
        for shard in range(2):
            ray().kill(ray().get_actor(served.actor(shard, 0)), no_restart=False)
        after = there.identify(suspects / "mirrored.mp4")
    assert after.as_dict()["matches"] == before[0]["matches"]
    assert after.engine.index != before[0]["engine"]["index"]


def test_what_ray_has_to_say_is_not_among_answers(
    cluster: Loopback, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with connected(cluster.address):
        said = {"lines": ["a node is gone"], "pid": "raylet", "is_err": False}
        ray()._private.worker.print_to_stdstream(said, ignore_prefix=False)
    assert capsys.readouterr().out == ""
    assert "a node is gone" in caplog.text


def test_a_catalogue_is_the_same_wherever_its_works_were_read(
    cluster: Loopback, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.mp4"
    bad.write_text("no film", encoding="utf-8")
    files = [work(SHORT), bad, tmp_path / "missing.mp4", work(MUSIC), work(SHORT)]
    outcomes, kept = [], []
    for name, where in (("here", []), ("there", ["--ray", cluster.address])):
        run = new_workspace(tmp_path / name)
        ran = run("register", *files, "--work-id", "w", "--json", *where)
        assert ran.code == 3
        outcomes.append(sorted((o["path"], o["outcome"]) for o in ran.objects))
        kept.append(contents(run.home / "catalog"))
        again = run("register", *files[:1], "--work-id", "w", "--json", *where)
        assert [o["outcome"] for o in again.objects] == ["unchanged"]
    assert outcomes[0] == outcomes[1]
    assert kept[0] == kept[1]


def contents(folder: Path) -> dict[str, Any]:
    """Everything that a catalogue keeps, but for when, and which one it is."""
    with closing(sqlite3.connect(folder / "catalog.sqlite")) as opened:
        names = {n for (n,) in opened.execute("select name from sqlite_master where type='table'")}
        tables = {name: _rows(opened, name) for name in sorted(names - {"catalogue"})}
    blobs = {p.name: p.read_bytes() for p in (folder / "fingerprints").rglob("*") if p.is_file()}
    assert blobs
    return {**tables, "blobs": blobs}


def _rows(opened: sqlite3.Connection, table: str) -> list[Any]:
    found = opened.execute(f"select * from {table}")
    timed = [i for i, column in enumerate(found.description) if column[0].endswith("_at")]
    return sorted(repr([v for i, v in enumerate(row) if i not in timed]) for row in found)


def test_a_file_that_hangs_or_kills_fails_alone(cluster: Loopback, tmp_path: Path) -> None:
    file = tmp_path / "a.mp4"
    file.touch()
    does = "nothing", "hang", "die", "die once", "nothing"
    tasks = [Task(file, what, number) for number, what in enumerate(does)]
    tasks.append(Task(tmp_path / "unseen.mp4", "nothing"))
    job = Job(prepare, (), do, seconds)
    done: list[tuple[Task, int | Lost]] = [*run_far(job, tasks)]
    assert [task for task, _ in done] == tasks
    results = [result for _, result in done]
    assert [r for r in results if not isinstance(r, Lost)] == [0, 3, 4]
    hung, died, unseen = (r.reason for r in results if isinstance(r, Lost))
    assert "longer than 1 s" in hung
    assert "lost 4 times" in died
    assert "does not see it" in unseen


def test_few_tasks_are_begun_ahead_and_none_stays_when_one_stops(
    cluster: Loopback, tmp_path: Path
) -> None:
    file = tmp_path / "a.mp4"
    file.touch()
    drawn = []

    def tasks() -> Iterator[Task]:
        for number in count():
            drawn.append(number)
            yield Task(file, "hang" if number else "nothing", number)

    done = run_far(Job(prepare, (), do, lambda task: 600.0), tasks())
    assert next(done)[1] == 0
    done.close()
    assert len(drawn) <= 2 * ray().cluster_resources()["CPU"] + 1
    (after,) = run_far(Job(prepare, (), do, seconds), [Task(file, "nothing", 7)])
    assert after[1] == 7


def test_an_error_of_ours_is_raised_as_it_is_here(cluster: Loopback, tmp_path: Path) -> None:
    with pytest.raises(ArithmeticError, match="an error of ours"):
        list(run_far(Job(prepare, (), do, seconds), [Task(tmp_path, "err")]))


def test_tasks_of_a_node_that_is_killed_are_done_elsewhere(
    cluster: Loopback, tmp_path: Path
) -> None:
    file = tmp_path / "a.mp4"
    file.touch()
    tasks = [Task(file, "nothing", number) for number in range(12)]
    done = run_far(Job(prepare, (), do, seconds), tasks)
    results = [result for _, result in islice(done, 2)]
    cluster.kill(cluster.nodes[0])
    results += [result for _, result in done]
    assert results == list(range(12))


def test_without_ray_one_is_told_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(NoRay, match=r"pip install 'reelprint\[ray\]'"):
        connect("127.0.0.1:6379")
    ran = new_workspace(tmp_path / "home")("identify", work(SHORT), "--ray", "127.0.0.1:6379")
    assert ran.code == 2
    assert "not installed" in ran.err


def test_a_shard_answers_for_the_state_asked_for_or_not_at_all(
    home: CommandLine, tmp_path: Path
) -> None:
    own = copied(home, tmp_path / "home")
    folder = own.home / INDEX
    index, shard = Index(folder), Shard(folder)
    share = shard_map(index, [SOUND], 1)[SOUND][0]
    before = shard.answer(share, TotalsOf(SOUND))
    index.remove(list(index.numbers(SOUND))[:1])
    assert (shard.answer(share, TotalsOf(SOUND)).counts == before.counts).all()
    with pytest.raises(OtherState):
        Shard(folder).answer(share, TotalsOf(SOUND))
    now = shard_map(index, [SOUND], 1)[SOUND][0]
    assert now != share
    assert len(shard.answer(now, TotalsOf(SOUND)).counts) == len(before.counts)


def test_a_shard_keeps_few_states_open(home: CommandLine) -> None:
    segments = Index(home.home / INDEX).segments
    shard = Shard(home.home / INDEX)
    ends = range(len(segments) + 1)
    shares = [Share(segments[i:j]) for i in ends for j in ends if i < j]
    assert len(shares) > sharding.KEPT
    for share in shares:
        shard.answer(share, TotalsOf(SOUND))
        assert share in shard._open
    assert len(shard._open) == sharding.KEPT


def test_an_index_that_nodes_would_not_see_is_not_searched_there(home: CommandLine) -> None:
    index = Index(home.home / INDEX)
    with pytest.raises(ValueError, match="all that is registered"):
        shard_map(index.leaving_out([min(index.numbers(SOUND))]), [SOUND], 2)


def test_a_node_that_does_not_see_the_index_says_so(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="does not see"):
        Shard(tmp_path / "nowhere").ready()
    assert not (tmp_path / "nowhere").exists()


@given(st.lists(st.integers(0, 1000), max_size=20), st.integers(1, 8))
def test_shards_hold_segments_that_follow_each_other(rows: list[int], shards: int) -> None:
    placed = runs(rows, shards)
    assert placed == sorted(placed)
    assert all(0 <= shard < shards for shard in placed)
    held = [sum(r for r, at in zip(rows, placed, strict=True) if at == s) for s in set(placed)]
    assert max(held, default=0) <= sum(rows) / shards + max(rows, default=0)
