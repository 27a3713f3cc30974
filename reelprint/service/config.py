"""The table `[service]` of a workspace's settings; all of it has defaults."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from reelprint.workspace import SETTINGS

TABLE = "service"
GIB = 2**30
MOST_DAYS = 36_500
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_EVERYWHERE = ("0.0.0.0", "::")


@dataclass(frozen=True, slots=True)
class Oidc:
    """Who else may say who somebody is: an OpenID Connect provider."""

    issuer: str  # its URL
    client_id: str
    client_secret_file: Path | None = None  # None: a public client


@dataclass(frozen=True, slots=True)
class Config:
    """What whoever runs the service decides."""

    host: str = "127.0.0.1"
    port: int = 8470
    public_url: str | None = None  # as browsers see it; None: http://host:port
    allowed_hosts: tuple[str, ...] = ()  # besides that of public_url, and loopback names
    proxies: tuple[str, ...] = ()  # addresses whose X-Forwarded-For and -Proto are believed
    workers: int = 1  # processes that do jobs
    samplers: int = 2  # and that carry out plans: so many streams are sampled at once
    max_upload_bytes: int = 64 * GIB
    slowest_upload_bytes_s: int = 16 * 1024  # an upload slower than that, for long, is cut off
    # Bytes of uploads that an organisation may hold; 0: no bound. Four of the largest uploads: what
    # one sends by mistake does not take the disk from the others. To refuse loses nothing.
    quota_bytes: int = 256 * GIB
    quotas: Mapping[str, int] = field(default_factory=dict)  # of some, by id, in place of it
    # Whole days; 0: until somebody deletes them. What an investigation rests on must not go because
    # nobody set a number: whoever runs the service says when it may.
    keep_uploads_days: int = 0  # of suspects, since they were sent
    keep_jobs_days: int = 0  # since they ended, with their results: answers of suspects too
    requests_a_minute: int = 1200  # of one principal
    anonymous_requests_a_minute: int = 240  # of one address
    request_timeout_s: float = 60.0  # but for uploads and downloads
    allow_private_addresses: bool = False  # of webhooks and captures
    metrics_token_file: Path | None = None  # None: /metrics answers loopback alone
    oidc: Oidc | None = None
    timestamp_authorities: tuple[Path, ...] = ()  # in PEM: whose stamps `/verify` believes

    @property
    def url(self) -> str:
        """Where browsers find the service, without a slash at the end. Whoever listens at every
        address has none of its own: then that of this machine for itself."""
        named = _LOOPBACK[0] if self.host in _EVERYWHERE else self.host
        host = f"[{named}]" if ":" in named else named
        return (self.public_url or f"http://{host}:{self.port}").rstrip("/")

    def quota_of(self, organisation: str) -> int:
        """Bytes of uploads that an organisation may hold; 0: no bound."""
        return self.quotas.get(organisation, self.quota_bytes)

    @property
    def is_https(self) -> bool:
        """Whether browsers come by https."""
        return self.url.startswith("https://")

    @property
    def hosts(self) -> frozenset[str]:
        """The names under which the service answers, in lower case, without ports."""
        named = urlsplit(self.url).hostname or ""
        return frozenset(h.lower() for h in (named, self.host, *self.allowed_hosts, *_LOOPBACK))


def read(home: Path) -> Config:
    """What the settings of a workspace say. Raises ValueError with what is wrong."""
    path = home / SETTINGS
    said = tomllib.loads(path.read_text(encoding="utf-8")).get(TABLE, {})
    try:
        return config(said)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{path}: [{TABLE}] {error}") from error


def config(said: Mapping[str, Any]) -> Config:
    """A table as a value. Raises ValueError, TypeError."""
    known = {one.name: one for one in fields(Config)}
    for name in said:
        if name not in known:
            raise ValueError(f"knows no {name!r}; it knows {', '.join(known)}")
    default = Config()
    made = Config(**{name: _value(name, v, getattr(default, name)) for name, v in said.items()})
    _check(made)
    return made


def _value(name: str, value: object, default: object) -> Any:
    match name:
        case "oidc":
            return _oidc(value)
        case "metrics_token_file":
            return Path(_of(str, name, value))
        case "timestamp_authorities":
            return tuple(Path(_of(str, name, one)) for one in _of(list, name, value))
        case "public_url":
            return _of(str, name, value)
        case "allowed_hosts" | "proxies":
            return tuple(_of(str, name, one) for one in _of(list, name, value))
        case "quotas":
            return {one: _of(int, f"{name}.{one}", n) for one, n in _of(dict, name, value).items()}
        case "request_timeout_s":
            return float(_of((int, float), name, value))
    return _of(type(default), name, value)


def _of(kind: type | tuple[type, ...], name: str, value: object) -> Any:
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise TypeError(f"{name} is not of its kind: {value!r}")
    return value


def _oidc(value: object) -> Oidc:
    said = _of(dict, "oidc", value)
    if unknown := set(said) - {one.name for one in fields(Oidc)}:
        raise ValueError(f"oidc knows no {', '.join(sorted(unknown))}")
    if "issuer" not in said or "client_id" not in said:
        raise ValueError("oidc needs issuer and client_id")
    secret = said.get("client_secret_file")
    return Oidc(
        _of(str, "oidc.issuer", said["issuer"]),
        _of(str, "oidc.client_id", said["client_id"]),
        None if secret is None else Path(_of(str, "oidc.client_secret_file", secret)),
    )


def _check(made: Config) -> None:
    if made.public_url is not None and urlsplit(made.public_url).scheme not in ("http", "https"):
        raise ValueError(f"public_url is not of http or https: {made.public_url!r}")
    if not 0 <= made.port < 2**16:
        raise ValueError(f"port {made.port} is none")
    if not 0 < made.request_timeout_s < math.inf:
        raise ValueError("request_timeout_s must be a positive number")
    for name in ("max_upload_bytes", "requests_a_minute", "anonymous_requests_a_minute"):
        if getattr(made, name) <= 0:
            raise ValueError(f"{name} must be positive")
    for name in ("workers", "samplers", "slowest_upload_bytes_s"):
        if getattr(made, name) < 0:
            raise ValueError(f"{name} may not be negative")
    _check_kept(made)


def _check_kept(made: Config) -> None:
    if min(made.quota_bytes, *made.quotas.values(), 0) < 0:
        raise ValueError("quota_bytes and quotas may not be negative")
    for name in ("keep_uploads_days", "keep_jobs_days"):
        if not 0 <= getattr(made, name) <= MOST_DAYS:
            raise ValueError(f"{name} must be 0 to {MOST_DAYS}")
    # Media of which nothing else is known any more could be found and deleted by nobody.
    if made.keep_jobs_days and not 0 < made.keep_uploads_days <= made.keep_jobs_days:
        raise ValueError("keep_uploads_days must be 1 to keep_jobs_days where that is set")
