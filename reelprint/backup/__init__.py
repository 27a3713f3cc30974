"""Backups of a whole workspace: taken while it is used, checked, and restored."""
