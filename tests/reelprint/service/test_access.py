"""Every operation, as every role, of one's own organisation and of another, and as nobody."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts

from accounts.roles import ROLES, Kind, Role, acts_of
from fingerprint.scheme import Fingerprint
from reelprint.desk import works
from reelprint.service import openapi, routers
from reelprint.service.app import create_app
from reference_catalog.work import NewReference, WorkDetails
from tests.reelprint.service.access import ENTRIES, PUBLIC, Entry
from tests.reelprint.service.running import Running, answer, everybody

# What answers without credentials, besides the operations of the API that are public.
OPEN_PATHS = (
    *("/v1/openapi.json", "/healthz", "/readyz", "/metrics"),
    *("/static", "/login", "/preferences", "/verify"),
)
NO_LEAK = frozenset({401, 403, 500, 503})


@dataclass(frozen=True, slots=True)
class Operation:
    """One of the API, as the API says it."""

    name: str
    method: str
    path: str

    @property
    def entry(self) -> Entry:
        """What it takes; of one that is not known, the test of entries speaks."""
        return ENTRIES.get(self.name, Entry())

    @property
    def has_id(self) -> bool:
        return "{" in self.path


def operations() -> list[Operation]:
    """All of them; what they say does not depend on a desk."""
    paths: Mapping[str, Mapping[str, Any]] = create_schema()["paths"]
    return [
        Operation(said["operationId"], method.upper(), path)
        for path, methods in paths.items()
        for method, said in methods.items()
        if said["operationId"] not in PUBLIC
    ]


def create_schema() -> dict[str, Any]:
    app = FastAPI(generate_unique_id_function=openapi.operation_id)
    for router in routers.API:
        app.include_router(router, prefix="/v1")
    return app.openapi()


OPERATIONS = operations()


@dataclass(frozen=True, slots=True)
class Things:
    """Ids of things of one organisation, by the names that they have in paths."""

    ids: Mapping[str, str]

    def url(self, one: Operation) -> str:
        path = one.path.format(**self.ids)
        return f"{path}?{one.entry.query}" if one.entry.query else path

    def body(self, one: Operation) -> Any:
        said = json.dumps(one.entry.json)
        for name, value in self.ids.items():
            said = said.replace(f"{{{name}}}", value)
        return json.loads(said)

    def ask(self, client: httpx.Client, one: Operation) -> httpx.Response:
        if one.entry.content is not None:
            return client.request(one.method, self.url(one), content=one.entry.content)
        body = self.body(one)
        if body is None:
            return client.request(one.method, self.url(one))
        return client.request(one.method, self.url(one), json=body)


NOWHERE = Things(
    {
        "work_id": "no-such-work",
        "upload_id": "u_" + "0" * 32,
        "job_id": "j_" + "0" * 32,
        "hook_id": "h_" + "0" * 32,
        "key_id": "k_" + "0" * 16,
        "actor": "nobody@nowhere",
        "name": "explanation.json",
        "case_id": "NO-SUCH-CASE",
        "finding_id": "F1",
        "plan_id": "P1",
        "n": "1",
    }
)


@pytest.fixture(scope="module")
def people(service: Running) -> list[str]:
    """One of each role in two organisations, and who may all in two others."""
    service.add("all@rival", "rival", *ROLES)
    service.add("all@customs", "customs", *ROLES)
    return everybody(service)


def things_of(service: Running, organisation: str) -> Things:
    """Some of everything, made by who may."""
    suffix = len(service.keys)
    maker = service.add(f"maker{suffix}@{organisation}", organisation, *ROLES)
    service.add(f"made{suffix}@{organisation}", organisation, "auditor")
    with service.client(maker) as client:
        put = client.put(f"/v1/works/film-{suffix}", json={"title": f"Secret of {organisation}"})
        work = put.json()["work_id"]
        sent = client.post("/v1/uploads", params={"name": "secret.mp4"}, content=b"%d" % suffix)
        upload = sent.json()["upload_id"]
        job = client.post("/v1/suspects", json={"upload_id": upload}).json()["id"]
        service.work_off(answer(work))
        hook = client.post("/v1/webhooks", json={"url": "https://secret.example/"}).json()["id"]
        key = client.post("/v1/keys", json={"label": "secret"}).json()["id"]
        case = f"CASE-{suffix}"
        client.post("/v1/cases", json={"case_id": case, "authority": "complaint"})
    return Things(
        {
            **NOWHERE.ids,
            "work_id": work,
            "upload_id": upload,
            "job_id": job,
            "hook_id": hook,
            "key_id": key,
            "actor": f"made{suffix}@{organisation}",
            "case_id": case,
            "n": str(suffix),
        }
    )


def test_every_operation_has_an_entry() -> None:
    assert {one.name for one in OPERATIONS} == set(ENTRIES)


def test_every_other_route_sends_nobody_in(service: Running) -> None:
    contexts = list(iter_route_contexts(create_app(service.desk).routes))
    others = [one for one in contexts if not str(one.path).startswith(("/v1/", *OPEN_PATHS))]
    with service.client() as nobody:
        for one, method in ((o, m) for o in others for m in o.methods or ()):
            got = nobody.request(method, str(one.path).replace("{", "").replace("}", ""))
            assert got.status_code in (303, 401, 404), (method, one.path)
            assert got.headers.get("location", "/login").startswith("/login")


@pytest.mark.parametrize("one", OPERATIONS, ids=lambda one: one.name)
def test_nobody_gets_in(one: Operation, service: Running) -> None:
    wrong: tuple[dict[str, str], ...] = (
        {},
        {"Authorization": "Bearer rp_" + "0" * 64},
        {"Cookie": "reelprint_session=x"},
    )
    with service.client() as nobody:
        for headers in wrong:
            nobody.headers = httpx.Headers(headers)
            got = NOWHERE.ask(nobody, one)
            assert got.status_code == 401
            assert got.headers["www-authenticate"] == 'Bearer realm="reelprint"'
            assert got.json()["status"] == 401


def allowed(entry: Entry, kind: Kind, role: Role) -> bool:
    """What the table of roles says."""
    acts = acts_of(kind, [role])
    wanted = [act in acts for act in entry.acts]
    return any(wanted) if entry.either else all(wanted)


@pytest.mark.parametrize("organisation", ["police", "studio"])
def test_roles(organisation: str, service: Running, people: list[str]) -> None:
    kind: Kind = "authority" if organisation == "police" else "holder"
    clients = {role: service.client(f"{role}@{organisation}") for role in ROLES}
    for one, role in product(OPERATIONS, ROLES):
        status = NOWHERE.ask(clients[role], one).status_code
        if allowed(one.entry, kind, role) or one.entry.own:
            # An act that is allowed may still be refused to this kind of organisation.
            refused = {403} if one.name == "add_organisation" and kind == "holder" else set()
            assert status not in NO_LEAK - refused, (one.name, role, status)
        else:
            assert status == 403, (one.name, role, status)
    for client in clients.values():
        client.close()


@pytest.mark.parametrize("outsider", ["all@rival", "all@customs"])
def test_what_is_anothers_is_as_if_it_were_not(
    outsider: str, service: Running, people: list[str]
) -> None:
    seen_by_all = {"get_work", "list_exclusions", "coverage"}  # of works, by authorities
    things = things_of(service, "studio" if outsider == "all@rival" else "police")
    for one in OPERATIONS:
        is_works_of_all = one.name in seen_by_all and outsider == "all@customs"
        if not one.has_id or one.name in ("put_work",) or is_works_of_all:
            continue
        with service.client(outsider) as client:
            there, nowhere = things.ask(client, one), NOWHERE.ask(client, one)
        assert there.status_code == nowhere.status_code, one.name
        assert there.status_code in (403, 404), (one.name, there.text)
        assert _without(there.text, things) == _without(nowhere.text, NOWHERE), one.name


def _without(text: str, things: Things) -> str:
    for name, value in things.ids.items():
        text = text.replace(value, name)
    return text


def bodies_with_ids() -> list[Operation]:
    return [one for one in OPERATIONS if "{upload_id}" in json.dumps(one.entry.json)]


@pytest.mark.parametrize("one", bodies_with_ids(), ids=lambda one: one.name)
def test_anothers_upload_cannot_be_used(
    one: Operation, service: Running, people: list[str]
) -> None:
    things = things_of(service, "studio")
    own = things_of(service, "rival")
    mixed = Things({**own.ids, "upload_id": things.ids["upload_id"]})
    with service.client("all@rival") as client:
        assert own.ask(client, one).status_code == 202
        assert mixed.ask(client, one).status_code == 404


def test_listings_hold_ones_own_alone(service: Running, people: list[str]) -> None:
    things = things_of(service, "studio")
    listings = [one for one in OPERATIONS if one.name.startswith("list_") and not one.has_id]
    assert len(listings) >= 6
    for one in listings:
        with service.client("all@rival") as rival, service.client("all@customs") as customs:
            texts = [rival.get(one.path).text, customs.get(one.path).text]
        for text, shown in zip(texts, (set(), {"list_works", "list_organisations"}), strict=True):
            if one.name not in shown:
                assert not [value for value in _secret(things) if value in text], one.name


def _secret(things: Things) -> list[str]:
    names = ("work_id", "upload_id", "job_id", "hook_id", "key_id", "actor", "case_id")
    return [things.ids[name] for name in names]


def test_an_unclaimed_work_is_the_authorities(service: Running, people: list[str]) -> None:
    details = WorkDetails("from-the-command-line", "Unclaimed")
    nothing = Fingerprint.empty("video-dct256-1", 256)
    service.desk.catalog.add(details, NewReference("a" * 64, "/srv/x.mp4", 1.0, (), (nothing,)))
    path = "/v1/works/from-the-command-line"
    with service.client("all@rival") as rival, service.client("all@customs") as customs:
        assert customs.get(path).json()["references"][0]["name"] == "x.mp4"
        assert rival.get(path).status_code == 404
        assert rival.put(path, json={"title": "Mine"}).json()["work_id"] == (
            "rival:from-the-command-line"
        )
        assert customs.get(path).json()["title"] == "Unclaimed"


def test_a_holder_cannot_take_over_an_unclaimed_work_named_like_its_own(
    service: Running, people: list[str]
) -> None:
    nothing = Fingerprint.empty("video-dct256-1", 256)
    details = WorkDetails("rival:unclaimed", "Unclaimed")
    service.desk.catalog.add(details, NewReference("b" * 64, "x.mp4", 1.0, (), (nothing,)))
    with service.client("all@rival") as rival:
        assert rival.put("/v1/works/unclaimed", json={"title": "Mine"}).status_code == 404
        assert rival.get("/v1/works/unclaimed").status_code == 404


def test_an_authority_names_no_work_as_a_holder_would(service: Running, people: list[str]) -> None:
    with service.client("all@customs") as customs:
        assert customs.put("/v1/works/studio:x", json={"title": "X"}).status_code == 422
        assert customs.put("/v1/works/series:x", json={"title": "X"}).status_code == 201


def test_the_names_of_works_tell_nothing(service: Running, people: list[str]) -> None:
    with service.client("holder@studio") as studio, service.client("all@rival") as rival:
        first = studio.put("/v1/works/the-same", json={"title": "A"})
        second = rival.put("/v1/works/the-same", json={"title": "B"})
        assert (first.status_code, second.status_code) == (201, 201)
        names = first.json()["work_id"], second.json()["work_id"]
        assert names == ("studio:the-same", "rival:the-same")
        assert works.works(service.desk, _principal(service, "all@rival"), limit=200)
        assert (
            studio.get("/v1/works/studio:the-same").json()
            == studio.get("/v1/works/the-same").json()
        )


def _principal(service: Running, actor: str) -> Any:
    return service.desk.accounts.principal_of_key(service.keys[actor])


def test_refusals_stand_in_the_audit_log(service: Running, people: list[str]) -> None:
    with service.client("auditor@police") as client:
        assert client.put("/v1/works/x", json={"title": "X"}).status_code == 403
    last = service.desk.accounts.audit_before("police", limit=1)[0]
    assert (last.by, last.act, last.what, last.outcome) == (
        "auditor@police", "works.write", "x", "refused"
    )  # fmt: skip
    assert service.desk.accounts.verify_audit() == []
