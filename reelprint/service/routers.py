"""What the service consists of: each owner of routes adds lines here, and nowhere else."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter

import reelprint
from reelprint.console import routers as console
from reelprint.console.pages import errors
from reelprint.service import health, metrics, oidc
from reelprint.service.api import (
    audit,
    cases,
    catalogue_index,
    evidence,
    jobs,
    links,
    me,
    packages,
    people,
    plans,
    reviewing,
    sites,
    suspects,
    uploads,
    verify,
    webhooks,
    works,
)
from reelprint.service.problems import ErrorPage

# Under /v1, in the order in which the documentation lists them.
API: tuple[APIRouter, ...] = (
    me.router,
    works.router,
    packages.router,
    uploads.router,
    suspects.router,
    cases.router,
    plans.router,
    reviewing.router,
    sites.router,
    links.router,
    evidence.router,
    verify.router,
    audit.router,
    jobs.router,
    webhooks.router,
    catalogue_index.router,
    people.router,
)

# Beside it: what machines look at, and the pages of the console.
OTHERS: tuple[APIRouter, ...] = (health.router, metrics.router, oidc.router, *console.ROUTERS)

# What people see when something fails; None: the same as machines.
ERROR_PAGE: ErrorPage | None = errors.page

# Files under /static that no route of the console gives.
STATIC = Path(next(iter(reelprint.__path__))) / "console" / "static"

# Requests whose bodies are read as they come: (method, path).
STREAMED: frozenset[tuple[str, str]] = frozenset(
    {("POST", "/v1/uploads"), ("POST", "/v1/verify")}
) | (console.STREAMED)


def streams(method: str, path: str) -> bool:
    """Whether the route bounds the body itself, as it reads it."""
    return (method, path) in STREAMED
