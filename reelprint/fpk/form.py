"""What a fingerprint package says: its values, their JSON, and what may stand in them.

A package is made and read by this one module, so that nothing is written that is not read again.
Texts and numbers of a stranger's package are believed as far as `read_head` and `read_work` check
them, codes as far as `reelprint.fpk.codes` does.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, get_args

from media.clip import Kind, Loss
from reelprint.extraction import LONGEST_S
from reference_catalog import identifiers
from reference_catalog.licence import Licence, licence
from reference_catalog.work import Identifier, WorkDetails

FORMAT = "reelprint-fingerprints-1"
HEAD = "FINGERPRINTS.json"  # the first file, so that a package is known by how it begins
SUMS, SIGNATURE, SIGNER = "SHA256SUMS", "SHA256SUMS.sig", "signer.pem"
WORKS, CODES = "works", "fingerprints"

MOST_REFERENCES, MOST_OF_A_WORK = 40_000, 5_000
MOST_TEXT, MOST_NAME, MOST_LOSSES = 1_000, 255, 1_000
MOST_LICENCES, MOST_SCHEMES = 5_000, 32
MOST_HEAD, MOST_WORK = 64 << 20, 64 << 20  # bytes
_MOST_SECONDS = 1e12
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
_SCHEME = re.compile(r"(audio|video)-[a-z0-9]+-[1-9][0-9]{0,3}", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
_TURNS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
_UNSEEN = ("Cc", "Cs", "Cn", "Co", "Zl", "Zp")

Unread = tuple[str, str, str]  # a file's name, its work_id, why it could not be read


@dataclass(frozen=True, slots=True)
class Stored:
    """A fingerprint in a package: a file of its own."""

    sha256: str  # of that file
    bytes: int
    codes: int  # how many


@dataclass(frozen=True, slots=True)
class PackedReference:
    """One media file that was fingerprinted where it lies."""

    name: str  # of the file, without its folder
    sha256: str  # of the file, 64 lower-case hex digits
    kind: Kind
    duration_s: float
    losses: tuple[Loss, ...]
    fingerprints: Mapping[str, Stored]  # by scheme


@dataclass(frozen=True, slots=True)
class PackedWork:
    """A work, who may show it, and its references."""

    details: WorkDetails
    licences: tuple[Licence, ...] | None  # None: the package does not say
    references: tuple[PackedReference, ...]


@dataclass(frozen=True, slots=True)
class Head:
    """What a package says of itself."""

    made_at: str  # UTC, RFC 3339 to the second
    software: str
    schemes: tuple[str, ...]  # of which each reference has a fingerprint
    signer: str | None  # the fingerprint of the key; None: it is not signed
    works: int
    references: int
    unread: tuple[Unread, ...]


def work_file(work_id: str) -> str:
    """Where a work stands in a package."""
    return f"{WORKS}/{hashlib.sha256(work_id.encode('utf-8')).hexdigest()}.json"


def codes_file(sha256: str, scheme: str) -> str:
    """Where a fingerprint stands in a package."""
    return f"{CODES}/{sha256}/{scheme}.npz"


def head_as_dict(head: Head) -> dict[str, Any]:
    """Its JSON form."""
    unread = [{"name": n, "work_id": w, "reason": r} for n, w, r in head.unread]
    return {"format": FORMAT, **asdict(head), "unread": unread}


def reference_as_dict(reference: PackedReference) -> dict[str, Any]:
    """Its JSON form."""
    said: dict[str, Any] = _listed(asdict(reference))
    return said


def read_reference(said: Any) -> PackedReference:
    """Raises ValueError, TypeError, LookupError for what `reference_as_dict` does not give."""
    return _reference(said)


def work_as_dict(work: PackedWork) -> dict[str, Any]:
    """Its JSON form. Raises ValueError for what `read_work` would not take."""
    said = {
        **asdict(work.details),
        "licences": None if work.licences is None else [one.as_dict() for one in work.licences],
        "references": [asdict(one) for one in work.references],
    }
    read_work(_listed(said))
    return said


def read_head(said: Any) -> Head:
    """Raises ValueError, TypeError, LookupError for what `head_as_dict` does not give."""
    if not isinstance(said, dict) or said.get("format") != FORMAT:
        raise ValueError(f"this is no package of the form {FORMAT}")
    _keys(said, Head, "format")
    signer = said["signer"]
    return Head(
        _matched(_MOMENT, said["made_at"]),
        _text(said["software"]),
        _schemes(said["schemes"]),
        None if signer is None else _matched(_HASH, signer),
        _count(said["works"], MOST_REFERENCES),
        _count(said["references"], MOST_REFERENCES),
        tuple(_unread(one) for one in _few(said["unread"], MOST_REFERENCES)),
    )


def read_work(said: Any) -> PackedWork:
    """Raises ValueError, TypeError, LookupError for what `work_as_dict` does not give."""
    own = ("work_id", "title", "kind", "owner", "identifiers", "series", "licences", "references")
    if not isinstance(said, dict) or set(said) != set(own):
        raise ValueError("a work has other keys than these: " + ", ".join(own))
    details, licences = _details(said), said["licences"]
    references = tuple(_reference(one) for one in _few(said["references"], MOST_OF_A_WORK))
    if not references:
        raise ValueError(f"the work {details.work_id!r} has no reference")
    granted = None if licences is None else _few(licences, MOST_LICENCES)
    named = None if granted is None else tuple(_licence(one) for one in granted)
    return PackedWork(details, named, references)


def require_fit(details: WorkDetails) -> None:
    """Raise ValueError for what no package may say of a work."""
    _details(_listed(asdict(details)))


def shown_name(name: str) -> str:
    """A file's name as a package may have it: what cannot be shown is a question mark."""
    return "".join("?" if _hidden(c) or c in "/\\" else c for c in name)[:MOST_NAME] or "?"


