"""Whether what the desk needs is there."""

from __future__ import annotations

import logging
from collections.abc import Callable

from reelprint.desk.desk import Desk

_log = logging.getLogger(__name__)


def checks(desk: Desk) -> dict[str, bool]:
    """By name, whether each thing that the service needs can be used; the log says why not."""
    asked: dict[str, Callable[[], object]] = {
        "catalogue": desk.catalog.identity,
        "index": desk.workspace.stored_index,
        "accounts": desk.accounts.head,
        "jobs": desk.queue.counts,
    }
    return {name: _works(name, ask) for name, ask in asked.items()}


def _works(name: str, ask: Callable[[], object]) -> bool:
    try:
        ask()
    except (OSError, ValueError) as error:
        _log.error("%s cannot be used: %s", name, error)
        return False
    return True
