"""The index's own list of what is valid: written last, atomically, so that it never points at
half a file."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path

from index.atomic import file_sha256, write_atomically

FORMAT = 1
NAME = "manifest.json"


class Incompatible(ValueError):
    """The index on disk was written in a format that this version does not read."""


@dataclass(frozen=True, slots=True)
class SegmentEntry:
    """One segment: its scheme, whose codes it holds, and its files by sha256."""

    scheme: str
    stem: str
    rows: int
    numbers: tuple[int, ...]
    files: dict[str, str]

    def is_whole(self, folder: Path) -> bool:
        """Whether every file is there, to the byte."""
        return all(
            (folder / name).is_file() and file_sha256(folder / name) == digest
            for name, digest in self.files.items()
        )


@dataclass(frozen=True, slots=True)
class Manifest:
    """All valid segments, and the references that no longer count."""

    segments: tuple[SegmentEntry, ...] = ()
    removed: tuple[int, ...] = ()
    next_serial: int = 1
    extents: dict[int, float] = field(default_factory=dict)  # seconds of each reference

    def numbers(self, scheme: str) -> frozenset[int]:
        """References that have been indexed under a scheme and not removed."""
        held = (n for s in self.segments if s.scheme == scheme for n in s.numbers)
        return frozenset(held) - frozenset(self.removed)

    def with_segments(self, segments: tuple[SegmentEntry, ...]) -> Manifest:
        """The manifest with other segments; removals that nothing holds any more are dropped."""
        held = {n for s in segments for n in s.numbers}
        return replace(
            self,
            segments=segments,
            removed=tuple(n for n in self.removed if n in held),
            extents={n: e for n, e in self.extents.items() if n in held},
        )

    def save(self, folder: Path) -> None:
        """Put the manifest in place; the change counts from this moment on."""
        text = json.dumps({"format": FORMAT, **_plain(self)}, indent=1)
        write_atomically(folder / NAME, lambda p: _write_text(p, text))

    @classmethod
    def load(cls, folder: Path) -> Manifest:
        """The manifest of a folder, an empty one if there is none or it is not readable JSON."""
        try:
            data = json.loads((folder / NAME).read_text(encoding="utf-8"))
        except (FileNotFoundError, json.JSONDecodeError, UnicodeDecodeError):
            return cls()
        if not isinstance(data, dict) or data.get("format") != FORMAT:
            raise Incompatible(f"the index was written in another format than {FORMAT}")
        return _from_plain(data)


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _plain(manifest: Manifest) -> dict[str, object]:
    return {
        "next_serial": manifest.next_serial,
        "removed": list(manifest.removed),
        "extents": {str(n): e for n, e in manifest.extents.items()},
        "segments": [
            {"scheme": s.scheme, "stem": s.stem, "rows": s.rows, "numbers": list(s.numbers),
             "files": s.files}
            for s in manifest.segments
        ],
    }  # fmt: skip


def _from_plain(data: dict[str, object]) -> Manifest:
    segments, removed, extents = data["segments"], data["removed"], data["extents"]
    if not (isinstance(segments, list) and isinstance(removed, list) and isinstance(extents, dict)):
        raise Incompatible("the index manifest does not have the shape it should")
    return Manifest(
        segments=tuple(SegmentEntry(**{**s, "numbers": tuple(s["numbers"])}) for s in segments),
        removed=tuple(removed),
        next_serial=int(str(data["next_serial"])),
        extents={int(n): float(e) for n, e in extents.items()},
    )
