"""Works, their references, what is excluded of them and who may show them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import asdict, replace
from itertools import islice
from pathlib import Path, PurePath
from typing import Any

from accounts.principal import Principal
from media.clip import Span
from reelprint.desk.desk import Desk, need, recorded
from reelprint.desk.errors import Changed, NotFound
from reelprint.desk.naming import (
    SEPARATOR,
    WORK,
    full_name,
    own_work_of,
    reference_of,
    work_of,
)
from reelprint.desk.queue import Seen, seen
from reelprint.desk.uploads import upload_of
from reference_catalog.licence import Licence
from reference_catalog.work import Exclusion, Work, WorkDetails

UPLOADED = "upload:"  # before the name of a file that was not kept
Change = Callable[[WorkDetails | None], WorkDetails]


def works(desk: Desk, who: Principal, after: str = "", limit: int = 50) -> list[Work]:
    """The works that the principal may see, by work_id, beginning after one. Raises NotAllowed."""
    need(desk, who, "works.read", "works")
    with recorded(desk, who, "works.read", "works", after=after):
        if who.kind == "authority":
            return [_shown(desk, one) for one in desk.catalog.works_after(after, limit)]
        own = _own_works(desk, who, after, limit)
        return [_shown(desk, one) for one in islice(own, limit)]


def _own_works(desk: Desk, who: Principal, after: str, at_once: int) -> Iterator[Work]:
    """The works of a holder behind one, by work_id, of those names that there is a work of."""
    while names := desk.accounts.belongings_after(WORK, who.organisation, after, at_once):
        yield from desk.catalog.works_named(names)
        after = names[-1]


def work(desk: Desk, who: Principal, work_id: str) -> Work:
    """One of them. Raises NotAllowed, NotFound, ValueError."""
    need(desk, who, "works.read", work_id)
    with recorded(desk, who, "works.read", work_id):
        return _shown(desk, work_of(desk, who, work_id))


def put_work(
    desk: Desk, who: Principal, work_id: str, change: Change, state: str | None = None
) -> tuple[Work, bool]:
    """Let a work be what `change` makes of what is said of it; the work, and whether it is new.
    With `state`, only if that is its state, `"*"`: any. Raises NotAllowed, NotFound, Changed,
    ValueError."""
    need(desk, who, "works.write", work_id)
    with recorded(desk, who, "works.write", work_id):
        name = full_name(desk, who, work_id)
        _claim(desk, who, name)
        was_there = False

        def changed(known: Work | None) -> WorkDetails:
            nonlocal was_there
            was_there = known is not None
            _check_state(known, state)
            return replace(change(None if known is None else details_of(known)), work_id=name)

        return _shown(desk, desk.catalog.revise(name, changed)), not was_there


def change_work(
    desk: Desk,
    who: Principal,
    work_id: str,
    said: Mapping[str, Any],
    state: str | None = None,
) -> Work:
    """Change some of what is said of a work: `said` are fields of WorkDetails. Raises NotAllowed,
    NotFound, Changed, ValueError."""
    need(desk, who, "works.write", work_id)
    name = own_work_of(desk, who, work_id).work_id

    def changed(known: WorkDetails | None) -> WorkDetails:
        if known is None:
            raise NotFound(f"there is no work {work_id!r}")
        return replace(known, **said)

    return put_work(desk, who, name, changed, state)[0]


def add_reference(
    desk: Desk,
    who: Principal,
    work_id: str,
    upload_id: str,
    key: str | None = None,
    keep_media: bool = False,
) -> Seen:
    """Have an upload registered as a reference of a work; with `keep_media` the file stays, to be
    looked at beside what matches it. Raises NotAllowed, NotFound, Conflict."""
    need(desk, who, "works.write", work_id)
    with recorded(desk, who, "works.write", work_id, upload=upload_id):
        known = own_work_of(desk, who, work_id)
        upload = upload_of(desk, who, upload_id)
        work = {"work_id": known.work_id, "title": known.title}
        payload = {"upload": upload.id, "work": work, "keep_media": keep_media}
        asked = ("register", who.organisation, who.actor, payload)
        return seen(desk.queue.submit(*asked, key=key, meant={**payload, "upload": upload.sha256}))


def add_package(desk: Desk, who: Principal, upload_id: str, key: str | None = None) -> Seen:
    """Have the fingerprints of an uploaded package registered. Raises NotAllowed, NotFound,
    Conflict."""
    need(desk, who, "works.write", upload_id)
    with recorded(desk, who, "works.write", upload_id, package=True):
        upload = upload_of(desk, who, upload_id)
        payload, meant = {"upload": upload.id}, {"sha256": upload.sha256}
        asked = ("register_package", who.organisation, who.actor, payload)
        return seen(desk.queue.submit(*asked, key=key, meant=meant))


def remove_work(desk: Desk, who: Principal, work_id: str, state: str | None = None) -> None:
    """Remove a work with its fingerprints; its name stays its organisation's. Raises NotAllowed,
    NotFound, Changed, ValueError."""
    need(desk, who, "works.write", work_id)
    with recorded(desk, who, "works.write", work_id, removed=True):
        found = own_work_of(desk, who, work_id)
        _check_state(found, state)
        desk.catalog.remove(found.work_id)


def license_work(
    desk: Desk, who: Principal, work_id: str, licences: Collection[Licence] | None
) -> Work:
    """Say who may show a work, in place of what was known; None: nothing is. Raises NotAllowed,
    NotFound, ValueError."""
    need(desk, who, "works.write", work_id)
    with recorded(desk, who, "works.write", work_id, licences=True):
        name = own_work_of(desk, who, work_id).work_id
        return _shown(desk, desk.catalog.license({name: licences})[0])


def exclusions(desk: Desk, who: Principal, work_id: str) -> list[Exclusion]:
    """What of a work counts nothing, by reference and time. Raises NotAllowed, NotFound."""
    need(desk, who, "works.read", work_id)
    with recorded(desk, who, "works.read", work_id):
        found = work_of(desk, who, work_id)
        return [one for of in found.references for one in desk.catalog.exclusions(of.number)]


def exclude(
    desk: Desk, who: Principal, work_id: str, reference_id: str, span: Span, reason: str = ""
) -> Exclusion:
    """Let a range of a reference count nothing, from the next suspect on. Raises NotAllowed,
    NotFound, ValueError."""
    need(desk, who, "works.write", work_id)
    with recorded(desk, who, "works.write", work_id, excluded=reference_id):
        reference = reference_of(own_work_of(desk, who, work_id), reference_id)
        if span.start_s >= reference.duration_s:
            raise ValueError(f"{reference.reference_id} ends at {reference.duration_s:.1f} s")
        one = Exclusion(reference.number, span, reason)
        desk.catalog.exclude([one])
        return one


def include(
    desk: Desk, who: Principal, work_id: str, reference_id: str, span: Span | None = None
) -> int:
    """Let a range that was excluded count again, or all of a reference; how many ranges that were.
    Raises NotAllowed, NotFound, ValueError."""
    need(desk, who, "works.write", work_id)
    with recorded(desk, who, "works.write", work_id, included=reference_id):
        reference = reference_of(own_work_of(desk, who, work_id), reference_id)
        there = desk.catalog.exclusions(reference.number)
        return desk.catalog.include(one for one in there if span in (None, one.span))


def details_of(known: Work) -> WorkDetails:
    """What is said of a work, without its references."""
    return WorkDetails(
        known.work_id, known.title, known.kind, known.owner, known.identifiers, known.series
    )


def state_of(known: Work) -> str:
    """The name of what a work is at this moment: for ETag and If-Match."""
    numbers = [one.number for one in known.references]
    said = json.dumps([asdict(replace(known, references=())), numbers], sort_keys=True)
    return hashlib.sha256(said.encode("utf-8")).hexdigest()[:32]


def _claim(desk: Desk, who: Principal, name: str) -> None:
    """Have a work be the principal's organisation's, before it is made; what was registered from
    the command line stays nobody's. Raises NotFound, Taken."""
    if desk.accounts.owner_of(WORK, name) is None and desk.catalog.work(name) is not None:
        if who.kind == "holder":
            raise NotFound(f"there is no work {name!r} of yours")
        return
    _refuse_holders_name(desk, who, name)
    desk.accounts.claim(WORK, name, who.organisation)


def _refuse_holders_name(desk: Desk, who: Principal, name: str) -> None:
    """Keep an authority from a name that a holder's works have: that it is taken would tell the
    holder that there is something. Raises ValueError."""
    before, between, _ = name.partition(SEPARATOR)
    if who.kind == "holder" or not between:
        return
    if any(one.id == before and one.kind == "holder" for one in desk.accounts.organisations()):
        raise ValueError(f"what begins with {before + between!r} is named by that organisation")


def _check_state(known: Work | None, state: str | None) -> None:
    if state is None or (state == "*" and known is not None):
        return
    if known is None or state_of(known) != state:
        raise Changed("the work is no longer as you read it: read it again")


def _shown(desk: Desk, found: Work) -> Work:
    """A work with the names of its references' files for their paths, which are nobody's
    business."""
    named = (replace(one, source=_name(desk, one.source)) for one in found.references)
    return replace(found, references=tuple(named))


def _name(desk: Desk, source: str) -> str:
    kept = desk.files.upload_at(Path(source))
    return kept.name if kept else PurePath(source).name.removeprefix(UPLOADED)
