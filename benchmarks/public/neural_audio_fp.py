"""The protocol of neural-audio-fp, on its own set, which is made of FMA.

Chang et al., "Neural Audio Fingerprint for High-specific Audio Retrieval Based on Contrastive
Learning", ICASSP 2021, Table 3; code and layout: github.com/mimbres/neural-audio-fp.

    music/test-query-db-500-30s/{db,query}/**/*.wav    500 songs of 30 s, and the same degraded
    music/test-dummy-db-100k-full/**/*.wav             whole songs to be mistaken (mini: 30 s each)

All 16-bit mono at 8 kHz. A song of 30 s is 59 segments of 1 s, 0.5 s apart; the segments of all
songs, in the order of their paths, are numbered through. A query of 1, 2, 3, 5, 6 or 10 s is 1, 3,
5, 9, 11 or 19 segments from one of 2,000 numbers on (`eval/test_ids_icassp2021.npy` of the code,
which has to be laid into the folder or named by `--ids`). `metrics/hits.py` says what is a hit.

The queries are degraded already: background noise at 0 to 10 dB, and one impulse response. By
`extras/dataset2wav.py` and issues 4 and 14 each second of a query was drawn up to 0.2 s early or
late and has noise and room of its own; version 1.1 has queries at other ratios, in other folders
beside `query` (`--query-folder`). Other folders than these are not looked at.

Two differences. Where a run of segments goes on into the next song, theirs is searched across the
seam, as if the songs were one; such queries are left out here, and counted: 30 % of those of 10 s.
And theirs always answers; what this engine does not tell at E <= 1 is missed.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate
from pathlib import Path

import numpy as np

from benchmarks.metrics import Truth
from benchmarks.public.given import PublicSet, counted
from benchmarks.public.reading import media, one
from benchmarks.public.songs import HOP_S, RATE, Place, length, query_of, read, write

TEST, DUMMIES = "test-query-db-500-30s", "test-dummy-db-100k-full"
IDS = "test_ids_icassp2021.npy"
HOP, SEGMENT = round(HOP_S * RATE), RATE


def load(
    folder: Path,
    into: Path,
    ids: Path | None = None,
    seconds: Sequence[int] = (),
    distractors: int | None = None,
    query_folder: str = "query",
) -> PublicSet:
    """Read the test songs and cut their queries into a folder.

    Of the songs to be mistaken the first are taken, as its code does for `10k_full`. Raises
    FileNotFoundError and ValueError for what is missing or does not fit together.
    """
    music = folder / "music" if (folder / "music").is_dir() else folder
    songs = media(music / TEST / "db", (".wav",), "song")
    degraded = media(music / TEST / query_folder, (".wav",), "query")
    _agree(songs, degraded)
    others = media(music / DUMMIES, (".wav",), "song to be mistaken") if distractors != 0 else []
    named = {path.relative_to(music).with_suffix("").as_posix(): path for path in songs}
    sources = dict(zip(named, degraded, strict=True))
    places = _places(named, _numbers(ids or one(folder, IDS)))
    runs = [
        query_of(place, s) for place, end in places for s in seconds if place.start_s + s <= end
    ]
    queries = {run.query_id: _cut(run, sources, into) for run in runs}
    kept = others[:distractors]
    mistaken = {path.relative_to(music).with_suffix("").as_posix(): path for path in kept}
    return PublicSet(
        queries,
        {**named, **mistaken},
        tuple(runs),
        "audio",
        left_out=counted(
            {"queries that go on into the next song": len(places) * len(seconds) - len(queries)},
            {"songs to be mistaken, by --distractors": len(others) - len(kept)},
        ),
    )


def segments(samples: int) -> int:
    """How many segments the code of the paper makes of a song.

    >>> segments(30 * RATE), segments(RATE // 2)
    (59, 1)
    """
    return (samples - SEGMENT) // HOP + 1 if samples > SEGMENT else 1


def _cut(run: Truth, sources: Mapping[str, Path], into: Path) -> Path:
    samples = read(sources[run.work or ""], run.reference)
    return write(into / f"{run.query_id}.wav", samples)


def _agree(songs: Sequence[Path], degraded: Sequence[Path]) -> None:
    """Songs and queries are told apart by their order alone, so both must be whole."""
    if len(songs) != len(degraded):
        raise ValueError(f"{len(songs)} songs, but {len(degraded)} degraded ones")
    at = {path.stem: number for number, path in enumerate(songs)}
    for number, path in enumerate(degraded):
        if at.get(path.stem, number) != number:
            raise ValueError(f"{path} is not at the place of its song: a file is missing")
        if segments(length(path)) != segments(length(songs[number])):
            raise ValueError(f"{path} and {songs[number]} are not of one length")


def _places(songs: Mapping[str, Path], numbers: Sequence[int]) -> list[tuple[Place, float]]:
    """Where each numbered segment lies, and when its song ends, by whole segments."""
    counts = [segments(length(path)) for path in songs.values()]
    ends = list(accumulate(counts))
    if max(numbers, default=0) >= ends[-1]:
        raise ValueError(f"segment {max(numbers)} of {ends[-1]}: songs are missing or too short")
    at = [(number, bisect_right(ends, number)) for number in numbers]
    names = list(songs)
    return [
        (
            Place(f"{number:05}", names[k], (number - ends[k] + counts[k]) * HOP_S),
            (counts[k] + 1) * HOP_S,
        )
        for number, k in at
    ]


def _numbers(path: Path) -> list[int]:
    """The numbers of segments that queries begin with."""
    numbers = np.load(path, allow_pickle=False)
    if numbers.ndim != 1 or numbers.dtype.kind not in "iu" or (numbers < 0).any():
        raise ValueError(f"{path} does not hold a list of numbers of segments")
    return [int(number) for number in numbers]
