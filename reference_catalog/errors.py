"""What can go wrong in this room, one class for each thing that a caller may do about it."""

from __future__ import annotations

from reference_catalog.work import Reference


class CatalogMissing(FileNotFoundError):
    """There is no catalogue in this folder or database; make one."""


class CatalogDamaged(OSError):
    """The database is not a catalogue, or is one no longer; restore it from a backup."""


class CatalogTooNew(OSError):
    """A later release wrote this catalogue; this one would not understand it."""


class CatalogUnavailable(OSError):
    """It cannot be used now: locked for too long, disk full, not writable, no server that answers,
    no driver, or the folder of its fingerprints is not there."""


class CatalogMoved(OSError):
    """The catalogue is another now; what was left here is only read."""


class NotEmpty(FileExistsError):
    """Something else is kept where a catalogue was to be moved."""


class NotCopied(OSError):
    """A database could not be copied, or the copy is damaged."""


class DamagedBlob(OSError):
    """A stored fingerprint is gone or is not what was written; register its file again."""


class NoSuchWork(LookupError):
    """No work has this work_id."""


class AnothersWork(ValueError):
    """A package speaks of a work that was registered here, or from another's package."""


class NoSuchFingerprint(LookupError):
    """The catalogue holds no fingerprint of this scheme for this reference."""


class Duplicate(ValueError):
    """A file with this SHA-256 is registered already, under `work_id` as `reference`."""

    def __init__(self, work_id: str, reference: Reference) -> None:
        super().__init__(f"already registered as {reference.reference_id} of work {work_id!r}")
        self.work_id = work_id
        self.reference = reference
