"""Ranges that count nothing: what is left of fingerprints, and that undoing leaves no trace."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.clip import Span
from reference_catalog.catalog import Catalog
from reference_catalog.excluding import NOTHING_EXCLUDED, revision, without
from reference_catalog.work import Exclusion, WorkDetails, reference_id, reference_number
from tests.reference_catalog.builders import AUDIO, VIDEO, details, fingerprint, new_reference

spans = st.tuples(st.floats(0, 30), st.floats(0, 30)).map(lambda ends: Span(*sorted(ends)))


@given(st.lists(spans, max_size=4))
def test_what_is_left_lies_in_no_excluded_range_and_the_rest_is_untouched(some: list[Span]) -> None:
    whole = fingerprint(1)
    left = without(whole, some)
    kept = [not any(s.start_s <= t < s.end_s for s in some) for t in whole.times.tolist()]
    assert np.array_equal(left.times, whole.times[kept])
    assert np.array_equal(left.codes, whole.codes[kept])
    assert np.array_equal(left.quality, whole.quality[kept])


def test_a_revision_names_what_is_excluded_in_any_order() -> None:
    a, b = Span(0.0, 9.0), Span(20.0, 30.5)
    assert revision([]) == NOTHING_EXCLUDED
    assert revision([a, b]) == revision([b, a])
    assert len({revision(some) for some in ([], [a], [b], [a, b], [Span(0.0, 9.5)])}) == 5


def test_excluding_counts_in_every_scheme_and_undoing_brings_all_back(catalog: Catalog) -> None:
    added = catalog.add(details("film"), new_reference(1))
    one = Exclusion(added.number, Span(5.0, 10.0), "intro")
    assert catalog.exclude([one]) == 1
    for scheme in (VIDEO, AUDIO):
        left = catalog.effective(added.number, scheme)
        times = catalog.fingerprint(added.number, scheme).times
        assert not np.any((times >= 5.0) & (times < 10.0))
        assert np.array_equal(left.fingerprint.times, times)
        assert left.revision == catalog.revisions()[added.number] != NOTHING_EXCLUDED
    assert catalog.exclude([one]) == 0
    assert catalog.exclusions() == catalog.exclusions(added.number) == [one]
    assert catalog.include([one]) == 1
    assert catalog.include([one]) == 0
    back = catalog.effective(added.number, VIDEO)
    assert np.array_equal(back.fingerprint.codes, fingerprint(1).codes)
    assert back.revision == NOTHING_EXCLUDED
    assert catalog.revisions() == {}


def test_ranges_may_overlap_and_a_later_reason_takes_over(catalog: Catalog) -> None:
    number = catalog.add(details("film"), new_reference(1)).number
    catalog.exclude([Exclusion(number, Span(0, 6), "a"), Exclusion(number, Span(4, 8), "b")])
    catalog.exclude([Exclusion(number, Span(0, 6), "c")])
    assert [one.reason for one in catalog.exclusions()] == ["c", "b"]
    assert catalog.fingerprint(number, VIDEO).times[0] == 8.0


def test_all_are_excluded_or_none(catalog: Catalog) -> None:
    number = catalog.add(details("film"), new_reference(1)).number
    with pytest.raises(LookupError, match="R000099"):
        catalog.exclude([Exclusion(number, Span(0, 6), ""), Exclusion(99, Span(0, 6), "")])
    assert catalog.exclusions() == []


def test_what_was_excluded_goes_with_its_work(catalog: Catalog) -> None:
    number = catalog.add(details("film"), new_reference(1)).number
    catalog.exclude([Exclusion(number, Span(0, 6), "")])
    catalog.remove("film")
    assert catalog.exclusions() == []


@pytest.mark.parametrize("ends", [(3.0, 3.0), (-1.0, 3.0), (0.0, float("inf"))])
def test_what_is_no_range_is_refused(ends: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="range"):
        Exclusion(1, Span(*ends), "")


@pytest.mark.parametrize(
    "text", ["12", "R12", "R00001x", "r000012", "R\u0660\u0660\u0660\u0660\u0661\u0662"]
)
def test_what_is_no_reference_id_is_refused(text: str) -> None:
    assert reference_number(reference_id(1_000_012)) == 1_000_012
    with pytest.raises(ValueError, match="R000012"):
        reference_number(text)


def test_a_series_is_kept_until_another_is_said(catalog: Catalog) -> None:
    first = catalog.add(WorkDetails("ep1", "One", series="Bunnies"), new_reference(1))
    other = catalog.add(details("film"), new_reference(2))
    catalog.describe(details("ep1"))
    assert catalog.series([first.number, other.number]) == {first.number: "Bunnies"}
    catalog.describe(WorkDetails("ep1", "One", series="Hares"))
    work = catalog.work("ep1")
    assert work is not None
    assert work.series == "Hares"
