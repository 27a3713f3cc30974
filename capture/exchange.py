"""One request and what came back, every byte of it, however it ended."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import BinaryIO

import h11

from capture.certificates import Tls
from capture.connection import Line, Network
from capture.failures import Failed
from capture.limits import MiB
from capture.policy import Refused, Target

AGENT = "reelprint-capture"


@dataclass(frozen=True, slots=True)
class Ask:
    """A request: `cap` bytes of body at most, until the monotonic second `deadline`.

    A file may be long: of one, what fits is wanted, and its body may take until
    `file_deadline`. But if it proves to begin like a playlist, `playlist_cap` and the ordinary
    deadline hold. With `content`, that is posted. With `only_trusted`, nothing is said to a server
    whose certificate is not.
    """

    target: Target
    cap: int
    deadline: float
    headers: tuple[tuple[str, str], ...] = ()
    agent: str = AGENT
    file_deadline: float | None = None
    playlist_cap: int | None = None
    content: bytes | None = None
    only_trusted: bool = False

    @property
    def request(self) -> h11.Request:
        """As HTTP. No coding of the body is accepted, so that it is kept as the server has it."""
        fixed = [
            ("Host", self.target.authority),
            ("User-Agent", self.agent),
            ("Accept", "*/*"),
            ("Accept-Encoding", "identity"),
            ("Connection", "close"),
        ]
        length = [] if self.content is None else [("Content-Length", str(len(self.content)))]
        method = "GET" if self.content is None else "POST"
        headers = [*fixed, *length, *self.headers]
        return h11.Request(method=method, target=self.target.path, headers=headers)


@dataclass(slots=True)
class Reception:
    """What has come in so far. `wire` holds everything as received, `body` without framing."""

    wire: BinaryIO
    body: BinaryIO
    cap: int
    deadline: float
    sent: bytes = b""
    status: int | None = None
    reason: str = ""
    version: str = ""
    headers: list[tuple[str, str]] = field(default_factory=list)
    head_bytes: int = 0  # of what came over the line, before the body
    wire_bytes: int = 0
    body_bytes: int = 0
    address: str | None = None
    port: int | None = None
    resolved: tuple[str, ...] = ()
    tls: Tls | None = None
    failure: Failed | None = None
    _digest: hashlib._Hash = field(default_factory=hashlib.sha256)

    @property
    def sha256(self) -> str:
        """Of the body."""
        return self._digest.hexdigest()

    def header(self, name: str) -> str | None:
        """The first header of that name."""
        return next((v for n, v in self.headers if n.lower() == name.lower()), None)

    def take(self, data: bytes) -> None:
        """More of the body."""
        self.body.write(data)
        self.body_bytes += len(data)
        self._digest.update(data)


def exchange(ask: Ask, network: Network, wire: BinaryIO, body: BinaryIO) -> Reception:
    """Ask, and take in what comes. What fails stands in the reception."""
    got = Reception(wire, body, ask.cap, ask.deadline)
    try:
        with network.line(ask.target, ask.deadline) as line:
            got.address, got.port, got.resolved = line.address, line.port, line.resolved
            got.tls = line.tls
            if ask.only_trusted and line.tls is not None and line.tls.refusal is not None:
                raise Failed("tls", f"its certificate is not trusted: {line.tls.refusal}")
            _converse(ask, line, got, network.limits.header_bytes)
    except Failed as error:
        got.failure = error
    except KeyboardInterrupt:
        got.failure = Failed("interrupted", "it was stopped")
    except Refused as error:
        got.failure = Failed("refused", str(error))
    return got


def _converse(ask: Ask, line: Line, got: Reception, header_bytes: int) -> None:
    talk = h11.Connection(h11.CLIENT, max_incomplete_event_size=header_bytes)
    try:
        content = [] if ask.content is None else [h11.Data(data=ask.content)]
        events = (ask.request, *content, h11.EndOfMessage())
        got.sent = b"".join(talk.send(event) or b"" for event in events)
        line.send(got.sent, ask.deadline)
        while not _heard(talk, ask, line, got):
            pass
    except h11.LocalProtocolError as error:
        raise Failed("refused", f"this cannot be asked for: {error}") from error


def _heard(talk: h11.Connection, ask: Ask, line: Line, got: Reception) -> bool:
    """Deal with the next event; whether it was the last."""
    event = _next(talk, ask, line, got)
    if isinstance(event, h11.Response):
        _take_head(event, ask, got)
        got.head_bytes = got.wire_bytes - len(talk.trailing_data[0])
    elif isinstance(event, h11.Data):
        _take_body(bytes(event.data), ask, got)
    elif isinstance(event, h11.EndOfMessage):
        return True
    elif not isinstance(event, h11.InformationalResponse):
        raise Failed("protocol", f"the server went on to {type(event).__name__}")
    return False


def _next(talk: h11.Connection, ask: Ask, line: Line, got: Reception) -> object:
    closed = False
    while True:
        try:
            event = talk.next_event()
        except h11.RemoteProtocolError as error:
            raise Failed("dropped" if closed else "protocol", str(error)) from error
        if event is not h11.NEED_DATA:
            return event
        data = line.receive(got.deadline)
        closed = not data
        got.wire.write(data)
        got.wire_bytes += len(data)
        if got.wire_bytes > 2 * ask.cap + MiB:  # framing may cost something, not everything
            raise Failed("too_large", "more framing than content")
        talk.receive_data(data)


def _take_head(event: h11.Response, ask: Ask, got: Reception) -> None:
    got.status, got.reason = event.status_code, event.reason.decode("latin-1")
    got.version = event.http_version.decode("latin-1")
    got.headers = [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, value in event.headers.raw_items()
    ]
    got.deadline = ask.deadline if ask.file_deadline is None else ask.file_deadline


def _take_body(data: bytes, ask: Ask, got: Reception) -> None:
    if got.body_bytes == 0:
        _look_ahead(data, ask, got)
    room = got.cap - got.body_bytes
    got.take(data[:room])
    if len(data) > room:
        raise Failed("too_large", f"cut off at {got.cap} bytes")


def _look_ahead(first: bytes, ask: Ask, got: Reception) -> None:
    """What the first bytes say of what may follow."""
    if ask.playlist_cap is not None and looks_like_playlist(first):
        got.cap, got.deadline = min(ask.playlist_cap, ask.cap), ask.deadline
    announced = int(got.header("content-length") or 0)
    if announced > got.cap and ask.file_deadline is None:
        raise Failed("too_large", f"{announced} bytes are announced, {got.cap} are taken")


def looks_like_playlist(head: bytes) -> bool:
    """Whether a body begins as one of HLS or DASH."""
    return is_hls(head) or is_dash(head)


def is_hls(head: bytes) -> bool:
    """Whether a body begins as a playlist of HLS."""
    return head[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"#EXTM3U")


def is_dash(head: bytes) -> bool:
    """Whether a body begins as a manifest of DASH."""
    start = head[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    return start.startswith(b"<") and b"<MPD" in start
