"""Logging in by an OpenID provider: a real one on loopback, and one that lies."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from accounts.errors import NotKnown, Throttled
from reelprint.desk import oidc
from reelprint.desk.desk import Desk
from reelprint.desk.errors import NotFound
from reelprint.service.config import Config, Oidc
from reelprint.service.cookies import LOGIN as COOKIE
from reelprint.service.cookies import SESSION
from reelprint.workspace import Workspace
from tests.reelprint.desk.provider import Claims, Liar, lying, new_key
from tests.reelprint.service.running import serving

KIM, LEE, EVE = "kim@police.example", "lee@police.example", "eve@police.example"
HERE = "192.0.2.1"
HIDDEN = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of the provider's own libraries


CONFIG = Config(port=0, public_url="http://127.0.0.1:8470", allow_private_addresses=True)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with accounts."""
    made = tmp_path_factory.mktemp("oidc") / "home"
    Workspace.create(made)
    with closing(Desk.open(made, CONFIG)) as opened:
        opened.accounts.add_organisation("police", "Police", "authority")
        for actor in (KIM, LEE):
            opened.accounts.add_account("police", actor, ["analyst"])
    return made


@pytest.fixture
def home(begun: Path, tmp_path: Path) -> Path:
    """The same, to be changed."""
    return shutil.copytree(begun, tmp_path / "home")


@pytest.fixture
def desk(home: Path) -> Iterator[Desk]:
    """With no provider yet."""
    with closing(Desk.open(home, CONFIG)) as opened:
        yield opened


def introduced(desk: Desk, issuer: str, secret: Path | None = None, **changed: Any) -> Desk:
    """The same desk with a provider."""
    config = replace(desk.config, oidc=Oidc(issuer, "reelprint", secret), **changed)
    return replace(desk, config=config)


def new_browser(url: str) -> httpx.Client:
    """One that keeps cookies and shows where it is sent."""
    return httpx.Client(base_url=url, timeout=30.0, verify=False)


