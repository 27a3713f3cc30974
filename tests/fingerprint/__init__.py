"""Tests of the fingerprint schemes."""
