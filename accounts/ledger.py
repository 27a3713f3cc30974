"""What belongs to whom, and the audit log."""

from __future__ import annotations

from accounts import belongings
from accounts.auditing import By
from accounts.book import Book
from accounts.moment import NOTHING, Facts
from accounts.records import AuditLine, Belongs, Head, Outcome


class Ledger(Book):
    """What is written down and asked again."""

    def claim(self, kind: Belongs, name: str, organisation: str) -> None:
        """Have a work or a case belong to an organisation, before it is made; again changes
        nothing. Raises Taken when it is another's, NoSuchOrganisation."""
        with self._writing() as at:
            belongings.claim(at, kind, name, organisation)

    def owner_of(self, kind: Belongs, name: str) -> str | None:
        """The organisation to which it belongs; None: nobody claimed it."""
        with self._reading() as at:
            return belongings.owner(at, kind, name)

    def belongings(self, kind: Belongs, organisation: str) -> frozenset[str]:
        """All names of a kind that belong to an organisation."""
        with self._reading() as at:
            return belongings.of(at, kind, organisation)

    def record(
        self,
        by: By,
        act: str,
        what: str,
        outcome: Outcome = "done",
        facts: Facts = NOTHING,
        of: str | None = None,
    ) -> None:
        """Write down that something was done, refused or failed; `of` is whose it is, where the
        service did it by itself. Raises ValueError for facts that
        JSON cannot say, or of more than 64 KiB."""
        with self._writing() as at:
            at.record(by, act, what, facts, outcome, of)

    def audit(self, organisation: str | None, after: int = -1, limit: int = 100) -> list[AuditLine]:
        """Lines about what people of an organisation did, or all, behind line `after`, the oldest
        first."""
        with self._reading() as at:
            return at.log.after(organisation, after, limit)

    def audit_before(
        self, organisation: str | None, before: int | None = None, limit: int = 100
    ) -> list[AuditLine]:
        """The same before line `before`, or from the end, the newest first."""
        with self._reading() as at:
            return at.log.before(organisation, before, limit)

    def verify_audit(self, noted: str | None = None) -> list[str]:
        """What is not as it was written, one sentence each; `noted` is a head of some time before
        (`accounts.auditing`). Nothing is written."""
        with self._reading() as at:
            return at.log.problems(noted)

    def head(self) -> Head:
        """How far the audit log goes: to be noted where nobody can change it."""
        with self._reading() as at:
            return at.log.head()
