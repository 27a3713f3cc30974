"""`sites.csv`: one row a site, as a contributor to a list of sites (WIPO ALERT) needs it.

It says what our verdict says and what it rests on. Whether a site belongs on a list is decided by
the contributor under the rules of its country.
"""

from __future__ import annotations

from collections.abc import Iterable

from casework.record import Sample
from casework.verdict import SiteVerdict
from evidence.exports.contents import Contents
from evidence.exports.forms import counts
from evidence.exports.hosts import is_iri
from evidence.exports.standing import Standing, standing, withheld
from evidence.exports.table import Cell, joined, table

COLUMNS = (
    *("case_id", "site", "state", "policy", "candidate", "works", "titles", "owners"),
    *(
        "works_left_out",
        "confirmed_findings",
        "sources",
        "territory",
        "first_sample",
        "last_sample",
    ),
    *("samples_tried", "samples_readable", "samples_matched"),
    *("streams_readable", "streams_matched", "share_low", "share_high", "chance", "enough"),
    *("reasons", "caveats", "authority", "generated_at", "software"),
)


def sites_csv(contents: Contents) -> bytes:
    """The file, by site. A candidate is a site that a notice may speak of: see `standing`."""
    ordered = sorted(contents.verdicts, key=lambda verdict: verdict.site)
    return table(COLUMNS, (_row(contents, verdict) for verdict in ordered))


def _row(contents: Contents, verdict: SiteVerdict) -> dict[str, Cell]:
    case, held = contents.dossier.case, standing(contents, verdict)
    return {
        "case_id": case.case_id,
        "site": verdict.site,
        "state": verdict.state,
        "policy": verdict.policy,
        "enough": verdict.enough,
        "reasons": joined(verdict.reasons),
        "caveats": joined(verdict.caveats),
        "territory": case.territory,
        "authority": case.authority,
        "generated_at": contents.generated_at,
        "software": contents.software,
        **_works(contents, held),
        "works_left_out": joined(
            f"{one.work.work_id} ({one.why})" for one in withheld(contents, verdict)
        ),
        **_samples(one for one in contents.dossier.samples if one.site == verdict.site),
        **counts(verdict.tally),
    }


def _works(contents: Contents, held: list[Standing]) -> dict[str, Cell]:
    ids = [one.work.work_id for one in held]
    owners = {contents.works.get(one, {}).get("owner") for one in ids}
    return {
        "candidate": bool(held),
        "works": joined(ids),
        "titles": joined(one.work.title for one in held),
        "owners": joined(sorted(one for one in owners if one)),
        "confirmed_findings": sum(len(one.findings) for one in held),
    }


def _samples(taken: Iterable[Sample]) -> dict[str, Cell]:
    ordered = sorted(taken, key=lambda sample: sample.taken_at)
    return {
        "sources": joined(sorted({one.source for one in ordered if is_iri(one.source)})),
        "first_sample": ordered[0].taken_at if ordered else None,
        "last_sample": ordered[-1].taken_at if ordered else None,
    }
