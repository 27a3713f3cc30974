"""The page of the demo: one HTML file that needs nothing else and runs no script.

Titles, file names and reasons come from hostile files, so everything is escaped.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined

from media.clip import Span
from reelprint.answer import Named, Status
from reelprint.demo import plot, words
from reelprint.demo.credits import credits_in
from reelprint.demo.exhibits import Exhibit
from reelprint.demo.stills import Still
from reelprint.demo.suspect import Shown

TEMPLATE = "page.html"
OUTCOMES: dict[Status, str] = {
    "identified": "identified",
    "no_match": "nothing found",
    "unreadable": "unreadable",
    "too_short": "too short",
}


@dataclass(frozen=True, slots=True)
class Section:
    """A suspect with the evidence of each of its matches."""

    shown: Shown
    exhibits: tuple[Exhibit, ...]  # in the order of the answer's matches

    @property
    def finds(self) -> list[tuple[Named, Exhibit]]:
        """Matches and their evidence as they come in the suspect."""
        pairs = zip(self.shown.answer.matches, self.exhibits, strict=True)
        return sorted(pairs, key=lambda pair: pair[0].match.query)

    @property
    def bars(self) -> tuple[plot.Bar, ...]:
        """The matched spans of the suspect."""
        return plot.timeline([named.match for named, _ in self.finds], self.shown.answer.duration_s)


def render(sections: Sequence[Section], works: int, seconds: float) -> str:
    """The page as text."""
    return (
        _environment()
        .get_template(TEMPLATE)
        .render(
            sections=sections,
            works=works,
            seconds=seconds,
            as_expected=sum(section.shown.as_expected for section in sections),
            engine=sections[0].shown.answer.engine if sections else None,
            bound=sections[0].shown.answer.max_e_value if sections else None,
            credits=list(credits_in()),
        )
    )


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("reelprint.demo", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(words=words, plot=plot, outcomes=OUTCOMES)
    environment.filters.update(data_uri=_data_uri, clock=_clock)
    return environment


def _data_uri(still: Still) -> str:
    return "data:image/jpeg;base64," + b64encode(still.jpeg).decode("ascii")


def _clock(value: float | Span) -> str:
    return words.span(value) if isinstance(value, Span) else words.time(value)
