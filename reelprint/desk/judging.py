"""Sites: what the samples of a case say of one, and what links them to each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.principal import Principal
from casework.canonical import canonical, digest
from casework.journal import Recorded
from casework.judging import judge
from casework.store import CaseStore
from casework.verdict import SiteVerdict
from reelprint.desk.blinding import sight
from reelprint.desk.caseroom import SHOWN, case_for, is_own, own_cases, record_of
from reelprint.desk.desk import Desk, need, recorded
from reelprint.desk.errors import NotFound
from reelprint.desk.once import own_job, submit_once
from reelprint.desk.queue import Seen, shown
from reelprint.proving.judging import licences_of

MOST_CASES = 200  # of which links are looked for at once


@dataclass(frozen=True, slots=True)
class Site:
    """A site that was sampled."""

    site: str
    cases: tuple[str, ...]
    samples: int


def verdict(desk: Desk, who: Principal, case_id: str, site: str) -> SiteVerdict:
    """What the samples of a case say of a site, by the policy of the case. Raises Withheld for who
    has a finding of the case to review, for it depends on what others said."""
    with case_for(desk, who, "verdicts.read", case_id, site=site[:SHOWN]) as store:
        sight(store, who, case_id).require_all("the verdict")
        dossier = store.dossier(case_id, who.actor, "judged", site=site)
        if site not in dossier.sites:
            raise NotFound(f"the case {case_id} has no sample of {site[:SHOWN]!r}")
        return judge(dossier, site, dossier.case.judging, licences_of(dossier, desk.catalog))


def verdicts(desk: Desk, who: Principal, case_id: str) -> list[SiteVerdict]:
    """The same of each site of a case, by name, as one look at it. Raises Withheld."""
    with case_for(desk, who, "verdicts.read", case_id) as store:
        sight(store, who, case_id).require_all("the verdict")
        dossier = store.dossier(case_id, who.actor, "judged")
        licences = licences_of(dossier, desk.catalog)
        return [judge(dossier, one, dossier.case.judging, licences) for one in dossier.sites]


def sites(desk: Desk, who: Principal) -> list[Site]:
    """The sites of all cases of the organisation, by name. As a list of cases it leaves no line in
    custody logs."""
    need(desk, who, "cases.read", "sites")
    with recorded(desk, who, "cases.read", "sites"):
        if not (names := own_cases(desk, who)):
            return []
        with record_of(desk) as store:
            return _sites(store, names)


def links(desk: Desk, who: Principal, cases: Sequence[str]) -> Seen:
    """Look for links between the sites of some cases, or of all: a job, for captures are decoded.
    As long as their samples are the same it is the job of then."""
    need(desk, who, "verdicts.read", "links")
    with recorded(desk, who, "verdicts.read", "links", cases=list(cases[:MOST_CASES])):
        names = sorted(set(cases)) or own_cases(desk, who)
        if len(names) > MOST_CASES:
            raise ValueError(f"links are looked for in at most {MOST_CASES} cases at once")
        for name in names:
            if not is_own(desk, who, name):
                raise NotFound(f"there is no case {name[:SHOWN]!r}")
        if not names:
            raise NotFound("there is no case")
        with record_of(desk) as store:
            state = _state(store, names)
            for name in names:
                store.accessed(name, who.actor, "linked")
        job = submit_once(desk, who, "links", {"cases": names, "state": state}, state)
        return shown(desk, who, job)


def linked(desk: Desk, who: Principal, job_id: str) -> Seen:
    """A job that looked for links; its result is what `reelprint links --json` prints."""
    need(desk, who, "verdicts.read", "links")
    job = own_job(desk, who, job_id, "links")
    return shown(desk, who, job, job.result)


def _sites(store: CaseStore, names: Sequence[str]) -> list[Site]:
    found: dict[str, list[str]] = {}
    for case_id, records in store.records_among(names, "begun", "sample").items():
        for one in _samples(records):
            found.setdefault(str(one["site"]), []).append(case_id)
    return [Site(site, tuple(sorted(set(of))), len(of)) for site, of in sorted(found.items())]


def _samples(records: Sequence[Recorded]) -> list[Mapping[str, Any]]:
    """Each sample once, as its latest record but that of its examination has it."""
    latest = {one.name: one for one in records}
    return [one.value for one in latest.values()]


def _state(store: CaseStore, names: Sequence[str]) -> str:
    """What links depend on, as a hash: samples and findings, whatever else was recorded since."""
    on_record = {
        case_id: {
            f"{one.kind} {one.name}": digest(one.body)
            for one in store.records(case_id, "sample", "examined", "finding")
        }
        for case_id in names
    }
    return digest(canonical(on_record))
