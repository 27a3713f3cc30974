"""A real Ray cluster of several nodes on this machine's loopback, and on no other address."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import Any
from unittest.mock import patch

from reelprint.cluster.connecting import ray

OBJECT_STORE_BYTES = 80 * 1024 * 1024  # of a node
ROOT = Path(__file__).parents[2]


class Loopback:
    """The nodes. Each has a raylet, an object store and workers of its own."""

    def __init__(self, cluster: Any, processors: int) -> None:
        self._cluster = cluster
        self._processors = processors
        self.nodes: list[Any] = []

    @property
    def address(self) -> str:
        """Of the head."""
        return str(self._cluster.address)

    def add(self) -> Any:
        """A further node."""
        node = self._cluster.add_node(**_node(self._processors))
        self.nodes.append(node)
        return node

    def holding(self, actor: Any) -> Any:
        """The node that an actor runs on; None while it is started anew."""
        from ray._private.state import actors

        where = actors(actor._actor_id.hex())["Address"]["NodeID"]
        return next((node for node in self.nodes if node.node_id == where), None)

    def kill(self, node: Any) -> None:
        """Kill the processes of a node, as if its plug were pulled."""
        self.nodes.remove(node)
        self._cluster.remove_node(node, allow_graceful=False)


@contextmanager
def loopback(nodes: int, processors: int = 2) -> Iterator[Loopback]:
    """A cluster of a head that does no work and so many nodes that do, until the end."""
    folder = Path(mkdtemp(prefix="rp-", dir="/tmp"))  # paths of sockets must be short
    with patch.dict(os.environ, _environment(folder)):
        ray()  # which reads some of it when it is imported
        from ray.cluster_utils import Cluster

        cluster = Cluster(initialize_head=True, head_node_args=_node(0))
        try:
            made = Loopback(cluster, processors)
            for _ in range(nodes):
                made.add()
            yield made
        finally:
            ray().shutdown()
            cluster.shutdown()
            shutil.rmtree(folder, ignore_errors=True)


def _node(processors: int) -> dict[str, Any]:
    return {
        "node_ip_address": "127.0.0.1",
        "num_cpus": processors,
        "object_store_memory": OBJECT_STORE_BYTES,
        "include_dashboard": False,
    }


def _environment(folder: Path) -> dict[str, str]:
    return {
        "RAY_TMPDIR": str(folder),
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_raylet_start_wait_time_s": "200",  # on a busy machine
        # Its name says what it was made for. Ray takes the address of another interface for
        # 127.0.0.1 otherwise.
        "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
        "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")])),
    }
