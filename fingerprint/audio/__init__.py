"""Sound schemes."""
