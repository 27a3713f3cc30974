"""Accounts of a service: the only way to them, in one file or one schema of a database.

Each method is one or two short transactions, and what it changes stands in the audit log with it;
`by` is who did it: somebody who was let in, or the name of whoever works at the command line. Any
number of threads and processes may use accounts at once.

Whoever is not let in gets `NotKnown`, the same for a name that there is not, a wrong password, a
disabled account, a key or a session that was revoked or has expired, and after the same work.
"""

from __future__ import annotations

from accounts.directory import Directory
from accounts.door import Door
from accounts.ledger import Ledger


class Accounts(Directory, Door, Ledger):
    """Organisations, accounts, keys, sessions, belongings and the audit log. Make it with `create`
    or `open`; close it, or use it in a `with`.

    Every method may raise AccountsDamaged or AccountsUnavailable, and ValueError for names that
    are none; those that name an account NoSuchAccount.
    """
