"""Every route of the API that takes an id is asked with another organisation's."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

import httpx
import pytest

from tests.service.attacks.world import (
    ALL,
    CUSTOMS,
    MARK,
    ORGANISATIONS,
    OURS,
    POLICE,
    THEIRS,
    World,
    answer,
)

pytestmark = pytest.mark.long

METHODS = ("get", "put", "post", "patch", "delete")
# Ids that are well formed and nobody's.
NOBODYS = {
    "work_id": f"{THEIRS}:nothing",
    "reference_id": "R999999",
    "upload_id": f"u_{'0' * 32}",
    "job_id": f"j_{'0' * 32}",
    "hook_id": f"h_{'0' * 32}",
    "actor": "nobody@nowhere.example",
    "key_id": "k_0000000000000000",
    "organisation": "nowhere",
    "case_id": "nothing",
    "case": "nothing",
    "finding_id": "F999999",
    "sample_id": "S999999",
    "plan_id": "P999999",
}
# Parameters that name nothing that belongs to anybody.
PLAIN = {
    *("limit", "after", "before", "kind", "state", "most", "name", "start_s", "end_s", "fast"),
    *("Idempotency-Key", "If-Match", "session", "csrf", "reelprint_session"),
    *("signer", "head", "captured", "site"),
}


def operations(world: World) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(method, path, operation) of all that the schema names."""
    schema = world.client.get("/v1/openapi.json").json()
    for path, item in schema["paths"].items():
        for method in METHODS:
            if method in item:
                yield method, path, {**item[method], "components": schema["components"]}


def names(operation: Mapping[str, Any]) -> set[str]:
    return {one["name"] for one in operation.get("parameters", [])}


