"""The folder beside a package that is being made: what was read of media already.

A file is known by the SHA-256 of its bytes, under the schemes and the software that read it. Its
folder appears at once, when all of it is written, so whatever stops the making loses only the files
that were being read.
"""

from __future__ import annotations

import hashlib
import json
import math
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from evidence.canonical import canonical
from fingerprint.scheme import Fingerprint
from media.clip import Loss
from reelprint.extraction import KNOWN, Extraction
from reelprint.fpk import form
from reelprint.fpk.codes import require_of
from reelprint.fpk.form import PackedReference, Stored
from reference_catalog import codec

_RECORD = "reference.json"


class Kept:
    """References that are ready to be packed."""

    def __init__(self, out: Path, schemes: Sequence[str], software: str) -> None:
        self.root = out.with_name(f"{out.name}.part")
        made_by = hashlib.sha256(canonical([software, sorted(schemes)])).hexdigest()
        self._folder = self.root / made_by[:16]

    def get(self, sha256: str, name: str) -> PackedReference | None:
        """What was read of a file before, under the name that it has now."""
        try:
            said = json.loads((self._folder / sha256 / _RECORD).read_bytes())
            reference = form.read_reference(said)
            whole = all(self._is_there(sha256, *one) for one in reference.fingerprints.items())
        except (FileNotFoundError, ValueError, TypeError, LookupError):
            return None  # a power cut left it in parts: the file is read again
        return replace(reference, name=form.shown_name(name)) if whole else None

    def put(self, read: Extraction) -> PackedReference:
        """Keep what was read of a file. Raises ValueError for what no package may hold, OSError."""
        part = self._folder / f".{read.sha256}"
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        stored = {
            one.scheme: _written(part / f"{one.scheme}.npz", one, read.duration_s)
            for one in read.fingerprints.values()
        }
        reference = PackedReference(
            form.shown_name(read.path.name),
            read.sha256,
            form.kind_named(read.kind),
            read.duration_s,
            tuple(map(_loss, read.losses[: form.MOST_LOSSES])),
            stored,
        )
        (part / _RECORD).write_bytes(canonical(form.reference_as_dict(reference)))
        shutil.rmtree(self._folder / read.sha256, ignore_errors=True)
        part.replace(self._folder / read.sha256)
        return reference

    def codes(self, sha256: str, scheme: str) -> Path:
        """Where a fingerprint is."""
        return self._folder / sha256 / f"{scheme}.npz"

    def _is_there(self, sha256: str, scheme: str, stored: Stored) -> bool:
        data = self.codes(sha256, scheme).read_bytes()
        return hashlib.sha256(data).hexdigest() == stored.sha256

    def remove(self) -> None:
        """Forget all of it, once it is packed."""
        shutil.rmtree(self.root, ignore_errors=True)


def _written(path: Path, one: Fingerprint, duration_s: float) -> Stored:
    require_of(KNOWN[one.scheme], one, duration_s)
    data = codec.encode(one)
    path.write_bytes(data)
    return Stored(hashlib.sha256(data).hexdigest(), len(data), len(one))


def _loss(one: Loss) -> Loss:
    at_s = one.at_s if one.at_s is not None and math.isfinite(one.at_s) else None
    return Loss(form.shown_reason(one.kind), form.shown_reason(one.detail), at_s)
