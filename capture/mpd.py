"""Manifests of DASH (ISO/IEC 23009-1): as much as is needed to know which segments there are.

The library `mpegdash` reads manifests by `minidom`, with their entities, and leaves numbers and
lists of segments to the caller (decision 22), so that the elements are read here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

from capture.failures import Unreadable
from capture.policy import absolute
from capture.protection import refuse, system

_DURATION = re.compile(
    r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d*)?)S)?)?"
)
_UNITS = (365 * 86400, 30 * 86400, 86400, 3600, 60, 1)
_MAX_REPRESENTATIONS = 500


@dataclass(frozen=True, slots=True)
class Representation:
    """One encoding of one track in one period, with the elements that it inherits from."""

    period_start_s: float
    period_s: float | None  # None while it goes on
    track: str
    id: str
    bandwidth: int
    base: str
    levels: tuple[Element, ...]  # Period, AdaptationSet, Representation

    def child(self, name: str) -> list[Element]:
        """Elements of that name from the outermost level inwards."""
        found = (level.find(name) for level in self.levels)
        return [one for one in found if one is not None]


@dataclass(frozen=True, slots=True)
class Manifest:
    """A manifest: what there is to choose from, and when to look again."""

    live: bool
    available_from: datetime | None
    update_s: float
    representations: tuple[Representation, ...]
    remote: tuple[str, ...]  # parts that stand elsewhere (xlink), which are not followed


def parse(data: bytes, url: str) -> Manifest:
    """What a manifest says. Raises Unreadable, and Ended where it is protected."""
    root = _root(data)
    _check(root)
    live = root.get("type") == "dynamic"
    base = _based(url, root)
    found = list(_representations(root, base, live))
    if len(found) > _MAX_REPRESENTATIONS:
        raise Unreadable(f"{len(found)} representations")
    update = seconds(root.get("minimumUpdatePeriod")) or 2.0
    remote = tuple(one.get("href", "")[:200] for one in root.iter() if "href" in one.attrib)
    return Manifest(live, _date(root.get("availabilityStartTime")), update, tuple(found), remote)


def _root(data: bytes) -> Element:
    try:
        root: Element = fromstring(data, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise Unreadable(f"a broken manifest: {str(error)[:200]}") from error
    for one in root.iter():  # names without their name space
        one.tag = one.tag.rpartition("}")[2]
        for name in [name for name in one.attrib if "}" in name]:
            one.attrib.setdefault(name.rpartition("}")[2], one.attrib.pop(name))
    if root.tag != "MPD":
        raise Unreadable(f"a manifest begins with MPD, not {root.tag[:40]}")
    return root


def _check(root: Element) -> None:
    """Raises Ended if anything in it is protected."""
    if protections := list(root.iter("ContentProtection")):
        names = {system(one.get("schemeIdUri", "")) for one in protections}
        raise refuse(", ".join(sorted(names)))


def _representations(root: Element, base: str, live: bool) -> Iterator[Representation]:
    total = seconds(root.get("mediaPresentationDuration"))
    periods = root.findall("Period")
    starts = _starts(periods)
    for number, (period, start_s) in enumerate(zip(periods, starts, strict=True)):
        end = starts[number + 1] if number + 1 < len(starts) else total
        length = seconds(period.get("duration"))
        if length is None and end is not None and not (live and total is None and end == total):
            length = max(0.0, end - start_s)
        yield from _of_period(start_s, length, period, _based(base, period))


def _starts(periods: list[Element]) -> list[float]:
    """Where periods begin: as said, or where the one before ends."""
    starts, due = [], 0.0
    for period in periods:
        said = seconds(period.get("start"))
        starts.append(due if said is None else said)
        due = starts[-1] + (seconds(period.get("duration")) or 0.0)
    return starts


def _of_period(
    start_s: float, length: float | None, period: Element, base: str
) -> Iterator[Representation]:
    counts: dict[str, int] = {}
    for adaptation in period.findall("AdaptationSet"):
        kind = _kind(adaptation)
        if kind is None:
            continue
        order = counts[kind] = counts.get(kind, -1) + 1
        inner = _based(base, adaptation)
        for one in adaptation.findall("Representation"):
            yield Representation(
                *(start_s, length, f"{kind}{order}", one.get("id", "")),
                *(_whole(one.get("bandwidth")), _based(inner, one), (period, adaptation, one)),
            )


def _kind(adaptation: Element) -> str | None:
    """Whether it is picture or sound; None for text and pictures to seek by."""
    first = adaptation.find("Representation")
    inner = first.get("mimeType", "") if first is not None else ""
    said = adaptation.get("contentType") or adaptation.get("mimeType") or inner
    kind = said.partition("/")[0]
    trick = any("trickmode" in p.get("schemeIdUri", "") for p in adaptation)
    return kind if kind in {"video", "audio"} and not trick else None


def _based(base: str, level: Element) -> str:
    said = level.find("BaseURL")
    return absolute(base, (said.text or "").strip()) if said is not None else base


def seconds(said: str | None) -> float | None:
    """A duration of XML Schema in seconds; None if there is none or it cannot be read."""
    found = _DURATION.fullmatch(said.strip()) if said else None
    if found is None:
        return None
    return sum(float(n) * unit for n, unit in zip(found.groups(), _UNITS, strict=True) if n)


def _date(said: str | None) -> datetime | None:
    try:
        found = datetime.fromisoformat(said) if said else None
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found and found.tzinfo is None else found


def _whole(said: str | None) -> int:
    return int(said) if said and said.isdigit() and len(said) < 16 else 0
