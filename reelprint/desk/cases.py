"""Cases: opened, listed, looked at; sources planned and sampled, samples examined. Everything is
done in the name of the principal, as custody logs have it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from accounts.errors import Taken as AnothersName
from accounts.principal import Principal
from accounts.roles import Act
from capture.policy import MAX_URL, Policy, Refused
from casework import checking, names, policies, sampling
from casework.errors import CaseExists, CasesMissing
from casework.record import Plan
from casework.store import CaseStore, Whole
from casework.taking import site_of
from reelprint.cases import place_of
from reelprint.desk import casefile, queue, uploads
from reelprint.desk.blinding import Entry, Eyes, eyes, sight, sights
from reelprint.desk.casefile import CaseFile, Head, Listed, Seen
from reelprint.desk.caseroom import SHOWN, case_for, is_own, own_cases, record_of
from reelprint.desk.desk import Desk, need, recorded
from reelprint.desk.errors import NotFound
from reelprint.desk.queue import Seen as JobSeen
from reelprint.working.wording import without_paths

LONGEST_S = 4 * 3600.0  # of one sample
MOST_WATCHES = 1000  # of an organisation, at once
SOONEST = ("http://", "https://")


@dataclass(frozen=True, slots=True)
class NewCase:
    """What a case is opened with. `sampling` and `policy` are names; no file of this machine."""

    case_id: str
    authority: str
    territory: str | None = None
    sampling: str = "each-once"
    policy: str = "standard"
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class Custody:
    """The custody log, as far as it may be seen."""

    case_id: str
    entries: tuple[Entry, ...]
    head: Head | None  # None: withheld


@dataclass(frozen=True, slots=True)
class Soundness:
    """Whether a case is still what was recorded, with every hash computed anew."""

    case_id: str
    sound: bool
    problems: tuple[str, ...]


def cases(
    desk: Desk, who: Principal, after: str | None = None, limit: int = 50
) -> tuple[list[Listed], str | None]:
    """The cases of the principal's organisation, by id; and after which the next page begins."""
    need(desk, who, "cases.read", "cases")
    with recorded(desk, who, "cases.read", "cases"):
        later = [one for one in own_cases(desk, who) if after is None or one > after]
        page = later[:limit]
        if not page:
            return [], None
        with record_of(desk) as store:
            seen = sights(store, who, page)
            found = [casefile.listed(one, seen[one.case.case_id]) for one in store.cases(page)]
        return found, page[-1] if len(later) > limit else None


def open_case(desk: Desk, who: Principal, asked: NewCase) -> CaseFile:
    """Open a case. Raises Taken, CaseExists, ValueError."""
    what = f"case {asked.case_id[:SHOWN]}"
    need(desk, who, "cases.write", what)
    with recorded(desk, who, "cases.write", what, opened=True):
        judging = _checked(asked)
        # Whoever has the name has the case; so it is claimed last, and nothing can fail behind it.
        _claim(desk, who, asked.case_id)
        place = place_of(desk.workspace)
        with CaseStore.create(place.folder, url=place.url) as store:
            store.open_case(
                *(asked.case_id, who.actor, asked.authority, judging, asked.sampling),
                *(asked.seed, asked.territory),
            )
    return case(desk, who, asked.case_id)


def case(desk: Desk, who: Principal, case_id: str) -> CaseFile:
    """A case with its plans and samples; that it was shown stands in its log."""
    with _consulted(desk, who, "cases.read", case_id, part="case") as (whole, seen):
        return casefile.case_file(whole, seen)


def add_source(desk: Desk, who: Principal, case_id: str, site: str | None, source: str) -> Plan:
    """Plan when a source is to be sampled, before the first sample of it; again, the same plan.
    Raises ValueError for a source that is no public address."""
    with case_for(desk, who, "cases.write", case_id, source=source[:SHOWN]) as store:
        where = checked_source(source)
        return store.plan(case_id, who.actor, site_of(where, site), where)


def sample(
    desk: Desk,
    who: Principal,
    case_id: str,
    site: str | None,
    source: str,
    duration_s: float | None = None,
    key: str | None = None,
) -> JobSeen:
    """Have a source sampled now: as planned where the case tries each source once, beside the plan
    otherwise, and of the length that is asked for. The job says what became of it. Raises
    Full."""
    with case_for(desk, who, "samples.take", case_id, source=source[:SHOWN]) as store:
        store.case(case_id)
        where = checked_source(source)
        if duration_s is not None and not 0 < duration_s <= LONGEST_S:
            raise ValueError(f"a sample takes more than 0 and at most {LONGEST_S:.0f} s")
        if key is None or desk.queue.by_key(who.organisation, key) is None:
            uploads.need_room(desk, who)
        payload: dict[str, Any] = {"case": case_id, "site": site_of(where, site), "source": where}
        return _submit(desk, who, "sample", {**payload, "duration_s": duration_s}, key)


def examine(desk: Desk, who: Principal, case_id: str, key: str | None = None) -> JobSeen:
    """Have all samples looked at that nobody looked at yet; whoever asks for it analyses them."""
    with case_for(desk, who, "findings.make", case_id) as store:
        store.case(case_id)
        return _submit(desk, who, "examine", {"case": case_id}, key)


