"""What a capture received and from whom, as far as others are told, read from what it wrote."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True)
class Received:
    """One file of a capture folder."""

    path: str  # in the folder
    size: int  # bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class Peer:
    """A server that was spoken to: its name, its address, the certificates it showed."""

    host: str
    address: str
    chain: tuple[str, ...]  # SHA-256 of each certificate, the server's own first; without TLS none
    at: str  # when it was first spoken to


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a capture consists of, with which servers it came about, and what is missing of it."""

    software: str
    whole: bool
    gaps: tuple[Mapping[str, Any], ...]  # as the manifest lists them, harmless ones too
    files: tuple[Received, ...]
    peers: tuple[Peer, ...]


def receipt(manifest: Mapping[str, Any], log: Iterable[Mapping[str, Any]]) -> Receipt:
    """Of a capture's manifest and the entries of its log. Raises KeyError for another format."""
    files = manifest["files"].items()
    peers: dict[tuple[str, str, tuple[str, ...]], Peer] = {}
    for entry in log:
        if entry["event"] == "exchange" and entry["connection"] is not None:
            peer = _peer(entry)
            peers.setdefault((peer.host, peer.address, peer.chain), peer)
    return Receipt(
        str(manifest["software"]),
        bool(manifest["whole"]),
        tuple(manifest["gaps"]),
        tuple(Received(name, facts["bytes"], facts["sha256"]) for name, facts in sorted(files)),
        tuple(peers.values()),
    )


def _peer(entry: Mapping[str, Any]) -> Peer:
    tls = entry["connection"]["tls"]
    chain = tuple(tls["chain_sha256"]) if tls else ()
    host = urlsplit(entry["url"]).hostname or ""
    return Peer(host, entry["connection"]["address"], chain, entry["started"]["wall"])
