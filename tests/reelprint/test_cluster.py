"""Several machines: real Ray nodes on the loopback, one of which is killed."""

from __future__ import annotations

import gc
import os
import signal
import sqlite3
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from benchmarks.cluster.loopback import Loopback, loopback
from reelprint.cluster.connecting import NoRay, connected, ray
from reelprint.cluster.fan_out import Patience
from reelprint.cluster.serving import Layout, Served, serving
from reelprint.cluster.shard import OtherState, Shard
from reelprint.cluster.shard_map import Part, runs, shard_map
from reelprint.cluster.working import _done, run
from reelprint.extraction import Extraction
from reelprint.identification import Identifier
from reelprint.pipeline import identify
from reelprint.pool import Job, Lost
from reelprint.searching import TotalsOf
from reelprint.workspace import Workspace
from tests.reelprint.conftest import FILM, MUSIC, SHORT, CommandLine, copied, new_workspace, work

SOUND = "audio-landmark-2"
OTHER_MUSIC = "musicbox"
ANSWERS_S = 60.0  # that a busy machine may take to miss a node


@pytest.fixture(scope="module")
def cluster() -> Iterator[Loopback]:
    with loopback(nodes=3) as made:
        yield made


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """Several segments of each scheme, and a work that was removed."""
    run = new_workspace(tmp_path_factory.mktemp("cluster") / "home", [MUSIC, OTHER_MUSIC])
    for name in (FILM, SHORT):
        assert run("register", work(name)).code == 0
    assert run("works", "remove", OTHER_MUSIC).code == 0
    return run
