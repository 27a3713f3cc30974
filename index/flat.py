"""Frame codes in the file of a FAISS `IndexBinaryFlat`, written and read piece by piece: FAISS
itself would have all of them in memory, and does not say that a disk is full.

The file is a header of 33 bytes, little-endian: "IBxF", bits, bytes of a code, number of codes, two
fields that never change, and the number of bytes that follow, which are the codes.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Self

import faiss
import numpy as np

from index.atomic import Growing
from index.columns import Column, Pieces

COUNTS = struct.Struct("<4siiq")  # up to the number of codes


class GrowingFlat(Growing):
    """The file of so many codes of so many bits."""

    def __init__(self, path: Path, bits: int, count: int) -> None:
        super().__init__(path)
        self._bits, self._count = bits, count

    def __enter__(self) -> Self:
        entered = super().__enter__()
        empty = faiss.serialize_index_binary(faiss.IndexBinaryFlat(self._bits)).tobytes()
        magic, bits, width, _ = COUNTS.unpack_from(empty)
        head = COUNTS.pack(magic, bits, width, self._count)
        rest = empty[len(head) : -8]
        self.append_bytes(head + rest + struct.pack("<q", self._count * width))
        self._left = self._count * width
        return entered

    def append(self, piece: Column) -> None:
        """Write more codes, shape (n, bits / 8)."""
        self._left -= piece.nbytes
        super().append(piece)

    def finish(self) -> str:
        """Put it in place. Raises OSError if it has not as many codes as was said."""
        if self._left:
            raise OSError(f"{self.path} would lack {self._left} bytes that its segment says it has")
        return super().finish()


def flat_pieces(path: Path) -> Pieces:
    """The codes of such a file, shape (n, bits / 8)."""
    with path.open("rb") as f:
        _, _, width, count = COUNTS.unpack(f.read(COUNTS.size))
    return Pieces(path, path.stat().st_size - count * width, np.uint8, width)
