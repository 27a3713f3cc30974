"""What somebody may see of a case at this moment: a reviewer judges a finding without knowing who
made it or what others said of it, and a capturer does not learn what is found.

A finding waits for the review of everybody who may review, did not analyse it and did not review
it, until two people have said the same of it. Whoever has one waiting in a case sees no names of
others in that case, and no review of theirs, of whichever finding: findings of a case are alike,
and what was said of one, and by whom, leans on the judgement of the next. What cannot be shown
without these, the log to the byte, a verdict, a package, is withheld until then.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.principal import Principal
from casework.journal import Kind, Recorded
from casework.reviewing import is_same_person
from casework.store import CaseStore
from reelprint.desk.errors import NotAllowed

ENOUGH = 2  # people who say the same of a finding
# What a log says of these is what was found.
_OF_FINDINGS = frozenset({"examined", "found", "reviewed", "judged", "linked", "exported"})
# What is on record of who analysed a finding and who reviewed it.
_TELLING: tuple[Kind, ...] = ("examined", "finding", "review")
# That the chain of a log could tell a name by, to who tries all names.
_HASHES = frozenset({"before", "record"})


class Withheld(NotAllowed):
    """It would show a reviewer what is not to be known before the review."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the custody log, as far as it may be seen."""

    n: int
    event: str | None  # None: withheld, with all but the time
    at: str
    by: str | None  # None: withheld
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Eyes:
    """Somebody's eyes on one case."""

    actor: str
    reads_findings: bool
    waiting: frozenset[str]  # ids of findings that wait for this person's review

    @property
    def is_blind(self) -> bool:
        """Whether names are withheld."""
        return bool(self.waiting)

    @property
    def sees_all(self) -> bool:
        """Whether nothing is withheld."""
        return self.reads_findings and not self.is_blind

    def name(self, said: str) -> str | None:
        """A name, or None where it is withheld."""
        return said if not self.is_blind or is_same_person(said, self.actor) else None

    def sees_review_of(self, reviewer: str) -> bool:
        """Whether what somebody said of any finding is shown."""
        return not self.is_blind or is_same_person(reviewer, self.actor)

    def words(self, said: str | None, by: str) -> str | None:
        """What somebody wrote, or None where it could tell what is withheld."""
        return said if self.sees_all or is_same_person(by, self.actor) else None

    def require_all(self, what: str) -> None:
        """Raise Withheld unless nothing is."""
        if not self.reads_findings:
            raise NotAllowed(f"your roles do not allow this: {what} says what was found")
        if self.is_blind:
            first = min(self.waiting)
            raise Withheld(f"{what} is withheld until you have reviewed {first}")

    def entry(self, line: bytes) -> Entry:
        """A line of the log."""
        said = json.loads(line)
        frame = {"n", "event", "at", "by", "case"}
        kept = {k: v for k, v in said.items() if k not in frame}
        if not self._shows(said):
            return Entry(said["n"], None, said["at"], None, {})
        if self.is_blind:
            kept = {k: v for k, v in kept.items() if k not in _HASHES}
        if said["event"] == "stopped":
            kept["reason"] = self.words(said["reason"], said["by"])
        return Entry(said["n"], said["event"], said["at"], self.name(said["by"]), kept)

    def _shows(self, said: Mapping[str, Any]) -> bool:
        if not self.reads_findings and said["event"] in _OF_FINDINGS:
            return False
        return said["event"] != "reviewed" or self.sees_review_of(said["by"])


def sight(store: CaseStore, who: Principal, case_id: str) -> Eyes:
    """The eyes of somebody on one case. Raises NoSuchCase."""
    return eyes(who, store.records(case_id, *_TELLING))


def sights(store: CaseStore, who: Principal, names: Collection[str]) -> dict[str, Eyes]:
    """The same on each of some cases, by their ids."""
    may = who.may("reviews.write")
    found = store.records_among(names, *_TELLING) if may else {}
    return {name: eyes(who, found.get(name, ())) for name in names}


def eyes(who: Principal, records: Sequence[Recorded]) -> Eyes:
    """What somebody may see of the case with these records."""
    waiting = frozenset(_waiting(who.actor, records)) if who.may("reviews.write") else frozenset()
    return Eyes(who.actor, who.may("verdicts.read"), waiting)


def analysts(records: Sequence[Recorded]) -> dict[str, str]:
    """Who analysed each finding, by its id."""
    examined = {one.name: one.value["by"] for one in records if one.kind == "examined"}
    found = [one.value for one in records if one.kind == "finding"]
    return {str(one["finding_id"]): str(examined[one["sample_id"]]) for one in found}


def _waiting(actor: str, records: Sequence[Recorded]) -> Iterator[str]:
    reviews = [one.value for one in records if one.kind == "review"]
    for finding, analyst in analysts(records).items():
        said = [one for one in reviews if one["finding_id"] == finding]
        done = any(is_same_person(one["by"], actor) for one in said)
        if not done and not is_same_person(analyst, actor) and not _is_settled(said):
            yield finding


def _is_settled(reviews: Sequence[Mapping[str, Any]]) -> bool:
    """Whether so many people agree; of each the last word counts."""
    last: list[Mapping[str, Any]] = []
    for one in reviews:
        last = [other for other in last if not is_same_person(other["by"], one["by"])] + [one]
    said = [one["disposition"] for one in last]
    return any(said.count(word) >= ENOUGH for word in said if word != "unsure")
