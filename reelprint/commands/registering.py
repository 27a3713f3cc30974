"""`reelprint register`."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from rich.console import Console
from rich.progress import track

from media.formats import MEDIA_SUFFIXES
from reelprint.commands.keys import key_of
from reelprint.exits import FOUND, UNREADABLE, Usage
from reelprint.fpk.opening import is_package
from reelprint.fpk.trust import Trust, fingerprint_of, trusted
from reelprint.pipeline import Item, Registered
from reelprint.pipeline import register as register_items
from reelprint.showing.plain import plain
from reelprint.signing import KEY
from reelprint.workspace import Workspace, default_home
from reference_catalog.manifest import read_manifest
from reference_catalog.work import WorkDetails


def media_files(paths: Sequence[Path]) -> Iterator[Path]:
    """The files named, and for each folder the media files in it, at any depth, by name."""
    for path in paths:
        if path.is_dir():
            found = (p for p in path.rglob("*") if p.suffix.lower() in MEDIA_SUFFIXES)
            yield from sorted(p for p in found if p.is_file())
        else:
            yield path


def items(
    paths: Sequence[Path],
    manifest: Path | None,
    work_id: str | None,
    title: str | None,
    kind: str,
    owner: str | None,
    series: str | None,
) -> list[Item]:
    """What the command line asks to register. Raises `Usage`, `ManifestError`, OSError."""
    if bool(paths) == bool(manifest):
        raise Usage("name files to register, or a manifest, one of both")
    if manifest:
        if work_id or title or owner or series or kind != "other":
            raise Usage("with a manifest, what is known of a work is written in the manifest")
        return [Item(row.path, row.details) for row in read_manifest(manifest)]
    files = list(media_files(paths))
    if not files:
        raise Usage("there is no media file in " + ", ".join(map(str, paths)))
    if work_id is None:
        return _one_each(files, title, kind, owner, series)
    details = WorkDetails(work_id, title or work_id, kind, owner, series=series)
    return [Item(f, details) for f in files]


@dataclass(frozen=True, slots=True)
class Asked:
    """Files to register, fingerprint packages among them apart."""

    items: Sequence[Item]
    packages: Sequence[Path]
    trust: Sequence[str]  # keys, as they were written
    unsigned: bool


def asked(
    paths: Sequence[Path],
    manifest: Path | None,
    trust: Sequence[str],
    unsigned: bool,
    *said: str | None,
    kind: str,
) -> Asked:
    """What the command line asks for; `said` is work_id, title, owner and series. Raises `Usage`,
    `ManifestError`, OSError."""
    packages = [path for path in paths if is_package(path)]
    media = [path for path in paths if path not in packages]
    if packages and (any(said) or kind != "other"):
        raise Usage("what is known of a work of a fingerprint package is written in it")
    work_id, title, owner, series = said
    only_packages = packages and not media and not manifest
    chosen = [] if only_packages else items(media, manifest, work_id, title, kind, owner, series)
    return Asked(chosen, packages, trust, unsigned)


def register(
    asked: Asked,
    jobs: int | None,
    as_json: bool,
    home: Path | None,
    ray: str | None = None,
) -> int:
    """Register and report; the exit code."""
    workspace = Workspace.open(home or default_home())
    outcomes = []
    progress = track(
        _registered(workspace, asked, jobs, ray),
        description="registering",
        total=None if asked.packages else len(asked.items),
        console=Console(stderr=True),
        disable=as_json,
    )
    for outcome in progress:
        outcomes.append(outcome)
        if as_json:
            print(json.dumps(_plain(outcome)), flush=True)
    if not as_json:
        _summary(outcomes)
    return UNREADABLE if any(o.outcome == "failed" for o in outcomes) else FOUND


def _registered(
    workspace: Workspace, asked: Asked, jobs: int | None, ray: str | None
) -> Iterator[Registered]:
    """Packages first: they are quick."""
    if asked.packages:
        from reelprint.fpk.taking import register as register_package

        trust = _trust(workspace, asked)
        for path in asked.packages:
            yield from register_package(workspace, path, trust)
    # This brings the index up to date too.
    yield from (
        _elsewhere(workspace, asked.items, ray)
        if ray
        else register_items(workspace, asked.items, jobs)
    )


def _trust(workspace: Workspace, asked: Asked) -> Trust:
    """The keys that are trusted here, for once, and the workspace's own."""
    named = {fingerprint_of(one): "" for one in asked.trust}
    own = workspace.home / KEY
    mine = {key_of(own, None).signer.fingerprint: "this workspace"} if own.is_file() else {}
    return Trust({**mine, **named, **trusted(workspace.home)}, asked.unsigned)


def _elsewhere(workspace: Workspace, items: Sequence[Item], address: str) -> Iterator[Registered]:
    """The same on all machines of a cluster; relative paths mean nothing there."""
    from reelprint.cluster.connecting import connected
    from reelprint.cluster.working import run

    absolute = [replace(item, path=item.path.absolute()) for item in items]
    with connected(address):
        yield from register_items(workspace, absolute, elsewhere=run)


def _one_each(
    files: Sequence[Path], title: str | None, kind: str, owner: str | None, series: str | None
) -> list[Item]:
    twice = [stem for stem, n in Counter(f.stem for f in files).items() if n > 1]
    if twice:
        raise Usage(
            f"several files are named {twice[0]!r}, which would make them one work: "
            "say so with --work-id, or use a manifest"
        )
    if title and len(files) > 1:
        raise Usage("one title cannot name several works: use a manifest")
    return [
        Item(f, WorkDetails(f.stem, title or f.stem, kind, owner, series=series)) for f in files
    ]


def _plain(outcome: Registered) -> dict[str, object]:
    return {**asdict(outcome), "path": str(outcome.path)}


def _summary(outcomes: Sequence[Registered]) -> None:
    counts = Counter(o.outcome for o in outcomes)
    seconds = sum(o.duration_s for o in outcomes if o.outcome == "registered")
    print(
        f"{counts['registered']} registered ({seconds / 3600:.2f} h), "
        f"{counts['unchanged']} unchanged, {counts['failed']} failed"
    )
    for o in outcomes:
        if o.reason:
            print(plain(f"  {o.outcome}: {o.path}: {o.reason}"))
        for loss in o.losses:
            print(plain(f"  lost in {o.path}: {loss.detail}"))
        for warning in o.warnings:
            print(plain(f"  {o.path}: {warning}"))
