"""The files that pages need, each named here: our own, and htmx out of the wheel that brings it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from fastapi import APIRouter, HTTPException
from fastapi.responses import FileResponse

HERE = Path(__file__).parent / "static"
HTMX = "htmx.min.js"
TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
DIGITS = 12  # of a file's SHA-256, in its URL
FOREVER = "public, max-age=31536000, immutable"

router = APIRouter(include_in_schema=False)


@cache
def served() -> Mapping[str, Path]:
    """Every static file by the name it is served under. Raises FileNotFoundError."""
    own = {path.name: path for path in sorted(HERE.iterdir()) if path.suffix in TYPES}
    return {**own, HTMX: _htmx()}


@cache
def url(name: str) -> str:
    """The URL of a file, which changes with its bytes. Raises KeyError."""
    digest = hashlib.sha256(served()[name].read_bytes()).hexdigest()
    return f"/static/{name}?v={digest[:DIGITS]}"


@router.get("/static/{name}")
def static(name: str) -> FileResponse:
    """One file."""
    path = served().get(name)
    if path is None:
        raise HTTPException(404)
    return FileResponse(path, media_type=TYPES[path.suffix], headers={"Cache-Control": FOREVER})


def _htmx() -> Path:
    # The package is found and not imported: it would ask for Django.
    spec = find_spec("django_htmx")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("htmx is missing: install the package django-htmx")
    return Path(spec.origin).parent / "static" / "django_htmx" / "htmx-2.min.js"
