"""Whoever has a finding of a case to review is told nothing of others' reviews of any of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import httpx
import pytest

from accounts.records import Session
from casework import policies
from casework.record import Disposition
from casework.store import CaseStore
from reelprint.cases import place_of
from reelprint.desk import reviewing
from reelprint.desk.desk import Desk
from reelprint.service.cookies import SESSION as COOKIE
from reelprint.workspace import Workspace
from tests.casework.build import match
from tests.reelprint.service.running import UNHURRIED, serving

CASE, SITE = "C-1", "pirate.example"
ANN, ROY, MIN, EVE = (f"{one}@police.example" for one in ("ann", "roy", "min", "eve"))
REASON = "the credits are another film's"
FIRST, SECOND = "F000001", "F000002"
READ = ("", "/findings", f"/findings/{FIRST}", "/reviews", "/custody")
PAGES = ("", "/findings", "/custody", "/samples")


@dataclass(frozen=True, slots=True)
class Case:
    """A case with two findings, of which two people settled the first; EVE has the second."""

    desk: Desk
    http: httpx.Client

    def session(self, actor: str) -> Session:
        """As after a log-in."""
        return self.desk.accounts.log_in_by_token(self.desk.accounts.one_time_token(actor))

    def says(self, actor: str, finding: str, disposition: Disposition) -> None:
        """Record a review."""
        who, _ = self.desk.accounts.principal_of_session(self.session(actor).token)
        reviewing.review(self.desk, who, CASE, finding, disposition, REASON)

    def told(self, actor: str) -> dict[str, str]:
        """What is answered to somebody, by API and by console."""
        cookie = {"Cookie": f"{COOKIE}={self.session(actor).token}"}
        paths = [*(f"/v1/cases/{CASE}{one}" for one in READ), "/v1/cases"]
        paths += [*(f"/cases/{CASE}{one}" for one in PAGES), "/cases"]
        paths += ["/review"] if actor == EVE else []
        answers = {one: self.http.get(one, headers=cookie) for one in paths}
        assert {one.status_code for one in answers.values()} == {200}, answers
        return {path: one.text for path, one in answers.items()}


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    workspace = Workspace.create(tmp_path / "home")
    desk = Desk.open(workspace.home, UNHURRIED)
    desk.accounts.add_organisation("police", "Police", "authority")
    for actor in (ANN, ROY, MIN, EVE):
        desk.accounts.add_account("police", actor, ["analyst" if actor == ANN else "reviewer"])
    _found(workspace)
    with serving(desk) as url, httpx.Client(base_url=url, timeout=60, verify=False) as http:
        made = Case(desk, http)
        for actor in (ROY, MIN):
            made.says(actor, FIRST, "rejected")
        yield made
    desk.close()


def _found(workspace: Workspace) -> None:
    """Two films in one sample."""
    engine = {"version": "1", "schemes": [], "index": "i", "calibration": "c"}
    with CaseStore.create(place_of(workspace).folder) as store:
        store.open_case(CASE, ANN, "a complaint", policies.load("standard"), "each-once", 7, "KR")
        begun = store.begin(CASE, ANN, SITE, f"https://{SITE}/a.m3u8")
        ended = replace(begun, outcome="unexamined", reason=None, seconds=60.0, media=("a.mp4",))
        store.sampled(CASE, ANN, ended)
        query = {"path": "a.mp4", "sha256": "0" * 64, "duration_s": 60.0, "losses": []}
        matches = [
            {**match(one), "transform": {**match(one)["transform"], "inverted": False}}
            for one in ("film", "series")
        ]
        said = {"query": query, "status": "identified", "matches": matches, "reason": None}
        answer = {**said, "max_e_value": 1e-4, "engine": engine}
        store.examined(CASE, ANN, ended.sample_id, {"a.mp4": answer})


def test_others_reviews_are_withheld_while_any_finding_waits(case: Case) -> None:
    secrets = (ANN, ROY, MIN, REASON)
    for path, text in case.told(EVE).items():
        assert not [one for one in secrets if one in text], path
        assert path == "/review" or "rejected" not in text, path  # there it is a choice
    whole = "".join(case.told(ANN).values())
    assert all(one in whole for one in (*secrets, "rejected"))


def test_ones_own_review_is_shown_and_all_when_none_waits(case: Case) -> None:
    case.says(EVE, FIRST, "unsure")  # settled, and still somebody may speak of it
    told = case.told(EVE)
    assert [one for one in (EVE, "unsure") if one not in told[f"/v1/cases/{CASE}/reviews"]] == []
    assert "What others said is withheld" in told[f"/cases/{CASE}/findings"]
    assert not [one for one in (ANN, ROY, MIN) if one in "".join(told.values())]
    case.says(EVE, SECOND, "confirmed")
    told = case.told(EVE)
    for path in (f"/v1/cases/{CASE}/reviews", f"/cases/{CASE}/findings", f"/cases/{CASE}/custody"):
        assert all(one in told[path] for one in (ROY, MIN, "rejected")), path
