"""A report as one HTML file that needs nothing else and runs no script."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping

from evidence.contents import Packed
from reelprint.reporting.document import Document
from reelprint.showing.page import environment


def page(report: Document, figures: Mapping[str, Packed]) -> bytes:
    """The page; `figures` are the files that it shows, by name."""
    pictures = {name: _uri(one) for name, one in figures.items()}
    template = environment("reelprint.reporting").get_template("report.html")
    return template.render(report=report, pictures=pictures).encode("utf-8")


def _uri(one: Packed) -> str:
    if not isinstance(one.source, bytes):
        raise ValueError(f"{one.name} is no picture of ours")
    return f"data:{one.media_type};base64,{b64encode(one.source).decode('ascii')}"
