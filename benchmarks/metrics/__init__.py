"""Scores of answers against truth. Pure functions of `Truth` and `Prediction`.

`finding` judges one query at the shipped threshold; `vsc`, `vcsl`, `isc` and `hits` hold the
measures of the field's own benchmarks; `proportion` gives every share its interval.
"""

from benchmarks.metrics.finding import Judgement, judge
from benchmarks.metrics.hits import HitRates, hit_rates
from benchmarks.metrics.isc import ImageRanking, image_ranking
from benchmarks.metrics.proportion import Proportion
from benchmarks.metrics.records import Answer, Prediction, Truth, at_least, predictions
from benchmarks.metrics.vcsl import (
    SegmentScore,
    VideoLevel,
    pair_scores,
    query_set_score,
    segment_score,
    video_level,
)
from benchmarks.metrics.vsc import micro_average_precision, segment_average_precision

__all__ = [
    "Answer",
    "HitRates",
    "ImageRanking",
    "Judgement",
    "Prediction",
    "Proportion",
    "SegmentScore",
    "Truth",
    "VideoLevel",
    "at_least",
    "hit_rates",
    "image_ranking",
    "judge",
    "micro_average_precision",
    "pair_scores",
    "predictions",
    "query_set_score",
    "segment_average_precision",
    "segment_score",
    "video_level",
]
