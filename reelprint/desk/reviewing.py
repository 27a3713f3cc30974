"""Second looks at findings, blind: without the analyst's name, and without what others said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from accounts.principal import Principal
from casework.errors import CasesMissing, NoSuchCase
from casework.record import Disposition, Finding, Review
from casework.store import CaseStore
from reelprint.desk import casefile
from reelprint.desk.blinding import eyes, sights
from reelprint.desk.casefile import Seen, Taken
from reelprint.desk.caseroom import SHOWN, case_for, is_own, no_case, own_cases, record_of
from reelprint.desk.desk import Desk, need, recorded
from reelprint.desk.errors import NotFound


@dataclass(frozen=True, slots=True)
class ForReview:
    """A finding that waits for the reader's review, and how many do."""

    case_id: str
    finding: Finding
    sample: Taken
    territory: str | None
    left: int  # in all cases that were asked for, this one included


def next_for_review(desk: Desk, who: Principal, case_id: str | None = None) -> ForReview | None:
    """The next finding that waits for this person's review, of one case or of all; None: none does.

    Findings come in order of case and id, whatever was said of them before: an order by how much
    was said would tell.
    """
    what = "review queue" if case_id is None else f"case {case_id[:SHOWN]}"
    need(desk, who, "reviews.write", what)
    if case_id is not None:
        with case_for(desk, who, "reviews.write", case_id, part="review queue") as store:
            store.case(case_id)
            return _next(store, who, [case_id])
    with recorded(desk, who, "reviews.write", what):
        if not (names := own_cases(desk, who)):
            return None
        with record_of(desk) as store:
            return _next(store, who, names)


def waiting(desk: Desk, who: Principal, case_id: str | None = None) -> list[tuple[str, str]]:
    """The ids of all findings that wait for this person's review, with those of their cases, in the
    order in which they come; of one case or of all."""
    what = "review queue" if case_id is None else f"case {case_id[:SHOWN]}"
    need(desk, who, "reviews.write", what)
    if case_id is not None and not is_own(desk, who, case_id):
        raise no_case(case_id)
    names = own_cases(desk, who) if case_id is None else [case_id]
    if not names:
        return []
    try:
        with record_of(desk) as store:
            if case_id is not None:
                store.case(case_id)
            return list(_waiting(store, who, names))
    except (CasesMissing, NoSuchCase) as error:
        raise no_case(names[0]) from error


def for_review(desk: Desk, who: Principal, case_id: str, finding_id: str) -> ForReview:
    """One of the findings that wait for this person's review. Raises NotFound for another."""
    facts = {"part": "review", "finding": finding_id[:SHOWN]}
    with case_for(desk, who, "reviews.write", case_id, **facts) as store:
        store.case(case_id)
        there = list(_waiting(store, who, [case_id]))
        if (case_id, finding_id) not in there:
            raise NotFound(f"no finding {finding_id[:SHOWN]!r} of this case waits for your review")
        return _shown(store, who, case_id, finding_id, len(there))


def review(
    desk: Desk,
    who: Principal,
    case_id: str,
    finding_id: str,
    disposition: Disposition,
    reason: str,
) -> Review:
    """Record what a person says of a finding. Raises NotAllowed for who analysed it."""
    facts = {"finding": finding_id[:SHOWN], "disposition": disposition}
    with case_for(desk, who, "reviews.write", case_id, **facts) as store:
        store.case(case_id)
        known = (one.name for one in store.records(case_id, "finding"))
        if finding_id not in known:
            raise NotFound(f"there is no finding {finding_id[:SHOWN]!r} in case {case_id}")
        return store.review(case_id, who.actor, finding_id, disposition, reason)


def reviews(desk: Desk, who: Principal, case_id: str) -> list[Review]:
    """What people said of findings; only what the reader did while a finding of the case waits for
    their review."""
    with case_for(desk, who, "verdicts.read", case_id, part="reviews") as store:
        whole = store.whole(case_id, who.actor, "shown", part="reviews")
        seen = casefile.seen(whole, eyes(who, whole.records))
        return [review for one in seen for review in one.reviews or ()]


def _next(store: CaseStore, who: Principal, names: list[str]) -> ForReview | None:
    waiting = list(_waiting(store, who, names))
    if not waiting:
        return None
    return _shown(store, who, *waiting[0], len(waiting))


def _shown(store: CaseStore, who: Principal, case_id: str, finding_id: str, left: int) -> ForReview:
    """A finding with its sample, which stands in the log of its case from then on."""
    whole = store.whole(case_id, who.actor, "shown", part="review", finding=finding_id)
    one: Seen = next(
        seen
        for seen in casefile.seen(whole, eyes(who, whole.records))
        if seen.finding.finding_id == finding_id
    )
    samples: dict[str, Any] = {sample.sample_id: sample for sample in whole.dossier.samples}
    shown = casefile.taken(samples[one.finding.sample_id])
    return ForReview(case_id, one.finding, shown, whole.dossier.case.territory, left)


def _waiting(store: CaseStore, who: Principal, names: list[str]) -> Iterator[tuple[str, str]]:
    for case_id, seen in sights(store, who, names).items():
        for finding_id in sorted(seen.waiting):
            yield case_id, finding_id