class TestRealProvider:
    """`oidc-provider-mock`, asked by the service itself."""

    @pytest.fixture
    def issuer(self) -> Iterator[str]:
        import oidc_provider_mock

        def user(sub: str, email: str, verified: bool) -> Any:
            claims = {"email": email, "email_verified": verified}
            return oidc_provider_mock.User(sub=sub, claims=claims)

        known = [
            user("sub-kim", KIM, True),
            user("sub-lee", LEE, False),
            user("sub-eve", EVE, True),
            user("sub-other", KIM, True),
        ]
        with oidc_provider_mock.run_server_in_thread(
            require_nonce=True, user_claims=known
        ) as server:
            yield f"http://localhost:{server.server_port}"

    @pytest.fixture
    def browser(self, desk: Desk, issuer: str) -> Iterator[httpx.Client]:
        (desk.workspace.home / "secret").write_text("any", encoding="utf-8")
        with serving(introduced(desk, issuer, Path("secret"))) as url, new_browser(url) as opened:
            yield opened

    def back(self, browser: httpx.Client, who: str, to: str = "/cases") -> str:
        """Where the provider sends a browser that went there and logged in; path and query."""
        sent = browser.get("/login/oidc", params={"next": to})
        assert sent.status_code == 303
        came = httpx.post(sent.headers["location"], verify=False, data={"sub": who})
        assert came.status_code == 302
        parts = urlsplit(came.headers["location"])
        return f"{parts.path}?{parts.query}"

    @HIDDEN
    def test_who_the_provider_knows_is_logged_in(self, browser: httpx.Client, desk: Desk) -> None:
        came = browser.get(self.back(browser, "sub-kim"))
        assert (came.status_code, came.headers["location"]) == (303, "/cases")
        who, _ = desk.accounts.principal_of_session(browser.cookies[SESSION])
        assert (who.actor, who.via) == (KIM, "session")
        assert COOKIE not in browser.cookies
        lines = [one for one in desk.accounts.audit_before(None, limit=2)]
        assert [(one.by, one.act) for one in lines] == [(KIM, "log_in"), (None, "identity.bind")]

    @HIDDEN
    @pytest.mark.parametrize("who", ["sub-lee", "sub-eve"], ids=["unverified", "no account"])
    def test_nobody_gets_in_by_an_address_alone(
        self, browser: httpx.Client, desk: Desk, who: str
    ) -> None:
        came = browser.get(self.back(browser, who))
        assert came.status_code == 403
        assert SESSION not in browser.cookies
        assert [one.actor for one in desk.accounts.accounts()] == [KIM, LEE]
        (line,) = desk.accounts.audit_before(None, limit=1)
        assert (line.act, line.outcome) == ("log_in", "refused")

    @HIDDEN
    def test_an_account_is_bound_to_one_subject(self, browser: httpx.Client, desk: Desk) -> None:
        assert browser.get(self.back(browser, "sub-kim")).status_code == 303
        before = browser.cookies[SESSION]
        assert browser.get(self.back(browser, "sub-other")).status_code == 403
        assert browser.get(self.back(browser, "sub-kim")).status_code == 303
        with pytest.raises(NotKnown):
            desk.accounts.principal_of_session(before)  # one browser is one session
        desk.accounts.disable(KIM)
        assert browser.get(self.back(browser, "sub-kim")).status_code == 403

    @HIDDEN
    def test_a_way_back_is_gone_once_and_by_its_own_browser(
        self, browser: httpx.Client, desk: Desk
    ) -> None:
        way = self.back(browser, "sub-kim")
        assert browser.get(way).status_code == 303
        browser.cookies.clear()
        assert browser.get(way).status_code == 403  # a state that was used
        way = self.back(browser, "sub-kim")
        stranger = new_browser(str(browser.base_url))
        self.back(stranger, "sub-eve")
        assert stranger.get(way).status_code == 403  # its browser has another cookie
        stranger.close()
        assert browser.get(way).status_code == 403  # and what was shown to a stranger is spent

    @HIDDEN
    def test_who_says_no_or_comes_from_nowhere_stays_out(
        self, browser: httpx.Client, desk: Desk
    ) -> None:
        state = parse_qs(urlsplit(self.back(browser, "sub-kim")).query)["state"][0]
        assert browser.get(f"/login/oidc/callback?code=x&state={state}").status_code == 403
        (line,) = desk.accounts.audit_before(None, limit=1)
        assert line.facts["why"] == "the provider does not take the code"
        sent = browser.get("/login/oidc")
        came = httpx.post(sent.headers["location"], verify=False, data={"action": "deny"})
        query = urlsplit(came.headers["location"]).query
        for way in (query, "state=x&code=y", "", "code=" + "x" * 4000, "state=%00&code=%ff"):
            assert browser.get(f"/login/oidc/callback?{way}").status_code in (403, 422)

    @HIDDEN
    def test_nobody_is_sent_elsewhere(self, browser: httpx.Client) -> None:
        for to in ("https://evil.example/", "//evil.example", "/\\evil", "x", ""):
            assert browser.get(self.back(browser, "sub-kim", to)).headers["location"] == "/"


@pytest.fixture
def liar() -> Iterator[Liar]:
    """A provider that says of everybody that they are kim."""
    with lying() as provider:
        now = int(time.time())
        provider.claims = {
            **{"iss": provider.issuer, "aud": "reelprint", "sub": "1", "iat": now, "exp": now + 60},
            **{"email": KIM, "email_verified": True},
        }
        yield provider


def visit(desk: Desk, liar: Liar, code: str = "c") -> Callable[[], object]:
    """A browser that went there; called, it comes back. The provider knows its nonce."""
    url, browser = oidc.begin(desk, "/", HERE)
    query = parse_qs(urlsplit(url).query)
    liar.claims["nonce"] = query["nonce"][0]
    return lambda: oidc.finish(desk, query["state"][0], browser, code, HERE)


def test_a_provider_that_says_the_truth_is_believed(desk: Desk, liar: Liar) -> None:
    with_provider = introduced(desk, liar.issuer)
    url, browser = oidc.begin(with_provider, "/works", HERE)
    query = parse_qs(urlsplit(url).query)
    liar.claims["nonce"] = query["nonce"][0]
    session, path = oidc.finish(with_provider, query["state"][0], browser, "c", HERE)
    assert (session.actor, path) == (KIM, "/works")
    ((_, form),) = [one for one in liar.asked if one[0] == "/token"]
    assert form["redirect_uri"] == ["http://127.0.0.1:8470/login/oidc/callback"]
    assert form["client_id"] == ["reelprint"]
    assert len(form["code_verifier"][0]) == 43


