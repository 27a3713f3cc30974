"""Columns of several segments as one, of rows that are in order of reference, piece by piece."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from index.atomic import Growing
from index.columns import Column, GrowingColumn, Pieces
from index.source import Source, spans


def copied(
    columns: Sequence[Pieces], sources: Sequence[Source], tell: Callable[[int], None] | None = None
) -> Iterator[Column]:
    """One column of all live rows, by reference; `tell` is told of rows."""
    for span in spans(sources):
        yield columns[span.source].read(span.first, span.last)
        if tell is not None:
            tell(span.last - span.first)


def merged_column(
    stem: Path,
    name: str,
    sources: Sequence[Source],
    tell: Callable[[int], None] | None = None,
) -> dict[str, str]:
    """Write a column of all live rows; returns sha256 by file name."""
    pieces = [Pieces.of_column(source.stem, name) for source in sources]
    kind, width = pieces[0].kind, pieces[0].width
    length = sum(source.live for source in sources)
    return filled(GrowingColumn(stem, name, kind, length, width), copied(pieces, sources, tell))


def filled(file: Growing, pieces: Iterable[Column]) -> dict[str, str]:
    """Write a file; returns its sha256 by its name."""
    with file:
        for piece in pieces:
            file.append(piece)
        return {file.path.name: file.finish()}
