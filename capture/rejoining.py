"""A derived file made again from what was received, by the recipe in the log, and digested."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from capture.coding import decoded, decrypted
from capture.failures import Unreadable
from capture.limits import Limits

Facts = dict[str, Any]


def rejoined(folder: Path, recipe: Facts, entries: list[Facts]) -> str:
    """SHA-256 of the file that a recipe makes. Raises ValueError, LookupError, OSError."""
    exchanges = {entry["exchange"]: entry for entry in entries if entry["event"] == "exchange"}
    found = hashlib.sha256()
    parts = ([recipe["init"]] if recipe.get("init") else []) + recipe["parts"]
    for part in parts:
        try:
            found.update(_content(folder, part, exchanges))
        except Unreadable as error:
            raise ValueError(str(error)) from error
    return found.hexdigest()


def _content(folder: Path, part: Facts, exchanges: dict[int, Facts]) -> bytes:
    data = _body(folder, exchanges[part["exchange"]])
    if part.get("cut"):
        offset, size = part["cut"]
        data = data[offset : offset + size]
    how = part.get("decrypted")
    if how is None:
        return data
    key = _body(folder, exchanges[how["key_exchange"]])
    return decrypted(data, key, bytes.fromhex(how["iv"]))


def _body(folder: Path, entry: Facts) -> bytes:
    headers = {name.lower(): value for name, value in entry["response"]["headers"]}
    path = (folder / entry["body"]["file"]).resolve()
    if not path.is_relative_to(folder.resolve()) or not path.is_file():
        raise ValueError(f"{entry['body']['file']} is no file of the capture")
    data = path.read_bytes()
    return decoded(data, headers.get("content-encoding"), Limits().segment_bytes)
