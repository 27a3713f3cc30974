"""What the two databases have in common for `reference_catalog.engine`."""

from __future__ import annotations

from typing import Literal, Protocol

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

Fault = Literal["damaged", "unavailable"]

# Writers queue for this long; a write takes milliseconds, so only a stuck process reaches it.
BUSY_TIMEOUT_S = 30.0


class Backend(Protocol):
    """One database: how it is opened, who may write to it when, and what its errors mean."""

    @property
    def name(self) -> str:
        """What messages call it; it holds no password."""
        ...

    def engines(self) -> tuple[Engine, Engine]:
        """That of readers, who see one moment, and that of the only writer; they share their
        connections. Raises ImportError when the driver is not installed."""
        ...

    def prepare(self, connection: Connection) -> None:
        """Make what its first tables are to be in, unless it is there."""
        ...

    def fault(self, error: DBAPIError) -> Fault | None:
        """Whether an error of this database is about what is in it, or about reaching it; None
        when it is a fault of ours, or another database's."""
        ...

    def said(self, error: DBAPIError) -> str:
        """What the database said, in one line without a password."""
        ...
