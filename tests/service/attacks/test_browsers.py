"""What another site, a link or an old window can have a browser do."""

from __future__ import annotations

import re

import pytest
from fastapi.routing import APIRoute

from accounts.errors import NotKnown
from reelprint.service import routers
from tests.service.attacks.world import ALL, BASE, OURS, World

pytestmark = pytest.mark.long

UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
# Before anybody is let in there is no session whose token could be shown; they look at the origin.
WITHOUT_SESSION = {"/login", "/login/once", "/verify", "/v1/verify", "/preferences"}
COOKIE = "reelprint_session"
EVIL = "https://evil.example"


def routes() -> list[tuple[str, str]]:
    """(method, path) of all that changes something, of the API and of the console."""
    api = (("/v1", one) for one in routers.API)
    return [
        (method, prefix + route.path)
        for prefix, router in (*api, *(("", one) for one in routers.OTHERS))
        for route in router.routes
        if isinstance(route, APIRoute)
        for method in sorted((route.methods or set()) & UNSAFE)
        if prefix + route.path not in WITHOUT_SESSION
    ]


def filled(world: World, path: str) -> str:
    ids = world.things[OURS].ids
    return re.sub(r"\{(\w+)(:\w+)?\}", lambda m: ids.get(m[1], "x"), path)


def with_session(world: World, method: str, path: str, csrf: str | None, **headers: str) -> int:
    cookies, own = world.session()
    said = {"Cookie": f"{COOKIE}={cookies[COOKIE]}", **headers}
    if csrf is not None:
        said["X-CSRF-Token"] = own if csrf == "own" else csrf
    form = {"headers": {"Content-Type": "application/x-www-form-urlencoded", **said}}
    return world.client.request(method, filled(world, path), **form).status_code  # type: ignore[arg-type]


def test_nothing_is_changed_by_a_cookie_alone(fresh: World) -> None:
    """A form on another site sends the cookie of a browser that is logged in, and no token."""
    tried = routes()
    for method, path in tried:
        assert with_session(fresh, method, path, None) == 403, (method, path)
    assert len(tried) > 30
    assert fresh.ask("GET", "/v1/works").status_code == 200


@pytest.mark.parametrize(
    ("csrf", "headers"),
    [
        ("0" * 64, {}),
        ("", {}),
        ("own", {"Origin": EVIL}),
        ("own", {"Origin": "null"}),
        ("own", {"Origin": f"{BASE}.evil.example"}),
        ("own", {"Origin": "http://127.0.0.1:8470@evil.example"}),
        ("own", {"Sec-Fetch-Site": "cross-site"}),
        ("own", {"Sec-Fetch-Site": "same-site"}),
    ],
)
def test_a_wrong_token_or_another_origin_changes_nothing(
    attacked: World, csrf: str, headers: dict[str, str]
) -> None:
    for method, path in routes()[::5]:
        assert with_session(attacked, method, path, csrf, **headers) == 403, (method, path)


def test_one_sessions_token_is_none_of_anothers(attacked: World) -> None:
    _, other = attacked.session(f"{ALL}@zenith.example")
    assert with_session(attacked, "DELETE", "/v1/uploads/{upload_id}", other) == 403


def test_a_token_in_a_json_body_or_a_query_does_not_count(attacked: World) -> None:
    cookies, csrf = attacked.session()
    said = attacked.client.post(
        f"/v1/webhooks?csrf={csrf}",
        json={"url": "https://a.example", "events": ["*"], "csrf": csrf},
        headers={"Cookie": f"{COOKIE}={cookies[COOKIE]}"},
    )
    assert said.status_code == 403


def test_a_session_that_has_ended_is_no_way_in(attacked: World) -> None:
    cookies, _ = attacked.session()
    headers = {"Cookie": f"{COOKIE}={cookies[COOKIE]}"}
    assert attacked.client.get("/v1/me", headers=headers).status_code == 200
    attacked.desk.accounts.log_out(cookies[COOKIE])
    assert attacked.client.get("/v1/me", headers=headers).status_code == 401


def test_a_one_time_link_counts_once(attacked: World) -> None:
    token = attacked.desk.accounts.one_time_token(f"{ALL}@{OURS}.example")
    attacked.desk.accounts.log_in_by_token(token)
    with pytest.raises(NotKnown):
        attacked.desk.accounts.log_in_by_token(token)


def test_a_revoked_key_and_the_keys_of_a_disabled_account_are_none(fresh: World) -> None:
    accounts, actor = fresh.desk.accounts, f"holder@{OURS}.example"
    secret, key = accounts.issue_key(actor, "x", None, None)
    headers = {"Authorization": f"Bearer {secret}"}
    assert fresh.client.get("/v1/me", headers=headers).status_code == 200
    accounts.revoke_key(key.id)
    assert fresh.client.get("/v1/me", headers=headers).status_code == 401
    assert fresh.ask("GET", "/v1/me", actor).status_code == 200
    accounts.disable(actor)
    assert fresh.ask("GET", "/v1/me", actor).status_code == 401


def test_a_key_beside_a_cookie_is_who_asks(attacked: World) -> None:
    """A request that says two things is judged by the key, and a wrong key is not made good."""
    cookies, _ = attacked.session()
    headers = {"Cookie": f"{COOKIE}={cookies[COOKIE]}", "Authorization": "Bearer rp_wrong"}
    assert attacked.client.get("/v1/me", headers=headers).status_code == 401


def test_a_name_of_ones_own_is_asked_for(attacked: World) -> None:
    """What a name resolves to proves nothing (DNS rebinding)."""
    for host in ("evil.example", "127.0.0.1.evil.example", "127.0.0.1@evil.example", "", "[::1"):
        said = attacked.client.get("/healthz", headers={"Host": host})
        assert said.status_code in {400, 421}, host


def test_all_that_is_said_is_kept_from_frames_scripts_and_caches(attacked: World) -> None:
    for path in ("/v1/me", "/v1/nothing", "/nothing", "/healthz", "/v1/openapi.json"):
        said = attacked.ask("GET", path).headers
        policy = said["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert said["x-content-type-options"] == "nosniff"
        assert said["cache-control"] == "no-store"
        assert said["referrer-policy"] == "same-origin"


def test_no_other_site_reads_an_answer(attacked: World) -> None:
    """No Access-Control header is sent, whoever asks."""
    for method in ("GET", "OPTIONS"):
        said = attacked.ask(
            method,
            "/v1/works",
            headers={"Origin": EVIL, "Access-Control-Request-Method": "POST"},
        )
        assert not [name for name in said.headers if name.startswith("access-control")]
