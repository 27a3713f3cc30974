"""The baselines that can run here, and why others cannot."""

from __future__ import annotations

from collections.abc import Callable

from benchmarks.baselines import audfprint, chromaprint, phash_1fps
from benchmarks.systems import System

Peers = tuple[list[System], list[str]]
Fresh = Callable[[str], System]  # makes a system that knows nothing yet


def of_recall() -> Peers:
    """One of the picture, one of the sound."""
    systems, left_out = _chromaprint()
    return [phash_1fps.phash_1fps(), *systems], left_out


def of_audio() -> Peers:
    """Those of the sound."""
    systems, left_out = _chromaprint()
    if not audfprint.available():
        return systems, [*left_out, f"audfprint, because {audfprint.PACKAGE} is not installed"]
    return [*systems, audfprint.Audfprint()], left_out


def of_video() -> tuple[list[Fresh], list[str]]:
    """Those of the picture."""
    return [lambda _: phash_1fps.phash_1fps()], []


def _chromaprint() -> Peers:
    if not chromaprint.available():
        return [], ["Chromaprint, because fpcalc is not installed"]
    return [chromaprint.chromaprint()], []
