"""Any sequence of changes, merges, snapshots and restorations equals an obvious model."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.store import Index
from tests.index.builders import SCHEMES, SMALL, Model, check, fingerprint
from tests.index.test_store import files, named

numbers = st.frozensets(st.integers(0, 9), min_size=1, max_size=3)
schemes = st.sampled_from(SCHEMES)
acts = st.one_of(
    st.tuples(st.just("add"), schemes, numbers),
    st.tuples(st.just("add"), schemes, numbers),
    st.tuples(st.just("replace"), schemes, numbers),
    st.tuples(st.just("remove"), schemes, numbers),
    st.tuples(st.sampled_from(["merge", "merge all", "snapshot", "restore", "reopen"])),
)
sizes = st.sampled_from([0, 30, 2**21])  # rows from which segments are merged on the disk


class Story:
    """An index, its model, and what was seen of both before."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.index, self.model = Index(folder / "index"), Model()
        self.kept = 0
        self.saved: list[tuple[Path, Model]] = []
        self.readers: list[tuple[Index, Model]] = []

    def act(
        self, step: int, kind: str, scheme: str = SMALL, of: frozenset[int] = frozenset()
    ) -> None:
        """Let something happen."""
        new = {n: fingerprint(scheme, 100 * step + n) for n in of}
        match kind:
            case "add":
                self.index.add(scheme, new)
                self.model.add(scheme, new)
            case "replace":
                self.index.replace(scheme, new, dict.fromkeys(new, str(step)))
                held = {n: f for n, f in new.items() if n in self.model.held.get(scheme, {})}
                self.model.forget(scheme, set(held))
                self.model.add(scheme, held)
            case "remove":
                self.index.remove(of)
                self.model.remove(set(of))
            case "reopen":
                self.readers.append((self.index, deepcopy(self.model)))
                self.index = Index(self.folder / "index")
            case _:
                self._keep(step, kind)

    def _keep(self, step: int, kind: str) -> None:
        match kind:
            case "snapshot":
                self.index.snapshot(self.folder / f"snapshot{step}")
                self.saved.append((self.folder / f"snapshot{step}", deepcopy(self.model)))
            case "restore" if self.saved:
                path, model = self.saved[step % len(self.saved)]
                self.readers.append((self.index, self.model))
                self.index, self.model = Index.restore(path, self.folder / "index"), deepcopy(model)
            case _:
                assert self.index.merge(everything=kind == "merge all").left == ()


@given(story=st.lists(acts, min_size=4, max_size=14), in_memory=sizes)
@settings(max_examples=12, deadline=None)
def test_any_story_equals_the_model(story: list[tuple[str]], in_memory: int) -> None:
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as folder:
        patch.setattr("index.store.IN_MEMORY", in_memory)
        patch.setattr("index.interleaving.MOST_AT_ONCE", 7)
        patch.setattr("index.source.MOST_ROWS", 5)
        told = Story(Path(folder))
        for step, act in enumerate(story):
            told.act(step, *act)
        check(told.index, told.model)
        for index, model in [*told.readers, *((Index(path), model) for path, model in told.saved)]:
            check(index, model)
        assert told.index.damaged == ()
        assert files(told.folder / "index") == named(told.index)
