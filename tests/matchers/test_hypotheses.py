from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matchers.alignment import Hypothesis, Line
from matchers.hypotheses import (
    LINES_PER_WINDOW,
    SOUND_HYPOTHESES,
    picture_hypotheses,
    shortlist,
    windows,
)
from media.clip import Span
from tests.matchers.build import constellation


@given(st.floats(0.5, 200))
def test_windows_cover_every_code(seconds: float) -> None:
    fingerprint = constellation(seconds, seed=1)
    seen = [part.times for _, part in windows(fingerprint)]
    every = np.unique(np.concatenate([np.empty(0), *seen]))
    assert np.array_equal(every, np.unique(fingerprint.times))


def test_each_hypothesis_is_tried_once() -> None:
    assert len(set(SOUND_HYPOTHESES)) == len(SOUND_HYPOTHESES)
    assert Hypothesis() in SOUND_HYPOTHESES
    assert len(picture_hypotheses(Span(0, 0), mirrored=False)) == 1


def test_a_shortlist_holds_each_line_once_the_best_first() -> None:
    window = Span(0, 20)
    same = [Line(1, Hypothesis(s), 100 - 10 * (s - 1), 50 * s) for s in (1.0, 1.025)]
    other = [Line(2, Hypothesis(), float(o), 10.0) for o in range(0, 60, 2)]
    kept = shortlist([*other, *same], window)
    assert len(kept) == LINES_PER_WINDOW
    assert [x.reference for x in kept].count(1) == 1
    assert kept[0].surprise == max(x.surprise for x in kept)
