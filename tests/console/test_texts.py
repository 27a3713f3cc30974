from __future__ import annotations

import re
import string
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from markupsafe import Markup

from reelprint.console.texts import ONE, OTHER, Tree, texts_of

CONSOLE = Path(str(files("reelprint.console")))
ENGLISH, KOREAN = texts_of("en"), texts_of("ko")
CALLED = re.compile(r"""\bt\(\s*["']([a-z_.0-9]+)["']\s*[,)]""")


def test_both_languages_say_the_same_things() -> None:
    assert set(leaves(ENGLISH.tree)) == set(leaves(KOREAN.tree))


def test_both_fill_the_same_blanks() -> None:
    korean = dict(texts(KOREAN.tree))
    for key, text in texts(ENGLISH.tree):
        if not key.endswith(f".{ONE}"):
            assert blanks(text) == blanks(korean[key]), key


def test_each_text_that_a_template_asks_for_is_there() -> None:
    templates = sorted((CONSOLE / "templates").rglob("*.html"))
    asked = {(t.name, key) for t in templates for key in CALLED.findall(t.read_text("utf-8"))}
    assert asked
    there = set(leaves(ENGLISH.tree))
    assert not {(name, key) for name, key in asked if key not in there}


def test_a_number_chooses_the_form() -> None:
    one, two = ENGLISH("identify.matches", n=1), ENGLISH("identify.matches", n=2)
    assert (one, two) == ("1 match", "2 matches")


def test_a_text_that_is_missing_is_an_error() -> None:
    with pytest.raises(KeyError):
        ENGLISH("no.such.text")


def leaves(tree: Tree, before: str = "") -> Iterator[str]:
    """Every key; the forms of one text count as one."""
    for key, value in tree.items():
        if isinstance(value, str) or value.keys() <= {ONE, OTHER}:
            yield before + key
        else:
            yield from leaves(value, f"{before}{key}.")


def texts(tree: Tree, before: str = "") -> Iterator[tuple[str, str]]:
    for key, value in tree.items():
        if isinstance(value, str):
            yield before + key, value
        else:
            yield from texts(value, f"{before}{key}.")


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_markup_is_only_what_was_made_here() -> None:
    said = ENGLISH("identify.matches", n=Markup("<b>3</b>"))
    assert said == "<b>3</b> matches"
    assert "&lt;b&gt;" in ENGLISH("identify.matches", n="<b>\u202e")
    assert "\\u202e" in ENGLISH("identify.matches", n="\u202e")
