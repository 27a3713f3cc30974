"""Logging in by an OpenID provider: who asks it, and what becomes of its answers.

What is asked and believed is in `accounts.oidc`; here is the network, through `capture` and its
policy: https and public addresses, or, where private ones are allowed, this machine.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from accounts import visits
from accounts.errors import NotKnown
from accounts.oidc import (
    Begun,
    Client,
    Headers,
    NotBelieved,
    Provider,
    authorization_url,
    id_token_of,
    is_safe,
    metadata_url,
    provider_of,
    token_request,
)
from accounts.oidc_keys import KeyRing
from accounts.oidc_tokens import Expected, Identity, identity, key_id
from accounts.records import Session
from accounts.visits import Visit
from capture.asking import NotAnswered, ask
from capture.clock import SystemClock
from capture.connection import Network
from capture.limits import Limits
from capture.policy import Policy
from reelprint.desk.desk import Desk
from reelprint.desk.errors import NotFound

CALLBACK = "/login/oidc/callback"
WITHIN_S = int(visits.WITHIN_S)  # how long a log-in may be on its way
_AT_ONCE, _PATIENCE_S = 4, 1.0
_KEEP_S = 3600.0  # what a provider says of itself
_MOST_SECRET = 4096  # bytes
_BAD_REQUEST = 400


class Introducer:
    """One provider, as this service is known to it. Any number of threads may use it."""

    def __init__(self, issuer: str, client: Client, network: Network) -> None:
        self.issuer, self.client = issuer, client
        self._network = network
        self._ring = KeyRing(self._asked_for_keys, network.clock.monotonic)
        self._lock = threading.Lock()
        self._turns = threading.BoundedSemaphore(_AT_ONCE)
        self._known: tuple[float, Provider] | None = None

    def address(self, begun: Begun) -> str:
        """Where to send a browser. Raises NotBelieved, NotAnswered."""
        with self._turn():
            return authorization_url(self._provider(), self.client, begun)

    def identity(self, code: str, visit: Visit) -> Identity:
        """Who a code is for. Raises NotBelieved, NotAnswered."""
        with self._turn():
            return self._identity(code, visit)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """While a provider is slow, only some threads of the service wait for it."""
        if not self._turns.acquire(timeout=_PATIENCE_S):
            raise NotAnswered("the OpenID provider is slow, and others wait for it")
        try:
            yield
        finally:
            self._turns.release()

    def _provider(self) -> Provider:
        with self._lock:
            now = self._network.clock.monotonic()
            if self._known is None or now - self._known[0] >= _KEEP_S:
                said = ask(metadata_url(self.issuer), self._network)
                lab = self._network.policy.allow_private
                self._known = now, provider_of(said, self.issuer, lab)
            return self._known[1]

    def _identity(self, code: str, visit: Visit) -> Identity:
        provider = self._provider()
        content, headers = token_request(provider, self.client, code, visit.verifier)
        token = id_token_of(self._answer(provider.token_endpoint, content, headers))
        keys = self._ring.having(key_id(token))
        now = self._network.clock.wall().timestamp()
        return identity(token, keys, Expected(self.issuer, self.client.id, visit.nonce, now))

    def _answer(self, url: str, content: bytes, headers: Headers) -> bytes:
        try:
            return ask(url, self._network, content, headers)
        except NotAnswered as error:
            if error.status == _BAD_REQUEST:  # as for a code that was used (RFC 6749, 5.2)
                raise NotBelieved("the provider does not take the code") from error
            raise

    def _asked_for_keys(self) -> bytes:
        return ask(self._provider().jwks_uri, self._network)


def begin(desk: Desk, path: str, address: str) -> tuple[str, str]:
    """Where to send a browser that wants to log in, and what its cookie is to hold. Raises
    NotFound without a provider, Throttled, NotAnswered."""
    introducer = introducer_of(desk)
    begun = desk.accounts.begin_oidc(path, address)
    try:
        return introducer.address(begun), begun.browser
    except NotBelieved as error:
        raise OSError(f"the OpenID provider cannot be used: {error}") from error


def finish(
    desk: Desk, state: str, browser: str, code: str | None, address: str
) -> tuple[Session, str]:
    """A session for who came back from the provider with a code, and the path they were going to.
    Raises NotKnown, whatever is wrong, NotFound without a provider, NotAnswered."""
    introducer = introducer_of(desk)
    visit = desk.accounts.end_oidc(state, browser)
    try:
        if code is None:
            raise NotBelieved("the provider gave no code")
        who = introducer.identity(code, visit)
    except NotBelieved as error:
        facts = {"how": "oidc", "from": introducer.issuer, "why": str(error)}
        desk.accounts.record(None, "log_in", "nobody known", "refused", facts)
        raise NotKnown from error
    session = desk.accounts.log_in_by_oidc(who.issuer, who.subject, who.email, address)
    return session, visit.path


def introducer_of(desk: Desk) -> Introducer:
    """The provider that the settings name. Raises NotFound, OSError, ValueError."""
    said, lab = desk.config.oidc, desk.config.allow_private_addresses
    if said is None:
        raise NotFound("nobody logs in by OpenID Connect here")
    secret = said.client_secret_file
    file = None if secret is None else desk.workspace.home / secret
    return _introducer(said.issuer, said.client_id, file, desk.config.url + CALLBACK, lab)


@lru_cache(maxsize=8)
def _introducer(
    issuer: str, client_id: str, secret: Path | None, redirect_uri: str, lab: bool
) -> Introducer:
    if not is_safe(issuer, lab):
        raise OSError(f"the OpenID provider {issuer!r} is not one of https")
    network = Network(Policy(allow_private=lab), Limits(), SystemClock())
    return Introducer(issuer, Client(client_id, redirect_uri, _secret(secret)), network)


def _secret(file: Path | None) -> str | None:
    if file is None:
        return None
    with file.open("rb") as opened:
        return opened.read(_MOST_SECRET).decode("utf-8").strip()
