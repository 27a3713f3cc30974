"""What a report consists of, before it is a page or a PDF: sections of paragraphs and tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

Kind = Literal["paragraph", "strong", "list", "table", "code", "figure"]


@dataclass(frozen=True, slots=True)
class Block:
    """One piece. A list has one column of rows; a figure names a file and says what it shows."""

    kind: Kind
    text: str = ""
    rows: Sequence[Sequence[str]] = ()
    head: Sequence[str] = ()
    file: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it."""

    title: str
    blocks: Sequence[Block] = field(default=())


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report."""

    language: str
    title: str
    subtitle: str
    sections: Sequence[Section]

    def as_dict(self) -> dict[str, Any]:
        """As JSON, for who sets it."""
        return asdict(self)


def paragraph(text: str) -> Block:
    """Plain words."""
    return Block("paragraph", text)


def strong(text: str) -> Block:
    """Words that stand out."""
    return Block("strong", text)


def listing(items: Sequence[str]) -> Block:
    """Items one below the other."""
    return Block("list", rows=[[item] for item in items])


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Block:
    """Rows under a head, each as wide."""
    return Block("table", rows=rows, head=head)
