"""The baselines beside Reelprint: which can run here, why others cannot, who is measured when."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from benchmarks.baselines import audfprint, chromaprint, frame_hashes, mpeg7, orb
from benchmarks.systems import System

Fresh = Callable[[str], System]  # a system that knows nothing yet, for a run of that name


@dataclass(frozen=True, slots=True)
class Peer:
    """A baseline that a run may hold beside Reelprint."""

    key: str  # how `--peers` calls it
    name: str  # how a page calls it that lacks it
    lacks: str  # what it needs and is not installed; empty when it can run
    make: Callable[[int], System]  # one that takes so many queries at once


def of_recall() -> list[Peer]:
    """One of the picture, one of the sound."""
    return [_imagehashes()[0], _chromaprint()]


def of_audio() -> list[Peer]:
    """Those of the sound."""
    lacks = "" if audfprint.available() else audfprint.PACKAGE
    return [_chromaprint(), Peer("audfprint", "audfprint", lacks, lambda _: audfprint.Audfprint())]


def of_video() -> list[Peer]:
    """Those of the picture."""
    package = "" if frame_hashes.pdq_available() else frame_hashes.PDQ
    ffmpeg = "" if mpeg7.available() else "ffmpeg"
    iscc = ffmpeg or ("" if mpeg7.iscc_available() else mpeg7.ISCC)
    return [
        Peer("pdq", "PDQ", package, lambda jobs: frame_hashes.pdq().baseline(jobs)),
        *_imagehashes(),
        Peer("mpeg7", "MPEG-7", ffmpeg, mpeg7.mpeg7),
        Peer("iscc", "ISCC video", iscc, mpeg7.iscc_video),
        Peer("orb", "ORB", "", orb.Orb),
    ]


def choose_peers(
    known: Sequence[Peer], names: str, baselines: bool
) -> tuple[list[Peer], list[str]]:
    """Those of a comma-separated list, or all that can run for an empty one; why others are not.

    Raises ValueError for a name that is not a peer, and for a peer that cannot run here.
    """
    if not baselines:
        return [], ["baselines, by --no-baselines"]
    table = {peer.key: peer for peer in known}
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    if unknown := [name for name in wanted if name not in table]:
        raise ValueError(f"not a peer: {', '.join(unknown)}; peers are {', '.join(table)}")
    if lacking := [table[name] for name in wanted if table[name].lacks]:
        raise ValueError("; ".join(_lacking(peer) for peer in lacking))
    chosen = [table[key] for key in table if key in (wanted or table) and not table[key].lacks]
    others = [peer for peer in known if peer not in chosen]
    return chosen, [_lacking(p) if p.lacks else f"{p.name}, by --peers" for p in others]


def in_turn(
    ours: Fresh, others: Sequence[Peer], jobs: int
) -> Iterator[tuple[Fresh, Sequence[str]]]:
    """Ours, then each peer; with each, what a result written after it says that it lacks."""
    missing = [f"{peer.name}, which was not measured yet" for peer in others]
    yield ours, missing
    for k, peer in enumerate(others, 1):
        yield again(peer.make(jobs)), missing[k:]


def again(system: System) -> Fresh:
    """The same system, which forgets other works when it is told of new ones."""
    return lambda _: system


def _lacking(peer: Peer) -> str:
    return f"{peer.name}, because {peer.lacks} is not installed"


def _imagehashes() -> list[Peer]:
    hashes = zip(("phash", "dhash", "whash"), frame_hashes.imagehashes(), strict=True)
    return [Peer(key, f"imagehash.{key}", "", one.baseline) for key, one in hashes]


def _chromaprint() -> Peer:
    lacks = "" if chromaprint.available() else "fpcalc"
    return Peer("chromaprint", "Chromaprint", lacks, chromaprint.chromaprint)