def watch(desk: Desk, who: Principal, case_id: str) -> JobSeen:
    """Have samples examined as they come, for as long as plans are carried out; the job that does
    it already, if there is one of the principal's. Whoever asks for it analyses them."""
    with case_for(desk, who, "findings.make", case_id, watch=True) as store:
        store.case(case_id)
        for state in ("queued", "running"):
            found, _ = desk.queue.list(who.organisation, "watch", state, None, MOST_WATCHES)
            for one in found:
                if one.payload["case"] == case_id and one.actor == who.actor:
                    return queue.shown(desk, who, one)
        return _submit(desk, who, "watch", {"case": case_id}, None)


def findings(desk: Desk, who: Principal, case_id: str) -> list[Seen]:
    """What was found in a case."""
    with _consulted(desk, who, "verdicts.read", case_id, part="findings") as (whole, seen):
        return list(casefile.seen(whole, seen))


def finding(desk: Desk, who: Principal, case_id: str, finding_id: str) -> Seen:
    """One of them."""
    facts = {"finding": finding_id[:SHOWN]}
    with _consulted(desk, who, "verdicts.read", case_id, **facts) as (whole, seen):
        for one in casefile.seen(whole, seen):
            if one.finding.finding_id == finding_id:
                return one
        raise NotFound(f"there is no finding {finding_id[:SHOWN]!r} in case {case_id}")


def custody(desk: Desk, who: Principal, case_id: str) -> Custody:
    """The custody log, ending with this look at it."""
    with case_for(desk, who, "cases.read", case_id, part="custody") as store:
        lines, seen = store.custody(case_id, who.actor), sight(store, who, case_id)
        head = store.head(case_id)
        entries = tuple(seen.entry(line) for line in lines)
        shown = Head(head.entries, head.sha256) if seen.sees_all else None
        return Custody(case_id, entries, shown)


def custody_lines(desk: Desk, who: Principal, case_id: str) -> bytes:
    """The custody log to the byte, for checking its chain. Raises Withheld."""
    with case_for(desk, who, "cases.read", case_id, part="custody lines") as store:
        sight(store, who, case_id).require_all("the log to the byte")
        return b"".join(store.custody(case_id, who.actor))


def soundness(
    desk: Desk, who: Principal, case_id: str, noted: str | None = None, captures: bool = False
) -> Soundness:
    """Check log and record of a case, and with `captures` each byte of these; nothing is written in
    it. `noted` is a head of some time before."""
    with case_for(desk, who, "cases.read", case_id, part="soundness") as store:
        check = checking.problems if captures else CaseStore.verify
        found = [without_paths(desk.workspace, one) for one in check(store, case_id, noted)]
        return Soundness(case_id, not found, tuple(found))


def checked_source(source: str) -> str:
    """An address of http or https that may be asked; no file of this machine, whatever its name.
    Where it leads is checked again for each request (`capture.policy`). Raises ValueError."""
    if not source.startswith(SOONEST) or len(source) > MAX_URL:
        raise ValueError("a source is an address that begins with http:// or https://")
    try:
        Policy(allow_private=True).target(names.source(source))
    except Refused as error:
        raise ValueError(str(error)) from error
    return source


@contextmanager
def _consulted(
    desk: Desk, who: Principal, act: Act, case_id: str, **facts: str
) -> Iterator[tuple[Whole, Eyes]]:
    """All of a case at one moment, with this access in its log, and the eyes it is seen with."""
    with case_for(desk, who, act, case_id, **facts) as store:
        whole = store.whole(case_id, who.actor, "shown", **facts)
        yield whole, eyes(who, whole.records)


def _submit(
    desk: Desk, who: Principal, kind: str, payload: dict[str, Any], key: str | None
) -> JobSeen:
    job = desk.queue.submit(kind, who.organisation, who.actor, payload, key)
    return queue.shown(desk, who, job)


def _checked(asked: NewCase) -> Any:
    """The policy of verdicts, if all that is asked for can be had. Raises ValueError."""
    if asked.policy not in policies.SHIPPED:
        raise ValueError(f"there is no policy {asked.policy[:SHOWN]!r}: {policies.SHIPPED}")
    names.case_id(asked.case_id)
    names.reason(asked.authority)
    sampling.policy(asked.sampling, asked.seed)
    if asked.territory is not None:
        names.territory(asked.territory)
    return policies.load(asked.policy)


def _claim(desk: Desk, who: Principal, case_id: str) -> None:
    """Have the id for the organisation, unless a case has it. Raises Taken, CaseExists."""
    try:
        with record_of(desk) as store:
            there = case_id in store.ids()
    except CasesMissing:
        there = False
    if there and is_own(desk, who, case_id):
        raise CaseExists(f"there is a case {case_id} already")
    if there:
        raise AnothersName(f"the case {case_id!r} cannot be had: choose another name")
    desk.accounts.claim("case", case_id, who.organisation)
