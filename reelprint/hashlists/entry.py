"""One hash of a list, and what a list may say of it."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

from reelprint.extraction import LONGEST_S

MOST_TEXT, MOST_LABELS, MOST_ENTRIES = 500, 100, 2_000_000
_HASH = re.compile(r"[0-9a-fA-F]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Entry:
    """A picture that is known by its hash alone. What of a video has one `name` is one video."""

    hash: bytes  # 32
    name: str  # its id in the list; empty: it has none
    labels: tuple[str, ...] = ()
    quality: int | None = None  # 0 … 100; None: the list does not say
    time_s: float | None = None  # in the video that it is a frame of
    frame: int | None = None  # its number there

    @property
    def hex(self) -> str:
        """The hash as lists write it."""
        return self.hash.hex()


def is_hash(text: object) -> bool:
    """Whether this is a PDQ hash as lists write it."""
    return isinstance(text, str) and _HASH.fullmatch(text.strip()) is not None


def entry(
    hash_: object,
    name: object = None,
    labels: object = (),
    quality: object = None,
    time_s: object = None,
    frame: object = None,
) -> Entry:
    """An entry out of what stands in a list, texts or numbers. Raises ValueError."""
    if not isinstance(hash_, str) or not is_hash(hash_):
        raise ValueError(f"{str(hash_)[:80]!r} is no PDQ hash of 64 hex digits")
    return Entry(
        bytes.fromhex(hash_.strip()),
        _text("id", name),
        _labels(labels),
        _whole("quality", quality, 100),
        _seconds(time_s),
        _whole("frame", frame, 1 << 40),
    )


def _text(what: str, said: object) -> str:
    text = "" if said is None else str(said)
    if len(text) > MOST_TEXT or not text.isprintable():
        raise ValueError(f"the {what} is too long, or has characters that mislead: {text[:60]!r}")
    return text


def _labels(said: object) -> tuple[str, ...]:
    if isinstance(said, str):
        said = said.split()
    if not isinstance(said, list | tuple) or len(said) > MOST_LABELS:
        raise ValueError(f"labels are no list of up to {MOST_LABELS}")
    return tuple(sorted({_text("label", one) for one in said} - {""}))


def _whole(what: str, said: object, most: int) -> int | None:
    if said is None or said == "":
        return None
    number = _number(what, said)
    if number != int(number) or not 0 <= number <= most:
        raise ValueError(f"the {what} {said!r} is no whole number from 0 to {most}")
    return int(number)


def _seconds(said: object) -> float | None:
    if said is None or said == "":
        return None
    number = _number("time", said)
    if not 0 <= number <= LONGEST_S:
        raise ValueError(f"the time {said!r} lies in no video")
    return number


def _number(what: str, said: Any) -> float:
    try:
        number = float(said) if isinstance(said, str | int | float) else math.nan
    except (ValueError, OverflowError):
        number = math.nan
    if isinstance(said, bool) or not math.isfinite(number):
        raise ValueError(f"the {what} {str(said)[:40]!r} is no number")
    return number
