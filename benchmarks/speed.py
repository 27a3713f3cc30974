"""How fast and how small: registration beside bare decode, stored bytes, latency, start-up.

Speeds are hours of media per CPU hour, user and system time of all processes together: that is
speed on one core, whatever else the machine does and however many processes share the work.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.child import run
from benchmarks.clock import processor_s
from benchmarks.cut import cut
from benchmarks.datasets import Dataset, WorkFile
from benchmarks.decode import bare
from benchmarks.distort import Distortion
from benchmarks.engine import Reelprint
from benchmarks.longfile import build
from benchmarks.make import Order, make
from benchmarks.presets import PRESETS
from benchmarks.systems import System
from media.clip import Span

STARTS = 7
LINES = (360, 720)
CLIP_S = 300.0
SUSPECT_S = 30.0
SUSPECTS = 8


def start_up() -> dict[str, float]:
    """Seconds that `reelprint identify --help` takes, once the files are in memory."""
    run(["identify", "--help"])
    times = [run(["identify", "--help"]).wall_s for _ in range(STARTS)]
    return {"median_s": median(times), "max_s": max(times), "runs": STARTS}


def registration(data: Dataset, cache: Path) -> list[dict[str, float]]:
    """CPU cost of registering a film with sound, beside only decoding it, for each height."""
    works = data.references("calibrate", "unregistered")
    rows = []
    for lines in LINES:
        film = build(works, lines, CLIP_S, CLIP_S / 2, cache)
        decode_s = decode(film)
        with TemporaryDirectory() as home:
            start_s = run(["init"], Path(home)).cpu_s
            done = run(["register", film], Path(home))
        if done.code:
            raise RuntimeError(f"reelprint register ended with {done.code}")
        rows.append(
            {
                "lines": lines,
                "media_s": CLIP_S,
                "register_cpu_s": done.cpu_s,
                "decode_cpu_s": decode_s,
                "start_cpu_s": start_s,
                "register_x": CLIP_S / done.cpu_s,
                "decode_x": CLIP_S / decode_s,
            }
        )
    return rows


def decode(path: Path) -> float:
    """CPU seconds to decode every frame and every sample, and do nothing with them."""
    started = processor_s()
    bare(path, sound=True)
    return processor_s() - started


def stored(data: Dataset, cache: Path) -> dict[str, dict[str, float]]:
    """Bytes that a workspace grows by, for each hour of picture and each hour of sound."""
    works = [w for h in ("calibrate", "test") for w in data.references(h, "registered")]
    sound = [w for w in works if w.kind == "music" and not w.carries("video")]
    picture = [w for w in works if w.carries("video")]
    return {
        "video": _stored([replace(w, path=_silent(w, cache)) for w in picture]),
        "audio": _stored(sound),
    }


def _silent(work: WorkFile, cache: Path) -> Path:
    """The picture of a work alone."""
    path = cache / "silent" / f"{work.facts.sha256[:16]}.mp4"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part.mp4")
        how = Distortion((("scale", 360),), sound=None, crf=23)
        cut(work.path, Span(0.0, work.facts.duration_s + 1.0), how, 0, part)
        part.replace(path)
    return path


def _hours(works: Sequence[WorkFile]) -> float:
    return sum(work.facts.duration_s for work in works) / 3600


def _stored(works: Sequence[WorkFile]) -> dict[str, float]:
    with TemporaryDirectory() as folder:
        home = Path(folder)
        system = Reelprint(home, 2)
        empty = size(home)
        system.register(works)
        grown = size(home) - empty
    hours = _hours(works)
    return {"hours": hours, "bytes": grown, "bytes_per_hour": grown / hours}


def size(folder: Path) -> int:
    """Bytes of all files in a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def latency(system: System, data: Dataset, cache: Path) -> dict[str, dict[str, float]]:
    """Seconds from asking about a 30 s suspect to its answer, in one call, one after another."""
    works = data.references("test", "registered")
    system.register(works)
    return {
        "catalogue": {"works": len(works), "hours": _hours(works)},
        "video": _latency(system, "crf35_240p", [w for w in works if w.carries("video")], cache),
        "audio": _latency(system, "mp3_32k", [w for w in works if w.carries("audio")], cache),
    }


def _latency(
    system: System, preset: str, works: Sequence[WorkFile], cache: Path
) -> dict[str, float]:
    long = [w for w in works if w.facts.duration_s > SUSPECT_S][:SUSPECTS]
    orders = [Order(w.work_id, w, True, SUSPECT_S, PRESETS[preset], "latency") for w in long]
    suspects = [make(order, cache / "queries").path for order in orders]
    waits, last = [], time.perf_counter()
    for _ in system.identify(suspects):
        waits.append(time.perf_counter() - last)
        last = time.perf_counter()
    # The first wait includes opening the workspace.
    return {"first_s": waits[0], "median_s": median(waits[1:]), "suspects": len(waits)}
