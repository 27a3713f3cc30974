"""Whether verdicts err as seldom as they say, at sites that are made up and looked at after every
sample.

A site has streams, and each sample is of one of them, so that some are sampled often. Either a
site carries nothing, and samples match falsely at the policy's rate, in each sample anew or in a
stream always or never; or a share of its streams carries works. A verdict errs if it ever errs.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.metrics import Proportion
from casework.chance import is_accused, is_acquitted, is_beyond_chance, is_cleared
from casework.chance import share as interval
from casework.policies import load
from casework.rules import Rules, Way, rules

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
# The shipped figures err too seldom to be seen erring, so the same rules are run with larger ones.
RATES = ((0.001, 3e-5, 0.05), (0.02, 0.05, 0.05), (0.05, 0.1, 0.1))  # per sample, accuse, clear


@dataclass(frozen=True, slots=True)
class Plan:
    """How many sites, samples of each, and streams that they are drawn from."""

    sites: int
    samples: int = 200
    streams: int = 60
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Looked:
    """(samples, sites): what had been counted after each sample."""

    streams: Ints  # that matched
    unmatched: Ints  # samples
    unmatched_streams: Ints


def measure(plan: Plan) -> dict[str, object]:
    """Stated errors against those seen."""
    rows = [row for figures in RATES for row in _rows(plan, *figures)]
    return {"sites": plan.sites, "samples": plan.samples, "streams": plan.streams, "rows": rows}


def _rows(plan: Plan, rate: float, accuse: float, clear: float) -> Iterable[dict[str, object]]:
    asked = rules(_policy(rate, accuse, clear))
    way = Way(1, 1, 0, accuse)
    for kind in ("each sample", "each stream"):
        looked = _look(plan, _false(plan, rate, kind == "each stream"))
        about = {"site": "carries nothing", "rate": rate, "false in": kind}
        seen = _against(looked.unmatched, looked.streams, lambda k, m: _leads(way, k, m, asked))
        yield about | _error("accused by more streams than chance is allowed", accuse, seen)
        seen = _against(looked.unmatched, looked.streams, lambda k, m: is_accused(k, m, asked))
        yield about | _error("accused by the sequential test", accuse, seen)
    share = asked.sequential.share
    looked = _look(plan, _true(plan, share))
    about = {"site": f"carries works in {share:.0%} of its streams", "rate": rate}
    seen = _against(
        looked.unmatched_streams, looked.streams, lambda k, n: is_acquitted(k, n, asked)
    )
    yield about | _error("acquitted by the sequential test", clear, seen)
    yield about | _error("cleared", 0.025, _cleared(looked, asked))
    yield about | _error("interval without the share, at the end", 0.05, _misses(looked, share, -1))


def _policy(rate: float, accuse: float, clear: float) -> Mapping[str, Any]:
    policy: dict[str, Any] = copy.deepcopy(dict(load("standard")))
    policy["rate"]["per_sample"] = rate
    policy["sequential"].update(accuse=accuse, clear=clear)
    return policy


def _false(plan: Plan, rate: float, by_stream: bool) -> tuple[Ints, Bools]:
    """Which stream each sample is of, and whether it matches."""
    random = np.random.default_rng(plan.seed)
    which = random.integers(0, plan.streams, (plan.samples, plan.sites))
    if not by_stream:
        return which, random.random(which.shape) < rate
    bad = random.random((plan.streams, plan.sites)) < rate
    return which, np.take_along_axis(bad, which, axis=0)


def _true(plan: Plan, share: float) -> tuple[Ints, Bools]:
    """A stream for each sample, for a share of streams is a share only if there are many."""
    random = np.random.default_rng(plan.seed)
    which = np.broadcast_to(np.arange(plan.samples)[:, None], (plan.samples, plan.sites))
    return which, random.random(which.shape) < share


def _look(plan: Plan, drawn: tuple[Ints, Bools]) -> Looked:
    which, matches = drawn
    size = int(which.max()) + 1
    matched, empty = np.zeros((2, size, plan.sites), bool)
    sites = np.arange(plan.sites)
    counted = np.zeros((3, plan.samples, plan.sites), np.int64)
    unmatched = np.zeros(plan.sites, np.int64)
    for at, (stream, hit) in enumerate(zip(which, matches, strict=True)):
        matched[stream, sites] |= hit
        empty[stream, sites] |= ~hit
        unmatched += ~hit
        counted[:, at] = matched.sum(axis=0), unmatched, empty.sum(axis=0)
    return Looked(*counted)


def _leads(way: Way, k: int, unmatched: int, asked: Rules) -> bool:
    enough = k >= way.streams
    return enough and is_beyond_chance(way, k, unmatched, asked.reserve, asked.rate)


def _against(others: Ints, streams: Ints, decides: Callable[[int, int], bool]) -> Bools:
    """Of each site, whether a rule of (streams, others) ever decided."""
    table = np.array(
        [[decides(k, n) for n in range(others.max() + 1)] for k in range(streams.max() + 1)]
    )
    return np.asarray(table[streams, others].any(axis=0))


def _cleared(looked: Looked, asked: Rules) -> Bools:
    clean = np.array(
        [is_cleared(n, asked.cleared) for n in range(looked.unmatched_streams.max() + 1)]
    )
    return np.asarray((clean[looked.unmatched_streams] & (looked.streams == 0)).any(axis=0))


def _misses(looked: Looked, share: float, at: int) -> Bools:
    k, n = looked.streams[at], looked.streams[at] + looked.unmatched_streams[at]
    ends = {pair: interval(*pair) for pair in set(zip(k.tolist(), n.tolist(), strict=True))}
    found = [ends[pair] for pair in zip(k.tolist(), n.tolist(), strict=True)]
    return np.array([not one.low <= share <= one.high for one in found])


def _error(what: str, stated: float, seen: Bools) -> dict[str, object]:
    return {
        "error": what,
        "stated": stated,
        "seen": Proportion(int(seen.sum()), seen.size).as_dict(),
    }
