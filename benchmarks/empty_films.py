"""Films made by code that carry nothing to find: black, bars, logos, countdowns, credits, a room.

Each kind has takes. What is the same wherever it is shown (a black screen, colour bars, a logo, a
room that a fixed camera sees) is the same in every take but for its noise; what is alike but never
the same (credits, countdowns) differs. So no take may be found in another, nor in any work.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from zlib import crc32

import cv2
import numpy as np

from benchmarks.distort import Distortion
from benchmarks.encode import Writer
from benchmarks.picture_scene import Size
from media.clip import F32, U8

SIZE: Size = (360, 640)
SECONDS, FPS = 12.0, 15
HOW = Distortion(sound=None, crf=26, exact=True)
BARS = (
    (191,) * 3,
    (191, 191, 0),
    (0, 191, 191),
    (0, 191, 0),
    (191, 0, 191),
    (191, 0, 0),
    (0, 0, 191),
)
SURNAMES = ("Adams", "Bauer", "Costa", "Dubois", "Eriksen", "Ferrari", "Garcia", "Haddad", "Ito")
TRADES = ("Camera", "Sound", "Editor", "Gaffer", "Grip", "Music", "Colour", "Runner", "Catering")
RATE = 44_100
VERSION = 1  # raised when this code draws other films

Draw = Callable[[float, np.random.Generator], U8]  # time, dice that fall alike at every frame


def make_film(kind: str, take: int, folder: Path) -> Path:
    """Write one take, or find it written."""
    path = folder / f"{VERSION}-{kind}-{take}.mp4"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"part-{path.name}")
        _write(kind, take, part)
        part.replace(path)
    return path


def _write(kind: str, take: int, path: Path) -> None:
    cv2.setNumThreads(1)
    grain = np.random.default_rng([take, crc32(kind.encode())])
    with Writer(path, HOW, RATE) as writer:
        for k in range(round(SECONDS * FPS)):
            time = float(Fraction(k, FPS))
            frame = KINDS[kind](time, np.random.default_rng(take))
            writer.frame(_grained(frame, GRAIN.get(kind, 0.0), grain), time)


def _grained(frame: U8, sigma: float, rng: np.random.Generator) -> U8:
    if not sigma:
        return frame
    return np.asarray(np.clip(frame + rng.normal(0, sigma, frame.shape), 0, 255), np.uint8)


def _flat(level: int) -> U8:
    return np.full((*SIZE, 3), level, np.uint8)


def _text(frame: U8, text: str, y: float, size: float, ink: tuple[int, int, int]) -> None:
    """One centred line into the frame; `y` and `size` are shares of the height."""
    scale = size * SIZE[0] / 22
    (wide, _), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_DUPLEX, scale, 1)
    at = (round((SIZE[1] - wide) / 2), round(y * SIZE[0]))
    cv2.putText(frame, text, at, cv2.FONT_HERSHEY_DUPLEX, scale, ink, 1, cv2.LINE_AA)


def black(_: float, rng: np.random.Generator) -> U8:
    """Nothing."""
    return _flat(0)


def dark(_: float, rng: np.random.Generator) -> U8:
    """A lens cap."""
    return _flat(12)


def white(_: float, rng: np.random.Generator) -> U8:
    """Everything."""
    return _flat(255)


def fade(time: float, rng: np.random.Generator) -> U8:
    """From black to white and back."""
    return _flat(round(127.5 - 127.5 * np.cos(2 * np.pi * time / SECONDS)))


def bars(_: float, rng: np.random.Generator) -> U8:
    """Colour bars as a station sends them, after SMPTE EG 1."""
    columns = np.linspace(0, len(BARS), SIZE[1], endpoint=False).astype(int)
    frame = np.tile(np.array(BARS, np.uint8)[columns], (SIZE[0], 1, 1))
    frame[-90:] = np.array([16, 29, 16, 255, 16, 0, 16], np.uint8)[columns][:, None]
    return frame


def card(_: float, rng: np.random.Generator) -> U8:
    """A test card: a grid, a circle, gratings and a grey scale."""
    frame = _flat(110)
    frame[::40], frame[:, ::40] = 235, 235
    cv2.circle(frame, (320, 180), 160, (235, 235, 235), 3)
    for k in range(6):
        frame[120:200, 200 + 40 * k : 240 + 40 * k] = round(51 * k)
        stripes = np.arange(40) // (k + 1) % 2 * 235
        frame[210:260, 200 + 40 * k : 240 + 40 * k] = stripes[None, :, None]
    return frame


def gradient(_: float, rng: np.random.Generator) -> U8:
    """From dark to light, as a backdrop."""
    slope = np.linspace(20, 220, SIZE[1], dtype=np.float32)[None, :, None]
    return np.asarray(np.broadcast_to(slope * (0.5, 0.7, 1.0), (*SIZE, 3)), np.uint8)


def snow(_: float, rng: np.random.Generator) -> U8:
    """A station that does not send; the grain does the rest."""
    return _flat(120)


def logo(time: float, rng: np.random.Generator) -> U8:
    """The sign of a studio on black, which comes and goes."""
    frame = _flat(0)
    cv2.circle(frame, (320, 150), 70, (220, 180, 60), -1)
    cv2.circle(frame, (350, 130), 60, (0, 0, 0), -1)
    _text(frame, "CRESCENT PICTURES", 0.75, 0.08, (230, 230, 230))
    return np.asarray(frame * np.clip(min(time, SECONDS - time) / 1.5, 0, 1), np.uint8)


def corner_logo(_: float, rng: np.random.Generator) -> U8:
    """A station's sign in the corner of nothing."""
    frame = _flat(0)
    cv2.rectangle(frame, (560, 20), (620, 50), (200, 30, 30), -1)
    cv2.putText(frame, "TV7", (566, 43), cv2.FONT_HERSHEY_DUPLEX, 0.8, (255, 255, 255), 1)
    return frame


