"""The same postings under finer keys than the scheme has, so that each key has fewer of them.

How long an index of postings takes beside a tree is a matter of how many postings a key has: a tree
pays for each key, a vote for each posting. The scheme's own keys are coarse, for a copy keeps them
more often (`docs/decisions/0008-ask-for-what-is-worth-most.md`). Here each is split by some further
bits, as if its pairs had been told apart more finely: bits that a posting draws from its time, and
that the query knows of those pairs that it truly shares with its work. So a query meets as many
right postings as before, and fewer accidents.
"""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from benchmarks.scale.material import Excerpt
from fingerprint.audio.pairs import KEYS
from index.postings import PostingsSegment
from index.rows import TICKS_PER_S, Rows
from matchers.asking import Asked

BITS = 3  # which makes eight million keys
NEAR_TICKS = TICKS_PER_S // 10  # between a pair of the suspect and the same one of its work
TICK_BITS = 32
SPREAD = 2654435761  # Knuth's multiplier, whose product's high bits are spread evenly

I64 = NDArray[np.int64]


class FineSegment(PostingsSegment):
    """Postings of the finer keys."""

    keys: ClassVar[int] = KEYS << BITS


def refined(rows: Rows) -> Rows:
    """The same postings under finer keys."""
    fine = rows.values.astype(np.int64) << BITS | _bits(rows.ticks.astype(np.int64))
    return replace(rows, values=fine.astype(np.uint32))


def asked_finely(query: Asked, excerpt: Excerpt, rows: Rows) -> Asked:
    """The same query under finer keys; `rows` are those of the scheme's own keys."""
    own = rows.take(rows.owners == excerpt.reference)
    stored = np.sort(own.values.astype(np.int64) << TICK_BITS | own.ticks)
    ticks = np.rint((excerpt.start_s + query.times) * TICKS_PER_S).astype(np.int64)
    wanted = query.keys << TICK_BITS | ticks
    right = np.searchsorted(stored, wanted)
    for near in (right, right - 1):
        partner = stored[np.clip(near, 0, len(stored) - 1)]
        is_shared = np.abs(partner - wanted) <= NEAR_TICKS
        ticks[is_shared] = partner[is_shared] & (2**TICK_BITS - 1)
    return replace(query, keys=query.keys << BITS | _bits(ticks))


def _bits(ticks: I64) -> I64:
    return np.asarray((ticks * SPREAD & (2**TICK_BITS - 1)) >> (TICK_BITS - BITS))
