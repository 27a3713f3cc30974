"""Each act asks for a right before anything else, then whose a thing is; refusals are on record."""

from __future__ import annotations

import inspect
import json
import pkgutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from importlib import import_module
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest

import reelprint.desk
from accounts.principal import Principal
from accounts.roles import ROLES, Kind, Role
from reelprint.desk import caseprogress, catalogue_index, evidence, queue, suspects, uploads
from reelprint.desk.cases import NewCase, open_case
from reelprint.desk.coverage import coverage
from reelprint.desk.desk import Desk
from reelprint.desk.errors import NotAllowed, NotFound
from reelprint.desk.plans import NewPlan
from reelprint.workspace import Workspace

# What acts have in common, and is called within one that was allowed.
WITHIN = {
    *("caseroom.is_own", "caseroom.own_cases", "desk.need", "desk.recorded"),
    *("jobsight.may_read", "naming.full_name", "naming.own_work_of", "naming.sees"),
    *("naming.work_of", "naming.writes", "once.own_job", "once.submit_once", "queue.job_of"),
    *("queue.listed", "queue.page", "queue.shown", "results.result_of", "results.results_of"),
    *("uploads.begin", "uploads.go_on", "uploads.keep", "uploads.need_room", "uploads.upload_of"),
}
# For everybody who is let in, of what is their own.
OWN = {"people.issue_key", "people.keys", "people.revoke_key"}
PARTICULAR = {"Act": "cases.read", "NewCase": NewCase("x", "y"), "NewPlan": NewPlan("x")}
ORGANISATIONS: dict[str, Kind] = {"police": "authority", "acme": "holder", "beta": "holder"}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with opened(tmp_path_factory.mktemp("acts") / "home") as one:
        yield one


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Desk]:
    """One that no other test has given jobs."""
    with opened(tmp_path / "home") as one:
        yield one


@contextmanager
def opened(home: Path) -> Iterator[Desk]:
    Workspace.create(home)
    one = Desk.open(home)
    for name, kind in ORGANISATIONS.items():
        one.accounts.add_organisation(name, name.title(), kind)
        one.accounts.add_account(name, f"kim@{name}", ROLES)
    yield one
    one.close()


def somebody(organisation: str, *roles: Role) -> Principal:
    kind = ORGANISATIONS[organisation]
    return Principal(1, f"kim@{organisation}", organisation, kind, frozenset(roles), "session")


def acts() -> dict[str, Callable[..., Any]]:
    """All functions of the desk that are given a principal, but those of `WITHIN`."""
    found: dict[str, Callable[..., Any]] = {}
    for module in pkgutil.iter_modules(reelprint.desk.__path__):
        for name, one in vars(import_module(f"{reelprint.desk.__name__}.{module.name}")).items():
            whole = inspect.unwrap(one) if callable(one) else one
            if not isinstance(whole, FunctionType) or name.startswith("_"):
                continue
            if whole.__module__ == f"{reelprint.desk.__name__}.{module.name}" and _asks(whole):
                found[f"{module.name}.{name}"] = one
    return {name: one for name, one in found.items() if name not in WITHIN}


def _asks(one: Callable[..., Any]) -> bool:
    return list(inspect.signature(one).parameters)[:2] == ["desk", "who"]


def do(desk: Desk, who: Principal, act: Callable[..., Any]) -> None:
    """With words where words are expected, and otherwise nothing: it should not come to that."""
    asked = list(inspect.signature(act).parameters.values())[2:]
    given: dict[str, Any] = {
        one.name: PARTICULAR.get(one.annotation, "x" if one.annotation == "str" else None)
        for one in asked
        if one.default is one.empty and one.kind is one.POSITIONAL_OR_KEYWORD
    }
    made = act(desk, who, **given)
    if isinstance(made, AbstractContextManager):
        with made:
            pass


@pytest.mark.parametrize("name", sorted(acts().keys() - OWN))
def test_who_has_no_right_is_refused_before_anything_else(desk: Desk, name: str) -> None:
    before = desk.accounts.head().entries
    with pytest.raises(NotAllowed):
        do(desk, somebody("police"), acts()[name])
    (line,) = desk.accounts.audit_before(None, limit=desk.accounts.head().entries - before)
    assert b'"outcome": "refused"' in line.line


@pytest.mark.parametrize(
    ("act", "role"),
    [(catalogue_index.lint, "admin"), (catalogue_index.lint, "reviewer"), (coverage, "reviewer")],
)
def test_an_act_that_takes_two_rights_is_refused_with_one(
    desk: Desk, act: Callable[..., Any], role: Role
) -> None:
    with pytest.raises(NotAllowed):
        do(desk, somebody("police", role), act)


def test_what_is_done_and_what_fails_is_on_record(desk: Desk) -> None:
    who = somebody("acme", *ROLES)
    job = identified(desk, "acme")
    queue.cancel(desk, who, job)
    with pytest.raises(NotFound):
        suspects.remove(desk, who, "j_nobodys")
    found = [json.loads(one.line) for one in desk.accounts.audit_before(None, limit=2)]
    assert {(one["what"], one["outcome"]) for one in found} == {
        (job, "done"),
        ("j_nobodys", "refused"),
    }


