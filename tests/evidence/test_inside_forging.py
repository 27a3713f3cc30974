"""Packages changed by somebody who signs them again with the right key."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from evidence.contents import Contents
from evidence.verifying import Asked, verify
from reelprint.proving.again import from_media, rederived
from tests.evidence.casebook import KEY, Casebook, changed, ledger_of, verdict_of
from tests.evidence.conftest import DEEP, SHALLOW, checked, failed, sealed
from tests.evidence.forging import Files, edited, files_of, rechained, resealed, sha256

FROM_MEDIA = Asked(KEY.signer, deeper=(rederived, from_media()))


@pytest.fixture
def files(package: Path) -> Files:
    return files_of(package)


def test_resealing_changes_nothing(files: Files, tmp_path: Path) -> None:
    assert checked(resealed(files, tmp_path / "x.zip"), DEEP) == set()


def custody(files: Files) -> list[dict[str, Any]]:
    return [json.loads(line) for line in files["custody.jsonl"].splitlines()]


def test_a_line_of_custody_left_out(files: Files, tmp_path: Path) -> None:
    lines = files["custody.jsonl"].splitlines(keepends=True)
    for n in range(len(lines)):
        cut = b"".join(lines[:n] + lines[n + 1 :])
        path = resealed({**files, "custody.jsonl": cut}, tmp_path / "x.zip")
        assert checked(path) == {"custody"}, n


def test_a_line_of_custody_changed(files: Files, tmp_path: Path) -> None:
    other = files["custody.jsonl"].replace(b'"kim"', b'"lee"', 1)
    path = resealed({**files, "custody.jsonl": other}, tmp_path / "x.zip")
    assert checked(path) == {"custody"}


def test_custody_written_anew_shows_to_who_noted_its_head(files: Files, tmp_path: Path) -> None:
    lines = custody(files)
    head = sha256(files["custody.jsonl"].splitlines(keepends=True)[2])
    anew = rechained([{**line, "by": "nobody"} for line in lines])
    path = resealed({**files, "custody.jsonl": anew}, tmp_path / "x.zip")
    assert checked(path) == set()
    assert checked(path, replace(SHALLOW, head=head)) == {"custody"}


@pytest.mark.parametrize("name", ["samples", "findings", "reviews"])
def test_a_record_left_out_of_the_dossier(files: Files, tmp_path: Path, name: str) -> None:
    dossier = edited(files["dossier.json"], lambda said: said[name].pop())
    path = resealed({**files, "dossier.json": dossier}, tmp_path / "x.zip")
    assert "custody" in checked(path)


def test_a_record_changed(files: Files, tmp_path: Path) -> None:
    def change(said: Any) -> None:
        said["reviews"][0]["by"] = "somebody else"

    path = resealed(
        {**files, "dossier.json": edited(files["dossier.json"], change)}, tmp_path / "x.zip"
    )
    assert checked(path) == {"custody"}


@pytest.mark.parametrize("said", [b'"by":"lee"', b'"source":"http', b'"outcome":"readable"'])
def test_a_record_changed_in_all_but_the_log(files: Files, tmp_path: Path, said: bytes) -> None:
    other = said[:-2] + b"x" + said[-1:] if said.endswith(b'"') else said + b"s"
    other = b'"outcome":"empty"' if b"outcome" in said else other
    both = ("records.jsonl", "dossier.json")
    forged = {**files, **{name: files[name].replace(said, other) for name in both}}
    assert all(forged[name] != files[name] for name in both)
    assert checked(resealed(forged, tmp_path / "x.zip")) == {"custody"}


def test_what_held_the_decoder_changed(files: Files, tmp_path: Path) -> None:
    records = files["records.jsonl"]
    assert b'"cage":{"layers":["limits"]' in records
    forged = {**files, "records.jsonl": records.replace(b'["limits"]', b'["limits","calls"]')}
    assert checked(resealed(forged, tmp_path / "x.zip")) == {"custody"}


def test_old_records_do_not_say_what_held_the_decoder(contents: Contents, tmp_path: Path) -> None:
    old = ledger_of(contents.dossier, with_cage=False)
    of_old = replace(contents, custody=tuple(old.lines), records=tuple(old.records))
    assert checked(sealed(of_old, tmp_path)) == set()


def test_a_record_left_out_of_all_but_the_log(files: Files, tmp_path: Path) -> None:
    records = b"".join(files["records.jsonl"].splitlines(keepends=True)[:-1])
    dossier = edited(files["dossier.json"], lambda said: said["reviews"].clear())
    forged = {**files, "records.jsonl": records, "dossier.json": dossier}
    assert checked(resealed(forged, tmp_path / "x.zip")) == {"custody"}


def test_a_gap_left_out_of_the_list(files: Files, tmp_path: Path, casebook: Casebook) -> None:
    gaps = edited(files["gaps.json"], lambda said: said[casebook.broken].pop(0))
    path = resealed({**files, "gaps.json": gaps}, tmp_path / "x.zip")
    assert checked(path) == {"gaps"}


def without_gap(files: Files, casebook: Casebook, first: int) -> Files:
    """A gap taken out of the list, of the capture's manifest and of its log, the chain anew."""
    folder = f"captures/{casebook.broken}"
    log = [json.loads(line) for line in files[f"{folder}/log.jsonl"].splitlines()]
    kept = [e for e in log if not (e["event"] == "gap" and e["first"] == first)]
    chained = rechained(kept)
    manifest = json.loads(files[f"{folder}/manifest.json"])
    manifest["gaps"] = [gap for gap in manifest["gaps"] if gap["first"] != first]
    manifest["log"] = {"entries": len(kept), "head": sha256(chained.splitlines(keepends=True)[-1])}
    manifest["files"]["log.jsonl"] = {"bytes": len(chained), "sha256": sha256(chained)}
    gaps = json.loads(files["gaps.json"])
    gaps[casebook.broken] = manifest["gaps"]
    return {
        **files,
        f"{folder}/log.jsonl": chained,
        f"{folder}/manifest.json": json.dumps(manifest).encode(),
        "gaps.json": json.dumps(gaps, sort_keys=True).encode(),
    }


