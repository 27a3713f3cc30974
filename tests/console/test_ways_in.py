"""What comes from elsewhere through a real browser: people whom an OpenID provider knows, and a
package of a holder's fingerprints."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from evidence.signing import SigningKey
from reelprint.desk.desk import Desk
from reelprint.fpk import trust
from reelprint.service.config import Config, Oidc
from reelprint.service.cookies import SESSION as COOKIE
from reelprint.workspace import Workspace
from tests.console.conftest import PATIENCE_MS, Opened
from tests.console.place import SUE, Place
from tests.reelprint.conftest import SHORT, CommandLine, work
from tests.reelprint.service.running import MANY, serving

# The provider's own libraries warn.
pytestmark = [pytest.mark.long, pytest.mark.filterwarnings("ignore::DeprecationWarning")]

KIM, EVE = "kim@police.example", "eve@police.example"
LOOPBACK = ("127.0.0.1", "localhost")


@pytest.fixture
def issuer() -> Iterator[str]:
    """A provider on loopback that knows two people, of whom one has an account here."""
    import oidc_provider_mock

    def user(name: str, email: str) -> oidc_provider_mock.User:
        return oidc_provider_mock.User(sub=name, claims={"email": email, "email_verified": True})

    known = [user("sub-kim", KIM), user("sub-eve", EVE)]
    with oidc_provider_mock.run_server_in_thread(require_nonce=True, user_claims=known) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def desk(tmp_path: Path, issuer: str) -> Iterator[Desk]:
    """A service that sends people to that provider."""
    home = Workspace.create(tmp_path / "home").home
    (home / "secret").write_text("any", encoding="utf-8")
    config = Config(
        port=free_port(),
        workers=0,
        allow_private_addresses=True,
        anonymous_requests_a_minute=MANY,
        oidc=Oidc(issuer, "reelprint", Path("secret")),
    )
    with closing(Desk.open(home, config)) as opened:
        opened.accounts.add_organisation("police", "Police", "authority")
        opened.accounts.add_account("police", KIM, ["analyst"])
        yield opened


@pytest.fixture
def page(browser: Browser, desk: Desk) -> Iterator[Page]:
    """A browser that nobody is logged in with, and that reaches nothing but this machine."""
    with serving(desk) as url, browser.new_context(base_url=url) as context:
        context.set_default_timeout(PATIENCE_MS)
        context.route("**/*", _stay_here)  # the provider's pages ask for styles elsewhere
        yield context.new_page()


def test_a_button_leads_to_the_provider_and_back_to_the_page(page: Page, desk: Desk) -> None:
    page.goto("/suspects")
    page.wait_for_url("**/login?next=/suspects")
    page.get_by_role("link", name="Log in with your organisation").click()
    page.get_by_role("button", name="sub-kim").click()
    page.wait_for_url("**/suspects")
    expect(page.get_by_role("heading", level=1)).to_have_text("Suspects")
    expect(page.locator(".who-name")).to_have_text(KIM)
    (cookie,) = [one for one in page.context.cookies() if one.get("name") == COOKIE]
    assert (cookie.get("httpOnly"), cookie.get("sameSite")) == (True, "Lax")
    page.get_by_role("button", name="Log out").click()
    page.goto("/suspects")
    page.wait_for_url("**/login?next=/suspects")


@pytest.mark.parametrize("who", ["sub-eve", "Deny"])
def test_whoever_has_no_account_is_told_so_on_a_page(page: Page, desk: Desk, who: str) -> None:
    page.goto("/login")
    page.get_by_role("link", name="Log in with your organisation").click()
    page.get_by_role("button", name=who).click()
    page.wait_for_url("**/login/oidc/callback?**")
    expect(page.locator("main")).to_contain_text("log in again")
    assert COOKIE not in {one.get("name") for one in page.context.cookies()}
    assert [one.actor for one in desk.accounts.accounts()] == [KIM]


def test_a_holders_package_is_registered_and_is_the_holders_alone(
    server: Place, opened: Opened, tmp_path: Path
) -> None:
    key = tmp_path / "key.pem"
    key.write_bytes(SigningKey.new().pem)
    film = tmp_path / "Lapse.mp4"
    shutil.copy(work(SHORT), film)
    film.write_bytes(film.read_bytes() + b"\0")  # another file than the one that is registered
    package = tmp_path / "studio.fpk"
    run = CommandLine(tmp_path / "none")
    assert run("fingerprint", film, "--key", key, "-o", package).code == 0
    home, signer = server.desk.workspace.home, SigningKey.of(key.read_bytes()).signer
    page = opened(SUE)
    page.goto("/catalogue/add")
    page.locator("#file").set_input_files(package)
    page.get_by_role("button", name="Add", exact=True).click()
    page.wait_for_url("**/jobs/j_*")
    expect(page.get_by_text("which nobody here trusts")).to_be_visible()
    trust.write(home, {signer.fingerprint: "the studio"})
    page.goto("/catalogue/add")
    page.locator("#file").set_input_files(package)
    page.get_by_role("button", name="Add", exact=True).click()
    page.wait_for_url("**/jobs/j_*")
    page.get_by_role("link", name="studio:Lapse").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Lapse")
    expect(page.locator("main")).to_contain_text("from package")
    other = server.desk.accounts.add_organisation("rival", "A Rival", "holder")
    server.desk.accounts.add_account(other.id, "rita@rival.example", ["holder"])
    rival = opened("rita@rival.example")
    rival.goto("/catalogue?q=lapse")
    expect(rival.locator("main")).not_to_contain_text("Lapse")


def free_port() -> int:
    """A port that nothing listens on: what a provider sends a browser back to is known before."""
    with closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        port: int = one.getsockname()[1]
        return port


def _stay_here(route: Route) -> None:
    if urlsplit(route.request.url).hostname in LOOPBACK:
        route.continue_()
    else:
        route.abort()
