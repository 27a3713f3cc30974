"""What each operation of the API takes: the oracle of who may do what.

A new operation needs an entry here, or `test_access` fails.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from accounts.roles import Act


@dataclass(frozen=True, slots=True)
class Entry:
    """The acts that an operation takes, all of them; none: anybody who is known may do it."""

    acts: tuple[Act, ...] = ()
    json: Mapping[str, Any] | None = None  # a body; {work}, {upload}, … are put in place
    query: str = ""
    content: bytes | None = None
    either: bool = False  # one of the acts is enough
    own: bool = False  # without the act, it is done for oneself


SOURCE = "https://videos.example/live/main.m3u8"
REFERENCE = "R000001"
ENTRIES: Mapping[str, Entry] = {
    "me": Entry(),
    "list_works": Entry(("works.read",)),
    "get_work": Entry(("works.read",)),
    "put_work": Entry(("works.write",), {"title": "Another title"}),
    "change_work": Entry(("works.write",), {"title": "A title"}),
    "remove_work": Entry(("works.write",)),
    "coverage": Entry(("works.read", "suspects.read")),
    "list_exclusions": Entry(("works.read",)),
    "exclude": Entry(("works.write",), {"reference_id": REFERENCE, "start_s": 0, "end_s": 1}),
    "include": Entry(("works.write",), query=f"reference_id={REFERENCE}"),
    "add_reference": Entry(("works.write",), {"upload_id": "{upload_id}"}),
    "license": Entry(("works.write",), {"licences": []}),
    "add_package": Entry(("works.write",), {"upload_id": "{upload_id}"}),
    "upload": Entry(("works.write", "suspects.submit"), content=b"abc", either=True),
    "list_uploads": Entry(("works.write", "suspects.submit"), either=True),
    "get_usage": Entry(("works.write", "suspects.submit"), either=True),
    "get_upload": Entry(("works.write", "suspects.submit"), either=True),
    "remove_upload": Entry(("works.write", "suspects.submit"), either=True),
    "submit_suspect": Entry(("suspects.submit",), {"upload_id": "{upload_id}"}),
    "list_suspects": Entry(("suspects.read",)),
    "get_suspect": Entry(("suspects.read",)),
    "get_answer": Entry(("suspects.read",)),
    "explain": Entry(("suspects.submit",), {}),
    "get_explanation_file": Entry(("suspects.read",)),
    "remove_suspect": Entry(("suspects.submit",)),
    "list_jobs": Entry(("jobs.read",)),
    "get_job": Entry(("jobs.read",)),
    "cancel_job": Entry(("jobs.read",)),
    "list_cases": Entry(("cases.read",)),
    "open_case": Entry(("cases.write",), {"case_id": "KR-{n}", "authority": "complaint 7"}),
    "get_case": Entry(("cases.read",)),
    "add_source": Entry(("cases.write",), {"source": SOURCE}),
    "list_samples": Entry(("cases.read",)),
    "take_sample": Entry(("samples.take",), {"source": SOURCE}),
    "examine_case": Entry(("findings.make",)),
    "list_plans": Entry(("cases.read",)),
    "start_plan": Entry(("samples.take",), {"source": SOURCE}),
    "get_plan": Entry(("cases.read",)),
    "stop_plan": Entry(("samples.take",), {"reason": "called off"}),
    "watch_case": Entry(("findings.make",)),
    "list_captures": Entry(("cases.read",)),
    "list_findings": Entry(("verdicts.read",)),
    "get_finding": Entry(("verdicts.read",)),
    "make_frames": Entry(("verdicts.read",)),
    "get_frames": Entry(("verdicts.read",)),
    "get_frame": Entry(("verdicts.read",)),
    "get_custody": Entry(("cases.read",)),
    "get_custody_lines": Entry(("cases.read",)),
    "verify_case": Entry(("cases.read",)),
    "next_for_review": Entry(("reviews.write",)),
    "list_reviews": Entry(("verdicts.read",)),
    "review_finding": Entry(
        ("reviews.write",), {"disposition": "confirmed", "reason": "the same pictures"}
    ),
    "list_sites": Entry(("cases.read",)),
    "get_verdict": Entry(("verdicts.read",), query="site=videos.example"),
    "find_links": Entry(("verdicts.read",), {}),
    "get_links": Entry(("verdicts.read",)),
    "export_case": Entry(("evidence.export",)),
    "list_evidence": Entry(("evidence.export",)),
    "get_evidence": Entry(("evidence.export",)),
    "list_audit": Entry(("audit.read",)),
    "verify_audit": Entry(("audit.read",)),
    "list_webhooks": Entry(("webhooks.write",)),
    "add_webhook": Entry(("webhooks.write",), {"url": "https://hooks.example/r"}),
    "remove_webhook": Entry(("webhooks.write",)),
    "test_webhook": Entry(("webhooks.write",)),
    "index_status": Entry(("index.read",)),
    "lint": Entry(("index.read", "works.read"), {}),
    "list_organisations": Entry(("accounts.write",)),
    "add_organisation": Entry(("accounts.write",), {"id": "one-more", "name": "One more"}),
    "list_accounts": Entry(("accounts.write",)),
    "add_account": Entry(("accounts.write",), {"actor": "one@more", "roles": ["holder"]}),
    "get_account": Entry(("accounts.write",)),
    "set_roles": Entry(("accounts.write",), {"roles": ["holder"]}),
    "disable_account": Entry(("accounts.write",)),
    "enable_account": Entry(("accounts.write",)),
    "login_link": Entry(("accounts.write",)),
    "list_keys": Entry(own=True),
    "issue_key": Entry(("accounts.write",), {"label": "tests"}),
    "revoke_key": Entry(own=True),
}
# Operations that ask nobody who they are.
PUBLIC: frozenset[str] = frozenset({"verify_package"})
