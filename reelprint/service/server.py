"""What speaks HTTP for the application: uvicorn, with bounds on requests that do not come."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from reelprint.service.config import Config

HEADERS_S = 15.0  # for the headers of a request to arrive
KEEP_ALIVE_S = 15
GRACE_S = 20  # for requests to end when the server is stopped
MOST_HEADERS = 32 * 1024  # bytes
MOST_CONNECTIONS = 1000


class Impatient(H11Protocol):
    """Hangs up on whoever begins a request and does not say the rest of it."""

    _due: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client is there."""
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """It says something."""
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """It is gone."""
        self._stop_watching()
        super().connection_lost(exc)

    def _watch(self) -> None:
        is_asked = self.cycle is not None and not self.cycle.response_complete
        if is_asked:
            self._stop_watching()
        elif self._due is None:
            self._due = self.loop.call_later(HEADERS_S, self._hang_up)

    def _stop_watching(self) -> None:
        if self._due is not None:
            self._due.cancel()
        self._due = None

    def _hang_up(self) -> None:
        self._due = None
        if self.cycle is None or self.cycle.response_complete:
            self.transport.close()


class Server(uvicorn.Server):
    """One that says when it can be asked, and where."""

    def __init__(self, app: ASGIApp, config: Config, ready: Callable[[int], None]) -> None:
        """`ready` is called with the port, which may be another than was asked for if that is
        0."""
        super().__init__(_config(app, config))
        self._ready = ready

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop on SIGTERM and Ctrl-C, and then leave the process to go on: it has workers to
        stop."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        both = (signal.SIGTERM, signal.SIGINT)
        before = {one: signal.signal(one, self.handle_exit) for one in both}
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)

    def _log_started_message(self, listeners: object) -> None:
        self._ready(self.servers[0].sockets[0].getsockname()[1])


def _config(app: ASGIApp, config: Config) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host=config.host,
        port=config.port,
        loop="asyncio",
        http=Impatient,
        ws="none",
        lifespan="off",
        access_log=False,  # what is asked for may hold what nobody should read in a log
        log_level="warning",
        server_header=False,
        proxy_headers=bool(config.proxies),
        forwarded_allow_ips=list(config.proxies),
        limit_concurrency=MOST_CONNECTIONS,
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=GRACE_S,
        h11_max_incomplete_event_size=MOST_HEADERS,
    )
