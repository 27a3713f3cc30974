"""What can go wrong with accounts, one class for each thing that a caller may do about it."""

from __future__ import annotations


class AccountsMissing(FileNotFoundError):
    """There are no accounts in this file or database; make some."""


class AccountsDamaged(OSError):
    """The database holds no accounts, or none any longer; restore it from a backup."""


class AccountsTooNew(OSError):
    """A later release wrote these accounts; this one would not understand them."""


class AccountsUnavailable(OSError):
    """The database cannot be used now: locked for too long, disk full, no server that answers."""


class AccountsLeft(OSError):
    """Accounts are to be in another database, and are in the workspace's folder still."""


class AccountsMoved(OSError):
    """The accounts are others now; nobody is let in by what was left here."""


class AccountsInTheWay(FileExistsError):
    """Where accounts were to be moved are others."""


class NotKnown(LookupError):
    """Nobody is known by what was shown. It never says what of it was wrong."""

    def __init__(self) -> None:
        super().__init__("nobody is known by this")


class Throttled(PermissionError):
    """Too many attempts failed; after `retry_after_s` seconds the next one is looked at."""

    def __init__(self, retry_after_s: float) -> None:
        super().__init__(f"too many attempts: try again in {retry_after_s:.0f} s")
        self.retry_after_s = retry_after_s


class NoSuchOrganisation(LookupError):
    """No organisation has this id."""


class NoSuchAccount(LookupError):
    """No account has this name."""


class NoSuchKey(LookupError):
    """No key has this id."""


class KeyWithoutRole(ValueError):
    """A key was asked for that could do nothing."""

    def __init__(self) -> None:
        super().__init__("a key needs a role: choose at least one of those of its account")


class Exists(ValueError):
    """An organisation or an account of this name is there already."""


class Taken(ValueError):
    """The name belongs to another organisation; it is not said to which."""
