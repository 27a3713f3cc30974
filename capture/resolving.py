"""From the page on which a stream is shown to the address of the stream, by a program that knows
the site: yt-dlp or streamlink, if they are installed.

They run as processes of their own, behind a proxy that keeps the policy, and only say where the
stream is. Nothing that they receive is evidence; what they said is kept.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from importlib.metadata import PackageNotFoundError, version
from tempfile import TemporaryDirectory
from typing import Any, Literal

from capture.connection import Network
from capture.failures import Ended
from capture.limits import MiB
from capture.proxy import Visit, guarding
from capture.session import Session

Resolver = Literal["yt-dlp", "streamlink"]
_WITHIN_S = 120.0
_MOST = 64 * MiB  # of what a program prints
_LISTED = ("m3u8", "m3u8_native", "http_dash_segments")


@dataclass(frozen=True, slots=True)
class Resolved:
    """Where the stream of a page is, and what the program said."""

    url: str
    referer: str | None  # that the site's player sends
    program: str
    said: bytes
    visits: tuple[Visit, ...]


def stream_of(session: Session, page: str, resolver: Resolver) -> str:
    """The address of the stream on a page, with the page, what was said and where the program went
    in the record. Raises Ended."""
    session.get_once(page, "page", ())
    found = resolved(page, resolver, session.network)
    name = session.store.add(f"resolver/{resolver}.json", found.said)
    session.store.log(
        "resolved",
        page=page,
        stream=found.url,
        referer=found.referer,
        program=found.program,
        body={"file": name, "bytes": len(found.said), "sha256": sha256(found.said).hexdigest()},
        visits=[visit.as_dict() for visit in found.visits],
    )
    session.referer = session.referer or found.referer
    return found.url


def resolved(page: str, resolver: Resolver, network: Network) -> Resolved:
    """Ask a program. Raises Ended: it is not installed, knows no stream there, or was refused."""
    command, read = _PROGRAMS[resolver]
    program = _installed(resolver)
    with guarding(network) as proxy, TemporaryDirectory() as home, network.brake.free():
        said = _said([sys.executable, "-I", "-m", *command(proxy.url), page], home, resolver)
        visits = tuple(proxy.visits)
    try:
        url, referer = read(json.loads(said))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        why = next((f": {v.refusal}" for v in visits if v.refusal), "")
        raise Ended("failed", f"{resolver} finds no stream on this page{why}") from error
    return Resolved(url, referer, program, said, visits)


def _installed(resolver: Resolver) -> str:
    try:
        return f"{resolver} {version(resolver)}"
    except PackageNotFoundError as error:
        hint = "pip install 'reelprint[resolve]'"
        raise Ended("failed", f"{resolver} is not installed: {hint}") from error


def _said(command: Sequence[str], home: str, resolver: Resolver) -> bytes:
    """What a program prints, within bounds. Its settings, caches and plugins are not used."""
    environment = {"HOME": home, "PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8"}
    with open(os.path.join(home, "said"), "w+b") as out:
        try:
            subprocess.run(
                *(command,),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.DEVNULL,
                cwd=home,
                env=environment,
                timeout=_WITHIN_S,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise Ended("failed", f"{resolver} took longer than {_WITHIN_S:.0f} s") from error
        out.seek(0)
        return out.read(_MOST)


def _yt_dlp(proxy: str) -> list[str]:
    told = ("--ignore-config", "--no-cache-dir", "--no-warnings", "--no-playlist")
    return ["yt_dlp", *told, "--proxy", proxy, "--dump-single-json", "--skip-download", "--"]


def _streamlink(proxy: str) -> list[str]:
    return ["streamlink", "--no-config", "--http-proxy", proxy, "--json", "--"]


def _of_yt_dlp(said: dict[str, Any]) -> tuple[str, str | None]:
    """A playlist if there is one: it names all variants; otherwise the best single file."""
    if said.get("has_drm") or said.get("_has_drm"):
        raise Ended("refused", "the stream is under digital rights management")
    formats = said.get("formats") or [said]
    listed = [one for one in formats if one.get("protocol") in _LISTED]
    whole = [one for one in formats if "none" not in (one.get("vcodec"), one.get("acodec"))]
    best = max(listed or whole or formats, key=lambda one: one.get("tbr") or 0.0)
    headers = best.get("http_headers") or {}
    return _address(best.get("manifest_url") or best["url"]), _line(headers.get("Referer"))


def _of_streamlink(said: dict[str, Any]) -> tuple[str, str | None]:
    best = said["streams"]["best"]
    headers = best.get("headers") or {}
    return _address(best.get("master") or best["url"]), _line(headers.get("Referer"))


def _address(said: object) -> str:
    if not isinstance(said, str):
        raise TypeError("no address")
    return said


def _line(said: object) -> str | None:
    """What may stand in a header: a page can make a program say anything."""
    return said if isinstance(said, str) and re.fullmatch(r"[\x21-\x7e]{1,2048}", said) else None


_PROGRAMS: dict[
    Resolver,
    tuple[Callable[[str], list[str]], Callable[[dict[str, Any]], tuple[str, str | None]]],
] = {"yt-dlp": (_yt_dlp, _of_yt_dlp), "streamlink": (_streamlink, _of_streamlink)}
