"""What a capture's folder says of the segments and the certificates that came, read offline."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from capture.chain import read_log
from capture.inside import read
from capture.store import LOG, MANIFEST

_MOST_BYTES = 1 << 20  # of a chain


@dataclass(frozen=True, slots=True)
class Shown:
    """The certificate that a server showed as its own."""

    sha256: str  # of the certificate
    key_sha256: str  # of its public key, as SubjectPublicKeyInfo
    names: tuple[str, ...]  # hosts that it is for, in order


def segments_of(folder: Path) -> dict[str, str]:
    """The file of each piece of media as received, by its SHA-256: what the playable files consist
    of, and no init section, which strangers may have the same. Raises OSError."""
    manifest = json.loads((folder / MANIFEST).read_bytes())
    media, files = manifest["media"], manifest["files"]
    names = [part["raw"] for one in media for part in one.get("parts", [{"raw": one["file"]}])]
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(str(files[name]["sha256"]), str(name))
    return found


def certificates_of(folder: Path) -> list[Shown]:
    """The certificates of servers, each once, in the order in which they were met; one that cannot
    be read is left out. Raises OSError."""
    chains = dict.fromkeys(_chains(read_log(folder / LOG).entries))
    found = [_shown(data) for name in chains if (data := _chain(folder, name)) is not None]
    return list(dict.fromkeys(one for one in found if one is not None))


def _chains(entries: list[dict[str, Any]]) -> Iterator[str]:
    for entry in entries:
        tls = (entry.get("connection") or {}).get("tls")
        if tls:
            yield str(tls["chain"])


def _chain(folder: Path, name: str) -> bytes | None:
    try:
        return read(folder, name, _MOST_BYTES)
    except FileNotFoundError:
        return None


def _shown(data: bytes) -> Shown | None:
    try:
        first = x509.load_pem_x509_certificate(data)
        key = first.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        names = _names(first)
    except ValueError:
        return None
    der = first.public_bytes(Encoding.DER)
    return Shown(hashlib.sha256(der).hexdigest(), hashlib.sha256(key).hexdigest(), names)


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        kind = x509.SubjectAlternativeName
        said = certificate.extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return ()
    hosts = [name.lower() for name in said.get_values_for_type(x509.DNSName)]
    addresses = [str(address) for address in said.get_values_for_type(x509.IPAddress)]
    return tuple(sorted({*hosts, *addresses}))
