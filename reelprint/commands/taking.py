"""`reelprint capture --case`."""

from __future__ import annotations

import json
from pathlib import Path

from capture.brake import Brake
from capture.capturing import Surroundings
from casework.taking import Sampler, Taken, site_of
from reelprint import __version__
from reelprint.cases import acting, open_cases
from reelprint.commands.capturing import Asked, code_of, described, show
from reelprint.commands.cases import print_head, sampled
from reelprint.commands.stamping import prompter_of
from reelprint.exits import NOTHING_FOUND
from reelprint.showing.plain import plain


def capture(
    asked: Asked,
    case_id: str,
    site: str | None,
    tsa: str | None,
    by: str | None,
    as_json: bool,
    home: Path | None,
) -> int:
    """Capture a source as a sample of a case, have it time-stamped, and report; the exit code.
    Raises Usage."""
    wanted, brake = asked.wanted, Brake()
    prompter = prompter_of(tsa, asked.allow_private, home)
    around = Surroundings(f"reelprint {__version__}", brake=brake)
    with open_cases(home) as store, brake.installed():
        sampler = Sampler(store, case_id, acting(by), around)
        taken = sampler.take_at_will(site_of(wanted.source, site), wanted)
        prompter.take(taken.captured)
        _print_json(taken) if as_json else _print(taken)
        prompter.finish(lambda: brake.pressed)
    return code_of(taken.captured) if taken.captured else NOTHING_FOUND


def _print_json(taken: Taken) -> None:
    capture = described(taken.captured) if taken.captured else {}
    said = {"sample": taken.sample.as_dict(), "custody": taken.head.as_dict()}
    print(json.dumps({**capture, **said}), flush=True)


def _print(taken: Taken) -> None:
    if taken.captured:
        show(taken.captured)
    print(plain(sampled(taken.sample)))
    print_head(taken.head)