def test_a_gap_left_out_of_the_capture_itself(
    files: Files, tmp_path: Path, casebook: Casebook
) -> None:
    path = resealed(without_gap(files, casebook, 2), tmp_path / "x.zip")
    assert checked(path) == {"captures", "gaps"}


def test_a_gap_left_out_everywhere(
    files: Files, tmp_path: Path, casebook: Casebook, contents: Contents
) -> None:
    """The dossier and its custody log written anew too: only the numbers still tell."""
    forged = without_gap(files, casebook, 2)
    manifest = sha256(forged[f"captures/{casebook.broken}/manifest.json"])
    samples = tuple(
        replace(one, manifest_sha256=manifest) if one.capture == casebook.broken else one
        for one in contents.dossier.samples
    )
    dossier = replace(contents.dossier, samples=samples)
    anew = files_of(sealed(changed(contents, dossier), tmp_path))
    captures = {n: d for n, d in forged.items() if n.startswith(("captures/", "gaps.json"))}
    path = resealed({**anew, **captures}, tmp_path / "x.zip")
    assert checked(path) == {"gaps"}


def test_media_of_a_capture_exchanged(files: Files, tmp_path: Path, casebook: Casebook) -> None:
    name = next(n for n in files if n.startswith(f"captures/{casebook.readable}/raw/"))
    path = resealed({**files, name: files[name] + b"\0"}, tmp_path / "x.zip")
    assert checked(path) == {"captures", "findings"}


@pytest.mark.parametrize("name", ["/dev/zero", "../../secret", "raw/../../x"])
def test_a_log_that_leads_out_of_its_capture(
    files: Files, tmp_path: Path, casebook: Casebook, name: str
) -> None:
    """It is not followed, not even to look."""
    path = f"captures/{casebook.readable}/log.jsonl"
    lines = [json.loads(line) for line in files[path].splitlines()]
    more = {"event": "exchange", "body": {"file": None}, "connection": {"tls": {"chain": name}}}
    log = rechained([*lines, more])
    assert checked(resealed({**files, path: log}, tmp_path / "x.zip")) == {"captures"}


def test_media_that_lie_elsewhere(contents: Contents, tmp_path: Path) -> None:
    first, *others = contents.dossier.samples
    moved = replace(first, media=(*first.media, "/etc/hostname"))
    dossier = replace(contents.dossier, samples=(moved, *others))
    assert checked(sealed(changed(contents, dossier), tmp_path), FROM_MEDIA) == {"captures"}


