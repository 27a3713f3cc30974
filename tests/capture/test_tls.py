"""Over TLS: the certificates are kept as shown, trusted or not."""

from __future__ import annotations

import datetime as dt
import hashlib
import ssl
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from capture.shown import certificates_of, segments_of
from capture.verifying import verify
from tests.capture.conftest import Lab, exchanges, listed, playlist, stock
from tests.capture.server import serving

USES = [
    *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment"),
    *("key_agreement", "key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
]
Signed = tuple[x509.Certificate, ec.EllipticCurvePrivateKey]


def signed(name: str, by: Signed | None) -> Signed:
    """A certificate for loopback, signed by another or by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer, signer = (by[0].subject, by[1]) if by else (subject, key)
    now = dt.datetime.now(dt.UTC)
    made = x509.CertificateBuilder(
        issuer,
        subject,
        key.public_key(),
        x509.random_serial_number(),
        now - dt.timedelta(days=1),
        now + dt.timedelta(days=1),
    )
    made = made.add_extension(x509.BasicConstraints(by is None, None), True)
    own = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    above = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
    made = made.add_extension(own, False).add_extension(above, False)
    if by is None:
        signs = ("key_cert_sign", "crl_sign")
        made = made.add_extension(x509.KeyUsage(**{use: use in signs for use in USES}), True)
    home = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    return made.add_extension(home, False).sign(signer, hashes.SHA256()), key


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The server's certificate, its authority's, and its key, as a file."""
    authority = signed("authority", None)
    leaf, key = signed("server", authority)
    folder = tmp_path_factory.mktemp("tls")
    (folder / "authority.pem").write_bytes(authority[0].public_bytes(Encoding.PEM))
    form = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    certificates = [one.public_bytes(Encoding.PEM) for one in (leaf, authority[0])]
    path = folder / "server.pem"
    path.write_bytes(b"".join([*certificates, key.private_bytes(*form)]))
    return path


@pytest.mark.parametrize("trusted", [True, False])
def test_the_chain_is_kept(
    lab: Lab, chain: Path, monkeypatch: pytest.MonkeyPatch, trusted: bool
) -> None:
    if trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(chain.parent / "authority.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    with serving(context) as site:
        site.put("/a.m3u8", playlist(*listed(range(2))))
        stock(site, range(2))
        done = lab(site.url("/a.m3u8"))
    assert done.whole
    tls = exchanges(done)[-1]["connection"]["tls"]
    assert tls["trusted"] is trusted
    assert (tls["refusal"] is None) is trusted
    kept = (done.folder / tls["chain"]).read_text()
    assert chain.read_text().startswith(kept)
    ders = [ssl.PEM_cert_to_DER_cert(p + "-----END CERTIFICATE-----\n") for p in _blocks(kept)]
    assert tls["chain_sha256"] == [hashlib.sha256(der).hexdigest() for der in ders]
    assert len(ders) == 2
    assert len(list((done.folder / "tls").iterdir())) == 1
    (shown,) = certificates_of(done.folder)
    assert (shown.sha256, shown.names) == (tls["chain_sha256"][0], ("127.0.0.1",))
    assert len(segments_of(done.folder)) == 2


def _blocks(pem: str) -> list[str]:
    return pem.split("-----END CERTIFICATE-----\n")[:-1]


def test_another_chain_is_found(lab: Lab, chain: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain)
    with serving(context) as site:
        site.put("/film.mp4", b"x")
        done = lab(site.url("/film.mp4"))
    kept = next((done.folder / "tls").iterdir())
    kept.chmod(0o644)
    kept.write_bytes((chain.parent / "authority.pem").read_bytes())
    assert any("other certificates" in problem for problem in verify(done.folder).problems)


def test_no_tls_where_there_should_be(lab: Lab) -> None:
    with serving() as site:
        site.put("/a.m3u8", "#EXTM3U\n")
        done = lab(site.url("/a.m3u8").replace("http:", "https:"))
    assert exchanges(done)[0]["failure"]["kind"] == "tls"
    assert done.manifest["outcome"] == "failed"
