"""How drafts are rendered: Markdown in which what comes from the record is never obeyed.

Titles, URLs and reasons come from hostile places. Each stands in a code span, where Markdown and
HTML mean nothing, on one line; characters that do not show or turn others are spelled out.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_JOINERS = "\u200c\u200d"  # without them Persian, Hindi and emoji read wrong; they turn nothing
_TICKS = re.compile("`+")


def rendered(template: str, **facts: object) -> bytes:
    """A draft by a template of this package: every text that is put into it is quoted."""
    return (_environment().get_template(template).render(**facts).strip() + "\n").encode("utf-8")


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("evidence.exports"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finished,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["clock"] = _clock
    return made


def quoted(text: str) -> str:
    """A text as a code span of CommonMark.

    >>> print(quoted("Film X"), quoted("a `tick`"), quoted("# <b>\\u202e"), quoted(" "))
    `Film X` `` a `tick` `` `# <b>\\u202e` (blank)
    """
    shown = "".join(map(_shown, text))
    if not shown.strip():
        return "(blank)"
    fence = "`" * _fence(shown)
    room = " " if shown[0] in "` " or shown[-1] in "` " else ""
    return f"{fence}{room}{shown}{room}{fence}"


def _fence(text: str) -> int:
    """The shortest run of ticks that the text does not hold."""
    runs = {len(run) for run in _TICKS.findall(text)}
    return next(size for size in range(1, len(runs) + 2) if size not in runs)


def _shown(character: str) -> str:
    if character in _JOINERS or unicodedata.category(character) not in _HIDDEN:
        return character
    return character.encode("unicode_escape").decode("ascii")


def _finished(value: object) -> object:
    """Texts quoted; what is markup was made here."""
    return Markup(quoted(value)) if type(value) is str else value


def _clock(seconds: object) -> Markup:
    """Seconds as people read them.

    >>> print(_clock(3723.5))
    1:02:03.5
    """
    if not isinstance(seconds, int | float) or not 0 <= seconds < 360_000_000:
        return Markup("(no time)")
    tenths = round(seconds * 10)
    minutes, rest = divmod(tenths, 600)
    return Markup(f"{minutes // 60}:{minutes % 60:02}:{rest / 10:04.1f}")