def shown_reason(reason: str) -> str:
    """A reason as a package may have it."""
    return "".join("?" if _hidden(c) else c for c in reason)[:MOST_TEXT] or "?"


def kind_named(said: object) -> Kind:
    """A kind of media. Raises ValueError."""
    for kind in get_args(Kind):
        if kind == said:
            found: Kind = kind
            return found
    raise ValueError(f"{str(said)[:20]!r} is no kind of media")


def _details(said: Any) -> WorkDetails:
    owner, series = said["owner"], said["series"]
    return WorkDetails(
        work_id=_name(said["work_id"]),
        title=_text(said["title"]),
        kind=_text(said["kind"]),
        owner=None if owner is None else _text(owner),
        identifiers=tuple(_identifier(one) for one in _few(said["identifiers"], MOST_SCHEMES)),
        series=None if series is None else _text(series),
    )


def _reference(said: Any) -> PackedReference:
    _keys(said, PackedReference)
    name = _text(said["name"])
    if "/" in name or "\\" in name or len(name) > MOST_NAME:
        raise ValueError(f"{name[:80]!r} is no name of a file")
    stored = said["fingerprints"]
    if not isinstance(stored, dict):
        raise TypeError("fingerprints are no object")
    return PackedReference(
        name,
        _matched(_HASH, said["sha256"]),
        kind_named(said["kind"]),
        _duration(said["duration_s"]),
        tuple(_loss(one) for one in _few(said["losses"], MOST_LOSSES)),
        {scheme: _stored(stored[scheme]) for scheme in _schemes(sorted(stored))},
    )


def _stored(said: Any) -> Stored:
    _keys(said, Stored)
    return Stored(
        _matched(_HASH, said["sha256"]), _count(said["bytes"], 1 << 40), _count(said["codes"])
    )


def _loss(said: Any) -> Loss:
    _keys(said, Loss)
    at = said["at_s"]
    return Loss(_text(said["kind"]), _text(said["detail"]), None if at is None else _seconds(at))


