"""The examples in the docstrings of the benchmarks hold."""

from __future__ import annotations

import doctest
import importlib

import pytest

MODULES = (
    "datasets",
    "make",
    "presets",
    "ranked_tables",
    "senses_page",
    "tables",
    "metrics.placement",
    "metrics.proportion",
    "metrics.spans",
    "public.neural_audio_fp",
)


@pytest.mark.parametrize("name", MODULES)
def test_examples(name: str) -> None:
    result = doctest.testmod(importlib.import_module(f"benchmarks.{name}"))
    assert result.attempted > 0
    assert result.failed == 0
