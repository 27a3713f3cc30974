"""Draft notices: what they speak of, what they leave to people, and that they obey no text."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given, settings
from markdown_it import MarkdownIt
from markdown_it.token import Token

from casework.record import Disposition
from casework.verdict import Rights, State
from evidence.exports.contents import Contents, spelled
from evidence.exports.exporting import certificate, notices
from evidence.exports.markdown import quoted
from evidence.exports.notices import KINDS, WITHHELD, slug
from tests.evidence.exports_builder import PIRATE, contents, dossier, verdicts
from tests.evidence.exports_strange import MARKUP, strange, texts

BANNER = "> **DRAFT – UNSIGNED – not sent, to be attested by a person**"
READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
INLINE = {"text", "softbreak", "code_inline", "strong_open", "strong_close"}
TEMPLATES = {*KINDS.values(), "parts.md.j2", "withheld.md.j2", "certificate.md.j2"}
STATUTES = {
    "dmca-512c.DRAFT.md": [f"## ({one}) " for one in ("i", "ii", "iii", "iv", "v", "vi")],
    "dsa-16.DRAFT.md": [f"## ({one}) " for one in "abcd"],
    "korea-103.DRAFT.md": [f"## {one}. " for one in range(1, 10)],
}


def drafts(made: Contents, site: str = PIRATE) -> dict[str, str]:
    """The drafts of a site, by name."""
    folder = f"{slug(site)}/"
    found = notices(made).items()
    return {name.removeprefix(folder): v.decode() for name, v in found if name.startswith(folder)}


def judged(state: State = "confirmed", rights: Rights = "unlicensed_indicated") -> Contents:
    """The case with another verdict on the first site and its first work."""
    first, *others = verdicts()
    work = replace(first.works[0], rights=rights)
    made = replace(first, state=state, works=(work, *first.works[1:]))
    return contents(verdicts=(made, *others))


def reviewed(disposition: Disposition) -> Contents:
    """The case with the findings reviewed alike."""
    record = dossier()
    reviews = tuple(replace(one, disposition=disposition) for one in record.reviews)
    return contents(dossier=replace(record, reviews=reviews))


@pytest.mark.parametrize("name", KINDS)
def test_each_element_of_the_statute_is_there_in_order(name: str) -> None:
    text = drafts(contents())[name]
    places = [text.index(f"\n{heading}") for heading in STATUTES[name]]
    assert places == sorted(places)


@pytest.mark.parametrize("name", KINDS)
def test_a_draft_says_at_both_ends_that_it_is_one(name: str) -> None:
    lines = [line for line in drafts(contents())[name].splitlines() if line]
    assert BANNER in lines[:2]
    assert lines[-1] == BANNER


@pytest.mark.parametrize("name", KINDS)
def test_a_draft_is_filled_from_the_record(name: str) -> None:
    text = drafts(contents())[name]
    for said in (
        "Film X",
        "Studio A",
        "10.5240/7791-8534-2C23-9030-8610-5",
        "legal@studio.example",
    ):
        assert f"`{said}`" in text
    assert "`https://pirate.example/live/1.m3u8`" in text
    assert "`2026-10-02T10:00:00.000000Z`" in text


@pytest.mark.parametrize("name", KINDS)
def test_what_a_person_must_state_is_left_to_one(name: str) -> None:
    text = drafts(contents(complainant=None))[name]
    assert text.count("**[") >= 6
    assert "☐ **[" in text
    assert "name: **[TO BE STATED BY A PERSON]**" in text


def test_the_korean_draft_is_in_korean_and_english() -> None:
    text = drafts(contents())["korea-103.DRAFT.md"]
    headings = [line for line in text.splitlines() if line.startswith("## ")]
    assert all(re.search("[가-힣]", line) and re.search("[a-z]", line) for line in headings)


def test_a_rejected_finding_and_a_work_of_unknown_rights_are_not_spoken_of() -> None:
    text = drafts(contents())["dmca-512c.DRAFT.md"]
    spoken, _, left = text.partition("to be removed before it is sent")
    assert "live/2.m3u8" not in spoken
    assert "`F2`" not in spoken
    assert "Song Y" not in spoken
    assert "`Song Y` (`song-y`): `whose right it is" in left


def test_there_is_no_notice_of_a_licensed_site_and_it_says_why() -> None:
    made = notices(contents())
    assert {name.split("/")[0] for name in made} == {WITHHELD, slug(PIRATE)}
    assert "it is licensed there" in made[WITHHELD].decode()


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (judged(rights="licensed"), "it is licensed there"),
        (judged(rights="rights_unknown"), "is not on record"),
        (judged(state="undecided"), "the verdict on the site is undecided"),
        (judged(state="cleared"), "the verdict on the site is cleared"),
        (reviewed("rejected"), "no finding of it was confirmed"),
    ],
)
def test_nothing_is_drafted_without_grounds(made: Contents, why: str) -> None:
    assert not drafts(made)
    assert why in notices(made)[WITHHELD].decode()


def test_a_probable_verdict_is_enough() -> None:
    assert len(drafts(judged(state="probable"))) == 3


def test_a_url_in_letters_of_any_script_is_quoted() -> None:
    record = dossier()
    first = replace(record.samples[0], source="https://영화.example/a.m3u8")
    made = contents(dossier=replace(record, samples=(first, *record.samples[1:])))
    assert f"URL: `{first.source}`" in drafts(made)["korea-103.DRAFT.md"]


@pytest.mark.parametrize("source", ["/home/someone/a.ts", "https://a.example/\u202eb"])
def test_what_is_no_url_is_left_to_a_person_and_not_told(source: str) -> None:
    record = dossier()
    first = replace(record.samples[0], source=source)
    made = contents(dossier=replace(record, samples=(first, *record.samples[1:])))
    text = drafts(made)["dsa-16.DRAFT.md"]
    assert "what is on record is not one that can be quoted; see sample `S1`" in text
    assert source not in text


def test_the_certificate_has_process_digests_and_figures_and_no_signature() -> None:
    text = certificate(contents())["certificate-902-13-14.DRAFT.md"].decode()
    assert text.startswith(BANNER)
    assert text.endswith(BANNER + "\n")
    for sample in dossier().samples:
        assert sample.manifest_sha256 is None or f"`{sample.manifest_sha256}`" in text
    assert "`false matches among 5,004 excerpts`: `0` (from `docs/benchmarks/audio.json`)" in text
    assert "**[TO BE SIGNED BY A PERSON]**" in text


@given(texts)
@settings(max_examples=200, deadline=None)
def test_a_quoted_text_is_one_code_span(text: str) -> None:
    parsed = READER.parseInline(f"a {quoted(text)} b")[0].children or []
    assert [one.type for one in parsed] in (["text", "code_inline", "text"], ["text"])


@given(strange())
@settings(max_examples=20, deadline=None)
def test_no_text_of_a_record_is_obeyed(made: Contents) -> None:
    plain = {**notices(contents()), **certificate(contents())}
    benign = {_kind(name): _blocks(data) for name, data in plain.items()}
    for name, data in {**notices(made), **certificate(made)}.items():
        parsed = READER.parse(data.decode("utf-8"))
        children = [child for one in parsed for child in one.children or ()]
        assert {child.type for child in children} <= INLINE
        headings = Counter(one.tag for one in parsed if one.type == "heading_open")
        assert headings == benign[_kind(name)]
        assert not {one.type for one in parsed} & {"html_block", "fence", "code_block", "hr"}


@pytest.mark.parametrize("template", sorted(TEMPLATES))
def test_no_line_of_a_draft_begins_with_what_is_put_in(template: str) -> None:
    """Nor does an item of a list: so nothing put in can open a block, whatever reads it."""
    text = files("evidence.exports").joinpath("templates", template).read_text(encoding="utf-8")
    lines = [line.lstrip(" ->") for line in text.splitlines()]
    assert [
        line for line in lines if line.startswith("{{") and not line.startswith("{{ parts.")
    ] == []


def test_hostile_markup_is_shown_as_it_is() -> None:
    for markup in MARKUP:
        record = dossier()
        first = replace(record.samples[0], site=f"a.example/{markup}")
        made = contents(dossier=replace(record, samples=(first, *record.samples[1:])))
        assert quoted(spelled(first.site)) in drafts(made)["dmca-512c.DRAFT.md"]


def _blocks(data: bytes) -> Counter[str]:
    parsed: list[Token] = READER.parse(data.decode("utf-8"))
    return Counter(one.tag for one in parsed if one.type == "heading_open")


def _kind(name: Any) -> str:
    return str(name).rpartition("/")[2]
