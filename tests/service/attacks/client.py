"""Requests to an application in this process, each answered whole."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import httpx
from fastapi import FastAPI


class InProcess(httpx.BaseTransport):
    """Asks an application; an error of it is the 500 that a client would get."""

    def __init__(self, app: FastAPI) -> None:
        self._inner = httpx.ASGITransport(app, raise_app_exceptions=False)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """One request, from its first byte to the last of its answer; in a thread, for where a
        browser is being led there is a loop already."""
        with ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, self._asked(request)).result()

    async def _asked(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        response = await self._inner.handle_async_request(request)
        data = await response.aread()
        return httpx.Response(response.status_code, headers=response.headers.raw, content=data)


def client_of(app: FastAPI, base: str) -> httpx.Client:
    """A client of an application; it follows no redirect and keeps no cookie of its own."""
    return httpx.Client(transport=InProcess(app), base_url=base)
