"""Draft notices to those who host a site, for a person to complete, attest and send.

They speak only of works whose use is indicated to be unlicensed, on sites of a confirmed or
probable verdict, in findings that a review confirmed; what is left out is said, and why.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from casework.record import Finding, Review, Sample
from casework.verdict import SiteVerdict
from evidence.exports.contents import Contents
from evidence.exports.hosts import is_iri
from evidence.exports.markdown import rendered
from evidence.exports.receipts import Peer
from evidence.exports.standing import Standing, last_reviews, samples, standing, withheld

# The files of a site, and the template of each.
KINDS = {
    "dmca-512c.DRAFT.md": "dmca-512c.md.j2",
    "dsa-16.DRAFT.md": "dsa-16.md.j2",
    "korea-103.DRAFT.md": "korea-103.md.j2",
}
WITHHELD = "WITHHELD.md"
_UNSAFE = re.compile(r"[^a-z0-9]+", re.ASCII)
_SLUG = 40


@dataclass(frozen=True, slots=True)
class Place:
    """Where a work was found: a confirmed finding with its sample and review."""

    finding: Finding
    sample: Sample
    review: Review
    peers: tuple[Peer, ...]  # who served the sample

    @property
    def located(self) -> bool:
        """Whether the source is a URL that a host can look for; a path at home is not told."""
        return is_iri(self.sample.source)


@dataclass(frozen=True, slots=True)
class Claim:
    """A work as a notice names it, and where it was found."""

    work_id: str
    title: str
    details: Mapping[str, Any]
    reasons: tuple[str, ...]  # of the verdict on it
    places: tuple[Place, ...]


def site_notices(contents: Contents) -> dict[str, bytes]:
    """The drafts of all sites by `folder/name`, and what was withheld."""
    made = {WITHHELD: _render("withheld.md.j2", contents, sites=_left_out(contents))}
    for verdict in contents.verdicts:
        if held := standing(contents, verdict):
            made |= _of_site(contents, verdict, held)
    return dict(sorted(made.items()))


def slug(site: str) -> str:
    """A folder's name for a site: plain, and another for each site.

    >>> slug("Pirate.example:8080"), slug("../..")
    ('pirate-example-8080-dd63ca4f', 'site-0cfd1c96')
    """
    plain = _UNSAFE.sub("-", site.lower())[:_SLUG].strip("-") or "site"
    return f"{plain}-{hashlib.sha256(site.encode('utf-8')).hexdigest()[:8]}"


def _of_site(contents: Contents, verdict: SiteVerdict, held: list[Standing]) -> dict[str, bytes]:
    facts = {
        "verdict": verdict,
        "claims": [_claim(contents, one) for one in held],
        "left_out": withheld(contents, verdict),
    }
    return {
        f"{slug(verdict.site)}/{name}": _render(template, contents, **facts)
        for name, template in KINDS.items()
    }


def _claim(contents: Contents, held: Standing) -> Claim:
    work, taken = held.work, samples(contents)
    places = tuple(_place(contents, one, taken[one.sample_id]) for one in held.findings)
    details = contents.works.get(work.work_id, {})
    return Claim(work.work_id, work.title, details, work.reasons, places)


def _place(contents: Contents, finding: Finding, sample: Sample) -> Place:
    receipt = contents.receipts.get(sample.capture or "")
    review = last_reviews(contents)[finding.finding_id]
    return Place(finding, sample, review, receipt.peers if receipt else ())


def _left_out(contents: Contents) -> list[dict[str, Any]]:
    return [
        {
            "verdict": verdict,
            "works": withheld(contents, verdict),
            "drafted": bool(standing(contents, verdict)),
        }
        for verdict in contents.verdicts
    ]


def _render(template: str, contents: Contents, **facts: Any) -> bytes:
    return rendered(template, contents=contents, **facts)
