"""Reads `licences.csv`: who may distribute which work, where and when.

The columns are `work_id`, `distributor` (a host; all below it are its own), `territories` (ISO
3166-1 alpha-2 with blanks between; everywhere when left out), `start` and `end` (a date is that
day's midnight in UTC; the end is the first moment after it; without a limit when left out). Rows of
one work are all its licences. A distributor `nobody` says that the work has none.
"""

from __future__ import annotations

from pathlib import Path

from reference_catalog.csv_table import Cells, Table, TableError
from reference_catalog.licence import Licence, licence
from reference_catalog.manifest import ManifestError
from reference_catalog.work import check_work_id

COLUMNS = ("work_id", "distributor", "territories", "start", "end")
NOBODY = "nobody"


def read_licences(csv_path: Path) -> dict[str, list[Licence]]:
    """The licences of each work that the file names, none where nobody has any. Raises
    ManifestError with every fault, or OSError."""
    found: dict[str, list[Licence]] = {}
    nobody: set[str] = set()
    errors: list[str] = []
    try:
        table = _open(csv_path)
        for line, cells in table.rows():
            try:
                _take(found, nobody, table.named(cells))
            except ValueError as error:
                errors.append(f"{csv_path}:{line}: {error}")
    except TableError as error:
        errors.append(f"{csv_path}:{error.line}: {error}")
    if errors:
        raise ManifestError(errors)
    return found


def _open(csv_path: Path) -> Table:
    table = Table(csv_path, COLUMNS)
    for needed in ("work_id", "distributor"):
        if needed not in table.columns:
            raise TableError(1, f"there is no column {needed}; allowed are {', '.join(COLUMNS)}")
    return table


def _take(found: dict[str, list[Licence]], nobody: set[str], cells: Cells) -> None:
    work_id = cells.get("work_id", "")
    check_work_id(work_id)
    if "distributor" not in cells:
        raise ValueError(f"the distributor is empty: name a host, or {NOBODY}")
    is_nobody = cells["distributor"].lower() == NOBODY
    if is_nobody and len(cells) > 2:
        raise ValueError("nobody has neither territories nor dates")
    known = found.setdefault(work_id, [])
    if (is_nobody and known) or (work_id in nobody and not is_nobody):
        raise ValueError(f"{work_id} has licences on one line and nobody on another")
    if is_nobody:
        nobody.add(work_id)
        return
    known.append(licence(*(cells.get(name, "") for name in COLUMNS[1:])))
