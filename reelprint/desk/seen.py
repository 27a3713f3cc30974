"""What of an answer a principal may see.

An authority sees all of it. A holder sees what it would see if nobody else had registered anything,
as far as that can be said: matches with works of its own, and nothing that rests on others'. To
whom a shared stretch is put down depends on all that hold it, so no holder is told.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from reelprint.identification import MIN_SUSPECT_S, NO_EVIDENCE

NO_MATCH = "none of your works was found under the bound"


def of_holder(answer: Mapping[str, Any], own: Collection[str]) -> dict[str, Any]:
    """An answer as the holder of some works sees it; all that is not known to be harmless is left
    out, so that what answers say one day does not leak."""
    matches = [_match(one, own) for one in answer["matches"] if one["work_id"] in own]
    status, reason = _outcome(answer, bool(matches))
    seen: dict[str, Any] = {"query": _query(answer["query"]), "status": status}
    if reason is not None:
        seen["reason"] = reason
    return seen | {
        "matches": matches,
        "max_e_value": answer["max_e_value"],
        "engine": answer["engine"],
    }


def named(answer: Mapping[str, Any]) -> Iterator[str]:
    """The works that an answer names, whosever they are."""
    for one in answer["matches"]:
        yield one["work_id"]
        yield from one["shared_with"]


_QUERY = ("path", "sha256", "duration_s", "losses")
_MATCH = (
    *("work_id", "title", "reference_id", "modality", "sound", "picture", "query", "reference"),
    *("speed", "pitch_semitones", "transform", "score", "e_value"),
)


def _query(query: Mapping[str, Any]) -> dict[str, Any]:
    return {name: query[name] for name in _QUERY if name in query}


def _match(one: Mapping[str, Any], own: Collection[str]) -> dict[str, Any]:
    return {
        **{name: one[name] for name in _MATCH},
        "shared_with": [work_id for work_id in one["shared_with"] if work_id in own],
        "attribution": None,
        "series": None,
    }


def _outcome(answer: Mapping[str, Any], found: bool) -> tuple[str, str | None]:
    """Status and reason. Why nothing was found must be the same whether others were or not."""
    status, reason = answer["status"], answer.get("reason")
    if found or status in ("unreadable", "too_short"):
        return status, reason
    duration_s = answer["query"]["duration_s"]
    if status == "identified" and duration_s is not None and 0 < duration_s < MIN_SUSPECT_S:
        return "too_short", f"{duration_s:.2f} s is less than {MIN_SUSPECT_S:g} s"
    if reason is not None and reason.startswith(NO_EVIDENCE):
        return "no_match", NO_EVIDENCE
    return "no_match", NO_MATCH
