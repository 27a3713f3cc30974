"""Clips to codes: pure functions of a clip's arrays."""
