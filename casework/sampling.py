"""Sampling policies by name, and the plan that follows from one: drawn, not chosen.

    live-3x60s-per-hour           in one hour, at three moments, a minute each
    live-3x60s-per-hour-for-4h    the same in each of four hours
    each-once                     each source that is named is tried once, and taken whole
    each-once-90s                 likewise, its first 90 s

The moments of an hour are uniform among all that do not overlap: `per_hour` numbers are drawn
from [0, 3600 s - per_hour x seconds), sorted, and the k-th is put off by k x seconds. The numbers
come from SHA-256, so that anyone can draw them again: of "seed/source/hour/k" in UTF-8, the first
eight bytes as a big-endian number, over 2 to the power of 64.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from datetime import datetime, timedelta

from capture.clock import iso
from casework.record import SamplingPolicy

HOUR_MS = 3_600_000
MAX_HOURS = 31 * 24
# Later than this a sample would not be the one that was drawn: machines sleep, sites are slow.
LATE_S = 5.0
MAX_SEED = 2**53  # what JSON can say of a whole number
_LIVE = re.compile(r"live-(\d{1,4})x(\d{1,5})(s|m)-per-hour(?:-for-(\d{1,4})h)?", re.ASCII)
_ONCE = re.compile(r"each-once(?:-(\d{1,5})(s|m))?", re.ASCII)
_SECONDS = {"s": 1.0, "m": 60.0}


def policy(name: str, seed: int | None = None) -> SamplingPolicy:
    """The policy of a name, with a seed drawn unless it is given. Raises ValueError."""
    seed = secrets.randbelow(MAX_SEED) if seed is None else seed
    if not 0 <= seed < MAX_SEED:
        raise ValueError(f"the seed {seed} does not lie between 0 and {MAX_SEED - 1}")
    if found := _ONCE.fullmatch(name):
        return _once(name, float(found[1]) * _SECONDS[found[2]] if found[1] else None, seed)
    if found := _LIVE.fullmatch(name):
        each, hours = float(found[2]) * _SECONDS[found[3]], int(found[4] or 1)
        return _live(name, int(found[1]), each, hours, seed)
    raise ValueError(
        f"{name!r} is no sampling policy: write each-once, each-once-90s, live-3x60s-per-hour "
        "or live-3x60s-per-hour-for-4h"
    )


def _once(name: str, seconds: float | None, seed: int) -> SamplingPolicy:
    if seconds == 0:
        raise ValueError(f"{name!r} takes nothing")
    return SamplingPolicy(name, 0, seconds, 0, seed)


def _live(name: str, per_hour: int, seconds: float, hours: int, seed: int) -> SamplingPolicy:
    if not (per_hour and seconds and hours):
        raise ValueError(f"{name!r} takes nothing")
    if per_hour * seconds > HOUR_MS / 1000:
        raise ValueError(f"{name!r} takes more than there is in an hour")
    if hours > MAX_HOURS:
        raise ValueError(f"{name!r} goes on for more than {MAX_HOURS} hours")
    return SamplingPolicy(name, per_hour, seconds, hours, seed)


def moments(policy: SamplingPolicy, source: str, begin: datetime) -> tuple[str, ...]:
    """When a source is to be sampled, ascending: the same for the same arguments, always."""
    if policy.once:
        return (iso(begin),)
    offsets = (
        hour * HOUR_MS + offset
        for hour in range(policy.hours)
        for offset in _offsets(policy, source, hour)
    )
    return tuple(iso(begin + timedelta(milliseconds=ms)) for ms in offsets)


def _offsets(policy: SamplingPolicy, source: str, hour: int) -> list[int]:
    """Milliseconds within an hour; each sample ends before the next begins, and in its hour."""
    each = round((policy.seconds or 0) * 1000)
    free = HOUR_MS - policy.per_hour * each
    drawn = sorted(_share(policy.seed, source, hour, k) for k in range(policy.per_hour))
    return [number * free // 2**64 + k * each for k, number in enumerate(drawn)]


def _share(seed: int, source: str, hour: int, k: int) -> int:
    digest = hashlib.sha256(f"{seed}/{source}/{hour}/{k}".encode()).digest()
    return int.from_bytes(digest[:8], "big")


def is_late(policy: SamplingPolicy, planned_at: str, now: str) -> bool:
    """Whether the moment has passed without a sample. A source to be tried once is never late."""
    late = datetime.fromisoformat(now) - datetime.fromisoformat(planned_at)
    return not policy.once and late.total_seconds() > LATE_S
