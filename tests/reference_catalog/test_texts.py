"""Whatever a title says, it comes back as it was or is refused: alike in each database."""

from __future__ import annotations

import dataclasses
import math
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from media.clip import Loss, Span
from reference_catalog.catalog import Catalog
from reference_catalog.errors import NoSuchWork
from reference_catalog.place import Place
from reference_catalog.work import Exclusion, NewReference, WorkDetails
from tests.reference_catalog.builders import details, new_reference, sha256_of

HOSTILE = [
    "'; DROP TABLE work; --",
    "\"\\'\\\" E'\\x41' $$ $1 :name %s %(name)s %% ? {0}",
    "100 % _ [a-z] * LIKE",
    '\\\\x00 \\u0000 \\N {"a": null} NULL \\.',
    "\u202eesrever \ufeff\u200b\u0301 e\u0301 \u00e9 \U0001f3f4\U000e0067 \uffff",
    "tab\tline\nreturn\r\x01\x1b[2J\x7f\x85",
    "\uff26\uff35\uff2c\uff2c \ufb01 \u0130 \u0131 \u00df \u1e9e \u01c5 \u03a3\u03c2 제목",
]
UNICODE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)


def kept(catalog: Catalog, said: WorkDetails) -> tuple[str, str | None, str | None]:
    work = catalog.describe(said)
    assert catalog.work(said.work_id) == work
    return work.title, work.owner, work.series


def test_a_hostile_text_is_a_text(catalog: Catalog) -> None:
    catalog.add(details("other"), new_reference(2))
    for seed, text in enumerate(HOSTILE, 10):
        name = "".join(character for character in text if character.isprintable())
        lost = (Loss("corrupt", text, 1e-9),)
        new = dataclasses.replace(new_reference(seed), losses=lost, source=text)
        added = catalog.add(details(name), new)
        assert catalog.reference(added.number) == added
        assert (added.source, added.losses) == (text, lost)
        assert kept(catalog, WorkDetails(name, text, owner=text, series=text)) == (text,) * 3
        one = Exclusion(added.number, Span(1, 2), text)
        catalog.exclude([one])
        assert catalog.exclusions() == [one]
        assert catalog.titles([1, added.number]) == {
            1: ("other", "other"),
            added.number: (name, text),
        }
        catalog.remove(name)
        assert [work.work_id for work in catalog.works()] == ["other"]


def test_any_text_comes_back(place: Place) -> None:
    with Catalog.create(place) as catalog:
        catalog.add(details("w"), new_reference(1))

        @given(UNICODE)
        @settings(max_examples=25)
        def comes_back(text: str) -> None:
            assert kept(catalog, WorkDetails("w", f"={text}", owner=text)) == (
                f"={text}",
                text,
                None,
            )

        comes_back()


def test_names_differ_by_every_character(catalog: Catalog) -> None:
    names = ["a", "A", "a ", " a", "é", "e\u0301", "ß", "ss", "İ", "i\u0307", "ﬁ", "fi", "_", "%"]
    for seed, name in enumerate(names):
        catalog.add(details(name), new_reference(seed))
    assert [work.work_id for work in catalog.works()] == sorted(names)
    assert [len(work.references) for work in catalog.works()] == [1] * len(names)
    for pattern in ("a%", "?", "A_"):
        with pytest.raises(NoSuchWork):
            catalog.remove(pattern)


def test_a_very_long_title_is_kept(catalog: Catalog) -> None:
    long = "제목%'\\" * 1_200_000  # 10.8 MB
    catalog.add(WorkDetails("w", long), new_reference(1))
    assert catalog.titles([1]) == {1: ("w", long)}


@pytest.mark.parametrize("text", ["a\0b", "\0", "a\ud800b", "\udcff"])
def test_what_no_database_keeps_is_refused_before(text: str) -> None:
    for title, owner, series in ((text, None, None), ("t", text, None), ("t", None, text)):
        with pytest.raises(ValueError, match=r"NUL|Unicode"):
            WorkDetails("w", title, owner=owner, series=series)
    with pytest.raises(ValueError, match=r"NUL|Unicode"):
        Exclusion(1, Span(1, 2), text)
    with pytest.raises(ValueError, match=r"NUL|Unicode|control"):
        WorkDetails(text, "t")


def test_a_path_of_any_bytes_is_kept_readable(catalog: Catalog) -> None:
    with pytest.raises(ValueError, match="NUL"):
        dataclasses.replace(new_reference(1), source="a\0b")
    strange = dataclasses.replace(new_reference(1), source="/m/caf\udce9'%\\.mp4")
    assert catalog.add(details("w"), strange).source == "/m/caf\\udce9'%\\.mp4"


def test_what_a_decoder_says_of_losses_is_kept(catalog: Catalog) -> None:
    said = (
        Loss("a", "\0 \ud800 \\u0000 'x'", 0.1),
        Loss("b", "", math.nan),
        Loss("c", "", math.inf),
        Loss("d", "", -0.0),
    )
    added = catalog.add(details("w"), dataclasses.replace(new_reference(1), losses=said))
    (found,) = [catalog.reference(added.number)]
    assert found is not None
    assert [one.at_s for one in found.losses] == [0.1, None, None, -0.0]
    assert [one.detail for one in found.losses] == [one.detail for one in said]


def test_times_come_back_to_the_bit(catalog: Catalog) -> None:
    for seed, time in enumerate([5e-324, 1 / 3, 1.7976931348623157e308, 0.1 + 0.2]):
        new = NewReference(sha256_of(seed), "x", time, (), ())
        number = catalog.add(details(str(seed)), new).number
        found = catalog.reference(number)
        assert found is not None
        assert found.duration_s == time
        one = Exclusion(number, Span(0, time), "")
        assert (catalog.exclude([one]), catalog.exclude([one])) == (1, 0)
        assert catalog.exclusions(number) == [one]


def test_numbers_that_nobody_has_are_not_found(catalog: Catalog) -> None:
    for number in (0, -1, 2**31, 2**32 + 1, 10**18 - 1, 2**63 - 1):
        assert catalog.reference(number) is None
        assert (catalog.titles([number]), catalog.series([number])) == ({}, {})
        with pytest.raises(LookupError, match=re.escape(f"R{number:06d}")):
            catalog.exclude([Exclusion(number, Span(1, 2), "")])
