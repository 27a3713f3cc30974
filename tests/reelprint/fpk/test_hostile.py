"""Packages from outside that lie, are broken, or were made to break whoever reads them."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from evidence.canonical import canonical, strict
from fingerprint.registry import KEPT_BESIDE, SCHEMES
from fingerprint.scheme import Fingerprint
from reelprint.fpk import form
from reelprint.fpk.codes import MOST_PER_S, decoded
from reelprint.fpk.opening import BadPackage, is_package, opened
from reelprint.workspace import Workspace
from reference_catalog import codec
from tests.evidence.forging import files_of, zipped
from tests.reelprint.fpk.builders import (
    FRAMES,
    KEY,
    OTHER,
    SECONDS,
    Made,
    changed,
    frames,
    outcomes,
    package,
    resealed,
    sha256,
    taken,
    with_codes,
    workspace,
)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A package of one work."""
    return package(tmp_path_factory.mktemp("small") / "p.fpk", [Made("w", 1, (frames(1, 2),))])


@pytest.fixture
def copy(small: Path, tmp_path: Path) -> Path:
    path = tmp_path / "p.fpk"
    path.write_bytes(small.read_bytes())
    return path


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace in which nothing is ever registered."""
    return workspace(tmp_path_factory.mktemp("here") / "home")


def refused(here: Workspace, path: Path) -> str:
    """Why nothing of a package is registered."""
    found = taken(here, path)
    assert outcomes(found) == ["failed"]
    with here.catalog() as catalog:
        assert list(catalog.works()) == []
    return found[0].reason or ""


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


def npz(**arrays: Any) -> bytes:
    out = io.BytesIO()
    np.savez_compressed(out, **arrays)
    return out.getvalue()


def codes(
    times: NDArray[np.float64] | None = None, width: int = 32, quality: int = 90, **more: Any
) -> bytes:
    """A stored fingerprint as our codec would not write it."""
    at = np.arange(40) / 2 if times is None else times
    arrays = {
        "scheme": np.array(FRAMES),
        "codes": np.zeros((len(at), width), np.uint8),
        "quality": np.full(len(at), quality, np.uint8),
        "times": at,
        **more,
    }
    return npz(**arrays)


def claiming(shape: str) -> bytes:
    """Codes whose head claims far more than is there."""
    with zipfile.ZipFile(io.BytesIO(codes())) as good:
        members = {n: good.read(n) for n in good.namelist()}
    head = members["codes.npy"]
    told = head.replace(b"(40, 32), }", f"({shape}), }}".encode())
    spare = len(told) - len(head)
    members["codes.npy"] = told.replace(b" " * spare + b"\n", b"\n", 1)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as bad:
        for name, data in members.items():
            bad.writestr(name, data)
    return out.getvalue()


STEPS = {
    "unit": np.int64(2**62),
    "steps": np.full(40, 2, np.int64),
    "last_bits": np.zeros(40, np.int8),
}
BAD: dict[str, bytes] = {
    "nothing": b"",
    "text": b"no zip file",
    "pickle": npz(scheme=np.array([{}], object)),
    "no arrays": npz(),
    "other arrays": codes(more=np.zeros(1)),
    "a magic before it": b"\x93NUMPY" + codes(),
    "wrong width": codes(width=31),
    "no width": codes(width=0),
    "too good": codes(quality=255),
    "times back": codes(np.arange(40)[::-1] / 2),
    "NaN": codes(np.full(40, np.nan)),
    "NaN within": codes(np.where(np.arange(40) == 20, np.nan, np.arange(40) / 2)),
    "infinite": codes(np.full(40, np.inf)),
    "before it": codes(np.arange(40) / 2 - 100),
    "after it": codes(np.arange(40) / 2 + 100),
    "other floats": codes(np.arange(40).astype(np.float32) / 2),
    "all at once": codes(np.zeros(40)),
    "codes of text": codes(codes=np.full((40, 32), "x")),
    "codes of numbers": codes(codes=np.zeros((40, 32), np.uint64)),
    "codes in a row": codes(codes=np.zeros(1280, np.uint8)),
    "another scheme": codes(scheme=np.array("video-phash-1")),
    "many schemes": codes(scheme=np.array([FRAMES] * 2)),
    "times that overflow": npz(
        scheme=np.array(FRAMES), codes=np.zeros((40, 32), np.uint8),
        quality=np.full(40, 90, np.uint8), **STEPS
    ),
    "claims a petabyte": claiming("1000000000000000, 1"),
    "claims less than nothing": claiming("-40, 32"),
    "bomb": codes(np.arange(40) / 2, codes=np.zeros((1 << 25, 32), np.uint8)),
}  # fmt: skip


WHY = {
    "too good": "too good",
    "NaN": "times",
    "NaN within": "times",
    "all at once": "at once",
    "claims a petabyte": "not as long as it says",
    "claims less than nothing": "not as long as it says",
    "bomb": "too large",
}


def test_what_is_changed_below_is_else_a_fingerprint() -> None:
    assert len(decoded(codes(), FRAMES, SECONDS, 40)) == 40


@pytest.mark.parametrize("name", BAD)
def test_codes_that_no_reference_has_are_refused(here: Workspace, copy: Path, name: str) -> None:
    assert WHY.get(name, "") in refused(here, with_codes(copy, BAD[name], 40))


def test_more_than_is_kept_of_a_reference_is_refused() -> None:
    code, time = np.zeros((1, 2), np.uint8), np.zeros(1)
    poor = Fingerprint("audio-landmark-2", code, time, np.full(1, 100 - 7 * 7, np.uint8))
    with pytest.raises(ValueError, match="more than is kept"):
        decoded(codec.encode(poor), "audio-landmark-2", SECONDS, 1)


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


def test_another_number_of_codes_than_said_is_refused(here: Workspace, copy: Path) -> None:
    assert refused(here, with_codes(copy, codes(), 39))


def test_the_sound_references_of_a_package_are_registered_all_the_same(tmp_path: Path) -> None:
    path = package(tmp_path / "p.fpk", [Made("v", 2), Made("w", 1)])
    where = workspace(tmp_path / "home")
    assert outcomes(taken(where, with_codes(path, BAD["NaN"]))) == ["registered", "failed"]
    with where.catalog() as catalog:
        assert [work.work_id for work in catalog.works()] == ["v"]


@given(st.data())
def test_stored_codes_with_any_bytes_changed_are_codes_or_refused(data: st.DataObject) -> None:
    stored = bytearray(codec.encode(frames(1)))
    for _ in range(data.draw(st.integers(1, 4))):
        stored[data.draw(st.integers(0, len(stored) - 1))] = data.draw(st.integers(0, 255))
    try:
        one = decoded(bytes(stored), FRAMES, SECONDS, 40)
    except ValueError:
        return
    assert one.codes.shape == (40, 32)
    assert np.isfinite(one.times).all()


def test_every_scheme_of_references_has_a_bound_on_its_codes() -> None:
    names = {s.name for s in SCHEMES} | {s.name for row in KEPT_BESIDE.values() for s in row}
    assert names == set(MOST_PER_S)


def test_peaks_of_every_frequency_at_once_are_refused() -> None:
    n = 4_000
    steps = np.tile(np.arange(400, dtype=">u2"), n // 400)
    crowd = Fingerprint(
        "audio-landmark-2",
        steps.view(np.uint8).reshape(-1, 2),
        np.repeat(np.arange(n // 400), 400).astype(np.float64),
        np.full(n, 100, np.uint8),
    )
    with pytest.raises(ValueError, match="at once"):
        decoded(codec.encode(crowd), "audio-landmark-2", SECONDS, n)
    thin = crowd.take(np.arange(n) % 10 == 0)
    assert len(decoded(codec.encode(thin), "audio-landmark-2", SECONDS, n // 10)) == n // 10


def test_the_signer_that_is_named_must_have_signed(here: Workspace, copy: Path) -> None:
    files = files_of(copy)
    head = strict(files[form.HEAD])
    files[form.HEAD] = canonical({**head, "signer": OTHER.signer.fingerprint})
    del files[form.SUMS], files[form.SIGNATURE]
    sums = "".join(f"{sha256(files[n])}  {n}\n" for n in sorted(files)).encode()
    files |= {form.SUMS: sums, form.SIGNATURE: KEY.sign(sums)}
    assert "another signer" in refused(here, zipped(files, copy))
