"""A report as a PDF, by typst: the same report gives the same bytes.

What is said goes in as data (`sys_inputs`), so that no title or address is ever read as markup. One
font sets both languages, Noto Sans KR (SIL Open Font License 1.1), and none of the machine's is
used, so that the bytes do not depend on the machine.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import typst
from pylopdf_fonts_ko import sans_path

from evidence.contents import Packed
from reelprint.reporting.document import Document
from reelprint.showing.plain import plain

FONT = "Noto Sans KR"
SOURCE = "report.typ"


def pdf(report: Document, figures: Mapping[str, Packed]) -> bytes:
    """The PDF; `figures` are the files that it shows, by name."""
    said = json.dumps(_plain(report.as_dict()), ensure_ascii=False)
    with TemporaryDirectory(prefix="reelprint-report-") as folder:
        root = Path(folder)
        source = files("reelprint.reporting") / "templates" / SOURCE
        (root / SOURCE).write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
        for name, one in figures.items():
            _put(root / name, one)
        made = typst.compile(
            root / SOURCE,
            root=root,
            font_paths=[sans_path().parent],
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"report": said, "font": FONT},
            timestamp=0,
        )
    if not isinstance(made, bytes):
        raise TypeError("typst gave no single file")
    return made


def _put(path: Path, one: Packed) -> None:
    if not isinstance(one.source, bytes):
        raise ValueError(f"{one.name} is no picture of ours")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(one.source)


def _plain(value: Any) -> Any:
    """What strangers wrote, without what would turn the words after it."""
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    return value
