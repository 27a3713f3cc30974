"""What an OpenID provider says, and what of it is believed: tokens forged in every way."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OKPKey, RSAKey

from accounts.oidc import (
    Begun,
    Client,
    NotBelieved,
    authorization_url,
    id_token_of,
    provider_of,
    token_request,
)
from accounts.oidc_keys import ASK_EVERY_S, KEEP_S, KeyRing, Keys
from accounts.oidc_tokens import _REGISTRY, Expected, Identity, identity, key_id

ISSUER, CLIENT, NONCE, NOW = "https://id.example", "reelprint", "n" * 43, 1_790_000_000.0
EXPECTED = Expected(ISSUER, CLIENT, NONCE, NOW)
RSA = RSAKey.generate_key(2048, {"kid": "rsa"}, private=True)
EC = ECKey.generate_key("P-256", {"kid": "ec"}, private=True)
ED = OKPKey.generate_key("Ed25519", {"kid": "ed"}, private=True)
EC_OWN = ECKey.generate_key("P-256", {"kid": "own"}, private=True)
SIGNERS: dict[str, Any] = {"RS256": RSA, "ES256": EC, "EdDSA": ED, "Ed25519": ED}
CLAIMS: dict[str, Any] = {
    "iss": ISSUER,
    "aud": CLIENT,
    "sub": "248289761001",
    "exp": NOW + 300,
    "iat": NOW,
    "nonce": NONCE,
    "email": "kim@police.example",
    "email_verified": True,
}
METADATA = {
    "issuer": ISSUER,
    "authorization_endpoint": ISSUER + "/authorize",
    "token_endpoint": ISSUER + "/token",
    "jwks_uri": ISSUER + "/jwks",
}


def jwks(*keys: Any) -> bytes:
    return json.dumps(KeySet(list(keys)).as_dict(private=False)).encode()


KEYS = Keys.of(jwks(RSA, EC, ED))


def token(alg: str = "RS256", header: dict[str, Any] | None = None, **changed: Any) -> str:
    """One with these claims changed; those that are None are left out."""
    claims = {k: v for k, v in {**CLAIMS, **changed}.items() if v is not None}
    key = SIGNERS[alg]
    said = {"alg": alg, "kid": key.kid, **(header or {})}
    return jwt.encode(said, claims, key, registry=_REGISTRY)


def raw(header: dict[str, Any], claims: dict[str, Any] | bytes, signature: bytes = b"") -> str:
    """One that no library would make."""
    body = claims if isinstance(claims, bytes) else json.dumps(claims).encode()
    parts = (json.dumps(header).encode(), body, signature)
    return ".".join(base64.urlsafe_b64encode(one).decode().rstrip("=") for one in parts)


def by_secret(secret: bytes) -> str:
    """As where a public key is taken for a secret that is shared."""
    said = raw({"alg": "HS256", "kid": "rsa"}, CLAIMS).rpartition(".")[0]
    made = hmac.new(secret, said.encode(), "sha256").digest()
    return f"{said}.{base64.urlsafe_b64encode(made).decode().rstrip('=')}"


@pytest.mark.parametrize("alg", SIGNERS)
def test_what_the_provider_signed_is_believed(alg: str) -> None:
    said = token(alg)
    assert identity(said, KEYS, EXPECTED) == Identity(ISSUER, "248289761001", "kim@police.example")
    assert key_id(said) == SIGNERS[alg].kid


def test_a_token_without_a_key_id_is_taken_where_there_is_one_key() -> None:
    claims = dict(CLAIMS)
    said = jwt.encode({"alg": "ES256"}, claims, EC, ["ES256"])
    assert identity(said, KEYS, EXPECTED).subject == "248289761001"
    other = ECKey.generate_key("P-256", {"kid": "ec2"}, private=True)
    with pytest.raises(NotBelieved, match="does not name"):
        identity(said, Keys.of(jwks(EC, other)), EXPECTED)


FORGED: dict[str, Callable[[], str]] = {
    "no signature": lambda: raw({"alg": "none"}, CLAIMS),
    "no signature, in capitals": lambda: raw({"alg": "NONE", "kid": "rsa"}, CLAIMS),
    "the signature cut off": lambda: token().rpartition(".")[0] + ".",
    "the public key as a secret": lambda: by_secret(RSA.as_pem(private=False)),
    "another's key under this name": lambda: jwt.encode(
        {"alg": "ES256", "kid": "ec"},
        dict(CLAIMS),
        ECKey.generate_key("P-256", {"kid": "ec"}, private=True),
    ),
    "a key that it brings along": lambda: jwt.encode(
        {"alg": "ES256", "jwk": EC_OWN.as_dict(private=False)}, dict(CLAIMS), EC_OWN
    ),
    "a key of another kind": lambda: token("ES256", {"kid": "rsa"}),
    "a key that is not known": lambda: token("RS256", {"kid": "none"}),
    "another algorithm of the same key": lambda: jwt.encode(
        {"alg": "RS512", "kid": "rsa"}, dict(CLAIMS), RSA, ["RS512"]
    ),
    "a token of another kind": lambda: token("RS256", {"typ": "at+jwt"}),
    "what must be understood and is not": lambda: raw(
        {"alg": "RS256", "kid": "rsa", "crit": ["exp"], "exp": 1}, CLAIMS, b"x" * 256
    ),
    "a claim changed": lambda: _swapped(token(), b"248289761001", b"248289761002"),
    "another issuer": lambda: token(iss="https://evil.example"),
    "an issuer with a slash": lambda: token(iss=ISSUER + "/"),
    "no issuer": lambda: token(iss=None),
    "another audience": lambda: token(aud="another"),
    "an audience in capitals": lambda: token(aud="Reelprint"),
    "an audience that holds it": lambda: token(aud="reelprint-admin"),
    "two audiences and no party": lambda: token(aud=[CLIENT, "another"]),
    "made for another party": lambda: token(aud=[CLIENT, "another"], azp="another"),
    "made for another party alone": lambda: token(azp="another"),
    "no audience": lambda: token(aud=None),
    "expired": lambda: token(exp=NOW - 60),
    "never expires": lambda: token(exp=None),
    "expires in no number": lambda: token(exp="2099-01-01"),
    "expires in true": lambda: token(exp=True),
    "expires never at all": lambda: token(exp=float("inf")),
    "expires beyond all numbers": lambda: token(exp=10**400),
    "made in the future": lambda: token(iat=NOW + 120),
    "made long ago": lambda: token(iat=NOW - 3600, exp=NOW + 3600),
    "counts later": lambda: token(nbf=NOW + 120),
    "no time": lambda: token(iat=None),
    "of another log-in": lambda: token(nonce="m" * 43),
    "of no log-in": lambda: token(nonce=None),
    "a nonce that is a list": lambda: token(nonce=[NONCE]),
    "no subject": lambda: token(sub=None),
    "an empty subject": lambda: token(sub=""),
    "a subject without end": lambda: token(sub="x" * 256),
    "a subject that looks like another": lambda: token(sub="\u0430dmin"),
    "a subject that is a number": lambda: token(sub=248289761001),
    "too long": lambda: token(more="x" * 20_000),
    "nested too deeply": lambda: raw({"alg": "RS256"}, b"[" * 10_000, b"x" * 256),
    "no token": lambda: "abc",
    "nothing": lambda: "",
    "not of ASCII": lambda: "é.é.é",
    "two tokens": lambda: token() + "." + token(),
}


def _swapped(said: str, old: bytes, new: bytes) -> str:
    head, body, signature = said.split(".")
    claims = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)).replace(old, new)
    return ".".join((head, base64.urlsafe_b64encode(claims).decode().rstrip("="), signature))


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED.keys())
def test_what_is_forged_is_not_believed(forge: Callable[[], str]) -> None:
    with pytest.raises(NotBelieved):
        identity(forge(), KEYS, EXPECTED)


@pytest.mark.parametrize("verified", [None, False, "true", 1, "yes"])
def test_an_address_counts_only_when_it_is_verified(verified: object) -> None:
    assert identity(token(email_verified=verified), KEYS, EXPECTED).email is None
    assert identity(token(email=["kim@police.example"]), KEYS, EXPECTED).email is None


def test_clocks_may_differ_a_little() -> None:
    changes: list[dict[str, Any]] = [
        {"exp": NOW - 59},
        {"iat": NOW + 60},
        {"nbf": NOW + 60},
        {"iat": NOW - 600},
    ]
    for changed in changes:
        identity(token(**changed), KEYS, EXPECTED)
    with pytest.raises(NotBelieved, match="expired"):
        identity(token(), KEYS, replace(EXPECTED, now=NOW + 360))


@given(st.data())
def test_no_byte_of_a_token_can_be_changed(data: st.DataObject) -> None:
    said = token("EdDSA")
    place = data.draw(st.integers(0, len(said) - 1))
    other = data.draw(st.sampled_from("ABCxyz019-_.=+/ é\n"))
    changed = said[:place] + other + said[place + 1 :]
    try:
        found = identity(changed, KEYS, EXPECTED)
    except NotBelieved:
        return
    assert found == identity(said, KEYS, EXPECTED)  # bits of base64 that mean nothing


@pytest.mark.filterwarnings("ignore::joserfc.errors.SecurityWarning")
def test_keys_that_must_not_sign_are_left_out() -> None:
    def public(key: Any, **more: Any) -> dict[str, Any]:
        return {**key.as_dict(private=False), **more}

    said: list[Any] = [
        {"kty": "oct", "k": "c2VjcmV0", "kid": "oct"},
        public(RSA, kid="enc", use="enc"),
        RSA.as_dict(private=True),
        public(RSAKey.generate_key(1024, private=True), kid="weak"),
        {"kty": "RSA", "n": "!", "e": "AQAB", "kid": "bad"},
        {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA", "kid": "off"},
        {"kty": "AKP", "kid": "new"},
        {"kid": "none"},
        "x",
        None,
        public(EC, kid="good"),
    ]
    found = Keys.of(json.dumps({"keys": said}).encode())
    assert [one.kid for one in found.keys] == ["good"]
    for nothing in (b"", b"[]", b'{"keys": {}}', b"{", b"[" * 100_000):
        with pytest.raises(NotBelieved):
            Keys.of(nothing)


def test_a_key_for_another_algorithm_signs_nothing() -> None:
    keys = Keys.of(json.dumps({"keys": [{**RSA.as_dict(private=False), "alg": "PS256"}]}).encode())
    with pytest.raises(NotBelieved, match="does not name"):
        identity(token(), keys, EXPECTED)
    other = ECKey.generate_key("P-384", {"kid": "ec"}, private=True)
    with pytest.raises(NotBelieved, match="signature"):
        identity(token("ES256"), Keys.of(jwks(other)), EXPECTED)


class TestKeyRing:
    """Keys are asked for when one is not known, and not more often."""

    now = 0.0
    asked = 0
    given: tuple[Any, ...] = ()

    def ring(self) -> KeyRing:
        def ask() -> bytes:
            self.asked += 1
            return jwks(*self.given)

        return KeyRing(ask, lambda: self.now)

    def test_a_new_key_is_found_and_strange_ones_ask_once_a_minute(self) -> None:
        self.given = (RSA,)
        ring = self.ring()
        assert ring.having("rsa").knows("rsa")
        self.given = (RSA, EC)
        for _ in range(20):
            assert not ring.having("ec").knows("ec")
        assert self.asked == 1
        self.now += ASK_EVERY_S
        assert ring.having("ec").knows("ec")
        for _ in range(20):
            ring.having("strange")
            ring.having("rsa")
        assert self.asked == 2

    def test_a_key_that_was_taken_back_is_forgotten(self) -> None:
        self.given = (RSA, EC)
        ring = self.ring()
        assert ring.having("ec").knows("ec")
        self.given = (RSA,)
        self.now += KEEP_S
        assert not ring.having("ec").knows("ec")


@pytest.mark.parametrize(
    "changed",
    [
        {"issuer": ISSUER + "/"},
        {"issuer": None},
        {"token_endpoint": "http://id.example/token"},
        {"token_endpoint": "http://127.0.0.1/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": None},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"authorization_endpoint": "https://id.example/\nx"},
        {"authorization_endpoint": "https://"},
    ],
)
def test_a_provider_that_leads_elsewhere_is_not_believed(changed: dict[str, Any]) -> None:
    with pytest.raises(NotBelieved):
        provider_of(json.dumps({**METADATA, **changed}).encode(), ISSUER)


def test_what_a_provider_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    provider = provider_of(json.dumps(METADATA).encode(), ISSUER)
    begun = Begun("s" * 43, "b" * 43, NONCE, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    client = Client("a client", "https://reelprint.example/login/oidc/callback", "a/secret")
    url = authorization_url(provider, client, begun)
    # The challenge is that of RFC 7636, appendix B.
    assert "code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&" in url
    assert url.startswith(ISSUER + "/authorize?response_type=code&scope=openid+email&")
    for secret in (begun.browser, begun.verifier):
        assert secret not in url
    body, headers = token_request(provider, client, "c0de&x=y", begun.verifier)
    assert b"code=c0de%26x%3Dy&" in body
    assert b"secret" not in body
    basic = base64.b64encode(b"a%20client:a%2Fsecret").decode()
    assert ("Authorization", f"Basic {basic}") in headers
    body, headers = token_request(replace(provider, posts_secret=True), client, "c", "v")
    assert b"client_secret=a%2Fsecret" in body
    assert len(headers) == 1
    body, _ = token_request(provider, replace(client, secret=None), "c", "v")
    assert b"client_id=a+client" in body
    assert "secret" not in repr(client)
    for code in ("", "x" * 5000, "a\r\nb", "é"):
        with pytest.raises(NotBelieved):
            token_request(provider, client, code, "v")


@pytest.mark.parametrize(
    "said", [b"", b"null", b"{}", b'{"id_token": 1}', b"\xff", b'{"a":' * 9000]
)
def test_an_answer_without_a_token_is_not_believed(said: bytes) -> None:
    with pytest.raises(NotBelieved):
        id_token_of(said)
