"""Exchanges of one capture: redirects, tries and budgets; each one kept and logged."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath
from tempfile import SpooledTemporaryFile
from typing import Any, BinaryIO, Literal, cast
from urllib.parse import quote, urlsplit

from capture.clock import Clock, stamp
from capture.coding import decoded
from capture.connection import Network
from capture.exchange import AGENT, Ask, Reception, exchange
from capture.failures import Ended, Failed, FailureKind, Outcome
from capture.gaps import Gap
from capture.limits import Limits, MiB
from capture.policy import Refused, absolute
from capture.store import RAW, TLS, Store
from capture.warc import About

Role = Literal["page", "entry", "playlist", "segment", "init", "key", "file"]
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_TRANSIENT = frozenset({404, 408, 425, 429, 500, 502, 503, 504})
_IN_MEMORY = 8 * MiB
_TRUNCATION: dict[FailureKind, Literal["time", "length", "disconnect"]] = {
    "timeout": "time",
    "silent": "time",
    "too_large": "length",
    "dropped": "disconnect",
    "interrupted": "time",
}


@dataclass(frozen=True, slots=True)
class Got:
    """What one request led to, at the end of its redirects."""

    number: int
    url: str
    status: int | None
    headers: tuple[tuple[str, str], ...]
    path: Path | None  # the body as received, None if it is empty
    size: int
    sha256: str
    failure: Failed | None
    ended: dict[str, str | float]

    @property
    def fine(self) -> bool:
        """Whether it was received whole and is what was asked for."""
        return self.failure is None and self.status in {200, 206} and self.path is not None

    @property
    def hopeless(self) -> bool:
        """Whether asking again would be of no use."""
        if self.failure is not None:
            return self.failure.kind in {"refused", "too_large", "interrupted"}
        return self.status not in _TRANSIENT

    @property
    def why(self) -> str:
        """What went wrong."""
        if self.failure is not None:
            return f"{self.failure.kind}: {self.failure}"
        return f"status {self.status}" if self.status not in {200, 206} else "an empty body"

    def header(self, name: str) -> str | None:
        """The first header of that name."""
        return next((v for n, v in self.headers if n.lower() == name.lower()), None)

    def content(self, cap: int) -> bytes:
        """The body without its coding. Raises Unreadable, OSError."""
        data = self.path.read_bytes() if self.path else b""
        return decoded(data, self.header("content-encoding"), cap)


@dataclass(slots=True)
class Session:
    """The state of a running capture: what is left of its budgets, and its gaps."""

    store: Store
    network: Network
    clock: Clock
    limits: Limits
    until: float  # monotonic seconds, and what it means to come there
    then: Outcome = "limit"
    agent: str = AGENT
    referer: str | None = None
    stopped: bool = False
    received: int = 0
    count: int = 0
    gaps: list[Gap] = field(default_factory=list)

    def gap(self, gap: Gap) -> None:
        """Take down a gap."""
        self.gaps.append(gap)
        self.store.log("gap", **gap.as_dict())

    def get(
        self, url: str, role: Role, *, headers: Sequence[tuple[str, str]] = (), **about: Any
    ) -> Got:
        """Ask for a resource, again if that may help. Raises Ended when a budget is used up."""
        got = self._followed(url, role, headers, about)
        for _ in range(self.limits.tries - 1):
            if got.fine or got.hopeless or self.left_s() <= self.limits.pause_s:
                break
            self.pause(self.limits.pause_s)
            got = self._followed(url, role, headers, about)
        return got

    def get_once(
        self, url: str, role: Role, headers: Sequence[tuple[str, str]], **about: Any
    ) -> Got:
        """Ask for a resource, and not again. Raises Ended when a budget is used up."""
        return self._followed(url, role, headers, about)

    def pause(self, seconds: float) -> None:
        """Wait; a person may stop it."""
        with self.network.brake.free():
            self.clock.sleep(seconds)

    def left_s(self) -> float:
        """Seconds that the capture may still take."""
        return self.until - self.clock.monotonic()

    def check(self) -> None:
        """Raises Ended when a budget is used up."""
        if self.stopped:
            raise Ended("interrupted", "it was stopped")
        if self.left_s() <= 0:
            raise Ended(self.then, "its time is over")
        if self.received >= self.limits.total_bytes:
            raise Ended("limit", f"{self.limits.total_bytes} bytes were received")

    def _followed(
        self, url: str, role: Role, headers: Sequence[tuple[str, str]], about: dict[str, Any]
    ) -> Got:
        via: list[int] = []
        while True:
            got = self._one(url, role, headers, {**about, "via": list(via)})
            onward = got.header("location")
            if got.failure or got.status not in _REDIRECTS or onward is None:
                return got
            via.append(got.number)
            if len(via) > self.limits.redirects:
                return _spoiled(got, f"more than {self.limits.redirects} redirects")
            url = absolute(got.url, onward)

    def _one(
        self, url: str, role: Role, headers: Sequence[tuple[str, str]], about: dict[str, Any]
    ) -> Got:
        self.check()
        self.count += 1
        number, started = self.count, stamp(self.clock)
        with ExitStack() as stack:
            body = stack.enter_context(self.store.scratch())
            wire = cast(
                BinaryIO,
                stack.enter_context(
                    SpooledTemporaryFile(_IN_MEMORY, "w+b", dir=str(self.store.folder / RAW))
                ),
            )
            got = self._asked(url, role, headers, wire, body)
            ended = stamp(self.clock)
            self.received += got.wire_bytes
            self.stopped |= got.failure is not None and got.failure.kind == "interrupted"
            name = self._kept(number, url, got)
            facts = {"started": started, "ended": ended, "role": role, "url": url, **about}
            self._log(number, facts, got, name)
        return Got(
            *(number, url, got.status, tuple(got.headers)),
            *(self.store.folder / name if name else None, got.body_bytes, got.sha256),
            *(got.failure, ended),
        )

    def _asked(
        self,
        url: str,
        role: Role,
        headers: Sequence[tuple[str, str]],
        wire: BinaryIO,
        body: BinaryIO,
    ) -> Reception:
        try:
            target = self.network.policy.target(url)
        except Refused as error:
            return Reception(wire, body, 0, 0, failure=Failed("refused", str(error)))
        ask = Ask(
            *(target, self._cap(role), self.clock.monotonic() + self.limits.request_s),
            headers=(*headers, *([("Referer", self.referer)] if self.referer else [])),
            agent=self.agent,
            file_deadline=self.until if role in {"entry", "file"} else None,
            playlist_cap=self.limits.playlist_bytes if role == "entry" else None,
        )
        return exchange(ask, self.network, wire, body)

    def _cap(self, role: Role) -> int:
        limits = self.limits
        most = {"page": limits.playlist_bytes, "playlist": limits.playlist_bytes}
        most |= {"key": limits.key_bytes}
        most |= {"segment": limits.segment_bytes, "init": limits.segment_bytes}
        return min(most.get(role, limits.total_bytes), limits.total_bytes - self.received)

    def _kept(self, number: int, url: str, got: Reception) -> str | None:
        if not got.body_bytes:
            return None
        return self.store.keep(got.body, f"{RAW}/{number:06}{_suffix(url)}")

    def _log(self, number: int, facts: dict[str, Any], got: Reception, name: str | None) -> None:
        started = facts["started"]["wall"]
        kind = got.failure.kind if got.failure else None
        truncated = _TRUNCATION.get(kind) if kind else None
        head = None if got.header("transfer-encoding") else got.head_bytes
        url = quote(facts["url"], safe="/%:@!$&'()*+,;=~?[]#")
        about = About(url, started, got.address, truncated, head)
        place = self.store.warc.add(about, got.sent, got.wire) if got.sent else None
        self.store.log(
            "exchange",
            exchange=number,
            **facts,
            request=got.sent.decode("latin-1"),
            response=_response(got),
            connection=self._connection(got),
            body={"file": name, "bytes": got.body_bytes, "sha256": got.sha256},
            warc=asdict(place) if place else None,
            failure={"kind": kind, "detail": str(got.failure)} if kind else None,
        )

    def _connection(self, got: Reception) -> dict[str, Any] | None:
        if got.address is None:
            return None
        facts: dict[str, Any] = {"address": got.address, "port": got.port}
        facts |= {"resolved": list(got.resolved), "tls": None}
        if tls := got.tls:
            name = f"{TLS}/{hashlib.sha256(tls.pem).hexdigest()[:32]}.pem"
            facts["tls"] = {
                "version": tls.version,
                "cipher": tls.cipher,
                "trusted": tls.refusal is None,
                "refusal": tls.refusal,
                "chain_sha256": tls.digests,
                "chain": self.store.add(name, tls.pem),
            }
        return facts


def _response(got: Reception) -> dict[str, Any] | None:
    if got.status is None:
        return None
    return {
        "version": got.version,
        "status": got.status,
        "reason": got.reason,
        "headers": [list(pair) for pair in got.headers],
    }


def _spoiled(got: Got, why: str) -> Got:
    """The same, failed for a reason that no exchange has by itself."""
    return Got(
        *(got.number, got.url, got.status, got.headers, got.path, got.size, got.sha256),
        *(Failed("refused", why), got.ended),
    )


def _suffix(url: str) -> str:
    """The ending of a file name in a URL, if it is a plain one."""
    suffix = PurePosixPath(urlsplit(url).path).suffix.lower()
    return suffix if suffix[1:].isalnum() and suffix.isascii() and len(suffix) <= 6 else ".bin"
