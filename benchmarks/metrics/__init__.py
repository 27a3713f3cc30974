"""Scores of answers against truth. Pure functions of `Truth` and `Prediction`.

`finding` judges one query at the shipped threshold, `vsc` and `vcsl` hold the measures of the
field's two benchmarks, `proportion` gives every share its interval.
"""

from benchmarks.metrics.finding import Judgement, judge
from benchmarks.metrics.proportion import Proportion
from benchmarks.metrics.records import Answer, Prediction, Truth, at_least, predictions
from benchmarks.metrics.vcsl import SegmentScore, segment_score
from benchmarks.metrics.vsc import micro_average_precision, segment_average_precision

__all__ = [
    "Answer",
    "Judgement",
    "Prediction",
    "Proportion",
    "SegmentScore",
    "Truth",
    "at_least",
    "judge",
    "micro_average_precision",
    "predictions",
    "segment_average_precision",
    "segment_score",
]
