"""Whatever comes out of the cage and was found possible: matchers neither stumble nor hang."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from fingerprint.extract import MIRRORED, PLAIN, asked_for
from fingerprint.registry import BESIDE, scheme_named
from fingerprint.scheme import Fingerprint, Scheme
from reelprint.cage.parcel import Array, Parcel
from reelprint.extraction import Extraction, _believed
from reelprint.identification import Identifier
from reelprint.workspace import Workspace
from tests.reelprint.conftest import CommandLine

FEW = settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
LONG_S = 20.0
PEAKS, RELIEF, INSIDE = "audio-landmark-2", "audio-relief-1", "video-dct256inside-1"


@pytest.fixture(scope="module")
def identifier(reelprint: CommandLine) -> Iterator[Identifier]:
    with closing(Identifier(Workspace.open(reelprint.home))) as one:
        yield one


@pytest.fixture(scope="module")
def stored(reelprint: CommandLine) -> dict[str, list[Fingerprint]]:
    """What is registered, by scheme."""
    workspace = Workspace.open(reelprint.home)
    with workspace.catalog() as catalog:
        names = workspace.settings.schemes
        every = {name: [catalog.fingerprint(n, name) for n in (1, 2, 3)] for name in names}
    return {name: [one for one in some if len(one)] for name, some in every.items()}


def wanted(identifier: Identifier) -> list[tuple[str, Scheme]]:
    names = list(identifier.sizes)
    beside = [scheme for name in names for scheme in BESIDE.get(name, ())]
    return asked_for([*map(scheme_named, names), *beside], (PLAIN, MIRRORED))


def random_codes(rng: np.random.Generator, scheme: Scheme, duration_s: float) -> list[Array]:
    """Codes of no picture and no sound, at any times, many of them at one."""
    count = int(rng.choice([0, 0, 1, 2, 5, 60]))
    times = np.sort(rng.uniform(-1.0, duration_s + 1.0, count))
    if rng.random() < 0.3:
        times[:] = duration_s * rng.choice([0.0, 0.5, 1.0])
    codes = rng.integers(0, 256, (count, scheme.width)).astype(np.uint8)
    if rng.random() < 0.3:
        codes[:] = rng.choice([0, 255])
    return [_bounded(codes, scheme), times, _ranked(rng.integers(0, 101, count), scheme)]


def _bounded(codes: NDArray[np.uint8], scheme: Scheme) -> Array:
    if scheme.name == PEAKS:
        codes[:, 0] %= 4
        codes[(codes[:, 0] == 3) & (codes[:, 1] > 253), 1] = 0
    elif scheme.name == RELIEF:
        codes = np.asarray((codes >> 4) % 15 << 4 | (codes & 15) % 15, np.uint8)
    elif scheme.name == INSIDE:
        codes[:, -5:-3], codes[:, -3:-1] = codes[:, -5:-3] // 2, codes[:, -3:-1] // 2 + 128
    return codes


def _ranked(quality: NDArray[np.int64], scheme: Scheme) -> Array:
    ranked = 100 - 7 * (quality % 14) if scheme.name == PEAKS else quality
    return np.asarray(ranked, np.uint8)


def excerpt(rng: np.random.Generator, of: Fingerprint, duration_s: float) -> list[Array]:
    """A piece of what is registered, thinned out, at some other speed."""
    start = rng.uniform(of.times[0] - duration_s, of.times[-1])
    speed = rng.uniform(0.9, 1.1)
    keep = (of.times >= start) & (of.times < start + duration_s * speed)
    keep &= rng.random(len(of)) < rng.choice([0.1, 0.6, 1.0])
    return [of.codes[keep], (of.times[keep] - start) / speed, of.quality[keep]]


def drawn(
    seed: int, identifier: Identifier, stored: dict[str, list[Fingerprint]], real: float
) -> Extraction:
    rng = np.random.default_rng(seed)
    duration_s = float(rng.choice([0.0, 0.04, 0.5, 1.0, 3.0, LONG_S]))
    parts: list[Array] = []
    for _, scheme in wanted(identifier):
        some = stored.get(scheme.name, ())
        if some and rng.random() < real:
            parts += excerpt(rng, some[rng.integers(len(some))], max(duration_s, 1.0))
        else:
            parts += random_codes(rng, scheme, duration_s)
    kind = str(rng.choice(["video", "audio", "image"]))
    said = {"kind": kind, "duration_s": duration_s, "losses": []}
    return _believed(Path("x"), "0" * 64, Parcel(said, parts), wanted(identifier))


@FEW
@given(st.integers(0, 2**32))
@pytest.mark.parametrize("real", [0.0, 0.5, 1.0])
def test_matchers_bear_whatever_is_possible(
    identifier: Identifier, stored: dict[str, list[Fingerprint]], real: float, seed: int
) -> None:
    suspect = drawn(seed, identifier, stored, real)
    began = time.process_time()
    answer = identifier.answer(suspect)
    assert time.process_time() - began < 20
    for named in answer.matches:
        assert named.match.query.end_s <= suspect.duration_s + LONG_S


def test_two_codes_that_lie_a_week_apart_take_no_week(identifier: Identifier) -> None:
    week_s = 7 * 24 * 3600.0
    parts: list[Array] = []
    for _, scheme in wanted(identifier):
        codes = _bounded(np.full((2, scheme.width), 7, np.uint8), scheme)
        parts += [codes, np.array([0.0, week_s]), np.full(2, 100, np.uint8)]
    said = {"kind": "video", "duration_s": week_s, "losses": []}
    suspect = _believed(Path("x"), "0" * 64, Parcel(said, parts), wanted(identifier))
    began = time.process_time()
    identifier.answer(suspect)
    assert time.process_time() - began < 20
