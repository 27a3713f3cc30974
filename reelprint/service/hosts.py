"""Only requests to the service's own names are answered: what a name resolves to proves nothing."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.types import ASGIApp, Receive, Scope, Send

from reelprint.service.problems import as_json, problem


class OwnNames:
    """ASGI: refuses requests whose Host is not one of these names."""

    def __init__(self, app: ASGIApp, names: frozenset[str]) -> None:
        self._app = app
        self._names = names

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] == "http" and host_of(scope) not in self._names:
            await as_json(problem(421))(scope, receive, send)
        else:
            await self._app(scope, receive, send)


def host_of(scope: Scope) -> str | None:
    """The name that a request asks for, in lower case; None when it is not said once and well."""
    said = [value for name, value in scope["headers"] if name == b"host"]
    if len(said) != 1:
        return None
    try:
        parts = urlsplit(f"//{said[0].decode('ascii')}")
        port_is_one = parts.port is None or parts.port > 0
    except ValueError:
        return None
    bare = parts.netloc == said[0].decode("ascii") and "@" not in parts.netloc
    return parts.hostname if bare and port_is_one else None
