"""Features of a stretch of pictures, frame by frame, as verification reads them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from fingerprint.scheme import Fingerprint
from fingerprint.video.orb import DESCRIPTOR, OF_PARTS, places, shape
from matchers.squares import Squares
from media.clip import Span

U8 = NDArray[np.uint8]
F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


@dataclass(frozen=True)
class Pictures:
    """Frames in order of time, each a slice of features."""

    times: F64  # (frames,) seconds
    first: I64  # (frames + 1,) the first feature of each frame, and the end
    descriptors: U8  # (features, 12)
    at: F64  # (features, 2) x and y in units of the frame's longer side
    enlarged: NDArray[np.bool_]  # (features,) whether they were found in an enlarged part
    shape: tuple[float, float]  # width and height, the longer one being 1

    @classmethod
    def of(cls, fingerprint: Fingerprint) -> Pictures:
        """The frames of a fingerprint of features."""
        times, first = np.unique(fingerprint.times, return_index=True)
        ends = np.append(first, len(fingerprint)).astype(np.int64)
        codes = fingerprint.codes
        descriptors = np.ascontiguousarray(codes[:, :DESCRIPTOR])
        enlarged = fingerprint.quality <= OF_PARTS
        return cls(times, ends, descriptors, places(codes), enlarged, shape(codes))

    @classmethod
    def of_both(cls, whole: Fingerprint, parts: Fingerprint) -> Pictures:
        """The frames of a fingerprint, with what was read of their parts."""
        times = np.concatenate([whole.times, parts.times])
        order = np.argsort(times, kind="stable")
        codes = np.concatenate([whole.codes, parts.codes])[order]
        quality = np.concatenate([whole.quality, parts.quality])[order]
        return cls.of(Fingerprint(whole.scheme, codes, times[order], quality))

    def __len__(self) -> int:
        return len(self.times)

    def frame(self, which: int) -> slice:
        """The features of one frame."""
        return slice(int(self.first[which]), int(self.first[which + 1]))

    def owners(self) -> I64:
        """The frame of each feature, shape (features,)."""
        return np.repeat(np.arange(len(self)), np.diff(self.first))

    @cached_property
    def numbers(self) -> NDArray[np.uint32]:
        """The descriptors as whole numbers, shape (3, features): they are compared faster."""
        whole = np.ascontiguousarray(self.descriptors).view(np.uint32)
        return np.ascontiguousarray(whole.T)

    @cached_property
    def squares(self) -> Squares:
        """The features in order of where they lie."""
        return Squares.of(self.at, self.owners(), self.numbers, len(self))

    def within(self, span: Span) -> Pictures:
        """The frames of a half-open span."""
        lo, hi = np.searchsorted(self.times, [span.start_s, span.end_s])
        a, b = self.first[lo], self.first[hi]
        return Pictures(
            self.times[lo:hi],
            self.first[lo : hi + 1] - a,
            self.descriptors[a:b],
            self.at[a:b],
            self.enlarged[a:b],
            self.shape,
        )

    def take(self, frames: I64) -> Pictures:
        """Some of the frames, in the order given."""
        counts = np.diff(self.first)[frames]
        first = np.concatenate([[0], np.cumsum(counts)])
        each = np.arange(first[-1]) + np.repeat(self.first[frames] - first[:-1], counts)
        return Pictures(
            self.times[frames],
            first,
            self.descriptors[each],
            self.at[each],
            self.enlarged[each],
            self.shape,
        )

    def nearest(self, time_s: float) -> int:
        """The frame nearest in time; the earlier of two."""
        return int(np.abs(self.times - time_s).argmin())

    def holds(self, at: F64) -> NDArray[np.bool_]:
        """Whether places, shape (n, 2), lie inside a frame."""
        return np.asarray(((at >= 0) & (at <= self.shape)).all(axis=1))
