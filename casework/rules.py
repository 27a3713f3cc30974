"""What a policy of verdicts asks for, checked field by field."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_MOST = 1_000_000  # of anything that is counted
_TABLES = ("name", "rate", "reserve", "streams", "site", "work", "cleared", "sequential")


@dataclass(frozen=True, slots=True)
class Way:
    """One way to reach a state: all of these."""

    streams: int  # independent of each other, that matched
    works: int
    reviewed: int  # streams with a match that a reviewer confirmed
    chance: float | None  # of that many false streams, at most, over all looks; None: not asked


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways to the two states that accuse."""

    confirmed: tuple[Way, ...]
    probable: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Sequential:
    """Wald's test of a share of streams against the rate of false matches."""

    share: float
    accuse: float  # error: that a site without works is accused
    clear: float  # error: that a site with at least this share is cleared


@dataclass(frozen=True, slots=True)
class Rules:
    """A policy of verdicts."""

    name: str
    rate: float  # of false matches, per sample
    reserve: int  # samples without a match that chance is reckoned beside, at least
    one_source_is_one: bool
    showing_s: float
    site: Ways
    work: Ways
    cleared: float  # the share of streams that the interval must lie under
    sequential: Sequential


def rules(policy: Mapping[str, Any]) -> Rules:
    """The rules of a policy. Raises ValueError with what is missing, wrong or unknown."""
    _known("the policy", policy, _TABLES)
    rate = _table(policy, "rate", "per_sample")
    reserve = _table(policy, "reserve", "unmatched")
    streams = _table(policy, "streams", "one_source_is_one", "showing_s")
    return Rules(
        name=_name(policy),
        rate=_share(rate, "per_sample"),
        reserve=_count(reserve, "unmatched", 1),
        one_source_is_one=_yes_or_no(streams, "one_source_is_one"),
        showing_s=_number(streams, "showing_s", 0.0, 1e6),
        site=_ways(policy, "site"),
        work=_ways(policy, "work"),
        cleared=_share(_table(policy, "cleared", "share"), "share"),
        sequential=_sequential(policy, _share(rate, "per_sample")),
    )


def _name(policy: Mapping[str, Any]) -> str:
    name = policy.get("name")
    if not isinstance(name, str) or not name.isprintable() or not 0 < len(name) <= 100:
        raise ValueError("name must be a short text")
    return name


def _sequential(policy: Mapping[str, Any], rate: float) -> Sequential:
    table = _table(policy, "sequential", "share", "accuse", "clear")
    found = Sequential(*(_share(table, key) for key in ("share", "accuse", "clear")))
    if found.share <= rate:
        raise ValueError("sequential.share must be greater than rate.per_sample")
    return found


def _ways(policy: Mapping[str, Any], which: str) -> Ways:
    table = policy.get(which)
    if not isinstance(table, Mapping):
        raise ValueError(f"there is no table {which}")
    _known(which, table, ("confirmed", "probable"))
    return Ways(_each(table, which, "confirmed"), _each(table, which, "probable"))


def _each(table: Mapping[str, Any], which: str, state: str) -> tuple[Way, ...]:
    listed = table.get(state)
    if not isinstance(listed, list) or not listed:
        raise ValueError(f"there is no list of tables [[{which}.{state}]]")
    return tuple(_way(one, f"{which}.{state}") for one in listed)


def _way(table: Any, where: str) -> Way:
    if not isinstance(table, Mapping):
        raise ValueError(f"{where} must be a list of tables")
    _known(where, table, ("streams", "works", "reviewed", "chance", "reason"))
    _reason(table, where)
    return Way(
        streams=_count(table, "streams", 1),
        works=_count(table, "works", 1, 1),
        reviewed=_count(table, "reviewed", 0),
        chance=_share(table, "chance") if "chance" in table else None,
    )


def _table(policy: Mapping[str, Any], name: str, *keys: str) -> Mapping[str, Any]:
    table = policy.get(name)
    if not isinstance(table, Mapping):
        raise ValueError(f"there is no table {name}")
    _known(name, table, (*keys, "reason"))
    _reason(table, name)
    return table


def _known(where: str, table: Mapping[str, Any], keys: tuple[str, ...]) -> None:
    if unknown := sorted(str(key) for key in table if key not in keys):
        raise ValueError(f"{where} knows no {unknown[0][:60]!r}, only {', '.join(keys)}")


def _reason(table: Mapping[str, Any], where: str) -> None:
    reason = table.get("reason")
    if not isinstance(reason, str) or not reason.strip():
        raise ValueError(f"{where} gives no reason for its figures")


def _count(table: Mapping[str, Any], key: str, least: int, default: int | None = None) -> int:
    value = table.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= _MOST:
        raise ValueError(f"{key} must be a whole number from {least} to {_MOST}")
    return value


def _share(table: Mapping[str, Any], key: str) -> float:
    value = _number(table, key, 0.0, 1.0)
    if not 0 < value < 1:
        raise ValueError(f"{key} must lie between 0 and 1")
    return value


def _number(table: Mapping[str, Any], key: str, least: float, most: float) -> float:
    value = table.get(key)
    if not isinstance(value, int | float) or isinstance(value, bool):
        raise ValueError(f"{key} must be a number")
    if not least <= value <= most:  # which is so of no NaN
        raise ValueError(f"{key} must be a number from {least:g} to {most:g}")
    return float(value)


def _yes_or_no(table: Mapping[str, Any], key: str) -> bool:
    value = table.get(key)
    if not isinstance(value, bool):
        raise ValueError(f"{key} must be true or false")
    return value
