"""The demo's pirate streams as a case over HTTP: a film, an encrypted one, a live one with a gap,
and programme that nobody registered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from capture.clock import SystemClock
from capture.lab import serving
from reelprint.demo.piracy import LIVE, SITE, build
from tests.capture.server import QuickClock
from tests.reelprint.cases.office import Office, office
from tests.reelprint.conftest import new_workspace
from tests.reelprint.test_demo_case import STREAMS

pytestmark = pytest.mark.long

ANN, CAP, REV, EXP = (f"{one}@police" for one in ("ann", "cap", "rev", "exp"))
WORKS = ("founders", "snodom", "planet-blupi")


def test_the_site_is_confirmed_by_what_it_shows(tmp_path: Path) -> None:
    run = new_workspace(tmp_path / "home", WORKS)
    assert run("key", "new").code == 0
    build(tmp_path / "site", STREAMS)
    clock = QuickClock(start=SystemClock().wall())
    with office(run.home) as made, serving(tmp_path / "site", clock, LIVE) as site:
        made.clock = clock
        sampled(made, [site.url(stream.path) for stream in STREAMS])
        assert dict(reviewed(made)).keys() == set(WORKS)
        verdict = made.get(REV, f"/cases/C-1/verdicts?site={SITE}")
        assert verdict["state"] == "confirmed"
        assert {one["work_id"] for one in verdict["works"]} == set(WORKS)
        job = made.did(EXP, "/cases/C-1/evidence")
        package = made.ask(EXP, "GET", f"/evidence/{job.id}").content
        (tmp_path / "C-1.zip").write_bytes(package)
        assert run("verify", tmp_path / "C-1.zip", "--json").objects[0]["verify"] == "ok"
        picture_is_given(made)


def sampled(made: Office, sources: list[str]) -> None:
    made.post(ANN, "/cases", {"case_id": "C-1", "authority": "a complaint"}, 201)
    for one in sources:
        made.did(CAP, "/cases/C-1/samples", {"source": one, "site": SITE})
    made.did(ANN, "/cases/C-1/examine")
    gaps = [gap for one in made.get(CAP, "/cases/C-1/captures") for gap in one["gaps"]]
    assert [(gap["first"], gap["detail"]) for gap in gaps if gap["loses"]] == [(4, "status 404")]
    assert all(gap["at_s"] >= 0 for gap in gaps)


def reviewed(made: Office) -> Iterator[tuple[str, str]]:
    """Review all that waits: each work that was found, and by what."""
    while (waiting := made.get(REV, "/review-queue")["next"]) is not None:
        finding = waiting["finding"]
        path, match = f"/cases/C-1/findings/{finding['finding_id']}", finding["match"]
        frames = made.did(REV, f"{path}/frames").result
        assert frames is not None
        if match["modality"] != "audio":
            assert {one["of"] for one in frames["frames"]} == {"suspect", "reference"}
        said = {"disposition": "confirmed", "reason": "the same pictures and sound"}
        made.post(REV, f"{path}/reviews", said, 201)
        yield match["work_id"], match["modality"]


def picture_is_given(made: Office) -> None:
    jobs = [one for one in made.desk.queue.list("police")[0] if one.kind == "frames"]
    named = [(one, frame) for one in jobs if one.result for frame in one.result["frames"]]
    job, frame = named[0]
    picture = made.ask(REV, "GET", f"/frames/{job.id}/{frame['name']}")
    assert (picture.headers["content-type"], picture.content[:2]) == ("image/jpeg", b"\xff\xd8")
    assert made.ask("all@customs", "GET", f"/frames/{job.id}/{frame['name']}").status_code == 404
