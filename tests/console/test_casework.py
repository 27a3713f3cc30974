"""The pages of cases, as somebody sees them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from reelprint.service.cookies import SESSION as COOKIE
from tests.capture.server import serving
from tests.console.cases import ANALYST, CASE, OTHER, PLAIN_SITE, REASON, SITE, Led, lead
from tests.console.conftest import Accessible, Opened
from tests.console.place import AUDITOR, AUTHORITY, SUE, Place

pytestmark = pytest.mark.long

LEE, MIN, NEW, CAP, ROOT = (
    f"{name}@police.example" for name in ("lee", "min", "new", "cap", "root")
)
ROLES = {
    LEE: "reviewer",
    MIN: "reviewer",
    NEW: "reviewer",
    CAP: "capturer",
    ROOT: "admin",
    ANALYST: "analyst",
}


@pytest.fixture(scope="module")
def led(server: Place, media: Path) -> Iterator[Led]:
    for actor, role in ROLES.items():
        server.desk.accounts.add_account(AUTHORITY, actor, [role])
    with serving() as site:
        yield lead(server, media / "mirrored.mp4", media / "music.mp3", site)


@pytest.fixture
def asked(server: Place, led: Led) -> Iterator[httpx.Client]:
    """Asks without a browser; `as_` says who."""
    with httpx.Client(base_url=server.url, timeout=60, trust_env=False) as client:
        yield client


def of(server: Place, actor: str) -> dict[str, str]:
    """The headers of somebody who is logged in."""
    return {"Cookie": f"{COOKIE}={server.session(actor).token}"}


PATHS: dict[str | None, tuple[str, ...]] = {
    ANALYST: (
        "/cases",
        "/cases/new",
        f"/cases/{CASE}",
        f"/cases/{CASE}/samples",
        f"/cases/{CASE}/findings",
        f"/cases/{CASE}/custody?check=1",
        "/sites",
        f"/sites/site?name={PLAIN_SITE}",
        "/links",
    ),
    LEE: (
        "/review",
        f"/review/frames?case={CASE}&finding=F000001",
        f"/cases/{CASE}",
        f"/cases/{CASE}/findings",
        f"/cases/{CASE}/custody",
        f"/sites/site?name={PLAIN_SITE}",
    ),
    AUDITOR: ("/audit?check=1", "/audit?act=cases.read&by=nobody", "/tests", "/account"),
    ROOT: ("/accounts", f"/accounts/{LEE}", "/account"),
    SUE: ("/catalogue", "/suspects", "/catalogue/add"),
    None: ("/verify", "/login"),
}


LOOKS = (("en", "light"), ("en", "dark"), ("ko", "light"), ("ko", "dark"))
PAGES = [(actor, path) for actor, paths in PATHS.items() for path in paths]


@pytest.mark.parametrize(("language", "theme"), LOOKS)
def test_every_page_is_accessible(
    server: Place, led: Led, opened: Opened, accessible: Accessible, language: str, theme: str
) -> None:
    _check(server, opened, accessible, PAGES, language, theme)


def _check(
    server: Place,
    opened: Opened,
    accessible: Accessible,
    pages: Sequence[tuple[str | None, str]],
    language: str,
    theme: str,
) -> None:
    looks = (("lang", language), ("theme", theme))
    preferred = [{"name": name, "value": value, "url": server.url} for name, value in looks]
    for actor, some in groupby(pages, key=itemgetter(0)):
        page = opened(actor)
        page.context.add_cookies(preferred)  # type: ignore[arg-type]
        for _, path in some:
            answer = page.goto(path)
            assert answer is not None
            assert answer.status == 200, path
            assert page.locator("html").get_attribute("lang") == language
            accessible(page)


def test_three_findings_are_reviewed_by_keyboard_alone(
    server: Place, led: Led, opened: Opened
) -> None:
    page = opened(LEE)
    page.goto("/review")
    heading = page.locator("#finding")
    expect(heading).to_contain_text(led.findings[0])
    page.keyboard.press("j")
    expect(heading).to_contain_text(led.findings[1])
    page.keyboard.press("k")
    expect(heading).to_contain_text(led.findings[0])
    for key, why in (("1", "the same hedge"), ("2", "another song"), ("3", "too short to say")):
        page.keyboard.press(key)
        page.keyboard.press("r")
        page.keyboard.type(why)
        page.keyboard.press("Enter")
        expect(page.locator(".notice.good")).to_be_visible()
    said = {r["disposition"]: r["reason"] for r in reviews(server, ANALYST, LEE)}
    assert said == {
        "confirmed": "the same hedge",
        "rejected": "another song",
        "unsure": "too short to say",
    }


def reviews(server: Place, reader: str, by: str) -> list[dict[str, str]]:
    with httpx.Client(base_url=server.url, trust_env=False) as client:
        found = client.get(f"/v1/cases/{CASE}/reviews", headers=of(server, reader)).json()
    items = found["items"] if isinstance(found, dict) else found
    return [one for one in items if one["by"] == by]


def test_a_finding_is_reviewed_without_script(led: Led, opened: Opened) -> None:
    page = opened(MIN, java_script_enabled=False)
    page.goto("/review")
    page.get_by_role("link", name="Show the frames").click()
    page.get_by_role("link", name="Back to the finding").click()
    page.get_by_role("radio", name="Unsure").check()
    page.get_by_role("textbox", name="Reason").fill("nothing of it")
    page.get_by_role("button", name="Record this review").click()
    expect(page.locator(".notice.good")).to_contain_text(f"{led.findings[0]} is left to others")
    expect(page.locator("#finding")).to_contain_text(led.findings[1])


def test_frames_stand_side_by_side(led: Led, opened: Opened) -> None:
    page = opened(MIN)
    page.goto(f"/review/frames?case={CASE}&finding={led.findings[0]}")
    expect(page.locator(".pair")).to_have_count(5)
    first = page.locator(".pair").first.locator("img")
    expect(first).to_have_count(2)
    assert first.first.evaluate("image => image.complete && image.naturalWidth > 100")


def test_a_reviewer_learns_no_names_and_no_opinions(
    server: Place, asked: httpx.Client, opened: Opened
) -> None:
    blind = of(server, NEW)
    paths = ["/review", "/cases", f"/cases/{CASE}", f"/cases/{CASE}/samples"]
    paths += [f"/cases/{CASE}/findings", f"/cases/{CASE}/custody", f"/cases/{CASE}/jobs", "/sites"]
    paths += [f"/sites/site?name={PLAIN_SITE}", "/links"]
    for path in paths:
        answer = asked.get(path, headers=blind)
        assert answer.status_code == 200, path
        for name in (ANALYST, OTHER, "secret of roy", "rejected by"):
            assert name not in answer.text, (path, name)
    seeing = asked.get(f"/cases/{CASE}/findings", headers=of(server, ANALYST)).text
    assert "secret of roy" in seeing


def test_strangers_text_is_text(server: Place, led: Led, opened: Opened) -> None:
    """Site, title, source and reason are markup; the browser sees none, and says nothing."""
    page = opened(ANALYST)
    for path in (
        f"/cases/{CASE}",
        *(f"/cases/{CASE}/{p}" for p in ("samples", "findings", "custody")),
        "/sites",
    ):
        page.goto(path)
        assert page.locator("main script, main img[src=x], main b").count() == 0, path
    page.goto("/sites")
    page.get_by_role("link", name=SITE).click()
    expect(page.locator("h1")).to_have_text(f"Site {SITE}")
    page.goto(f"/cases/{CASE}/findings")
    expect(page.get_by_text(REASON)).to_be_visible()


def test_what_is_missing_of_a_capture_is_drawn_and_listed(led: Led, opened: Opened) -> None:
    page = opened(ANALYST)
    page.goto(f"/cases/{CASE}/samples")
    expect(
        page.get_by_role("img", name="Missing: 0:06.0 – 0:08.0: asked for, not received whole")
    ).to_have_count(1)
    row = page.locator("article.sample table tr", has_text="asked for, not received whole")
    expect(row).to_contain_text("status 404")
    expect(page.locator(".point.readable")).not_to_have_count(0)


REFUSED = {
    LEE: ("/cases/new", "/accounts", "/audit"),
    CAP: (f"/cases/{CASE}/findings", "/review", "/links", f"/sites/site?name={PLAIN_SITE}"),
    ROOT: ("/cases", f"/cases/{CASE}", "/review", "/audit"),
    SUE: ("/cases", "/sites", "/review", "/links"),
    AUDITOR: ("/accounts", "/review"),
}


def test_the_wrong_role_gets_a_page_that_says_so(server: Place, asked: httpx.Client) -> None:
    for actor, paths in REFUSED.items():
        mine = of(server, actor)
        for path in paths:
            answer = asked.get(path, headers=mine)
            assert answer.status_code == 403, (actor, path)
            assert "<h1" in answer.text
            part = asked.get(path, headers={**mine, "HX-Request": "true"})
            assert part.status_code == 403
            assert "<html" not in part.text
    assert asked.get("/cases").headers["location"].startswith("/login?next=")
    part = asked.get(f"/cases/{CASE}/jobs", headers={"HX-Request": "true"})
    assert (part.status_code, part.headers["hx-redirect"]) == (401, "/login?next=/cases/C-1/jobs")


def test_another_organisations_case_is_not_there(server: Place, asked: httpx.Client) -> None:
    server.desk.accounts.add_organisation("customs", "Customs", "authority")
    server.desk.accounts.add_account(
        "customs", "zoe@customs.example", ["analyst", "reviewer", "exporter"]
    )
    hers = of(server, "zoe@customs.example")
    for path in ("", "/jobs", "/samples", "/findings", "/custody"):
        assert asked.get(f"/cases/{CASE}{path}", headers=hers).status_code == 404, path
    frames = f"/review/frames?case={CASE}&finding=F000001"
    for path in (frames, f"/review?of={CASE}", f"/sites/site?name={PLAIN_SITE}"):
        assert asked.get(path, headers=hers).status_code == 404, path
    assert CASE not in asked.get("/cases", headers=hers).text
    assert PLAIN_SITE not in asked.get("/sites", headers=hers).text


def test_nothing_is_done_without_the_sessions_token(server: Place, asked: httpx.Client) -> None:
    mine = of(server, ANALYST)
    for path in ("/cases", f"/cases/{CASE}/examine", "/links", "/review", "/accounts"):
        assert asked.post(path, headers=mine, data={"case": CASE}).status_code == 403, path


def test_what_cannot_be_opened_is_said_on_the_form(server: Place, asked: httpx.Client) -> None:
    session = server.session(ANALYST)
    said = {"csrf": session.csrf, "case_id": CASE, "authority": "a complaint <b>"}
    mine = {"Cookie": f"{COOKIE}={session.token}"}
    answer = asked.post("/cases", headers=mine, data=said)
    assert answer.status_code == 422
    assert "there is a case C-1 already" in answer.text
    assert 'value="a complaint &lt;b&gt;"' in answer.text
    wrong = asked.post("/cases", headers=mine, data={**said, "case_id": "C-3", "sampling": "often"})
    assert "is no sampling policy" in wrong.text


def test_a_case_is_opened(led: Led, opened: Opened) -> None:
    page = opened(ANALYST)
    page.goto("/cases/new")
    page.fill("[name=case_id]", "C-2")
    page.fill("[name=authority]", "a complaint <b>")
    page.get_by_role("button", name="Open the case").click()
    expect(page.locator("h1")).to_have_text("Case C-2")
    expect(page.locator(".notice.good")).to_contain_text("Case C-2 is open")


def test_links_are_looked_for_and_shown(led: Led, opened: Opened) -> None:
    page = opened(ANALYST)
    page.goto("/links")
    page.get_by_role("checkbox", name="C-2").set_checked(False)
    page.get_by_role("button", name="Look for links").click()
    expect(page.locator("#graph")).to_be_visible()
    expect(page.locator("nav[aria-label=Pages]")).to_have_count(1)


def test_jobs_of_a_case_move_and_end_on_the_page(led: Led, opened: Opened) -> None:
    page = opened()
    page.goto(f"/cases/{CASE}")
    page.fill("[name=source]", "http://192.0.2.7/live.m3u8")
    page.get_by_role("button", name="Take the sample").click()
    expect(page.locator(".notice.good")).to_contain_text("The sample will be taken")
    expect(page.locator("#case-jobs .status").first).to_have_text("done")
    page.get_by_role("link", name="Show what came of it").click()
    expect(page.locator("dl.facts")).to_contain_text("Samples3")


def test_the_audit_log_is_filtered_paged_and_checked(
    server: Place, asked: httpx.Client, opened: Opened
) -> None:
    accounts = server.desk.accounts
    ann, _ = accounts.principal_of_session(server.session(ANALYST).token)
    for _ in range(60):  # more than a page
        accounts.record(ann, "cases.read", "cases")
    page = opened(AUDITOR)
    page.goto(f"/audit?by={ANALYST}&act=cases.read")
    rows = page.locator(".data tbody tr")
    expect(rows).not_to_have_count(0)
    assert {ANALYST} == set(page.locator(".data td.col-who").all_inner_texts())
    page.goto(f"/audit?check=1&noted={'f' * 64}")
    expect(page.locator(".notice.bad")).to_contain_text("the head that was noted is not in the log")
    page.goto("/audit")
    newest = page.locator(".data td.number").first.inner_text()
    page.get_by_role("link", name="Next").click()
    expect(page.locator(".data td.number").first).not_to_have_text(newest)
    mine = of(server, AUDITOR)
    assert "64 hexadecimal digits" in asked.get("/audit?check=1&noted=zz", headers=mine).text
    assert asked.get("/audit?before=-1", headers=mine).status_code == 422


def test_an_account_is_added_given_a_key_and_disabled(led: Led, opened: Opened) -> None:
    page = opened(ROOT)
    page.goto("/accounts")
    page.fill("[name=actor]", "ada@police.example")
    page.get_by_role("checkbox", name="Analyst").check()
    page.get_by_role("button", name="Add an account").click()
    expect(page.locator("h1")).to_have_text("ada@police.example")
    page.get_by_role("textbox", name="What it is for").fill("<b>crawl</b>")
    page.get_by_role("button", name="Issue a key").click()
    expect(page.locator("pre.secret")).to_contain_text("rp_")
    page.reload()
    page.goto("/accounts/ada@police.example")
    expect(page.locator("pre.secret")).to_have_count(0)
    expect(page.get_by_text("<b>crawl</b>").first).to_be_visible()
    page.get_by_role("button", name="Disable").first.click()
    page.locator("#disable-it").get_by_role("button", name="Disable").click()
    expect(page.locator(".page-head .status")).to_have_text("disabled")


def test_nobody_reaches_accounts_of_another_organisation(
    server: Place, asked: httpx.Client
) -> None:
    session = server.session(SUE)
    hers = {"Cookie": f"{COOKIE}={session.token}"}
    assert asked.get("/accounts", headers=hers).status_code == 200
    for path in (f"/accounts/{LEE}", f"/accounts?organisation={AUTHORITY}"):
        assert asked.get(path, headers=hers).status_code == 404, path
    said = {"csrf": session.csrf, "roles": "analyst", "label": "x"}
    for act in ("roles", "disable", "enable", "link", "keys", "keys/k_0/revoke"):
        answer = asked.post(f"/accounts/{LEE}/{act}", headers=hers, data=said)
        assert answer.status_code == 404, act


NO_PACKAGE = {"en": "This is no evidence package.", "ko": "증거 패키지가 아닙니다."}
NO_FILE = {"en": "Choose a file first.", "ko": "먼저 파일을 선택하십시오."}
HOSTILE = {
    "en": b"PK\x03\x04" + b"\xff" * 26 + b"\0" * 4096,  # a file of 4 GB, it says
    "ko": b"PK\x03\x04" + b"\0" * 22 + b"\x0b\0\0\0" + b"../../etc/x",
}


@pytest.mark.parametrize("language", ["en", "ko"])
def test_hostile_packages_end_in_a_sentence(
    server: Place, asked: httpx.Client, language: str
) -> None:
    mine, name = {"Cookie": f"lang={language}"}, '<svg onload=alert(1)>"../x.zip'
    for data, said in ((HOSTILE[language], NO_PACKAGE), (b"", NO_FILE)):
        answer = asked.post("/verify", headers=mine, files={"package": (name, data)})
        assert said[language] in answer.text
        assert "<svg onload" not in answer.text
    assert not list((server.desk.workspace.home / "service").glob("verify-*"))


def test_a_form_that_breaks_off_or_is_none_ends_in_a_sentence(asked: httpx.Client) -> None:
    kind = {"Content-Type": "multipart/form-data; boundary=x"}
    for headers, body in ((kind, b"--x\r\nContent-Disp"), ({"Content-Type": "text/plain"}, b"x")):
        answer = asked.post("/verify", headers=headers, content=body)
        assert 400 <= answer.status_code < 500
        assert "did not arrive whole" in answer.text
    wrong = asked.post("/verify", files={"package": ("a", b"a")}, data={"signer": "not one"})
    assert (wrong.status_code, "64 hexadecimal digits" in wrong.text) == (422, True)


def test_another_site_cannot_have_visitors_check_packages(asked: httpx.Client) -> None:
    headers = {"Origin": "https://elsewhere.example", "Sec-Fetch-Site": "cross-site"}
    answer = asked.post("/verify", headers=headers, files={"package": ("a", b"a")})
    assert answer.status_code == 403
