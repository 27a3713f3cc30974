"""What the samples of a site say, as values; `casework.judging` comes to it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

State = Literal["confirmed", "probable", "undecided", "cleared"]
Rights = Literal["licensed", "unlicensed_indicated", "rights_unknown"]


@dataclass(frozen=True, slots=True)
class Share:
    """k of n, and the exact (Clopper-Pearson) 95 % interval of the share behind it."""

    k: int
    n: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted. A stream counts once, however often it was sampled."""

    tried: int  # samples
    readable: int
    matched: int
    streams_readable: int  # what is independent of each other, as far as that can be told
    streams_matched: int
    share: Share  # of independent readable streams, those that matched
    chance: float  # at most so likely are that many false matches among as many streams


@dataclass(frozen=True, slots=True)
class WorkVerdict:
    """What the samples say of one work on one site."""

    work_id: str
    title: str
    state: State
    rights: Rights
    tally: Tally
    findings: tuple[str, ...]  # those that count
    reasons: tuple[str, ...]  # one sentence each


@dataclass(frozen=True, slots=True)
class SiteVerdict:
    """What the samples say of one site, by a policy that was fixed before the first of them."""

    site: str
    state: State
    tally: Tally
    works: tuple[WorkVerdict, ...]  # the surest first
    enough: bool  # whether, by the sequential rule, more samples could hardly change the verdict
    policy: str  # its name
    reasons: tuple[str, ...]
    caveats: tuple[str, ...]  # what is not independent, what was not tried

    def as_dict(self) -> dict[str, Any]:
        """Its JSON form."""
        return asdict(self)