def test_a_capture_that_no_sample_speaks_of(
    files: Files, tmp_path: Path, casebook: Casebook
) -> None:
    folder = f"captures/{casebook.readable}/"
    copy = {
        n.replace(folder, "captures/other/"): d for n, d in files.items() if n.startswith(folder)
    }
    gaps = edited(files["gaps.json"], lambda said: said.update(other=[]))
    path = resealed({**files, **copy, "gaps.json": gaps}, tmp_path / "x.zip")
    assert checked(path) == {"captures"}


FIGURES: list[dict[str, Any]] = [
    {"work_id": "musicbox", "title": "musicbox"},
    {"reference_id": "R000002"},
    {"score": 500.0},
    {"e_value": 1e-200},
    {"query": {"start_s": 0.0, "end_s": 60.0}},
    {"reference": {"start_s": 100.0, "end_s": 106.0}},
    {"speed": 1.1},
    {"pitch_semitones": 2.0},
    {"modality": "both"},
]


def test_matches_that_do_not_follow(contents: Contents, tmp_path: Path) -> None:
    """Made up, and on record everywhere from the beginning: only the fingerprints tell."""
    first = contents.dossier.findings[0]
    made_up = tuple(
        replace(first, finding_id=f"F{n:06}", match={**first.match, **figures})
        for n, figures in enumerate(FIGURES, start=2)
    )
    dossier = replace(contents.dossier, findings=(first, *made_up))
    forged = replace(changed(contents, dossier), verdicts=(verdict_of(dossier),))
    found = verify(sealed(forged, tmp_path), DEEP)
    assert failed(found) == {"re-derivation"}
    again = {c.detail[:7]: c.state for c in found.checks if c.name == "re-derivation"}
    assert again.pop("F000001") == "ok"
    assert len(again) == len(FIGURES)
    assert set(again.values()) == {"fail"}


def test_fingerprints_of_the_work_in_place_of_the_suspects(
    files: Files, contents: Contents, tmp_path: Path
) -> None:
    """A forger who registers the suspect's own fingerprints as the work's is believed by all but
    the media; one who takes fingerprints away is not."""
    suspect = contents.compared.suspects[0]
    name = f"{suspect.folder}/plain.audio-landmark-2.npz"
    original = f"{contents.compared.originals[0].folder}/audio-landmark-2.npz"
    path = resealed({**files, name: files[original]}, tmp_path / "x.zip")
    assert "from media" in checked(path, FROM_MEDIA)
    broken = resealed({**files, name: b"PK not really"}, tmp_path / "y.zip")
    assert checked(broken) == {"fingerprints"}


def test_fingerprints_follow_from_the_media(package: Path) -> None:
    found = {c.name: c.state for c in verify(package, FROM_MEDIA).checks}
    assert found["from media"] == "ok"


def test_another_engine_is_said_and_not_taken_for_agreement(
    contents: Contents, tmp_path: Path
) -> None:
    findings = tuple(
        replace(one, engine={**one.engine, "version": "9.9"}) for one in contents.dossier.findings
    )
    dossier = replace(contents.dossier, findings=findings)
    found = verify(sealed(changed(contents, dossier), tmp_path), FROM_MEDIA)
    states = {c.name: c.state for c in found.checks}
    assert found.holds
    assert states["re-derivation"] == states["from media"] == "not checked"


def test_a_verdict_that_does_not_follow(contents: Contents, tmp_path: Path) -> None:
    asked = replace(SHALLOW, judge=lambda dossier, _: [verdict_of(dossier)])
    assert checked(sealed(contents, tmp_path), asked) == set()
    graver = replace(contents.verdicts[0], state="confirmed")
    path = sealed(replace(contents, verdicts=(graver,)), tmp_path)
    assert checked(path, asked) == {"verdict"}


@pytest.mark.parametrize(
    "name",
    ["dossier.json", "gaps.json", "records.jsonl", "policy.json", "fingerprints/compared.json"],
)
def test_nonsense_is_an_answer_not_an_exception(files: Files, tmp_path: Path, name: str) -> None:
    for data in (b"", b"[]", b"{}", b"null", b"[" * 100_000, b'{"a": NaN}', b"\xff"):
        path = resealed({**files, name: data}, tmp_path / "x.zip")
        assert checked(path), data
