"""`reelprint review`."""

from __future__ import annotations

import json
from pathlib import Path

from casework.record import Disposition
from reelprint.cases import acting, open_cases
from reelprint.commands.cases import print_head
from reelprint.exits import Usage
from reelprint.showing.plain import plain


def review(
    case_id: str,
    finding_id: str,
    confirm: bool,
    reject: bool,
    reason: str,
    by: str | None,
    as_json: bool,
    home: Path | None,
) -> None:
    """Record what a person says of a finding."""
    if confirm == reject:
        raise Usage("say either --confirm or --reject")
    with open_cases(home) as store:
        disposition: Disposition = "confirmed" if confirm else "rejected"
        done = store.review(case_id, acting(by), finding_id, disposition, reason)
        head = store.head(case_id)
    if as_json:
        print(json.dumps({"review": done.as_dict(), "custody": head.as_dict()}))
        return
    print(plain(f"{done.finding_id} {done.disposition} by {done.by}: {done.reason}"))
    print_head(head)
