"""What jobs do, with real media, on a real workspace; whose works and paths are not told."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

import pytest

from evidence.signing import SigningKey
from jobs.job import Job
from media.clip import Span
from reelprint.commands.keys import new
from reelprint.working import registering
from reelprint.working.files import NoSuchUpload
from reelprint.working.handlers import HANDLERS
from reelprint.workspace import Workspace
from reference_catalog.work import Exclusion
from tests.reelprint.conftest import FILM, MUSIC, SHORT, CommandLine, work
from tests.reelprint.working.conftest import ACME, OTHER, Service

pytestmark = pytest.mark.long

CLIP = work(SHORT)  # 7.6 s of film


def details(work_id: str) -> dict[str, object]:
    return {"work_id": work_id, "title": work_id.title(), "kind": "film", "owner": "Studio"}


def matched(job: Job) -> list[str]:
    assert job.result is not None
    return [one["work_id"] for one in job.result["answer"]["matches"]]


def register(service: Service, path: Path, work_id: str, keep: bool = False) -> Job:
    upload = service.upload(path)
    work = details(work_id)
    return service.do("register", upload=upload.id, work=work, keep_media=keep)


def test_an_upload_is_identified_under_its_own_name(service: Service) -> None:
    upload = service.upload(CLIP, name="<b>\u202eclip</b>.mp4")
    done = service.do("identify", upload=upload.id, fast=False)
    assert done.result is not None
    answer = done.result["answer"]
    assert (answer["status"], matched(done)) == ("identified", [SHORT])
    assert answer["query"]["path"] == "<b>\u202eclip</b>.mp4"
    assert answer["query"]["sha256"] == upload.sha256
    assert str(service.home) not in json.dumps(done.result)


def test_what_is_no_media_is_an_answer_and_names_no_path(empty: Service, tmp_path: Path) -> None:
    text = tmp_path / "text.mp4"
    text.write_bytes(b"no film at all" * 100)
    done = empty.do("identify", upload=empty.upload(text).id)
    assert done.result is not None
    assert done.result["answer"]["status"] == "unreadable"
    assert str(empty.home) not in json.dumps(done.result)


@pytest.mark.parametrize("kind", ["identify", "explain"])
def test_what_is_deleted_while_it_is_read_is_not_called_unreadable(
    kind: str, empty: Service
) -> None:
    upload = empty.upload(CLIP)
    empty.submit(kind, upload=upload.id)
    lease = empty.queue.take("here", HANDLERS)
    assert lease is not None

    def deleted(done: int, total: int, phase: str) -> None:
        empty.files.remove(upload.id)

    with pytest.raises(NoSuchUpload):
        HANDLERS[kind](replace(empty.context(), tell=deleted), lease.job)


def test_what_is_registered_excluded_or_removed_counts_from_the_next_job_on(
    empty: Service,
) -> None:
    upload = empty.upload(CLIP)

    def found() -> list[str]:
        return matched(empty.do("identify", upload=upload.id, fast=True))

    assert found() == []
    register(empty, CLIP, "clip")
    assert found() == ["clip"]
    assert matched(empty.do("identify", upload=upload.id, fast=False)) == ["clip"]
    with Workspace.open(empty.home).catalog() as catalog:
        catalog.exclude([Exclusion(1, Span(0.0, 8.0), "all of it")])
    assert found() == []
    with Workspace.open(empty.home).catalog() as catalog:
        catalog.include([Exclusion(1, Span(0.0, 8.0), "")])
    assert found() == ["clip"]
    with Workspace.open(empty.home).catalog() as catalog:
        catalog.remove("clip")
    assert found() == []


def test_settings_that_change_hold_from_the_next_job_on(service: Service) -> None:
    upload = service.upload(CLIP)
    assert matched(service.do("identify", upload=upload.id, fast=True)) == [SHORT]
    settings = service.home / "settings.toml"
    text = settings.read_text().replace("max_e_value = 1e-4", "max_e_value = 1e-9")
    settings.write_text(text)
    done = service.do("identify", upload=upload.id, fast=True)
    assert done.result is not None
    assert done.result["answer"]["max_e_value"] == 1e-9


def test_the_media_of_a_work_is_removed_unless_it_is_to_be_kept(empty: Service) -> None:
    upload = empty.upload(work(MUSIC))
    done = empty.do("register", upload=upload.id, work=details("music"))
    assert done.result is not None
    assert (done.result["outcome"], done.result["sha256"]) == ("registered", upload.sha256)
    with pytest.raises(NoSuchUpload):
        empty.files.upload(upload.id)
    kept = empty.upload(CLIP)
    assert empty.do("register", upload=kept.id, work=details("clip"), keep_media=True).result
    with Workspace.open(empty.home).catalog() as catalog:
        first, second = catalog.reference(1), catalog.reference(2)
    assert first is not None
    assert second is not None
    assert first.source == f"upload:{work(MUSIC).name}"
    assert empty.files.upload_at(Path(second.source)) == kept


def test_registering_again_after_a_crash_says_the_same_and_keeps_the_media(
    empty: Service,
) -> None:
    upload = empty.upload(CLIP)
    empty.submit("register", upload=upload.id, work=details("clip"), keep_media=True)
    lease = empty.queue.take("w", ("register",))
    assert lease is not None
    first = registering.register(empty.context(), lease.job)  # and its process dies
    empty.queue.gone("w")
    time.sleep(0.06)
    again = empty.next()
    assert again.attempts == 2
    assert again.result == first
    assert empty.files.upload(upload.id) == upload
    other = empty.do("register", upload=empty.upload(CLIP).id, work=details("clip"))
    assert other.result is not None
    assert other.result["outcome"] == "unchanged"


def test_a_file_of_another_work_is_not_said_to_be_whose(service: Service) -> None:
    service.accounts.claim("work", "acme:theirs", ACME)
    upload = service.upload(CLIP, ACME)
    done = service.do("register", ACME, upload=upload.id, work=details("acme:theirs"))
    assert done.result is not None
    assert done.result["outcome"] == "unchanged"
    assert SHORT not in json.dumps(done.result["reason"])
    assert done.result["reference_id"] is None


def test_what_cannot_be_read_fails_and_is_removed(empty: Service, tmp_path: Path) -> None:
    text = tmp_path / "text.mp4"
    text.write_bytes(b"no film at all" * 100)
    with pytest.raises(ValueError, match=r"text\.mp4|media") as caught:
        register(empty, text, "text")
    assert str(empty.home) not in str(caught.value)


@pytest.mark.parametrize("kind", ["identify", "explain", "register", "register_package"])
def test_an_upload_of_another_organisation_is_none(service: Service, kind: str) -> None:
    theirs = service.upload(CLIP, OTHER)
    with pytest.raises(NoSuchUpload):
        service.do(kind, ACME, upload=theirs.id, work=details("acme:x"))
    for said in ("../../settings.toml", "/etc/passwd", "u_" + "0" * 32, 7, None, ["x"]):
        with pytest.raises(NoSuchUpload):
            service.do(kind, ACME, upload=said, work=details("acme:x"))


@pytest.mark.parametrize("work_id", ["other:film", FILM, "nobodys"])
def test_a_holder_registers_no_works_but_its_own(service: Service, work_id: str) -> None:
    service.accounts.claim("work", "other:film", OTHER)
    upload = service.upload(CLIP, ACME)
    with pytest.raises(ValueError, match="not yours"):
        service.do("register", ACME, upload=upload.id, work=details(work_id))


@pytest.mark.parametrize("said", [{}, {"work_id": "x"}, {"work_id": "x", "title": "x", "y": 1}])
def test_details_that_are_none_are_told(empty: Service, said: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="says nothing of a work"):
        empty.do("register", upload=empty.upload(CLIP).id, work=said)


@pytest.fixture
def package(service: Service, reelprint: CommandLine, tmp_path: Path) -> Path:
    """A signed package of one piece of music, made by another workspace; its key is trusted."""
    key, out = tmp_path / "studio.pem", tmp_path / "studio.fpk"
    new(key, None)
    words = (str(work(MUSIC)), "--key", str(key), "--work-id", "song", "-o", str(out))
    assert reelprint("fingerprint", *words).code == 0
    trusted = service.home / "trusted-keys.txt"
    trusted.write_text(f"{SigningKey.of(key.read_bytes()).signer.fingerprint}  studio\n")
    return out


def test_works_of_a_package_are_its_senders(service: Service, package: Path) -> None:
    with Workspace.open(service.home).catalog() as catalog:
        catalog.remove(MUSIC)
    done = service.do("register_package", ACME, upload=service.upload(package, ACME).id)
    assert done.result is not None
    (one,) = done.result["outcomes"]
    assert (one["work_id"], one["outcome"]) == ("acme:song", "registered")
    assert service.accounts.owner_of("work", "acme:song") == ACME
    assert str(service.home) not in json.dumps(done.result)
    upload = service.upload(work(MUSIC))
    assert matched(service.do("identify", upload=upload.id)) == ["acme:song"]


def test_a_package_takes_no_work_of_others(service: Service, package: Path) -> None:
    service.accounts.claim("work", "acme:song", OTHER)
    done = service.do("register_package", ACME, upload=service.upload(package, ACME).id)
    assert done.result is not None
    assert [one["outcome"] for one in done.result["outcomes"]] == ["failed"]
    assert "not yours" in done.result["outcomes"][0]["reason"]


def test_a_package_of_nobody_trusted_is_refused(service: Service, package: Path) -> None:
    (service.home / "trusted-keys.txt").unlink()
    done = service.do("register_package", ACME, upload=service.upload(package, ACME).id)
    assert done.result is not None
    assert [one["outcome"] for one in done.result["outcomes"]] == ["failed"]
    assert "trusts" in done.result["outcomes"][0]["reason"]


def test_an_explanation_is_files_to_look_at(empty: Service) -> None:
    register(empty, CLIP, "clip", keep=True)
    upload = empty.upload(CLIP, name="suspect.mp4")
    done = empty.do("explain", upload=upload.id, match={"work_id": "clip"})
    assert done.result is not None
    names = done.result["files"]
    assert {"explanation.html", "explanation.json"} <= set(names)
    assert {"match-1-1-suspect.jpg", "match-1-1-work.jpg"} <= set(names)
    for name in names:
        data = empty.files.result(done.id, name).read_bytes()
        assert str(empty.home).encode() not in data
        assert not name.endswith(".jpg") or data.startswith(b"\xff\xd8")
    facts = json.loads(empty.files.result(done.id, "explanation.json").read_bytes())
    assert facts["answer"]["query"]["path"] == "suspect.mp4"
    assert facts["matches"][0]["reference_file"]["source"] == CLIP.name
    assert facts["matches"][0]["reference_file"]["state"] == "there"


def test_an_alignment_of_sound_is_dots(service: Service) -> None:
    done = service.do("explain", upload=service.upload(work(MUSIC)).id)
    assert done.result is not None
    assert "alignment-1.json" in done.result["files"]
    said = json.loads(service.files.result(done.id, "alignment-1.json").read_bytes())
    assert said["along"]
    assert len(said["along"][0]) == 2
    assert said["suspect"][0] < said["suspect"][1]


def test_an_explanation_for_a_holder_says_nothing_of_other_works(service: Service) -> None:
    upload = service.upload(CLIP, ACME, "suspect.mp4")
    done = service.do("explain", ACME, upload=upload.id, works=["acme:x"])
    assert done.result is not None
    assert (done.result["status"], done.result["explained"]) == ("no_match", 0)
    assert done.result["files"] == ["explanation.json"]
    text = service.files.result(done.id, "explanation.json").read_text()
    for name in (FILM, SHORT, MUSIC, "R0000"):
        assert name not in text


def test_lint_looks_at_the_works_that_are_named(service: Service) -> None:
    done = service.do("lint", works=[MUSIC])
    assert done.result is not None
    assert done.result["works"] == 1
