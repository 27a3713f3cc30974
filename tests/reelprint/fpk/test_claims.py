"""Fingerprints that were made up to be found everywhere are found nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from fingerprint.scheme import Fingerprint
from reelprint.demo import makers
from reelprint.demo.streams import Cut
from tests.reelprint.conftest import MUSIC, SHORT, CommandLine, new_workspace, work
from tests.reelprint.fpk.builders import KEY, Made, package

SECONDS = 60.0
DICE = np.random.default_rng(34)


def made_of(scheme: str, codes: np.ndarray, each: int, every_s: float, quality: int) -> Fingerprint:
    """So many codes at a time, at equal steps of time."""
    times = np.repeat(np.arange(len(codes) // each) * every_s, each)
    grades = np.full(len(codes), quality, np.uint8)
    return Fingerprint(scheme, codes.astype(np.uint8), times, grades)


def everything(value: int | None) -> tuple[Fingerprint, ...]:
    """A reference of which all codes are the same, or from dice."""

    def codes(n: int, width: int) -> np.ndarray:
        if value is None:
            return DICE.integers(0, 256, (n, width))
        return np.full((n, width), value)

    frames = int(2 * SECONDS)
    features = codes(90 * frames, 16)
    peaks = np.tile(np.arange(60, 960, 15, dtype=">u2"), int(SECONDS)).view(np.uint8)
    return (
        made_of("video-dct256-1", codes(frames, 32), 1, 0.5, 100),
        made_of("video-orb-2", features, 90, 0.5, 100),
        made_of("audio-landmark-2", peaks.reshape(-1, 2), 60, 1.0, 100),
        made_of("audio-outline-1", codes(int(4 * SECONDS), 15), 1, 0.25, 100),
        made_of("audio-learned-1", codes(int(4 * SECONDS), 16), 1, 0.25, 100),
    )


CLAIMS: Mapping[str, int | None] = {"white": 255, "black": 0, "stripes": 0b10101010, "dice": None}


@pytest.fixture(scope="module")
def claimed(tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    folder = tmp_path_factory.mktemp("claims")
    works = [
        Made(name, seed, everything(value), duration_s=SECONDS)
        for seed, (name, value) in enumerate(CLAIMS.items())
    ]
    run = new_workspace(folder / "home")
    path = package(folder / "p.fpk", works)
    ran = run("register", path, "--trust", KEY.signer.fingerprint, "--json")
    assert [o["outcome"] for o in ran.objects] == ["registered"] * len(works), ran
    warned = {o["work_id"] for o in ran.objects if o["warnings"]}
    assert warned >= {"white", "black", "stripes"}
    return run


@pytest.mark.long
def test_what_is_made_up_claims_nothing(claimed: CommandLine, tmp_path: Path) -> None:
    makers.music(Cut(work(MUSIC), 20, 26), tmp_path / "music.mp3")
    ran = claimed("identify", tmp_path / "music.mp3", work(SHORT), "--json")
    assert [answer["status"] for answer in ran.objects] == ["no_match", "no_match"]
