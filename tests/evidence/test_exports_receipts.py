"""What a real capture wrote is read as others are told it; damage of a record is refused."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from capture.capturing import Surroundings, Wanted, capture
from capture.policy import Policy
from casework.record import Dossier
from evidence.exports.contents import sound
from evidence.exports.exporting import certificate, exports
from evidence.exports.receipts import Receipt, receipt
from tests.capture.conftest import listed, playlist, stock
from tests.capture.server import QuickClock, serving
from tests.evidence.exports_builder import contents, digest, dossier


@pytest.fixture
def captured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Receipt:
    """Of a stream of two segments, the second of which is not to be had."""
    monkeypatch.setattr("os.fsync", lambda _: None)
    with serving() as site:
        site.put("/a.m3u8", playlist(*listed(range(2))))
        stock(site, range(1))
        around = Surroundings("reelprint 0.1.0", QuickClock())
        wanted = Wanted(site.url("/a.m3u8"), tmp_path, policy=Policy(allow_private=True))
        done = capture(wanted, around)
    lines = (done.folder / "log.jsonl").read_text(encoding="ascii").splitlines()
    manifest = json.loads((done.folder / "manifest.json").read_bytes())
    return receipt(manifest, map(json.loads, lines))


def test_files_servers_and_gaps_are_read_from_a_capture(captured: Receipt) -> None:
    paths = [file.path for file in captured.files]
    assert {"log.jsonl", "exchanges.warc"} <= set(paths)
    assert paths == sorted(paths)
    assert [(peer.host, peer.address, peer.chain) for peer in captured.peers] == [
        ("127.0.0.1", "127.0.0.1", ())
    ]
    assert not captured.whole
    assert [gap["kind"] for gap in captured.gaps] == ["failed"]


def test_they_are_exported(captured: Receipt) -> None:
    made = contents(receipts={"capture-2": captured})
    graph = json.loads(exports(made)["case.jsonld"])["@graph"]
    paths = {one.get("uco-observable:filePath") for one in graph}
    assert {file.path for file in captured.files} <= paths
    gaps = [json.loads(one["reelprint:gaps"]) for one in graph if "reelprint:gaps" in one]
    assert gaps == [list(captured.gaps)]
    assert b"not whole; gaps in its manifest: 1" in certificate(made).popitem()[1]


def test_certificates_are_read_from_a_log() -> None:
    tls = {"chain_sha256": [digest("leaf"), digest("root")]}
    entry = {
        "event": "exchange",
        "url": "https://Site.example:8443/a",
        "started": {"wall": "2026-10-02T10:00:00.000000Z"},
        "connection": {"address": "192.0.2.7", "tls": tls},
    }
    silent = {**entry, "connection": None}
    manifest: dict[str, Any] = {"software": "x", "whole": True, "gaps": [], "files": {}}
    read = receipt(manifest, [{"event": "begin"}, entry, silent, entry])
    assert [(one.host, one.chain) for one in read.peers] == [
        ("site.example", (digest("leaf"), digest("root")))
    ]


def _changed(**changed: Any) -> Dossier:
    record = dossier()
    return replace(record, samples=(replace(record.samples[0], **changed), *record.samples[1:]))


@pytest.mark.parametrize(
    ("record", "why"),
    [
        (_changed(manifest_sha256="f" * 63), "is not a SHA-256"),
        (_changed(segments=("F" * 64,)), "is not a SHA-256"),
        (_changed(taken_at="yesterday"), "is not a moment"),
        (_changed(taken_at="2026-13-01T00:00:00Z"), "month must be"),
        (_changed(sample_id="S9"), "the sample 'S1' is named, but not on record"),
        (replace(dossier(), findings=()), "the finding 'F1' is named, but not on record"),
    ],
)
def test_a_damaged_record_is_refused(record: Dossier, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        sound(contents(dossier=record))
