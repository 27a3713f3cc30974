"""What a case consists of, as values. Each has the JSON form in which it is shown and sealed.

Moments are RFC 3339 in UTC with microseconds, as `capture.clock.iso` writes them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

# What was received and not looked at yet is `unexamined`: nothing follows from it.
Outcome = Literal["readable", "empty", "unreadable", "unexamined"]
# `unsure` is on record as what a person said, and decides nothing.
Disposition = Literal["confirmed", "rejected", "unsure"]
Does = Literal["start", "stop"]


@dataclass(frozen=True, slots=True)
class SamplingPolicy:
    """How a site's sources are sampled, declared before the first sample is taken.

    In each of `hours` hours `per_hour` samples of `seconds` each, at offsets drawn from `seed`;
    or each source once, whole or its first `seconds`, if both are 0 (`casework.sampling`).
    """

    name: str
    per_hour: int
    seconds: float | None
    hours: int
    seed: int

    @property
    def once(self) -> bool:
        """Whether each source is tried once, at any time."""
        return self.per_hour == 0

    def as_dict(self) -> dict[str, Any]:
        """Its JSON form."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Plan:
    """When one source is to be sampled, as it was drawn before the first sample of it."""

    plan_id: str
    site: str
    source: str
    begin: str
    moments: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Its JSON form."""
        return {**asdict(self), "moments": list(self.moments)}


@dataclass(frozen=True, slots=True)
class Order:
    """That a service is to carry a plan out, or is to no longer. The last one of a plan holds."""

    order_id: str
    plan_id: str
    does: Does
    by: str
    at: str
    together: bool  # whether samples may be taken while another of the site is
    reason: str | None = None  # why it was stopped

    def as_dict(self) -> dict[str, Any]:
        """Its JSON form."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Case:
    """An investigation: under what authority, for which territory, and by which rules."""

    case_id: str
    authority: str  # what allows it: a warrant, a contract, a complaint
    territory: str | None  # ISO 3166-1 alpha-2, where the rights are asked for
    sampling: SamplingPolicy
    judging: Mapping[str, Any]  # the policy of verdicts, whole, as it was when the case was opened
    opened_at: str
    opened_by: str

    def as_dict(self) -> dict[str, Any]:
        """Its JSON form."""
        return {**asdict(self), "judging": dict(self.judging)}


@dataclass(frozen=True, slots=True)
class Sample:
    """One try at one source of a site, whatever came of it.

    `capture` names its folder among the case's captures; None if not even that could be made.
    `segments` are the SHA-256 of media bodies as received: two samples that share one are of one
    stream. `media` are the playable files, relative to the capture's folder.
    """

    sample_id: str
    site: str
    source: str
    planned_at: str | None  # by the sampling policy; None of one taken beside it
    taken_at: str
    ended_at: str
    seconds: float  # of media that can be played; until it is examined, as the server declares
    outcome: Outcome
    reason: str | None
    capture: str | None
    manifest_sha256: str | None
    segments: tuple[str, ...]
    media: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Its JSON form."""
        return {**asdict(self), "segments": list(self.segments), "media": list(self.media)}


@dataclass(frozen=True, slots=True)
class Finding:
    """One match in one sample, as `identify --json` said it."""

    finding_id: str
    sample_id: str
    media: str  # which file of the sample
    suspect_sha256: str
    match: Mapping[str, Any]  # an element of `matches` of the contract
    max_e_value: float  # the bound it was reported under
    engine: Mapping[str, Any]
    found_at: str

    @property
    def work_id(self) -> str:
        """The work that the match names."""
        return str(self.match["work_id"])

    def as_dict(self) -> dict[str, Any]:
        """Its JSON form."""
        return {**asdict(self), "match": dict(self.match), "engine": dict(self.engine)}


@dataclass(frozen=True, slots=True)
class Review:
    """What a person who did not analyse it says of a finding. The last one of a finding counts."""

    finding_id: str
    by: str
    at: str
    disposition: Disposition
    reason: str

    def as_dict(self) -> dict[str, Any]:
        """Its JSON form."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that is on record of one case, in the order in which it came to be."""

    case: Case
    samples: tuple[Sample, ...]
    findings: tuple[Finding, ...]
    reviews: tuple[Review, ...]
    plans: tuple[Plan, ...] = ()

    @property
    def sites(self) -> list[str]:
        """The sites that were sampled, in alphabetical order."""
        return sorted({sample.site for sample in self.samples})
