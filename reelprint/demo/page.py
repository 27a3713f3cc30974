"""The page of the demo: one HTML file that needs nothing else and runs no script.

Titles, file names and reasons come from hostile files, so everything is escaped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reelprint.answer import Named, Status
from reelprint.demo.credits import credits_in
from reelprint.demo.exhibits import Exhibit
from reelprint.demo.suspect import Shown
from reelprint.showing import plot
from reelprint.showing.page import environment

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
        environment("reelprint.demo")
        .get_template(TEMPLATE)
        .render(
            sections=sections,
            outcomes=OUTCOMES,
            works=works,
            seconds=seconds,
            as_expected=sum(section.shown.as_expected for section in sections),
            engine=sections[0].shown.answer.engine if sections else None,
            bound=sections[0].shown.answer.max_e_value if sections else None,
            credits=list(credits_in()),
        )
    )
