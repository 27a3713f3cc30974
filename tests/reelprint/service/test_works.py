"""Works over HTTP."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.roles import ROLES
from fingerprint.scheme import Fingerprint
from reference_catalog.work import NewReference, WorkDetails
from tests.reelprint.service.running import Running


@pytest.fixture(scope="module")
def client(service: Running) -> Iterator[httpx.Client]:
    service.add("all@police", "police", *ROLES)
    with service.client("all@police") as made:
        yield made


def test_a_work_is_what_was_said(client: httpx.Client) -> None:
    said = {
        "title": "Founders",
        "kind": "music",
        "owner": "Example Records",
        "series": None,
        "identifiers": [{"scheme": "isrc", "value": "US-RC1-76-07839"}],
    }
    made = client.put("/v1/works/founders", json=said)
    assert made.status_code == 201
    assert made.json()["identifiers"] == [{"scheme": "isrc", "value": "USRC17607839"}]
    assert client.get("/v1/works/founders").json() == made.json()
    again = client.put("/v1/works/founders", json={"title": "founders"})
    assert again.status_code == 200
    assert (again.json()["title"], again.json()["owner"]) == ("founders", None)
    assert again.json()["identifiers"] == []
    changed = client.patch("/v1/works/founders", json={"owner": "Another"})
    assert (changed.json()["title"], changed.json()["owner"]) == ("founders", "Another")
    assert client.patch("/v1/works/founders", json={"title": None}).status_code == 422
    assert client.delete("/v1/works/founders").status_code == 204
    assert client.get("/v1/works/founders").status_code == 404


def test_a_state_that_has_passed_changes_nothing(client: httpx.Client) -> None:
    first = client.put("/v1/works/film", json={"title": "A"}).headers["etag"]
    ok = client.put("/v1/works/film", json={"title": "B"}, headers={"If-Match": first})
    assert (ok.status_code, ok.headers["etag"] != first) == (200, True)
    stale = {"If-Match": first}
    assert client.put("/v1/works/film", json={"title": "C"}, headers=stale).status_code == 412
    assert client.patch("/v1/works/film", json={"title": "C"}, headers=stale).status_code == 412
    assert client.delete("/v1/works/film", headers=stale).status_code == 412
    assert client.get("/v1/works/film").json()["title"] == "B"
    any_state = {"If-Match": "*"}
    assert client.put("/v1/works/new", json={"title": "C"}, headers=any_state).status_code == 412
    assert client.put("/v1/works/film", json={"title": "D"}, headers=any_state).status_code == 200


def test_what_counts_nothing(service: Running, client: httpx.Client) -> None:
    nothing = Fingerprint.empty("video-dct256-1", 256)
    new = NewReference("c" * 64, "/srv/masters/show.mp4", 60.0, (), (nothing,))
    reference = service.desk.catalog.add(WorkDetails("show", "Show"), new).reference_id
    said = {"reference_id": reference, "start_s": 0, "end_s": 12.5, "reason": "intro"}
    path = "/v1/works/show/exclusions"
    assert client.post(path, json=said).json() == {**said, "start_s": 0.0}
    assert client.get(path).json() == [{**said, "start_s": 0.0}]
    assert client.post(path, json={**said, "start_s": 60, "end_s": 70}).status_code == 422
    assert client.post(path, json={**said, "start_s": 5, "end_s": 5}).status_code == 422
    assert client.post(path, json={**said, "reference_id": "R999999"}).status_code == 404
    there: dict[str, str | float] = {"reference_id": reference, "start_s": 0, "end_s": 12.5}
    assert client.delete(path, params={**there, "end_s": 9}).json() == {"ranges": 0}
    assert client.delete(path, params=there).json() == {"ranges": 1}
    assert client.get(path).json() == []
    assert "/srv" not in client.get("/v1/works/show").text


def test_who_may_show_a_work(client: httpx.Client) -> None:
    client.put("/v1/works/licensed", json={"title": "Licensed"})
    said = [{"distributor": "vod.example", "territories": ["KR"], "start": "2027-01-01"}]
    path = "/v1/works/licensed/licences"
    made = client.put(path, json={"licences": said}).json()["licences"]
    assert made[0]["distributor"] == "vod.example"
    assert made[0]["start"].startswith("2027-01-01")
    assert client.put(path, json={"licences": made}).json()["licences"] == made
    assert client.put(path, json={"licences": []}).json()["licences"] == []
    assert client.put(path, json={"licences": None}).json()["licences"] is None
    assert client.put(path, json={"licences": [{"distributor": "?"}]}).status_code == 422


def test_a_work_may_have_slashes_in_its_name(client: httpx.Client) -> None:
    assert client.put("/v1/works/a%2Fb/c", json={"title": "X"}).json()["work_id"] == "a/b/c"
    assert client.get("/v1/works/a/b/c").json()["title"] == "X"
    assert client.get("/v1/works/a/b/c/exclusions").json() == []


@pytest.fixture(scope="module")
def many(service: Running) -> list[str]:
    """A holder with works; what they are called."""
    service.add("all@studio", "studio", *ROLES)
    with service.client("all@studio") as studio:
        for n in range(23):
            studio.put(f"/v1/works/w{n * 7 % 23:02}", json={"title": "W"})
    return sorted(f"studio:w{n:02}" for n in range(23))


@settings(max_examples=8)
@given(st.integers(1, 30))
def test_pages_are_the_whole_once_and_in_order(
    service: Running, many: list[str], limit: int
) -> None:
    with service.client("all@studio") as studio:
        seen: list[str] = []
        after: dict[str, str] = {}
        while True:
            page = studio.get("/v1/works", params={"limit": limit, **after}).json()
            assert len(page["items"]) <= limit
            seen += [one["work_id"] for one in page["items"]]
            if page["next"] is None:
                break
            assert len(page["items"]) == limit
            after = {"after": page["next"]}
        assert seen == many


def test_pages_of_jobs(service: Running, many: list[str]) -> None:
    with service.client("all@studio") as studio:
        upload = studio.post("/v1/uploads", content=b"x").json()["upload_id"]
        body = {"upload_id": upload}
        made = [studio.post("/v1/suspects", json=body).json()["id"] for _ in range(5)]
        first = studio.get("/v1/jobs", params={"limit": 2}).json()
        second = studio.get("/v1/jobs", params={"limit": 2, "after": first["next"]}).json()
        third = studio.get("/v1/suspects", params={"limit": 2, "after": second["next"]}).json()
        seen = [one["id"] for page in (first, second, third) for one in page["items"]]
        assert seen == made[::-1]
        assert third["next"] is None


def test_a_request_that_is_sent_twice_is_done_once(service: Running, many: list[str]) -> None:
    key = {"Idempotency-Key": "nightly-7"}
    with service.client("all@studio") as studio, service.client("all@police") as police:
        uploads = [studio.post("/v1/uploads", content=b).json()["upload_id"] for b in (b"1", b"2")]
        again = studio.post("/v1/uploads", content=b"1").json()["upload_id"]
        said = [{"upload_id": one} for one in uploads]
        first = studio.post("/v1/suspects", json=said[0], headers=key)
        assert studio.post("/v1/suspects", json=said[0], headers=key).json() == first.json()
        same_file = studio.post("/v1/suspects", json={"upload_id": again}, headers=key)
        assert same_file.json()["id"] == first.json()["id"]
        assert studio.post("/v1/suspects", json=said[1], headers=key).status_code == 409
        other_kind = studio.post("/v1/packages", json=said[0], headers=key)
        assert other_kind.status_code == 409
        # Another organisation's keys are its own.
        mine = police.post("/v1/uploads", content=b"3").json()["upload_id"]
        got = police.post("/v1/suspects", json={"upload_id": mine}, headers=key)
        assert (got.status_code, got.json()["id"] != first.json()["id"]) == (202, True)
        assert police.post("/v1/suspects", json={"upload_id": mine}, headers={
            "Idempotency-Key": "two words"
        }).status_code == 422  # fmt: skip


def test_cancelling(service: Running, many: list[str]) -> None:
    with service.client("all@studio") as studio:
        upload = studio.post("/v1/uploads", content=b"x").json()["upload_id"]
        job = studio.post("/v1/suspects", json={"upload_id": upload}).json()["id"]
        assert studio.post(f"/v1/jobs/{job}/cancel").json()["state"] == "cancelled"
        assert studio.get(f"/v1/suspects/{job}/answer").status_code == 404
        assert studio.delete(f"/v1/suspects/{job}").status_code == 204
        assert studio.get(f"/v1/uploads/{upload}").status_code == 404
        assert studio.get(f"/v1/suspects/{job}").json()["sha256"] is None


def test_webhooks(client: httpx.Client) -> None:
    body = {"url": "https://hooks.example/r", "events": ["identify.done"]}
    made = client.post("/v1/webhooks", json=body).json()
    secret = made.pop("secret")
    assert client.get("/v1/webhooks").json() == [made]
    test = client.post(f"/v1/webhooks/{made['id']}/test")
    assert (test.status_code, test.json()["kind"]) == (202, "webhook")
    assert secret not in client.get(f"/v1/jobs/{test.json()['id']}").text
    assert client.delete(f"/v1/webhooks/{made['id']}").status_code == 204
    assert client.get("/v1/webhooks").json() == []
