"""A site on this machine that serves a folder, for demonstrations and for trying a capture out.

Loopback only. A playlist may be shown as a live one, as if its segments were being made just now,
and segments may be withheld, so that there is a gap.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from capture.clock import Clock

LISTED = 3  # segments that a live playlist shows, as RFC 8216 (6.2.2) asks at the least


@dataclass(frozen=True, slots=True)
class Live:
    """A playlist to be shown as live from a moment on; `withheld` numbers cannot be fetched."""

    playlist: str
    withheld: frozenset[int] = frozenset()


class LabSite(ThreadingHTTPServer):
    """Files of a folder by their path, over HTTP/1.1."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, folder: Path, live: Live | None, clock: Clock) -> None:
        super().__init__(("127.0.0.1", 0), _Asked)
        self.folder = folder.resolve()
        self.live, self.clock, self.began = live, clock, clock.monotonic()

    def url(self, path: str) -> str:
        """Where a file is served."""
        return f"http://127.0.0.1:{self.server_address[1]}/{path}"

    def body(self, path: str) -> bytes | None:
        """What is answered; None where there is nothing."""
        file = (self.folder / path).resolve()
        if not file.is_relative_to(self.folder) or not file.is_file():
            return None
        if self.live is None or file.parent != (self.folder / self.live.playlist).parent:
            return file.read_bytes()
        if file == self.folder / self.live.playlist:
            passed_s = self.clock.monotonic() - self.began
            return shown_live(file.read_text(encoding="utf-8"), passed_s).encode()
        listed = (self.folder / self.live.playlist).read_text(encoding="utf-8")
        names = [uri for _, uri in _segments(listed)]
        withheld = file.name in names and names.index(file.name) in self.live.withheld
        return None if withheld else file.read_bytes()

    def handle_error(self, *_: object) -> None:
        """Clients come and go."""


class _Asked(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    server: LabSite

    def do_GET(self) -> None:
        """Answer with the file, or with 404."""
        body = self.server.body(self.path.partition("?")[0].lstrip("/"))
        self.send_response(404 if body is None else 200)
        self.send_header("Content-Length", str(len(body or b"")))
        self.end_headers()
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.wfile.write(body or b"")
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextlib.contextmanager
def serving(folder: Path, clock: Clock, live: Live | None = None) -> Iterator[LabSite]:
    """A site that runs, until the block ends; a live stream begins now."""
    with LabSite(folder, live, clock) as site:
        threading.Thread(target=site.serve_forever, args=(0.05,), daemon=True).start()
        yield site
        site.shutdown()


def shown_live(playlist: str, passed_s: float) -> str:
    """A whole playlist as it stands some seconds after it began: the newest segments only.

    >>> whole = "#EXTM3U\\n" + "".join(f"#EXTINF:2,\\n{n}.ts\\n" for n in range(6))
    >>> print(shown_live(whole, 3.0).splitlines()[-1])
    3.ts
    """
    segments = _segments(playlist)
    made = LISTED  # so many are there at the beginning
    for seconds, _ in segments[LISTED:]:
        passed_s -= seconds
        made += passed_s >= 0
    first = max(0, made - LISTED)
    longest = max(seconds for seconds, _ in segments)
    lines = ["#EXTM3U", "#EXT-X-VERSION:3", f"#EXT-X-TARGETDURATION:{longest + 0.5:.0f}"]
    lines.append(f"#EXT-X-MEDIA-SEQUENCE:{first}")
    for seconds, uri in segments[first:made]:
        lines += [f"#EXTINF:{seconds:.6f},", uri]
    return "\n".join([*lines, *(["#EXT-X-ENDLIST"] if made == len(segments) else []), ""])


def _segments(playlist: str) -> list[tuple[float, str]]:
    """Seconds and name of each segment."""
    lines = playlist.splitlines()
    return [
        (float(line.removeprefix("#EXTINF:").partition(",")[0]), lines[k + 1])
        for k, line in enumerate(lines)
        if line.startswith("#EXTINF:")
    ]
