"""Writing the settings of a workspace: what is not changed stays as somebody wrote it."""

from __future__ import annotations

import json
import os
import re
import stat
import tomllib
import uuid
from pathlib import Path

from reference_catalog.place import has_password, passwordless

_OWN = 0o600  # read by nobody else
_EXAMPLES = {
    "catalog": '# catalog = "postgresql://user@host/database"',
    "blobs": '# blobs = "/srv/reelprint/fingerprints"',
}


def placed(text: str, catalog: str | None, blobs: Path | None) -> str:
    """The text of settings that say where the catalogue is; None: in the workspace. Raises
    ValueError where they are written in a way that cannot be changed by line."""
    values = {"catalog": catalog, "blobs": None if blobs is None else str(blobs)}
    said = tomllib.loads(text) | values
    for key, value in values.items():
        text = _with(text, key, value)
    if tomllib.loads(text) != {key: value for key, value in said.items() if value is not None}:
        raise ValueError("the settings cannot be changed as they are written: set them by hand")
    return text


def without_password(text: str) -> str:
    """The text of settings without the password in the URL of the catalogue, if there is one."""
    said = tomllib.loads(text)
    url, blobs = said.get("catalog"), said.get("blobs")
    if not url or not has_password(url):
        return text
    return placed(text, passwordless(url), blobs and Path(blobs))


def write(path: Path, text: str) -> None:
    """Put settings in place of those that are there, at once; with a password in the URL of the
    catalogue, so that nobody else on this machine can read them."""
    url = tomllib.loads(text).get("catalog")
    temporary = path.with_name(f".{uuid.uuid4().hex}.tmp")
    try:
        with os.fdopen(
            os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWN), "wb"
        ) as file:
            os.fchmod(file.fileno(), _OWN if url and has_password(url) else _mode(path))
            file.write(text.encode("utf-8"))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _mode(path: Path) -> int:
    if path.exists():
        return stat.S_IMODE(path.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def _with(text: str, key: str, value: str | None) -> str:
    line = _EXAMPLES[key] if value is None else f"{key} = {json.dumps(value, ensure_ascii=False)}"
    lines = text.splitlines()
    said = [n for n, one in enumerate(lines) if re.match(rf"\s*{key}\s*=", one)]
    example = [n for n, one in enumerate(lines) if re.match(rf"#\s*{key}\s*=", one)]
    for n in (*said, *example)[:1]:
        lines[n] = line
        return "\n".join(lines) + "\n"
    return f"{line}\n{text}" if value is not None else text
