"""`video-orb-2`: what is seen where in a frame, as oriented binary features.

A code is one feature: 12 bytes of descriptor, then where it lies. Corners are found on eight scales
by FAST and ordered by Harris's measure; their descriptors are comparisons of intensity, turned with
the corner: 96 of OpenCV's 256, chosen so that they tell as much. They survive what a code of the
whole frame does not: cropping, rotation, a picture in a corner of another, a screen filmed at an
angle. Small frames are enlarged first, for a corner of a few pixels is not the same corner when it
is shown large.

`video-orbcompact-2`: the same codes, of which a reference keeps fewer.

`video-orbparts-2`: the same of four overlapping parts of a frame, each enlarged, of suspects alone:
there a small picture inside another has a fair share of the features, at the sizes it had.
Source: Rublee et al., "ORB: an efficient alternative to SIFT or SURF", ICCV 2011 (OpenCV's).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from fingerprint.scheme import Fingerprint, Metric, Modality
from media.clip import Clip, Frames

# Which of OpenCV's comparisons make a descriptor, chosen one after the other on pictures of the
# development corpus: each even, as little correlated with those before as any, and seldom changed
# in a copy. At one share of false pairs, these 96 find as many true ones as all 256 do.
# fmt: off
CHOSEN = (
    4, 167, 21, 242, 61, 17, 236, 249, 180, 190, 76, 15, 65, 16, 166, 3,
    247, 31, 20, 9, 184, 121, 12, 41, 159, 11, 36, 28, 238, 233, 179, 71,
    250, 29, 33, 34, 63, 147, 138, 162, 85, 139, 30, 176, 26, 205, 134, 8,
    195, 60, 24, 118, 53, 203, 173, 228, 37, 87, 18, 42, 45, 72, 177, 67,
    120, 202, 105, 201, 14, 197, 251, 23, 58, 196, 19, 183, 0, 225, 140, 239,
    149, 69, 84, 77, 136, 186, 38, 111, 146, 178, 32, 125, 80, 47, 252, 13,
)
# fmt: on
DESCRIPTOR = len(CHOSEN) // 8  # bytes
PLACE = 4  # bytes: 12 bits of x, 12 bits of y, 8 bits of shape
UNITS = 4095  # of x and y along the longer side
SHAPE_STEPS = 40.0  # of log2(width / height) a unit, about 1.7 % each
SHAPE_ZERO = 128

FEATURES = 500  # a frame, at most
# Of them, of a reference's; and how far its key frames are apart at least, in seconds.
KEPT = {"video-orb-2": 90, "video-orbcompact-2": 40}
KEY_S = {"video-orb-2": 0.5, "video-orbcompact-2": 1.0}
# Of those kept, from fine to coarse: cropped and enlarged pictures need the fine ones, pictures in
# pictures the coarse; by Harris's measure alone nearly all would be fine.
SHARES = np.array([0.28, 0.2, 0.15, 0.11, 0.09, 0.07, 0.06, 0.04])
NEARLY = 0.9  # as far apart as that is far enough: frames do not come on time
RANKS_A_STEP = 10  # of quality
OF_PARTS = 50  # the best quality of a feature of a part; those of a whole frame are better
CORNER = 8  # grey levels that a corner differs from its surroundings
SIDE = 512  # pixels to which a smaller frame is enlarged
SCALES = (np.float64(np.float32(1.2)) ** np.arange(len(SHARES))).astype(np.float32)  # OpenCV's
LEAST = 63  # pixels of the shorter side: a corner is 31 or more from any edge
PARTS, PART, PART_FEATURES = ((0.0, 0.0), (0.4, 0.0), (0.0, 0.4), (0.4, 0.4)), 0.6, 300
MIRRORED_PARTS = (1, 0, 3, 2)  # which of them each one is in a mirror
PARTS_S = 0.25  # between frames that are read in parts
# A frame that hardly differs from the last one read is read only when so much time has gone by.
STILL_S = 1.0
STILL_LEVELS = 1.5  # in the mean over a small picture
STILL_SPOT, SPOT_CELLS = 10.0, 24  # or in the cells of it that differ most: a mouth that speaks
STILL = (64, 36)

U8 = NDArray[np.uint8]
F64 = NDArray[np.float64]
I64 = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Orb:
    """Scheme `video-orb-2`: up to 500 codes of 16 bytes a frame. Of a reference 90 are kept, twice
    a second, and 40 once a second under the name `video-orbcompact-2`.

    The quality of a code is 100 less a tenth of its rank in its frame, so that codes with a quality
    of at least 92, or 97, are the ones that a reference keeps.
    """

    name: str = "video-orb-2"
    modality: Modality = "video"
    metric: Metric = "feature"
    width: int = DESCRIPTOR + PLACE

    def fingerprint(self, clip: Clip) -> Fingerprint:
        """The features of the clip's frames of more detail, the strongest of each frame first."""
        return _fingerprints(self.name, clip, partial(_whole, views=1), 0.0, 100)[0]

    def twins(self, clip: Clip) -> tuple[Fingerprint, Fingerprint]:
        """The features of the clip, and those of the clip seen in a mirror."""
        plain, mirrored = _fingerprints(self.name, clip, partial(_whole, views=2), 0.0, 100)
        return plain, mirrored

    def could_give(self, fingerprint: Fingerprint) -> bool:
        """Whether no frame has far more features than are looked for."""
        return _few(fingerprint, FEATURES)

    def kept(self, fingerprint: Fingerprint) -> Fingerprint:
        """The strongest features of each frame, of frames so far apart."""
        strong = fingerprint.quality > 100 - KEPT[self.name] // RANKS_A_STEP
        return fingerprint.take(strong & _apart(fingerprint.times, KEY_S[self.name]))


