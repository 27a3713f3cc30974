"""What acts on cases have in common: whose a case is, its record, and what the audit log gets."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from accounts.principal import Principal
from accounts.roles import Act
from casework.errors import CasesMissing, NoSuchCase
from casework.errors import NotAllowed as AgainstTheRules
from casework.store import CaseStore
from reelprint.cases import place_of
from reelprint.desk.desk import Desk, need, recorded
from reelprint.desk.errors import NotAllowed, NotFound
from reelprint.working.captured import is_alone

SHOWN = 64  # characters of an id that was asked for, in logs and messages


@contextmanager
def record_of(desk: Desk) -> Iterator[CaseStore]:
    """The record of all cases. Raises CasesMissing before the first was opened, CasesLeft."""
    place = place_of(desk.workspace)
    with CaseStore.open(place.folder, url=place.url) as store:
        yield store


@contextmanager
def case_for(
    desk: Desk, who: Principal, act: Act, case_id: str, **facts: object
) -> Iterator[CaseStore]:
    """The record, for one act on a case of the principal's organisation; the audit log says how it
    ended. Raises NotAllowed, NotFound."""
    what = f"case {case_id[:SHOWN]}"
    need(desk, who, act, what)
    with recorded(desk, who, act, what, **facts):
        if not is_own(desk, who, case_id):
            raise no_case(case_id)
        try:
            with record_of(desk) as store:
                yield store
        except (NoSuchCase, CasesMissing) as error:
            raise no_case(case_id) from error
        except AgainstTheRules as error:
            raise NotAllowed(str(error)) from error


def is_own(desk: Desk, who: Principal, case_id: str) -> bool:
    """Whether a case of this id would be one of the principal's organisation."""
    owner = desk.accounts.owner_of("case", case_id)
    return owner == who.organisation or (
        owner is None and is_alone(desk.accounts, who.organisation)
    )


def own_cases(desk: Desk, who: Principal) -> list[str]:
    """The ids of the cases of the principal's organisation, ascending."""
    try:
        with record_of(desk) as store:
            there = store.ids()
    except CasesMissing:
        return []
    if is_alone(desk.accounts, who.organisation):
        return there
    mine = desk.accounts.belongings("case", who.organisation)
    return [one for one in there if one in mine]


def no_case(case_id: str) -> NotFound:
    """There is none, or it is another organisation's."""
    return NotFound(f"there is no case {case_id[:SHOWN]!r}")
