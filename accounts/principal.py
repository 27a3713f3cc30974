"""Who asks for something, as far as a key or a session shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from accounts.roles import Act, Kind, Role, acts_of


@dataclass(frozen=True, slots=True)
class Principal:
    """An account at the moment of one request, with the roles that it has then."""

    account: int
    actor: str  # the name in custody logs and in the audit log: "kim@police.example"
    organisation: str  # its id
    kind: Kind  # an authority sees matches with all works, a holder those with its own alone
    roles: frozenset[Role]
    via: Literal["key", "session"]

    @property
    def acts(self) -> frozenset[Act]:
        """Everything that it may do."""
        return acts_of(self.kind, self.roles)

    def may(self, act: Act) -> bool:
        """Whether this is one of the acts of its roles.

        >>> kim = Principal(1, "kim", "police", "authority", frozenset({"auditor"}), "key")
        >>> kim.may("audit.read"), kim.may("cases.write")
        (True, False)
        """
        return act in self.acts
