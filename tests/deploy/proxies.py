"""nginx and Caddy with the files of deploy/, before a service on loopback."""

from __future__ import annotations

import datetime as dt
import os
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from shutil import which

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

DEPLOY = Path(__file__).parents[2] / "deploy"
NAME = "reelprint.example"
PATIENCE_S = 60.0
NGINX, CADDY = which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin"), which("caddy")


@dataclass(frozen=True, slots=True)
class Ports:
    """Where things listen on loopback."""

    service: int
    plain: int
    tls: int

    @classmethod
    def free(cls) -> Ports:
        """Three that nobody listens at now."""
        with ExitStack() as open_ones:
            found = [open_ones.enter_context(closing(_bound())) for _ in range(3)]
            return cls(*(one.getsockname()[1] for one in found))


def _bound() -> socket.socket:
    one = socket.socket()
    one.bind(("127.0.0.1", 0))
    return one


@dataclass(frozen=True, slots=True)
class Proxy:
    """A proxy that runs."""

    ports: Ports
    folder: Path  # all that it writes
    process: subprocess.Popen[bytes]
    trusted: ssl.SSLContext

    @property
    def pids(self) -> list[int]:
        """Its processes."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [self.process.pid, *map(int, children.read_text(encoding="ascii").split())]


@contextmanager
def running(kind: str, ports: Ports, folder: Path) -> Iterator[Proxy]:
    """`nginx` or `caddy` before the service at a port."""
    certificate(folder)
    command = COMMANDS[kind](ports, folder)
    home = {**os.environ, "HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    with (
        (folder / "said").open("wb") as said,
        subprocess.Popen(command, env=home, stderr=said) as process,
    ):
        try:
            _wait_for(ports.tls, process, folder / "said")
            trusted = ssl.create_default_context(cafile=folder / "certificate.pem")
            yield Proxy(ports, folder, process, trusted)
        finally:
            process.terminate()
            process.wait(PATIENCE_S)


def _wait_for(port: int, process: subprocess.Popen[bytes], said: Path) -> None:
    give_up = time.monotonic() + PATIENCE_S
    while process.poll() is None and time.monotonic() < give_up:
        with closing(socket.socket()) as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(said.read_text(encoding="utf-8"))


def certificate(folder: Path) -> None:
    """`certificate.pem` for localhost, which vouches for itself, and its `key.pem`."""
    key = ec.generate_private_key(ec.SECP256R1())
    own = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    now, day = dt.datetime.now(dt.UTC), dt.timedelta(days=1)
    number = x509.random_serial_number()
    made = (
        x509.CertificateBuilder(own, own, key.public_key(), number, now - day, now + day)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    form = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "certificate.pem").write_bytes(made.public_bytes(Encoding.PEM))
    (folder / "key.pem").write_bytes(key.private_bytes(*form))


def _nginx(ports: Ports, folder: Path) -> list[str]:
    """As Debian runs it: sites are included in a file that compresses what it can."""
    assert NGINX
    lives = f"/etc/letsencrypt/live/{NAME}"
    site = _put(
        (DEPLOY / "nginx.conf").read_text(encoding="ascii"),
        {
            f"{lives}/fullchain.pem": str(folder / "certificate.pem"),
            f"{lives}/privkey.pem": str(folder / "key.pem"),
            "/var/log/nginx": str(folder),
            "    listen [::]:443 ssl http2;\n": "",
            "    listen [::]:80;\n": "",
            "listen 443 ": f"listen 127.0.0.1:{ports.tls} ",
            "listen 80;": f"listen 127.0.0.1:{ports.plain};",
            f"server_name {NAME};": "server_name localhost;",
            "127.0.0.1:8470": f"127.0.0.1:{ports.service}",
        },
    )
    (folder / "site.conf").write_text(site, encoding="ascii")
    kept = "client_body", "proxy", "fastcgi", "uwsgi", "scgi"
    lines = [f"{one}_temp_path {folder}/kept-{one};" for one in kept]
    main = (
        f"pid {folder}/pid; error_log stderr; daemon off; worker_processes 1; events {{}}\n"
        f"http {{ gzip on; gzip_types *; {' '.join(lines)} include {folder}/site.conf; }}\n"
    )
    if os.geteuid() == 0:  # or its processes would be another's, who may not look into the folder
        main = "user root;\n" + main
    (folder / "main.conf").write_text(main, encoding="ascii")
    return [NGINX, "-c", str(folder / "main.conf"), "-e", "stderr"]


def _caddy(ports: Ports, folder: Path) -> list[str]:
    assert CADDY
    options = f"\tadmin off\n\thttp_port {ports.plain}\n\thttps_port {ports.tls}\n"
    own = f"\ttls {folder}/certificate.pem {folder}/key.pem\n"
    site = _put(
        (DEPLOY / "Caddyfile").read_text(encoding="ascii"),
        {
            "\tservers {": f"{options}\tservers {{",
            f"https://{NAME}{{uri}}": "https://localhost{uri}",
            "http:// {\n": "http:// {\n\tbind 127.0.0.1\n",
            f"{NAME} {{\n": f"localhost {{\n\tbind 127.0.0.1\n{own}",
            "127.0.0.1:8470": f"127.0.0.1:{ports.service}",
        },
    )
    (folder / "Caddyfile").write_text(site, encoding="ascii")
    return [CADDY, "run", "--config", str(folder / "Caddyfile"), "--adapter", "caddyfile"]


def _put(text: str, instead: dict[str, str]) -> str:
    """A file of deploy/ with other ports, names and paths, each of which must be there."""
    for old, new in instead.items():
        if old not in text:
            raise ValueError(f"deploy/ no longer says {old!r}")
        text = text.replace(old, new)
    return text


COMMANDS: dict[str, Callable[[Ports, Path], list[str]]] = {"nginx": _nginx, "caddy": _caddy}
