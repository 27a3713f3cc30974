"""All pictures to train on, decoded once: `pictures.npy` in the cache, 256 x 256 luma each.

A picture is squeezed to a square, as the network sees it. What is see-through is laid on white.
Left out are flat pictures, and those that nearly equal one before them: two copies of one picture
would be taught to be told apart.
"""

from __future__ import annotations

import hashlib
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from fingerprint.video.dct256 import dct256
from fingerprint.video.thumbnail import quality, thumbnails
from index.atomic import write_atomically
from training.looks import PICTURES, UNREADABLE
from training.manifest import Row

SIDE = 256
STORE, LISTED = "pictures.npy", "pictures.txt"
LEAST_QUALITY = 10  # of 100: less is flat
NEAR_BITS = 56  # of 256: nearer codes are one picture
U8 = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Pictures:
    """Luma, shape (n, 256, 256), which may lie on disk, and the path of each within the cache."""

    luma: U8
    paths: tuple[str, ...]

    @property
    def sha256(self) -> str:
        """Of the paths in their order."""
        return hashlib.sha256("\n".join(self.paths).encode()).hexdigest()


def store(rows: Sequence[Row], cache: Path, tick: Callable[[], object] = lambda: None) -> Pictures:
    """Decode the pictures and drawings of a list; `tick` is called once a file.

    Both files are written whole or not at all. Raises ValueError when no picture is left.
    """
    wanted = [row for row in rows if row.kind in PICTURES]
    found = list(_distinct(_decoded(wanted, cache, tick)))
    if not found:
        raise ValueError(f"no pictures in {cache}; `python -m training fetch` fetches them")
    paths, luma = zip(*found, strict=True)
    write_atomically(cache / STORE, partial(_save, np.stack(luma)))
    write_atomically(cache / LISTED, partial(_list, paths))
    return stored(cache)


def _save(luma: U8, path: Path) -> None:
    with path.open("wb") as file:  # by its name alone numpy would call it otherwise
        np.save(file, luma)


def _list(paths: Sequence[str], path: Path) -> None:
    path.write_text("".join(f"{one}\n" for one in paths), encoding="utf-8")


def stored(cache: Path) -> Pictures:
    """What `store` wrote. Raises OSError when it did not yet, ValueError for another file."""
    luma = np.load(cache / STORE, mmap_mode="r")
    paths = tuple((cache / LISTED).read_text(encoding="utf-8").splitlines())
    if luma.shape != (len(paths), SIDE, SIDE) or luma.dtype != np.uint8:
        raise ValueError(f"{cache / STORE} does not hold the pictures that {LISTED} names")
    return Pictures(luma, paths)


def decoded(path: Path) -> U8 | None:
    """The luma of a picture as a square, shape (256, 256); None where it cannot be read."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(path) as image:
                seen = image.convert("RGBA").resize((SIDE, SIDE), Image.Resampling.BOX)
    except UNREADABLE:
        return None
    white = Image.new("RGBA", seen.size, "white")
    return np.asarray(Image.alpha_composite(white, seen).convert("L"))


def _decoded(
    rows: Sequence[Row], cache: Path, tick: Callable[[], object]
) -> Iterator[tuple[str, U8]]:
    for row in rows:
        tick()
        luma = decoded(cache / row.path)
        if luma is not None:
            yield row.path, luma


def _distinct(pictures: Iterator[tuple[str, U8]]) -> Iterator[tuple[str, U8]]:
    """Those that say something, and of nearly equal ones the first."""
    codes = np.empty((0, 32), np.uint8)
    for path, luma in pictures:
        thumb = thumbnails(luma[None])
        code = dct256(thumb)
        near = np.bitwise_count(codes ^ code).sum(axis=1, dtype=np.int64) <= NEAR_BITS
        if quality(thumb)[0] >= LEAST_QUALITY and not near.any():
            codes = np.concatenate([codes, code])
            yield path, luma
