"""Every route on cases, tried as everybody: roles, and the other organisations."""

from __future__ import annotations

import pytest
from fastapi.routing import APIRoute

from accounts.roles import ACTS, Act
from reelprint.service.api import audit, cases, evidence, links, reviewing, sites
from tests.reelprint.cases.conftest import REVIEWS
from tests.reelprint.cases.office import PEOPLE, Office

ROUTERS = (audit, cases, evidence, links, reviewing, sites)
SOURCE = {"source": "http://127.0.0.1:9/a.m3u8"}
REVIEW = {"disposition": "confirmed", "reason": "the same sound"}
# Of each route its method, path and body, and the act that it takes.
ROUTES: tuple[tuple[str, str, object, Act], ...] = (
    ("GET", "/cases", None, "cases.read"),
    ("POST", "/cases", {"case_id": "C-NEW", "authority": "complaint 8"}, "cases.write"),
    ("GET", "/cases/{case_id}", None, "cases.read"),
    ("POST", "/cases/{case_id}/sources", SOURCE, "cases.write"),
    ("GET", "/cases/{case_id}/samples", None, "cases.read"),
    ("POST", "/cases/{case_id}/samples", SOURCE, "samples.take"),
    ("POST", "/cases/{case_id}/examine", {}, "findings.make"),
    ("GET", "/cases/{case_id}/captures", None, "cases.read"),
    ("GET", "/cases/{case_id}/findings", None, "verdicts.read"),
    ("GET", "/cases/{case_id}/findings/{finding_id}", None, "verdicts.read"),
    ("POST", "/cases/{case_id}/findings/{finding_id}/frames", {}, "verdicts.read"),
    ("GET", "/frames/{frames}", None, "verdicts.read"),
    ("GET", "/frames/{frames}/{name}", None, "verdicts.read"),
    ("GET", "/cases/{case_id}/custody", None, "cases.read"),
    ("GET", "/cases/{case_id}/custody.jsonl", None, "cases.read"),
    ("GET", "/cases/{case_id}/custody/soundness", None, "cases.read"),
    ("GET", "/review-queue?case={case_id}", None, "reviews.write"),
    ("GET", "/cases/{case_id}/reviews", None, "verdicts.read"),
    ("POST", "/cases/{case_id}/findings/{finding_id}/reviews", REVIEW, "reviews.write"),
    ("GET", "/sites", None, "cases.read"),
    ("GET", "/cases/{case_id}/verdicts?site=pirate.example", None, "verdicts.read"),
    ("POST", "/links", {"cases": ["C-1"]}, "verdicts.read"),
    ("GET", "/links/{links}", None, "verdicts.read"),
    ("POST", "/cases/{case_id}/evidence", {}, "evidence.export"),
    ("GET", "/evidence", None, "evidence.export"),
    ("GET", "/evidence/{evidence}", None, "evidence.export"),
    ("GET", "/audit", None, "audit.read"),
    ("GET", "/audit/soundness", None, "audit.read"),
)
# These say nothing of any one case: another organisation sees its own, and there is none.
JOBS = ("links", "frames", "evidence")
OWN = {"/cases", "/sites", "/evidence", "/audit", "/audit/soundness"}


@pytest.fixture
def ids(half: Office) -> dict[str, str]:
    """Those of a case in which two people have said the same, and of what jobs made of it."""
    for actor in ("rev@police", "eve@police"):
        half.post(actor, REVIEWS, REVIEW, 201)
    jobs = {one.kind: one.id for one in half.desk.queue.list("police")[0]}
    named = {"links": jobs["links"], "frames": jobs["frames"], "evidence": jobs["export"]}
    return {"case_id": "C-1", "finding_id": "F000001", "name": "suspect-0.jpg", **named}


def test_the_table_has_every_route() -> None:
    there = {
        (method, route.path)
        for module in ROUTERS
        for route in module.router.routes
        if isinstance(route, APIRoute)
        for method in route.methods or ()
    }
    named = {(method, path.partition("?")[0]) for method, path, _, _ in ROUTES}
    jobs = {"{frames}": "{job_id}", "{links}": "{job_id}", "{evidence}": "{job_id}"}
    for said, really in jobs.items():
        named = {(method, path.replace(said, really)) for method, path in named}
    assert named == there


