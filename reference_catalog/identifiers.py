"""Public identifiers of works, verified and brought to one canonical form each.

scheme  names              verified by                           canonical form
isan    audiovisual works  ISO 7064 Mod 37,36, for each part     dashed, with check characters
eidr    audiovisual works  ISO 7064 Mod 37,36                    a DOI in upper case, dashed
isrc    recordings         form and country; no check digit      12 characters
iswc    musical works      weighted sum modulo 10                as T-034.524.680-1
isbn    books              ISBN-10 or ISBN-13 check digit        13 digits
ean     products           GS1 check digit                       8, 13 or (packages) 14 digits

ISANs for machines leave the check characters out; those are accepted, and the characters added.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from stdnum import ean, isan, isbn, isrc
from stdnum.exceptions import InvalidComponent, ValidationError
from stdnum.iso7064 import mod_37_36
from stdnum.util import clean

from reference_catalog.work import Identifier

# What people write before the number itself.
_LABEL = re.compile(
    r"(?:URN:)?(?:ISAN|EIDR|ISRC|ISWC|ISBN(?:-1[03])?|EAN|DOI)[:\s]+"
    r"|HTTPS?://(?:DX[.])?DOI[.]ORG/"
)
_ISAN = re.compile("[0-9A-F]{16}(?:[0-9A-Z]|[0-9A-F]{8}|[0-9A-Z][0-9A-F]{8}[0-9A-Z])?")
_EIDR = re.compile("10[.]5240/([0-9A-F]{20})([0-9A-Z])")
_ISWC = re.compile("T([0-9]{9})([0-9])")
_ISBN10 = re.compile("([0-9]{9})([0-9X])")
_ISBN13 = re.compile("(97[89][0-9]{9})([0-9])")
_EAN = re.compile("([0-9]{7}|[0-9]{11,13})([0-9])")


def parse(scheme: str, value: str) -> Identifier:
    """The identifier that `value` writes in any usual way.

    Raises ValueError with a sentence that says which scheme and what is wrong.

    >>> parse("iswc", "T0345246801").value
    'T-034.524.680-1'
    """
    if scheme not in _PARSERS:
        raise ValueError(f"{scheme!r} is no identifier scheme; known are {', '.join(SCHEMES)}")
    label = _LABEL.match(value.strip().upper())
    plain = clean(value.strip().upper()[label.end() if label else 0 :], " -")
    try:
        return Identifier(scheme, _PARSERS[scheme](plain))
    except ValueError as error:
        raise ValueError(f"{scheme.upper()} {value!r}: {error}") from error


def _isan(value: str) -> str:
    if not _ISAN.fullmatch(value):
        raise ValueError("it should have 16 or 24 hex digits, with or without check characters")
    root, episode, check, version, version_check = isan.split(value)
    _verify(check, mod_37_36.calc_check_digit(root + episode))
    _verify(version_check, mod_37_36.calc_check_digit(root + episode + version))
    return isan.format(value)


def _eidr(value: str) -> str:
    form = "10.5240/, 20 hex digits and a check character"
    digits, check = _parts(_EIDR, value, form)
    _verify(check, mod_37_36.calc_check_digit(digits))
    groups = [digits[start : start + 4] for start in range(0, 20, 4)]
    return f"10.5240/{'-'.join([*groups, check])}"


def _isrc(value: str) -> str:
    try:
        return isrc.validate(value)
    except InvalidComponent as error:
        raise ValueError(f"{value[:2]} gives out no ISRCs") from error
    except ValidationError as error:
        form = "two letters, three letters or digits and seven digits, as in USRC17607839"
        raise ValueError(f"it should be {form}") from error


def _iswc(value: str) -> str:
    form = "T, nine digits and a check digit, as in T-034.524.680-1"
    digits, check = _parts(_ISWC, value.replace(".", ""), form)
    weighted = 1 + sum(weight * int(digit) for weight, digit in enumerate(digits, start=1))
    _verify(check, str(-weighted % 10))
    return f"T-{digits[:3]}.{digits[3:6]}.{digits[6:]}-{check}"


def _isbn(value: str) -> str:
    if _ISBN10.fullmatch(value):
        new = isbn.to_isbn13(value)
        _verify(value[-1], isbn.to_isbn10(new)[-1])
        return new
    digits, check = _parts(_ISBN13, value, "10 digits, or 13 that begin with 978 or 979")
    _verify(check, ean.calc_check_digit(digits))
    return value


def _ean(value: str) -> str:
    digits, check = _parts(_EAN, value, "8, 12, 13 or 14 digits")
    _verify(check, ean.calc_check_digit(digits))
    # A UPC-A and a single item's GTIN-14 are the same number as an EAN-13, with fewer or more
    # leading zeros.
    return value if len(value) == 8 else value.removeprefix("0").zfill(13)


def _parts(form: re.Pattern[str], value: str, description: str) -> tuple[str, str]:
    """What is checked, and its check digit."""
    found = form.fullmatch(value)
    if not found:
        raise ValueError(f"it should be {description}")
    return found[1], found[2]


def _verify(check: str, expected: str) -> None:
    # No check digit at all is a form that only ISANs have.
    if check and check != expected:
        raise ValueError(f"the check digit should be {expected}, not {check}")


_PARSERS: dict[str, Callable[[str], str]] = {
    "isan": _isan,
    "eidr": _eidr,
    "isrc": _isrc,
    "iswc": _iswc,
    "isbn": _isbn,
    "ean": _ean,
}
SCHEMES = tuple(_PARSERS)
