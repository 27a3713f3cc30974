"""What became of submissions, and how long readers waited: counted from what clients saw."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SOUGHT_P95_S = 0.3


@dataclass(frozen=True, slots=True)
class Sent:
    """A submission that the server acknowledged."""

    key: str  # its idempotency key
    suspect: str
    job: str
    tries: int  # requests until it was acknowledged


@dataclass(frozen=True, slots=True)
class Ended:
    """What the server says of a job at the end."""

    job: str
    state: str
    attempts: int
    answer: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Read:
    """A page or a list that was asked for."""

    what: str
    seconds: float
    status: int | None  # None: no answer came
    is_down: bool  # the server was killed, and not ready again yet


def outcome(
    wanted: int,
    sent: Sequence[Sent],
    ended: Sequence[Ended],
    expected: Mapping[str, Mapping[str, Any]],
) -> dict[str, int]:
    """Submissions by what became of them. `expected` is the right answer of each suspect."""
    jobs = {one.job: one for one in ended}
    answers = [(one.suspect, jobs.get(one.job)) for one in sent]
    done = [(suspect, job) for suspect, job in answers if job and job.state == "done"]
    right = sum(_is_right(job.answer, expected[suspect]) for suspect, job in done)
    return {
        "submissions": wanted,
        "acknowledged": len({one.key for one in sent}),
        "right": right,
        "wrong": len(done) - right,
        "lost": wanted - len(done),
        "doubled": _more_than_once(one.job for one in sent) + len(jobs.keys() - _jobs(sent)),
        "begun again": sum(one.attempts > 1 for one in ended),
        "sent again": sum(one.tries > 1 for one in sent),
    }


def waited(reads: Sequence[Read]) -> list[dict[str, Any]]:
    """How long answers took, of each page and of all, while the server was there."""
    by_page = defaultdict(list)
    for one in reads:
        by_page[one.what].append(one)
    rows = [_row(what, of) for what, of in sorted(by_page.items())]
    return [*rows, _row("all", reads)] if reads else []


def faults(result: Mapping[str, Any]) -> list[str]:
    """What ought not to have been, one sentence each."""
    said = [f"{result[name]} {name}" for name in ("lost", "wrong", "doubled") if result[name]]
    for row in result["reads"]:
        if row["failed"]:
            said.append(f"{row['failed']} of {row['page']} failed")
        if row["page"] == "all" and row["p95_s"] >= SOUGHT_P95_S:
            said.append(f"p95 of all pages is {row['p95_s']} s")
    return said


def rank(values: Sequence[float], share: float) -> float:
    """The smallest value that is not below this share of all.

    >>> rank([1, 2, 3, 4], 0.5), rank([1, 2, 3, 4], 0.95)
    (2, 4)
    """
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def _row(what: str, reads: Sequence[Read]) -> dict[str, Any]:
    there = [one for one in reads if not one.is_down]
    good = [one.seconds for one in there if one.status == 200]
    figures = {"p50_s": 0.5, "p95_s": 0.95, "max_s": 1.0}
    return {
        "page": what,
        "asked": len(there),
        "failed": len(there) - len(good),
        **{name: round(rank(good, share), 4) if good else None for name, share in figures.items()},
        "while it was down": len(reads) - len(there),
    }


def _is_right(answer: Mapping[str, Any] | None, expected: Mapping[str, Any]) -> bool:
    """Whether the status is the same, and each match, to the last digit."""
    names = ("status", "matches")
    return answer is not None and all(answer.get(name) == expected[name] for name in names)


def _jobs(sent: Iterable[Sent]) -> set[str]:
    return {one.job for one in sent}


def _more_than_once(values: Iterable[str]) -> int:
    return sum(n - 1 for n in Counter(values).values())
