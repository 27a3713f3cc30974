"""Small packages of made-up fingerprints: to read media costs more than most tests."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from evidence.canonical import canonical, strict
from evidence.signing import SigningKey
from fingerprint.extract import PLAIN
from fingerprint.scheme import Fingerprint
from reelprint.extraction import Extraction
from reelprint.fpk import form
from reelprint.fpk.keeping import Kept
from reelprint.fpk.making import SOFTWARE, Fingerprinted, Stated, pack
from reelprint.fpk.taking import register
from reelprint.fpk.trust import Trust
from reelprint.pipeline import Registered
from reelprint.workspace import SETTINGS, Workspace
from reference_catalog.licence import Licence
from reference_catalog.work import WorkDetails
from tests.evidence.forging import Files, files_of, zipped

FRAMES = "video-dct256-1"
KEY, OTHER = SigningKey.new(), SigningKey.new()
MADE_AT = "2026-11-23T07:00:00Z"
SECONDS = 20.0


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def frames(seed: int, n: int = 40, per_s: float = 2.0) -> Fingerprint:
    """Codes of a moving picture that nobody ever saw."""
    random = np.random.default_rng(seed)
    codes = random.integers(0, 256, (n, 32), dtype=np.uint8)
    return Fingerprint(FRAMES, codes, np.arange(n) / per_s, np.full(n, 90, np.uint8))


@dataclass(frozen=True, slots=True)
class Made:
    """A reference to be packed."""

    work_id: str
    seed: int
    codes: tuple[Fingerprint, ...] = ()
    title: str | None = None
    licences: tuple[Licence, ...] | None = None
    duration_s: float = SECONDS

    @property
    def media(self) -> str:
        return sha256(f"media {self.seed}".encode())

    @property
    def details(self) -> WorkDetails:
        return WorkDetails(self.work_id, self.title or self.work_id)


BESIDE = ("audio-outline-1", "audio-learned-1")


def package(
    path: Path, works: Sequence[Made], key: SigningKey | None = KEY, made_at: str = MADE_AT
) -> Path:
    """A package of these works."""
    schemes = tuple(one.scheme for one in works[0].codes) or (FRAMES,)
    kept = Kept(path, schemes, SOFTWARE)
    outcomes = [
        Fingerprinted(Path(f"{w.seed}.mp4"), w.details, "fingerprinted", kept.put(read_of(w)))
        for w in works
    ]
    licences = {w.work_id: w.licences for w in works if w.licences is not None}
    own = tuple(name for name in schemes if name not in BESIDE)
    pack(outcomes, Stated(own, licences, made_at, key), kept, path)
    return path


def read_of(made: Made) -> Extraction:
    """What the media would give."""
    codes = made.codes or (frames(made.seed),)
    found = {(PLAIN, one.scheme): one for one in codes}
    return Extraction(Path(f"{made.seed}.mp4"), made.media, "video", made.duration_s, (), found)


def resealed(files: Files, path: Path, key: SigningKey = KEY) -> Path:
    """The same by somebody who has a key: sums and signature fit whatever is in it."""
    named = {n: d for n, d in files.items() if n not in (form.SUMS, form.SIGNATURE)}
    head = strict(named[form.HEAD])
    named[form.HEAD] = canonical({**head, "signer": key.signer.fingerprint})
    named[form.SIGNER] = key.signer.pem
    sums = "".join(f"{sha256(named[n])}  {n}\n" for n in sorted(named)).encode()
    return zipped({**named, form.SUMS: sums, form.SIGNATURE: key.sign(sums)}, path)


def changed(path: Path, change: Callable[[dict[str, Any]], None], work_id: str = "w") -> Path:
    """A package whose signer says something else of a work; its other lists fit that."""
    files = files_of(path)
    said = strict(files.pop(form.work_file(work_id)))
    change(said)
    name = said["work_id"] if isinstance(said.get("work_id"), str) else work_id
    safe = name.encode("utf-8", "replace").decode()
    files[form.work_file(safe)] = canonical(said)
    return resealed(files, path)


def with_codes(path: Path, data: bytes, count: int | None = None, work_id: str = "w") -> Path:
    """A package whose signer put these bytes in place of a fingerprint."""
    files = files_of(path)
    name = form.work_file(work_id)
    said = strict(files[name])
    (reference,) = said["references"]
    stored = reference["fingerprints"][FRAMES]
    codes = stored["codes"] if count is None else count
    reference["fingerprints"][FRAMES] = {
        **{"sha256": sha256(data), "bytes": len(data), "codes": codes}
    }
    files[name] = canonical(said)
    files[form.codes_file(reference["sha256"], FRAMES)] = data
    return resealed(files, path)


def workspace(home: Path, *schemes: str) -> Workspace:
    """One that keeps little."""
    made = Workspace.create(home)
    text = (home / SETTINGS).read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith("schemes")]
    named = ", ".join(f'"{one}"' for one in schemes or (FRAMES,))
    (home / SETTINGS).write_text("\n".join([*lines, f"schemes = [{named}]\n"]), encoding="utf-8")
    return Workspace.open(made.home)


def taken(
    where: Workspace, path: Path, *keys: SigningKey, unsigned: bool = False
) -> list[Registered]:
    """What becomes of a package where these keys are trusted."""
    trust = Trust({key.signer.fingerprint: "" for key in keys or (KEY,)}, unsigned)
    return list(register(where, path, trust))


def outcomes(found: Sequence[Registered]) -> list[str]:
    return [one.outcome for one in found]


def refused(here: Workspace, path: Path) -> str:
    """Why nothing of a package is registered."""
    found = taken(here, path)
    assert outcomes(found) == ["failed"]
    with here.catalog() as catalog:
        assert list(catalog.works()) == []
    return found[0].reason or ""
