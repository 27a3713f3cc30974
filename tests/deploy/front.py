"""A real service with a real proxy before it, and what people say to them."""

from __future__ import annotations

import re
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx

from reelprint.workspace import SETTINGS, Workspace
from tests.deploy import proxies
from tests.deploy.proxies import PATIENCE_S, Ports, Proxy
from tests.reelprint.service.test_serving import key_for

MIB = 2**20
MOST_UPLOAD = 200 * MIB  # of the service, which is asked for less than the proxy would let through
ANONYMOUS = 60  # requests a minute of one address


@dataclass(frozen=True, slots=True)
class Front:
    """A service, and the proxy through which it is asked."""

    proxy: Proxy
    service: subprocess.Popen[str]
    home: Path
    key: str
    link: str  # lets the first person in

    @property
    def url(self) -> str:
        """As browsers see it."""
        return f"https://localhost:{self.proxy.ports.tls}"

    def client(self, key: str | None = None, address: str = "127.0.0.1") -> httpx.Client:
        """Somebody who comes from an address of loopback."""
        said = {} if key is None else {"Authorization": f"Bearer {key}"}
        way = httpx.HTTPTransport(verify=self.proxy.trusted, local_address=address)
        return httpx.Client(base_url=self.url, headers=said, timeout=PATIENCE_S, transport=way)

    def connected(self) -> ssl.SSLSocket:
        """A connection on which anything can be said."""
        one = socket.create_connection(("127.0.0.1", self.proxy.ports.tls), PATIENCE_S)
        return self.proxy.trusted.wrap_socket(one, server_hostname="localhost")

    def said(self, data: bytes, silence_s: float = 1.0) -> bytes:
        """What is answered to bytes, until nothing more comes for a while."""
        with closing(self.connected()) as one:
            with suppress(ConnectionError, ssl.SSLError):  # it need not hear us out
                one.sendall(data)
            return heard(one, silence_s)

    def seen(self) -> float:
        """How many requests the service was asked through the proxy, or directly for nothing but
        this."""
        with httpx.Client(base_url=f"http://127.0.0.1:{self.proxy.ports.service}") as direct:
            text = direct.get("/metrics").raise_for_status().text
        lines = re.findall(r"^reelprint_requests_total\{(.+)\} (\S+)$", text, re.MULTILINE)
        return sum(float(count) for labels, count in lines if 'route="/metrics"' not in labels)

    @property
    def uploads(self) -> list[Path]:
        """Files that come in, or came."""
        return [one for one in (self.home / "service" / "uploads").rglob("*") if one.is_file()]


def heard(one: socket.socket, silence_s: float) -> bytes:
    """All that comes until nothing comes for so long, or the other side hangs up."""
    one.settimeout(silence_s)
    found = b""
    with suppress(TimeoutError, ConnectionError, ssl.SSLError):
        while piece := one.recv(1 << 16):
            found += piece
    return found


@contextmanager
def front(kind: str, folder: Path) -> Iterator[Front]:
    """A new workspace that is served behind `nginx` or `caddy`."""
    ports = Ports.free()
    home = Workspace.create(folder / "home").home
    with (home / SETTINGS).open("a", encoding="utf-8") as file:
        file.write(
            f'\n[service]\npublic_url = "https://localhost:{ports.tls}"\n'
            f'proxies = ["127.0.0.1"]\nmax_upload_bytes = {MOST_UPLOAD}\n'
            f"anonymous_requests_a_minute = {ANONYMOUS}\nrequests_a_minute = 100000\n"
        )
    written = folder / "proxy"
    written.mkdir()
    with (
        _serving(home, ports.service) as (service, link),
        proxies.running(kind, ports, written) as proxy,
    ):
        yield Front(proxy, service, home, key_for(home), link)


@contextmanager
def _serving(home: Path, port: int) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`reelprint serve`, and the link that it says."""
    words = ["serve", "--home", str(home), "--port", str(port), "--workers", "0"]
    with subprocess.Popen(
        [sys.executable, "-m", "reelprint", *words], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert "https://localhost" in process.stdout.readline()
            yield process, process.stdout.readline().split()[-1]
        finally:
            process.terminate()
            process.wait(PATIENCE_S)


def until(is_so: Callable[[], bool], patience_s: float = PATIENCE_S) -> None:
    """Wait for something."""
    give_up = time.monotonic() + patience_s
    while not is_so():
        if time.monotonic() > give_up:
            raise AssertionError("it did not come to pass")
        time.sleep(0.05)


def peak_kib(pid: int) -> int:
    """The most memory that a process had at once."""
    status = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    assert found
    return int(found[1])


def kept_bytes(pids: list[int], folder: Path) -> int:
    """The size of all that processes hold open below a folder, deleted or not."""
    held = 0
    for pid in pids:
        for one in Path(f"/proc/{pid}/fd").iterdir():
            with suppress(FileNotFoundError):
                if str(one.readlink()).startswith(str(folder)):
                    held += one.stat().st_size
    return held
