"""Which sites draw on one source: what their captures and findings have in common.

Each link quotes what it rests on. Strong links alone make a cluster, for they can hardly arise by
chance between strangers; the others are leads. Why: docs/decisions/0027-links.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any, Literal

from casework.record import Dossier
from casework.traces import Certificate, Facts, Known, Shown, Trace, known_of
from fingerprint.video.overlay import SAME_LOGO, likeness

Strength = Literal["strong", "medium", "weak"]
Kind = Literal["segments", "encode", "settings", "rip", "logo", "certificate", "key", "names"]
RANK: dict[Strength, int] = {"strong": 0, "medium": 1, "weak": 2}
SEVERAL = 2  # as many in common are no advertisement, slate or accident that two sites both show
FEW_NAMES = 10  # a certificate for more hosts is a service's, not one operator's
QUOTED = 5  # pieces of evidence that a link quotes


@dataclass(frozen=True, slots=True)
class Link:
    """What two sites have in common, by one kind of evidence."""

    sites: tuple[str, str]
    kind: Kind
    strength: Strength
    reason: str
    evidence: tuple[str, ...]  # each quotes files, hashes or values of both
    count: int  # of what is in common, of which `evidence` quotes some


@dataclass(frozen=True, slots=True)
class Links:
    """All links, the strongest first, and the sites by source: connected by strong links."""

    sites: tuple[str, ...]
    links: tuple[Link, ...]
    sources: tuple[tuple[str, ...], ...]  # the largest first
    unread: tuple[str, ...]  # media files whose encoding or picture could not be read

    def as_dict(self) -> dict[str, Any]:
        """Its JSON form."""
        return asdict(self)


def links(dossiers: Sequence[Dossier], facts: Iterable[Facts]) -> Links:
    """The links between all sites of some cases. Facts of samples that no case has are ignored."""
    by_sample = {(one.case_id, one.sample_id): one for one in facts}
    sites = sorted({site for dossier in dossiers for site in dossier.sites})
    known = [known_of(site, dossiers, by_sample) for site in sites]
    found = [link for one, two in combinations(known, 2) for link in between(one, two)]
    found.sort(key=lambda link: (RANK[link.strength], link.sites, link.kind))
    unread = [f"{of[0]}/{of[1]}/{name}" for of, one in by_sample.items() for name in one.unread]
    return Links(tuple(sites), tuple(found), _sources(sites, found), tuple(unread))


def between(one: Known, two: Known) -> list[Link]:
    """The links of two sites, at most one of each kind."""
    made = (
        _segments(one, two),
        _encode(one, two),
        _settings(one, two),
        _rip(one, two),
        _logo(one, two),
        _certificate(one, two),
        _names(one, two),
    )
    return [link for link in made if link is not None]


def _common(one: Sequence[Trace], two: Sequence[Trace]) -> list[tuple[Trace, Trace]]:
    """What both have, once each, in order of where the first has it."""
    theirs = {trace.value: trace for trace in reversed(two)}
    ours = {trace.value: trace for trace in reversed(one)}
    return [(ours[value], theirs[value]) for value in reversed(ours) if value in theirs]


def _quoted(common: Sequence[tuple[Trace, Trace]], what: str) -> tuple[str, ...]:
    return tuple(f"{what} {a.value}: {a.where} = {b.where}" for a, b in common[:QUOTED])


def _link(
    one: Known, two: Known, kind: Kind, graded: tuple[Strength, str], quoted: Sequence[str], n: int
) -> Link:
    return Link((one.site, two.site), kind, *graded, tuple(quoted[:QUOTED]), n)


def _segments(one: Known, two: Known) -> Link | None:
    common = _common(one.segments, two.segments)
    if not common:
        return None
    all_there_is = len(common) == min(
        len({t.value for t in one.segments}), len({t.value for t in two.segments})
    )
    graded: tuple[Strength, str] = (
        ("strong", "bytes as received are equal: the same files")
        if len(common) >= SEVERAL or all_there_is
        else ("medium", "one equal file may be an advertisement or a slate that both show")
    )
    return _link(one, two, "segments", graded, _quoted(common, "sha256"), len(common))


def _encode(one: Known, two: Known) -> Link | None:
    common = _common(one.key_frames, two.key_frames)
    if not common:
        return None
    graded: tuple[Strength, str] = (
        ("strong", "coded pictures are equal, whatever their container: one encode")
        if len(common) >= SEVERAL
        else ("medium", "one equal coded picture may be an advertisement or a slate")
    )
    return _link(one, two, "encode", graded, _quoted(common, "key frame"), len(common))


def _settings(one: Known, two: Known) -> Link | None:
    common = _common(one.settings, two.settings)
    if not common:
        return None
    reason = "the same program with the same settings may be used by strangers"
    return _link(one, two, "settings", ("weak", reason), _quoted(common, "settings"), len(common))


def _rip(one: Known, two: Known) -> Link | None:
    pairs = [(a, b, same) for a in one.rips for b in two.rips if (same := a.in_common(b)).counts]
    if not pairs:
        return None
    best = min(pairs, key=lambda pair: (RANK[pair[2].strength], -len(pair[2].quotes)))
    graded = (best[2].strength, best[2].reason)
    quoted = [
        f"{a.work_id}: {quote}: {a.where} = {b.where}"
        for a, b, same in (best, *(pair for pair in pairs if pair is not best))
        for quote in same.quotes
    ]
    return _link(one, two, "rip", graded, quoted, len(pairs))


def _logo(one: Known, two: Known) -> Link | None:
    """The same drawing burnt in at the same place. In pictures of one work it may be the work's."""
    pairs = [
        (a.works & b.works, alike, a, b)
        for a in one.marks
        for b in two.marks
        if (alike := likeness(a.overlay, b.overlay)) >= SAME_LOGO
    ]
    if not pairs:
        return None
    pairs.sort(key=lambda pair: (bool(pair[0]), -pair[1]))
    graded: tuple[Strength, str] = (
        ("weak", "the same logo at one place, but over one work, in which it may be itself")
        if pairs[0][0]
        else (
            "medium",
            "the same logo at one place; who records one broadcaster shows its logo too",
        )
    )
    quoted = [
        f"likeness {alike:.2f}: {_at(a)} = {_at(b)}{_over(works)}" for works, alike, a, b in pairs
    ]
    return _link(one, two, "logo", graded, quoted, len(pairs))


