"""Reports: the same in both languages, and hostile words stay words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from string import Formatter

import pytest

from casework.record import Case, Dossier, Finding, Review, Sample, SamplingPolicy
from casework.verdict import Share, SiteVerdict, Tally, WorkVerdict
from evidence.compared import Compared
from evidence.contents import Contents, Packed
from reelprint.reporting.document import Block
from reelprint.reporting.page import page
from reelprint.reporting.pdf import pdf
from reelprint.reporting.reports import reports
from reelprint.reporting.words import LANGUAGES, Language, words_of
from reelprint.reporting.writing import CHALLENGES, Reported, document

EVIL = "<script>alert(1)</script> #panic[x] $x$ *b* \u202egnp.exe \x1b[2J {case} %s \\ `x`"
AT = "2026-01-05T12:00:00.000000Z"
PNG = (
    b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\6\0\0\0\x1f\x15\xc4\x89\0\0\0\rIDATx\x9cc\xf8"
    b"\xcf\xc0\xf0\x1f\0\5\0\1\xff\x89\x99=\x1d\0\0\0\0IEND\xaeB`\x82"
)


def reported(said: str = EVIL, verdicts: bool = True) -> Reported:
    policy = SamplingPolicy(said, 3, 60.0, 1, 7)
    case = Case("C-1", said, None, policy, {"name": said}, AT, said)
    sample = Sample("S1", said, said, None, AT, AT, 6.0, "readable", None, "cap", "0", (), ("m",))
    span = {"start_s": 1.0, "end_s": 6.0}
    match = {
        **{"work_id": said, "title": said, "query": span, "reference": span, "speed": 1.0},
        **{"score": 99.0, "e_value": 1e-30},
    }
    finding = Finding("F1", "S1", "m", "0" * 64, match, 1e-4, {}, AT)
    review = Review("F1", said, AT, "confirmed", said)
    tally = Tally(1, 1, 1, 1, 1, Share(1, 1, 0.025, 1.0), 1e-4)
    work = WorkVerdict(said, said, "probable", "rights_unknown", tally, ("F1",), (said,))
    verdict = SiteVerdict(said, "probable", tally, (work,), False, said, (said,), (said,))
    dossier = Dossier(case, (sample,), (finding,), (review,))
    line = b'{"n": 0, "event": "opened", "by": "kim", "at": "now", "before": "0"}\n'
    gap = {"kind": "failed", "detail": said, "track": said, "first": 2, "last": 3}
    figure = Packed("matches/F1/frames-1.png", PNG, "exhibit", "image/png")
    contents = Contents(
        dossier, (verdict,) if verdicts else (), (line,), (), {}, (), {"version": said}, b"",
        Compared((), (), "", {}), AT, said, (figure,),
    )  # fmt: skip
    return Reported(contents, {"cap": [gap]}, "f" * 64)


def blanks(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_the_languages_have_the_same_keys_and_blanks() -> None:
    english, korean = (words_of(language).texts for language in LANGUAGES)
    assert english.keys() == korean.keys()
    assert {k: blanks(t) for k, t in english.items()} == {k: blanks(t) for k, t in korean.items()}
    assert {k: t.count("|") for k, t in english.items()} == {
        k: t.count("|") for k, t in korean.items()
    }
    assert all(re.search("[가-힣]", text) for text in korean.values())


class Noting(dict[str, str]):
    """Texts that remember which were asked for."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        super().__init__(texts)
        self.used: set[str] = set()

    def __getitem__(self, key: str) -> str:
        self.used.add(key)
        return super().__getitem__(key)


def test_each_key_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    words = words_of("en")
    noting = Noting(words.texts)
    noted = replace(words, texts=noting)
    monkeypatch.setattr("reelprint.reporting.writing.words_of", lambda _: noted)
    document(reported(), "en")
    document(replace(reported(verdicts=False), gaps={}), "en")
    by_value = ("state.", "rights.", "outcome.", "review.", "figures.")
    assert {
        key for key in words.texts.keys() - noting.used if not key.startswith(by_value)
    } == set()
    assert f"challenge.{CHALLENGES + 1}.q" not in words.texts


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_runs_nothing_and_asks_for_nothing(language: Language) -> None:
    made = reported()
    figures = {one.name: one for one in made.contents.more}
    html = page(document(made, language), figures).decode("utf-8")
    assert "<script" not in html
    assert "&lt;script&gt;" in html
    assert "\u202e" not in html
    assert "\x1b" not in html
    assert not re.search(r"""(src|href)=["'](?!data:)""", html)
    assert "{case}" in html
    assert html.count('<img src="data:image/png;base64,') == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_is_the_same_each_time_and_takes_words_for_words(language: Language) -> None:
    said, figures = document(reported(), language), pictures(reported())
    first = pdf(said, figures)
    assert first.startswith(b"%PDF-")
    assert pdf(said, figures) == first
    assert first != pdf(document(reported("else"), language), figures)
    assert b"/Font" in first


def pictures(made: Reported) -> Mapping[str, Packed]:
    return {one.name: one for one in made.contents.more}


def test_all_reports_are_made() -> None:
    made = {one.name: one for one in reports(reported("plain"))}
    assert set(made) == {"report.html", "report.pdf", "report.ko.html", "report.ko.pdf"}
    assert all(one.role == "report" for one in made.values())


def test_what_a_report_says() -> None:
    said = document(reported("a work"), "en")
    texts = [block for section in said.sections for block in section.blocks]
    assert any("1 of 1 findings are confirmed" in block.text for block in texts)
    tables = [block for block in texts if block.kind == "table"]
    assert all(len(row) == len(one.head) for one in tables for row in one.rows)
    assert ["cap", "failed", "a work", "2 – 3", "a work"] in rows(texts)


def rows(blocks: list[Block]) -> list[list[str]]:
    return [list(row) for block in blocks if block.kind == "table" for row in block.rows]
