"""Reads `works.csv`: which file is a reference of which work, and what that work is.

The columns are `path` (taken from the folder of the manifest), `work_id` (the stem of the file
when left out), `title` (the work_id when left out), `kind`, `owner`, `series` and one for each
identifier scheme. Rows with one work_id are references of one work: what one of them says holds
for all, and they must not contradict each other. Whether the files exist is for registration to
find out.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from reference_catalog import identifiers
from reference_catalog.csv_table import Cells, Table, TableError
from reference_catalog.work import DEFAULT_KIND, Identifier, WorkDetails

COLUMNS = ("path", "work_id", "title", "kind", "owner", "series", *identifiers.SCHEMES)


@dataclass(frozen=True, slots=True)
class ManifestRow:
    """One file to register."""

    path: Path
    line: int  # where the row begins, from 1
    details: WorkDetails  # of the whole work, so the same on all of its rows


class ManifestError(ValueError):
    """A manifest that cannot be used; `errors` has a sentence for each fault, with its line."""

    def __init__(self, errors: list[str]) -> None:
        super().__init__("\n".join(errors))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class _Row:
    """What one row says by itself."""

    line: int
    path: Path
    details: WorkDetails
    names_work: bool  # whether the work_id is written out

    def facts(self) -> dict[str, str]:
        """What it says of the work, by column; nothing where it says nothing."""
        said = {identifier.scheme: identifier.value for identifier in self.details.identifiers}
        if self.details.title != self.details.work_id:
            said["title"] = self.details.title
        if self.details.kind != DEFAULT_KIND:
            said["kind"] = self.details.kind
        if self.details.owner is not None:
            said["owner"] = self.details.owner
        if self.details.series is not None:
            said["series"] = self.details.series
        return said


class _Works:
    """What all rows so far say together."""

    def __init__(self) -> None:
        self._files: dict[Path, _Row] = {}
        self._works: dict[str, dict[str, tuple[str, int]]] = {}  # column -> text, line
        self._firsts: dict[str, _Row] = {}

    def take(self, row: _Row) -> None:
        """Add a row. Raises ValueError when it does not go with an earlier one."""
        same_file = self._files.setdefault(row.path, row)
        if same_file is not row:
            raise ValueError(f"the file {row.path.name} is on line {same_file.line} already")
        first = self._firsts.setdefault(row.details.work_id, row)
        if first is not row and not (row.names_work and first.names_work):
            raise ValueError(
                f"a file of the same name is on line {first.line}: write out the work_id of both"
            )
        self._agree(row)

    def details(self, work_id: str) -> WorkDetails:
        """What the rows say of one work together."""
        facts = {column: text for column, (text, _) in self._works[work_id].items()}
        return WorkDetails(
            work_id=work_id,
            title=facts.get("title", work_id),
            kind=facts.get("kind", DEFAULT_KIND),
            owner=facts.get("owner"),
            series=facts.get("series"),
            identifiers=tuple(
                Identifier(scheme, facts[scheme])
                for scheme in identifiers.SCHEMES
                if scheme in facts
            ),
        )

    def _agree(self, row: _Row) -> None:
        known = self._works.setdefault(row.details.work_id, {})
        for column, text in row.facts().items():
            before, line = known.setdefault(column, (text, row.line))
            if before != text:
                raise ValueError(f"the {column} is {text!r} here, but {before!r} on line {line}")


def read_manifest(csv_path: Path) -> list[ManifestRow]:
    """All rows, in order. Raises ManifestError with every fault, or OSError."""
    works = _Works()
    rows: list[_Row] = []
    errors: list[str] = []
    try:
        table = _open(csv_path)
        for line, cells in table.rows():
            try:
                row = _row(csv_path.parent, line, table.named(cells))
                works.take(row)
                rows.append(row)
            except ValueError as error:
                errors.append(f"{csv_path}:{line}: {error}")
    except TableError as error:
        errors.append(f"{csv_path}:{error.line}: {error}")
    if errors:
        raise ManifestError(errors)
    return [ManifestRow(row.path, row.line, works.details(row.details.work_id)) for row in rows]


def _open(csv_path: Path) -> Table:
    table = Table(csv_path, COLUMNS)
    if "path" not in table.columns:
        raise TableError(1, f"there is no column path; allowed are {', '.join(COLUMNS)}")
    return table


def _row(folder: Path, line: int, cells: Cells) -> _Row:
    if "path" not in cells:
        raise ValueError("the path is empty")
    if "\0" in cells["path"]:
        raise ValueError("the path has a NUL character")
    path = folder / cells["path"]
    work_id = cells.get("work_id", path.stem)
    details = WorkDetails(
        work_id=work_id,
        title=cells.get("title", work_id),
        kind=cells.get("kind", DEFAULT_KIND).lower(),
        owner=cells.get("owner"),
        series=cells.get("series"),
        identifiers=_identifiers(cells),
    )
    return _Row(line, path, details, "work_id" in cells)


def _identifiers(cells: Cells) -> tuple[Identifier, ...]:
    named = [(scheme, cells[scheme]) for scheme in identifiers.SCHEMES if scheme in cells]
    return tuple(identifiers.parse(scheme, value) for scheme, value in named)
