"""The routers of the console, in the order in which their paths are tried."""

from __future__ import annotations

from fastapi import APIRouter

from reelprint.console import preferences, statics
from reelprint.console.pages import (
    account,
    accounts,
    adding,
    audit,
    case,
    cases,
    catalogue,
    home,
    jobs,
    links,
    login,
    matches,
    plans,
    review,
    sites,
    suspects,
    tests,
    uploads,
    verify,
    works,
)

ROUTERS: tuple[APIRouter, ...] = (
    statics.router,
    preferences.router,
    home.router,
    login.router,
    account.router,
    adding.router,
    works.router,
    catalogue.router,
    jobs.router,
    matches.router,
    suspects.router,
    uploads.router,
    cases.router,
    case.router,
    plans.router,
    review.router,
    sites.router,
    links.router,
    verify.router,
    audit.router,
    accounts.router,
    tests.router,
)
# Forms whose files are read as they come: (method, path).
STREAMED = frozenset({("POST", "/identify"), ("POST", "/catalogue/add"), ("POST", "/verify")})
