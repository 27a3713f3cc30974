"""Progress bars for long work, on the error stream so that output can be piped."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

T = TypeVar("T")
errors = Console(stderr=True)


def track(items: Iterable[T], title: str, total: int) -> Iterator[T]:
    """The same items, counted on a bar."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeRemainingColumn(), console=errors) as progress:
        task = progress.add_task(title, total=total)
        for item in items:
            yield item
            progress.advance(task)


@contextmanager
def track_calls(title: str) -> Iterator[Callable[[], object]]:
    """A function to call at each step of work whose length is not known."""
    columns = (TextColumn("{task.description}"), TextColumn("{task.completed:.0f}"))
    with Progress(*columns, console=errors) as progress:
        task = progress.add_task(title, total=None)
        yield lambda: progress.advance(task)
