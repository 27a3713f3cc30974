from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from matchers.match import Match
from matchers.view import Transform
from media.clip import Span
from reelprint.answer import Answer, Engine, Named, Status
from reelprint.demo import makers
from reelprint.demo.copies import HERE, MANIFEST, SUSPECTS
from reelprint.demo.credits import credits_in
from reelprint.demo.streams import Cut, level_db, mixed, pink_noise, sound
from reelprint.demo.suspect import Expected, Suspect
from reference_catalog.manifest import read_manifest

MEDIA = {".mp4", ".ogg"}
MOST_BYTES = 20_000_000
FILM = Cut(HERE / "works" / "big-buck-bunny.mp4", 10, 12)
MUSIC = Cut(HERE / "works" / "founders.ogg", 40, 43)
LOUD = Cut(HERE / "works" / "armygeddon.ogg", 30, 33)
TAKEN = Expected("film", Span(5, 15), Span(40, 50.5))


def named(work_id: str, query: Span, matched: Span) -> Named:
    speed = matched.duration_s / query.duration_s
    return Named(
        work_id, work_id, "R1", Match(1, "both", query, matched, speed, 0, Transform(), 9, 1e-9), ()
    )


def answer(*matches: Named) -> Answer:
    engine = Engine("1", (), "i", "c")
    status: Status = "identified" if matches else "no_match"
    return Answer("p", None, 20.0, status, None, (), matches, 1e-4, engine)


def suspect(*expected: Expected) -> Suspect:
    return Suspect("a.mp4", "a", "nothing", makers.no_film, expected)


def decoded(path: Path) -> list[NDArray[np.uint8]]:
    with av.open(str(path)) as container:
        return [
            np.asarray(frame.to_ndarray(format="gray"), np.uint8)
            for frame in container.decode(video=0)
        ]


def shipped() -> list[Path]:
    return [p for f in ("works", "unregistered") for p in (HERE / f).iterdir() if p.suffix in MEDIA]


def test_every_shipped_file_has_a_maker_and_a_licence() -> None:
    credits = list(credits_in())
    assert {c.file for c in credits} == {path.name for path in shipped()}
    assert all(c.title and c.author and c.licence for c in credits)
    spoken = {"CC0-1.0", "CC-BY-3.0", "CC-BY-4.0", "CC-BY-SA-3.0"}
    assert {c.licence for c in credits} <= spoken | {"GPL-2.0-or-later", "GPL-3.0-or-later"}


def test_a_dozen_works_are_shipped_and_small() -> None:
    rows = read_manifest(MANIFEST)
    assert len(rows) == 12
    assert {row.path.name for row in rows} == {p.name for p in shipped() if "works" in p.parts}
    assert sum(path.stat().st_size for path in shipped()) < MOST_BYTES


def test_the_suspects_speak_of_shipped_works_only() -> None:
    works = {row.details.work_id for row in read_manifest(MANIFEST)}
    assert {e.work_id for s in SUSPECTS for e in s.expected} <= works
    assert len({s.name for s in SUSPECTS}) == len(SUSPECTS)


def test_what_was_put_in_is_found() -> None:
    right = named("film", Span(4.8, 15.1), Span(39.8, 50.6))
    assert suspect(TAKEN).is_met_by(answer(right))


@pytest.mark.parametrize(
    "found",
    [
        (),
        (named("film", Span(5, 15), Span(47, 57)),),  # elsewhere in the work
        (named("film", Span(16, 19), Span(51, 54)),),  # elsewhere in the suspect
        (named("other", Span(5, 15), Span(40, 50.5)),),
        (named("film", Span(5, 15), Span(40, 50.5)), named("other", Span(0, 4), Span(0, 4))),
    ],
)
def test_anything_else_is_not_what_was_put_in(found: tuple[Named, ...]) -> None:
    assert not suspect(TAKEN).is_met_by(answer(*found))


def test_nothing_expected_means_nothing_found() -> None:
    assert suspect().is_met_by(answer())
    assert not suspect().is_met_by(answer(named("film", Span(5, 15), Span(40, 50))))


def test_mixing_brings_the_second_sound_to_the_power_of_the_first() -> None:
    loud, noise = level_db(sound(LOUD)), pink_noise(LOUD.duration_s, 7)
    assert loud - level_db(noise) > 3  # or the test shows nothing
    # Two sounds of equal power that know nothing of each other, each at half scale.
    assert level_db(mixed(sound(LOUD), noise)) == pytest.approx(loud + 3.01 - 6.02, abs=0.2)


def test_a_mirrored_film_is_mirrored(tmp_path: Path) -> None:
    makers.film(FILM, tmp_path / "plain.mp4")
    makers.mirrored(FILM, tmp_path / "mirrored.mp4")
    plain = decoded(tmp_path / "plain.mp4")[20][::3, ::3].astype(float)
    small = decoded(tmp_path / "mirrored.mp4")[20]
    assert small.shape == (240, 426)
    flipped = small[::2, ::-1][:, ::2].astype(float)
    straight = small[::2, ::2].astype(float)
    plain = plain[:120, : flipped.shape[1]]
    assert np.abs(plain - flipped[:, :213]).mean() < np.abs(plain - straight[:, :213]).mean() / 2


def test_a_faster_film_is_shorter_and_higher(tmp_path: Path) -> None:
    makers.faster(FILM, 1.25, tmp_path / "faster.mp4")
    with av.open(str(tmp_path / "faster.mp4")) as container:
        ends = [float((s.duration or 0) * (s.time_base or 0)) for s in container.streams]
    assert ends == pytest.approx([1.6, 1.6], abs=0.06)


def test_pieces_are_joined_without_a_gap(tmp_path: Path) -> None:
    other = Cut(HERE / "unregistered" / "crystal-rabbit-frog.mp4", 3, 5)
    makers.cut_together((other, FILM), tmp_path / "joined.mp4")
    makers.medley((MUSIC, MUSIC), tmp_path / "medley.ogg")
    assert len(decoded(tmp_path / "joined.mp4")) == 100
    with av.open(str(tmp_path / "medley.ogg")) as container:
        assert (container.duration or 0) / av.time_base == pytest.approx(6, abs=0.05)


def test_the_same_suspect_has_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        makers.mirrored(FILM, tmp_path / f"{name}.mp4")
        makers.in_noise(MUSIC, tmp_path / f"{name}.ogg")
    for suffix in ("mp4", "ogg"):
        one, two = (tmp_path / f"{name}.{suffix}" for name in ("one", "two"))
        assert one.read_bytes() == two.read_bytes()
