"""`reelprint case sample`: the sources of a case, each on its own plan, at once."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue
from threading import Event

from capture.brake import Brake
from capture.capturing import Surroundings, Wanted
from capture.clock import SystemClock
from casework.carrying_out import Waiting, carry_out
from casework.store import CaseStore
from casework.taking import Sampler, Taken, site_of
from reelprint import __version__
from reelprint.cases import acting, open_cases
from reelprint.commands.capturing import Asked
from reelprint.commands.cases import print_head, sampled
from reelprint.commands.stamping import prompter_of
from reelprint.exits import FOUND, INTERRUPTED, NOTHING_FOUND, Usage
from reelprint.showing.plain import plain

AT_ONCE = 32  # streams that are sampled at once; more would be late for each other
FILES_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Abandoned:
    """A source whose plan is not carried out any further in this call."""

    source: str
    why: str


Step = Waiting | Taken | Abandoned


class StoppableClock(SystemClock):
    """The clocks of this machine; all who wait by them can be woken, and none waits after that."""

    def __init__(self) -> None:
        self._stopped = Event()

    def sleep(self, seconds: float) -> None:
        """Wait, unless it is stopped."""
        self._stopped.wait(seconds)

    def stop(self) -> None:
        """Wake all who wait."""
        self._stopped.set()


def sample(
    case_id: str,
    asked: Sequence[Asked],
    site: str | None,
    tsa: str | None,
    by: str | None,
    as_json: bool,
    home: Path | None,
) -> int:
    """Carry out the plans of sources, have captures time-stamped, and report; the exit code."""
    prompter = prompter_of(tsa, any(one.allow_private for one in asked), home)
    tasks = [(site_of(one.source, site), one.wanted) for one in asked]
    clock = StoppableClock()
    brake = Brake(clock.stop)
    around = Surroundings(f"reelprint {__version__}", clock, brake=brake)
    taken: list[Taken] = []
    with open_cases(home) as store:
        sampler = Sampler(store, case_id, acting(by), around)
        workers = _plan(store, sampler, tasks)
        with brake.installed():
            for step in _steps(sampler, tasks, workers):
                _print(step, as_json)
                if isinstance(step, Taken):
                    taken.append(step)
                    prompter.take(step.captured)
            prompter.finish(lambda: brake.pressed)
        head = store.head(case_id)
    if not as_json:
        print_head(head)
    if brake.pressed:
        return INTERRUPTED
    return FOUND if any(one.sample.media for one in taken) else NOTHING_FOUND


def _plan(store: CaseStore, sampler: Sampler, tasks: Sequence[tuple[str, Wanted]]) -> int:
    """Have all plans on record before the first sample; how many are carried out at once."""
    once = store.case(sampler.case_id).sampling.once
    if not once and len(tasks) > AT_ONCE:
        raise Usage(f"{len(tasks)} streams at once are too many: at most {AT_ONCE}")
    for site, wanted in tasks:
        store.plan(sampler.case_id, sampler.by, site, wanted.source)
    return min(len(tasks), FILES_AT_ONCE) if once else len(tasks)


def _steps(sampler: Sampler, tasks: Sequence[tuple[str, Wanted]], workers: int) -> Iterator[Step]:
    """What all sources do, as it happens. Raises what went wrong with any of them, at the end."""
    steps: SimpleQueue[Step | None] = SimpleQueue()
    with ThreadPoolExecutor(workers) as pool:
        running = [pool.submit(_work, sampler, site, wanted, steps) for site, wanted in tasks]
        for _ in running:
            while (step := steps.get()) is not None:
                yield step
    for one in running:
        one.result()


def _work(sampler: Sampler, site: str, wanted: Wanted, steps: SimpleQueue[Step | None]) -> None:
    """Carry out one plan; None is the last step."""
    try:
        for step in carry_out(sampler, site, wanted):
            steps.put(step)
    except KeyboardInterrupt:
        return  # between two samples; the next call goes on
    except (OSError, ValueError, LookupError) as error:
        steps.put(Abandoned(wanted.source, str(error)))
        raise
    finally:
        steps.put(None)


def _print(step: Step, as_json: bool) -> None:
    if isinstance(step, Abandoned):
        print(plain(f"{step.source}: given up: {step.why}"), file=sys.stderr, flush=True)
    elif isinstance(step, Taken) and as_json:
        said = {"sample": step.sample.as_dict(), "custody": step.head.as_dict()}
        print(json.dumps(said), flush=True)
    elif isinstance(step, Taken):
        print(plain(sampled(step.sample)), flush=True)
    elif sys.stderr.isatty():
        waiting = f"{step.source}: {step.left} to come, the next at {step.moment}"
        print(plain(waiting), file=sys.stderr, flush=True)
