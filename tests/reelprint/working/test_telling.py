"""Webhooks: what is told, how it is signed, and whom nothing is told."""

from __future__ import annotations

import hashlib
import hmac
import json
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from jobs.job import Hook, Job
from reelprint.working.context import TryAgain
from reelprint.working.telling import SIGNATURE, tell
from tests.capture.server import Asked, Site, in_turn, redirect, reply, serving
from tests.capture.test_tls import chain
from tests.reelprint.working.conftest import ANN, POLICE, Service

__all__ = ["chain"]  # a fixture


class Inbox:
    """What a server was told: headers and bodies."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []

    def __call__(self, asked: Asked) -> None:
        length = int(asked.headers["Content-Length"])
        self.got.append((dict(asked.headers.items()), asked.rfile.read(length)))
        reply(b"thanks")(asked)


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as running:
        yield running


@pytest.fixture
def inbox(site: Site) -> Inbox:
    made = Inbox()
    site.answers["/in"] = made
    return made


def hooked(service: Service, url: str) -> Hook:
    """A webhook, and a job that failed, of which it is to be told."""
    hook = service.queue.hooks.add(POLICE, ANN, url, ["*"])
    service.submit("identify")
    lease = service.queue.take("w", ("identify",))
    assert lease is not None
    assert lease.failed("no such thing", retry=False)
    return hook


def test_an_event_is_told_and_signed(empty: Service, site: Site, inbox: Inbox) -> None:
    hook = hooked(empty, site.url("/in"))
    told = empty.next()
    assert told.result == {"status": 200}
    ((headers, body),) = inbox.got
    said = json.loads(body)
    assert said["id"] == told.id
    assert said["event"] == "identify.failed"
    assert (said["job"]["state"], said["job"]["problem"]) == ("failed", "no such thing")
    assert headers["Content-Type"] == "application/json"
    at, v1 = (part.split("=")[1] for part in headers[SIGNATURE].split(","))
    expected = hmac.new(hook.secret.encode(), f"{at}.".encode() + body, hashlib.sha256)
    assert v1 == expected.hexdigest()


def test_one_that_does_not_answer_with_success_is_told_again(
    empty: Service, site: Site, inbox: Inbox
) -> None:
    site.answers["/in"] = in_turn(reply(b"", 500), inbox)
    hooked(empty, site.url("/in"))
    lease = empty.queue.take("w", ("webhook",))
    assert lease is not None
    with pytest.raises(TryAgain, match="did not answer with success"):
        tell(empty.context(), lease.job)
    assert tell(empty.context(), lease.job) == {"status": 200}
    assert json.loads(inbox.got[0][1])["id"] == lease.job.id


def test_redirects_are_not_followed(empty: Service, site: Site, inbox: Inbox) -> None:
    site.answers["/away"] = redirect(site.url("/in"))
    hooked(empty, site.url("/away"))
    with pytest.raises(TryAgain):
        empty.next()
    assert inbox.got == []


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/in",
        "http://localhost:{port}/in",
        "http://[::1]:{port}/in",
        "http://2130706433:{port}/in",
        "http://169.254.169.254/latest/meta-data",
        "http://user:secret@127.0.0.1:{port}/in",
        "http://127.0.0.1:22/",
    ],
)
def test_addresses_inside_are_not_asked_and_not_told_of(
    empty: Service, site: Site, inbox: Inbox, url: str
) -> None:
    empty.allow_private = False
    hooked(empty, url.format(port=site.port))
    with pytest.raises((ValueError, TryAgain)) as caught:
        empty.next()
    assert inbox.got == []
    assert not any(word in str(caught.value) for word in ("127", "private", "refused", "::1"))


def test_a_removed_webhook_is_told_nothing(empty: Service, site: Site, inbox: Inbox) -> None:
    hook = hooked(empty, site.url("/in"))
    empty.queue.hooks.remove(hook.id)
    done = empty.next()
    assert done.result is not None
    assert done.result["status"] is None
    assert inbox.got == []


def test_a_webhook_of_another_organisation_is_told_nothing(
    empty: Service, site: Site, inbox: Inbox
) -> None:
    theirs = empty.queue.hooks.add("other", ANN, site.url("/in"), ["*"])
    forged: dict[str, Any] = {"hook": theirs.id, "event": "a.b", "at": "", "body": {}}
    done: Job = empty.do("webhook", **forged)
    assert done.result is not None
    assert done.result["status"] is None
    assert inbox.got == []


@pytest.mark.parametrize("trusted", [True, False])
def test_nothing_is_said_to_a_server_that_is_not_trusted(
    empty: Service, chain: Path, trusted: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(chain.parent / "authority.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    inbox = Inbox()
    with serving(context) as site:
        site.answers["/in"] = inbox
        hooked(empty, site.url("/in"))
        if trusted:
            assert empty.next().result == {"status": 200}
        else:
            with pytest.raises(TryAgain):
                empty.next()
    assert len(inbox.got) == trusted
