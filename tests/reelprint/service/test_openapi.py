"""The API describes itself in full."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from reelprint.service.problems import MEDIA_TYPE
from tests.reelprint.service.test_access import create_schema

SCHEMA = create_schema()


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in SCHEMA["paths"].items():
        for method, said in methods.items():
            yield path, method, said


@pytest.mark.parametrize(
    ("path", "method", "said"), list(operations()), ids=lambda v: v if isinstance(v, str) else ""
)
def test_an_operation_says_everything(path: str, method: str, said: dict[str, Any]) -> None:
    assert re.fullmatch("[a-z_]+", said["operationId"])
    assert said["summary"]
    assert said["description"]
    assert said["tags"]
    for status, response in said["responses"].items():
        if int(status) >= 400:
            assert set(response["content"]) == {MEDIA_TYPE}, (status, response)
            schema = response["content"][MEDIA_TYPE]["schema"]
            assert schema == {"$ref": "#/components/schemas/Problem"}
    if "{" in path:
        assert "404" in said["responses"]
    if said["operationId"] != "verify_package":
        assert said["security"] == [{"key": []}, {"session": []}]
        assert {"401", "403", "429"} <= set(said["responses"]) or path == "/v1/me"


def test_ids_of_operations_are_unique() -> None:
    names = [said["operationId"] for _, _, said in operations()]
    assert len(names) == len(set(names))


def test_bodies_have_names_and_examples() -> None:
    schemas = SCHEMA["components"]["schemas"]
    for _, _, said in operations():
        content = said.get("requestBody", {}).get("content", {})
        if "application/json" in content:
            name = content["application/json"]["schema"]["$ref"].rsplit("/", 1)[1]
            assert schemas[name].get("examples"), name
            assert schemas[name].get("additionalProperties") is False, name


def test_it_is_served_without_a_page_from_elsewhere() -> None:
    assert SCHEMA["openapi"].startswith("3.1")
    assert "HTTPValidationError" not in str(SCHEMA["paths"])
