"""Carrying out the plan of a source on the wall clock: waiting for each moment, and sampling."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from capture.capturing import Surroundings, Wanted
from casework.errors import NotAllowed
from casework.taking import Sampler, Taken

_NAP_S = 1.0  # machines fall asleep and clocks are set; so the time is looked at often


@dataclass(frozen=True, slots=True)
class Waiting:
    """The next moment of a source."""

    source: str
    moment: str
    left: int  # how many are to come, this one included


def carry_out(sampler: Sampler, site: str, wanted: Wanted) -> Iterator[Waiting | Taken]:
    """Take the samples of a source's plan that are to come. The plan goes on where it was left;
    moments that went by meanwhile are recorded as missed. Raises KeyboardInterrupt when it is
    stopped, between samples; one that is being taken is ended and recorded."""
    store, who = sampler.store, (sampler.case_id, sampler.by)
    policy = store.case(sampler.case_id).sampling
    store.plan(*who, site, wanted.source)
    wanted = replace(wanted, for_s=policy.seconds)
    while moments := store.due(*who, wanted.source):
        yield Waiting(wanted.source, moments[0], len(moments))
        _wait(sampler.around, moments[0])
        try:
            yield sampler.take(site, wanted, moments[0])
        except NotAllowed:
            continue  # it went by, or another process has just taken it: look again what is due


def _wait(around: Surroundings, moment: str) -> None:
    until = datetime.fromisoformat(moment)
    while True:
        with around.brake.free():
            left_s = (until - around.clock.wall()).total_seconds()
            if left_s <= 0:
                return
            around.clock.sleep(min(left_s, _NAP_S))