LIES: dict[str, Callable[[Liar, Claims], str]] = {
    "another issuer": lambda liar, said: liar.sign({**said, "iss": "http://127.0.0.1:1"}),
    "another audience": lambda liar, said: liar.sign({**said, "aud": "another"}),
    "expired": lambda liar, said: liar.sign({**said, "exp": said["iat"] - 100}),
    "the nonce of another log-in": lambda liar, said: liar.sign({**said, "nonce": "x" * 43}),
    "no nonce": lambda liar, said: liar.sign({k: v for k, v in said.items() if k != "nonce"}),
    "not verified": lambda liar, said: liar.sign({**said, "email_verified": False}),
    "nobody here": lambda liar, said: liar.sign({**said, "email": EVE}),
    "no token": lambda liar, said: "",
    "not signed": lambda liar, said: liar.sign(said).rpartition(".")[0] + ".",
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
def test_a_lie_lets_nobody_in(desk: Desk, liar: Liar, lie: Callable[[Liar, Claims], str]) -> None:
    with_provider = introduced(desk, liar.issuer)
    come_back = visit(with_provider, liar)
    liar.token = lambda said: lie(liar, said)
    before = desk.accounts.head().entries
    with pytest.raises(NotKnown):
        come_back()
    (line,) = desk.accounts.audit(None, before - 1)
    assert (line.act, line.outcome, line.facts["how"]) == ("log_in", "refused", "oidc")


def test_a_token_that_was_used_lets_nobody_in_again(desk: Desk, liar: Liar) -> None:
    with_provider = introduced(desk, liar.issuer)
    come_back = visit(with_provider, liar)
    replayed = liar.sign(dict(liar.claims))
    come_back()
    liar.token = lambda _: replayed
    with pytest.raises(NotKnown):
        visit(with_provider, liar)()


def test_a_key_that_is_new_is_asked_for_once_a_minute(desk: Desk, liar: Liar) -> None:
    with_provider = introduced(desk, liar.issuer)
    visit(with_provider, liar)()
    liar.key, old = new_key("second"), liar.key
    for _ in range(3):
        with pytest.raises(NotKnown):
            visit(with_provider, liar)()
    assert [path for path, _ in liar.asked].count("/jwks") == 1
    liar.named, liar.key = [old], old
    visit(with_provider, liar)()


@pytest.mark.parametrize(
    "said", [{"issuer": "http://127.0.0.1:1"}, {"token_endpoint": "http://id.example/"}]
)
def test_a_provider_that_is_another_is_not_used(
    desk: Desk, liar: Liar, said: dict[str, str]
) -> None:
    liar.metadata = dict(said)
    with pytest.raises(OSError, match="the OpenID provider cannot be used"):
        oidc.begin(introduced(desk, liar.issuer), "/", HERE)


def test_this_machine_is_asked_in_a_lab_alone(desk: Desk, liar: Liar) -> None:
    https = liar.issuer.replace("http://", "https://")
    for issuer in (liar.issuer, "http://id.example", "file:///etc/passwd", ""):
        with pytest.raises(OSError, match="is not one of https"):
            oidc.begin(introduced(desk, issuer, allow_private_addresses=False), "/", HERE)
    with pytest.raises(OSError, match="private address"):
        oidc.begin(introduced(desk, https, allow_private_addresses=False), "/", HERE)
    assert liar.asked == []
    with pytest.raises(NotFound):
        oidc.begin(desk, "/", HERE)


def test_a_slow_provider_does_not_hold_the_service_up(
    desk: Desk, liar: Liar, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_provider = introduced(desk, liar.issuer)
    monkeypatch.setattr(oidc, "_PATIENCE_S", 0.01)
    introducer = oidc.introducer_of(with_provider)
    with ExitStack() as others:
        for _ in range(4):
            others.enter_context(introducer._turn())
        with pytest.raises(OSError, match="others wait for it"):
            oidc.begin(with_provider, "/", HERE)
    oidc.begin(with_provider, "/", HERE)


def test_a_log_in_comes_back_in_time_and_nobody_begins_without_end(desk: Desk, liar: Liar) -> None:
    with_provider = introduced(desk, liar.issuer)
    for _ in range(60):
        oidc.begin(with_provider, "/", HERE)
    with pytest.raises(Throttled):
        oidc.begin(with_provider, "/", HERE)
    oidc.begin(with_provider, "/", "198.51.100.7")


def test_a_secret_is_read_from_its_file(desk: Desk, liar: Liar, home: Path) -> None:
    (home / "oidc-secret").write_text("hidden\n", encoding="utf-8")
    with_provider = introduced(desk, liar.issuer, Path("oidc-secret"))
    assert oidc.introducer_of(with_provider).client.secret == "hidden"
    visit(with_provider, liar)()
    assert "hidden" not in str(liar.asked)  # it is in a header, as the provider is told to take it
