"""What is said of one suspect: the public contract of `identify --json`."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

from matchers.attribution import OWN, Attribution
from matchers.match import Match
from matchers.overlaps import Part
from matchers.view import Transform
from media.clip import Loss, Span

Status = Literal["identified", "no_match", "unreadable", "too_short"]


@dataclass(frozen=True, slots=True)
class Engine:
    """What gave the answer, so that it can be given again."""

    version: str
    schemes: tuple[str, ...]
    index: str
    calibration: str
    reading: Literal["full", "fast"] = "full"  # of the suspect's picture: fast is its key frames


@dataclass(frozen=True, slots=True)
class Named:
    """A match with the names of what it matches."""

    work_id: str
    title: str
    reference_id: str
    match: Match
    shared_with: tuple[str, ...]  # other works that hold most of the same stretch
    attribution: Attribution = OWN
    part: Part = "middle"  # of the reference, in which the stretch lies


@dataclass(frozen=True, slots=True)
class Answer:
    """One suspect's outcome; `reason` is there when it was not identified."""

    path: str
    sha256: str | None
    duration_s: float | None
    status: Status
    reason: str | None
    losses: tuple[Loss, ...]
    matches: tuple[Named, ...]
    max_e_value: float
    engine: Engine

    def as_dict(self) -> dict[str, object]:
        """The JSON object of the contract."""
        query = {
            "path": self.path,
            "sha256": self.sha256,
            "duration_s": _rounded(self.duration_s),
            "losses": [asdict(loss) for loss in self.losses],
        }
        answer: dict[str, object] = {"query": query, "status": self.status}
        if self.reason is not None:
            answer["reason"] = self.reason
        answer["matches"] = [match_as_dict(m) for m in self.matches]
        answer["max_e_value"] = self.max_e_value
        answer["engine"] = {**asdict(self.engine), "schemes": list(self.engine.schemes)}
        return answer


def match_as_dict(named: Named) -> dict[str, object]:
    """A match in the JSON of the contract."""
    match = named.match
    return {
        "work_id": named.work_id,
        "title": named.title,
        "reference_id": named.reference_id,
        "modality": match.modality,
        "sound": match.sound,
        "picture": match.picture,
        "query": _span(match.query),
        "reference": _span(match.matched),
        "speed": round(match.speed, 5),
        "pitch_semitones": round(match.pitch_semitones, 3) + 0.0,  # never -0.0
        "transform": _transform(match.transform),
        "score": round(match.score, 2),
        "e_value": float(f"{match.e_value:.3g}"),
        "shared_with": list(named.shared_with),
        "attribution": named.attribution.owner,
        "series": named.attribution.series,
    }


def _transform(transform: Transform) -> dict[str, object]:
    return {
        "mirrored": transform.mirrored,
        "inverted": transform.inverted,
        "crop": list(transform.crop) if transform.crop else None,
        "picture": list(transform.picture) if transform.picture else None,
        "rotation_deg": transform.rotation_deg,
    }


def _span(span: Span) -> dict[str, float | None]:
    return {"start_s": _rounded(span.start_s), "end_s": _rounded(span.end_s)}


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3) + 0.0
