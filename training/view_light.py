"""What becomes of a view's light: tone, negative, screens, blur, few lines, noise, marks, codecs.

Each step takes a view, shape (128, 128), and dice, and gives a view.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

U8 = NDArray[np.uint8]
F32 = NDArray[np.float32]
Rng = np.random.Generator
Step = Callable[[U8, Rng], U8]
WORDS = (
    "WAIT FOR IT",
    "follow for more",
    "part 7 of 19",
    "HD",
    "where were you?",
    "live",
    "nobody:",
)
NOISES = 1 << 20


def tone(view: U8, rng: Rng) -> U8:
    """Gamma, contrast and brightness."""
    light = (np.arange(256) / 255) ** np.exp(rng.normal(0, 0.4))
    light = 0.5 + (light - 0.5) * np.exp(rng.normal(0, 0.25)) + rng.normal(0, 0.08)
    return _u8(cv2.LUT(view, np.clip(255 * light, 0, 255).astype(np.uint8)))


def negative(view: U8, rng: Rng) -> U8:
    """Black becomes white."""
    return _u8(255 - view)


def screen(view: U8, rng: Rng) -> U8:
    """Filmed off a screen: a gradient of light, a bar of shutter, a fine grating."""
    y, x = _grid(len(view))
    angle, period = rng.uniform(0, np.pi), rng.uniform(2.2, 9)
    wave = np.sin((x * np.cos(angle) + y * np.sin(angle)) * (2 * np.pi / period))
    slope = rng.uniform(-0.3, 0.3, 2) / len(view)
    middle = len(view) / 2
    light = 1 + 0.08 * wave + slope[0] * (x - middle) + slope[1] * (y - middle)
    light += 0.08 * np.sin(y * (2 * np.pi / len(view)) + rng.uniform(0, 2 * np.pi))
    return _clipped(view * light.astype(np.float32))


def blur(view: U8, rng: Rng) -> U8:
    """Out of focus, or moved."""
    if rng.random() < 0.25:
        size = (int(rng.integers(2, 6)), 1) if rng.random() < 0.5 else (1, int(rng.integers(2, 6)))
        return _u8(cv2.blur(view, size))
    return _u8(cv2.GaussianBlur(view, (0, 0), rng.uniform(0.4, 2.2)))


def few_lines(view: U8, rng: Rng) -> U8:
    """Reduced and enlarged again."""
    side = int(rng.integers(40, 110))
    small = cv2.resize(view, (side, side), interpolation=cv2.INTER_AREA)
    return _u8(cv2.resize(small, view.shape[::-1], interpolation=cv2.INTER_LINEAR))


def noise(view: U8, rng: Rng) -> U8:
    """Grain."""
    start = int(rng.integers(NOISES - view.size))
    grain = _grain()[start : start + view.size].reshape(view.shape)
    return _clipped(view + grain * np.float32(rng.uniform(3, 26)))


def marks(view: U8, rng: Rng) -> U8:
    """Words, signs and boxes on top, up to three."""
    marked = view.copy()
    for _ in range(int(rng.integers(1, 4))):
        x, y = (int(v) for v in rng.integers(0, len(view), 2))
        shade = (int(rng.integers(256)),)
        if rng.random() < 0.6:
            word = WORDS[int(rng.integers(len(WORDS)))]
            size, thick = rng.uniform(0.25, 0.7), int(rng.integers(1, 3))
            cv2.putText(marked, word, (x // 2, y), 0, size, shade, thick, cv2.LINE_AA)
        else:
            wide, high = (int(v) for v in rng.integers(6, 44, 2))
            cv2.rectangle(marked, (x, y), (x + wide, y + high), shade, -1)
    return marked


def codec(view: U8, rng: Rng) -> U8:
    """Through JPEG of a poor quality."""
    _, packed = cv2.imencode(".jpg", view, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(8, 70))])
    return _u8(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE))


# In the order in which they happen, and how often: to what is copied, and to a reference.
HOSTILE: tuple[tuple[float, Step], ...] = (
    *((0.12, negative), (0.6, tone), (0.2, screen), (0.35, blur), (0.15, few_lines)),
    *((0.35, noise), (0.3, marks), (0.4, codec)),
)
MILD: tuple[tuple[float, Step], ...] = ((0.2, tone), (0.2, few_lines), (0.3, codec))


def spoiled(view: U8, steps: tuple[tuple[float, Step], ...], rng: Rng) -> U8:
    """The view after those steps that the dice choose."""
    for share, step in steps:
        if rng.random() < share:
            view = step(view, rng)
    return view


@lru_cache(maxsize=1)
def _grain() -> F32:
    return np.random.default_rng(1).standard_normal(NOISES, np.float32)


@lru_cache(maxsize=1)
def _grid(side: int) -> tuple[F32, F32]:
    y, x = np.mgrid[:side, :side].astype(np.float32)
    return y, x


def _clipped(light: NDArray[np.floating]) -> U8:
    return np.asarray(np.clip(light, 0, 255), np.uint8)


def _u8(view: object) -> U8:
    return np.asarray(view, np.uint8)
