"""Candidates to matches: alignment, verification, E-values. No I/O but calibration data."""