def test_each_route_asks_for_its_act(half: Office, ids: dict[str, str]) -> None:
    for method, path, body, act in ROUTES:
        assert half.ask(None, method, path.format(**ids), json=body).status_code == 401, path
        for actor, (organisation, roles) in PEOPLE.items():
            if organisation != "police" or len(roles) > 1:
                continue
            status = half.ask(actor, method, path.format(**ids), json=body).status_code
            may = any(act in ACTS[role] for role in roles)
            # A capturer may read the log, and not what it says of findings.
            if path.endswith("custody.jsonl") and roles == ("capturer",):
                may = False
            assert (status != 403) == may, (actor, method, path, status)
            assert status < 500, (actor, method, path, status)


def test_nothing_of_a_case_is_there_for_others(half: Office, ids: dict[str, str]) -> None:
    before = half.get("ann@police", "/cases/C-1/custody")["head"]["entries"]
    # Lists come first: what somebody asked for stands in that organisation's audit log.
    for method, path, body, _ in sorted(ROUTES, key=lambda one: one[1] not in OWN):
        answer = half.ask("all@customs", method, path.format(**ids), json=body)
        if path in OWN:
            assert (answer.status_code in (200, 201), "C-1" in answer.text) == (True, False)
        else:
            assert answer.status_code == 404, (method, path, answer.text)
            assert answer.text == _of_nothing(half, method, path, body, ids)
        refused = 200 if path.startswith("/audit") else 403
        status = half.ask("sue@studio", method, path.format(**ids), json=body).status_code
        assert status == refused, (method, path)
    after = half.get("ann@police", "/cases/C-1/custody")["head"]["entries"]
    assert after == before + 1  # nobody else left a line


def _of_nothing(half: Office, method: str, path: str, body: object, ids: dict[str, str]) -> str:
    """What is answered where there is no such thing anywhere, with the name that was asked for."""
    other = {"C-1": "C-77", **{ids[name]: f"j_{'0' * 32}" for name in JOBS}}
    unknown = {name: other.get(one, one) for name, one in ids.items()}
    body = {"cases": ["C-77"]} if path == "/links" else body
    said = half.ask("all@customs", method, path.format(**unknown), json=body).text
    for name, instead in other.items():
        said = said.replace(instead, name) if name in path.format(**ids) + "C-1" else said
    return said


def test_an_id_of_another_is_not_to_be_had(led: Office) -> None:
    body = {"case_id": "C-1", "authority": "mine"}
    assert led.ask("all@customs", "POST", "/cases", json=body).status_code == 409
    assert led.ask("ann@police", "POST", "/cases", json=body).status_code == 409
    # An id that is wished for and not opened is nobody's.
    wrong = {**body, "case_id": "C-2", "sampling": "whenever"}
    assert led.ask("all@customs", "POST", "/cases", json=wrong).status_code == 422
    assert led.desk.accounts.owner_of("case", "C-2") is None


def test_what_is_refused_stands_in_the_audit_log(led: Office) -> None:
    led.get("cap@police", "/cases/C-1/findings", 403)
    led.get("all@customs", "/cases/C-1", 404)
    (line,) = [
        one
        for one in led.get("aud@police", "/audit")["items"]
        if one["outcome"] == "refused" and one["by"] == "cap@police"
    ]
    assert (line["act"], line["what"]) == ("verdicts.read", "case C-1")
    (other,) = led.get("all@customs", "/audit")["items"]
    assert (other["outcome"], other["act"]) == ("refused", "cases.read")
    sound = led.get("aud@police", f"/audit/soundness?head={'0' * 63}1")
    assert (sound["sound"], len(sound["problems"])) == (False, 1)


def test_a_case_of_the_command_line_is_nobodys_where_there_are_several(led: Office) -> None:
    from reelprint.desk.caseroom import record_of

    with record_of(led.desk) as store:
        store.open_case("C-CLI", "ann", "complaint", {"name": "standard"}, "each-once")
    for actor in ("ann@police", "all@customs"):
        led.get(actor, "/cases/C-CLI", 404)
        assert "C-CLI" not in led.ask(actor, "GET", "/cases").text
        body = {"case_id": "C-CLI", "authority": "mine"}
        assert led.ask(actor, "POST", "/cases", json=body).status_code == 409
        led.get(actor, "/cases/C-CLI", 404)
