"""Tests of the benchmarks: a scorer that is wrong makes every figure wrong."""
