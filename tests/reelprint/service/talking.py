"""HTTP by hand, for what no client would say."""

from __future__ import annotations

import socket
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

PATIENCE_S = 20.0


class Raw:
    """A connection to a server."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._host = f"{parts.hostname}:{parts.port}"
        self._socket = socket.create_connection((parts.hostname, parts.port), PATIENCE_S)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._socket.close()

    def say(self, first: str, **headers: str) -> None:
        """Send the head of a request; underscores in names of headers are dashes."""
        said = {"Host": self._host, **{k.replace("_", "-"): v for k, v in headers.items()}}
        lines = [first, *(f"{name}: {value}" for name, value in said.items()), "", ""]
        self.send("\r\n".join(lines).encode("latin-1"))

    def send(self, data: bytes) -> None:
        """Send bytes."""
        self._socket.sendall(data)

    def hear(self) -> bytes:
        """All that comes until the server hangs up."""
        heard = b""
        while more := self._socket.recv(65536):
            heard += more
        return heard

    def status(self) -> int:
        """The status of the response that begins to come; 0: the server hung up."""
        heard = b""
        while b"\r\n" not in heard:
            more = self._socket.recv(4096)
            if not more:
                return 0
            heard += more
        return int(heard.split()[1])
