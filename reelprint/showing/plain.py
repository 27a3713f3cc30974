"""Text from strangers, as a terminal may show it."""

from __future__ import annotations

import re

# Control characters, halves of surrogates, and what turns the direction of the words after it:
# categories Cc and Cs, and the explicit formatting characters of bidirectional text.
_HOSTILE = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def plain(text: str) -> str:
    """A text without what a terminal would obey, what no file can hold, and what would turn the
    direction of the words after it: such characters are spelled out.

    >>> plain("a\\x1b[2Jb\\u202ec\\udcff"), plain("Ærø, 映画")
    ('a\\\\x1b[2Jb\\\\u202ec\\\\udcff', 'Ærø, 映画')
    """
    return _HOSTILE.sub(_spelled, text)


def _spelled(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode("ascii")
