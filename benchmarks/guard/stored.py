"""What a workspace keeps of its works, in bytes for each second of sound and of picture."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from benchmarks.guard.works import Shipped
from fingerprint.registry import KEPT_BESIDE, scheme_named
from reelprint.workspace import Workspace
from reference_catalog import codec


def bytes_a_second(home: Path, works: Shipped) -> dict[str, float]:
    """Of the fingerprints of each kind, in the catalogue and in the index."""
    workspace = Workspace.open(home)
    kept: dict[str, int] = defaultdict(int)
    for scheme in workspace.settings.schemes:
        index = sum(file.stat().st_size for file in (home / "index").glob(f"{scheme}.*"))
        kept[_kind(scheme)] += index + sum(_blobs(workspace, scheme))
    seconds = {
        "sound": sum(w.facts.duration_s for w in works.registered if w.carries("audio")),
        "picture": sum(w.facts.duration_s for w in works.registered if w.carries("video")),
    }
    return {kind: kept[kind] / seconds[kind] for kind in seconds}


def _kind(scheme: str) -> str:
    return "sound" if scheme_named(scheme).metric == "landmark" else "picture"


def _blobs(workspace: Workspace, scheme: str) -> Iterator[int]:
    """Bytes of each stored fingerprint of a scheme and of what is kept beside it."""
    beside = [kept.name for kept in KEPT_BESIDE.get(scheme, ())]
    with workspace.catalog() as catalog:
        for name in (scheme, *beside):
            for number in catalog.numbers(name):
                yield len(codec.encode(catalog.fingerprint(number, name)))
