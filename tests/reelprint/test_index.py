"""`reelprint index`: what it says, what it leaves, and its exit codes."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

from index.folder import UPKEEP_LOCK, upkeep
from index.store import Index
from reelprint.workspace import Workspace
from tests.index.test_merging import decay
from tests.reelprint.conftest import MUSIC, SHORT, CommandLine, copied, new_workspace

AUDIO = "audio-landmark-2"


@pytest.fixture
def own(reelprint: CommandLine, tmp_path: Path) -> CommandLine:
    """A workspace that may be changed."""
    return copied(reelprint, tmp_path / "home")


def test_status_says_what_there_is_and_what_a_merge_would_bring(own: CommandLine) -> None:
    (said,) = own("index", "status", "--json").objects
    assert said["damaged"] == []
    schemes = {one["scheme"]: one for one in said["schemes"]}
    assert set(schemes) == set(Workspace.open(own.home).settings.schemes)
    sizes = {path: path.stat().st_size for path in (own.home / "index").glob("*.*.*")}
    assert sum(one["bytes"] for one in schemes.values()) == sum(sizes.values())
    assert schemes[AUDIO]["removed_rows"] == 0
    own("works", "remove", MUSIC)
    (later,) = own("index", "status", "--json").objects
    sound = next(one for one in later["schemes"] if one["scheme"] == AUDIO)
    assert sound["references"] == schemes[AUDIO]["references"] - 1
    assert sound["rows"] + sound["removed_rows"] in (schemes[AUDIO]["rows"], sound["rows"])
    table = own("index", "status")
    assert (table.code, AUDIO in table.out) == (0, True)


def test_merging_says_what_it_did_and_then_that_nothing_is_to_gain(own: CommandLine) -> None:
    own("works", "remove", SHORT)
    first, second = own("index", "merge", "--all"), own("index", "merge", "--all")
    assert (first.code, second.code) == (0, 0)
    assert "became one of" in first.out
    assert second.out == "nothing to gain: the index stays as it is\n"
    (nothing,) = own("index", "merge", "--json").objects
    assert nothing == {"merged": [], "left": []}


def test_verifying_finds_silent_decay_and_the_next_command_mends_it(own: CommandLine) -> None:
    assert own("index", "verify").out.endswith("are whole\n")
    index = Workspace.open(own.home).stored_index()
    before, hurt = index.identity, index.segments[0]
    decay(own.home / "index" / hurt.files[0].name)
    said = own("index", "verify")
    assert said.code == 3
    assert f"{hurt.stem} is damaged ({hurt.files[0].name}): {hurt.rows} rows of" in said.out
    listed = own("index", "verify", "--json")
    assert listed.code == 3
    assert [one["stem"] for one in listed.objects if one["damaged"]] == [hurt.stem]
    assert own("index", "status").code == 3
    assert own("doctor").code == 3
    assert [own("index", "verify").code, own("index", "status").code] == [0, 0]
    assert Workspace.open(own.home).stored_index().identity == before


def test_a_snapshot_comes_back_and_is_brought_up_to_date(own: CommandLine, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    assert own("index", "snapshot", kept, "--json").objects == [{"snapshot": str(kept)}]
    assert own("index", "snapshot", kept).code == 2
    own("works", "remove", MUSIC)
    now = Workspace.open(own.home).stored_index().identity
    shutil.rmtree(own.home / "index")
    assert own("index", "restore", kept).out == f"restored: {now}\n"
    decay(next(kept.glob("*.low.npy")))
    refused = own("index", "restore", kept)
    assert (refused.code, "missing or damaged" in refused.err) == (3, True)
    assert Workspace.open(own.home).stored_index().identity == now
    assert own("index", "restore", tmp_path / "nowhere").code == 3


def test_a_snapshot_of_other_works_is_refused(own: CommandLine, tmp_path: Path) -> None:
    """Their numbers are the same."""
    other = new_workspace(tmp_path / "other", [MUSIC])
    before = Workspace.open(other.home).stored_index().identity
    own("index", "snapshot", tmp_path / "kept")
    said = other("index", "restore", tmp_path / "kept")
    assert (said.code, "is not of the works of" in said.err) == (2, True)
    assert Workspace.open(other.home).stored_index().identity == before


def test_rebuilding_makes_the_same_index_anew(own: CommandLine) -> None:
    folder = own.home / "index"
    reader = Index(folder)
    old, names = reader.identity, {path.name for path in folder.iterdir()}
    assert own("index", "rebuild").out == f"rebuilt: {old}\n"
    assert not names & {path.name for path in folder.glob("*.*.*")}
    assert reader.identity == old
    assert reader.refresh()
    assert (reader.identity, reader.damaged) == (old, ())
    assert sorted(path.name for path in folder.iterdir() if path.is_dir()) == []


def test_an_index_of_another_format_is_made_anew(own: CommandLine) -> None:
    path = own.home / "index" / "manifest.json"
    before = Workspace.open(own.home).stored_index().identity
    text = {"format": 6, "segments": [], "next_serial": 9}
    canonical = json.dumps(text, sort_keys=True, separators=(",", ":"))
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    path.write_text(json.dumps({"sha256": digest, **text}))
    assert own("index", "status").code == 2
    assert own("doctor").code == 0
    assert Workspace.open(own.home).stored_index().identity == before


def test_only_one_looks_after_the_index_at_a_time(own: CommandLine) -> None:
    with upkeep(own.home / "index"):
        for command in ("merge", "rebuild"):
            said = own("index", command)
            assert (said.code, "another process" in said.err) == (2, True)
    assert (own.home / "index" / UPKEEP_LOCK).exists()
    assert own("index", "merge").code == 0
