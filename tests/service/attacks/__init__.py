"""What was tried against the service: docs/security.md has a line for each."""
