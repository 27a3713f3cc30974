"""The keys of a provider: which are used, and when it is asked for them anew."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, OKPKey, RSAKey

from accounts.oidc import NotBelieved, json_object

ASK_EVERY_S = 60.0  # however many tokens name a key that is not known
KEEP_S = 3600.0  # a key that the provider took back counts no longer than this
_LEAST_RSA = 2048  # bits
_MOST = 64  # keys of one provider
SignatureKey = RSAKey | ECKey | OKPKey
Ask = Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Keys:
    """Public keys that sign, each with its `kid` if it has one."""

    keys: tuple[SignatureKey, ...]

    @classmethod
    def of(cls, document: bytes) -> Keys:
        """Those of a JSON Web Key Set (RFC 7517) that can be used; others are left out. Raises
        NotBelieved for what is no set."""
        said = json_object(document).get("keys")
        if not isinstance(said, list):
            raise NotBelieved("the provider's keys are none")
        return cls(tuple(_usable(said[:_MOST])))

    def named(self, kid: str | None, key_type: str) -> list[SignatureKey]:
        """Those of a type that a token may be signed with."""
        fit = [one for one in self.keys if one.key_type == key_type]
        return fit if kid is None else [one for one in fit if one.kid == kid]

    def knows(self, kid: str | None) -> bool:
        """Whether there is a key of this name; of none, whether there are keys."""
        return bool(self.keys) if kid is None else any(one.kid == kid for one in self.keys)


class KeyRing:
    """The keys of one provider, asked for when they are needed. Any number of threads may use it.

    `ask` gives the set as it is now, and may raise OSError; `monotonic` is in seconds.
    """

    def __init__(self, ask: Ask, monotonic: Callable[[], float]) -> None:
        self._ask = ask
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._keys = Keys(())
        self._asked: float | None = None

    def having(self, kid: str | None) -> Keys:
        """The keys, asked for anew where this one is not among them, at most once a minute. Raises
        NotBelieved, and what `ask` does."""
        with self._lock:
            if self._is_worth_asking(kid):
                self._asked = self._monotonic()
                self._keys = Keys.of(self._ask())
            return self._keys

    def _is_worth_asking(self, kid: str | None) -> bool:
        if self._asked is None:
            return True
        age = self._monotonic() - self._asked
        return age >= KEEP_S or (age >= ASK_EVERY_S and not self._keys.knows(kid))


def _usable(said: list[Any]) -> Iterator[SignatureKey]:
    for one in said:
        if isinstance(one, dict) and one.get("use", "sig") == "sig":
            key = _key(one)
            if isinstance(key, RSAKey | ECKey | OKPKey) and not key.is_private and _is_strong(key):
                yield key


def _key(said: dict[str, Any]) -> object:
    """A key; None for one that is malformed, or secret by its kind."""
    try:
        return None if said.get("kty") == "oct" else JWKRegistry.import_key(said)
    except (JoseError, ValueError, KeyError, TypeError):
        return None


def _is_strong(key: SignatureKey) -> bool:
    return not isinstance(key, RSAKey) or key.raw_value.key_size >= _LEAST_RSA