def test_what_is_within_an_act_is_known() -> None:
    assert WITHIN.isdisjoint(acts())
    assert acts().keys() > OWN
    assert len(acts()) > 50


def identified(desk: Desk, organisation: str, kind: str = "identify") -> str:
    return desk.queue.submit(kind, organisation, f"kim@{organisation}", {"upload": "u_x"}).id


def test_a_job_is_its_organisations_alone_and_of_its_kind(desk: Desk) -> None:
    theirs = identified(desk, "beta")
    who = somebody("acme", *ROLES)
    for act in (queue.job, queue.cancel, suspects.suspect, suspects.answer, suspects.remove):
        with pytest.raises(NotFound):
            act(desk, who, theirs)
    assert desk.queue.get(theirs).state == "queued"
    linting = identified(desk, "acme", "lint")
    assert queue.job(desk, who, linting).id == linting
    with pytest.raises(NotFound):
        suspects.suspect(desk, who, linting)


@pytest.mark.parametrize(
    ("kind", "role", "may"),
    [
        ("identify", "auditor", False),
        ("identify", "analyst", True),
        ("identify", "admin", True),
        ("export", "analyst", False),
        ("export", "exporter", True),
        ("webhook", "auditor", False),
        ("links", "analyst", False),
        ("links", "admin", True),
    ],
)
def test_who_may_start_a_job_may_stop_it(desk: Desk, kind: str, role: Role, may: bool) -> None:
    job = identified(desk, "police", kind)
    before = desk.accounts.head().entries
    if may:
        assert queue.cancel(desk, somebody("police", role), job).state == "cancelled"
        return
    with pytest.raises(NotAllowed):
        queue.cancel(desk, somebody("police", role), job)
    assert desk.queue.get(job).state == "queued"
    (line,) = desk.accounts.audit_before(None, limit=desk.accounts.head().entries - before)
    assert b'"outcome": "refused"' in line.line


def test_an_upload_is_its_organisations_alone(desk: Desk) -> None:
    incoming = desk.files.new_upload()
    Path(incoming.path).write_bytes(b"x")
    made = uploads.keep(desk, somebody("beta", *ROLES), incoming, "x.mp4", "0" * 64)
    for act in (uploads.upload, uploads.remove, suspects.submit):
        with pytest.raises(NotFound):
            act(desk, somebody("acme", *ROLES), made.id)
    assert uploads.upload(desk, somebody("beta", *ROLES), made.id).upload == made
    with suppress(NotFound):
        uploads.remove(desk, somebody("beta", *ROLES), made.id)
    with pytest.raises(NotFound):
        uploads.upload(desk, somebody("beta", *ROLES), made.id)


@pytest.mark.parametrize(
    "said",
    [
        *("\uff23-1", "C\u20111", "C-1\u200b", "C-1\u00a0", "C-1 ", "\u0421-1", "C-1\n", ""),
        *("C-\u0661", "e\u0301", "\u00e9", "\u202eC-1", "C-1.", "..", "CASEWORK.DB-wal"),
    ],
)  # fmt: skip
def test_a_case_has_no_second_name_that_looks_the_same(desk: Desk, said: str) -> None:
    """Other forms of Unicode, other scripts, what does not show, and what file systems drop."""
    before = desk.accounts.belongings("case", "police")
    with pytest.raises(ValueError, match="is no id for a case"):
        open_case(desk, somebody("police", *ROLES), NewCase(said, "an order"))
    assert desk.accounts.belongings("case", "police") == before


def test_how_far_a_case_is_says_nothing_of_another(fresh: Desk) -> None:
    who = somebody("police", "capturer")
    for name, organisation in {"P-1": "police", "P-2": "police", "P-3": "acme"}.items():
        fresh.accounts.claim("case", name, organisation)
    first, *_ = [
        fresh.queue.submit("sample", "police", who.actor, {"case": one, "source": "https://a/"})
        for one in ("P-1", "P-2", "P-3")
    ]
    assert [one.id for one in caseprogress.jobs(fresh, who, "P-1")] == [first.id]
    with pytest.raises(NotFound):
        caseprogress.jobs(fresh, who, "P-3")


def test_packages_are_of_ones_own_cases(fresh: Desk) -> None:
    who = somebody("police", "exporter")
    fresh.accounts.claim("case", "Q-1", "police")
    fresh.accounts.claim("case", "Q-2", "acme")
    own, _ = (
        fresh.queue.submit("export", "police", who.actor, {"case": one}) for one in ("Q-1", "Q-2")
    )
    assert [one.job_id for one in evidence.packages(fresh, who)[0]] == [own.id]


def test_what_came_of_a_job_is_a_line_for_who_is_shown_it(desk: Desk) -> None:
    made = desk.queue.submit("examine", "police", "kim@police", {"case": "P-1"})
    lease = desk.queue.take("tests", ("examine",))
    assert lease is not None
    assert lease.done({"samples": [], "findings": []})
    roles: dict[Role, bool] = {"capturer": False, "analyst": True}
    for role, shown in roles.items():
        before = desk.accounts.head().entries
        seen = queue.job(desk, somebody("police", role), made.id)
        assert (seen.result is not None) == shown
        assert desk.accounts.head().entries - before == shown
