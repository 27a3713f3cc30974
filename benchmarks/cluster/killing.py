"""Queries in an endless stream to a cluster of which one node after another is killed.

All nodes are processes of this machine, and share its cores: what is measured is whether answers
stay the same and none is lost, and how long one is waited for when a node goes. It says nothing of
how fast several machines are.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

from benchmarks.cluster.loopback import Loopback, loopback
from benchmarks.progress import track, track_calls
from benchmarks.scoring import spread
from reelprint.cluster.connecting import connected, ray
from reelprint.cluster.serving import Layout, Served, serving
from reelprint.demo import makers
from reelprint.demo.streams import Cut
from reelprint.extraction import Extraction
from reelprint.identification import Identifier
from reelprint.pipeline import item_of, register
from reelprint.searching import NotSearched, Searcher
from reelprint.workspace import INDEX, Workspace

WORKS = Path(str(files("reelprint"))) / "demo" / "works"
NODES, SHARDS = 4, 2
WARM = 2  # rounds of queries without a kill, of which latencies are told
BETWEEN_S = (2.0, 12.0)  # a node is killed so long after the last one was replaced
EXCERPT_S = 2.0, 7.0  # of each work, asked for
SILENT = "city-time-lapse"  # of which no excerpt is made
REMOVED = 2  # works that are removed again
COUNTS = "asked", "answered", "wrong", "lost", "retried"
Answer = dict[str, Any]


@dataclass(slots=True)
class Asked:
    """What became of queries."""

    asked: int = 0
    answered: int = 0
    wrong: int = 0
    lost: int = 0
    waited_s: list[float] = field(default_factory=list)

    def told(self, retried: int, kills: int) -> dict[str, object]:
        """As figures."""
        longest = max(self.waited_s, default=0.0)
        counts = {name: getattr(self, name) for name in ("asked", "answered", "wrong", "lost")}
        waits = {"latency_s": spread(self.waited_s), "longest_s": longest}
        return {"kills": kills, **counts, "retried": retried, **waits}


@dataclass(frozen=True, slots=True)
class Stream:
    """Suspects that were read, and the right answer to each."""

    workspace: Workspace
    read: Sequence[Extraction]
    right: Sequence[Answer]


def measure(kills: int, seed: int) -> dict[str, object]:
    """Figures with one and with two replicas of each shard, and of one process beside them."""
    with TemporaryDirectory() as home:
        workspace = _workspace(Path(home))
        stream, here = _stream(workspace)
        with loopback(NODES) as cluster, connected(cluster.address):
            ways = {f"replicas_{n}": _killed(cluster, stream, n, kills, seed) for n in (1, 2)}
    layout = {"nodes": NODES, "shards": SHARDS, "processors": "shared by all nodes"}
    return {"seed": seed, "layout": layout, "one_process": here, **ways}


def show(figures: Mapping[str, Any]) -> None:
    """Say it in lines."""
    for way in ("replicas_1", "replicas_2"):
        for when, one in figures[way].items():
            counts = ", ".join(f"{one[k]} {k}" for k in COUNTS)
            latency = one["latency_s"]
            print(
                f"{way} {when}: {one['kills']} kills, {counts}; "
                f"{latency['median']:.2f} s a query, p95 {latency['p95']:.2f}, "
                f"longest {one['longest_s']:.1f}"
            )
    print("All nodes shared the cores of this machine: that is no figure of scaling.")


def _workspace(home: Path) -> Workspace:
    """The shipped works in segments of their own, some removed again."""
    workspace = Workspace.create(home)
    for work in track(_works(), "registering", len(_works())):
        list(register(workspace, [item_of(work)], 1))
    with workspace.catalog() as catalog:
        for file in _works()[:REMOVED]:
            catalog.remove(file.stem)
        workspace.index(catalog)
    return workspace


def _works() -> list[Path]:
    return sorted(p for p in WORKS.iterdir() if p.suffix in {".mp4", ".ogg"})


def _stream(workspace: Workspace) -> tuple[Stream, dict[str, object]]:
    """An excerpt of each work, and how long one process takes for the answers."""
    with TemporaryDirectory() as made, closing(Identifier(workspace)) as here:
        works = [work for work in _works() if work.stem != SILENT]
        read = [_read(here, work, Path(made)) for work in track(works, "reading", len(works))]
        right = [here.answer(one).as_dict() for one in read]
        stream, asked = Stream(workspace, read, right), Asked()
        _ask(here, stream, asked, len(read))
    return stream, asked.told(0, 0)


def _read(identifier: Identifier, work: Path, folder: Path) -> Extraction:
    """What is read of an excerpt, a film's mirrored."""
    make, suffix = (makers.mirrored, ".mp4") if work.suffix == ".mp4" else (makers.music, ".mp3")
    made = folder / f"{work.stem}{suffix}"
    make(Cut(work, *EXCERPT_S), made)
    return identifier.extract(made)


def _killed(
    cluster: Loopback, stream: Stream, replicas: int, kills: int, seed: int
) -> dict[str, object]:
    """Queries before, and then while nodes are killed."""
    workspace, calm, during = stream.workspace, Asked(), Asked()
    folder, schemes = workspace.home / INDEX, workspace.settings.schemes
    with ExitStack() as stack:
        layout = Layout(SHARDS, replicas)
        served = stack.enter_context(serving(cluster.address, folder, schemes, layout))
        shards = served.fan_out(workspace.stored_index())
        there = Identifier(workspace, search=lambda index: Searcher(index, shards))
        stack.enter_context(closing(there))
        _ask(there, stream, calm, WARM * len(stream.read))
        killer = Thread(target=_kill, args=(cluster, served, kills, Random(seed)), daemon=True)
        killer.start()
        with track_calls(f"asking while {kills} nodes are killed") as tick:
            while killer.is_alive():
                _ask(there, stream, during, 1)
                tick()
                _complete(cluster)
        _ask(there, stream, during, len(stream.read))
        _complete(cluster)
    return {"calm": calm.told(0, 0), "killing": during.told(shards.retried, kills)}


def _complete(cluster: Loopback) -> None:
    """Put a node in the place of one that was killed; Ray starts them from the main thread."""
    while len(cluster.nodes) < NODES:
        cluster.add()


def _kill(cluster: Loopback, served: Served, kills: int, random: Random) -> None:
    """Pull the plug of one node after another that holds a shard, each time all are there."""
    for _ in range(kills):
        while len(cluster.nodes) < NODES:
            time.sleep(0.1)
        time.sleep(random.uniform(*BETWEEN_S))
        holding = [cluster.holding(actor) for actor in _actors(served)]
        cluster.kill(random.choice([node for node in holding if node] or cluster.nodes))


def _actors(served: Served) -> list[Any]:
    shards, replicas = range(served.layout.shards), range(served.layout.replicas)
    return [ray().get_actor(served.actor(s, r)) for s in shards for r in replicas]


def _ask(identifier: Identifier, stream: Stream, asked: Asked, queries: int) -> None:
    """Ask so many, one suspect after the other, from where the last time ended."""
    for number in range(asked.asked, asked.asked + queries):
        which = number % len(stream.read)
        asked.asked += 1
        began = time.monotonic()
        try:
            answer = identifier.answer(stream.read[which]).as_dict()
        except NotSearched:
            asked.lost += 1
            continue
        asked.waited_s.append(time.monotonic() - began)
        asked.answered += 1
        asked.wrong += answer != stream.right[which]
