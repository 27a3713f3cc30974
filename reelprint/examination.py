"""The pipeline over the samples of a case."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from casework.record import Finding, Sample
from casework.store import CaseStore
from casework.taking import sealed
from media.clip import Unreadable
from reelprint.answer import Answer
from reelprint.cage.description import described
from reelprint.cage.parcel import plain
from reelprint.pipeline import identify
from reelprint.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found in a sample, which now says whether it could be read."""

    sample: Sample
    findings: list[Finding]


Identify = Callable[[Sequence[Path]], Iterator[Answer]]


def examine(
    workspace: Workspace,
    store: CaseStore,
    case_id: str,
    by: str,
    jobs: int | None,
    identified: Identify | None = None,
) -> Iterator[Examined]:
    """Identify the media of all samples that nobody looked at, and record what was found, sample by
    sample, so that nothing done is lost by stopping. Media are read by `jobs` processes, or by
    `identified`. Raises OSError if a capture was changed."""
    folder, samples = store.captures(case_id), store.unexamined(case_id)
    seals = {one.sample_id: sealed(folder, one) for one in samples}
    paths = [folder / str(one.capture) / media for one in samples for media in one.media]
    cage = held_by(workspace) if paths else None
    answers = identified(paths) if identified else identify(workspace, paths, jobs)
    for sample in samples:
        said: dict[str, dict[str, Any]] = {}
        for media in sample.media:
            answer = next(answers).as_dict()
            _check(sample, media, answer, seals[sample.sample_id][media])
            said[media] = answer
        findings = store.examined(case_id, by, sample.sample_id, said, cage)
        yield Examined(store.sample(case_id, sample.sample_id), findings)


def held_by(workspace: Workspace) -> dict[str, Any]:
    """What holds the decoders of suspects on this machine, for the record."""
    try:
        return described(workspace.settings.decoder_memory_bytes)
    except Unreadable as error:  # nothing is decoded without a cage
        return {"process": "none", "reason": plain(error)}


def _check(sample: Sample, media: str, answer: dict[str, Any], sha256: str) -> None:
    read = answer["query"]["sha256"]
    if read not in {None, sha256}:
        raise OSError(f"{media} of sample {sample.sample_id} is not what was captured")