def example(operation: Mapping[str, Any]) -> dict[str, Any]:
    """The example of a body, which has to be there, or nothing."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if content is None:
        return {}
    name = content["schema"].get("$ref", "").rsplit("/", 1)[-1]
    schema = operation["components"]["schemas"].get(name, {})
    found: dict[str, Any] = next(iter(schema.get("examples", [{}])))
    return found


def filled(value: Any, ids: Mapping[str, str]) -> Any:
    """A value with ids in place of those that have their names."""
    if isinstance(value, dict):
        return {k: ids[k] if k in ids else filled(v, ids) for k, v in value.items()}
    return [filled(one, ids) for one in value] if isinstance(value, list) else value


def asked(
    world: World,
    method: str,
    path: str,
    operation: Mapping[str, Any],
    ids: Mapping[str, str],
    asker: str,
) -> httpx.Response:
    """A request to an operation with these ids wherever it takes one."""
    where = {one["name"]: one["in"] for one in operation.get("parameters", [])}
    query = {name: ids[name] for name in where if where[name] == "query" and name in ids}
    body = filled(example(operation), ids)
    to = re.sub(r"\{(\w+)\}", lambda m: ids.get(m[1], "page.html"), path)
    actor = f"{ALL}@{asker}.example"
    return world.ask(method.upper(), to, actor, params=query, json=body or None)


def test_each_parameter_is_known_here(attacked: World) -> None:
    found = set().union(*(names(one) for _, _, one in operations(attacked)))
    assert found - PLAIN <= set(NOBODYS), "say in NOBODYS and `world.Things` whose these are"


@pytest.mark.parametrize(
    ("asker", "whose"), [(OURS, THEIRS), (OURS, POLICE), (POLICE, THEIRS), (POLICE, CUSTOMS)]
)
def test_what_is_anothers_is_as_if_it_were_not_there(fresh: World, asker: str, whose: str) -> None:
    """Another organisation's ids get the answer that nobody's get, to the letter."""
    own, theirs = fresh.things[asker].ids, fresh.things[whose].ids
    before = belongings(fresh, whose)
    tried = 0
    for method, path, operation in sorted(operations(fresh), key=lambda one: METHODS.index(one[0])):
        for name in sorted((names(operation) | set(example(operation))) & set(NOBODYS)):
            if (method, path, name) in MADE or is_open(asker, whose, method, name):
                continue
            answers = []
            for given in (theirs[name], NOBODYS[name]):
                said = asked(fresh, method, path, operation, {**own, name: given}, asker)
                answers.append((said.status_code, said.text.replace(given, "ID")))
            assert answers[0] == answers[1], (method, path, name)
            assert answers[0][0] in {403, 404, 422}, (method, path, name, answers)
            tried += 1
    assert tried >= 12
    assert belongings(fresh, whose) == before


# What is made under a name. A work may be called what others call theirs. Names of accounts are
# those of people, and names of cases stand in packages: each is one for all. That one is taken is
# said to who makes one, an administrator or somebody of an authority.
MADE = {
    ("put", "/v1/works/{work_id}", "work_id"),
    ("post", "/v1/accounts", "actor"),
    ("post", "/v1/cases", "case_id"),
}
# What an authority keeps of holders (docs/accounts.md).
OF_HOLDERS = {"actor", "organisation", "key_id"}


def is_open(asker: str, whose: str, method: str, name: str) -> bool:
    """Whether a route shows somebody what another organisation has: to authorities works of all, to
    read; and the accounts and keys of holders."""
    if ORGANISATIONS[asker] != "authority":
        return False
    seen = name == "work_id" and method == "get"
    return seen or (ORGANISATIONS[whose] == "holder" and name in OF_HOLDERS)


@pytest.mark.parametrize("whose", [THEIRS, CUSTOMS])
def test_an_authority_reads_of_others_what_they_read_themselves(
    attacked: World, whose: str
) -> None:
    """Works of holders and of another authority, and accounts and keys of holders alone."""
    theirs = attacked.things[whose].ids
    read = set()
    for method, path, operation in operations(attacked):
        for name in sorted(names(operation) & (OF_HOLDERS | {"work_id"})):
            if method != "get" or not is_open(POLICE, whose, method, name):
                continue
            answers = [
                asked(attacked, method, path, operation, {name: theirs[name]}, asker)
                for asker in (POLICE, whose)
            ]
            assert [one.status_code for one in answers] == [200, 200], (path, name)
            read.add(name)
            if path.endswith("/coverage"):  # what one's own suspects showed of it, and no others'
                assert (answers[0].json()["ranges"], len(answers[1].json()["ranges"])) == ([], 1)
                continue
            texts = [re.sub(r'"used_at":[^,}]*', "", one.text) for one in answers]
            assert texts[0] == texts[1], (path, name)
    assert read == ({"work_id", "actor", "organisation"} if whose == THEIRS else {"work_id"})


@pytest.mark.parametrize(("whose", "status"), [(THEIRS, 422), (CUSTOMS, 409)])
def test_an_authority_makes_no_work_under_a_name_of_others(
    fresh: World, whose: str, status: int
) -> None:
    theirs, before = fresh.things[whose].ids, belongings(fresh, whose)
    said = fresh.ask(
        "PUT", f"/v1/works/{theirs['work_id']}", f"{ALL}@{POLICE}.example", json={"title": "mine"}
    )
    assert said.status_code == status
    assert belongings(fresh, whose) == before


def test_an_authority_keeps_accounts_of_holders_and_of_no_other_authority(fresh: World) -> None:
    admin = f"admin@{POLICE}.example"
    found = fresh.ask("GET", "/v1/organisations", admin).json()
    assert {one["id"] for one in found} == {POLICE, OURS, THEIRS}
    for whose, ends in ((THEIRS, [201, 200, 200]), (CUSTOMS, [404] * 3), ("nowhere", [404] * 3)):
        of = f"holder@{whose}.example"
        new = {"actor": f"new@{whose}.example", "roles": ["auditor"], "organisation": whose}
        said = [
            fresh.ask("POST", "/v1/accounts", admin, json=new),
            fresh.ask("PUT", f"/v1/accounts/{of}/roles", admin, json={"roles": ["auditor"]}),
            fresh.ask("POST", f"/v1/accounts/{of}/disable", admin),
        ]
        assert [one.status_code for one in said] == ends, whose
    assert fresh.ask("GET", "/v1/me", f"holder@{CUSTOMS}.example").status_code == 200


KEPT = ("works", "suspects", "jobs", "webhooks", "accounts", "keys", "cases", "evidence")


def belongings(world: World, organisation: str) -> list[str]:
    """What an organisation sees of itself, without who asked when."""
    actor = f"{ALL}@{organisation}.example"
    said = [world.ask("GET", f"/v1/{one}", actor).text for one in KEPT]
    return [re.sub(r'"used_at":[^,}]*', "", one) for one in said]


def test_a_work_named_as_anothers_is_ones_own(fresh: World) -> None:
    theirs, before = fresh.things[THEIRS].ids["work_id"], belongings(fresh, THEIRS)
    said = fresh.ask("PUT", f"/v1/works/{theirs}", json={"title": "mine"})
    assert (said.status_code, said.json()["work_id"]) == (201, f"{OURS}:{theirs}")
    assert fresh.ask("DELETE", f"/v1/works/{theirs}").status_code == 204
    assert belongings(fresh, THEIRS) == before


def test_no_listing_shows_what_is_anothers(attacked: World) -> None:
    seen = 0
    listings = [path for method, path, _ in operations(attacked) if method == "get"]
    for path in (one for one in listings if "{" not in one):
        said = attacked.ask("GET", path).text
        for whose in (THEIRS, POLICE):
            for mark in attacked.things[whose].marked:
                assert mark not in said, (path, mark)
        own = attacked.things[OURS].marked
        seen += any(mark in said for mark in own)
    assert seen >= 5


def test_an_answer_about_anothers_work_says_nothing(attacked: World) -> None:
    """A suspect of ours that carries their work alone is no match for us, and for them it is."""
    theirs = attacked.things[THEIRS].ids["work_id"]
    upload = attacked.upload(b"x", "x.mp4")
    attacked.desk.queue.submit("identify", OURS, f"{ALL}@{OURS}.example", {"upload": upload})
    lease = attacked.desk.queue.take("attacker", ["identify"])
    assert lease is not None
    assert lease.done({"answer": answer(theirs, "x")})
    for path in ("suspects/{}/answer", "suspects/{}", "jobs/{}"):
        said = attacked.ask("GET", f"/v1/{path.format(lease.job.id)}")
        assert said.status_code == 200
        assert MARK not in said.text, path
        assert "zenith" not in said.text.lower(), path
    said = attacked.ask("GET", f"/v1/suspects/{lease.job.id}/answer").json()
    assert (said["status"], said["matches"]) == ("no_match", [])


def test_forged_ids_are_nobodys(attacked: World) -> None:
    forged = (
        *("j_" + "f" * 32, "j_" + "0" * 31, "j_" + "0" * 33, "j_" + "G" * 32, "0", "-1", "null"),
        *(
            "%00",
            "j_%00",
            "..",
            "%2e%2e",
            "*",
            "%25",
            "j_" + "0" * 32 + "%0a",
            "\uff4a_" + "0" * 32,
        ),
        *("1 OR 1=1", "';--", "{}", "j_" + "\u0660" * 32, "a" * 61, "a" * 5000),
    )
    for path in ("jobs/{}", "suspects/{}", "suspects/{}/answer", "uploads/{}"):
        for one in forged:
            said = attacked.ask("GET", f"/v1/{path.format(one)}")
            assert said.status_code in {404, 422, 400, 405}, (path, one, said.status_code)
            assert "Traceback" not in said.text


def test_nobody_gets_anything_without_credentials(attacked: World) -> None:
    tried, own = 0, attacked.things[OURS].ids
    for method, path, operation in operations(attacked):
        to = re.sub(r"\{(\w+)\}", lambda m: own.get(m[1], "page.html"), path)
        body = filled(example(operation), own) or None
        for headers in (
            {},
            {"Authorization": "Bearer rp_" + "0" * 64},
            {"Authorization": "Basic eA=="},
        ):
            said = attacked.ask(method.upper(), to, None, headers=headers, json=body)
            if (method, path) in OPEN:
                continue
            assert said.status_code == 401, (method, path, said.text)
            assert said.headers["content-type"] == "application/problem+json"
            tried += 1
    assert tried > 80
    for said_who in ("Basic eA==", "Bearer", "Bearer ", "", "rp_", "bearer\x00x"):
        said = attacked.ask("GET", "/v1/me", None, headers={"Authorization": said_who})
        assert said.status_code == 401, said_who


# What anybody may ask: a package is checked for whoever has it.
OPEN = {("post", "/v1/verify")}


def test_bodies_are_json_that_says_so(attacked: World) -> None:
    said = attacked.ask(
        "POST",
        "/v1/suspects",
        content=json.dumps({"upload_id": attacked.things[OURS].ids["upload_id"]}),
        headers={"Content-Type": "text/plain"},
    )
    assert said.status_code == 422
