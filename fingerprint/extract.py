"""All schemes over all clips of one file, under one or more views of its picture."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from fingerprint.audio.spectrum import Spectrum
from fingerprint.scheme import Fingerprint, Scheme, SpectralScheme, TwinScheme
from media.clip import Clip, Frames

PLAIN, MIRRORED = "plain", "mirrored"


def mirror(clip: Clip) -> Clip:
    """The clip with its picture flipped left to right."""
    return replace(clip, frames=_flipped(clip.frames), detail=_flipped(clip.detail))


def _flipped(frames: Frames | None) -> Frames | None:
    return frames and Frames(np.flip(frames.luma, axis=2), frames.times)


def inverted(codes: Fingerprint) -> Fingerprint:
    """The frame codes of the same pictures in negative: where each coefficient lay above the
    median, its opposite lies below."""
    return replace(codes, codes=~codes.codes)


VIEWS: Mapping[str, Callable[[Clip], Clip]] = {PLAIN: lambda clip: clip, MIRRORED: mirror}


def asked_for(schemes: Sequence[Scheme], views: Sequence[str]) -> list[tuple[str, Scheme]]:
    """What there is to read: each scheme in each view, but sound in the plain one alone."""
    return [(v, s) for v in views for s in schemes if v == PLAIN or s.modality == "video"]


def fingerprint_all(
    clips: Iterable[Clip], schemes: Sequence[Scheme], views: Sequence[str] = (PLAIN,)
) -> dict[tuple[str, str], Fingerprint]:
    """Fingerprints by (view, scheme name), from clips in order of time, each read once."""
    wanted = asked_for(schemes, views)
    parts: dict[tuple[str, str], list[Fingerprint]] = {(v, s.name): [] for v, s in wanted}
    for clip in clips:
        for view, codes in _read(clip, wanted):
            parts[view, codes.scheme].append(codes.within(clip.core))
    return {(v, s.name): _concatenate(s, parts[v, s.name]) for v, s in wanted}


def _read(clip: Clip, wanted: Sequence[tuple[str, Scheme]]) -> Iterator[tuple[str, Fingerprint]]:
    """What the schemes give of one clip; its spectrum is made once for all that see it."""
    spectrum: Spectrum | None = None
    twins: dict[str, Fingerprint] = {}
    for view, scheme in wanted:
        if isinstance(scheme, SpectralScheme) and clip.sound is not None:
            spectrum = Spectrum.of(clip) if spectrum is None else spectrum
            yield view, scheme.of_spectrum(spectrum)
        elif view == MIRRORED and scheme.name in twins:
            yield view, twins[scheme.name]
        elif isinstance(scheme, TwinScheme) and (MIRRORED, scheme) in wanted:
            codes, twins[scheme.name] = scheme.twins(clip)
            yield view, codes
        else:  # nothing, where a clip has not what a scheme reads
            yield view, scheme.fingerprint(VIEWS[view](clip))


def _concatenate(scheme: Scheme, parts: Sequence[Fingerprint]) -> Fingerprint:
    parts = [Fingerprint.empty(scheme.name, scheme.width), *parts]
    return Fingerprint(
        scheme.name,
        np.concatenate([p.codes for p in parts]),
        np.concatenate([p.times for p in parts]),
        np.concatenate([p.quality for p in parts]),
    )
