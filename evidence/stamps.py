"""RFC 3161 time stamps: what to ask an authority, and what its answer shows.

An answer is kept as it came (`.tsr`), so that `openssl ts -verify` reads it too.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography.x509 import Certificate, load_pem_x509_certificates
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    TimeStampResponse,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

from evidence.der import with_sorted_certificates

SHA256_OID = "2.16.840.1.101.3.4.2.1"
GRANTED = 0  # the only status under which a token is believed
# How far the clock of a machine may be ahead of an authority's, which is said in decision 26.
CLOCKS_DIFFER_S = 60.0
MOST_BYTES = 1 << 20


class BadStamp(ValueError):
    """An answer is no time stamp of what was asked; the message says why."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What an authority says: this digest was there at this moment."""

    answer: TimeStampResponse
    sha256: str
    at: datetime

    @classmethod
    def of(cls, answer: bytes) -> Stamp:
        """Read an answer. Raises BadStamp."""
        try:
            read = decode_timestamp_response(with_sorted_certificates(answer))
            info = read.tst_info if read.status == GRANTED else None
        except ValueError as error:
            raise BadStamp(f"the authority's answer cannot be read: {error}") from error
        if info is None:
            raise BadStamp(f"the authority refused: {'; '.join(read.status_string)}")
        imprint = info.message_imprint
        if imprint.hash_algorithm.dotted_string != SHA256_OID:
            raise BadStamp("the time stamp is of another kind of digest than SHA-256")
        return cls(read, imprint.message.hex(), info.gen_time)

    def trusted(self, roots: list[Certificate]) -> str | None:
        """Why an authority under these roots did not sign it; None if one did."""
        verifier = VerifierBuilder(roots=roots).build()
        try:
            verifier.verify(self.answer, bytes.fromhex(self.sha256))
        except (VerificationError, ValueError) as error:
            return str(error) or "the authority's signature cannot be verified"
        return None

    def vouched_by(self, roots: list[Certificate]) -> str:
        """The names of those of these roots, one of whose authorities signed it; of all of them if
        it takes several."""
        alone = [one for one in roots if self.trusted([one]) is None]
        return " or ".join(one.subject.rfc4514_string() for one in alone or roots)


def query(data: bytes) -> bytes:
    """What to send to an authority, as `application/timestamp-query`; with a random nonce."""
    asked = TimestampRequestBuilder().data(data).hash_algorithm(HashAlgorithm.SHA256)
    return asked.cert_request(cert_request=True).nonce(nonce=True).build().as_bytes()


def check_answer(answer: bytes, data: bytes) -> Stamp:
    """The stamp in an answer that was just received. Raises BadStamp if it is of other data."""
    stamp = Stamp.of(answer)
    if stamp.sha256 != hashlib.sha256(data).hexdigest():
        raise BadStamp("the time stamp is of something else")
    return stamp


def problem(stamp: Stamp, sha256: str, not_before: str | None) -> str | None:
    """What is wrong with a stamp of a digest that was there at a moment (RFC 3339) at the
    earliest; None if nothing is. Raises ValueError if that is no moment."""
    if stamp.sha256 != sha256:
        return "it is a time stamp of something else"
    if not_before is None:
        return None
    earliest = moment(not_before)
    if stamp.at < earliest - timedelta(seconds=CLOCKS_DIFFER_S):
        return f"it says {stamp.at.isoformat()}, before what it stamps was there ({not_before})"
    return None


def moment(said: str) -> datetime:
    """A moment of RFC 3339. Raises ValueError."""
    read = datetime.fromisoformat(said)
    if read.tzinfo is None:
        raise ValueError(f"{said[:40]!r} does not say of which time zone it is")
    return read


def roots_of(pem: bytes) -> list[Certificate]:
    """Certificates of authorities that are trusted. Raises ValueError if there are none."""
    return load_pem_x509_certificates(pem)
