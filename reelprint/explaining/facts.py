"""An explanation as JSON: the answer of `identify`, and beside it the facts that the page shows.

Numbers that are added up are rounded so that they still add up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from matchers.account import Account, apportioned
from reelprint.answer import match_as_dict
from reelprint.explaining import phrases
from reelprint.explaining.explanation import (
    Exhibit,
    Explained,
    Explanation,
    Listed,
    Opponent,
    Sounding,
)

DIGITS = 4

Object = dict[str, object]


def as_dict(explanation: Explanation, differs: Sequence[str] | None = None) -> Object:
    """The JSON object; `differs` says how an answer that was given before differs, if one was."""
    found: Object = {
        "answer": explanation.answer.as_dict(),
        "wanted": asdict(explanation.wanted),
        "material": asdict(explanation.material) if explanation.material else None,
        "needed": {n.kind: round(n.score, DIGITS) for n in explanation.needed},
        "matches": [_explained(one) for one in explanation.explained],
        "unexplained": explanation.unexplained,
        "considered": [_listed(one) for one in explanation.considered],
        "left_out": explanation.left_out,
    }
    if not explanation.explained:
        found["stopped"] = [{"what": w, "says": s} for w, s in phrases.stopped(explanation)]
        found["nearest"] = [_listed(one) for one in explanation.nearest]
    if differs is not None:
        found["given"] = {"agrees": not differs, "differences": list(differs)}
    return found


def account_as_dict(account: Account) -> Object:
    """An account whose parts add up to its score, and seconds to their part."""
    counted = apportioned([p.counted for p in account.parts], DIGITS)
    parts = [
        {
            "sense": part.sense,
            "observations": part.observations,
            "speaking": part.speaking,
            "offered": round(part.offered, DIGITS),
            "divided_by": part.divided_by,
            "held_back": round(part.held_back, DIGITS) + 0.0,
            "limit": part.limit,
            "counted": nats,
            "seconds": [
                [second, share]
                for (second, _), share in zip(
                    part.seconds,
                    apportioned([n for _, n in part.seconds], DIGITS, nats),
                    strict=True,
                )
            ],
        }
        for part, nats in zip(account.parts, counted, strict=True)
    ]
    return {
        "parts": parts,
        "score": round(sum(counted), DIGITS),
        "charged": account.charged,
        "factors": [{"value": _figures(v), "of": words} for v, words in phrases.factors(account)],
        "starting_points": _figures(account.search.starting_points),
        "log_starting_points": round(account.log_starting_points, DIGITS),
        "e_value": _figures(account.e_value),
        "is_least": account.is_least,
        "bound": account.bound,
        "needed": round(account.needed, DIGITS),
    }


def _listed(listed: Listed) -> Object:
    return {
        "claim": match_as_dict(listed.named),
        "fate": listed.fate,
        "says": phrases.sentence(listed)
        + ("" if listed.fate == "reported" else " " + phrases.no_match(listed)),
        "account": account_as_dict(listed.account),
    }


def _explained(one: Explained) -> Object:
    uncounted = one.uncounted
    return {
        **_listed(one.listed),
        "other_sense": phrases.other_sense(one.listed.named),
        "chance": phrases.chance(one.listed.account),
        "uncounted": {"kind": uncounted[0], "score": round(uncounted[1], DIGITS)}
        if uncounted
        else None,
        "runner_up": _runner_up(one.runner_up),
        "runner_up_says": phrases.runner_up(one.runner_up),
        "reference_file": asdict(one.medium) if one.medium else None,
        "moments": [_moment(exhibit) for exhibit in one.exhibits],
        "sound": _sounding(one.sounding),
    }


def _runner_up(opponent: Opponent | None) -> Object | None:
    if opponent is None:
        return None
    return {**_listed(opponent.listed), "shared_s": round(opponent.shared_s, 3)}


def _moment(exhibit: Exhibit) -> Object:
    moment = exhibit.moment
    sought = moment.features
    return {
        "suspect_s": round(moment.suspect_s, 3),
        "reference_s": round(moment.reference_s, 3),
        "nats": round(moment.nats, DIGITS),
        "corners": _rounded(moment.corners),
        "left": _rounded(moment.left),
        "bits": moment.bits,
        "features": {
            "asked": sought.asked,
            "found": len(sought.found),
            "elsewhere": round(sought.elsewhere, 2),
        }
        if sought
        else None,
        "shown": {"suspect": bool(exhibit.suspect), "reference": bool(exhibit.reference)},
    }


def _sounding(sounding: Sounding | None) -> Object | None:
    if sounding is None:
        return None
    asked = sounding.answered
    return {
        "asked": asked.asked,
        "found": asked.found,
        "by_accident": round(asked.by_accident, 1),
        "suspect_peaks": sounding.dots.peaks,
        "suspect_found": sounding.dots.found,
    }


def _rounded(places: Sequence[tuple[float, float]]) -> list[list[float]]:
    return [[round(x, 3) + 0.0, round(y, 3) + 0.0] for x, y in places]


def _figures(value: float) -> float:
    return float(f"{value:.6g}")
