"""The page of an explanation: one HTML file that needs nothing else and runs no script.

Titles, file names and reasons come from hostile files, so everything is escaped.
"""

from __future__ import annotations

from collections.abc import Sequence

from matchers.account import apportioned
from media.clip import Span
from reelprint.explaining import phrases
from reelprint.explaining.explanation import Exhibit, Explained, Explanation
from reelprint.showing import plot
from reelprint.showing.page import environment
from reelprint.showing.stills import Still

TEMPLATE = "explanation.html"
MARK = '<meta name="generator" content="reelprint explain">'
DIGITS = 2
# Shares of a side by which drawings reach over a picture: the outline of what was cut off is seen
# around a suspect's, while the work's is all there is of it.
AROUND_SUSPECT, AROUND_WORK = 0.5, 0.05
MOST_DOTS = 400  # in a picture


def render(explanation: Explanation, differs: Sequence[str] | None = None) -> str:
    """The page as text; `differs` as for `as_dict`."""
    made = environment("reelprint.explaining")
    made.globals.update(phrases=phrases, rounded=rounded, seconds=seconds, sides=sides)
    page = made.get_template(TEMPLATE)
    return page.render(
        it=explanation,
        answer=explanation.answer,
        differs=differs,
        mark=MARK,
        bars=plot.timeline(
            [one.listed.named.match for one in explanation.explained],
            explanation.answer.duration_s,
        ),
    )


def rounded(values: Sequence[float]) -> list[str]:
    """Values as they are shown, which add up to their sum as that is shown."""
    return [f"{value:.{DIGITS}f}" for value in apportioned(values, DIGITS)]


def seconds(one: Explained) -> plot.Columns:
    """The drawing of what each second of a match adds to its score."""
    query = one.listed.named.match.query
    across = one.sounding.dots.suspect if one.sounding else _around(query)
    return plot.columns({p.sense: dict(p.seconds) for p in one.listed.account.parts}, across)


def sides(exhibit: Exhibit) -> list[tuple[str, Still, plot.Framed]]:
    """The pictures of a moment with what is drawn over them."""
    moment = exhibit.moment
    found = moment.features.found[:MOST_DOTS] if moment.features else ()
    here, there = [b for _, b in found], [a for a, _ in found]
    drawn = (
        ("suspect", exhibit.suspect, moment.corners, here, AROUND_SUSPECT),
        ("work", exhibit.reference, moment.left, there, AROUND_WORK),
    )
    return [
        (name, still, plot.framed(still.width, still.height, corners, places, beyond))
        for name, still, corners, places, beyond in drawn
        if still is not None
    ]


def _around(query: Span) -> Span:
    """A stretch with whole seconds around it, so that even a moment has a width."""
    return Span(query.start_s - 1, query.end_s + 1)
