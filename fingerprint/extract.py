"""All schemes over all clips of one file, under one or more views of its picture."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from fingerprint.scheme import Fingerprint, Scheme
from media.clip import Clip, Frames

PLAIN, MIRRORED = "plain", "mirrored"


def mirror(clip: Clip) -> Clip:
    """The clip with its picture flipped left to right."""
    return replace(clip, frames=_flipped(clip.frames), detail=_flipped(clip.detail))


def _flipped(frames: Frames | None) -> Frames | None:
    return frames and Frames(np.flip(frames.luma, axis=2), frames.times)


VIEWS: Mapping[str, Callable[[Clip], Clip]] = {PLAIN: lambda clip: clip, MIRRORED: mirror}


def fingerprint_all(
    clips: Iterable[Clip], schemes: Sequence[Scheme], views: Sequence[str] = (PLAIN,)
) -> dict[tuple[str, str], Fingerprint]:
    """Fingerprints by (view, scheme name), from clips in order of time, each read once.

    Sound has only the plain view.
    """
    wanted = [(v, s) for v in views for s in schemes if v == PLAIN or s.modality == "video"]
    parts: dict[tuple[str, str], list[Fingerprint]] = {(v, s.name): [] for v, s in wanted}
    for clip in clips:
        for view, scheme in wanted:
            codes = scheme.fingerprint(VIEWS[view](clip)).within(clip.core)
            parts[view, scheme.name].append(codes)
    return {(v, s.name): _concatenate(s, parts[v, s.name]) for v, s in wanted}


def _concatenate(scheme: Scheme, parts: Sequence[Fingerprint]) -> Fingerprint:
    parts = [Fingerprint.empty(scheme.name, scheme.width), *parts]
    return Fingerprint(
        scheme.name,
        np.concatenate([p.codes for p in parts]),
        np.concatenate([p.times for p in parts]),
        np.concatenate([p.quality for p in parts]),
    )
