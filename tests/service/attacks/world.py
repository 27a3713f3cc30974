"""Two studios and two authorities that must not learn of each other, and everybody in them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from fastapi import FastAPI

from accounts.roles import ACTS, Kind
from jobs.job import Job
from reelprint.desk.desk import Desk
from reelprint.service.app import create_app
from reelprint.service.config import Config
from reelprint.workspace import Workspace
from reference_catalog.work import NewReference, WorkDetails
from tests.service.attacks.client import client_of

OURS, THEIRS, POLICE, CUSTOMS = "acme", "zenith", "police", "customs"
ORGANISATIONS: dict[str, Kind] = {
    **{OURS: "holder", THEIRS: "holder"},
    **{POLICE: "authority", CUSTOMS: "authority"},
}
ALL = "all"  # somebody of an organisation with each role
MARK = "zq7-not-for-others"  # stands in all that is the other studio's
BASE = "http://127.0.0.1:8470"


@dataclass(frozen=True, slots=True)
class Things:
    """What an organisation has, by the names that routes give ids."""

    ids: Mapping[str, str]
    marked: tuple[str, ...]  # what nobody else may see


@dataclass(frozen=True, slots=True)
class World:
    """A service in this process, and whoever may ask it."""

    home: Path
    desk: Desk
    app: FastAPI
    client: httpx.Client
    keys: Mapping[str, str]  # by actor
    things: Mapping[str, Things] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)  # of those who stay logged in

    def ask(
        self, method: str, path: str, actor: str | None = f"{ALL}@{OURS}.example", **more: Any
    ) -> httpx.Response:
        """A request with somebody's key."""
        headers = {**more.pop("headers", {})}
        if actor is not None:
            headers["Authorization"] = f"Bearer {self.keys[actor]}"
        return self.client.request(method, path, headers=headers, **more)

    def session(self, actor: str = f"{ALL}@{OURS}.example") -> tuple[dict[str, str], str]:
        """The cookie of somebody who just logged in, and the token of their forms."""
        token = self.desk.accounts.one_time_token(actor)
        session = self.desk.accounts.log_in_by_token(token)
        return {"reelprint_session": session.token}, session.csrf

    def cookie(self, actor: str) -> str:
        """The session of somebody who stays logged in."""
        if actor not in self.cookies:
            self.cookies[actor] = self.session(actor)[0]["reelprint_session"]
        return self.cookies[actor]

    def upload(self, data: bytes, name: str, organisation: str = OURS) -> str:
        """The id of a file that somebody of an organisation sent."""
        return uploaded(self.desk, organisation, data, name)


@contextmanager
def world(home: Path, config: Config | None = None) -> Iterator[World]:
    """All of it, in a new folder."""
    Workspace.create(home)
    desk = Desk.open(home, config or Config(requests_a_minute=10**6))
    try:
        keys = dict(_people(desk))
        things = {one: _things(desk, one) for one in ORGANISATIONS}
        app = create_app(desk)
        with client_of(app, BASE) as client:
            made = World(home, desk, app, client, keys, things)
            for organisation in (POLICE, CUSTOMS):
                _open_case(made, organisation, things[organisation].ids["case_id"])
            yield made
    finally:
        desk.close()


def uploaded(desk: Desk, organisation: str, data: bytes, name: str) -> str:
    """The id of a file that somebody of an organisation sent."""
    incoming = desk.files.new_upload()
    incoming.path.write_bytes(data)
    sha256 = hashlib.sha256(data).hexdigest()
    return desk.files.keep(incoming, organisation, f"{ALL}@{organisation}.example", name, sha256).id


def _people(desk: Desk) -> Iterator[tuple[str, str]]:
    for organisation, kind in ORGANISATIONS.items():
        desk.accounts.add_organisation(organisation, organisation.title(), kind)
        alone: dict[str, list[str]] = {role: [role] for role in ACTS}
        for name, roles in {ALL: sorted(alone), **alone}.items():
            actor = f"{name}@{organisation}.example"
            desk.accounts.add_account(organisation, actor, roles)
            yield actor, desk.accounts.issue_key(actor, "attack", None, None)[0]


def _things(desk: Desk, organisation: str) -> Things:
    mark = f"{MARK}-{organisation}"
    actor = f"{ALL}@{organisation}.example"
    work_id = f"{organisation}:{mark}"
    desk.accounts.claim("work", work_id, organisation)
    reference = desk.catalog.add(
        WorkDetails(work_id, f"{mark} title", owner=f"{mark} owner"),
        NewReference(hashlib.sha256(mark.encode()).hexdigest(), f"/m/{mark}.mp4", 20.0, (), ()),
    )
    upload = uploaded(desk, organisation, mark.encode(), f"{mark}.mp4")
    job = _identified(desk, organisation, actor, upload, work_id)
    hook = desk.queue.hooks.add(organisation, actor, f"https://{mark}.example/hook", ["*"])
    _, key = desk.accounts.issue_key(actor, mark, None, None)
    ids = {
        "work_id": work_id,
        "reference_id": reference.reference_id,
        "upload_id": upload,
        "job_id": job.id,
        "hook_id": hook.id,
        "actor": f"holder@{organisation}.example",
        "key_id": key.id,
        "organisation": organisation,
        "case_id": mark,
        "case": mark,
        "finding_id": "F000001",
        "sample_id": "S000001",
        "plan_id": "P000001",
    }
    return Things(ids, (mark, job.id, upload, hook.id, key.id, hook.secret))


def _open_case(world: World, organisation: str, case_id: str) -> None:
    body = {"case_id": case_id, "authority": f"{case_id} authority"}
    said = world.ask("POST", "/v1/cases", f"{ALL}@{organisation}.example", json=body)
    if said.status_code != 201:
        raise LookupError(said.text)


def _identified(desk: Desk, organisation: str, actor: str, upload: str, work_id: str) -> Job:
    """A job that is done, with an answer that names a work."""
    desk.queue.submit("identify", organisation, actor, {"upload": upload, "fast": False})
    lease = desk.queue.take("attacked", ["identify"])
    if lease is None:
        raise LookupError("the job is gone")
    lease.done({"answer": answer(work_id, upload)})
    return desk.queue.get(lease.job.id)


def answer(work_id: str, name: str) -> dict[str, Any]:
    """What `identify --json` could have said."""
    whole = {"start_s": 0.0, "end_s": 20.0}
    unaltered = {
        **{"mirrored": False, "inverted": False, "crop": None, "picture": None},
        "rotation_deg": 0.0,
    }
    match = {
        **{"work_id": work_id, "title": f"{work_id} title", "reference_id": "R000001"},
        **{"modality": "video", "sound": "other", "picture": "same", "query": whole},
        **{"reference": whole, "speed": 1.0, "pitch_semitones": 0.0, "transform": unaltered},
        **{"score": 40.0, "e_value": 1e-19, "shared_with": [], "attribution": "work"},
        "series": None,
    }
    engine = {"version": "1", "schemes": [], "index": "i", "calibration": "c", "reading": "full"}
    query = {"path": f"{name}.mp4", "sha256": "0" * 64, "duration_s": 20.0, "losses": []}
    said = {"query": query, "status": "identified", "matches": [match], "max_e_value": 1e-4}
    return json.loads(json.dumps({**said, "engine": engine}))  # type: ignore[no-any-return]
