"""What can go wrong with the queue, one class for each thing that a caller may do about it."""

from __future__ import annotations


class JobsMissing(FileNotFoundError):
    """There is no queue here yet; make one."""


class JobsDamaged(OSError):
    """The database is no queue, or is one no longer; restore it from a backup."""


class JobsTooNew(OSError):
    """A later release wrote this queue; this one would not understand it."""


class JobsUnavailable(OSError):
    """The queue cannot be used now: locked for too long, disk full, no server that answers."""


class JobsInTheWay(FileExistsError):
    """Other jobs are kept where a queue was to be moved."""


class NoSuchJob(LookupError):
    """No job has this id."""


class NoSuchHook(LookupError):
    """No webhook has this id."""


class Conflict(ValueError):
    """An idempotency key was used before, for something else."""
