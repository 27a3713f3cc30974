"""`reelprint accounts audit …`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from accounts.records import AuditLine, Head
from reelprint.exits import FOUND, NOTHING_FOUND
from reelprint.people import open_accounts
from reelprint.showing.plain import plain

_AT_ONCE = 1000  # lines in memory


def show(organisation: str | None, after: int, limit: int, as_json: bool, home: Path | None) -> int:
    """Show lines of the audit log, as JSON to the byte; the exit code."""
    left = limit
    with open_accounts(home) as accounts:
        while found := accounts.audit(organisation, after, min(left, _AT_ONCE)):
            for line in found:
                sys.stdout.write(line.line.decode("ascii")) if as_json else print(_said(line))
            left, after = left - len(found), found[-1].n
            if left == 0:
                break
        head = accounts.head()
    if not as_json:
        _print_head(head)
    return NOTHING_FOUND if left == limit else FOUND


def verify(noted: str | None, as_json: bool, home: Path | None) -> int:
    """Check the audit log; the exit code."""
    with open_accounts(home) as accounts:
        problems, head = accounts.verify_audit(noted), accounts.head()
    if as_json:
        print(json.dumps({"sound": not problems, "problems": problems, **head.as_dict()}))
    else:
        print("differs" if problems else "sound")
        for problem in problems:
            print(plain(f"  {problem}"))
        _print_head(head)
    return NOTHING_FOUND if problems else FOUND


def _said(line: AuditLine) -> str:
    who = line.by or "the service"
    of = f" of {line.organisation}" if line.organisation else ""
    facts = json.dumps(line.facts, ensure_ascii=False) if line.facts else ""
    outcome = "" if line.outcome == "done" else f" ({line.outcome})"
    said = f"{line.act}{outcome}  {line.what}  {facts}"
    return plain(f"{line.n:5}  {line.at}  {who}{of} by {line.via}: {said}")


def _print_head(head: Head) -> None:
    # To be noted down where nobody can change it: the end of a log can be cut off unseen.
    print(f"audit log: {head.entries} entries, head {head.sha256}")
