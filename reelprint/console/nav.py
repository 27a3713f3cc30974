"""Where one can go: the one list of pages in the navigation."""

from __future__ import annotations

from dataclasses import dataclass

from accounts.roles import Act


@dataclass(frozen=True, slots=True)
class Item:
    """A page in the navigation."""

    key: str  # of its text, `nav.` before it, and of its icon
    path: str
    act: Act | None  # that it needs; None for pages that anyone may see
    letter: str  # after `g`, goes there


@dataclass(frozen=True, slots=True)
class Group:
    """Pages under one heading."""

    key: str
    items: tuple[Item, ...]


NAV = (
    Group(
        "media",
        (
            Item("catalogue", "/catalogue", "works.read", "c"),
            Item("identify", "/identify", "suspects.submit", "i"),
            Item("suspects", "/suspects", "suspects.read", "u"),
            Item("uploads", "/uploads", "suspects.submit", "p"),
        ),
    ),
    Group(
        "casework",
        (
            Item("cases", "/cases", "cases.read", "k"),
            Item("review", "/review", "reviews.write", "r"),
            Item("sites", "/sites", "cases.read", "s"),
            Item("links", "/links", "cases.read", "l"),
        ),
    ),
    Group(
        "record",
        (
            Item("verify", "/verify", None, "v"),
            Item("audit", "/audit", "audit.read", "a"),
            Item("tests", "/tests", None, "t"),
        ),
    ),
    Group("administration", (Item("accounts", "/accounts", "accounts.write", "m"),)),
)


def is_here(item: Item, path: str) -> bool:
    """Whether a page belongs to an item.

    >>> is_here(NAV[0].items[0], "/catalogue/a"), is_here(NAV[0].items[0], "/catalogues")
    (True, False)
    """
    return path == item.path or path.startswith(item.path + "/")
