"""Between the nouns of this room and the rows of its tables."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable
from datetime import UTC, datetime

from fingerprint.scheme import Fingerprint
from media.clip import Loss, Span
from reference_catalog import listing
from reference_catalog.licence import Licence
from reference_catalog.models import (
    ExclusionRow,
    FingerprintRow,
    IdentifierRow,
    LicenceRow,
    OriginRow,
    ReferenceRow,
    WorkRow,
)
from reference_catalog.work import (
    DEFAULT_KIND,
    Exclusion,
    Identifier,
    NewReference,
    Origin,
    Reference,
    Work,
    WorkDetails,
)


def to_work(row: WorkRow) -> Work:
    """A work with its identifiers and references."""
    return Work(
        work_id=row.work_id,
        title=row.title,
        kind=row.kind,
        owner=row.owner,
        identifiers=tuple(Identifier(one.scheme, one.value) for one in row.identifiers),
        references=tuple(to_reference(one) for one in row.references),
        series=row.series,
        licences=tuple(map(to_licence, row.licences)) if row.rights_known else None,
        holder=row.holder,
    )


def to_licence(row: LicenceRow) -> Licence:
    """Who may distribute a work."""
    return Licence(row.distributor, tuple(row.territories.split()), row.start, row.end)


def to_reference(row: ReferenceRow) -> Reference:
    """A registered file."""
    return Reference(
        number=row.number,
        work_id=row.of_work.work_id,
        sha256=row.sha256,
        source=row.source,
        duration_s=row.duration_s,
        losses=tuple(Loss(**loss) for loss in row.losses),
        registered_at=row.registered_at,
        origin=to_origin(row.origin) if row.origin else None,
    )


def to_origin(row: OriginRow) -> Origin:
    """The package that a reference came in."""
    return Origin(row.package, row.signer, row.made_at)


def to_exclusion(row: ExclusionRow) -> Exclusion:
    """A range that counts nothing."""
    return Exclusion(row.number, Span(row.start_s, row.end_s), row.reason)


def new_exclusion(one: Exclusion) -> ExclusionRow:
    """A row for a range that counts nothing."""
    return ExclusionRow(
        number=one.number, start_s=one.span.start_s, end_s=one.span.end_s, reason=one.reason
    )


def new_reference(work: WorkRow, new: NewReference, blobs: list[FingerprintRow]) -> ReferenceRow:
    """A row for a file, registered now."""
    return ReferenceRow(
        of_work=work,
        sha256=new.sha256,
        # A path that is not UTF-8 has lone surrogates, which no database keeps.
        source=new.source.encode("utf-8", "backslashreplace").decode("utf-8"),
        duration_s=new.duration_s,
        losses=[_plain(loss) for loss in new.losses],
        registered_at=datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        fingerprints=blobs,
    )


def _plain(loss: Loss) -> dict[str, object]:
    # JSON knows no NaN and no infinity: where that was is not known.
    known = loss.at_s is not None and math.isfinite(loss.at_s)
    return {**dataclasses.asdict(loss), "at_s": loss.at_s if known else None}


def new_origin(one: Origin) -> OriginRow:
    """A row for the package that a reference came in."""
    return OriginRow(package=one.package, signer=one.signer, made_at=one.made_at)


def revise_licences(row: WorkRow, licences: Iterable[Licence] | None) -> None:
    """Take over all that is known of who may distribute a work; None: nothing is."""
    known = {to_licence(one): one for one in row.licences}
    row.rights_known = licences is not None
    row.licences = [known.get(one) or _new_licence(one) for one in sorted(set(licences or ()))]


def _new_licence(one: Licence) -> LicenceRow:
    return LicenceRow(
        distributor=one.distributor,
        territories=" ".join(one.territories),
        start=one.start,
        end=one.end,
    )


def new_fingerprint(fingerprint: Fingerprint, blob_sha256: str, data: bytes) -> FingerprintRow:
    """A row for a fingerprint kept as the blob `data`."""
    return FingerprintRow(
        scheme=fingerprint.scheme,
        blob_sha256=blob_sha256,
        codes=len(fingerprint),
        bytes=len(data),
    )


def revise(row: WorkRow, details: WorkDetails) -> None:
    """Take over what the details say; what they leave out stays as it is."""
    if details.title != details.work_id:
        row.title = details.title
    if details.kind != DEFAULT_KIND:
        row.kind = details.kind
    if details.owner is not None:
        row.owner = details.owner
    if details.series is not None:
        row.series = details.series
    listing.fold(row)
    _revise_identifiers(row, details.identifiers)


def state(row: WorkRow, details: WorkDetails) -> None:
    """Take over what the details say, and what they leave empty too."""
    row.title, row.kind = details.title, details.kind
    row.owner, row.series = details.owner, details.series
    listing.fold(row)
    _identify(row, details.identifiers)


def _revise_identifiers(row: WorkRow, said: tuple[Identifier, ...]) -> None:
    named = {identifier.scheme for identifier in said}
    known = (Identifier(one.scheme, one.value) for one in row.identifiers)
    _identify(row, [*said, *(one for one in known if one.scheme not in named)])


def _identify(row: WorkRow, by: Iterable[Identifier]) -> None:
    known = {Identifier(one.scheme, one.value): one for one in row.identifiers}
    row.identifiers = [
        known.get(one) or IdentifierRow(scheme=one.scheme, value=one.value)
        for one in sorted(set(by))
    ]
