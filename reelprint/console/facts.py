"""What a line of a log says besides who, what and when, as names and texts."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

Fact = tuple[str, str]
_CHAIN = "before"  # the hash of the line before, which the page checks and does not show


def facts(said: Mapping[str, Any]) -> list[Fact]:
    """The facts of a line; those within facts one by one.

    >>> facts({"record": {"kind": "plan", "name": "P1", "sha256": "0"}, "plan": {"site": "a"}})
    [('record', 'plan P1'), ('record sha256', '0'), ('site', 'a')]
    """
    return [one for key, value in said.items() if key != _CHAIN for one in _told(key, value)]


def _told(key: str, value: object) -> Iterator[Fact]:
    if key == "record" and isinstance(value, Mapping):
        yield key, f"{value.get('kind')} {value.get('name')}"
        yield "record sha256", str(value.get("sha256"))
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _told(str(name), inner)
    elif isinstance(value, list) and len(value) > 1:
        yield key, f"{_text(value[0])} (+{len(value) - 1})"
    elif value is not None and value != []:
        yield key, _text(value[0] if isinstance(value, list) else value)


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
