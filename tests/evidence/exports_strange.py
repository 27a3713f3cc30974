"""Cases full of what strangers write: any text wherever a text may come from outside."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from casework.record import Case, Dossier, Finding, Review, Sample
from casework.verdict import SiteVerdict, WorkVerdict
from evidence.exports.contents import Contents, Figure, Party
from evidence.exports.receipts import Receipt
from tests.evidence import exports_builder as build

MARKUP = (
    *("<script>alert(1)</script>", "[x](javascript:alert(1))", "![x](http://evil.example/x.png)"),
    *(
        "# Heading",
        "> quote",
        "- item",
        "1. item",
        "***",
        "```",
        "` ",
        "`` ` ``",
        "| a | b |",
        "<!--",
    ),
    *(
        "http://evil.example",
        "<http://evil.example>",
        "&lt;b&gt;",
        "\\",
        "{{ 7 * 7 }}",
        "{% raw %}",
    ),
    *(
        "a\n# b",
        "a\r\n\r\n<b>",
        "\u2028# c",
        "\u202egnp.exe",
        "\ufeff",
        "\x00",
        "\x1b[2J",
        "\udcff",
    ),
    *("=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "'=1", " =1", "＝1", '"', ";=1"),  # noqa: RUF001
    *(
        "@id",
        "@value",
        "urn:x",
        "영화",
        "فیلم\u200cها",  # noqa: RUF001
        "https://a.example/`'\"<>",
        "[ref]: http://e.e",
    ),
)
texts = st.one_of(st.sampled_from(MARKUP), st.text(st.characters(), max_size=12)).flatmap(
    lambda one: st.sampled_from((one, one * 2, f"a{one}", f"{one}z"))
)


@st.composite
def strange(draw: st.DrawFn) -> Contents:
    """The built case with other texts. Ids stay ids: each is changed everywhere alike."""
    ids: dict[str, str] = {}

    def text(_: str | None = None) -> str:
        return draw(texts)

    def same(one: str) -> str:
        if one not in ids:
            ids[one] = text() + (f"~{len(ids)}" if one else "")
        return ids[one]

    made = build.contents()
    record = made.dossier
    samples = tuple(_sample(one, text, same) for one in record.samples)
    captures = [one.capture for one in samples[:1]]
    works = {same(one): _work(work, text) for one, work in made.works.items()}
    return replace(
        made,
        dossier=Dossier(
            _case(record.case, text),
            samples,
            tuple(_finding(one, text, same) for one in record.findings),
            tuple(_review(one, text, same) for one in record.reviews),
        ),
        verdicts=tuple(_verdict(one, text, same) for one in made.verdicts),
        works=works,
        licences={text(): [{text(): text()}]},
        software=text(),
        investigator=Party(text(), text(), text(), text()),
        complainant=Party(text(), text(), text(), text()),
        receipts={name: _receipt(text) for name in captures if name is not None},
        figures=(Figure(text(), text(), text()),),
    )


def _receipt(text: Any) -> Receipt:
    made = build.receipt_of_one()
    files = tuple(replace(one, path=text()) for one in made.files)
    peers = tuple(replace(one, host=text(), address=text()) for one in made.peers)
    return Receipt(text(), False, ({text(): text()},), files, peers)


def _case(case: Case, text: Any) -> Case:
    return replace(case, case_id=text(), authority=text(), territory=text(), opened_by=text())


def _sample(sample: Sample, text: Any, same: Any) -> Sample:
    return replace(
        sample,
        sample_id=same(sample.sample_id),
        site=same(sample.site),
        source=text(),
        reason=text(),
        capture=text() if sample.capture else None,
        media=(text(),),
    )


def _finding(finding: Finding, text: Any, same: Any) -> Finding:
    other = {"work_id": same(finding.work_id), "title": text(), "reference_id": text()}
    return replace(
        finding,
        finding_id=same(finding.finding_id),
        sample_id=same(finding.sample_id),
        media=text(),
        match={**finding.match, **other, "shared_with": [text()], "series": text()},
        engine={"version": text(), "schemes": [text()], "index": text(), "calibration": text()},
    )


def _review(review: Review, text: Any, same: Any) -> Review:
    return replace(review, finding_id=same(review.finding_id), by=text(), reason=text())


def _verdict(verdict: SiteVerdict, text: Any, same: Any) -> SiteVerdict:
    return replace(
        verdict,
        site=same(verdict.site),
        works=tuple(_judged(work, text, same) for work in verdict.works),
        policy=text(),
        reasons=(text(),),
        caveats=(text(),),
    )


def _judged(work: WorkVerdict, text: Any, same: Any) -> WorkVerdict:
    return replace(
        work,
        work_id=same(work.work_id),
        title=text(),
        findings=tuple(same(one) for one in work.findings),
        reasons=(text(),),
    )


def _work(work: Any, text: Any) -> dict[str, Any]:
    named = {"title": text(), "kind": text(), "owner": text(), "series": text()}
    return {**work, **named, "identifiers": [{"scheme": text(), "value": text()}]}
