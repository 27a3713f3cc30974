"""A question to every shard, each of which has replicas: asked until all have answered.

A shard that does not answer is asked through another replica, and again, until its time is up. What
some shards did not answer is never made up for by the others: all have answered, or none.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from reelprint.cluster.connecting import ray
from reelprint.cluster.shard import OtherState
from reelprint.cluster.shard_map import Share
from reelprint.searching import NotSearched, Outdated, Question, Totals, TotalsOf

T = TypeVar("T")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a shard is waited for, in seconds."""

    answer_s: float = 60.0  # one replica
    all_s: float = 180.0  # all of them: a node that is lost is missed, and its actors start anew
    state_s: float = 10.0  # a node whose storage shows another state than the one asked for
    pause_s: float = 0.2  # before asking again when no replica answered


PATIENT = Patience()


class FanOut:
    """An index that lies in shards on other machines."""

    several = True

    def __init__(
        self,
        replicas: Sequence[Sequence[Any]],
        shares: Mapping[str, Mapping[int, Share]],
        patience: Patience = Patience(),
    ) -> None:
        """Actors by shard and replica, and the share of each scheme that each shard holds."""
        first = os.getpid()  # so that processes begin with different ones
        self._shards = [Replicas(n, of_one, first) for n, of_one in enumerate(replicas)]
        self._shares = shares
        self._patience = patience
        self._totals: dict[str, Totals] = {}

    @property
    def retried(self) -> int:
        """How often a replica was asked for what another had not answered."""
        return sum(shard.failed for shard in self._shards)

    def totals(self, scheme: str) -> Totals:
        """Of all shards."""
        if scheme not in self._totals:
            of_parts = self.ask(TotalsOf(scheme))
            counts = np.sum([one.counts for one in of_parts], axis=0)
            self._totals[scheme] = Totals(counts, sum(one.places for one in of_parts))
        return self._totals[scheme]

    def ask(self, question: Question[T]) -> list[T]:
        """What each shard that holds anything of the scheme answers. Raises `NotSearched`."""
        sent = ray().put(question)  # once for all that ask on one node
        shares = self._shares[question.scheme].items()
        asked = [self._shards[shard].asked(share, sent, self._patience) for shard, share in shares]
        return [one.answer() for one in asked]


class Replicas:
    """The actors that hold one shard; the one that answered last is asked first."""

    def __init__(self, number: int, actors: Sequence[Any], first: int) -> None:
        self.number = number
        self.failed = 0
        self._actors = actors
        self._turn = first

    def asked(self, share: Share, question: Any, patience: Patience) -> Asked:
        """Begin to ask."""
        return Asked(self, share, question, patience)

    def send(self, share: Share, question: Any) -> Any:
        """A reference to what the replica whose turn it is will answer."""
        actor = self._actors[self._turn % len(self._actors)]
        return actor.answer.remote(share, question)

    def missed(self, patience: Patience, error: BaseException) -> None:
        """Go on with the next one."""
        self.failed += 1
        self._turn += 1
        _log.info("a replica of shard %d did not answer: %s", self.number, _said(error))
        if self.failed % len(self._actors) == 0:
            time.sleep(patience.pause_s)


class Asked:
    """One question to one shard."""

    def __init__(self, shard: Replicas, share: Share, question: Any, patience: Patience) -> None:
        self._shard, self._share, self._question = shard, share, question
        self._patience = patience
        self._began = time.monotonic()
        self._sent = shard.send(share, question)

    def answer(self) -> Any:
        """What it answers, through one replica or another. Raises `NotSearched`; `Outdated` when
        the state asked for is nowhere; and what is wrong with the question itself."""
        while True:
            try:
                return ray().get(self._sent, timeout=self._patience.answer_s)
            except ray().exceptions.RayTaskError as error:  # raised by what runs there
                if not isinstance(error.cause, (OtherState, OSError)):
                    raise error.cause from error
                self._missed(error.cause)
            except ray().exceptions.RayError as error:  # the node or the process is gone, or stuck
                self._missed(error)

    def _missed(self, error: BaseException) -> None:
        self._require_time(error)
        self._shard.missed(self._patience, error)
        self._sent = self._shard.send(self._share, self._question)

    def _require_time(self, error: BaseException) -> None:
        waited_s = time.monotonic() - self._began
        if isinstance(error, OtherState) and waited_s > self._patience.state_s:
            raise Outdated(f"the index has changed: {_said(error)}") from error
        if waited_s > self._patience.all_s:
            raise NotSearched(
                f"shard {self._shard.number + 1} of the index gave no answer in "
                f"{waited_s:.0f} s: {_said(error)}"
            ) from error


def _said(error: BaseException) -> str:
    """The last line of what is wrong: Ray tells much more."""
    lines = str(error).strip().splitlines()
    return lines[-1] if lines else type(error).__name__
