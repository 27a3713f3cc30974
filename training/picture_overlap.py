"""Finds pictures of the training material that a film of the development corpus shows.

Both are fingerprinted by our own `video-dct256-1`: a picture whose code is near that of a key frame
is one that the film may show. It goes by whole pictures: one that fills a part of a frame alone is
not found.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from fingerprint.video.dct256 import dct256
from fingerprint.video.thumbnail import quality, thumbnails
from media.clip import Unreadable
from media.reader import Reader
from media.sampling import Sampling
from training.picture_store import LEAST_QUALITY, NEAR_BITS, SIDE, Pictures

BATCH = 256
KEY_FRAMES = Sampling(frames_per_s=1.0, long_side=SIDE, key_frames_only=True)
U8 = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture, the film with the frame nearest to it, and how many of 256 bits differ."""

    picture: str
    film: str
    bits: int


def shown(pictures: Pictures, films: Iterable[Path]) -> list[Shown]:
    """The pictures that one of the films may show, the nearest first."""
    codes = np.concatenate([_codes(part) for part in _parts(pictures.luma)])
    found: dict[str, Shown] = {}
    for film in films:
        for one in _in_film(codes, pictures.paths, film):
            if one.picture not in found or one.bits < found[one.picture].bits:
                found[one.picture] = one
    return sorted(found.values(), key=lambda one: (one.bits, one.picture))


def _in_film(codes: U8, paths: tuple[str, ...], film: Path) -> Iterator[Shown]:
    for luma in _frames(film):
        thumbs = thumbnails(luma)
        telling = quality(thumbs) >= LEAST_QUALITY
        for code in dct256(thumbs)[telling]:
            bits = np.bitwise_count(codes ^ code).sum(axis=1, dtype=np.int64)
            for i in np.flatnonzero(bits <= NEAR_BITS).tolist():
                yield Shown(paths[i], film.name, int(bits[i]))


def _frames(film: Path) -> Iterator[U8]:
    """Key frames, shape (n, h, w); none of what is no film."""
    try:
        with Reader(film, KEY_FRAMES) as reader:
            for clip in reader:
                if clip.frames is not None:
                    yield clip.frames.luma
    except Unreadable:
        return


def _codes(luma: U8) -> U8:
    return dct256(thumbnails(luma))


def _parts(luma: U8) -> Iterator[U8]:
    for i in range(0, len(luma), BATCH):
        yield luma[i : i + BATCH]