@dataclass(frozen=True, slots=True)
class OrbParts:
    """Scheme `video-orbparts-2`: up to 1,200 codes of 16 bytes a frame, of suspects alone."""

    name: str = "video-orbparts-2"
    modality: Modality = "video"
    metric: Metric = "beside"
    width: int = DESCRIPTOR + PLACE

    def fingerprint(self, clip: Clip) -> Fingerprint:
        """The features of parts of the clip's frames of more detail."""
        read = partial(_in_parts, views=1)
        return _fingerprints(self.name, clip, read, PARTS_S, OF_PARTS)[0]

    def twins(self, clip: Clip) -> tuple[Fingerprint, Fingerprint]:
        """The same of the clip, and of the clip seen in a mirror."""
        read = partial(_in_parts, views=2)
        plain, mirrored = _fingerprints(self.name, clip, read, PARTS_S, OF_PARTS)
        return plain, mirrored

    def could_give(self, fingerprint: Fingerprint) -> bool:
        """The same of its parts."""
        return _few(fingerprint, len(PARTS) * PART_FEATURES)

    def kept(self, fingerprint: Fingerprint) -> Fingerprint:
        """Nothing."""
        return Fingerprint.empty(self.name, self.width)


def _few(fingerprint: Fingerprint, most: int) -> bool:
    """Whether frames have at most so many features; OpenCV keeps all that are as strong as the
    weakest, so there may be some more."""
    _, counts = np.unique(fingerprint.times, return_counts=True)
    return int(counts.max(initial=0)) <= 2 * most


def features(luma: U8) -> U8:
    """Codes, shape (n, 16), of one frame of luma, shape (h, w), the strongest first."""
    return _whole(luma, 1)[0]


def features_of_parts(luma: U8) -> U8:
    """Codes, shape (n, 16), of the enlarged parts of one frame of luma, shape (h, w)."""
    return _in_parts(luma, 1)[0]


def _whole(luma: U8, views: int) -> list[U8]:
    return [_coded(*found, luma) for found in _found(luma, FEATURES, views)]


