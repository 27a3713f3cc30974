"""The service where the catalogue is in PostgreSQL: accounts and jobs are there too."""

from __future__ import annotations

from pathlib import Path

from accounts.roles import ROLES
from reelprint.workspace import Workspace
from tests.reelprint.service.running import answer, running


def test_a_day_of_work(tmp_path: Path, database_url: str) -> None:
    home = Workspace.create(tmp_path / "home", catalog=database_url).home
    with running(home) as service:
        service.add("all@studio", "studio", *ROLES)
        service.add("all@rival", "rival", *ROLES)
        with service.client("all@studio") as studio, service.client("all@rival") as rival:
            assert studio.get("/readyz").json()["ready"]
            work = studio.put("/v1/works/film", json={"title": "영화"}).json()["work_id"]
            upload = studio.post("/v1/uploads", content=b"x").json()["upload_id"]
            job = studio.post("/v1/suspects", json={"upload_id": upload}).json()["id"]
            service.work_off(answer(work, "another's"))
            found = studio.get(f"/v1/suspects/{job}/answer").json()
            assert [one["work_id"] for one in found["matches"]] == ["studio:film"]
            assert rival.get(f"/v1/suspects/{job}").status_code == 404
            assert rival.get("/v1/works").json() == {"items": [], "next": None}
        assert service.desk.accounts.verify_audit() == []
    assert sorted(path.name for path in (home / "service").iterdir()) == ["uploads"]