def _identifier(said: Any) -> Identifier:
    _keys(said, Identifier)
    found = identifiers.parse(_text(said["scheme"]), _text(said["value"]))
    if found.value != said["value"]:
        raise ValueError(f"the identifier {said['value']!r} is not in its canonical form")
    return found


def _licence(said: Any) -> Licence:
    codes = " ".join(_text(one) for one in _few(said["territories"], 300))
    ends = [said[key] for key in ("start", "end")]
    start, end = ("" if one is None else _text(one) for one in ends)
    found = licence(_text(said["distributor"]), codes, start, end)
    if _listed(found.as_dict()) != said:
        raise ValueError("a licence is not in its canonical form")
    return found


def _unread(said: Any) -> Unread:
    if not isinstance(said, dict) or set(said) != {"name", "work_id", "reason"}:
        raise ValueError("what could not be read has other keys than name, work_id, reason")
    return _text(said["name"]), _text(said["work_id"]), _text(said["reason"])


def _schemes(said: Any) -> tuple[str, ...]:
    names = tuple(_matched(_SCHEME, one) for one in _few(said, MOST_SCHEMES))
    if len(set(names)) != len(names) or not names:
        raise ValueError("schemes stand there twice, or there are none")
    return names


def _name(said: Any) -> str:
    """A work_id: what looks the same must be the same, as far as that can be had."""
    name = _text(said)
    if unicodedata.normalize("NFC", name) != name:
        raise ValueError(f"the work_id {name!r} is not in the normal form NFC")
    if any(unicodedata.category(c) == "Cf" for c in name):
        raise ValueError(f"the work_id {name!r} has characters that nobody sees")
    return name


def _text(said: Any) -> str:
    if not isinstance(said, str) or not said or len(said) > MOST_TEXT:
        raise ValueError(f"not a text of 1 to {MOST_TEXT} characters: {str(said)[:40]!r}")
    if any(map(_hidden, said)):
        raise ValueError(f"a text has characters that mislead: {said[:80]!r}")
    return said


def _hidden(character: str) -> bool:
    """Whether it is a control or a turn of the direction, or means nothing to anybody."""
    return (
        unicodedata.category(character) in _UNSEEN or unicodedata.bidirectional(character) in _TURNS
    )


def _matched(form: re.Pattern[str], said: Any) -> str:
    if not isinstance(said, str) or not form.fullmatch(said):
        raise ValueError(f"{str(said)[:80]!r} is not of the form {form.pattern}")
    return said


def _duration(said: Any) -> float:
    seconds = _seconds(said)
    if not 0 <= seconds <= LONGEST_S:
        raise ValueError(f"{seconds:g} s is no length of a file")
    return seconds


def _seconds(said: Any) -> float:
    if isinstance(said, bool) or not isinstance(said, int | float):
        raise ValueError("not a number of seconds")
    if not abs(said) <= _MOST_SECONDS:  # nor NaN
        raise ValueError("seconds without bounds")
    return float(said)


def _count(said: Any, most: int = 1 << 32) -> int:
    if isinstance(said, bool) or not isinstance(said, int) or not 0 <= said <= most:
        raise ValueError(f"not a count up to {most}: {str(said)[:40]!r}")
    return said


def _few(said: Any, most: int) -> list[Any]:
    if not isinstance(said, list) or len(said) > most:
        raise ValueError(f"not a list of up to {most}")
    return said


def _keys(said: Any, form: type, *more: str) -> None:
    wanted = {*form.__dataclass_fields__, *more}  # type: ignore[attr-defined]
    if not isinstance(said, dict) or set(said) != wanted:
        raise ValueError(f"other keys than {', '.join(sorted(wanted))}")


def _listed(said: Any) -> Any:
    """The same with lists in place of tuples, as JSON has it."""
    if isinstance(said, Mapping):
        return {key: _listed(value) for key, value in said.items()}
    if isinstance(said, list | tuple) and not isinstance(said, str):
        return [_listed(value) for value in said]
    return said
