"""Text from strangers, as a terminal may show it."""

from __future__ import annotations

import unicodedata

_TURNS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def plain(text: str) -> str:
    """A text without what a terminal would obey, what no file can hold, and what would turn the
    direction of the words after it: such characters are spelled out.

    >>> plain("a\\x1b[2Jb\\u202ec\\udcff"), plain("Ærø, 映画")
    ('a\\\\x1b[2Jb\\\\u202ec\\\\udcff', 'Ærø, 映画')
    """
    return "".join(_spelled(c) if _is_hostile(c) else c for c in text)


def _is_hostile(character: str) -> bool:
    return (
        unicodedata.category(character) in ("Cc", "Cs")
        or unicodedata.bidirectional(character) in _TURNS
    )


def _spelled(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
