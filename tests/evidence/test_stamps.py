"""Time stamps by a real authority, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture.connection import Network
from capture.limits import Limits
from capture.policy import Policy
from evidence.building import build
from evidence.contents import Contents
from evidence.der import _certificates, _within, with_sorted_certificates
from evidence.stamps import BadStamp, Stamp, query, roots_of
from evidence.verifying import verify
from reelprint.stamping import Authority as Asked
from reelprint.stamping import StampBook
from reelprint.workspace import Workspace
from tests.capture.server import QuickClock, Site, reply, serving
from tests.evidence.authority import OPENSSL, Authority, new_authority
from tests.evidence.casebook import KEY, LAB, Casebook
from tests.evidence.conftest import SHALLOW, checked, sealed
from tests.evidence.forging import files_of, resealed, sha256, zipped
from tests.reelprint.service.running import UNHURRIED, running

pytestmark = pytest.mark.skipif(OPENSSL is None, reason="there is no openssl to be an authority")


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return new_authority(tmp_path_factory.mktemp("tsa"))


def book(folder: Path, site: Site | None, policy: Policy = LAB) -> StampBook:
    network = Network(policy, Limits(), QuickClock())
    asked = Asked(site.url("/tsa"), network) if site else None
    return StampBook(folder / "time-stamps", asked)


@pytest.fixture
def site(authority: Authority) -> Iterator[Site]:
    with serving() as running:
        running.answers["/tsa"] = authority.over_http
        yield running


def stamped(contents: Contents, folder: Path, stamps: StampBook) -> Path:
    path = folder / "case.evidence.zip"
    with path.open("wb") as out:
        build(contents, KEY, out, stamps.stamp)
    return path


def test_a_package_with_time_stamps(
    contents: Contents, casebook: Casebook, authority: Authority, site: Site, tmp_path: Path
) -> None:
    stamps = book(tmp_path, site)
    sealed_capture = casebook.captures[casebook.readable] / "manifest.json"
    answer = stamps.stamp(sealed_capture.read_bytes())
    assert answer is not None
    whole = replace(contents, capture_stamps={casebook.readable: answer})
    path = stamped(whole, tmp_path, stamps)
    found = verify(path, replace(SHALLOW, roots=authority.roots))
    stamps_found = [c for c in found.checks if c.name == "time stamp"]
    assert [c.state for c in stamps_found] == ["ok", "ok"]
    assert all(c.detail.endswith(", under CN=A root") for c in stamps_found)
    assert found.holds
    unrooted = verify(path, SHALLOW)
    assert unrooted.holds
    assert {c.state for c in unrooted.checks if c.name == "time stamp"} == {"not checked"}
    manifest = files_of(path)["manifest.json"]
    assert b"not yet time-stamped" in manifest  # of the other capture


def test_an_authority_that_nobody_trusts(
    contents: Contents, site: Site, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = new_authority(tmp_path_factory.mktemp("other"))
    path = stamped(contents, tmp_path, book(tmp_path, site))
    assert checked(path, replace(SHALLOW, roots=other.roots)) == {"time stamp"}


@pytest.mark.long
def test_the_service_checks_stamps_of_the_authorities_in_its_settings(
    contents: Contents, authority: Authority, site: Site, tmp_path: Path
) -> None:
    path = stamped(contents, tmp_path, book(tmp_path, site))
    other = new_authority_in(tmp_path / "other")
    (tmp_path / "home").mkdir()
    Workspace.create(tmp_path / "home")
    for files, state in (((), "not checked"), ((other,), "fail"), ((other, authority), "ok")):
        roots = tuple(one.folder / "ca.pem" for one in files)
        config = replace(UNHURRIED, timestamp_authorities=roots)
        with running(tmp_path / "home", config) as service, service.client() as nobody:
            found = nobody.post("/v1/verify", content=path.read_bytes()).json()
        (said,) = (one for one in found["checks"] if one["name"] == "time stamp")
        assert said["state"] == state
        assert found["verify"] == ("fail" if state == "fail" else "ok")
        assert said["detail"].endswith(", under CN=A root") == (state == "ok")


def new_authority_in(folder: Path) -> Authority:
    folder.mkdir()
    return new_authority(folder, "Another root")


def test_roots_are_named_of_those_alone_that_vouch(authority: Authority, tmp_path: Path) -> None:
    stamp = Stamp.of(authority_answer(authority))
    mine, other = authority.roots, new_authority_in(tmp_path / "other").roots
    assert stamp.vouched_by(roots_of(mine + other)) == "CN=A root"


def test_a_stamp_of_something_else(
    package: Path, authority: Authority, tmp_path: Path, casebook: Casebook
) -> None:
    files = files_of(package)
    answer = authority.answer(query(b"something else"))
    path = zipped({**files, "SHA256SUMS.tsr": answer}, tmp_path / "x.zip")
    assert checked(path) == {"time stamp"}
    named = f"stamps/{casebook.readable}.tsr"
    assert checked(resealed({**files, named: answer}, tmp_path / "y.zip")) == {"time stamp"}


def test_a_stamp_from_before_the_capture(
    contents: Contents, authority: Authority, tmp_path: Path, casebook: Casebook
) -> None:
    """A case that says it is of next century, stamped today."""
    samples = tuple(replace(s, ended_at="2126-01-05T12:00:00Z") for s in contents.dossier.samples)
    later = replace(contents, dossier=replace(contents.dossier, samples=samples))
    path = sealed(later, tmp_path)
    files = files_of(path)
    answer = authority.answer(query(files["SHA256SUMS"]))
    path = zipped({**files, "SHA256SUMS.tsr": answer}, tmp_path / "x.zip")
    (check,) = (c for c in verify(path, SHALLOW).checks if c.name == "time stamp")
    assert check.state == "fail"
    assert "before what it stamps was there" in check.detail


@given(st.data())
def test_what_is_no_stamp(package: Path, authority: Authority, data: st.DataObject) -> None:
    whole = authority_answer(authority)
    at = data.draw(st.integers(0, len(whole) - 1))
    changed = data.draw(st.sampled_from([whole[:at], whole[:at] + b"\xff" + whole[at + 1 :]]))
    try:
        Stamp.of(changed)
    except BadStamp:
        return


def authority_answer(authority: Authority, kept: dict[Path, bytes] = {}) -> bytes:  # noqa: B006
    if authority.folder not in kept:
        kept[authority.folder] = authority.answer(query(b"data"))
    return kept[authority.folder]


def test_certificates_may_come_in_any_order(authority: Authority) -> None:
    answer = authority_answer(authority)
    sorted_ = with_sorted_certificates(answer)
    certificates = _certificates(answer)
    members = [answer[one.at : one.end] for one in _within(answer, certificates)]
    assert len(members) == 2
    for order in (members, members[::-1]):
        came = answer[: certificates.start] + b"".join(order) + answer[certificates.end :]
        assert with_sorted_certificates(came) == sorted_
        assert Stamp.of(came).trusted(roots_of(authority.roots)) is None


@given(st.binary(max_size=60))
def test_other_bytes_stay_as_they_are(data: bytes) -> None:
    assert sorted(with_sorted_certificates(data)) == sorted(data)


def test_offline_it_waits_and_says_so(contents: Contents, site: Site, tmp_path: Path) -> None:
    away = book(tmp_path, None)
    path = stamped(contents, tmp_path, away)
    files = files_of(path)
    assert b'"without_it":"not yet time-stamped"' in files["manifest.json"]
    assert b"NOT YET TIME-STAMPED" in files["README-VERIFY.txt"]
    assert checked(path) == set()
    assert list(away.ask_again()) == [
        (sha256(files["SHA256SUMS"]), "no time-stamp authority is configured")
    ]
    online = book(tmp_path, site)
    assert [why for _, why in online.ask_again()] == [None]
    answer = online.stamp(files["SHA256SUMS"])
    assert answer is not None
    later = zipped({**files, "SHA256SUMS.tsr": answer}, tmp_path / "later.zip")
    assert checked(later) == set()


def test_an_authority_is_bound_by_the_policy(site: Site, tmp_path: Path) -> None:
    for_the_public = book(tmp_path, site, Policy())
    assert for_the_public.stamp(b"data") is None
    ((_, why),) = for_the_public.ask_again()
    assert why is not None
    assert "private address" in why
    assert site.asked == []


@pytest.mark.parametrize(
    "answer",
    [reply(b"no", 500), reply(b"hm", headers={"Content-Type": "application/timestamp-reply"})],
)
def test_an_answer_that_is_none(site: Site, tmp_path: Path, answer: object) -> None:
    site.answers["/tsa"] = answer  # type: ignore[assignment]
    stamps = book(tmp_path, site)
    assert stamps.stamp(b"data") is None
    assert len(stamps.pending) == 1
