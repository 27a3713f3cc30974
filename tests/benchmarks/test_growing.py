"""What a query costs is said only of those that were searched."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.datasets import WorkFile
from benchmarks.growing import ask, ask_all, of_one_sense, registering
from benchmarks.make import Made, Order, make
from benchmarks.presets import PRESETS
from reelprint.identification import Identifier
from reelprint.workspace import Workspace


@pytest.fixture
def workspace(tune: WorkFile, tmp_path: Path) -> Workspace:
    workspace = of_one_sense(tmp_path / "home", "audio")
    with workspace.catalog() as catalog:
        assert len(list(registering([tune], catalog, workspace.settings.schemes))) == 1
    return workspace


@pytest.fixture
def excerpt(tune: WorkFile, tmp_path: Path) -> Made:
    return make(Order("clean/0", tune, True, 8.0, PRESETS["lossless"], "1"), tmp_path)


def test_what_was_searched_is_clocked_and_judged(workspace: Workspace, excerpt: Made) -> None:
    (asked,) = ask_all(workspace, [excerpt], ask)
    assert asked.found
    assert asked.latency_s is not None
    assert asked.latency_s > 0


def test_what_was_not_searched_is_no_cheap_right_answer(
    workspace: Workspace, excerpt: Made, tmp_path: Path
) -> None:
    words = tmp_path / "words.flac"
    words.write_text("no sound at all")
    identifier = Identifier(workspace)
    try:
        with pytest.raises(ValueError, match="clean/0 was not searched: "):
            ask(identifier, replace(excerpt, path=words))
    finally:
        identifier.close()
