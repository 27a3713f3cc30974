"""What each stage costs, as a multiple of a yardstick measured in the same minute.

Processor time, never time on the wall; but neighbours on the machine make that dearer too, by
other programs' use of the caches. So stages and yardstick take turns, and each is represented by
its cheapest round. What is too dear is measured again before it is said to be so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import av
import cv2
import numpy as np

from benchmarks.clock import processor_s
from benchmarks.guard.works import Shipped
from benchmarks.make import Order, make
from benchmarks.presets import PRESETS
from reelprint.extraction import extract_reference, extract_suspect
from reelprint.identification import Identifier
from reelprint.workspace import Workspace

FILM, MUSIC, OTHER_MUSIC = "sintel-trailer", "founders", "calm-race"
ROUNDS = 5
Stage = Callable[[], object]


@dataclass(frozen=True, slots=True)
class Costs:
    """Processor seconds of the cheapest round of each stage and of the yardstick."""

    stages: Mapping[str, float]
    yardstick: float

    @property
    def ratios(self) -> dict[str, float]:
        """Each stage in yardsticks."""
        return {name: seconds / self.yardstick for name, seconds in self.stages.items()}

    def with_more(self, other: Costs) -> Costs:
        """The cheapest of both."""
        stages = {name: min(s, other.stages[name]) for name, s in self.stages.items()}
        return Costs(stages, min(self.yardstick, other.yardstick))


def measure(workspace: Path, works: Shipped, scratch: Path) -> Costs:
    """In a process of its own, so that nothing measured before is in its way."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_measure, workspace, works, scratch).result()


def _measure(workspace: Path, works: Shipped, scratch: Path) -> Costs:
    cv2.setNumThreads(1)
    stages = {"yardstick": lambda: _yardstick(works), **_stages(workspace, works, scratch)}
    for stage in stages.values():
        stage()  # what is loaded once is loaded now
    rounds = [{name: _spent(stage) for name, stage in stages.items()} for _ in range(ROUNDS)]
    cheapest = {name: min(one[name] for one in rounds) for name in stages}
    yardstick = cheapest.pop("yardstick")
    return Costs(cheapest, yardstick)


def _spent(stage: Stage) -> float:
    started = processor_s()
    stage()
    return processor_s() - started


def _stages(home: Path, works: Shipped, scratch: Path) -> dict[str, Stage]:
    """Reading works and suspects, and asking for what is there and for what is not."""
    opened = Workspace.open(home)
    schemes, identifier = opened.settings.schemes, Identifier(opened)
    paths = {work.work_id: work.path for work in works.all}
    film, music = (
        _suspect(works, FILM, "plain", scratch),
        _suspect(works, MUSIC, "mp3_32k", scratch),
    )
    other = _suspect(works, OTHER_MUSIC, "mp3_32k", scratch)
    seen, heard, strange = (extract_suspect(path, schemes) for path in (film, music, other))
    return {
        "read a film": lambda: extract_reference(paths[FILM], schemes),
        "read music": lambda: _times(3, lambda: extract_reference(paths[MUSIC], schemes)),
        "read a suspect film": lambda: extract_suspect(film, schemes),
        "read suspect music": lambda: _times(10, lambda: extract_suspect(music, schemes)),
        "find a film": lambda: identifier.findings(seen),
        "find music": lambda: _times(6, lambda: identifier.findings(heard)),
        "find nothing": lambda: _times(2, lambda: identifier.findings(strange)),
    }


def _times(count: int, stage: Stage) -> None:
    for _ in range(count):
        stage()


def _suspect(works: Shipped, work_id: str, preset: str, scratch: Path) -> Path:
    work = next(w for w in works.all if w.work_id == work_id)
    order = Order(f"cost/{work_id}", work, True, 8.0, PRESETS[preset], "cost")
    return make(order, scratch).path


def _yardstick(works: Shipped) -> None:
    """Bare decoding, and a fixed piece of arithmetic like that of extraction and of matching."""
    paths: Sequence[Path] = [w.path for w in works.registered if w.work_id in (FILM, MUSIC)]
    for path in paths:
        with av.open(path) as container:
            for stream in container.streams:
                stream.codec_context.thread_count = 1
            for packet in container.demux():
                packet.decode()
    _arithmetic()


def _arithmetic() -> None:
    rng = np.random.default_rng(1)
    sound = rng.standard_normal((1500, 1024)).astype(np.float32)
    np.abs(np.fft.rfft(sound, axis=1)).argsort(axis=1)
    picture = rng.integers(0, 256, (360, 640), np.uint8)
    detector = cv2.ORB.create(500)
    for _ in range(8):
        detector.detectAndCompute(cv2.resize(picture, (480, 270)), None)
    codes = rng.integers(0, 256, (600, 32), np.uint8)
    np.bitwise_count(codes[:, None] ^ codes[None]).sum(axis=2)
    keys = rng.integers(0, 2**20, 1_000_000)
    np.unique(keys, return_counts=True)
