"""An index that is harmed is made whole again from its catalogue, by the workspace."""

from __future__ import annotations

import hashlib
import logging
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from benchmarks.crash.apart import Say, done
from benchmarks.crash.checking import Found
from benchmarks.crash.damage import HARMS, Harm, harm, of_another_format, target
from benchmarks.crash.operations import Place
from benchmarks.crash.world import Contents, Version, wrong
from index.manifest import NAME
from reelprint.workspace import Workspace
from reference_catalog.work import NewReference, WorkDetails

SIZES = (60, 22, 8, 8, 3)


def register(home: Path) -> Contents:
    """A workspace with some references, its index built; what that should hold."""
    workspace = Workspace.create(home)
    schemes = workspace.settings.schemes
    held: dict[str, dict[int, Version]] = {scheme: {} for scheme in schemes}
    with workspace.catalog() as catalog:
        for i, size in enumerate(SIZES):
            version = Version(300 + i, size)
            fingerprints = tuple(version.of(scheme) for scheme in schemes)
            sha256 = hashlib.sha256(bytes([i])).hexdigest()
            reference = NewReference(sha256, f"{i}.mp4", 60.0, (), fingerprints)
            number = catalog.add(WorkDetails(f"work-{i}", f"work-{i}"), reference).number
            for scheme in schemes:
                held[scheme][number] = version
            workspace.index(catalog)
    return held


def rebuilt(random: np.random.Generator, count: int, scratch: Path) -> Iterator[tuple[str, Found]]:
    """Harm the index of a copy of a workspace, time after time, and open it."""
    at, home = scratch / "home", scratch / "harmed"
    held = register(at)
    for i in range(count):
        shutil.copytree(at, home)
        how, path = _target(random, i, Place(home))
        harm(random, path, how)
        said, code = done(_opening(home, held))
        faults = [fault for one in said for fault in one.get("faults", [one.get("error")])]
        if code and not faults:
            faults.append(f"ended with {code}")
        shutil.rmtree(home)
        yield (
            f"{how.__name__} {path.name if path.name == NAME else 'segment'}",
            Found(0, held, tuple(faults), 1),
        )


def _target(random: np.random.Generator, i: int, place: Place) -> tuple[Harm, Path]:
    """Manifests every other time."""
    if i % 2:
        hows = (*HARMS, of_another_format)
        return hows[i // 2 % len(hows)], place.index / NAME
    hurt = target(random, place)
    if hurt is None:
        raise ValueError("the workspace has no index")
    return HARMS[i // 2 % len(HARMS)], place.index / hurt.name


def _opening(home: Path, held: Contents) -> Callable[[Say], None]:
    def work(say: Say) -> None:
        logging.disable()
        workspace = Workspace.open(home)
        with workspace.catalog() as catalog:
            index = workspace.index(catalog)
            faults = wrong(index, held)
            again = workspace.index(catalog)
            faults += [f"{name} is still damaged" for name in again.damaged]
            faults += wrong(again, held)
        say({"faults": faults})

    return work
