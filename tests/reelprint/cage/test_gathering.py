"""How media of captures were encoded is read in the cage, and believed only in its form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from media.clip import Unreadable
from reelprint import describing, gathering
from reelprint.cage.parcel import Array, Parcel
from reelprint.gathering import believed, encode_of, facts_of
from tests.casework.build import dossier, sample
from tests.reelprint.cage import jobs
from tests.reelprint.streams import film

FRAME = ["0" * 64, 1.5]
SAID: dict[str, Any] = {"key_frames": [FRAME], "settings": [["sound", "a\x1b[2J"]]}


def test_an_encode_is_read_as_outside(tmp_path: Path) -> None:
    path = film(tmp_path / "film.mp4", 1)
    with path.open("rb") as file:
        outside = describing.encode(file, {}).said
    one = encode_of("film.mp4", path)
    assert [list(frame) for frame in one.key_frames] == outside["key_frames"] != []
    assert list(one.settings) == outside["settings"] != []


def test_it_is_not_read_in_this_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = film(tmp_path / "film.mp4", 1)
    monkeypatch.setattr("media.container.av.open", _never)
    assert encode_of("film.mp4", path).key_frames


def _never(*_: object, **__: object) -> None:
    raise AssertionError("media was opened outside of the cage")


def test_a_crash_is_the_end_of_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bad.mp4").write_bytes(b"crash")
    film(tmp_path / "good.mp4", 1)
    (tmp_path / "log.jsonl").touch()
    (tmp_path / "manifest.json").write_text(json.dumps({"media": [], "files": {}}))
    monkeypatch.setattr(gathering, "encode", jobs.encode_or_crash)
    one = replace(sample("S1"), media=("bad.mp4", "good.mp4"))
    (facts,) = facts_of(dossier([one]), lambda _: tmp_path)
    assert (facts.unread, [e.file for e in facts.encodes]) == (("bad.mp4",), ["good.mp4"])


def test_what_has_the_form_of_an_encode_is_believed() -> None:
    one = believed("x", Parcel(SAID))
    assert one.key_frames == (("0" * 64, 1.5),)
    assert one.settings == (("sound", r"a\x1b[2J"),)


@pytest.mark.parametrize(
    ("said", "arrays"),
    [
        ({}, []),
        (SAID, [np.zeros(1)]),
        ({**SAID, "key_frames": [FRAME] * 513}, []),
        ({**SAID, "key_frames": [["0" * 63, 1.5]]}, []),
        ({**SAID, "key_frames": [["0" * 64 + "\n", 1.5]]}, []),
        ({**SAID, "key_frames": [["0" * 64, float("inf")]]}, []),
        ({**SAID, "key_frames": [["0" * 64, "1"]]}, []),
        ({**SAID, "key_frames": [[*FRAME, 1]]}, []),
        ({**SAID, "key_frames": 3}, []),
        ({**SAID, "settings": [["sound", 3]]}, []),
        ({**SAID, "settings": [["another", "x"]]}, []),
        ({**SAID, "settings": [["sound", "x"], ["sound", "y"]]}, []),
        ({**SAID, "settings": [[["sound"], "x"]]}, []),
        ({**SAID, "settings": None}, []),
    ],
)
def test_anything_else_is_not(said: Mapping[str, Any], arrays: list[Array]) -> None:
    with pytest.raises(Unreadable, match="no encode"):
        believed("x", Parcel(said, arrays))
