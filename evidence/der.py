"""One thing about DER that time-stamp authorities get wrong and our reader of it insists on.

Certificates in a token are a SET, which DER sorts by its members' bytes; many authorities, those of
OpenSSL among them, send them in the order of the chain. They are not part of what is signed, and
sorting them changes no length, so a token can be read with them sorted. What is kept is what came.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

_SEQUENCE, _CONTEXT_0 = 0x30, 0xA0


@dataclass(frozen=True, slots=True)
class _Value:
    """A value of DER: where it begins, where its content does, and where it ends."""

    tag: int
    at: int
    start: int
    end: int


def with_sorted_certificates(answer: bytes) -> bytes:
    """A TimeStampResp with the certificates of its token in the order of DER; other bytes as they
    are."""
    try:
        found = _certificates(answer)
        members = [answer[one.at : one.end] for one in _within(answer, found)]
    except ValueError:
        return answer
    return answer[: found.start] + b"".join(sorted(members)) + answer[found.end :]


def _certificates(data: bytes) -> _Value:
    """TimeStampResp / ContentInfo / [0] / SignedData / certificates. Raises ValueError."""
    response = _value(data, 0, len(data))
    token = _child(data, response, _SEQUENCE, 1)
    signed = _child(data, _child(data, token, _CONTEXT_0, 0), _SEQUENCE, 0)
    return _child(data, signed, _CONTEXT_0, 0)


def _child(data: bytes, within: _Value, tag: int, number: int) -> _Value:
    found = [one for one in _within(data, within) if one.tag == tag]
    if len(found) <= number:
        raise ValueError("there is no such value")
    return found[number]


def _within(data: bytes, outer: _Value) -> Iterator[_Value]:
    at = outer.start
    while at < outer.end:
        one = _value(data, at, outer.end)
        yield one
        at = one.end


def _value(data: bytes, at: int, end: int) -> _Value:
    if at + 2 > end:
        raise ValueError("a value is cut off")
    size, start = data[at + 1], at + 2
    if size & 0x80:
        start += size & 0x7F
        size = int.from_bytes(data[at + 2 : start], "big")
    if start + size > end:
        raise ValueError("a value is longer than what it is in")
    return _Value(data[at], at, start, start + size)
