"""OpenID Connect, the part that needs no network: what is asked, and what answers are believed.

Authorization code flow (OpenID Connect Core 1.0, 3.1) with PKCE (RFC 7636, S256), state and nonce;
tokens are judged by `accounts.oidc_tokens`. Whoever asks is `reelprint.desk.oidc`.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

SCOPE = "openid email"
WELL_KNOWN = "/.well-known/openid-configuration"
MOST_CODE = 4096  # characters
_BYTES = 32  # of each secret
_FORM = ("Content-Type", "application/x-www-form-urlencoded")
Headers = tuple[tuple[str, str], ...]


class NotBelieved(ValueError):
    """A provider, or somebody in its name, said what is not believed; the message says why, for
    the audit log and not for whoever logs in."""


@dataclass(frozen=True, slots=True)
class Client:
    """What this service is to a provider."""

    id: str
    redirect_uri: str
    secret: str | None = field(default=None, repr=False)  # None: a public client


@dataclass(frozen=True, slots=True)
class Provider:
    """What a provider says of itself."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    posts_secret: bool  # in the body of a request, for it takes none in a header


@dataclass(frozen=True, slots=True)
class Begun:
    """The secrets of one log-in."""

    state: str = field(repr=False)  # goes round by way of the provider
    browser: str = field(repr=False)  # stays in a cookie
    nonce: str = field(repr=False)  # comes back in the token
    verifier: str = field(repr=False)  # shown with the code

    @classmethod
    def new(cls) -> Begun:
        """Secrets of 256 random bits each."""
        return cls(*(secrets.token_urlsafe(_BYTES) for _ in range(4)))

    @property
    def challenge(self) -> str:
        """What is said of the verifier beforehand (RFC 7636, 4.2)."""
        digest = hashlib.sha256(self.verifier.encode("ascii")).digest()
        return base64.urlsafe_b64encode(digest).decode("ascii").rstrip("=")


def metadata_url(issuer: str) -> str:
    """Where a provider says what it is (OpenID Connect Discovery 1.0, 4)."""
    return issuer.rstrip("/") + WELL_KNOWN


def is_safe(url: str, lab: bool) -> bool:
    """Whether what is said to a URL stays between two: https, or in a lab this machine alone.

    >>> is_safe("https://id.example/", False), is_safe("http://localhost:9/", True)
    (True, True)
    >>> is_safe("http://localhost:9/", False), is_safe("http://id.example/", True)
    (False, False)
    """
    if not url.isascii() or not url.isprintable():
        return False
    try:
        parts = urlsplit(url)
        name = parts.hostname or ""
    except ValueError:
        return False
    return bool(name) and (
        parts.scheme == "https" or (lab and parts.scheme == "http" and _is_here(name))
    )


def provider_of(document: bytes, issuer: str, lab: bool = False) -> Provider:
    """What a provider says of itself. Raises NotBelieved when that is another issuer, or leads to
    what is not safe."""
    said = json_object(document)
    if said.get("issuer") != issuer:
        raise NotBelieved(f"the provider calls itself {str(said.get('issuer'))[:200]!r}")
    methods = said.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    takes = methods if isinstance(methods, list) else []
    posts = "client_secret_basic" not in takes and "client_secret_post" in takes
    return Provider(
        issuer,
        _endpoint(said, "authorization_endpoint", lab),
        _endpoint(said, "token_endpoint", lab),
        _endpoint(said, "jwks_uri", lab),
        posts,
    )


def authorization_url(provider: Provider, client: Client, begun: Begun) -> str:
    """Where the browser is sent."""
    parameters = {
        "response_type": "code",
        "scope": SCOPE,
        "client_id": client.id,
        "redirect_uri": client.redirect_uri,
        "state": begun.state,
        "nonce": begun.nonce,
        "code_challenge": begun.challenge,
        "code_challenge_method": "S256",
    }
    joint = "&" if urlsplit(provider.authorization_endpoint).query else "?"
    return provider.authorization_endpoint + joint + urlencode(parameters)


def token_request(
    provider: Provider, client: Client, code: str, verifier: str
) -> tuple[bytes, Headers]:
    """What is posted for a code: body and headers. Raises NotBelieved for what is no code."""
    if not 0 < len(code) <= MOST_CODE or not code.isascii() or not code.isprintable():
        raise NotBelieved("the code is none")
    form = {"grant_type": "authorization_code", "code": code, "code_verifier": verifier}
    form |= {"redirect_uri": client.redirect_uri}
    headers: Headers = (_FORM,)
    if client.secret is None:
        form |= {"client_id": client.id}
    elif provider.posts_secret:
        form |= {"client_id": client.id, "client_secret": client.secret}
    else:
        headers = (_FORM, ("Authorization", _basic(client.id, client.secret)))
    return urlencode(form).encode("ascii"), headers


def id_token_of(document: bytes) -> str:
    """The token in what a provider answers. Raises NotBelieved."""
    token = json_object(document).get("id_token")
    if not isinstance(token, str):
        raise NotBelieved("the provider gave no id_token")
    return token


def json_object(document: bytes) -> Mapping[str, Any]:
    """A JSON object. Raises NotBelieved."""
    try:
        said = json.loads(document)
    except (ValueError, RecursionError) as error:
        raise NotBelieved("what the provider said is no JSON") from error
    if not isinstance(said, dict):
        raise NotBelieved("what the provider said is no JSON object")
    return said


def _endpoint(said: Mapping[str, Any], name: str, lab: bool) -> str:
    url = said.get(name)
    if not isinstance(url, str) or not is_safe(url, lab):
        raise NotBelieved(f"the provider names no {name} of https")
    return url


def _is_here(name: str) -> bool:
    try:
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False


def _basic(name: str, secret: str) -> str:
    """Who asks (RFC 6749, 2.3.1)."""
    pair = f"{quote(name, safe='')}:{quote(secret, safe='')}"
    return "Basic " + base64.b64encode(pair.encode("ascii")).decode("ascii")
