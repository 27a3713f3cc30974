"""Whether an id token is what a provider said for one log-in (OpenID Connect Core 1.0, 3.1.3.7)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError, UnsupportedAlgorithmError

from accounts import tokens
from accounts.oidc import NotBelieved, json_object
from accounts.oidc_keys import Keys, SignatureKey

# No `none`, and nothing whose key is a shared secret: a public key would be one for everybody.
KEY_TYPES: Mapping[str, str] = {"RS256": "RSA", "ES256": "EC", "EdDSA": "OKP", "Ed25519": "OKP"}
LEEWAY_S = 60.0  # between two clocks
FRESH_S = 600.0  # a token is made for the log-in at hand
MOST_TOKEN = 16 * 1024  # characters
_MOST_HEADER = 4096  # bytes; some hold certificates
_MOST_SUBJECT = 255  # as the specification has it


@dataclass(frozen=True, slots=True)
class Expected:
    """What the token of one log-in has to say; `now` is in seconds since 1970."""

    issuer: str
    client_id: str
    nonce: str = field(repr=False)
    now: float


@dataclass(frozen=True, slots=True)
class Identity:
    """Who somebody is to a provider."""

    issuer: str
    subject: str
    email: str | None  # only what the provider says is verified


def key_id(token: str) -> str | None:
    """Which key a token says it is signed with, before anything of it is believed. Raises
    NotBelieved for what is no token that could be."""
    kid = _header(token).get("kid")
    return kid if isinstance(kid, str) else None


def identity(token: str, keys: Keys, expected: Expected) -> Identity:
    """Who a token says somebody is. Raises NotBelieved."""
    claims = _verified(token, keys)
    _check_audience(claims, expected)
    _check_times(claims, expected.now)
    nonce, subject = claims.get("nonce"), claims.get("sub")
    if not isinstance(nonce, str) or not tokens.same(nonce, expected.nonce):
        raise NotBelieved("the token is of another log-in: its nonce")
    if not isinstance(subject, str) or not 0 < len(subject) <= _MOST_SUBJECT:
        raise NotBelieved("the token names no subject")
    if not subject.isascii() or not subject.isprintable():
        raise NotBelieved("the token's subject is not of ASCII")
    return Identity(expected.issuer, subject, _email(claims))


def _header(token: str) -> Mapping[str, Any]:
    if len(token) > MOST_TOKEN or not token.isascii():
        raise NotBelieved("the token is too long, or no text")
    try:
        header = jws.extract_compact(token.encode("ascii")).headers()
    except (JoseError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise NotBelieved("the token cannot be read") from error
    if not isinstance(header, dict) or header.get("alg") not in KEY_TYPES:
        raise NotBelieved("the token is signed in a way that is not taken")
    if str(header.get("typ", "JWT")).upper() != "JWT":
        raise NotBelieved("the token is of another kind")
    return header


def _verified(token: str, keys: Keys) -> Mapping[str, Any]:
    """The claims of a token that one of the keys signed."""
    header = _header(token)
    alg = str(header["alg"])
    candidates = keys.named(key_id(token), KEY_TYPES[alg])
    fit = [one for one in candidates if one.get("alg", alg) == alg]
    if len(fit) != 1:
        raise NotBelieved("the token is signed with a key that the provider does not name")
    return json_object(_payload(token, fit[0]))


class _Registry(jws.JWSRegistry):
    """The ways to sign that are taken; joserfc's own warns of the name EdDSA each time."""

    max_header_length = _MOST_HEADER

    def get_alg(self, name: str) -> Any:
        if name not in KEY_TYPES:
            raise UnsupportedAlgorithmError(name)
        return self.algorithms[name]


# What is unknown in a header is ignored, as RFC 7515 asks, unless `crit` names it.
_REGISTRY = _Registry(strict_check_header=False)


def _payload(token: str, key: SignatureKey) -> bytes:
    try:
        return jws.deserialize_compact(token, key, registry=_REGISTRY).payload
    except (JoseError, ValueError, TypeError) as error:
        raise NotBelieved("the token's signature is not the provider's") from error


def _check_audience(claims: Mapping[str, Any], expected: Expected) -> None:
    if claims.get("iss") != expected.issuer:
        raise NotBelieved("the token is of another issuer")
    said = claims.get("aud")
    audience = said if isinstance(said, list) else [said]
    if expected.client_id not in audience:
        raise NotBelieved("the token is for another audience")
    party = claims.get("azp", expected.client_id if len(audience) == 1 else None)
    if party != expected.client_id:
        raise NotBelieved("the token was made for another client")


def _check_times(claims: Mapping[str, Any], now: float) -> None:
    issued, expires = _time(claims, "iat"), _time(claims, "exp")
    begins = _time(claims, "nbf") if "nbf" in claims else issued
    if now >= expires + LEEWAY_S:
        raise NotBelieved("the token has expired")
    if max(issued, begins) > now + LEEWAY_S:
        raise NotBelieved("the token is of the future")
    if now - issued > FRESH_S:
        raise NotBelieved("the token is too old for this log-in")


def _time(claims: Mapping[str, Any], name: str) -> float:
    said = claims.get(name)
    try:
        found = float(said) if isinstance(said, int | float) else math.nan
    except OverflowError:
        found = math.inf
    if isinstance(said, bool) or not math.isfinite(found):
        raise NotBelieved(f"the token has no {name}")
    return found


def _email(claims: Mapping[str, Any]) -> str | None:
    said = claims.get("email")
    verified = claims.get("email_verified") is True  # "true" and 1 are not
    return said if verified and isinstance(said, str) else None
