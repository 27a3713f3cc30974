"""One picture proves only so much, unless others confirm it.

Rooms, titles, logos and test cards look the same whenever they are shown: two films may well have
one of them in common.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

CONFIRMED = 2.0  # nats that each nat of the rest lets a picture prove besides

F64 = NDArray[np.float64]


def confirmed(nats: F64, picture: NDArray[np.int64], alone: float) -> F64:
    """Evidence, shape (n,), of which each picture, a number that tells which are the same, gives no
    more than `alone` by itself.

    >>> confirmed(np.array([60.0, 20.0, 2.0, -3.0]), np.array([0, 0, 1, 2]), 20.0).tolist()
    [18.0, 6.0, 2.0, -3.0]
    """
    positive = np.maximum(nats, 0.0)
    _, which = np.unique(picture, return_inverse=True)
    own = np.bincount(which, positive)[which]
    most = alone + CONFIRMED * (positive.sum() - own)
    return np.where(nats > 0, nats * np.minimum(1.0, most / np.maximum(own, most)), nats)
