"""An OpenID provider on loopback that says whatever it is told to."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

Claims = dict[str, Any]


def new_key(kid: str) -> ECKey:
    """A key that signs."""
    return ECKey.generate_key("P-256", {"kid": kid}, private=True)


@dataclass
class Liar:
    """What it says, and what it was asked."""

    issuer: str
    key: ECKey = field(default_factory=lambda: new_key("first"))
    named: list[ECKey] = field(default_factory=list)
    metadata: dict[str, Any] = field(default_factory=dict)
    token: Callable[[Claims], str] | None = None
    claims: Claims = field(default_factory=dict)
    asked: list[tuple[str, dict[str, list[str]]]] = field(default_factory=list)

    def sign(self, claims: Claims) -> str:
        """A token of these claims."""
        return jwt.encode({"alg": "ES256", "kid": self.key.kid}, claims, self.key, ["ES256"])

    def answer(self, path: str, form: dict[str, list[str]]) -> Any:
        """What is said to a request."""
        self.asked.append((path, form))
        if path == "/jwks":
            return KeySet([*(self.named or [self.key])]).as_dict(private=False)
        if path == "/token":
            return {"id_token": (self.token or self.sign)(dict(self.claims))}
        ends = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        paths = ("/authorize", "/token", "/jwks")
        found = {name: self.issuer + end for name, end in zip(ends, paths, strict=True)}
        return {"issuer": self.issuer, **found, **self.metadata}


@contextmanager
def lying() -> Iterator[Liar]:
    """A provider, for as long as the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.say({})

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            self.say(parse_qs(self.rfile.read(length).decode("ascii")))

        def say(self, form: dict[str, list[str]]) -> None:
            body = json.dumps(liar.answer(self.path, form)).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        liar = Liar(f"http://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield liar
        server.shutdown()
        thread.join()
