"""Frame schemes."""