def countdown(time: float, rng: np.random.Generator) -> U8:
    """Seconds before a film, with a hand that goes round."""
    paper, first = int(rng.integers(150, 220)), int(rng.integers(9, 16))
    centre, radius = (320, 180), int(rng.integers(110, 160))
    frame = _flat(paper)
    end = 360 * (time % 1)
    cv2.ellipse(frame, centre, (400, 400), -90, 0, end, (paper - 60,) * 3, -1)
    cv2.circle(frame, centre, radius, (30, 30, 30), int(rng.integers(2, 7)))
    cv2.line(frame, (0, 180), (640, 180), (30, 30, 30), 2)
    cv2.line(frame, (320, 0), (320, 360), (30, 30, 30), 2)
    _text(frame, str(max(first - int(time), 0)), 0.6, rng.uniform(0.25, 0.4), (10, 10, 10))
    return frame


def credits_roll(time: float, rng: np.random.Generator) -> U8:
    """Names that scroll up, white on black."""
    frame, line, pace = _flat(0), rng.uniform(0.08, 0.12), rng.uniform(0.1, 0.2)
    for k in range(60):
        name = f"{rng.choice(list('ABCDEFGHJKLMNPRSTW'))}. {rng.choice(SURNAMES)}"
        y = 1.05 + k * line - pace * time
        if -0.1 < y < 1.1:
            _text(frame, f"{rng.choice(TRADES)}      {name}", y, 0.045, (225, 225, 225))
        else:
            rng.choice(TRADES)
    return frame


def title(time: float, rng: np.random.Generator) -> U8:
    """A card of text, another every four seconds."""
    frame = _flat(0)
    for part in range(int(time // 4) + 1):
        first, second = rng.choice(SURNAMES, 2)
        text = f"{first} and {second}, part {part + 1}"
    _text(frame, text, 0.5, 0.09, (240, 240, 240))
    return frame


def spinner(time: float, rng: np.random.Generator) -> U8:
    """A player that waits."""
    frame, pace = _flat(18), rng.uniform(200, 400)
    cv2.ellipse(frame, (320, 180), (40, 40), pace * time, 0, 280, (200, 200, 200), 5, cv2.LINE_AA)
    return frame


def end_screen(_: float, rng: np.random.Generator) -> U8:
    """Boxes where other films would be, and a button."""
    frame = _flat(35)
    for x in (60, 360):
        cv2.rectangle(frame, (x, 90), (x + 220, 214), (80, 80, 90), -1)
    cv2.rectangle(frame, (240, 270), (400, 310), (200, 30, 30), -1)
    cv2.putText(frame, "SUBSCRIBE", (256, 298), cv2.FONT_HERSHEY_DUPLEX, 0.8, (255, 255, 255), 1)
    return frame


def room(time: float, rng: np.random.Generator) -> U8:
    """An empty room that a fixed camera sees; its light changes otherwise in each take."""
    frame, things = _flat(95), np.random.default_rng(11)
    frame[230:] = (80, 65, 50)
    for _ in range(25):
        x, y = things.integers(0, (600, 320))
        wide, high = things.integers(15, 120, 2)
        ink = tuple(int(level) for level in things.integers(30, 220, 3))
        cv2.rectangle(frame, (x, y), (x + wide, y + high), ink, -1)
    light = 1 + 0.06 * np.sin(2 * np.pi * (time / rng.uniform(7, 15) + rng.random()))
    return np.asarray(np.clip(cv2.GaussianBlur(frame, (0, 0), 1.2) * light, 0, 255), np.uint8)


def stripes(time: float, rng: np.random.Generator) -> U8:
    """A wall of stripes that drifts."""
    wave = np.sin(
        2 * np.pi * (np.arange(SIZE[1], dtype=np.float32) / 40 + rng.uniform(0.2, 1) * time)
    )
    level: F32 = np.asarray(128 + 90 * np.sign(wave), np.float32)
    return np.asarray(np.broadcast_to(level[None, :, None], (*SIZE, 3)), np.uint8)


KINDS: dict[str, Draw] = {
    "black": black,
    "dark": dark,
    "white": white,
    "fade": fade,
    "bars": bars,
    "card": card,
    "gradient": gradient,
    "snow": snow,
    "logo": logo,
    "corner-logo": corner_logo,
    "countdown": countdown,
    "credits": credits_roll,
    "title": title,
    "spinner": spinner,
    "end-screen": end_screen,
    "room": room,
    "stripes": stripes,
}
GRAIN = {"dark": 5.0, "snow": 70.0, "room": 5.0, "countdown": 4.0, "stripes": 2.0, "bars": 1.5}
