"""A plain folder of FMA (fma_full, fma_large …), searched as neural-audio-fp does it.

Defferrard et al., "FMA: A Dataset for Music Analysis", ISMIR 2017: NNN/NNNNNN.mp3. Some of its
tracks are known not to decode, or to be shorter than they say: those that cannot be read are
counted, and stay true. There is no list of queries, so they are made here: of the tracks that are
long enough, some by the hash of their numbers, four places each on the half second, and from each
place queries of 1, 2, 3, 5, 6 and 10 s. With `--aug`, the folder `aug` of neural-audio-fp's set,
each place gets one of its test backgrounds (`bg/ts`) at 0 to 10 dB and one of its impulse responses
(`ir/ts`, the first 75 ms, as its code cuts them); without, queries are clean, and the result says
so. Everything is drawn from hashes, so a run can be repeated. Queries are at 8 kHz, references as
they are. The figures stand beside Table 3 of neural-audio-fp; they are not of its set.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import av
import numpy as np
from scipy.signal import fftconvolve, resample_poly  # type: ignore[attr-defined]  # untyped

from benchmarks import excerpt
from benchmarks.public.given import PublicSet, counted
from benchmarks.public.reading import by_stem, media
from benchmarks.public.songs import HOP_S, RATE, SECONDS, Place, Samples, query_of, read, write
from benchmarks.sound_scene import added
from media.clip import F32, Span

TRACK = re.compile(r"\d{6}")
PLACES = 4  # a song, as 2,000 queries of 500
SNR_DB = (0.0, 10.0)
RESPONSE = 600  # samples of an impulse response that are used
FULL_SCALE = 2**15 - 1


def load(
    folder: Path,
    into: Path,
    songs: int = 500,
    seconds: Sequence[int] = SECONDS,
    distractors: int | None = None,
    aug: Path | None = None,
) -> PublicSet:
    """Read a folder and cut queries out of some of its tracks.

    Raises FileNotFoundError and ValueError for what is missing or malformed.
    """
    files = by_stem(media(folder, (".mp3",), "track"))
    tracks = {name: path for name, path in files.items() if TRACK.fullmatch(name)}
    if not tracks:
        raise FileNotFoundError(f"no track with a number for a name under {folder}")
    ordered = sorted(tracks, key=_hash)
    chosen = _long_enough(tracks, ordered, songs)
    others = [name for name in ordered if name not in chosen]
    noises = _noises(aug)
    made = [
        (true, write(into / f"{true.query_id}.wav", samples[: seconds_ * RATE]))
        for name, duration_s in chosen.items()
        for place in _places(name, duration_s)
        if len(samples := _degraded(tracks[name], place, noises))
        for seconds_ in seconds
        for true in [query_of(place, seconds_)]
    ]
    kept = [*chosen, *others[:distractors]]
    whole = len(chosen) * PLACES * len(seconds)
    return PublicSet(
        {true.query_id: path for true, path in made},
        {name: tracks[name] for name in kept},
        tuple(true for true, _ in made),
        "audio",
        left_out=counted(
            {"files without a number for a name": len(files) - len(tracks)},
            {"tracks, by --distractors": len(tracks) - len(kept)},
            {"songs of queries, for want of tracks that are long enough": songs - len(chosen)},
            {"queries of tracks that break off": whole - len(made)},
        ),
    )


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def _long_enough(tracks: Mapping[str, Path], ordered: Sequence[str], many: int) -> dict[str, float]:
    """The first so many tracks in an order that hold the longest query, with their durations."""
    found: dict[str, float] = {}
    for name in ordered:
        if len(found) < many and (duration_s := _duration_s(tracks[name])) >= max(SECONDS) + 1:
            found[name] = duration_s
    return found


def _duration_s(path: Path) -> float:
    """What a container says; 0 when it does not open."""
    try:
        with av.open(str(path), metadata_errors="replace") as container:
            return (container.duration or 0) / av.time_base
    except av.error.FFmpegError:
        return 0.0


def _places(song: str, duration_s: float) -> Iterator[Place]:
    steps = int((duration_s - max(SECONDS)) / HOP_S)
    for k in range(PLACES):
        draw = _rng(f"{song}/{k}").integers(steps)
        yield Place(f"{song}-{k}", song, float(draw) * HOP_S)


def _degraded(path: Path, place: Place, noises: tuple[Sequence[Path], Sequence[Path]]) -> Samples:
    """The longest query at a place, which begins with the shorter ones; empty if none is there."""
    span = Span(place.start_s, place.start_s + max(SECONDS))
    try:
        sound = excerpt.sound(path, span).mean(axis=0, keepdims=True)
    except av.error.FFmpegError:
        return np.empty(0, np.int16)
    heard = np.asarray(resample_poly(sound, RATE, excerpt.RATE, axis=1), np.float32)
    if not heard.any():
        return np.empty(0, np.int16)
    return _whole_numbers(_noisy(heard, noises, _rng(place.name)))


def _noisy(
    heard: F32, noises: tuple[Sequence[Path], Sequence[Path]], rng: np.random.Generator
) -> F32:
    """With a background and a room, where there are any."""
    backgrounds, rooms = noises
    if not backgrounds:
        return heard
    background = _floats(backgrounds[int(rng.integers(len(backgrounds)))])
    start = rng.integers(max(1, len(background) - heard.shape[1]))
    other = np.resize(background[start:], heard.shape)
    mixed = added(heard, other, float(rng.uniform(*SNR_DB)))
    room = _floats(rooms[int(rng.integers(len(rooms)))])[:RESPONSE]
    return np.asarray(fftconvolve(mixed, room[None], axes=1)[:, : heard.shape[1]], np.float32)


def _noises(aug: Path | None) -> tuple[Sequence[Path], Sequence[Path]]:
    """Backgrounds and impulse responses; none of either without a folder."""
    if aug is None:
        return (), ()
    backgrounds = media(aug / "bg" / "ts", (".wav",), "background")
    return backgrounds, media(aug / "ir" / "ts", (".wav",), "impulse response")


def _floats(path: Path) -> F32:
    return np.asarray(read(path) / np.float32(FULL_SCALE + 1), np.float32)


def _whole_numbers(heard: F32) -> Samples:
    """Sixteen bits, as loud as can be."""
    return np.asarray(heard[0] / np.abs(heard).max() * FULL_SCALE, np.int16)


def _rng(text: str) -> np.random.Generator:
    return np.random.default_rng(list(_hash(text)))
