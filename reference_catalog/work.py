"""The nouns that leave this room: works, their references, and what is needed to add one."""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass

from fingerprint.scheme import Fingerprint
from media.clip import Loss, Span
from reference_catalog.licence import Licence

DEFAULT_KIND = "other"
KINDS = ("film", "episode", "tv", "music", "image", "clip", DEFAULT_KIND)
MAX_WORK_ID = 200  # characters; long enough for any file name, short enough for a table

_SHA256 = re.compile(r"[0-9a-f]{64}")
_REFERENCE_ID = re.compile(r"R[0-9]{6,18}", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class Identifier:
    """A public identifier of a work. Made by `identifiers.parse`, which verifies it."""

    scheme: str  # "isan", "eidr", "isrc", "iswc", "isbn" or "ean"
    value: str  # in canonical form


@dataclass(frozen=True, slots=True)
class Origin:
    """The package of fingerprints that a reference came in; its media was never here."""

    package: str  # SHA-256 of the package, 64 lower-case hex digits
    signer: str | None  # the fingerprint of the key that signed it; None: nobody did
    made_at: str  # UTC, RFC 3339, as the package says

    @property
    def holder(self) -> str:
        """Whose works these are: the key's, or those of this one package."""
        return self.signer or self.package


@dataclass(frozen=True, slots=True)
class Reference:
    """One registered file of a work: a cut, a dub, a trailer. Numbers are never reused."""

    number: int
    work_id: str
    sha256: str  # of the file, 64 lower-case hex digits
    source: str  # where the file was when it was registered
    duration_s: float
    losses: tuple[Loss, ...]
    registered_at: str  # UTC, ISO 8601 to the second
    origin: Origin | None = None  # None: it was registered from its media

    @property
    def reference_id(self) -> str:
        """The number as people see it."""
        return reference_id(self.number)


@dataclass(frozen=True, slots=True, order=True)
class Exclusion:
    """A half-open range of a reference that counts nothing, and why."""

    number: int  # of the reference
    span: Span  # seconds
    reason: str

    def __post_init__(self) -> None:
        check_range(self.span)
        _check_unicode("reason", self.reason)


@dataclass(frozen=True, slots=True)
class Work:
    """What is protected: a film, an episode, a recording."""

    work_id: str
    title: str
    kind: str  # one of KINDS
    owner: str | None
    identifiers: tuple[Identifier, ...]
    references: tuple[Reference, ...]
    series: str | None = None
    licences: tuple[Licence, ...] | None = None  # all there are; none: nobody; None: not known
    holder: str | None = None  # whose packages may change it; None: nobody's, it was made here


@dataclass(frozen=True, slots=True)
class WorkDetails:
    """What a manifest row or a command line says of a work.

    A title equal to the work_id, the kind "other", the owner None, the series None and a scheme
    without an identifier say nothing, so they never overwrite what the catalogue knows.
    """

    work_id: str
    title: str
    kind: str = DEFAULT_KIND
    owner: str | None = None
    identifiers: tuple[Identifier, ...] = ()
    series: str | None = None

    def __post_init__(self) -> None:
        check_work_id(self.work_id)
        _check_unicode("title", self.title)
        _check_unicode("owner", self.owner or "")
        _check_unicode("series", self.series or "")
        if not self.title:
            raise ValueError("the title is empty")
        if self.kind not in KINDS:
            raise ValueError(f"the kind {self.kind!r} is none of {', '.join(KINDS)}")


@dataclass(frozen=True, slots=True)
class NewReference:
    """A file that has been read and fingerprinted, ready to be added."""

    sha256: str  # of the file, 64 lower-case hex digits
    source: str
    duration_s: float
    losses: tuple[Loss, ...]
    fingerprints: tuple[Fingerprint, ...]  # at most one of each scheme

    def __post_init__(self) -> None:
        if not _SHA256.fullmatch(self.sha256):
            raise ValueError("sha256 must be 64 lower-case hex digits")
        if "\0" in self.source:
            raise ValueError(f"the source has a NUL character: {self.source!r}")
        if not (math.isfinite(self.duration_s) and self.duration_s >= 0):
            raise ValueError(f"the duration is not a length of time: {self.duration_s} s")
        schemes = [fingerprint.scheme for fingerprint in self.fingerprints]
        if len(set(schemes)) != len(schemes):
            raise ValueError(f"two fingerprints of one scheme: {', '.join(sorted(schemes))}")


def reference_id(number: int) -> str:
    """A reference number as people see it.

    >>> reference_id(12)
    'R000012'
    """
    return f"R{number:06d}"


def reference_number(reference_id: str) -> int:
    """The number that people see. Raises ValueError.

    >>> reference_number("R000012")
    12
    """
    if not _REFERENCE_ID.fullmatch(reference_id):
        raise ValueError(f"{reference_id!r} is not of the form R000012")
    return int(reference_id[1:])


def check_range(span: Span) -> None:
    """Raise ValueError unless this can be a range of a reference."""
    if not (math.isfinite(span.start_s) and math.isfinite(span.end_s)):
        raise ValueError("a range has to begin and end")
    if not 0 <= span.start_s < span.end_s:
        raise ValueError(f"from {span.start_s:g} s to {span.end_s:g} s is not a range")


def check_work_id(work_id: str) -> None:
    """Raise ValueError unless this can name a work."""
    if not work_id.strip():
        raise ValueError("the work_id is empty")
    if len(work_id) > MAX_WORK_ID:
        raise ValueError(f"the work_id has {len(work_id)} characters, more than {MAX_WORK_ID}")
    _check_unicode("work_id", work_id)
    if any(unicodedata.category(character) == "Cc" for character in work_id):
        raise ValueError(f"the work_id has a control character: {work_id!r}")


def _check_unicode(what: str, text: str) -> None:
    # A file name that is not UTF-8 reaches Python with lone surrogates, which no database keeps.
    if any(unicodedata.category(character) == "Cs" for character in text):
        raise ValueError(f"the {what} is not valid Unicode: {text!r}")
    if "\0" in text:  # which PostgreSQL does not keep
        raise ValueError(f"the {what} has a NUL character: {text!r}")
