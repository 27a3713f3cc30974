"""The audit log of the reader's organisation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from accounts.roles import ALL_ACTS
from reelprint.console.facts import facts
from reelprint.console.rendering import render, texts
from reelprint.console.texts import Texts
from reelprint.desk import trail
from reelprint.desk.trail import Only
from reelprint.service.security import DeskOf, Who

PATH = "/audit"
LINES = 50  # on a page
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
# What accounts write down themselves, besides the acts of roles.
OTHERS = (
    *("log_in", "log_out", "uploads.write", "organisation.add"),
    *("account.add", "account.roles", "account.password", "account.disable", "account.enable"),
    *("account.one_time", "key.issue", "key.revoke"),
)

router = APIRouter()

Asked = Annotated[str, Query(max_length=200)]


@router.get(PATH)
def show(
    request: Request,
    who: Who,
    desk: DeskOf,
    by: Asked = "",
    act: Asked = "",
    day: Asked = "",
    before: Annotated[int | None, Query(ge=0)] = None,
    check: bool = False,
    noted: Asked = "",
) -> HTMLResponse:
    """Lines of it, the newest first; with `check`, whether the chain of all lines holds."""
    only = Only(by.strip(), act, day if _DAY.fullmatch(day) else "")
    digest = re.sub(r"[\s:]", "", noted).lower()
    is_wrong = bool(digest) and not _SHA256.fullmatch(digest)
    found = trail.verify_audit(desk, who, digest or None) if check and not is_wrong else None
    lines, last = trail.audit(desk, who, before, LINES, only)
    asked = {"by": only.by, "act": only.act, "day": only.day}
    return render(
        request, who, "audit.html",
        lines=[(one, facts(one.facts)) for one in lines], only=only, found=found, noted=noted,
        is_wrong=is_wrong, acts=_acts(texts(request)),
        newest=_link(asked) if before is not None else None,
        older=_link({**asked, "before": last}) if last is not None else None,
    )  # fmt: skip


def _acts(t: Texts) -> list[tuple[str, str]]:
    return [(one, _named(one, t)) for one in sorted({*ALL_ACTS, *OTHERS})]


def _named(act: str, t: Texts) -> str:
    key = f"act_words.{act.replace('.', '_')}"
    return f"{act}: {t(key)}" if t.has(key) else act


def _link(asked: Mapping[str, object]) -> str:
    left = {key: value for key, value in asked.items() if value != ""}
    return f"{PATH}?{urlencode(left)}" if left else PATH
