"""The words of reports: a file for each language, with the same keys."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Literal, get_args

Language = Literal["en", "ko"]
LANGUAGES: tuple[Language, ...] = get_args(Language)


@dataclass(frozen=True, slots=True)
class Words:
    """One language."""

    language: Language
    texts: Mapping[str, str]

    def __call__(self, key: str, **values: object) -> str:
        """A text with its blanks filled. Raises KeyError."""
        return self.texts[key].format(**values)

    def columns(self, key: str) -> list[str]:
        """The head of a table."""
        return self.texts[key].split("|")


@cache
def words_of(language: Language) -> Words:
    """The words of a language."""
    path = files("reelprint.reporting") / "texts" / f"{language}.json"
    return Words(language, json.loads(path.read_text(encoding="utf-8")))
