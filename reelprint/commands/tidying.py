"""`reelprint tidy`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from reelprint.cases import acting
from reelprint.console.words import size
from reelprint.desk import housekeeping
from reelprint.desk.desk import Desk
from reelprint.desk.housekeeping import Due
from reelprint.exits import FOUND
from reelprint.showing.plain import plain
from reelprint.workspace import default_home

TOLD = ("what", "id", "organisation", "since", "count", "bytes")


def tidy(dry_run: bool, by: str | None, as_json: bool, home: Path | None) -> int:
    """Let go what is kept no longer, or say what that would be; the exit code. Raises OSError,
    ValueError."""
    now = datetime.now(UTC)
    with closing(Desk.open(home or default_home())) as desk:
        every = housekeeping.due(desk, now) if dry_run else housekeeping.tidy(desk, now, acting(by))
        _tell(every, dry_run, as_json)
        if not as_json:
            _tell_rules(desk)
    return FOUND


def _tell(every: Iterable[Due], dry_run: bool, as_json: bool) -> None:
    for one in every:
        if as_json:
            said = {name: getattr(one, name) for name in TOLD}
            print(json.dumps({**said, "removed": not dry_run}), flush=True)
        else:
            verb = "would go" if dry_run else "is gone"
            print(plain(f"{one.what} {one.id} of {one.organisation}, {_about(one)}, {verb}"))


def _about(one: Due) -> str:
    if one.what == "deliveries":
        return f"{one.count} to webhooks before {one.since[:10]}"
    return f"{'sent' if one.what == 'upload' else 'ended'} {one.since[:10]}, {size(one.bytes)}"


def _tell_rules(desk: Desk) -> None:
    uploads, jobs = desk.config.keep_uploads_days, desk.config.keep_jobs_days
    print(f"uploads are kept {f'for {uploads} days' if uploads else 'until somebody deletes them'}")
    print(f"ended jobs are kept {f'for {jobs} days' if jobs else 'for ever'}")
