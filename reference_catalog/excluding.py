"""What is left of a fingerprint when ranges of its reference count nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

import numpy as np

from fingerprint.scheme import Fingerprint
from media.clip import Span

NOTHING_EXCLUDED = ""
_DIGITS = 16


def without(fingerprint: Fingerprint, excluded: Iterable[Span]) -> Fingerprint:
    """The codes whose time lies in none of the spans."""
    kept = np.ones(len(fingerprint), bool)
    for span in excluded:
        kept &= (fingerprint.times < span.start_s) | (fingerprint.times >= span.end_s)
    return fingerprint if kept.all() else fingerprint.take(kept)


def revision(excluded: Sequence[Span]) -> str:
    """A name for what is excluded of a reference, whatever the order: the same ranges have the same
    one, so that what was undone is as if it had never been.

    >>> revision([]), revision([Span(0, 9)]) == revision([Span(0.0, 9.0)])
    ('', True)
    """
    if not excluded:
        return NOTHING_EXCLUDED
    spans = sorted((float(s.start_s), float(s.end_s)) for s in excluded)
    return hashlib.sha256(repr(spans).encode()).hexdigest()[:_DIGITS]
