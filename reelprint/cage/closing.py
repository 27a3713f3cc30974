"""Shuts the cage, for good: in two steps around a file that is decoded, in one around what has a
folder to work in. A layer that the kernel refuses is left out, and why is kept; the limits are
never left out."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from reelprint.cage import calls, kernel
from reelprint.cage.limits import Limits, set_limits, used_bytes


@dataclass(frozen=True, slots=True)
class Layer:
    """One part of the cage, and why it is not there if it is not."""

    name: str
    missing: str | None = None


# The layers of this process, in the order in which they were put on.
layers: list[Layer] = []


def shut_outer() -> None:
    """What all files of one keeper share; it can still start processes. One thread only."""
    _put_on("network", kernel.leave_network)
    _put_on("privileges", kernel.give_up_privileges)


def shut_inner(limits: Limits) -> None:
    """What is of one file; nothing can be opened or started any more. One thread only."""
    _shut(limits, (), (), with_files=False)


def shut_around(read: Iterable[Path], write: Iterable[Path], limits: Limits) -> None:
    """All at once, for a process that reads some files, and writes in some folders. One thread
    only."""
    shut_outer()
    _shut(limits, read, write, with_files=True)


def _shut(limits: Limits, read: Iterable[Path], write: Iterable[Path], with_files: bool) -> None:
    kernel.die_with_parent(signal.SIGKILL)
    used = used_bytes()  # of a file that cannot be opened any more behind the next line
    _put_on("files", lambda: kernel.deny_files(read, write))
    set_limits(limits, used)  # no more descriptors than these can be had behind this one
    layers.append(Layer("limits"))
    _put_on("calls", lambda: kernel.filter_system_calls(calls.program(with_files=with_files)))


def _put_on(name: str, layer: Callable[[], object]) -> None:
    try:
        layer()
    except OSError as error:
        layers.append(Layer(name, error.strerror or str(error)))
    else:
        layers.append(Layer(name))
