"""A pirate site for the demo: what its streams show, and what ought to be said of them."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from capture.lab import Live
from reelprint.demo import makers
from reelprint.demo.copies import FASTER, other_piece, work_piece
from reelprint.demo.encoding import KEY_INFO

SITE = "stream.example"
PLAYLIST = "index.m3u8"


@dataclass(frozen=True, slots=True)
class Stream:
    """One stream of the site, and the works that are in it."""

    name: str
    what: str  # was done, for people
    make: Callable[[Path], None]
    works: frozenset[str]
    encrypted: bool = False

    @property
    def path(self) -> str:
        """Of its playlist, on the site."""
        return f"{self.name}/{PLAYLIST}"


_HOST = other_piece("crystal-rabbit-frog.mp4", 0, 10)
LIVE = Live(f"live/{PLAYLIST}", withheld=frozenset({4}))
STREAMS = (
    Stream(
        "film",
        "a film mirrored, small and pressed hard",
        partial(makers.mirrored, work_piece("big-buck-bunny.mp4", 4, 22)),
        frozenset({"big-buck-bunny"}),
    ),
    Stream(
        "vip",
        "a film 5 % faster, encrypted with AES-128",
        partial(makers.faster, work_piece("planet-blupi.mp4", 14, 34), FASTER),
        frozenset({"planet-blupi"}),
        encrypted=True,
    ),
    Stream(
        "live",
        "live: other programme, then a film; one segment cannot be had",
        partial(makers.cut_together, (_HOST, work_piece("sintel-trailer.mp4", 20, 38))),
        frozenset({"sintel-trailer"}),
    ),
    Stream(
        "own",
        "programme that is not registered",
        partial(makers.film, other_piece("crystal-rabbit-frog.mp4", 10, 26)),
        frozenset(),
    ),
)


def build(folder: Path, streams: Sequence[Stream]) -> None:
    """Make the site's files: each stream in a folder by its name."""
    for stream in streams:
        place = folder / stream.name
        place.mkdir(parents=True)
        if stream.encrypted:
            _lay_key(place)
        stream.make(place / PLAYLIST)


def _lay_key(place: Path) -> None:
    """A new key, and the file that tells FFmpeg's muxer where it lies and how it is called."""
    (place / "key").write_bytes(secrets.token_bytes(16))
    (place / KEY_INFO).write_text(f"key\n{place / 'key'}\n", encoding="utf-8")
