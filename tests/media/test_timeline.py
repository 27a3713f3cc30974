"""Stamps of all kinds of badness to a timeline."""

from __future__ import annotations

import pytest

from media.losses import Ledger
from media.timeline import Clock, Stamped, Timeline

FRAME_S = 0.04


def times_of(
    stamps: list[float | None], clock: Clock | None = None, hold: int = 1, leap_s: float = 1.0
) -> tuple[list[float], list[str]]:
    clock = clock or Clock(0.0, 60.0, spliced=True)
    timeline: Timeline[None] = Timeline(clock, leap_s, hold)
    placed = [item for stamp in stamps for item in timeline.push(Stamped(None, stamp, FRAME_S))]
    placed += timeline.flush()
    ledger = Ledger()
    clock.report(ledger)
    return [item.time_s for item in placed], [loss.kind for loss in ledger.losses]


def row(start: float, count: int) -> list[float | None]:
    return [start + FRAME_S * n for n in range(count)]


def near(stamps: list[float | None]) -> object:
    return pytest.approx([stamp for stamp in stamps if stamp is not None])


def test_good_stamps_are_kept_as_they_are() -> None:
    stamps: list[float | None] = [0.0, 0.04, 0.5, 0.52, 3.7, 3.74]
    assert times_of(stamps) == ([0.0, 0.04, 0.5, 0.52, 3.7, 3.74], [])


def test_the_start_of_the_file_is_time_zero() -> None:
    times, losses = times_of(row(1.4, 5), Clock(1.4, 60.0, spliced=True))
    assert times == near(row(0.0, 5))
    assert losses == []


def test_missing_stamps_go_on_at_the_frame_rate() -> None:
    assert times_of([None] * 5)[0] == near(row(0.0, 5))
    assert times_of([0.0, None, 0.08, None])[0] == near(row(0.0, 4))


@pytest.mark.parametrize("back_to", [0.0, -4000.0])
def test_a_step_back_is_joined(back_to: float) -> None:
    times, losses = times_of([*row(0.0, 100), *row(back_to, 100)])
    assert times == near(row(0.0, 200))
    assert losses == ["timestamps"]


def test_a_leap_beyond_a_splice_is_joined() -> None:
    times, losses = times_of([*row(0.0, 100), *row(95443.7, 100)])
    assert times == near(row(0.0, 200))
    assert losses == ["timestamps"]


def test_a_pause_within_the_stated_duration_is_believed() -> None:
    stamps = [*row(0.0, 100), *row(50.0, 100)]
    times, losses = times_of(stamps, Clock(0.0, 60.0, spliced=False))
    assert times == near(stamps)
    assert losses == []


@pytest.mark.parametrize("stated_s", [60.0, None])
def test_a_leap_beyond_the_stated_duration_is_not(stated_s: float | None) -> None:
    clock = Clock(0.0, stated_s, spliced=False)
    assert times_of([*row(0.0, 100), *row(9999.0, 100)], clock)[0] == near(row(0.0, 200))


@pytest.mark.parametrize("error_s", [5.8, -3.0, 95443.7])
@pytest.mark.parametrize(("wrong", "hold"), [(1, 1), (8, 32)])
def test_a_passing_error_moves_nothing(error_s: float, wrong: int, hold: int) -> None:
    stamps = [*row(0.0, 100), *row(4.0 + error_s, wrong), *row(4.0 + FRAME_S * wrong, 100)]
    times, losses = times_of(stamps, hold=hold)
    assert times == near(row(0.0, 200 + wrong))
    assert losses == ["timestamps"]


def test_a_short_pause_is_not_taken_for_an_error() -> None:
    stamps = [*row(0.0, 5), *row(1.21, 5)]
    assert times_of(stamps) == (near(stamps), [])


def test_a_frame_out_of_step_is_put_between_its_neighbours() -> None:
    """Vorbis in Ogg: where the block size changes, one stamp is 20 ms and more too late."""
    stamps = [*row(0.0, 5), 0.226, *row(0.24, 5)]
    times, losses = times_of(stamps, hold=32, leap_s=0.02)
    assert times == near(row(0.0, 11))
    assert losses == []


def test_a_shift_that_stays_is_kept() -> None:
    stamps = [*row(0.0, 50), *row(2.05, 50)]
    assert times_of(stamps, hold=32, leap_s=0.02) == (near(stamps), [])


def test_streams_share_their_clocks_over_a_splice() -> None:
    """At the splice 120 ms of sound are lost; what follows stays with its picture."""
    clock = Clock(0.0, 60.0, spliced=True)
    picture, _ = times_of([*row(0.0, 100), *row(7000.0, 100)], clock)
    sound, _ = times_of([*row(0.0, 102), *row(7000.2, 100)], clock)
    assert picture[100] == pytest.approx(4.0)
    assert sound[102] == pytest.approx(4.2)
    assert clock.moves[-1] == pytest.approx(4.0 - 7000.0)
