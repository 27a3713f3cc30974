"""An index on several machines: actors that hold its shards, each twice, on different nodes."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import reelprint
from index.store import Index
from reelprint.cluster.connecting import connect, connected, ray
from reelprint.cluster.fan_out import PATIENT, FanOut, Patience
from reelprint.cluster.shard import Shard
from reelprint.cluster.shard_map import shard_map
from reelprint.searching import NotSearched, Searcher

REPLICAS = 2
SHARE = 2  # of the processors one in so many searches; the others are there when a node is lost
START_S = 120.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Layout:
    """Into how many shards an index is cut, and how often each is held."""

    shards: int
    replicas: int = REPLICAS


@dataclass(frozen=True, slots=True)
class Served:
    """An index that actors hold, by name, for any process that reaches the cluster."""

    address: str
    name: str
    layout: Layout
    schemes: tuple[str, ...]
    patience: Patience = PATIENT

    def searcher(self, index: Index) -> Searcher:
        """The search of an index, taken to its shards; `index` says what is in it, and nothing of
        it is opened here. Raises OSError."""
        connect(self.address)
        return Searcher(index, self.fan_out(index))

    def fan_out(self, index: Index) -> FanOut:
        """The shards."""
        layout = self.layout
        actors = [
            [self._found(shard, replica) for replica in range(layout.replicas)]
            for shard in range(layout.shards)
        ]
        return FanOut(actors, shard_map(index, self.schemes, layout.shards), self.patience)

    def _found(self, shard: int, replica: int) -> Any:
        try:
            return ray().get_actor(self.actor(shard, replica))
        except ValueError as error:
            raise NotSearched("the cluster holds the index no longer") from error

    def actor(self, shard: int, replica: int) -> str:
        """The name of an actor."""
        return f"{self.name}-{shard}-{replica}"


@contextmanager
def serving(
    address: str,
    folder: Path,
    schemes: tuple[str, ...],
    layout: Layout | None = None,
    patience: Patience = PATIENT,
) -> Iterator[Served]:
    """Have a cluster hold the index of a folder that all its nodes see, until the end. Raises
    OSError."""
    with connected(address):
        layout = layout or _fitting()
        served = Served(address, f"shard-{uuid.uuid4().hex}", layout, schemes, patience)
        groups = [_group(layout.replicas) for _ in range(layout.shards)]
        try:
            actors = [
                _actor(served.actor(shard, replica), folder, group, replica)
                for shard, group in enumerate(groups)
                for replica in range(layout.replicas)
            ]
            _require_ready(actors)
            yield served
        finally:
            _let_go(groups)


def _fitting() -> Layout:
    """One shard for every so many processors of the cluster, each held twice if there are two
    nodes."""
    replicas = min(REPLICAS, max(len(_nodes()), 1))
    processors = int(ray().cluster_resources().get("CPU", 0))
    return Layout(max(processors // (SHARE * replicas), 1), replicas)


def _nodes() -> list[Any]:
    """The nodes that can hold anything."""
    return [n for n in ray().nodes() if n["Alive"] and n["Resources"].get("CPU", 0) >= 1]


def _group(replicas: int) -> Any:
    """Places for the replicas of a shard, on different nodes; also after a node was lost."""
    from ray.util.placement_group import placement_group

    strategy = "STRICT_SPREAD" if len(_nodes()) >= replicas else "SPREAD"
    if strategy == "SPREAD":
        _log.warning("the cluster has too few nodes: replicas of a shard share one")
    return placement_group([{"CPU": 1}] * replicas, strategy=strategy)


def _actor(name: str, folder: Path, group: Any, replica: int) -> Any:
    """It is started anew for ever, elsewhere if its node is gone; who asks, asks again."""
    from ray.util.scheduling_strategies import PlacementGroupSchedulingStrategy

    options = (
        ray()
        .remote(Shard)
        .options(
            name=name,
            num_cpus=1,
            max_restarts=-1,
            max_task_retries=0,
            scheduling_strategy=PlacementGroupSchedulingStrategy(
                placement_group=group, placement_group_bundle_index=replica
            ),
        )
    )
    return options.remote(folder.absolute())


def _require_ready(actors: list[Any]) -> None:
    try:
        versions = ray().get([actor.ready.remote() for actor in actors], timeout=START_S)
    except ray().exceptions.GetTimeoutError as error:
        raise OSError(
            f"the cluster has no room for {len(actors)} processes that hold the index, "
            f"or did not start them in {START_S:.0f} s"
        ) from error
    if others := sorted(set(versions) - {reelprint.__version__}):
        raise OSError(f"a node runs Reelprint {others[0]}, this is {reelprint.__version__}")


def _let_go(groups: list[Any]) -> None:
    from ray.util.placement_group import remove_placement_group

    for group in groups:
        remove_placement_group(group)
