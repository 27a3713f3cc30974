"""Time stamps of a workspace: asked for at once where an authority answers, and kept waiting else.

In the folder `time-stamps`, by the SHA-256 of what is stamped: `.tsq` is a query that waits for its
answer, `.tsr` an answer.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from capture.clock import SystemClock
from capture.connection import Network
from capture.limits import Limits
from capture.policy import Policy
from capture.timestamping import WITHIN_S, NoAnswer, ask
from evidence.stamps import BadStamp, Stamp, query
from reelprint.workspace import Workspace

FOLDER = "time-stamps"


@dataclass(frozen=True, slots=True)
class Authority:
    """Who is asked, over which network, and how long one answer may take."""

    url: str
    network: Network
    within_s: float = WITHIN_S


@dataclass(frozen=True, slots=True)
class StampBook:
    """The time stamps of one workspace."""

    folder: Path
    authority: Authority | None

    def stamp(self, data: bytes) -> bytes | None:
        """The answer over some bytes; None if there is none yet. Raises OSError."""
        return self.kept(data) or self._answered(self.queue(data))[0]

    def kept(self, data: bytes) -> bytes | None:
        """The answer over some bytes that is here already; nobody is asked. Raises OSError."""
        name = hashlib.sha256(data).hexdigest()
        return (self.folder / f"{name}.tsr").read_bytes() if self.has(name) else None

    def queue(self, data: bytes) -> str:
        """Have a query wait, so that nothing is forgotten, unless there is an answer; the SHA-256
        of the bytes. Nobody is asked. Raises OSError."""
        name = hashlib.sha256(data).hexdigest()
        waiting = self.folder / f"{name}.tsq"
        if not self.has(name) and not waiting.is_file():
            self.folder.mkdir(parents=True, exist_ok=True)
            _put(waiting, query(data))
        return name

    def has(self, name: str) -> bool:
        """Whether what has this SHA-256 is time-stamped."""
        return (self.folder / f"{name}.tsr").is_file()

    @property
    def pending(self) -> list[str]:
        """The SHA-256 of what waits for a time stamp."""
        return sorted(path.stem for path in self.folder.glob("*.tsq"))

    def ask_again(self) -> Iterator[tuple[str, str | None]]:
        """Ask for all that waits: each SHA-256, and why there is still no answer."""
        for name in self.pending:
            yield name, self._answered(name)[1]

    def _answered(self, name: str) -> tuple[bytes | None, str | None]:
        if self.authority is None:
            return None, "no time-stamp authority is configured"
        waiting = self.folder / f"{name}.tsq"
        try:
            asked = self.authority
            answer = ask(asked.url, waiting.read_bytes(), asked.network, asked.within_s)
            if Stamp.of(answer).sha256 != name:
                return None, "the authority stamped something else"
        except (NoAnswer, BadStamp) as error:
            return None, str(error)
        _put(self.folder / f"{name}.tsr", answer)
        waiting.unlink(missing_ok=True)  # another process may have asked too
        return answer, None


def book(
    workspace: Workspace, tsa: str | None, allow_private: bool, within_s: float = WITHIN_S
) -> StampBook:
    """The time stamps of a workspace, and whom to ask for more, who may take so long for each."""
    url = tsa or workspace.settings.time_stamp_authority
    network = Network(Policy(allow_private), Limits(), SystemClock())
    authority = Authority(url, network, within_s) if url else None
    return StampBook(workspace.home / FOLDER, authority)


def _put(path: Path, data: bytes) -> None:
    """A whole file or none."""
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    part.replace(path)
