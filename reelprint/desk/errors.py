"""Why the desk refuses."""

from __future__ import annotations


class NotAllowed(PermissionError):
    """The principal's roles do not allow the act."""


class NotFound(LookupError):
    """There is no such thing, or it is another organisation's: which of both is not told."""


class Changed(ValueError):
    """The thing is no longer as it was when the caller read it (If-Match)."""


class Full(Exception):
    """The principal's organisation would hold more than it may."""
