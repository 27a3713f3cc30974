"""All reports of a package: two languages, each as a page and as a PDF."""

from __future__ import annotations

from collections.abc import Iterator

from evidence.contents import CUSTODY, DOSSIER, GAPS, VERDICT, Packed
from reelprint.reporting.page import page
from reelprint.reporting.pdf import pdf
from reelprint.reporting.words import LANGUAGES, Language
from reelprint.reporting.writing import Reported, document

BY = "reelprint export"
_NAMES: dict[Language, str] = {"en": "report", "ko": "report.ko"}


def reports(reported: Reported) -> Iterator[Packed]:
    """The files, to be added to what is sealed."""
    figures = {one.name: one for one in reported.contents.more if one.role == "exhibit"}
    sources = (DOSSIER, VERDICT, CUSTODY, GAPS, *figures)
    for language in LANGUAGES:
        said, name = document(reported, language), _NAMES[language]
        html, printed = page(said, figures), pdf(said, figures)
        yield Packed(f"{name}.html", html, "report", "text/html", sources, BY)
        yield Packed(f"{name}.pdf", printed, "report", "application/pdf", sources, BY)
