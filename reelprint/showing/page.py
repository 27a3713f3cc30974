"""How a page is rendered: one HTML file that needs nothing else and runs no script.

Titles, file names and reasons come from hostile files, so everything is escaped, and characters
that do not show, or turn what follows them, are spelled out.
"""

from __future__ import annotations

from base64 import b64encode

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

from media.clip import Span
from reelprint.showing import plot, words
from reelprint.showing.plain import plain
from reelprint.showing.stills import Still


def environment(package: str) -> Environment:
    """For the templates of a package, and those that all pages share."""
    made = Environment(
        loader=ChoiceLoader([PackageLoader(package), PackageLoader("reelprint.showing")]),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_plain,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals.update(words=words, plot=plot)
    made.filters.update(data_uri=_data_uri, clock=_clock)
    return made


def _plain(value: object) -> object:
    """Words as they may be shown; what is markup was made here."""
    return plain(value) if type(value) is str else value


def _data_uri(still: Still) -> str:
    return "data:image/jpeg;base64," + b64encode(still.jpeg).decode("ascii")


def _clock(value: float | Span) -> str:
    return words.span(value) if isinstance(value, Span) else words.time(value)
