"""Every page of the console: the one list of their routers."""

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
    jobs,
    links,
    login,
    review,
    sites,
    verify,
    works,
)

PAGES: tuple[APIRouter, ...] = (
    statics.router,
    preferences.router,
    login.router,
    account.router,
    catalogue.router,
    adding.router,
    works.router,
    jobs.router,
    cases.router,
    case.router,
    review.router,
    sites.router,
    links.router,
    verify.router,
    audit.router,
    accounts.router,
)
