"""A time-stamp authority on loopback: OpenSSL answers, over HTTP."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from tests.capture.server import Asked, reply, void

OPENSSL = shutil.which("openssl")
_CONFIG = """\
[tsa]
default_tsa = it
[it]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
ess_cert_id_alg = sha256
ess_cert_id_chain = no
tsa_name = yes
certs = {folder}/chain.pem
"""


@dataclass(frozen=True)
class Authority:
    """Its certificate, which stands in `ca.pem`, and its way to answer."""

    folder: Path

    @property
    def roots(self) -> bytes:
        return (self.folder / "ca.pem").read_bytes()

    def answer(self, query: bytes) -> bytes:
        asked, said = self.folder / "asked.tsq", self.folder / "said.tsr"
        asked.write_bytes(query)
        words = ["ts", "-reply", "-config", str(self.folder / "tsa.cnf"), "-queryfile", str(asked)]
        assert OPENSSL is not None
        subprocess.run([OPENSSL, *words, "-out", str(said)], check=True, capture_output=True)
        return said.read_bytes()

    def over_http(self, asked: Asked) -> None:
        """Answers a POST."""
        assert asked.headers["Content-Type"] == "application/timestamp-query"
        query = asked.rfile.read(int(asked.headers["Content-Length"]))
        headers = {"Content-Type": "application/timestamp-reply"}
        void(reply(self.answer(query), headers=headers)(asked))


Certified = tuple[x509.Certificate, rsa.RSAPrivateKey]


def new_authority(folder: Path, root: str = "A root") -> Authority:
    ca = _certified(root, None, lambda builder: builder)
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
    tsa = _certified("An authority", ca, lambda b: b.add_extension(usage, critical=True))
    (folder / "ca.pem").write_bytes(ca[0].public_bytes(Encoding.PEM))
    (folder / "tsa.pem").write_bytes(tsa[0].public_bytes(Encoding.PEM))
    (folder / "chain.pem").write_bytes(ca[0].public_bytes(Encoding.PEM))
    key = tsa[1].private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "tsa.key").write_bytes(key)
    (folder / "serial").write_text("01\n")
    (folder / "tsa.cnf").write_text(_CONFIG.format(folder=folder))
    return Authority(folder)


def _certified(
    name: str,
    by: Certified | None,
    more: Callable[[x509.CertificateBuilder], x509.CertificateBuilder],
) -> Certified:
    key = rsa.generate_private_key(65537, 2048)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer, signing = (by[0].subject, by[1]) if by else (subject, key)
    now = dt.datetime.now(dt.UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=9))
        .add_extension(x509.BasicConstraints(by is None, None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signing.public_key()),
            critical=False,
        )
    )
    return more(builder).sign(signing, hashes.SHA256()), key
