"""What Prometheus is told: requests, jobs, bytes. It names no organisation and no file."""

from __future__ import annotations

import hmac
import time
from collections.abc import Iterator
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reelprint.desk.desk import Desk
from reelprint.service.problems import API, Refused, is_api
from reelprint.service.security import DeskOf, address_of

router = APIRouter(tags=["health"])
LOOPBACK = ("127.0.0.1", "::1")
FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip", "via")
BUCKETS = (0.005, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.5, 10.0, 60.0)
UNKNOWN = "unknown"  # the route of a request that no route answered


@dataclass(frozen=True, slots=True)
class Meters:
    """What is counted by one application."""

    registry: CollectorRegistry
    requests: Counter
    seconds: Histogram
    uploaded: Counter

    @classmethod
    def of(cls, desk: Desk) -> Meters:
        """Meters that begin at nothing, beside what the desk's queue says."""
        registry = CollectorRegistry()
        registry.register(_Jobs(desk))
        registry.register(_Uploads(desk))
        by_route = ("method", "route")
        return cls(
            registry,
            Counter("reelprint_requests", "Requests.", (*by_route, "code"), registry=registry),
            Histogram(
                "reelprint_request_seconds",
                "Until a response begins.",
                by_route,
                buckets=BUCKETS,
                registry=registry,
            ),
            Counter("reelprint_uploaded_bytes", "Bytes that came in whole.", registry=registry),
        )


class Measured:
    """ASGI: counts requests by route, and how long each took to be answered."""

    def __init__(self, app: ASGIApp, meters: Meters) -> None:
        self._app = app
        self._meters = meters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = time.monotonic()

        async def measured(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._note(scope, message["status"], time.monotonic() - begun)
            await send(message)

        await self._app(scope, receive, measured)

    def _note(self, scope: Scope, status: int, took_s: float) -> None:
        route = route_of(scope)
        method = scope["method"] if route != UNKNOWN else UNKNOWN
        self._meters.requests.labels(method, route, str(status)).inc()
        self._meters.seconds.labels(method, route).observe(took_s)


def route_of(scope: Scope) -> str:
    """The path of the route that answered, with its parameters' names in it: few enough to count
    by, whatever is asked for."""
    path = getattr(scope.get("route"), "path", None)
    if path is None:
        return UNKNOWN
    return f"{API.rstrip('/')}{path}" if is_api(scope) else str(path)


@router.get("/metrics", operation_id="metrics")
def metrics(request: Request, desk: DeskOf) -> Response:
    """What is counted, for whoever may know: this machine, or who has the token."""
    if not _may_ask(request, desk):
        raise Refused(403)
    meters: Meters = request.app.state.meters
    return Response(generate_latest(meters.registry), media_type=CONTENT_TYPE_LATEST)


def _may_ask(request: Request, desk: Desk) -> bool:
    """Loopback, unless somebody forwarded it; or the token, where one is set."""
    if desk.config.metrics_token_file is None:
        direct = not any(name in request.headers for name in FORWARDED)
        return direct and address_of(request) in LOOPBACK
    token = desk.config.metrics_token_file.read_text(encoding="utf-8").strip()
    said = request.headers.get("Authorization", "")
    return bool(token) and hmac.compare_digest(f"Bearer {token}".encode(), said.encode())


class _Jobs(Collector):
    """What waits, asked of the queue each time."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        jobs = GaugeMetricFamily("reelprint_jobs", "Jobs.", labels=("kind", "state"))
        for (kind, state), count in sorted(self._desk.queue.counts().items()):
            jobs.add_metric((kind, state), count)
        yield jobs
        waiting = self._desk.queue.oldest_waiting_s()
        yield GaugeMetricFamily(
            "reelprint_oldest_waiting_seconds", "Since the first job in line is due.", waiting
        )


class _Uploads(Collector):
    """What is held of files that were sent, asked of their folder each time."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        held = self._desk.room.held().values()
        kept, size = sum(one.uploads for one in held), sum(one.bytes for one in held)
        coming = sum(one.coming for one in held)
        yield GaugeMetricFamily("reelprint_uploads", "Uploads that are kept.", kept)
        yield GaugeMetricFamily("reelprint_upload_bytes", "Bytes of uploads that are kept.", size)
        yield GaugeMetricFamily(
            "reelprint_upload_coming_bytes", "Kept free for uploads that are coming.", coming
        )
