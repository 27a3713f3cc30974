"""What a holder sees of an answer does not depend on what others registered."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.roles import ROLES
from reelprint.desk.seen import of_holder
from reelprint.identification import NO_EVIDENCE
from tests.reelprint.service.running import Running, answer, match

OWN = ("acme:a", "acme:b")
OTHERS = ("secret-1", "secret-2")
ONLY_OWN = st.lists(st.sampled_from(OWN), max_size=3)
ALSO_OTHERS = st.lists(st.sampled_from(OTHERS), min_size=1, max_size=3)


def said(own: Sequence[str], others: Sequence[str], reason: str | None) -> dict[str, Any]:
    """An answer of a catalogue in which others registered works too."""
    every = (*own, *others)
    matches = [match(work, 10.0 * n, every) for n, work in enumerate(every)]
    whole: dict[str, Any] = answer(*every)["answer"]
    if not every and reason is not None:
        whole["reason"] = reason
    return {**whole, "matches": sorted(matches, key=lambda one: str(one["work_id"])[::-1])}


@given(ONLY_OWN, ALSO_OTHERS, st.sampled_from([None, "nothing; 75 % of it was not asked for"]))
def test_others_make_no_difference(own: list[str], others: list[str], reason: str | None) -> None:
    with_others = of_holder(said(own, others, None), OWN)
    alone = of_holder(said(own, [], reason), OWN)
    order = {one["query"]["start_s"]: one for one in with_others["matches"]}
    assert sorted(order) == sorted(one["query"]["start_s"] for one in alone["matches"])
    for one in alone["matches"]:
        assert {**order[one["query"]["start_s"]]} == one
    rest = {key: value for key, value in with_others.items() if key != "matches"}
    assert rest == {key: value for key, value in alone.items() if key != "matches"}
    assert not [name for name in OTHERS if name in json.dumps(with_others)]


@pytest.mark.parametrize("status", ["unreadable", "too_short"])
def test_what_is_wrong_with_a_suspect_is_told(status: str) -> None:
    whole = {**answer()["answer"], "status": status, "reason": "because"}
    assert of_holder(whole, OWN)["reason"] == "because"
    assert of_holder(whole, OWN)["status"] == status


def test_that_there_is_nothing_in_it_is_told() -> None:
    assert of_holder(answer(reason=NO_EVIDENCE)["answer"], OWN)["reason"] == NO_EVIDENCE


def test_a_short_suspect_of_others_is_too_short() -> None:
    whole: dict[str, Any] = answer("secret-1")["answer"]
    whole["query"]["duration_s"] = 0.6
    short = {**answer()["answer"], "status": "too_short", "reason": "0.60 s is less than 1 s"}
    short["query"]["duration_s"] = 0.6
    assert of_holder(whole, OWN) == of_holder(short, OWN)


def test_what_is_new_in_answers_is_not_told() -> None:
    whole: dict[str, Any] = answer("acme:a")["answer"]
    whole["runner_up"] = "secret-1"
    whole["matches"][0]["beside"] = "secret-1"
    assert "secret-1" not in json.dumps(of_holder(whole, OWN))


def test_all_ways_to_an_answer_tell_the_same(service: Running) -> None:
    service.add("all@studio", "studio", *ROLES)
    service.add("all@police", "police", *ROLES)
    with service.client("all@police") as police:
        police.put("/v1/works/secret-1", json={"title": "Secret"})
    for actor in ("all@studio", "all@police"):
        with service.client(actor) as client:
            work = client.put("/v1/works/film", json={"title": "Film"}).json()["work_id"]
            upload = client.post("/v1/uploads", content=b"x").json()["upload_id"]
            job = client.post("/v1/suspects", json={"upload_id": upload}).json()["id"]
            service.work_off(answer(work, "secret-1"))
            paths = (
                f"/v1/suspects/{job}",
                f"/v1/suspects/{job}/answer",
                f"/v1/jobs/{job}",
                "/v1/jobs",
                "/v1/suspects",
                "/v1/works/film/coverage",
            )
            texts = [client.get(path).raise_for_status().text for path in paths]
        told = ["secret-1" in text for text in texts]
        assert any(told) == (actor == "all@police")
        assert work in texts[1]
        assert work in texts[2]


def test_a_holder_is_not_told_of_a_match_that_is_not_there_for_it(service: Running) -> None:
    service.add("more@studio", "studio", *ROLES)
    with service.client("more@studio") as client:
        upload = client.post("/v1/uploads", content=b"y").json()["upload_id"]
        job = client.post("/v1/suspects", json={"upload_id": upload}).json()["id"]
        service.work_off(answer("secret-1"))
        asked = client.post(f"/v1/suspects/{job}/explanation", json={"match": 0})
        assert asked.status_code == 404
        assert client.get(f"/v1/suspects/{job}/answer").json()["status"] == "no_match"
