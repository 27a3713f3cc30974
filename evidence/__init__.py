"""Cases as sealed packages that a stranger can check, and the check."""
