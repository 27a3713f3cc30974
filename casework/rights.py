"""Whether a site may show a work, as far as the catalogue knows. No judgement of law."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

from casework.verdict import Rights
from reference_catalog.licence import Licence, host


@dataclass(frozen=True, slots=True)
class RightsAnswer:
    """The rights of one showing, and what they rest on, in one sentence."""

    rights: Rights
    basis: str


def rights(
    licences: Sequence[Licence] | None, site: str, territory: str | None, at: datetime
) -> RightsAnswer:
    """Of a work with these licences (None: nothing is known), shown by a site at a moment.

    A site is a host, with or without a port, or a URL. Where the territory is not known only a
    licence for everywhere makes it licensed.
    """
    if licences is None:
        return RightsAnswer("rights_unknown", "the catalogue knows nothing of who may show it")
    if not licences:
        return RightsAnswer("unlicensed_indicated", "it is known that nobody is licensed")
    of_site = [one for one in licences if is_of(site, one.distributor)]
    if not of_site:
        return RightsAnswer("unlicensed_indicated", "the site is none of the allowed distributors")
    now = [one for one in of_site if one.covers(at)]
    if not now:
        return RightsAnswer("unlicensed_indicated", "the site's licence was not valid at the time")
    return _there(now, territory)


def is_of(site: str, distributor: str) -> bool:
    """Whether a site is a distributor's host or lies below it.

    >>> is_of("https://WWW.stream.example.:8443/live", "stream.example")
    True
    >>> is_of("evilstream.example", "stream.example")
    False
    """
    name = host_of(site)
    return name is not None and (name == distributor or name.endswith(f".{distributor}"))


def host_of(site: str) -> str | None:
    """The host of a site, in ASCII form; None if it has no name that a licence could hold."""
    text = site.strip()
    try:
        said = urlsplit(text if "://" in text else f"//{text}").hostname
        return host(said) if said and not _is_address(said) else None
    except ValueError:
        return None


def _is_address(text: str) -> bool:
    try:
        ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return True


def _there(now: Sequence[Licence], territory: str | None) -> RightsAnswer:
    wide = [one for one in now if not one.territories]
    if wide:
        return RightsAnswer("licensed", f"{wide[0].distributor} is licensed everywhere")
    if territory is None:
        basis = "the site is licensed in some territories, and the case names none"
        return RightsAnswer("rights_unknown", basis)
    here = [one for one in now if territory.upper() in one.territories]
    if here:
        return RightsAnswer("licensed", f"{here[0].distributor} is licensed in {territory.upper()}")
    return RightsAnswer("unlicensed_indicated", f"the site is not licensed in {territory.upper()}")
