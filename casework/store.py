"""The record of all cases: a folder with `casework.db`, or a database of PostgreSQL for that file,
and of each case a folder of captures.

Nothing that is recorded is changed or deleted. Every method that records writes a line into the
case's custody log in the same transaction (`casework.journal`), and so does the reading of a
dossier or a log for somebody; who acts is `by`. Any number of processes may use it at once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

from capture.clock import Clock, SystemClock
from casework import (
    custody,
    examining,
    listing,
    missing,
    names,
    ordering,
    planned,
    reading,
    reviewing,
    sampling,
)
from casework.errors import CaseExists, CasesDamaged, CasesMissing, NoSuchCase, NotAllowed
from casework.examining import Answers, Cage
from casework.journal import Head, Journal, Kind, Recorded
from casework.listing import Summary
from casework.place import Place, refuse_moved
from casework.record import Case, Disposition, Dossier, Finding, Order, Plan, Review, Sample
from reference_catalog import schema

CAPTURES = "captures"
Access = Literal["shown", "judged", "linked", "exported"]


@dataclass(frozen=True, slots=True)
class Whole:
    """All of a case at one moment: what it comes to, the log, and what was recorded with it."""

    dossier: Dossier
    custody: tuple[bytes, ...]  # lines with their line feeds
    records: tuple[Recorded, ...]


class CaseStore:
    """One folder of cases. Make it with `create` or `open`; close it, or use it in a `with`.

    Every method may raise CasesDamaged or CasesUnavailable, and ValueError for names that are
    none; all that name a case NoSuchCase.
    """

    def __init__(self, place: Place, clock: Clock) -> None:
        self._folder = place.folder
        self._clock = clock
        self._database = place.database()

    @classmethod
    def create(
        cls, folder: Path, clock: Clock | None = None, *, url: str | None = None
    ) -> CaseStore:
        """Make the record, or open the one that is there: in `folder`, or with `url` in that
        database of PostgreSQL. Raises CasesLeft, ValueError for a URL that names no database."""
        place = Place(folder, url)
        folder.mkdir(parents=True, exist_ok=True)
        place.require_nothing_left()
        kept = any(one.is_dir() for one in folder.iterdir())
        store = cls(place, clock or SystemClock())
        with _closed_on_error(store):
            schema.create(store._database, beside="captures" if kept else None)
        return store

    @classmethod
    def open(cls, folder: Path, clock: Clock | None = None, *, url: str | None = None) -> CaseStore:
        """Open a record. Raises CasesMissing, CasesTooNew, CasesLeft, ValueError as above."""
        place = Place(folder, url)
        place.require_nothing_left()
        if url is None and not place.file.is_file():
            raise CasesMissing(f"there are no cases in {folder}: open one with `case new`")
        store = cls(place, clock or SystemClock())
        with _closed_on_error(store):
            store._require(url)
        return store

    def _require(self, url: str | None) -> None:
        """Bring the tables up to date; a database on a server may be there without them."""
        with self._database.read() as session:
            there = url is None or schema.is_there(session)
        if not there:
            raise CasesMissing(f"there are no cases in {self._database.name}: open one first")
        schema.require(self._database)

    def close(self) -> None:
        """Let go of the database."""
        self._database.close()

    def __enter__(self) -> CaseStore:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def captures(self, case_id: str) -> Path:
        """The folder in which the captures of a case are made."""
        return self._folder / names.case_id(case_id) / CAPTURES

    def open_case(
        self,
        case_id: str,
        by: str,
        authority: str,
        judging: Mapping[str, Any],
        sampling_name: str,
        seed: int | None = None,
        territory: str | None = None,
    ) -> Case:
        """Open a case; by which rules is fixed now. Raises CaseExists."""
        policy = sampling.policy(sampling_name, seed)
        where = None if territory is None else names.territory(territory)
        case_id, why = names.case_id(case_id), names.reason(authority)
        with self._database.write() as session:
            refuse_moved(session, self._database.name)
            journal = Journal(session, case_id, self._clock)
            if journal.head().entries:
                raise CaseExists(f"there is a case {case_id} already")
            at, who = journal.now(), names.actor(by)
            case = Case(case_id, why, where, policy, judging, at, who)
            facts = {"sampling": policy.as_dict(), "seed": "drawn" if seed is None else "given"}
            journal.append("opened", by, facts, ("case", case_id, case.as_dict()))
        return case

    def ids(self) -> list[str]:
        """The ids of all cases, ascending."""
        with self._database.read() as session:
            return listing.ids(session)

    def cases(self, among: Collection[str] | None = None) -> list[Summary]:
        """All cases, or those among some, by id. Only this list, and that of ids, is given out
        without a line in their logs."""
        with self._database.read() as session:
            there = listing.ids(session) if among is None else sorted(set(among))
            return list(listing.summaries(session, there))

    def case(self, case_id: str) -> Case:
        """By which rules a case is led."""
        with self._database.read() as session:
            return reading.case_in(Journal(session, names.case_id(case_id), self._clock))

    def plan(
        self, case_id: str, by: str, site: str, source: str, begin: datetime | None = None
    ) -> Plan:
        """The plan of a source: the one on record, or one drawn now, that begins now or at a moment
        to come, and recorded."""
        with self._writing(case_id) as journal:
            now = self._clock.wall()
            return planned.draw(journal, by, site, source, max(now, begin or now))

    def plan_named(self, case_id: str, plan_id: str) -> Plan:
        """The plan of an id. Raises LookupError."""
        with self._reading(case_id) as journal:
            return planned.plan_named(journal, plan_id)

    def start(self, case_id: str, by: str, plan_id: str, together: bool = False) -> Order:
        """Record that a service is to carry a plan out from now on, also while other samples of the
        site are taken if it is to be `together`. Raises LookupError."""
        with self._writing(case_id) as journal:
            planned.plan_named(journal, plan_id)
            return ordering.start(journal, by, plan_id, together)

    def stop(self, case_id: str, by: str, plan_id: str, reason: str) -> Order:
        """Record that it is not to any more, and why. Raises LookupError; NotAllowed where nobody
        had it started."""
        with self._writing(case_id) as journal:
            planned.plan_named(journal, plan_id)
            return ordering.stop(journal, by, plan_id, reason)

    def order(self, case_id: str, plan_id: str) -> Order | None:
        """What was ordered of a plan last."""
        with self._reading(case_id) as journal:
            return ordering.latest(ordering.orders(journal, plan_id))

    def due(self, case_id: str, by: str, source: str) -> list[str]:
        """The moments of a source's plan that are to come, ascending; those that went by without a
        sample are recorded as samples that were tried."""
        with self._writing(case_id) as journal:
            planned.record_missed(journal, by)
            return planned.due(journal, source)

    def carried_out(self, case_id: str) -> list[Plan]:
        """The plans that a service is to carry out now."""
        with self._reading(case_id) as journal:
            return ordering.carried_out(journal)

    def begin(
        self,
        case_id: str,
        by: str,
        site: str,
        source: str,
        planned_at: str | None = None,
        job: str | None = None,
        alone: bool = False,
    ) -> Sample:
        """Record that a sample is being taken, before it is: so none is left out that was begun;
        and by which `job`, where a service takes it. Raises NotAllowed for a moment that is not
        planned, is taken or has passed; SiteBusy where it is to be taken `alone`, and another of
        its site is."""
        with self._writing(case_id) as journal:
            return planned.begin(journal, by, site, source, planned_at, job, alone)

    def begun_by(self, case_id: str, job: str) -> Sample | None:
        """The sample that a job began."""
        with self._reading(case_id) as journal:
            return planned.begun_by(journal, job)

    def left_by(self, case_id: str, job: str) -> list[Sample]:
        """The samples that a job began and did not end."""
        with self._reading(case_id) as journal:
            return planned.left_by(journal, job)

    def under_way(self, case_id: str) -> list[Sample]:
        """The samples that are being taken now."""
        with self._reading(case_id) as journal:
            policy = reading.case_in(journal).sampling
            return missing.under_way(journal, policy, journal.now())

    def lost(self, case_id: str, by: str, sample: Sample) -> Sample:
        """Record of a sample that was begun that nobody takes it any more, unless its end is on
        record; what is."""
        with self._writing(case_id) as journal:
            return planned.record_lost(journal, by, sample)

    def sampled(self, case_id: str, by: str, sample: Sample) -> Head:
        """Record what became of a sample that was begun. Raises NotAllowed if that is on record."""
        with self._writing(case_id) as journal:
            name, value = sample.sample_id, sample.as_dict()
            begun = journal.named("begun", name)
            if begun is None or not begun.value.items() <= value.items():
                raise NotAllowed(f"sample {name} was not begun, or not so")
            if journal.named("sample", name) is not None:
                raise NotAllowed(f"sample {name} has ended already")
            facts = {"capture": sample.capture, "manifest_sha256": sample.manifest_sha256}
            facts |= {"outcome": sample.outcome}
            journal.append("sampled", by, facts, ("sample", name, value))
            return journal.head()

    def unexamined(self, case_id: str) -> list[Sample]:
        """The samples with media that nobody looked at yet."""
        with self._reading(case_id) as journal:
            ids = sorted(set(journal.names("sample")) - set(journal.names("examined")))
            samples = [reading.sample_in(journal, one) for one in ids]
            return [one for one in samples if one and one.outcome == "unexamined"]

    def sample(self, case_id: str, sample_id: str) -> Sample:
        """What is on record of one sample. Raises LookupError."""
        with self._reading(case_id) as journal:
            if (found := reading.sample_in(journal, sample_id)) is not None:
                return found
        raise LookupError(f"there is no sample {sample_id} in case {case_id}")

    def examined(
        self, case_id: str, by: str, sample_id: str, answers: Answers, cage: Cage | None = None
    ) -> list[Finding]:
        """Record what `identify --json` said of each of a sample's media, by name, and what held
        the decoder that read them; the findings. Raises NotAllowed if the sample is not there to be
        examined, or was."""
        with self._writing(case_id) as journal:
            return examining.record(journal, by, sample_id, answers, cage)

    def review(
        self, case_id: str, by: str, finding_id: str, disposition: Disposition, reason: str
    ) -> Review:
        """Record what a person says of a finding. Raises NotAllowed where that person analysed
        it, and for a finding that there is not."""
        with self._writing(case_id) as journal:
            reviewing.check(journal, by, finding_id)
            review = Review(
                finding_id, names.actor(by), journal.now(), disposition, names.reason(reason)
            )
            facts = {"finding": finding_id, "disposition": disposition}
            name = journal.new_name("R", "review")
            journal.append("reviewed", by, facts, ("review", name, review.as_dict()))
            return review

    def dossier(
        self, case_id: str, by: str, access: Access = "shown", **facts: str | int | None
    ) -> Dossier:
        """All of a case, after recording who consulted it and what for. Planned moments that went
        by without a sample stand among the samples: they were tried. Raises CasesDamaged for a case
        that is not what was recorded."""
        return self.whole(case_id, by, access, **facts).dossier

    def whole(
        self, case_id: str, by: str, access: Access = "exported", **facts: str | int | None
    ) -> Whole:
        """The same, with the log, which ends with this access, and all records. Raises as above."""
        with self._writing(case_id) as journal:
            if found := custody.problems(case_id, journal.lines(), journal.records()):
                raise CasesDamaged(f"case {case_id} is not what was recorded: {found[0]}")
            planned.record_missed(journal, by)
            journal.append(access, by, facts)
            records = tuple(journal.records())
            return Whole(reading.dossier(records), tuple(journal.lines()), records)

    def accessed(self, case_id: str, by: str, access: Access, **facts: str | int | None) -> Head:
        """Record that what a case holds was given out, as whom the facts say; the new head."""
        with self._writing(case_id) as journal:
            journal.append(access, by, facts)
            return journal.head()

    def custody(self, case_id: str, by: str | None = None) -> list[bytes]:
        """The lines of the custody log, each with its line feed; with `by`, after recording that
        this person read it."""
        if by is not None:
            with self._writing(case_id) as journal:
                journal.append("log_shown", by, {})
        with self._reading(case_id) as journal:
            return journal.lines()

    def head(self, case_id: str) -> Head:
        """How far the custody log goes: to be noted where nobody can change it."""
        with self._database.read() as session:
            return Journal(session, names.case_id(case_id), self._clock).head()

    def verify(self, case_id: str, noted: str | None = None) -> list[str]:
        """What is not as it was recorded, one sentence each (`casework.custody`). Nothing is
        written."""
        with self._database.read() as session:
            journal = Journal(session, names.case_id(case_id), self._clock)
            lines, records = journal.lines(), journal.records()
        if not lines and not records:
            raise NoSuchCase(f"there is no case {case_id}")
        return custody.problems(case_id, lines, records, noted)

    def records(self, case_id: str, *kinds: Kind) -> list[Recorded]:
        """What is on record, of these kinds or all of it, as it was recorded: for checking it, not
        for consulting it."""
        with self._reading(case_id) as journal:
            return journal.records(*kinds)

    def records_among(self, among: Collection[str], *kinds: Kind) -> dict[str, list[Recorded]]:
        """The same of some cases at once, by their ids; of a case that there is not, nothing."""
        with self._database.read() as session:
            return listing.records(session, sorted(set(among)), kinds)

    @contextmanager
    def _writing(self, case_id: str) -> Iterator[Journal]:
        with self._database.write() as session:
            refuse_moved(session, self._database.name)
            yield _existing(Journal(session, names.case_id(case_id), self._clock))

    @contextmanager
    def _reading(self, case_id: str) -> Iterator[Journal]:
        with self._database.read() as session:
            yield _existing(Journal(session, names.case_id(case_id), self._clock))


def _existing(journal: Journal) -> Journal:
    if not journal.head().entries:
        raise NoSuchCase(f"there is no case {journal.case_id}")
    return journal


@contextmanager
def _closed_on_error(store: CaseStore) -> Iterator[None]:
    with ExitStack() as stack:
        stack.enter_context(store)
        yield
        stack.pop_all()
