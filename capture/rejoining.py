"""A derived file made again from what was received, by the recipe in the log, and digested."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from capture.coding import decoded, decrypted
from capture.failures import Unreadable
from capture.inside import read
from capture.limits import Limits, MiB

Facts = dict[str, Any]
# A recipe reads each body once, and what shares an init section or a key, that again. Bodies with a
# coding grow; and a server may send a whole file for each part that it was asked for.
TIMES, BESIDE = 8, 1024 * MiB


@dataclass(slots=True)
class Allowance:
    """How many bytes recipes may still read and unpack: a stranger may name one body for ever."""

    left: int

    @classmethod
    def of(cls, sizes: Iterable[int]) -> Allowance:
        """For a capture whose files are of these sizes."""
        return cls(TIMES * sum(sizes) + BESIDE)

    def spend(self, size: int) -> None:
        """Raises ValueError when it is used up."""
        self.left -= size
        if self.left < 0:
            raise ValueError("the recipes read far more than was received")


class Rejoining:
    """Makes derived files of one capture again."""

    def __init__(self, folder: Path, entries: list[Facts], allowance: Allowance) -> None:
        self.folder = folder
        self._allowance = allowance
        self._exchanges = {e["exchange"]: e for e in entries if e["event"] == "exchange"}

    def digest(self, recipe: Facts) -> str:
        """SHA-256 of the file that a recipe makes. Raises ValueError, LookupError, OSError."""
        found = hashlib.sha256()
        parts = ([recipe["init"]] if recipe.get("init") else []) + recipe["parts"]
        for part in parts:
            try:
                found.update(self._content(part))
            except Unreadable as error:
                raise ValueError(str(error)) from error
        return found.hexdigest()

    def _content(self, part: Facts) -> bytes:
        limits = Limits()
        data = self._body(self._exchanges[part["exchange"]], limits.segment_bytes)
        if part.get("cut"):
            offset, size = part["cut"]
            data = data[offset : offset + size]
        how = part.get("decrypted")
        if how is None:
            return data
        key = self._body(self._exchanges[how["key_exchange"]], limits.key_bytes)
        return decrypted(data, key, bytes.fromhex(how["iv"]))

    def _body(self, entry: Facts, most: int) -> bytes:
        headers = {name.lower(): value for name, value in entry["response"]["headers"]}
        self._allowance.spend(MiB // 16)  # to open a file takes time as well
        raw = read(self.folder, entry["body"]["file"], most)
        self._allowance.spend(len(raw))
        data = decoded(raw, headers.get("content-encoding"), most)
        self._allowance.spend(len(data))
        return data
