"""The words of the pages: a folder for each language, with the same files and the same keys."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Literal, TypeAlias, TypeGuard, get_args

from markupsafe import Markup, escape

from reelprint.showing.plain import plain

Language = Literal["en", "ko"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
NAMES: Mapping[Language, str] = {"en": "English", "ko": "한국어"}
ONE, OTHER = "one", "other"

Tree: TypeAlias = dict[str, "str | Tree"]


@dataclass(frozen=True, slots=True)
class Texts:
    """One language; called with a key such as `catalogue.title`."""

    language: Language
    tree: Tree
    _fixed: dict[str, Markup] = field(default_factory=dict, compare=False, repr=False)

    def __call__(self, key: str, **values: object) -> Markup:
        """A text with its blanks filled; what fills them is escaped, but for markup made here. A
        text with forms for numbers takes its form from `n`. Raises KeyError."""
        if values:
            return self._filled(key, values)
        if key not in self._fixed:  # a table asks for the same labels in each row
            self._fixed[key] = self._filled(key, values)
        return self._fixed[key]

    def _filled(self, key: str, values: Mapping[str, object]) -> Markup:
        found = self._at(key)
        if isinstance(found, dict):
            found = found[ONE] if values.get("n") == 1 and ONE in found else found[OTHER]
        if not isinstance(found, str):
            raise KeyError(key)
        return Markup(escape(found)).format(**{k: _shown(v) for k, v in values.items()})

    def has(self, key: str) -> bool:
        """Whether there is such a text."""
        try:
            return isinstance(self._at(key), str)
        except KeyError:
            return False

    def _at(self, key: str) -> str | Tree:
        found: str | Tree = self.tree
        for part in key.split("."):
            if not isinstance(found, dict) or part not in found:
                raise KeyError(key)
            found = found[part]
        return found


@cache
def texts_of(language: Language) -> Texts:
    """The words of a language: its files put together, which share no table."""
    tree: Tree = {}
    folder = files("reelprint.console") / "texts" / language
    for file in sorted(folder.iterdir(), key=lambda one: one.name):
        if not file.name.endswith(".toml"):
            continue
        read = tomllib.loads(file.read_text(encoding="utf-8"))
        if both := tree.keys() & read.keys():
            raise ValueError(f"{file.name} repeats the tables {', '.join(sorted(both))}")
        tree.update(read)
    return Texts(language, tree)


def is_language(name: object) -> TypeGuard[Language]:
    """Whether pages are there in a language of this name."""
    return name in LANGUAGES


def _shown(value: object) -> object:
    return plain(value) if type(value) is str else value
