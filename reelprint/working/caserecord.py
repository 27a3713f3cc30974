"""The record of cases, opened for one job."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from capture.clock import Clock
from casework.reading import dossier
from casework.record import Dossier
from casework.store import CaseStore
from media.clip import Unreadable
from reelprint.cases import place_of
from reelprint.working.wording import without_paths
from reelprint.workspace import Workspace


@contextmanager
def record_of(workspace: Workspace, clock: Clock | None = None) -> Iterator[CaseStore]:
    """The record, by this machine's clock or another. Raises CasesMissing, CasesLeft. What is said
    in the block to be amiss with a case becomes ValueError, for it is so the next time too, and
    names no folder."""
    place = place_of(workspace)
    with CaseStore.open(place.folder, clock, url=place.url) as store:
        try:
            yield store
        except OSError as error:
            if type(error) not in (OSError, Unreadable) or error.errno is not None:
                raise  # the database, the disk: another time it may go
            raise ValueError(without_paths(workspace, error)) from error


def consulted(store: CaseStore, case_id: str) -> Dossier:
    """All of a case; whoever asked for the job is in its log by then. Raises ValueError for a case
    that is not what was recorded."""
    if problems := store.verify(case_id):
        raise ValueError(f"case {case_id} is not what was recorded: {problems[0]}")
    return dossier(store.records(case_id))
