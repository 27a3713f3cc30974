"""Vectors are published numbers: from the standards, the registries' guides and known products."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference_catalog.identifiers import SCHEMES, parse

HEX = "0123456789ABCDEF"
DIGITS = "0123456789"

GOOD = [
    ("isan", "ISAN 0000-0001-8947-0000-8-0000-0000-D", "0000-0001-8947-0000-8-0000-0000-D"),
    ("isan", "000000018947000000000000", "0000-0001-8947-0000-8-0000-0000-D"),
    ("isan", "0000-0000-d07a-0090-q-0000-0000-x", "0000-0000-D07A-0090-Q-0000-0000-X"),
    ("isan", "URN:ISAN:0000-0000-3A8D-0000-Z-0000-0000-6", "0000-0000-3A8D-0000-Z-0000-0000-6"),
    ("isan", "0000-0000-3A8D-0000-Z", "0000-0000-3A8D-0000-Z"),
    ("isan", "0000-0000-3A8D-0000", "0000-0000-3A8D-0000-Z"),
    ("eidr", "10.5240/7791-8534-2C23-9030-8610-5", "10.5240/7791-8534-2C23-9030-8610-5"),
    ("eidr", "doi:10.5240/7791-8534-2c23-9030-8610-5", "10.5240/7791-8534-2C23-9030-8610-5"),
    (
        "eidr",
        "https://doi.org/10.5240/EA73-79D7-1B2B-B378-3A73-M",
        "10.5240/EA73-79D7-1B2B-B378-3A73-M",
    ),
    ("eidr", "10.5240/EA7379D71B2BB3783A73M", "10.5240/EA73-79D7-1B2B-B378-3A73-M"),
    ("isrc", "US-RC1-76-07839", "USRC17607839"),
    ("isrc", " isrc: gbayE6800011 ", "GBAYE6800011"),
    ("iswc", "T-034.524.680-1", "T-034.524.680-1"),
    ("iswc", "T0000000010", "T-000.000.001-0"),
    ("iswc", "ISWC T-000000001-0", "T-000.000.001-0"),
    ("isbn", "978-0-306-40615-7", "9780306406157"),
    ("isbn", "ISBN-10: 0-306-40615-2", "9780306406157"),
    ("isbn", "080442957x", "9780804429573"),
    ("ean", "4006381333931", "4006381333931"),
    ("ean", "0 36000 29145 2", "0036000291452"),
    ("ean", "00036000291452", "0036000291452"),
    ("ean", "7351353-7", "73513537"),
    ("ean", "10614141000415", "10614141000415"),
]
BAD = [
    ("isan", "0000-0001-8947-0000-9-0000-0000-D", "check digit should be 8, not 9"),
    ("isan", "0000-0001-8947-0000-8-0000-0000-E", "check digit should be D, not E"),
    ("isan", "0000-0001-8947-000G", "16 or 24 hex digits"),
    ("isan", "0000-0001-8947-0000-8-0000-0000", "16 or 24 hex digits"),
    ("eidr", "10.5240/7791-8534-2C23-9030-8610-6", "check digit should be 5, not 6"),
    ("eidr", "10.5237/7791-8534-2C23-9030-8610-5", "10.5240/, 20 hex digits"),
    ("eidr", "7791-8534-2C23-9030-8610-5", "10.5240/, 20 hex digits"),
    ("isrc", "US-RC1-76-0783", "seven digits, as in"),
    ("isrc", "USRC1760783٩", "seven digits, as in"),
    ("isrc", "XX-RC1-76-07839", "XX gives out no ISRCs"),
    ("iswc", "T-034.524.680-2", "check digit should be 1, not 2"),
    ("iswc", "034.524.680-1", "T, nine digits"),
    ("isbn", "978-0-306-40615-8", "check digit should be 7, not 8"),
    ("isbn", "0-306-40615-3", "check digit should be 2, not 3"),
    ("isbn", "4006381333931", "978 or 979"),
    ("ean", "4006381333932", "check digit should be 1, not 2"),
    ("ean", "400638133393", "check digit should be"),
    ("ean", "123456789", "8, 12, 13 or 14 digits"),
    ("ean", "٤٠٠٦٣٨١٣٣٣٩٣١", "8, 12, 13 or 14 digits"),
]


@pytest.mark.parametrize(("scheme", "value", "canonical"), GOOD)
def test_a_published_identifier_is_accepted(scheme: str, value: str, canonical: str) -> None:
    found = parse(scheme, value)
    assert (found.scheme, found.value) == (scheme, canonical)
    assert parse(scheme, found.value) == found


@pytest.mark.parametrize(("scheme", "value", "reason"), BAD)
def test_a_wrong_identifier_is_refused_with_the_reason(
    scheme: str, value: str, reason: str
) -> None:
    with pytest.raises(ValueError, match=reason) as caught:
        parse(scheme, value)
    assert str(caught.value).startswith(f"{scheme.upper()} {value!r}: ")


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("value", ["", " ", "-", "\0", "n/a", "1" * 1000])
def test_what_is_no_number_is_refused(scheme: str, value: str) -> None:
    with pytest.raises(ValueError, match=scheme.upper()):
        parse(scheme, value)


@settings(deadline=None)  # a busy machine is no fault
@given(st.sampled_from(SCHEMES), st.text())
def test_any_text_is_either_canonical_or_refused(scheme: str, value: str) -> None:
    try:
        found = parse(scheme, value)
    except ValueError:
        return
    assert parse(scheme, found.value) == found


def test_an_unknown_scheme_is_told() -> None:
    with pytest.raises(ValueError, match="'imdb' is no identifier scheme; known are isan, eidr"):
        parse("imdb", "tt0111161")


@pytest.mark.parametrize(
    ("scheme", "value", "alphabet"),
    [
        ("isan", "0000-0001-8947-0000-8-0000-0000-D", HEX),
        ("eidr", "10.5240/7791-8534-2C23-9030-8610-5", HEX),
        ("isbn", "9780306406157", DIGITS),
        ("isbn", "0306406152", DIGITS),
        ("ean", "4006381333931", DIGITS),
        ("ean", "73513537", DIGITS),
    ],
)
@settings(deadline=None)  # a busy machine is no fault
@given(data=st.data())
def test_one_changed_digit_is_caught(
    scheme: str, value: str, alphabet: str, data: st.DataObject
) -> None:
    start = value.find("/") + 1
    places = [at for at, digit in enumerate(value) if at >= start and digit in alphabet]
    assert_caught(scheme, value, data.draw(st.sampled_from(places)), alphabet, data)


@settings(deadline=None)  # a busy machine is no fault
@given(data=st.data())
def test_one_changed_digit_of_an_iswc_is_caught_where_its_rule_can(data: st.DataObject) -> None:
    # The rule of the standard weighs the nine digits by 1 to 9: modulo 10 only the weights 1, 3,
    # 7 and 9 tell any two digits apart. The check digit itself always does.
    places = [2, 5, 9, 12, 14]
    at = data.draw(st.sampled_from(places))
    assert_caught("iswc", "T-034.524.680-1", at, DIGITS, data)


def assert_caught(scheme: str, value: str, at: int, alphabet: str, data: st.DataObject) -> None:
    other = data.draw(st.sampled_from([digit for digit in alphabet if digit != value[at]]))
    with pytest.raises(ValueError, match=scheme.upper()):
        parse(scheme, value[:at] + other + value[at + 1 :])
