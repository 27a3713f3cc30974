"""The baselines that can run here, and why others cannot."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.baselines import audfprint, chromaprint, frame_hashes, mpeg7, orb
from benchmarks.systems import System

Peers = tuple[list[System], list[str]]
Fresh = Callable[[str], System]  # a system that knows nothing yet, for a run of that name


def of_recall() -> Peers:
    """One of the picture, one of the sound."""
    systems, left_out = _chromaprint()
    return [frame_hashes.imagehashes()[0].baseline(), *systems], left_out


def of_audio() -> Peers:
    """Those of the sound."""
    systems, left_out = _chromaprint()
    if not audfprint.available():
        return systems, [*left_out, f"audfprint, because {audfprint.PACKAGE} is not installed"]
    return [*systems, audfprint.Audfprint()], left_out


def of_video() -> tuple[list[Fresh], list[str]]:
    """Those of the picture."""
    found: list[Fresh] = []
    left_out = []
    if frame_hashes.pdq_available():
        found.append(_again(frame_hashes.pdq().baseline()))
    else:
        left_out.append(f"PDQ, because {frame_hashes.PDQ} is not installed")
    found += [_again(one.baseline()) for one in frame_hashes.imagehashes()]
    if not mpeg7.available():
        left_out.append("MPEG-7 and ISCC video, because ffmpeg is not installed")
    else:
        found.append(_again(mpeg7.mpeg7()))
        if mpeg7.iscc_available():
            found.append(_again(mpeg7.iscc_video()))
        else:
            left_out.append(f"ISCC video, because {mpeg7.ISCC} is not installed")
    return [*found, _again(orb.Orb())], left_out


def _again(system: System) -> Fresh:
    """The same system, which forgets other works when it is told of new ones."""
    return lambda _: system


def _chromaprint() -> Peers:
    if not chromaprint.available():
        return [], ["Chromaprint, because fpcalc is not installed"]
    return [chromaprint.chromaprint()], []
