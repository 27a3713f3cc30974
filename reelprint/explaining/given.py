"""An answer that `identify --json` gave before, held against the one that is given now."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from reelprint.answer import Answer
from reelprint.exits import Usage

ENGINE = ("version", "schemes", "index", "calibration", "reading")
MOST_SHOWN = 120  # characters of a value


@dataclass(frozen=True, slots=True)
class Given:
    """What the line says; it may have been written by anyone."""

    path: Path
    fast: bool
    said: Mapping[str, object]


def read_given(text: str) -> Given:
    """The one answer in a text. Raises Usage where there is none, or several."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) != 1:
        raise Usage(
            f"there are {len(lines)} answers, and one is explained at a time: "
            "take its line, for example with `sed -n 3p answers.jsonl | reelprint explain -`"
        )
    try:
        said = json.loads(lines[0])
    except (ValueError, RecursionError) as error:
        raise Usage(f"this is no answer of `identify --json`: {error}") from error
    query = _inner(said, "query")
    path = query.get("path")
    if not isinstance(path, str) or not path:
        raise Usage("this is no answer of `identify --json`: it names no suspect file")
    return Given(Path(path), _inner(said, "engine").get("reading") == "fast", said)


def differences(given: Given, answer: Answer) -> tuple[str, ...]:
    """How an answer that is given now differs from one that was given before, in sentences."""
    now = json.loads(json.dumps(answer.as_dict()))
    return tuple(_differences(given.said, now))


def _differences(then: Mapping[str, object], now: Mapping[str, object]) -> Iterator[str]:
    was, is_now = _inner(then, "query").get("sha256"), _inner(now, "query").get("sha256")
    if was != is_now:
        yield (
            f"The file is not the one that the answer was about: its SHA-256 is {_shown(is_now)}, "
            f"and was {_shown(was)}. What is explained here is the file as it is now"
        )
    for key in ENGINE:
        was, is_now = _inner(then, "engine").get(key), _inner(now, "engine").get(key)
        if was != is_now:
            yield f"The engine’s {key} was {_shown(was)} and is {_shown(is_now)}"
    for key, what in (("max_e_value", "bound"), ("status", "status")):
        if then.get(key) != now.get(key):
            yield f"The {what} was {_shown(then.get(key))} and is {_shown(now.get(key))}"
    if then.get("matches") != now.get("matches"):
        yield (
            f"The matches are not the same: there were {_count(then)} and are {_count(now)}, or "
            "their numbers differ"
        )


def _inner(of: object, key: str) -> Mapping[str, object]:
    """The object of that name in another one; an empty one if there is none."""
    inner = of.get(key) if isinstance(of, Mapping) else None
    return inner if isinstance(inner, Mapping) else {}


def _count(answer: Mapping[str, object]) -> str:
    matches = answer.get("matches")
    return str(len(matches)) if isinstance(matches, list) else "none"


def _shown(value: object) -> str:
    """A value of any kind, not too long."""
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= MOST_SHOWN else text[:MOST_SHOWN] + "…"
