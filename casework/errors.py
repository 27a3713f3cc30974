"""What can go wrong with the record of cases, one class for each thing a caller may do about it."""

from __future__ import annotations


class CasesMissing(FileNotFoundError):
    """No case was opened in this workspace yet."""


class CasesDamaged(OSError):
    """The database file is no record of cases, or is one no longer; restore it from a backup."""


class CasesTooNew(OSError):
    """A later release wrote this record; this one would not understand it."""


class CasesUnavailable(OSError):
    """The database cannot be used now: locked for too long, disk full, not writable."""


class NoSuchCase(LookupError):
    """No case has this id."""


class CaseExists(ValueError):
    """A case of this id was opened already."""


class NotAllowed(ValueError):
    """The rules of the case forbid it; the message says which and why."""


class SiteBusy(NotAllowed):
    """Another sample of the site is being taken, and the two are not to be taken together."""


class CasesLeft(OSError):
    """The record is to be in another database, and cases are in the workspace's folder still."""


class CasesMoved(OSError):
    """The record is another now; what was left here is only read."""


class CasesInTheWay(FileExistsError):
    """Where a record was to be moved is another case of the same id."""
