"""What learned fingerprints are trained on, and how: imports every room, and no room imports it."""
