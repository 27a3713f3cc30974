"""A dossier as JSON, read back strictly from what a stranger wrote."""

from __future__ import annotations

from collections.abc import Mapping
from types import UnionType
from typing import Any, Literal, TypeVar, get_args, get_origin, get_type_hints

from casework.record import Case, Dossier, Finding, Plan, Review, Sample, SamplingPolicy

Made = TypeVar("Made")


def as_dict(dossier: Dossier) -> dict[str, Any]:
    """All that is on record."""
    return {
        "case": dossier.case.as_dict(),
        "samples": [one.as_dict() for one in dossier.samples],
        "findings": [one.as_dict() for one in dossier.findings],
        "reviews": [one.as_dict() for one in dossier.reviews],
        "plans": [one.as_dict() for one in dossier.plans],
    }


def read(said: Any) -> Dossier:
    """The dossier that `as_dict` was given. Raises ValueError."""
    try:
        case = said["case"]
        sampling = _made(SamplingPolicy, case["sampling"])
        return Dossier(
            _made(Case, {**case, "sampling": sampling}),
            tuple(_made(Sample, _tuples(one, "segments", "media")) for one in said["samples"]),
            tuple(_made(Finding, one) for one in said["findings"]),
            tuple(_made(Review, one) for one in said["reviews"]),
            tuple(_made(Plan, _tuples(one, "moments")) for one in said["plans"]),
        )
    except (LookupError, TypeError, AttributeError) as error:
        raise ValueError(f"this is no dossier: {error!r}") from error


def _tuples(said: Mapping[str, Any], *names: str) -> dict[str, Any]:
    lists = {name: said[name] for name in names}
    if not all(isinstance(one, list) for one in lists.values()):
        raise TypeError("not a list")
    return {**said, **{name: tuple(map(_text, one)) for name, one in lists.items()}}


def _text(said: Any) -> str:
    if not isinstance(said, str):
        raise TypeError(f"{said!r:.40} is no text")
    return said


def _made(kind: type[Made], said: Mapping[str, Any]) -> Made:
    made = kind(**said)
    for name, hint in get_type_hints(kind).items():
        if not _fits(getattr(made, name), hint):
            raise TypeError(f"{name} is not of its kind")
    return made


def _fits(value: object, hint: Any) -> bool:
    """Whether a value is of the few kinds that records are made of."""
    if get_origin(hint) is Literal:
        return value in get_args(hint)
    if isinstance(hint, UnionType):
        return any(_fits(value, one) for one in get_args(hint))
    if hint is float:
        return isinstance(value, int | float) and not isinstance(value, bool)
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool)
    return isinstance(value, get_origin(hint) or hint)
