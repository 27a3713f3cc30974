"""The nouns of a queue: a job, how far it is, and where somebody wants to be told of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

State = Literal["queued", "running", "done", "failed", "cancelled"]
WEBHOOK = "webhook"  # the kind of job that tells somebody; of these nobody is told
ANY = "*"  # among the events of a hook: all


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is: `done` of `total` in what is called `phase`."""

    done: int
    total: int
    phase: str


@dataclass(frozen=True, slots=True)
class Job:
    """One job as it stood at one moment; moments are in RFC 3339."""

    id: str  # "j_" and 32 hex digits, drawn at random
    kind: str
    organisation: str
    actor: str
    payload: Mapping[str, Any]
    state: State
    progress: Progress | None
    result: Mapping[str, Any] | None
    problem: str | None  # why it failed, or why its last attempt did
    attempts: int
    most_attempts: int
    cancelling: bool  # it runs, and was asked to stop
    created_at: str
    started_at: str | None  # its first attempt
    ended_at: str | None

    @property
    def has_ended(self) -> bool:
        """Whether nothing more becomes of it."""
        return self.ended_at is not None


@dataclass(frozen=True, slots=True)
class Hook:
    """Where an organisation is told of events: `"identify.done"`, or `"*"` for all."""

    id: str  # "h_" and 32 hex digits
    organisation: str
    actor: str
    url: str
    events: tuple[str, ...]
    created_at: str
    secret: str = field(repr=False)  # what its messages are signed with

    def wants(self, event: str) -> bool:
        """Whether it is to be told of an event."""
        return ANY in self.events or event in self.events
