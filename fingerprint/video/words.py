"""Words of features: twenty bits of a descriptor, by which an inverted index finds it.

The bits were chosen to be even and little correlated: two unrelated features share a word about six
times as often as they would if all words were equally likely, against eight times for the first
twenty comparisons of ORB and thirty for any twenty. A copy whose descriptor differs in an eighth of
its bits keeps its word once in fourteen times, and all but one bit of it four times as often: so a
suspect asks for the words beside its own, too. What that brings in by accident is told apart by a
*signature*, the 32 bits that follow. Sources: Gionis, Indyk & Motwani, "Similarity search in high
dimensions via hashing", VLDB 1999; Lv et al., "Multi-probe LSH", VLDB 2007; Jegou, Douze & Schmid,
"Hamming embedding and weak geometric consistency", ECCV 2008.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

WORD_BITS, SIGNATURE_BITS = 20, 32
WORDS = 1 << WORD_BITS
READ = 8  # bytes, in which both lie

U8 = NDArray[np.uint8]


def words(codes: U8) -> NDArray[np.uint32]:
    """The word of each feature, shape (n,), of codes or descriptors, shape (n, 12 or more).

    >>> words(np.zeros((1, 16), np.uint8)), int(words(np.full((1, 16), 255, np.uint8))[0]) + 1
    (array([0], dtype=uint32), 1048576)
    """
    return (_read(codes) >> (8 * READ - WORD_BITS)).astype(np.uint32)


def signatures(codes: U8) -> NDArray[np.uint32]:
    """The signature of each feature, shape (n,), of the same.

    >>> [hex(n) for n in signatures(np.arange(32, dtype=np.uint8).reshape(2, 16))]
    ['0x20304050', '0x21314151']
    """
    return (_read(codes) >> (8 * READ - WORD_BITS - SIGNATURE_BITS)).astype(np.uint32)


def beside(words: NDArray[np.int64]) -> NDArray[np.int64]:
    """The words of features, shape (n,), and those that differ from them in one bit, shape
    (1 + WORD_BITS, n).

    >>> beside(np.array([5]))[:4].tolist()
    [[5], [4], [7], [1]]
    """
    flips = np.concatenate([[0], 1 << np.arange(WORD_BITS)])
    return np.asarray(words ^ flips[:, None], np.int64)


def _read(codes: U8) -> NDArray[np.uint64]:
    return np.ascontiguousarray(codes[:, :READ]).view(">u8")[:, 0].astype(np.uint64)
