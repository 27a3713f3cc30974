"""Packages from outside that lie, are broken, or were made to break whoever reads them."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from evidence.canonical import canonical, strict
from reelprint.fpk import form
from reelprint.fpk.opening import BadPackage, is_package, opened
from reelprint.workspace import Workspace
from tests.evidence.forging import files_of, zipped
from tests.reelprint.fpk.builders import (
    FRAMES,
    KEY,
    OTHER,
    changed,
    refused,
    resealed,
    sha256,
)


def is_refused(path: Path) -> bool:
    if not is_package(path):
        return True
    try:
        with opened(path):
            return False
    except BadPackage:
        return True


def test_it_is_told_by_how_it_begins(small: Path, tmp_path: Path) -> None:
    other = tmp_path / "film.mp4"
    other.write_bytes(small.read_bytes())
    assert is_package(other)
    for data in (b"", b"PK\x03\x04", b"RIFF" * 20):
        other.write_bytes(data)
        assert not is_package(other)
    assert not is_package(tmp_path)
    assert not is_package(tmp_path / "nowhere")


def test_cut_short_anywhere_it_is_refused(small: Path, tmp_path: Path) -> None:
    path = tmp_path / "cut.fpk"
    path.write_bytes(small.read_bytes())
    for size in reversed(range(path.stat().st_size)):
        os.truncate(path, size)
        assert is_refused(path), size


def test_with_any_byte_changed_it_is_refused(small: Path, tmp_path: Path) -> None:
    data, path = small.read_bytes(), tmp_path / "flipped.fpk"
    path.write_bytes(data)
    with path.open("rb+", buffering=0) as file:
        for at, byte in enumerate(data):
            os.pwrite(file.fileno(), bytes([byte ^ 1 << at % 8]), at)
            assert is_refused(path), at
            os.pwrite(file.fileno(), bytes([byte]), at)


def test_with_anything_after_it_it_is_refused(copy: Path) -> None:
    copy.write_bytes(copy.read_bytes() + b"\0")
    assert is_refused(copy)


def test_another_s_signature_is_no_signature(here: Workspace, copy: Path) -> None:
    files = files_of(copy)
    files[form.SIGNATURE] = OTHER.sign(files[form.SUMS])
    assert "signature" in refused(here, zipped(files, copy))


def test_a_signature_cannot_be_taken_off(here: Workspace, copy: Path) -> None:
    files = files_of(copy)
    del files[form.SIGNATURE]
    assert "without" in refused(here, zipped(files, copy))
    del files[form.SIGNER]
    assert refused(here, zipped(files, copy))


def test_files_that_belong_to_nothing_are_refused(here: Workspace, copy: Path) -> None:
    for name in ("works/more.json", "fingerprints/x/y.npz", "SHA256SUMS.tsr", "run.sh"):
        files = files_of(copy)
        files[name] = b"{}"
        assert refused(here, resealed(files, copy.with_name("more.fpk")))


@pytest.mark.parametrize("name", ["../../evil", "/etc/passwd", "works/../x", "a\\b", "works/A B"])
def test_paths_that_lead_out_are_refused(here: Workspace, copy: Path, name: str) -> None:
    data = copy.read_bytes()
    old = form.work_file("w").encode()
    new = name.encode().ljust(len(old), b"_")[: len(old)]
    copy.write_bytes(data.replace(old, new))
    assert refused(here, copy)


def test_a_file_that_stands_there_twice_is_refused(here: Workspace, copy: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as doubled:
        for name, data in files_of(copy).items():
            doubled.writestr(name, data)
        with pytest.warns(UserWarning, match="Duplicate"):
            doubled.writestr(form.HEAD, b"{}")
    copy.write_bytes(out.getvalue())
    assert refused(here, copy)


def test_compressed_files_are_refused(here: Workspace, copy: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr(form.HEAD, b"0" * (1 << 24))
    copy.write_bytes(out.getvalue())
    assert "compressed" in refused(here, copy)


def reference(said: dict[str, Any]) -> dict[str, Any]:
    one: dict[str, Any] = said["references"][0]
    return one


LIES: dict[str, Callable[[dict[str, Any]], None]] = {
    "no title": lambda s: s.update(title=""),
    "turned title": lambda s: s.update(title="Film\u202egpj.exe"),
    "control in the title": lambda s: s.update(title="Film\x1b[2J"),
    "line in the title": lambda s: s.update(title="Film\u2028"),
    "endless title": lambda s: s.update(title="x" * 100_000),
    "title no text": lambda s: s.update(title=7),
    "unseen in the work_id": lambda s: s.update(work_id="w\u200b"),
    "decomposed work_id": lambda s: s.update(work_id="cafe\u0301"),
    "owner no text": lambda s: s.update(owner=["x"]),
    "turned series": lambda s: s.update(series="\u2067x"),
    "unknown kind": lambda s: s.update(kind="epic"),
    "more keys": lambda s: s.update(note="x"),
    "wrong identifier": lambda s: s.update(identifiers=[{"scheme": "isan", "value": "1"}]),
    "loose identifier": lambda s: s.update(
        identifiers=[{"scheme": "ean", "value": "4006381 333931"}]
    ),
    "licence without a host": lambda s: s.update(
        licences=[{"distributor": "com", "territories": [], "start": None, "end": None}]
    ),
    "endless licences": lambda s: s.update(licences=[{}] * 10_000),
    "no reference": lambda s: s.update(references=[]),
    "endless references": lambda s: s.update(references=s["references"] * 6_000),
    "one file twice": lambda s: s.update(references=s["references"] * 2),
    "name is a path": lambda s: reference(s).update(name="../../etc/passwd"),
    "hash is none": lambda s: reference(s).update(sha256="../" + "0" * 61),
    "negative length": lambda s: reference(s).update(duration_s=-1),
    "endless length": lambda s: reference(s).update(duration_s=1e300),
    "length of all digits": lambda s: reference(s).update(duration_s=9007199254740991),
    "length is true": lambda s: reference(s).update(duration_s=True),
    "length no number": lambda s: reference(s).update(duration_s="20"),
    "kind of media": lambda s: reference(s).update(kind="film"),
    "losses no list": lambda s: reference(s).update(losses={}),
    "endless losses": lambda s: reference(s).update(
        losses=[{"kind": "a", "detail": "b", "at_s": None}] * 2_000
    ),
    "no fingerprints": lambda s: reference(s).update(fingerprints={}),
    "scheme is a path": lambda s: reference(s).update(
        fingerprints={"../x": reference(s)["fingerprints"][FRAMES]}
    ),
    "more fingerprints": lambda s: reference(s)["fingerprints"].update(
        {"audio-landmark-2": reference(s)["fingerprints"][FRAMES]}
    ),
    "too few bytes": lambda s: reference(s)["fingerprints"][FRAMES].update(bytes=1),
    "negative codes": lambda s: reference(s)["fingerprints"][FRAMES].update(codes=-1),
}


@pytest.mark.parametrize("lie", LIES)
def test_a_trusted_key_cannot_say_what_nobody_may(here: Workspace, copy: Path, lie: str) -> None:
    assert refused(here, changed(copy, LIES[lie]))


@pytest.mark.parametrize(
    "text", [b'{"a":NaN}', b"[" * 5_000, b'{"a":1,"a":2}', b"\xff", b"null", b"", b"1" * 5_000]
)
def test_what_is_no_plain_json_is_refused(here: Workspace, copy: Path, text: bytes) -> None:
    files = files_of(copy)
    files[form.work_file("w")] = text
    assert refused(here, resealed(files, copy))


@pytest.mark.parametrize(
    "change",
    [
        {"works": 2},
        {"references": 0},
        {"references": -1},
        {"works": 10**15},
        {"schemes": []},
        {"schemes": [FRAMES, FRAMES]},
        {"schemes": ["video-orb-2"]},
        {"made_at": "yesterday"},
        {"made_at": "2026-11-23T07:00:00Z\n"},
        {"software": "x\x1b"},
        {"format": "reelprint-fingerprints-2"},
        {"unread": [{"name": "a"}]},
    ],
    ids=str,
)
def test_a_head_that_does_not_fit_is_refused(
    here: Workspace, copy: Path, change: dict[str, Any]
) -> None:
    files = files_of(copy)
    files[form.HEAD] = canonical({**strict(files[form.HEAD]), **change})
    assert refused(here, resealed(files, copy))


def test_files_that_were_exchanged_are_not_those_that_were_signed(
    here: Workspace, copy: Path
) -> None:
    files = files_of(copy)
    name = form.work_file("w")
    files[name] = canonical({**strict(files[name]), "title": "Another"})
    assert "SHA256SUMS" in refused(here, zipped(files, copy))


def test_a_work_under_another_s_name_is_refused(here: Workspace, copy: Path) -> None:
    files = files_of(copy)
    files[form.work_file("v")] = files.pop(form.work_file("w"))
    assert "another work" in refused(here, resealed(files, copy))


def test_one_file_of_two_works_is_refused(here: Workspace, copy: Path) -> None:
    files = files_of(copy)
    said = strict(files[form.work_file("w")])
    files[form.work_file("v")] = canonical({**said, "work_id": "v"})
    files[form.HEAD] = canonical({**strict(files[form.HEAD]), "works": 2, "references": 2})
    assert "twice" in refused(here, resealed(files, copy))


def test_the_signer_that_is_named_must_have_signed(here: Workspace, copy: Path) -> None:
    files = files_of(copy)
    head = strict(files[form.HEAD])
    files[form.HEAD] = canonical({**head, "signer": OTHER.signer.fingerprint})
    del files[form.SUMS], files[form.SIGNATURE]
    sums = "".join(f"{sha256(files[n])}  {n}\n" for n in sorted(files)).encode()
    files |= {form.SUMS: sums, form.SIGNATURE: KEY.sign(sums)}
    assert "another signer" in refused(here, zipped(files, copy))