def _in_parts(luma: U8, views: int) -> list[U8]:
    height, width = luma.shape
    side = max(height, width) - 1
    codes: list[list[U8]] = [[] for _ in range(views)]
    for x, y in PARTS:
        left, top = round(x * width), round(y * height)
        right = min(round((x + PART) * width), width)
        part = luma[top : round((y + PART) * height), left:right]
        corners = (left, top), (width - right, top)
        found = _found(part, PART_FEATURES, views)
        for view, corner, (at, descriptors) in zip(codes, corners, found, strict=False):
            at = (at * (max(part.shape) - 1) + corner) / side
            view.append(_coded(at, descriptors, luma))
    orders = range(len(PARTS)), MIRRORED_PARTS
    return [
        np.concatenate([parts[k] for k in order])
        for parts, order in zip(codes, orders, strict=False)
    ]


def places(codes: U8) -> F64:
    """Where features lie, shape (n, 2): x and y in units of the frame's longer side."""
    low = codes[:, DESCRIPTOR : DESCRIPTOR + 3].astype(np.int64)
    x = low[:, 0] << 4 | low[:, 1] >> 4
    y = (low[:, 1] & 15) << 8 | low[:, 2]
    return np.stack([x, y], axis=1) / UNITS


def shape(codes: U8) -> tuple[float, float]:
    """Width and height of the frame that codes were found in, the longer one being 1."""
    ratio = 2.0 ** ((float(codes[0, -1]) - SHAPE_ZERO) / SHAPE_STEPS) if len(codes) else 1.0
    return min(1.0, ratio), min(1.0, 1 / ratio)


def _fingerprints(
    name: str, clip: Clip, read: Callable[[U8], list[U8]], apart_s: float, best: int
) -> list[Fingerprint]:
    """What each view that is read gives of a clip."""
    frames = clip.detail
    if frames is None or not len(frames.times):
        return [Fingerprint.empty(name, DESCRIPTOR + PLACE)] * 2
    which = _changing(frames, apart_s)
    views = zip(*(read(frames.luma[i]) for i in which), strict=True)
    return [_joined(name, frames.times[which], codes, best) for codes in views]


