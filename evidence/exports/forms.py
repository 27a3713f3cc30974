"""How exports are written: canonical JSON, ids that follow from what they name, safe cells."""

from __future__ import annotations

import math
import uuid
from collections.abc import Mapping
from typing import Any

import rfc8785

from casework.verdict import Tally

# Ids of all exports follow from this one; it was drawn once and never changes.
NAMESPACE = uuid.UUID("0d9e4a0b-3c1f-4f2e-9a57-6d1b8c2e7f40")
_LARGEST = 2**53 - 1  # whole numbers up to it are the same in every reader of JSON


def canonical(value: Any) -> bytes:
    """As JSON in the form of RFC 8785, which has one way to write a value.

    A whole number that JSON cannot hold exactly, and one that is not finite, become text.
    """
    return rfc8785.dumps(_exact(value))


def document(value: Any) -> bytes:
    """A file of one canonical JSON value."""
    return canonical(value) + b"\n"


def uuid_of(*names: Any) -> str:
    """The UUID, version 5, of what is named."""
    return str(uuid.uuid5(NAMESPACE, canonical(list(names)).decode("utf-8")))


def counts(tally: Tally) -> dict[str, int | float]:
    """What a verdict counted, under the names that all exports give it."""
    return {
        "samples_tried": tally.tried,
        "samples_readable": tally.readable,
        "samples_matched": tally.matched,
        "streams_readable": tally.streams_readable,
        "streams_matched": tally.streams_matched,
        "share_low": tally.share.low,
        "share_high": tally.share.high,
        "chance": tally.chance,
    }


def _exact(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _exact(held) for key, held in value.items()}
    if isinstance(value, list | tuple):
        return [_exact(one) for one in value]
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if isinstance(value, int) and abs(value) > _LARGEST:
        return str(value)
    return value
