"""A picture filmed off a screen by a camera in the hand, and what grading does to its colours."""

from __future__ import annotations

import cv2
import numpy as np

from benchmarks import picture_maps as maps
from benchmarks.picture_maps import warped
from benchmarks.picture_scene import Shot
from media.clip import F32, U8

# Of the camera at strength 1. Lengths are shares of the height, light is of full scale.
SOFT = 0.003
GAMMA = 1.3
FLICKER, FLICKER_HZ = 0.07, (2.0, 6.0)
BAND = 0.05  # a bar of shutter that rolls through
MOIRE, MOIRE_PX = 0.06, (2.2, 3.4)
GRAIN = 8.0
# Warm or cold: gains of red, green and blue.
TINTS = ((1.12, 1.0, 0.82), (0.85, 1.0, 1.15))
GRADE_GAMMA, GRADE_CONTRAST, GRADE_COLOUR = 0.8, 1.2, 1.4


def camcorder(frame: U8, strength: float, shot: Shot) -> U8:
    """Film it: perspective and sway, blur, moiré, flicker and gamma, grain."""
    seen = warped(frame, maps.screen((frame.shape[0], frame.shape[1]), strength, shot))
    soft = cv2.GaussianBlur(seen, (0, 0), SOFT * strength * frame.shape[0] + 0.01)
    light = np.asarray(soft, np.float32) / 255
    light *= (_moire(frame.shape[:2], strength, shot) * _flicker(frame, strength, shot))[..., None]
    dark = np.clip(light, 0, 1) ** np.float32(1 + (GAMMA - 1) * strength)
    grain = shot.rng.normal(0.0, GRAIN * strength, frame.shape)
    return np.asarray(np.clip(255 * dark + grain + 6, 0, 255), np.uint8)


def grade(frame: U8, strength: float, shot: Shot) -> U8:
    """Warm or cold, brighter in the dark, harder and more colourful."""
    tint = TINTS[int(shot.constant("grade").random() < 0.5)]
    light = (np.asarray(frame, np.float32) / 255) ** np.float32(1 + (GRADE_GAMMA - 1) * strength)
    hard = 0.5 + (light - 0.5) * np.float32(1 + (GRADE_CONTRAST - 1) * strength)
    grey = hard.mean(axis=2, keepdims=True)
    colourful = grey + (hard - grey) * np.float32(1 + (GRADE_COLOUR - 1) * strength)
    gains = 1 + (np.array(tint, np.float32) - 1) * np.float32(strength)
    return np.asarray(np.clip(255 * colourful * gains, 0, 255), np.uint8)


def dim(frame: U8, gamma: float, shot: Shot) -> U8:
    """Darken by a power of the light."""
    table = 255 * (np.arange(256) / 255) ** gamma
    return np.asarray(table.round().astype(np.uint8)[frame], np.uint8)


def invert(frame: U8, _: float, shot: Shot) -> U8:
    """Make a negative."""
    return np.asarray(255 - frame, np.uint8)


def _moire(size: tuple[int, ...], strength: float, shot: Shot) -> F32:
    """Two fine gratings, of the screen and of the sensor, that drift against each other."""
    rng = shot.constant("moire")
    y, x = np.mgrid[: size[0], : size[1]].astype(np.float32)
    pattern = np.ones(size[:2], np.float32)
    for k in range(2):
        angle, period = rng.uniform(0, np.pi), rng.uniform(*MOIRE_PX)
        turn = np.float32(2 * np.pi / period)
        phase = np.float32(2 * np.pi * (0.3 + 0.5 * k) * shot.time_s)
        wave = np.sin(turn * (x * np.cos(angle) + y * np.sin(angle)).astype(np.float32) + phase)
        pattern += np.float32(MOIRE * strength / 2) * wave
    return pattern


def _flicker(frame: U8, strength: float, shot: Shot) -> F32:
    """Brighter and darker as a whole, and a bar that rolls through; shape (height, 1)."""
    rng = shot.constant("flicker")
    turn = 2 * np.pi * rng.uniform(*FLICKER_HZ) * shot.time_s + rng.uniform(0, 2 * np.pi)
    rows = np.linspace(0, 2 * np.pi, frame.shape[0], dtype=np.float32)[:, None]
    whole = 1 + FLICKER * strength * np.sin(turn)
    return np.asarray(whole + BAND * strength * np.sin(rows + 0.7 * turn), np.float32)