def _joined(name: str, times: F64, codes: Sequence[U8], best: int) -> Fingerprint:
    counts = [len(c) for c in codes]
    ranks = [np.arange(n) for n in counts]
    step = RANKS_A_STEP if best == 100 else RANKS_A_STEP * 4
    return Fingerprint(
        name,
        np.concatenate(codes),
        np.repeat(times, counts),
        (best - np.concatenate(ranks) // step).clip(10).astype(np.uint8),
    )


def _found(luma: U8, most: int, views: int) -> list[tuple[F64, U8]]:
    """Places, shape (n, 2), in units of the longer side, and descriptors, shape (n, 12), of the
    corners of a picture, enlarged if it is small; the strongest first. With two views, those of the
    picture seen in a mirror as well, where the same corners lie."""
    luma = _enlarged(luma)
    nothing = np.empty((0, 2)), np.empty((0, DESCRIPTOR), np.uint8)
    if min(luma.shape) < LEAST:  # OpenCV fails on a line of pixels
        return [nothing] * views
    detector = cv2.ORB.create(nfeatures=most, fastThreshold=CORNER)
    corners, descriptors = detector.detectAndCompute(luma, None)
    if not corners:
        return [nothing] * views
    found = [_ordered(corners, descriptors, luma)]
    if views == 2:
        flipped = np.ascontiguousarray(luma[:, ::-1])
        corners, descriptors = detector.compute(flipped, _mirrored(corners, luma.shape[1]))
        found.append(_ordered(corners, descriptors, luma))
    return found


def _enlarged(luma: U8) -> U8:
    scale = max(1.0, SIDE / max(luma.shape))
    if scale > 1:
        size = (round(luma.shape[1] * scale), round(luma.shape[0] * scale))
        luma = cast(U8, cv2.resize(luma, size, interpolation=cv2.INTER_CUBIC))
    return np.ascontiguousarray(luma)


def _mirrored(corners: Sequence[cv2.KeyPoint], width: int) -> Sequence[cv2.KeyPoint]:
    """The corners of a picture moved to where they lie in a mirror: on the pixels of their scale,
    whose width is a whole number, so that they are exactly those that would be found there."""
    scales = SCALES[[c.octave for c in corners]]
    x, y = np.asarray(cv2.KeyPoint.convert(corners), np.float64).T
    moved = (np.rint(width / scales) - 1 - np.rint(x / scales)) * scales
    turned = (540 - np.array([c.angle for c in corners])) % 360
    for corner, at, angle in zip(
        corners, zip(moved.tolist(), y.tolist(), strict=True), turned.tolist(), strict=True
    ):
        corner.pt, corner.angle = at, angle
    return corners


def _ordered(
    corners: Sequence[cv2.KeyPoint], descriptors: cv2.typing.MatLike, luma: U8
) -> tuple[F64, U8]:
    order = _order(np.array([c.octave for c in corners]), np.array([c.response for c in corners]))
    at = np.asarray(cv2.KeyPoint.convert(corners), np.float64)[order] / (max(luma.shape) - 1)
    bits = np.unpackbits(np.asarray(descriptors, np.uint8)[order], axis=1)
    return at, np.packbits(bits[:, CHOSEN], axis=1)


def _order(octaves: I64, strengths: F64) -> I64:
    """Corners so that any first part of them has about the right share of each scale."""
    by_strength = np.lexsort((-strengths, octaves))
    first = np.searchsorted(octaves[by_strength], np.arange(len(SHARES)))
    turn = np.empty(len(octaves))
    rank = np.arange(len(octaves)) - first[octaves[by_strength]]
    turn[by_strength] = (rank + 0.5) / SHARES[octaves[by_strength]]
    return np.argsort(turn, kind="stable")


def _coded(at: F64, descriptors: U8, luma: U8) -> U8:
    """Codes of features at places in units of the longer side of a frame."""
    x, y = np.rint(at * UNITS).astype(np.int64).clip(0, UNITS).T
    ratio = np.log2(luma.shape[1] / luma.shape[0])
    steps = np.full(len(at), round(SHAPE_STEPS * float(ratio)) + SHAPE_ZERO).clip(0, 255)
    place = np.stack([x >> 4, (x & 15) << 4 | y >> 8, y & 255, steps], axis=1)
    return np.hstack([descriptors, place.astype(np.uint8)])


def _apart(times: F64, apart_s: float) -> NDArray[np.bool_]:
    """Which codes are of frames that lie so far apart, the first ones there are, shape (n,)."""
    frames, owner = np.unique(times, return_inverse=True)
    chosen = np.zeros(len(frames), bool)
    due = -np.inf
    for i, time in enumerate(frames):
        if time >= due:
            chosen[i], due = True, time + apart_s * NEARLY
    return chosen[owner]


def _changing(frames: Frames, apart_s: float) -> list[int]:
    """The frames to read: each that differs from the last one read, and now and then one of those
    that do not."""
    small = [cv2.resize(f, STILL, interpolation=cv2.INTER_AREA).astype(int) for f in frames.luma]
    chosen: list[int] = []
    for i, picture in enumerate(small):
        since = frames.times[i] - frames.times[chosen[-1]] if chosen else np.inf
        if since >= STILL_S or (since >= apart_s and _differ(picture, small[chosen[-1]])):
            chosen.append(i)
    return chosen


def _differ(a: I64, b: I64) -> bool:
    levels = np.sort(np.abs(a - b), axis=None)
    return bool(levels.mean() > STILL_LEVELS or levels[-SPOT_CELLS] > STILL_SPOT)
