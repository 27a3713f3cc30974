"""What a caller may hand in: names that every database keeps alike, and JSON of bounded size."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from collections.abc import Mapping
from typing import Any

from capture.policy import MAX_URL

MOST_PAYLOAD = 1 << 20  # bytes
MOST_RESULT = 32 << 20
MOST_SAID = 4000  # characters of a problem
MOST_ATTEMPTS = 100
_KIND = re.compile(r"[a-z][a-z_]{0,31}")
_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_EVENT = re.compile(r"[a-z_]{1,40}\.[a-z_]{1,40}|\*")
_URL = re.compile(rf"https?://[\x21-\x7e]{{1,{MAX_URL - 8}}}")


def new_id(letter: str) -> str:
    """A name that nobody can guess."""
    return f"{letter}_{secrets.token_hex(16)}"


def kind(said: str) -> str:
    """A kind of job. Raises ValueError."""
    return _like(_KIND, said, "no kind of job")


def key(said: str) -> str:
    """An idempotency key: up to 200 characters of ASCII without blanks. Raises ValueError."""
    return _like(
        _KEY, said, "no idempotency key: take up to 200 letters, digits and signs of ASCII"
    )


def name(said: str, most: int) -> str:
    """A name of an organisation or an actor. Raises ValueError."""
    if not 1 <= len(said) <= most or not said.isprintable():
        raise ValueError(f"{said[:80]!r} is no name")
    return said


def events(said: tuple[str, ...]) -> tuple[str, ...]:
    """Names of events, each once, in order. Raises ValueError."""
    if not 1 <= len(said) <= 100:
        raise ValueError("a webhook is for 1 to 100 kinds of events")
    return tuple(sorted({_like(_EVENT, one, "no event") for one in said}))


def url(said: str) -> str:
    """An address in ASCII; whether it may be asked is for others to say. Raises ValueError."""
    return _like(_URL, said, "no address of http or https in ASCII")


def attempts(said: int) -> int:
    """How often something may be tried. Raises ValueError."""
    if not 1 <= said <= MOST_ATTEMPTS:
        raise ValueError(f"a job is tried 1 to {MOST_ATTEMPTS} times, not {said}")
    return said


def as_json(value: object, most: int) -> str:
    """A value in the one form of JSON that is kept, all ASCII. Raises ValueError."""
    try:
        text = json.dumps(value, sort_keys=True, allow_nan=False, separators=(",", ":"))
    except (TypeError, RecursionError) as error:
        raise ValueError(f"this is not JSON: {error}") from error
    if len(text) > most:
        raise ValueError(f"this is more than {most} bytes of JSON")
    return text


def digest(kind: str, meant: Mapping[str, Any]) -> str:
    """What an idempotency key stands for, as SHA-256."""
    return hashlib.sha256(as_json([kind, meant], MOST_PAYLOAD).encode("ascii")).hexdigest()


def _like(form: re.Pattern[str], said: str, why: str) -> str:
    if not form.fullmatch(said):
        raise ValueError(f"{said[:80]!r} is {why}")
    return said
