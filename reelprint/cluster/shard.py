"""What runs on a node: some segments of an index, in the states that are asked for."""

from __future__ import annotations

import platform
from pathlib import Path
from typing import TypeVar

import reelprint
from index.store import Index
from reelprint.cluster.shard_map import Share
from reelprint.searching import Question

T = TypeVar("T")
KEPT = 8  # shares that stay open: those of each scheme, in the state before too


class OtherState(LookupError):
    """The index on this node's storage is in another state than the one asked for."""


class Shard:
    """Answers for segments in a folder that all nodes see.

    It holds no data of its own: another on another node gives the same answers. A state that was
    opened stays, so that whoever asks goes on while references are added and removed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._index: Index | None = None
        self._open: dict[Share, Index] = {}

    def ready(self) -> str:
        """The version of Reelprint that runs here. Raises OSError."""
        _require_seen(self._folder)
        return reelprint.__version__

    def answer(self, share: Share, question: Question[T]) -> T:
        """What a share of the index answers. Raises `OtherState`, OSError; the latter too when its
        files are not to be seen from here."""
        if share not in self._open:
            kept = list(self._open.items())[1 - KEPT :]
            self._open = {**dict(kept), share: self._opened(share)}
        return question.of(self._open[share])

    def _opened(self, share: Share) -> Index:
        _require_seen(self._folder)
        self._index = self._index or Index(self._folder)
        if not self._has(share):
            self._index.refresh()
        if not self._has(share):
            raise OtherState(f"{platform.node()} sees another state of {self._folder}")
        return self._index.part([entry.stem for entry in share.segments])

    def _has(self, share: Share) -> bool:
        return self._index is not None and set(share.segments) <= set(self._index.segments)


def _require_seen(folder: Path) -> None:
    if not folder.is_dir():
        raise FileNotFoundError(
            f"the node {platform.node()} does not see {folder}: an index that several machines "
            "search lies on storage that all of them share, under the same path"
        )
