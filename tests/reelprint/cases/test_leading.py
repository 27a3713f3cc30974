"""A case from its opening to its package, over HTTP."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.capture.server import Site
from tests.reelprint.cases.office import Office, office
from tests.reelprint.conftest import MUSIC, CommandLine

ANN, CAP, REV, EXP, AUD = (f"{one}@police" for one in ("ann", "cap", "rev", "exp", "aud"))


def test_from_the_opening_to_the_package(
    bureau: Office, site: Site, tmp_path: Path, registered: CommandLine
) -> None:
    opened = bureau.post(ANN, "/cases", {"case_id": "C-1", "authority": "complaint 7"}, 201)
    assert (opened["opened_by"], opened["sampling"]["name"]) == (ANN, "each-once")
    source = {"source": site.url("/a.m3u8"), "site": "pirate.example"}
    plan = bureau.post(ANN, "/cases/C-1/sources", source, 201)
    assert bureau.post(ANN, "/cases/C-1/sources", source, 201) == plan
    taken = bureau.did(CAP, "/cases/C-1/samples", source)
    assert taken.result is not None
    assert taken.result["sample"]["planned_at"] == plan["moments"][0]
    gone = {**source, "source": site.url("/gone.m3u8")}
    bureau.did(CAP, "/cases/C-1/samples", gone)
    examined = bureau.did(ANN, "/cases/C-1/examine")
    assert examined.result is not None
    assert examined.result["findings"] == ["F000001"]
    shown(bureau)
    reviewed(bureau)
    exported(bureau, tmp_path, registered)


def shown(bureau: Office) -> None:
    case = bureau.get(ANN, "/cases/C-1")
    assert [one["outcome"] for one in case["samples"]] == ["readable", "empty"]
    first, second = bureau.get(CAP, "/cases/C-1/captures")
    assert (first["whole"], first["gaps"], second["outcome"]) == (True, [], "failed")
    assert first["media"][0]["duration_s"] > 7
    assert first["lasted_s"] >= 0
    (finding,) = bureau.get(ANN, "/cases/C-1/findings")
    match = finding["finding"]["match"]
    assert (match["work_id"], finding["analyst"], finding["reviews"]) == (MUSIC, ANN, [])
    for name in ("query", "reference", "e_value", "transform", "reference_id", "score"):
        assert name in match
    assert {"version", "schemes", "index", "calibration"} <= finding["finding"]["engine"].keys()
    assert bureau.get(ANN, "/sites") == [{"site": "pirate.example", "cases": ["C-1"], "samples": 2}]


def reviewed(bureau: Office) -> None:
    waiting = bureau.get(REV, "/review-queue")["next"]
    assert (waiting["case_id"], waiting["left"]) == ("C-1", 1)
    said = {"disposition": "confirmed", "reason": "the same sound"}
    review = bureau.post(REV, "/cases/C-1/findings/F000001/reviews", said, 201)
    assert (review["by"], review["disposition"]) == (REV, "confirmed")
    assert bureau.get(REV, "/review-queue")["next"] is None
    verdict = bureau.get(REV, "/cases/C-1/verdicts?site=pirate.example")
    assert verdict["works"][0]["work_id"] == MUSIC
    links = bureau.did(ANN, "/links", {"cases": ["C-1"]})
    assert links.result is not None
    assert links.result["sites"] == ["pirate.example"]
    assert bureau.post(ANN, "/links")["id"] == links.id  # nothing is different
    assert bureau.get(REV, f"/links/{links.id}")["result"] == links.result


def exported(bureau: Office, tmp_path: Path, registered: CommandLine) -> None:
    job = bureau.did(EXP, "/cases/C-1/evidence")
    (listed,) = bureau.get(EXP, "/evidence")["items"]
    assert (listed["job_id"], listed["holds"], listed["by"]) == (job.id, True, EXP)
    given = bureau.ask(EXP, "GET", f"/evidence/{job.id}")
    assert given.headers["content-disposition"] == 'attachment; filename="C-1.evidence.zip"'
    package = tmp_path / "C-1.zip"
    package.write_bytes(given.content)
    ran = registered("verify", package, "--signer", listed["signer"], "--json")
    assert ran.objects[0]["verify"] == "ok"
    checked = bureau.ask(None, "POST", f"/verify?signer={listed['signer']}", content=given.content)
    assert checked.json()["verify"] == "ok"
    states = {one["name"]: one for one in checked.json()["checks"]}
    assert states["signer"]["said"] == {"en": "holds", "ko": "이상 없음"}
    lines = bureau.ask(AUD, "GET", "/cases/C-1/custody.jsonl").text.splitlines()
    events = [(json.loads(line)["event"], json.loads(line)["by"]) for line in lines]
    assert ("reviewed", REV) in events
    assert events[-1] == ("log_shown", AUD)
    sound = bureau.get(AUD, "/cases/C-1/custody/soundness?captured=true")
    assert sound == {"case_id": "C-1", "sound": True, "problems": []}


def test_a_case_goes_on_in_postgresql(found: Path, tmp_path: Path, database_url: str) -> None:
    run = CommandLine(shutil.copytree(found, tmp_path / "home"))
    with office(run.home) as before:
        head = before.get(AUD, "/cases/C-1")["head"]["sha256"]
    moved = run("catalog", "move", database_url, "--json")
    assert moved.code == 0, moved.err
    assert moved.objects[0]["cases"] == 1
    with office(run.home) as made:
        assert made.get(AUD, f"/cases/C-1/custody/soundness?head={head}")["sound"]
        said = {"disposition": "confirmed", "reason": "the same sound"}
        made.post(REV, "/cases/C-1/findings/F000001/reviews", said, 201)
        assert made.get("all@customs", "/cases/C-1", 404)
        job = made.did(EXP, "/cases/C-1/evidence")
        assert job.result is not None
        assert job.result["holds"]
        assert made.get(AUD, f"/cases/C-1/custody/soundness?head={head}&captured=true")["sound"]
