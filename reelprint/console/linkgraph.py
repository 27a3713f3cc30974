"""Sites and what ties them, drawn on a circle: the same drawing for the same links, always.

Sites of one source stand beside each other. Sites that nothing ties are counted and not drawn.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from casework.links import RANK, Link, Links, Strength

WIDTH, HEIGHT = 760.0, 520.0
_ACROSS, _UPWARD = 175.0, 195.0  # half of the ellipse
_BOW = 0.25  # how far a line bends to the middle: lines of one site fan out
_LABEL = 0.36  # of a line, where its number stands
_APART = 0.6  # of the room of a site, between two sources
_LONGEST = 22  # letters of a name that are drawn; all of it stands in the table
Anchor = Literal["start", "middle", "end"]


@dataclass(frozen=True, slots=True)
class Node:
    """A site."""

    site: str
    name: str  # as it is drawn
    x: float
    y: float
    text_x: float
    text_y: float
    anchor: Anchor
    source: int | None  # of several sites by strong links, counted from 1


@dataclass(frozen=True, slots=True)
class Edge:
    """All links of two sites as one line, as strong as the strongest."""

    sites: tuple[str, str]
    path: str
    strength: Strength
    kinds: tuple[str, ...]
    number: int  # of the pair, from 1: of the row in the table
    x: float  # where the number stands
    y: float


@dataclass(frozen=True, slots=True)
class Graph:
    """The drawing."""

    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    alone: int  # sites without a link


def pairs(links: Sequence[Link]) -> dict[tuple[str, str], list[Link]]:
    """The links by pair of sites, in the order in which they were given."""
    found: dict[tuple[str, str], list[Link]] = {}
    for link in links:
        found.setdefault(link.sites, []).append(link)
    return found


def graph(found: Links) -> Graph:
    """The drawing of links."""
    tied = {site for link in found.links for site in link.sites}
    groups = [[site for site in source if site in tied] for source in found.sources]
    nodes = _nodes([group for group in groups if group])
    by_site = {node.site: node for node in nodes}
    edges = (
        _edge(number, sites, some, by_site)
        for number, (sites, some) in enumerate(pairs(found.links).items(), start=1)
    )
    return Graph(nodes, tuple(edges), len(found.sites) - len(tied))


def _nodes(groups: Sequence[Sequence[str]]) -> tuple[Node, ...]:
    room = sum(len(group) + _APART for group in groups)
    nodes, at, source = [], 0.0, 0
    for group in groups:
        is_source = len(group) > 1
        source += is_source
        for site in group:
            nodes.append(_node(site, at / room, source if is_source else None))
            at += 1
        at += _APART
    return tuple(nodes)


def _node(site: str, turn: float, source: int | None) -> Node:
    angle = 2 * math.pi * turn - math.pi / 2
    cos, sin = math.cos(angle), math.sin(angle)
    x, y = WIDTH / 2 + _ACROSS * cos, HEIGHT / 2 + _UPWARD * sin
    anchor: Anchor = "middle" if abs(cos) < 0.25 else "start" if cos > 0 else "end"
    beside = 0.0 if anchor == "middle" else math.copysign(14.0, cos)
    below = 5.0 if anchor != "middle" else 26.0 if sin > 0 else -18.0
    name = site if len(site) <= _LONGEST else f"{site[: _LONGEST - 1]}…"
    at = (round(x, 1), round(y, 1), round(x + beside, 1), round(y + below, 1))
    return Node(site, name, *at, anchor, source)


def _edge(
    number: int, sites: tuple[str, str], links: Sequence[Link], by_site: Mapping[str, Node]
) -> Edge:
    one, two = (by_site[site] for site in sites)
    middle = ((one.x + two.x) / 2, (one.y + two.y) / 2)
    bend = (
        middle[0] + _BOW * (WIDTH / 2 - middle[0]),
        middle[1] + _BOW * (HEIGHT / 2 - middle[1]),
    )
    label = [_along(*three) for three in zip((one.x, one.y), bend, (two.x, two.y), strict=True)]
    return Edge(
        sites,
        f"M{one.x:g} {one.y:g}Q{bend[0]:.1f} {bend[1]:.1f} {two.x:g} {two.y:g}",
        min((link.strength for link in links), key=RANK.__getitem__),
        tuple(link.kind for link in links),
        number,
        *label,
    )


def _along(start: float, bend: float, end: float) -> float:
    """A place on a line that bends, nearer to its start: in the middle all numbers would meet."""
    t = _LABEL
    return round((1 - t) ** 2 * start + 2 * t * (1 - t) * bend + t**2 * end, 1)
