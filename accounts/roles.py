"""Who may do what: the one table that permissions are asked of.

Duties are kept apart: who analyses does not export, who administers writes no evidence, who audits
writes nothing. A person may hold several roles; that the reviewer of a finding did not analyse it
is a rule of casework, whatever the roles (`casework.reviewing`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

Kind = Literal["authority", "holder"]
Role = Literal["holder", "capturer", "analyst", "reviewer", "exporter", "auditor", "admin"]
Act = Literal[
    "works.read", "works.write", "suspects.read", "suspects.submit", "cases.read", "cases.write",
    "samples.take", "findings.make", "reviews.write", "verdicts.read", "evidence.export",
    "audit.read", "accounts.write", "index.read", "index.write", "jobs.read", "webhooks.write",
]  # fmt: skip
ROLES: tuple[Role, ...] = get_args(Role)
ALL_ACTS: tuple[Act, ...] = get_args(Act)


@dataclass(frozen=True, slots=True)
class Duty:
    """What a role is for, and the acts that this takes."""

    why: str
    acts: frozenset[Act]


def _duty(why: str, *acts: Act) -> Duty:
    return Duty(why, frozenset(acts))


DUTIES: Mapping[Role, Duty] = MappingProxyType(
    {
        "holder": _duty(
            "Registers works and asks where they are shown; takes no part in cases.",
            *("works.read", "works.write", "suspects.read", "suspects.submit"),
            *("jobs.read", "webhooks.write"),
        ),
        "capturer": _duty(
            "Takes the samples of a case, and cannot know what is found in them.",
            *("cases.read", "samples.take", "jobs.read"),
        ),
        "analyst": _duty(
            "Leads cases and makes findings; does not review or export them.",
            *("works.read", "suspects.read", "suspects.submit", "cases.read", "cases.write"),
            *("findings.make", "verdicts.read", "jobs.read", "index.read", "webhooks.write"),
        ),
        "reviewer": _duty(
            "Looks at findings a second time; makes none.",
            *("works.read", "cases.read", "reviews.write", "verdicts.read"),
        ),
        "exporter": _duty(
            "Gives evidence out of the house; changes nothing of it.",
            *("cases.read", "verdicts.read", "evidence.export", "jobs.read"),
        ),
        "auditor": _duty(
            "Sees everything, and who did what; writes nothing.",
            *("works.read", "suspects.read", "cases.read", "verdicts.read", "index.read"),
            *("jobs.read", "audit.read"),
        ),
        "admin": _duty(
            "Keeps accounts and the index; reads and writes no evidence.",
            *("accounts.write", "index.read", "index.write", "jobs.read", "webhooks.write"),
        ),
    }
)
ACTS: Mapping[Role, frozenset[Act]] = MappingProxyType({r: d.acts for r, d in DUTIES.items()})

# What is open to the people of an organisation at all, whatever their roles. Cases are found with
# the works of all holders, and the index is everybody's: neither is open to one holder.
OPEN_TO: Mapping[Kind, frozenset[Act]] = MappingProxyType(
    {
        "authority": frozenset(ALL_ACTS),
        "holder": _duty(
            "Sees and changes what is its own.",
            *("works.read", "works.write", "suspects.read", "suspects.submit", "jobs.read"),
            *("webhooks.write", "accounts.write", "audit.read"),
        ).acts,
    }
)


def acts_of(kind: Kind, roles: Iterable[Role]) -> frozenset[Act]:
    """Everything that somebody with these roles may do in an organisation of this kind."""
    return frozenset[Act]().union(*(ACTS[role] for role in roles)) & OPEN_TO[kind]
