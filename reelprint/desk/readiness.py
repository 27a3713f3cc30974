"""Whether what the desk needs is there."""

from __future__ import annotations

import errno
import logging
import os
import shutil
from collections.abc import Callable
from functools import partial

from reelprint.desk.desk import Desk

RESERVE = 256 << 20  # bytes of the disk, which what is sent leaves alone

_log = logging.getLogger(__name__)


def checks(desk: Desk) -> dict[str, bool]:
    """By name, whether each thing that the service needs can be used; the log says why not."""
    asked: dict[str, Callable[[], object]] = {
        "catalogue": desk.catalog.identity,
        "index": desk.workspace.stored_index,
        "accounts": desk.accounts.head,
        "jobs": desk.queue.counts,
        "disk": partial(_require_room, desk),
    }
    return {name: _works(name, ask) for name, ask in asked.items()}


def free_bytes(desk: Desk) -> int:
    """How much may be sent: what the disk has beside the reserve, none or more. Raises OSError."""
    return max(0, shutil.disk_usage(desk.workspace.home).free - RESERVE)


def _require_room(desk: Desk) -> None:
    if not free_bytes(desk):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(desk.workspace.home))


def _works(name: str, ask: Callable[[], object]) -> bool:
    try:
        ask()
    except (OSError, ValueError) as error:
        _log.error("%s cannot be used: %s", name, error)
        return False
    return True
