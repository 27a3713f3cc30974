"""What `identify --json` said of the media of a sample, as what is recorded of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from casework import names, reading
from casework.errors import NotAllowed
from casework.journal import Journal
from casework.record import Finding

Answers = Mapping[str, Mapping[str, Any]]  # by the media's name in its capture's folder
Cage = Mapping[str, Any]  # what the decoder was held by, as `reelprint doctor --json` says it
_READ = frozenset({"identified", "no_match"})


def examination(sample_id: str, answers: Answers) -> dict[str, Any]:
    """What is recorded of a sample: `readable` if any of its media could be searched for works.

    `seconds` is the length of the longest track, as it was decoded: of tracks that play at once,
    and are files of their own, not the sum.
    """
    read = any(answer["status"] in _READ for answer in answers.values())
    files = [_file(media, answer) for media, answer in answers.items()]
    return {
        "sample_id": sample_id,
        "outcome": "readable" if read else "unreadable",
        "reason": None if read else "; ".join(f"{f['media']}: {f['reason']}" for f in files),
        "seconds": round(_seconds(answers), 3),
        "files": files,
    }


def matches(answers: Answers) -> list[dict[str, Any]]:
    """What each match says, as a finding but for its id and its time."""
    return [
        {
            "media": media,
            "suspect_sha256": answer["query"]["sha256"],
            "match": match,
            "max_e_value": answer["max_e_value"],
            "engine": answer["engine"],
        }
        for media, answer in answers.items()
        for match in answer["matches"]
    ]


def record(
    journal: Journal, by: str, sample_id: str, answers: Answers, cage: Cage | None
) -> list[Finding]:
    """Record what was said of a sample that has ended, and what held the decoder, if that is known.
    Raises NotAllowed."""
    sample = reading.sample_in(journal, sample_id)
    due = (
        sample is not None and sample.outcome == "unexamined" and set(answers) == set(sample.media)
    )
    if not due:
        raise NotAllowed(f"sample {sample_id} is not to be examined, or not by these files")
    held = {} if cage is None else {"cage": dict(cage)}
    value = {**examination(sample_id, answers), **held, "by": by}
    facts = {"outcome": value["outcome"]}
    journal.append("examined", by, facts, ("examined", sample_id, value))
    return [_found(journal, by, sample_id, match) for match in matches(answers)]


def _found(journal: Journal, by: str, sample_id: str, match: Mapping[str, Any]) -> Finding:
    name = journal.new_name("F", "finding")
    finding = Finding(name, sample_id, **match, found_at=journal.now())
    facts = {"sample": sample_id, "work_id": finding.work_id}
    journal.append("found", by, facts, ("finding", name, finding.as_dict()))
    return finding


def _file(media: str, answer: Mapping[str, Any]) -> dict[str, Any]:
    query, reason = answer["query"], answer.get("reason")
    return {
        "media": media,
        "sha256": query["sha256"],
        "duration_s": query["duration_s"],
        "losses": [{**loss, "detail": names.told(str(loss["detail"]))} for loss in query["losses"]],
        "status": answer["status"],
        "reason": None if reason is None else names.told(str(reason)),
        "max_e_value": answer["max_e_value"],
        "engine": answer["engine"],
    }


def _seconds(answers: Answers) -> float:
    tracks: dict[str, float] = {}
    for media, answer in answers.items():
        track = media.rpartition("-")[0]
        tracks[track] = tracks.get(track, 0.0) + (answer["query"]["duration_s"] or 0.0)
    return max(tracks.values(), default=0.0)
