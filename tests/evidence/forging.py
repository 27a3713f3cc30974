"""What people do to packages: those who cannot sign, and those who can."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from evidence.archive import Archive, write
from evidence.canonical import canonical, strict
from evidence.signing import SigningKey
from tests.evidence.casebook import KEY

Files = dict[str, bytes]
UNSUMMED = ("SHA256SUMS", "SHA256SUMS.sig", "SHA256SUMS.tsr")


def files_of(path: Path) -> Files:
    with Archive(path) as archive:
        return {name: archive.read(name, 1 << 30) for name in archive.members}


def zipped(files: Mapping[str, bytes], path: Path) -> Path:
    """A package of files, just as they are."""
    with path.open("wb") as out:
        write(files, out)
    return path


def resealed(files: Files, path: Path, key: SigningKey = KEY) -> Path:
    """A package by a forger who has a key: lists, sums and signature fit the files."""
    manifest = strict(files["manifest.json"])
    listed = manifest["files"]
    kept = {n for n in files if n not in (*UNSUMMED, "manifest.json")}
    blank = {"media_type": "text/plain", "role": "record", "derived_from": [], "produced_by": "x"}
    manifest["files"] = {
        name: {**listed.get(name, blank), "sha256": sha256(files[name]), "bytes": len(files[name])}
        for name in kept
    }
    manifest["signer"] = key.signer.fingerprint
    files = {**files, "manifest.json": canonical(manifest), "signer.pem": key.signer.pem}
    if key is not KEY:
        manifest["files"]["signer.pem"]["sha256"] = sha256(key.signer.pem)
        files["manifest.json"] = canonical(manifest)
    names = sorted(n for n in files if n not in UNSUMMED)
    sums = "".join(f"{sha256(files[n])}  {n}\n" for n in names).encode()
    return zipped({**files, "SHA256SUMS": sums, "SHA256SUMS.sig": key.sign(sums)}, path)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def edited(data: bytes, change: Callable[[Any], None]) -> bytes:
    """JSON, changed."""
    value = json.loads(data)
    change(value)
    return canonical(value)


def rechained(lines: list[dict[str, Any]]) -> bytes:
    """A log written anew so that its chain holds."""
    head, data = "0" * 64, b""
    for n, entry in enumerate(lines):
        line = json.dumps({**entry, "n": n, "before": head}, ensure_ascii=True).encode() + b"\n"
        head = sha256(line)
        data += line
    return data
