"""What a match rests on, made ready for the page: moments, the alignment of sound, the sum."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from matchers.coincidences import Coincidences
from media.clip import Span
from reelprint.console.matching import Shown, span
from reelprint.console.texts import Texts
from reelprint.desk.overview import Told
from reelprint.showing import plot


@dataclass(frozen=True, slots=True)
class Moment:
    """Two pictures that were compared; addresses are None where there is none to show."""

    suspect_s: float
    reference_s: float
    says: str
    suspect: str | None
    work: str | None


@dataclass(frozen=True, slots=True)
class Rival:
    """The next best work for some of the same stretch, beside the match."""

    claim: Mapping[str, Any]
    account: Mapping[str, Any]
    fate: str
    shared_s: float
    says: str  # by how much the match is surer


@dataclass(frozen=True, slots=True)
class Why:
    """All that the page shows of it."""

    says: str  # the engine's own sentences, in English
    account: Mapping[str, Any]
    seconds: plot.Columns | None
    moments: tuple[Moment, ...]
    scatter: plot.Scatter | None
    sound: Mapping[str, Any] | None
    rival: Rival | None
    medium: Mapping[str, Any] | None


def why(t: Texts, told: Told, match: Shown) -> Why | None:
    """What was told of a match; None when the engine finds it no longer."""
    found = next((one for one in told.facts["matches"] if _is_it(one, match)), None)
    if found is None:
        return None
    is_first = found is told.facts["matches"][0]
    return Why(
        says=" ".join(filter(None, (found["says"], found.get("other_sense")))),
        account=found["account"],
        seconds=_seconds(found["account"], match.query),
        moments=_moments(t, told, found) if is_first else (),
        scatter=_scatter(told.alignment) if is_first and told.alignment else None,
        sound=found["sound"],
        rival=_rival(t, found),
        medium=found.get("reference_file"),
    )


def _is_it(one: Mapping[str, Any], match: Shown) -> bool:
    claim = one["claim"]
    same = claim["reference_id"] == match.of["reference_id"]
    return same and span(claim["query"]) == match.query


def _moments(t: Texts, told: Told, found: Mapping[str, Any]) -> tuple[Moment, ...]:
    return tuple(
        Moment(
            one["suspect_s"],
            one["reference_s"],
            _compared(t, one),
            _picture(told, f"match-1-{number}-suspect.jpg"),
            _picture(told, f"match-1-{number}-work.jpg"),
        )
        for number, one in enumerate(found["moments"], start=1)
    )


def _compared(t: Texts, one: Mapping[str, Any]) -> str:
    nats = f"{one['nats']:.2f}"
    if (sought := one["features"]) is not None:
        return t("why.features", found=sought["found"], asked=sought["asked"], nats=nats)
    return t("why.bits", bits=one["bits"], nats=nats)


def _picture(told: Told, name: str) -> str | None:
    return f"/explanations/{told.job.id}/{name}" if name in told.pictures else None


def _scatter(said: Mapping[str, Any]) -> plot.Scatter:
    line = tuple((float(x), float(y)) for x, y in said["line"])
    return plot.scatter(
        Coincidences(
            Span(*said["suspect"]),
            Span(*said["reference"]),
            (line[0], line[1]),
            tuple((float(x), float(y)) for x, y in said["along"]),
            tuple((float(x), float(y)) for x, y in said["elsewhere"]),
            said["peaks"],
            said["found"],
        )
    )


def _seconds(account: Mapping[str, Any], query: Span) -> plot.Columns | None:
    amounts = {part["sense"]: {int(s): n for s, n in part["seconds"]} for part in account["parts"]}
    if query.duration_s <= 0 or not any(amounts.values()):
        return None
    return plot.columns(amounts, Span(query.start_s - 1, query.end_s + 1))


def _rival(t: Texts, found: Mapping[str, Any]) -> Rival | None:
    said = found["runner_up"]
    if said is None:
        return None
    ahead = found["account"]["score"] - said["account"]["score"]
    shared = f"{said['shared_s']:.1f}"
    says = t("why.ahead", nats=f"{ahead:.1f}", shared=shared)
    return Rival(said["claim"], said["account"], said["fate"], said["shared_s"], says)
