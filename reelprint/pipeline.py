"""The two things Reelprint does, over many files at once: register works, identify suspects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, TypeVar

from index.store import Index
from media.clip import Loss, Unreadable
from media.digest import sha256
from reelprint.answer import Answer
from reelprint.cage import caged
from reelprint.extraction import KILL_AFTER_S, Extraction, deadline_s, extract_reference
from reelprint.identification import Identifier
from reelprint.pool import Job, Lost, cores, run
from reelprint.searching import Searcher
from reelprint.workspace import Settings, Workspace
from reference_catalog.catalog import Catalog
from reference_catalog.errors import Duplicate
from reference_catalog.work import NewReference, WorkDetails

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Item:
    """A file to register, and the work that it is a reference of."""

    path: Path
    details: WorkDetails
    source: str | None = None  # where the catalogue says that it is, if not at `path`


@dataclass(frozen=True, slots=True)
class Registered:
    """What became of one file."""

    path: Path
    work_id: str
    outcome: Literal["registered", "unchanged", "failed"]
    reason: str | None = None  # why it failed, or why nothing changed
    losses: tuple[Loss, ...] = ()
    duration_s: float = 0.0
    warnings: tuple[str, ...] = ()  # what its owner should know of it


def item_of(path: Path) -> Item:
    """A file as a work of its own, named by its stem."""
    return Item(path, WorkDetails(path.stem, path.stem))


class Runner(Protocol):
    """Does a job on many files, here or elsewhere; results are in the order of the files."""

    def __call__(
        self, job: Job[Item, Result], items: Sequence[Item], /
    ) -> Iterator[tuple[Item, Result | Lost]]:
        """What becomes of each."""
        ...


def register(
    workspace: Workspace,
    items: Iterable[Item],
    jobs: int | None = None,
    elsewhere: Runner | None = None,
) -> Iterator[Registered]:
    """Register files, each as soon as it is read, so that nothing done is lost by stopping. They
    are read by processes on this machine, or `elsewhere`; what is kept of them is kept from here.

    The index is brought up to date at the end, or by the next `identify`.
    """
    with workspace.catalog() as catalog:
        pending: list[Item] = []
        for item, digest in _digests(list(items), elsewhere):
            known = _known(catalog, item, digest)
            if known:
                yield known
            else:
                pending.append(item)
        for item, result in extracted(workspace.settings, pending, jobs, elsewhere):
            yield _keep(catalog, item, result)
        workspace.index(catalog)


def extracted(
    settings: Settings,
    items: Sequence[Item],
    jobs: int | None = None,
    elsewhere: Runner | None = None,
) -> Iterator[tuple[Item, Extraction | str]]:
    """What is kept of files as references, in the order given; of one that cannot be read, why."""
    job = Job(_prepare_extraction, (settings,), _extract, _item_seconds)
    for item, result in (elsewhere or _here(jobs))(job, items):
        yield item, result.reason if isinstance(result, Lost) else result


def identify(
    workspace: Workspace,
    paths: Sequence[Path],
    jobs: int | None = None,
    fast: bool = False,
    search: Callable[[Index], Searcher] = Searcher,
) -> Iterator[Answer]:
    """What each suspect carries, in the order given; with `fast`, by its key frames and sound.
    `search` makes the searcher of an index, if its segments are to be searched elsewhere."""
    here = Identifier(workspace, fast)  # brings the index up to date before the others open it
    job = Job(_prepare_identification, (workspace, fast, search), _identify, _path_seconds)
    try:
        for path, result in run(job, paths, min(jobs or cores(), max(1, len(paths)))):
            yield here.unreadable(path, result.reason) if isinstance(result, Lost) else result
    finally:
        here.close()


def _here(jobs: int | None) -> Runner:
    def read(job: Job[Item, Result], items: Sequence[Item]) -> Iterator[tuple[Item, Result | Lost]]:
        return run(job, items, min(jobs or cores(), max(1, len(items))))

    return read


def _digests(items: Sequence[Item], elsewhere: Runner | None) -> Iterable[tuple[Item, str | Lost]]:
    """The sha256 of each file, or why there is none."""
    if elsewhere is None:
        return ((item, _digest(item)) for item in items)
    return elsewhere(Job(_nothing, (), _digest, _item_seconds), items)


def _known(catalog: Catalog, item: Item, digest: str | Lost) -> Registered | None:
    """The outcome of a file that need not be read: it is registered, or cannot be opened."""
    name = item.details.work_id
    if isinstance(digest, Lost):
        return Registered(item.path, name, "failed", digest.reason)
    known = catalog.by_sha256(digest)
    if known is None:
        return None
    if known.work_id != name:
        whence = ", from a package" if known.origin else ""
        reason = f"the same file is {known.work_id!r} already{whence}"
        return Registered(item.path, name, "unchanged", reason)
    catalog.describe(item.details)
    return Registered(item.path, name, "unchanged", None, known.losses, known.duration_s)


def _keep(catalog: Catalog, item: Item, result: Extraction | str) -> Registered:
    name = item.details.work_id
    if isinstance(result, str):
        return Registered(item.path, name, "failed", result)
    reference = NewReference(
        result.sha256,
        item.source or str(item.path.resolve()),
        result.duration_s,
        result.losses,
        tuple(result.fingerprints.values()),
    )
    try:
        catalog.add(item.details, reference)
    except Duplicate as error:
        return Registered(
            item.path, name, "unchanged", f"the same file is {error.work_id!r} already"
        )
    return Registered(item.path, name, "registered", None, result.losses, result.duration_s)


# What runs in the other processes. Each prepares once; the names live only there.

_settings: Settings | None = None
_identifier: Identifier | None = None


def _nothing() -> None:
    pass


def _digest(item: Item) -> str | Lost:
    try:
        return sha256(item.path)
    except OSError as error:
        return Lost(str(error))


def _prepare_extraction(settings: Settings) -> None:
    global _settings
    caged.make_ready()
    _settings = settings


def _extract(item: Item) -> Extraction | str:
    if _settings is None:
        raise RuntimeError("the process was not prepared")
    try:
        s = _settings
        return extract_reference(item.path, s.schemes, s.decoder_memory_bytes, s.learned)
    except Unreadable as error:
        return str(error)


def _prepare_identification(
    workspace: Workspace, fast: bool, search: Callable[[Index], Searcher]
) -> None:
    global _identifier
    caged.make_ready()  # while the catalogue is opened
    _identifier = Identifier(workspace, fast, search)


def _identify(path: Path) -> Answer:
    if _identifier is None:
        raise RuntimeError("the process was not prepared")
    return _identifier.identify(path)


def _item_seconds(item: Item) -> float:
    return deadline_s(item.path) + 2 * KILL_AFTER_S


def _path_seconds(path: Path) -> float:
    return 2 * deadline_s(path) + 2 * KILL_AFTER_S