def _at(shown: Shown) -> str:
    box = " ".join(f"{share:.3f}" for share in shown.overlay.box)
    return f"{shown.where} at {box}"


def _over(works: Iterable[str]) -> str:
    named = ", ".join(sorted(works))
    return f", both over {named}" if named else ""


def _certificate(one: Known, two: Known) -> Link | None:
    """The same certificate, or another with the same key."""
    pairs = [
        (a, b, f"{where} = {there}")
        for a, where in one.certificates
        for b, there in two.certificates
        if a.key_sha256 == b.key_sha256
    ]
    if not pairs:
        return None
    same = [pair for pair in pairs if pair[0].sha256 == pair[1].sha256]
    a, b, _ = (same or pairs)[0]
    names = max(len(a.names), len(b.names))
    graded: tuple[Strength, str] = (
        ("medium", f"who holds the private key serves both; it is for {names} host(s)")
        if names <= FEW_NAMES
        else ("weak", f"a certificate for {names} hosts is a service's that strangers share")
    )
    quoted = list(
        dict.fromkeys(f"{_named(a, b)}, for {_few(a.names)}: {at}" for a, b, at in same or pairs)
    )
    return _link(one, two, "certificate" if same else "key", graded, quoted, len(quoted))


def _named(a: Certificate, b: Certificate) -> str:
    same = a.sha256 == b.sha256
    return f"certificate {a.sha256}" if same else f"key {a.key_sha256}"


def _few(names: Sequence[str]) -> str:
    more = f" and {len(names) - QUOTED} more" if len(names) > QUOTED else ""
    return ", ".join(names[:QUOTED]) + more


def _names(one: Known, two: Known) -> Link | None:
    """Different certificates that are for a host of both."""
    pairs = {
        (name, where, there): max(len(a.names), len(b.names))
        for a, where in one.certificates
        for b, there in two.certificates
        if a.key_sha256 != b.key_sha256
        for name in sorted(set(a.names) & set(b.names))
    }
    if not pairs:
        return None
    graded: tuple[Strength, str] = (
        ("medium", "certificates of both are for one host")
        if min(pairs.values()) <= FEW_NAMES
        else ("weak", "certificates for many hosts have one in common")
    )
    quoted = [f"host {name}: {where} = {there}" for name, where, there in pairs]
    return _link(one, two, "names", graded, quoted, len(quoted))


def _sources(sites: Sequence[str], found: Iterable[Link]) -> tuple[tuple[str, ...], ...]:
    """Connected by strong links; the largest first."""
    group = {site: {site} for site in sites}
    for link in found:
        if link.strength == "strong":
            merged = group[link.sites[0]] | group[link.sites[1]]
            group.update(dict.fromkeys(merged, merged))
    parts = {tuple(sorted(some)) for some in group.values()}
    return tuple(sorted(parts, key=lambda part: (-len(part), part)))
