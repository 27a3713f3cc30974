"""`reelprint pdq …`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from fingerprint.extract import PLAIN
from fingerprint.video.pdq import Pdq
from media.clip import Unreadable
from reelprint.commands.registering import media_files
from reelprint.exits import FOUND, NOTHING_FOUND, UNREADABLE, Usage
from reelprint.extraction import Extraction, extract_whole_pictures
from reelprint.hashlists.comparing import Hit, Listed, Rule, entries_of, usable
from reelprint.hashlists.entry import Entry
from reelprint.hashlists.keeping import forget, keep, kept
from reelprint.hashlists.reading import read_list
from reelprint.hashlists.writing import form_of
from reelprint.showing.plain import plain
from reelprint.workspace import Workspace, default_home
from reference_catalog.catalog import Catalog
from reference_catalog.errors import NoSuchFingerprint

NOTE = "near by the field's rule; how often chance gives this is not known, so it is no evidence"


@dataclass(frozen=True, slots=True)
class Asked:
    """What is compared, and how."""

    files: Sequence[Path]
    lists: Sequence[Path]
    rule: Rule
    home: Path | None


def import_lists(paths: Sequence[Path], name: str | None, home: Path | None) -> int:
    """Take lists into the workspace; the exit code. Raises ValueError with each fault, OSError."""
    where = Workspace.open(home or default_home()).home
    if name and len(paths) > 1:
        raise Usage("one name cannot name several lists")
    read = [(name or path.stem, read_list(path)) for path in paths]  # all, before any is kept
    for called, found in read:
        if not found.entries:
            raise ValueError(f"{called}: there is no PDQ hash in it")
    for called, found in read:
        keep(where, called, found.entries)
        more = f", {found.passed_over} of other kinds passed over" if found.passed_over else ""
        print(f"{called}: {len(found.entries)} hashes{more}")
    return FOUND


def show(as_json: bool, home: Path | None) -> int:
    """Name the lists of the workspace; the exit code."""
    there = list(kept(Workspace.open(home or default_home()).home))
    for name, entries in there:
        said = {"list": name, "hashes": len(entries)}
        print(json.dumps(said) if as_json else f"{name}: {len(entries)} hashes")
    return FOUND if there else NOTHING_FOUND


def remove(name: str, home: Path | None) -> int:
    """Forget a list; the exit code. Raises Usage."""
    if not forget(Workspace.open(home or default_home()).home, name):
        raise Usage(f"there is no list {name!r}")
    print(f"removed {name}")
    return FOUND


def match(asked: Asked, as_json: bool) -> int:
    """Say what of files lies near lists; the exit code. Raises Usage, ValueError, OSError."""
    lists = [Listed(name, entries, asked.rule) for name, entries in _lists(asked)]
    if not lists:
        raise Usage("there is no list: `reelprint pdq import` one, or name one with --list")
    files = list(media_files(asked.files))
    if not files:
        raise Usage("there is no media file in " + ", ".join(map(str, asked.files)))
    codes = [_match(path, lists, asked, as_json) for path in files]
    if UNREADABLE in codes:
        return UNREADABLE
    return FOUND if FOUND in codes else NOTHING_FOUND


def export(
    works: Sequence[str], out: Path, tags: Sequence[str], rule: Rule, home: Path | None
) -> int:
    """Write the hashes of works, or of media files; the exit code. Raises Usage, ValueError."""
    form = form_of(out)
    if out.exists():
        raise FileExistsError(f"{out} is there already, and nothing is written over")
    labels = tuple(sorted(set(tags)))
    if any(not tag.isprintable() or " " in tag or not tag for tag in labels):
        raise Usage("a tag is one word")
    found = [one for name in works for one in _exported(name, rule, home)]
    if not found:
        raise ValueError("no frame of them is worth a hash: nothing is written")
    entries = [Entry(e.hash, e.name, labels, e.quality, e.time_s, e.frame) for e in found]
    out.write_text(form(entries), encoding="utf-8")
    print(plain(f"{out}: {len(entries)} hashes of {len({e.name for e in entries})} works or files"))
    return FOUND


def _lists(asked: Asked) -> Iterator[tuple[str, Sequence[Entry]]]:
    if asked.lists:
        yield from ((path.stem, read_list(path).entries) for path in asked.lists)
    else:
        yield from kept(Workspace.open(asked.home or default_home()).home)


def _match(path: Path, lists: Sequence[Listed], asked: Asked, as_json: bool) -> int:
    try:
        suspect = extract_whole_pictures(path, (Pdq().name,))
    except Unreadable as error:
        said = {"query": {"path": str(path)}, "status": "unreadable", "reason": str(error)}
        print(json.dumps(said) if as_json else plain(f"{path}: unreadable: {error}"))
        return UNREADABLE
    hits = [hit for one in lists for hit in one.hits(suspect)]
    print(json.dumps(_plain(path, suspect, hits, asked)) if as_json else _told(path, hits))
    return FOUND if hits else NOTHING_FOUND


def _plain(path: Path, suspect: Extraction, hits: Sequence[Hit], asked: Asked) -> dict[str, object]:
    compared = usable(suspect.fingerprints[PLAIN, Pdq().name], asked.rule)
    query = {
        "path": str(path),
        "sha256": suspect.sha256,
        "duration_s": suspect.duration_s,
        "frames": len(compared),
    }
    return {
        **{"query": query, "status": "near" if hits else "nothing_near"},
        **{"hits": [hit.as_dict() for hit in hits], "rule": asdict(asked.rule)},
        **{"evidence": False, "note": NOTE},
    }


def _told(path: Path, hits: Sequence[Hit]) -> str:
    if not hits:
        return plain(f"{path}: nothing near")
    lines = [f"{path}: {NOTE}"]
    for hit in hits:
        where = ", ".join(f"{at:g} s" for at in hit.at_s)
        lines.append(
            f"  {hit.list_name}: {hit.name} {' '.join(hit.labels)}: {hit.distance} bits, "
            f"{hit.hashes_near} of its {hit.hashes} hashes, {hit.frames_near} frames, at {where}"
        )
    return "\n".join(map(plain, lines))


def _exported(name: str, rule: Rule, home: Path | None) -> Iterator[Entry]:
    """Hashes of a media file, at its full size; or of a work, as they are kept."""
    if Path(name).is_file():
        read = extract_whole_pictures(Path(name), (Pdq().name,), views=(PLAIN,))
        codes = read.fingerprints[PLAIN, Pdq().name]
        yield from entries_of(Path(name).stem, codes, rule, read.is_still)
        return
    with Workspace.open(home or default_home()).catalog() as catalog:
        yield from _of_work(catalog, name, rule)


def _of_work(catalog: Catalog, name: str, rule: Rule) -> Iterator[Entry]:
    work = catalog.work(name)
    if work is None:
        raise Usage(f"{name!r} is neither a media file nor the work_id of a work")
    for reference in work.references:
        try:
            codes = catalog.fingerprint(reference.number, Pdq().name)
        except NoSuchFingerprint as error:
            raise Usage(
                f"the workspace keeps no PDQ hashes of {name!r}: name its media file, or have "
                f'"{Pdq().name}" among the schemes of settings.toml when works are registered'
            ) from error
        still = len(codes) == 1
        yield from entries_of(name, codes, rule, still)
