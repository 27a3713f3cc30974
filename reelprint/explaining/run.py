"""One suspect to its explanation, in another process, as `identify` reads suspects."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from reelprint.cage import caged
from reelprint.explaining.explanation import Explanation, Wanted
from reelprint.explaining.gathering import gather
from reelprint.extraction import KILL_AFTER_S, deadline_s
from reelprint.identification import Identifier
from reelprint.pool import Job, Lost, run
from reelprint.workspace import Workspace

PASSES = 6  # over a suspect, or something as long: reading, searching, and looking for stills


def explain(workspace: Workspace, path: Path, fast: bool, wanted: Wanted) -> Explanation:
    """What a suspect carries, and why."""
    # This brings the index up to date before the other process opens it.
    with closing(Identifier(workspace, fast)) as identifier:
        job = Job(_prepare, (workspace, fast, wanted), _gather, _seconds)
        (result,) = (result for _, result in run(job, [path], 1))
        if isinstance(result, Lost):
            return Explanation(identifier.unreadable(path, result.reason), wanted)
        return result


def _seconds(path: Path) -> float:
    return PASSES * deadline_s(path) + KILL_AFTER_S


# What runs in the other process. It prepares once; the name lives only there.

_how: tuple[Workspace, bool, Wanted] | None = None


def _prepare(workspace: Workspace, fast: bool, wanted: Wanted) -> None:
    global _how
    caged.make_ready()
    _how = workspace, fast, wanted


def _gather(path: Path) -> Explanation:
    if _how is None:
        raise RuntimeError("the process was not prepared")
    workspace, fast, wanted = _how
    return gather(workspace, path, fast, wanted)
