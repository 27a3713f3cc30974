"""A second review is blind: no route tells its reviewer who analysed, or what others said."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import pytest
from fastapi import APIRouter
from fastapi.routing import APIRoute

from casework.reviewing import is_same_person
from reelprint.service import routers
from reelprint.service.cookies import SESSION as COOKIE
from tests.reelprint.cases.conftest import REVIEWS, SECRET
from tests.reelprint.cases.office import Office

pytestmark = pytest.mark.long

ANN, REV, ROY, EVE = (f"{one}@police" for one in ("ann", "rev", "roy", "eve"))
# People and works are listed, whatever they did.
ELSEWHERE = {"people", "accounts", "keys", "works", "index"}


QUERY = "?case=C-1&finding=F000001&site=pirate.example&limit=200"


def everything(led: Office, actor: str) -> Iterator[tuple[str, str]]:
    """What somebody is answered at each path of the API that can be read."""
    for path in readable(led, routers.API):
        yield path, led.ask(actor, "GET", path + QUERY).text


def pages(led: Office, actor: str) -> Iterator[tuple[str, str]]:
    """The same of the pages of the console."""
    accounts = led.desk.accounts
    token = accounts.log_in_by_token(accounts.one_time_token(actor)).token
    for path in readable(led, routers.OTHERS):
        answer = led.http.get(path + QUERY, headers={"Cookie": f"{COOKIE}={token}"})
        if answer.status_code == 200:
            yield path, answer.text


def readable(led: Office, some: Sequence[APIRouter]) -> Iterator[str]:
    jobs = [one.id for one in led.desk.queue.list("police", limit=100)[0]]
    values = {"case_id": ["C-1"], "finding_id": ["F000001"], "job_id": jobs}
    values |= {"name": ["suspect-0.jpg", "pirate.example"], "site": ["pirate.example"]}
    there = (route for router in some for route in router.routes if isinstance(route, APIRoute))
    for route in there:
        if "GET" in (route.methods or ()) and not ELSEWHERE & set(route.path.split("/")):
            yield from filled(route.path, values)


def filled(path: str, values: dict[str, list[str]]) -> list[str]:
    paths = [path]
    for name, some in values.items():
        if f"{{{name}}}" in path:
            paths = [one.replace(f"{{{name}}}", value) for one in paths for value in some]
    return paths


@pytest.mark.parametrize("actor", [REV, EVE])
def test_nothing_tells_a_reviewer_before_the_review(half: Office, actor: str) -> None:
    paths = 0
    for path, said in everything(half, actor):
        paths += 1
        for secret in (ANN, ROY, SECRET, "rejected"):
            assert secret not in said, (path, secret)
    assert paths > 30
    # The jobs and the case as others see them do say it: so the walk is no walk past it.
    whole = "".join(said for _, said in everything(half, ANN))
    assert all(secret in whole for secret in (ANN, ROY, SECRET, "rejected"))


def test_no_page_tells_a_reviewer_before_the_review(half: Office) -> None:
    shown = dict(pages(half, EVE))
    assert {"/cases", "/cases/C-1", "/cases/C-1/findings", "/review"} <= shown.keys()
    for path, said in shown.items():
        for secret in (ANN, ROY, SECRET):
            assert secret not in said, (path, secret)
    assert ANN in "".join(said for _, said in pages(half, "aud@police"))


def test_what_would_tell_is_withheld_until_then(half: Office) -> None:
    for path in ("/verdicts?site=pirate.example", "/custody.jsonl"):
        refused = half.get(EVE, f"/cases/C-1{path}", 403)
        assert "withheld until you have reviewed F000001" in refused["detail"]
    assert half.ask(EVE, "POST", "/cases/C-1/evidence").status_code == 403
    (package,) = half.get(EVE, "/evidence")["items"]
    assert package["by"] is None
    half.get(EVE, f"/evidence/{package['job_id']}", 403)
    case = half.get(EVE, "/cases/C-1")
    assert (case["opened_by"], case["head"], case["waiting"]) == (None, None, ["F000001"])
    entries = half.get(EVE, "/cases/C-1/custody")["entries"]
    assert [one["event"] for one in entries].count(None) == 1  # the other's review
    assert {one["by"] for one in entries} == {None, EVE}
    assert not any({"before", "record"} & one["facts"].keys() for one in entries)


def test_all_is_shown_after_the_review(half: Office) -> None:
    half.post(EVE, REVIEWS, {"disposition": "confirmed", "reason": "seen"}, 201)
    (finding,) = half.get(EVE, "/cases/C-1/findings")
    assert (finding["analyst"], finding["waits"]) == (ANN, False)
    assert [one["by"] for one in finding["reviews"]] == [ROY, EVE]
    assert half.get(EVE, "/cases/C-1")["opened_by"] == ANN
    assert half.ask(EVE, "GET", "/cases/C-1/verdicts?site=pirate.example").status_code == 200
    lines = half.ask(EVE, "GET", "/cases/C-1/custody.jsonl").text.splitlines()
    assert json.loads(lines[-1])["event"] == "log_shown"


def test_a_finding_waits_until_two_people_agree(half: Office) -> None:
    assert half.get(REV, "/review-queue")["next"]["finding"]["finding_id"] == "F000001"
    half.post(REV, REVIEWS, {"disposition": "confirmed", "reason": "seen"}, 201)
    assert half.get(REV, "/review-queue")["next"] is None
    assert half.get(EVE, "/review-queue")["next"]["left"] == 1  # one against one
    half.post(ROY, REVIEWS, {"disposition": "confirmed", "reason": "seen again"}, 201)
    assert half.get(EVE, "/review-queue")["next"] is None


def test_nobody_reviews_an_own_analysis(half: Office) -> None:
    accounts = half.desk.accounts
    accounts.set_roles(ANN, ("analyst", "reviewer"))
    half.keys = {**half.keys, ANN: accounts.issue_key(ANN, "test", None, None)[0]}
    assert half.get(ANN, "/review-queue")["next"] is None
    refused = half.ask(ANN, "POST", REVIEWS, json={"disposition": "confirmed", "reason": "x"})
    assert (refused.status_code, "somebody else" in refused.text) == (403, True)
    assert half.get(ANN, "/cases/C-1")["opened_by"] == ANN  # it is no secret to its analyst
    reviews = half.get("aud@police", "/cases/C-1/reviews")
    assert not any(is_same_person(one["by"], ANN) for one in reviews)


def test_a_capturer_is_not_told_what_was_found(half: Office) -> None:
    case = half.get("cap@police", "/cases/C-1")
    assert case["findings"] is None
    entries = half.get("cap@police", "/cases/C-1/custody")["entries"]
    events = {one["event"] for one in entries}
    assert {"opened", "begun", "sampled", None} <= events
    assert not {"examined", "found", "reviewed"} & events
    for one in half.desk.queue.list("police", limit=100)[0]:
        said = half.get("cap@police", f"/jobs/{one.id}")
        assert (said["result"] is None) == (one.kind != "sample")
