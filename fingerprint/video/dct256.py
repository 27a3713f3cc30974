"""`video-dct256-1`: a 256-bit DCT hash of the PDQ family.

A 64 x 64 thumbnail is transformed by a DCT-II; the 16 x 16 coefficients of frequencies 1 … 16 on
each axis (the mean and the pure rows and columns are left out, as in PDQ) give one bit each: above
their median or not. Bits are packed row by row, most significant first. Half of them are set.
Source: Meta, "The TMK+PDQF Video-Hashing Algorithm and the PDQ Image-Hashing Algorithm" (2019).

A mirrored picture flips the sign of each odd horizontal frequency, so the code of a mirrored
suspect follows from the flipped luma; nothing is stored twice for it. Of what is stored it follows
nearly, for the median is nearly 0.

`video-dct256inside-1`: the same of what is inside a suspect's bars, and where that is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from fingerprint.scheme import Fingerprint, Metric, Modality
from fingerprint.video.borders import Inside, inside
from fingerprint.video.thumbnail import SIDE, quality, thumbnails
from media.clip import Clip

Box = tuple[float, float, float, float]

LOW = 16
PLACE = 5  # bytes
UNITS = 255  # of a side
SHAPE_STEPS, SHAPE_ZERO = 40.0, 128  # of log2(width / height)


@dataclass(frozen=True, slots=True)
class Dct256:
    """Scheme `video-dct256-1`: 32 bytes a frame."""

    name: str = "video-dct256-1"
    modality: Modality = "video"
    metric: Metric = "hamming"
    width: int = LOW * LOW // 8

    def fingerprint(self, clip: Clip) -> Fingerprint:
        """One code a frame; black, flat and noise frames get a low quality."""
        if clip.frames is None:
            return Fingerprint.empty(self.name, self.width)
        thumbs = thumbnails(clip.frames.luma)
        return Fingerprint(self.name, dct256(thumbs), clip.frames.times, quality(thumbs))

    def kept(self, fingerprint: Fingerprint) -> Fingerprint:
        """All of it."""
        return fingerprint


@dataclass(frozen=True, slots=True)
class Dct256Inside:
    """Scheme `video-dct256inside-1`: 32 bytes a frame of a suspect that has bars, then 5 that say
    where its picture lies: left, top, right and bottom, in 255ths of the width and height, and the
    frame's shape. Nothing of one that has no bars."""

    name: str = "video-dct256inside-1"
    modality: Modality = "video"
    metric: Metric = "beside"
    width: int = LOW * LOW // 8 + PLACE

    def fingerprint(self, clip: Clip) -> Fingerprint:
        """One code a frame, all of one place."""
        found = None if clip.frames is None else inside(clip.frames.luma)
        if clip.frames is None or found is None:
            return Fingerprint.empty(self.name, self.width)
        thumbs = thumbnails(found.of(clip.frames.luma))
        place = np.tile(_place(found, clip.frames.luma.shape[1:]), (len(thumbs), 1))
        codes = np.hstack([dct256(thumbs), place])
        return Fingerprint(self.name, codes, clip.frames.times, quality(thumbs))

    def could_give(self, fingerprint: Fingerprint) -> bool:
        """Whether each picture has a width and a height."""
        left, top, right, bottom = fingerprint.codes[:, -PLACE:-1].T
        return bool(((left < right) & (top < bottom)).all())

    def kept(self, fingerprint: Fingerprint) -> Fingerprint:
        """Nothing."""
        return Fingerprint.empty(self.name, self.width)


def _place(found: Inside, size: tuple[int, ...]) -> NDArray[np.uint8]:
    height, width = size
    edges = np.array([found.left / width, found.top / height])
    ends = np.array([found.right / width, found.bottom / height])
    shape = round(SHAPE_STEPS * float(np.log2(width / height))) + SHAPE_ZERO
    shares = np.rint(np.concatenate([edges, ends]) * UNITS)
    return np.append(shares, np.clip(shape, 0, 255)).astype(np.uint8)


def alike(inside: Fingerprint) -> Iterator[tuple[Box, float, Fingerprint]]:
    """The codes of `video-dct256inside-1` by where the picture lies: its box, as shares of width
    and height; width over height of the frame; and the codes as those of `video-dct256-1`."""
    for place in np.unique(inside.codes[:, -PLACE:], axis=0):
        own = inside.take((inside.codes[:, -PLACE:] == place).all(axis=1))
        x0, y0, x1, y1, shape = place.tolist()
        box = (x0 / UNITS, y0 / UNITS, x1 / UNITS, y1 / UNITS)
        codes = replace(own, scheme=Dct256().name, codes=own.codes[:, :-PLACE])
        yield box, 2.0 ** ((shape - SHAPE_ZERO) / SHAPE_STEPS), codes


def mirrored(frames: Fingerprint) -> Fingerprint:
    """Codes of `video-dct256-1` as those of the mirrored pictures are, but for a few bits."""
    odd = np.tile(np.arange(1, LOW + 1) % 2, LOW)
    return replace(frames, codes=frames.codes ^ np.packbits(odd.astype(np.uint8)))


def dct256(thumbs: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Codes, shape (n, 32), of thumbnails, shape (n, 64, 64)."""
    basis = _basis()
    low = (basis @ thumbs @ basis.T).reshape(-1, LOW * LOW)
    bits = low > np.median(low, axis=1, keepdims=True)
    return np.packbits(bits, axis=1)


def _basis() -> NDArray[np.float64]:
    """Rows 1 … 16 of the 64-point DCT-II."""
    k = np.arange(1, LOW + 1)[:, None]
    basis: NDArray[np.float64] = np.cos(np.pi / SIDE * (np.arange(SIDE) + 0.5) * k)
    return basis
