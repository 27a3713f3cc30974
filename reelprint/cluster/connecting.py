"""A connection to a Ray cluster, which prints nothing, opens no page and tells nobody.

Whoever reaches a cluster can have it run anything, and its nodes send each other pickles: its
network is trusted ground ([decision 33](../../docs/decisions/0033-several-machines.md)).
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

_log = logging.getLogger(__name__)
NAMESPACE = "reelprint"
# Read by Ray when it is imported. An address at which nobody answers is given up after some
# seconds, and not after minutes.
SETTINGS = {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_NUM_REDIS_GET_RETRIES": "1",
    "RAY_py_gcs_connect_timeout_s": "10",
}
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class NoRay(OSError):
    """Ray is not installed; the message says how to get it."""


def ray() -> Any:
    """The package. Raises `NoRay`."""
    os.environ.update({k: v for k, v in SETTINGS.items() if k not in os.environ})
    try:
        import ray
    except ModuleNotFoundError as error:
        hint = "pip install 'reelprint[ray]'"
        raise NoRay(f"several machines are reached through Ray, not installed: {hint}") from error
    return ray


def connect(address: str) -> bool:
    """Connect this process to a cluster, unless it is; whether it was not. Raises OSError."""
    if ray().is_initialized():
        return False
    # Whatever the settings say, Ray prints what becomes of nodes on standard output, among answers
    # that machines read.
    ray()._private.worker.print_to_stdstream = _noted
    try:
        ray().init(
            address,
            namespace=NAMESPACE,
            log_to_driver=False,
            configure_logging=False,
            logging_level=logging.ERROR,
            _node_ip_address="127.0.0.1" if address.rpartition(":")[0] in LOOPBACK else None,
        )
    except (ValueError, RuntimeError) as error:  # of an address that is none, or another version
        raise OSError(f"no Ray cluster can be used at {address}: {error}") from error
    return True


def _noted(data: Mapping[str, Any], ignore_prefix: bool) -> None:
    for line in data["lines"]:
        _log.warning("Ray: %s", line)


@contextmanager
def connected(address: str) -> Iterator[Any]:
    """The package, connected to a cluster until the end. Raises OSError."""
    is_new = connect(address)
    try:
        yield ray()
    finally:
        if is_new:
            ray().shutdown()
