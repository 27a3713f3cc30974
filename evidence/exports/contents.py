"""What an export is made of: values on record, and what the caller knows besides."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, is_dataclass, replace
from datetime import datetime
from typing import Any, Literal

from casework.record import Dossier
from casework.verdict import SiteVerdict
from evidence.exports.receipts import Receipt

Tlp = Literal["clear", "green", "amber", "amber+strict", "red"]
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class Party:
    """Who investigates or complains, as it is to stand in an export. None is left blank."""

    name: str
    email: str | None = None
    address: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured figure as a document states it, word for word."""

    what: str
    value: str
    source: str  # the document that states it


@dataclass(frozen=True, slots=True)
class Contents:
    """All that the exports of one case are made of.

    `works` are details by work_id: `title`, `kind`, `owner` (or None), `series` (or None) and
    `identifiers`, a list of {"scheme", "value"}. `licences` are, by work_id, the licences on
    record as the catalogue shows them; they are quoted, not judged. A work that is in neither
    is exported by its id and the title that the verdict gives. `receipts` say, by the name of
    its folder, what a capture received. Who complains need not be who investigates.
    """

    dossier: Dossier
    verdicts: tuple[SiteVerdict, ...]
    works: Mapping[str, Mapping[str, Any]]
    licences: Mapping[str, Sequence[Mapping[str, Any]]]
    generated_at: str  # RFC 3339 in UTC
    software: str  # name and version
    investigator: Party | None = None
    complainant: Party | None = None  # in whose name notices are drafted
    receipts: Mapping[str, Receipt] = field(default_factory=dict)
    figures: tuple[Figure, ...] = ()
    tlp: Tlp = "amber+strict"


def sound(contents: Contents) -> Contents:
    """The same, fit to be written, or ValueError.

    Lone surrogates, which no file can hold, are spelled out. Moments and digests are checked:
    they are machine-written, so one that is not of its form is damage, not content.
    """
    made: Contents = _written(contents)
    _check_moments(made)
    _check_digests(made)
    _check_references(made)
    return made


def moment(text: str) -> datetime:
    """A moment of the record. Raises ValueError."""
    if not _MOMENT.fullmatch(text):
        raise ValueError(f"{text!r} is not a moment (RFC 3339 in UTC)")
    return datetime.fromisoformat(text)


def spelled(text: str) -> str:
    """A text with lone surrogates spelled out.

    >>> spelled("a\\udcff")
    'a\\\\udcff'
    """
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _written(value: Any) -> Any:
    if isinstance(value, str):
        return spelled(value)
    if is_dataclass(value) and not isinstance(value, type):
        return replace(value, **{f.name: _written(getattr(value, f.name)) for f in fields(value)})
    if isinstance(value, Mapping):
        return {_written(key): _written(held) for key, held in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_written(one) for one in value)
    return value


def _check_moments(contents: Contents) -> None:
    record, made = contents.dossier, moment(contents.generated_at)
    if moment(record.case.opened_at) > made:
        raise ValueError("an export cannot be made before its case was opened")
    samples = (at for one in record.samples for at in (one.planned_at, one.taken_at, one.ended_at))
    others = [one.found_at for one in record.findings] + [one.at for one in record.reviews]
    for at in (*samples, *others, *(r.at for one in contents.receipts.values() for r in one.peers)):
        if at is not None:
            moment(at)


def _check_digests(contents: Contents) -> None:
    record = contents.dossier
    named = [sample.manifest_sha256 for sample in record.samples]
    named += [digest for sample in record.samples for digest in sample.segments]
    named += [finding.suspect_sha256 for finding in record.findings]
    for receipt in contents.receipts.values():
        named += [file.sha256 for file in receipt.files]
        named += [digest for peer in receipt.peers for digest in peer.chain]
    wrong = next((one for one in named if one is not None and not _SHA256.fullmatch(one)), None)
    if wrong is not None:
        raise ValueError(f"{wrong!r} is not a SHA-256: 64 lower-case hex digits")


def _check_references(contents: Contents) -> None:
    record = contents.dossier
    found = {finding.finding_id for finding in record.findings}
    _check_known("sample", (f.sample_id for f in record.findings), _sample_ids(contents))
    _check_known("finding", (review.finding_id for review in record.reviews), found)
    counted = (one for v in contents.verdicts for work in v.works for one in work.findings)
    _check_known("finding", counted, found)


def _sample_ids(contents: Contents) -> set[str]:
    return {sample.sample_id for sample in contents.dossier.samples}


def _check_known(what: str, named: Iterable[str], known: set[str]) -> None:
    missing = next((one for one in named if one not in known), None)
    if missing is not None:
        raise ValueError(f"the {what} {missing!r} is named, but not on record")
