"""The schema of the API, fuzzed: whatever is asked in its form is answered in its form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import openapi
from schemathesis.checks import CHECKS, load_all_checks, not_a_server_error
from schemathesis.generation.case import Case
from schemathesis.python import asgi

from accounts.roles import ACTS
from tests.service.attacks.world import ALL, BASE, OURS, POLICE, World

pytestmark = pytest.mark.long

# Of each operation; all of it takes two minutes of a processor.
FEW, MANY = 2, 8
NAMED = (
    "status_code_conformance",
    "content_type_conformance",
    "response_schema_conformance",
    "response_headers_conformance",
)

schemathesis.serializer.alias("application/zip", "application/octet-stream")


def fuzz(attacked: World, actor: str, examples: int) -> int:
    """Ask operations so often; how many they are. Ids are drawn at random, or those of things that
    the actor's organisation has."""
    load_all_checks()
    checks: list[Any] = [not_a_server_error, *CHECKS.get_by_names(NAMED)]
    app: Any = attacked.app
    ids = attacked.things[actor.partition("@")[2].removesuffix(".example")].ids
    found: list[Any] = list(openapi.from_dict(app.openapi()).get_all_operations())
    with asgi.get_client(app) as session:
        session.headers["Authorization"] = f"Bearer {attacked.keys[actor]}"
        for operation in (one.ok() for one in found):

            @settings(
                max_examples=examples,
                derandomize=True,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            @given(case=operation.as_strategy(), known=st.booleans())
            def run(case: Case[Any], known: bool) -> None:
                sent = with_ids(case, ids) if known else case
                response = sent.call(base_url=BASE, session=session)
                sent.validate_response(response, checks=checks)

            run()
    return len(found)


def with_ids(case: Case[Any], ids: Mapping[str, str]) -> Case[Any]:
    """A request for what is there."""
    case.path_parameters = {k: ids.get(k, v) for k, v in (case.path_parameters or {}).items()}
    if isinstance(case.body, dict):
        case.body = {k: ids.get(k, v) for k, v in case.body.items()}
    return case


@pytest.mark.parametrize("organisation", [OURS, POLICE])
def test_what_is_asked_in_form_is_answered_in_form(attacked: World, organisation: str) -> None:
    assert fuzz(attacked, f"{ALL}@{organisation}.example", MANY) > 60


@pytest.mark.parametrize("organisation", [OURS, POLICE])
@pytest.mark.parametrize("role", sorted(ACTS))
def test_so_is_what_each_role_asks(attacked: World, role: str, organisation: str) -> None:
    assert fuzz(attacked, f"{role}@{organisation}.example", FEW) > 60
