"""Golden vectors: this build computes the published values, which anybody may check.

`python -m fingerprint.conformance` checks them and `--write` makes them anew. There is one file
for each scheme in `fingerprint/golden/`, and one for the stages on the way. Everything is compared
exactly, but for stages before a threshold: those are rounded and may differ by one step.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from pathlib import Path

import numpy as np

from fingerprint.audio.pairs import reference_keys
from fingerprint.audio.spectrum import log_spectrum, whiten
from fingerprint.registry import SCHEMES, beside_all
from fingerprint.scheme import Scheme
from fingerprint.synthetic import synthetic_clips
from fingerprint.video.phash import SIDE
from fingerprint.video.resample import lanczos
from fingerprint.video.thumbnail import thumbnails
from media.clip import Clip, Frames, Sound

STAGES = "stages"
ROUNDED = ("thumbnail", "log_spectrum", "whitened")  # stages whose last step may differ
STEPS_PER_LEVEL = 16
STEPS_PER_NAT = 100
FRAMES_APART = 10  # of what is read of every frame

Vector = Sequence[int | str | float]
Vectors = Mapping[str, Vector]  # by "clip.part"


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A golden vector that this build does not give."""

    vector: str  # "file/clip.part"
    detail: str


def check() -> list[Mismatch]:
    """Everything in which this build differs from the published values; empty if all is well."""
    published, computed = expected(), compute()
    return [
        Mismatch(f"{name}/{part}", detail)
        for name in sorted(published.keys() | computed.keys())
        for part, detail in _differences(published.get(name, {}), computed.get(name, {}))
    ]


def expected() -> dict[str, Vectors]:
    """The published vectors, by file: a scheme's name or `stages`."""
    shipped = (f for f in _folder().iterdir() if f.name.endswith(".json"))
    return {f.name.removesuffix(".json"): json.loads(f.read_text("utf-8")) for f in shipped}


def compute(clips: Mapping[str, Clip] | None = None) -> dict[str, Vectors]:
    """The vectors as this build computes them, on the synthetic clips unless others are given."""
    clips = synthetic_clips() if clips is None else clips
    return {
        **{s.name: dict(_of_scheme(s, clips)) for s in (*SCHEMES, *beside_all())},
        STAGES: dict(_of_stages(clips)),
    }


def write(folder: Path) -> None:
    """Write all vectors, one a line."""
    for name, vectors in compute().items():
        lines = ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in vectors.items())
        (folder / f"{name}.json").write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")


def _of_scheme(scheme: Scheme, clips: Mapping[str, Clip]) -> Iterator[tuple[str, Vector]]:
    for name, clip in clips.items():
        codes = scheme.fingerprint(clip)
        if not len(codes):
            continue
        if scheme.metric == "beside":
            codes = codes.take(np.arange(len(codes)) % FRAMES_APART == 0)
        yield f"{name}.codes", [code.tobytes().hex() for code in codes.codes]
        yield f"{name}.quality", codes.quality.tolist()
        yield f"{name}.times_us", np.rint(codes.times * 1e6).astype(int).tolist()
        if scheme.metric == "landmark":
            yield f"{name}.keys", reference_keys(codes).keys.tolist()


def _of_stages(clips: Mapping[str, Clip]) -> Iterator[tuple[str, Vector]]:
    for name, clip in clips.items():
        if clip.frames is not None:
            yield from _of_picture(name, clip.frames)
        if clip.sound is not None:
            yield from _of_sound(name, clip.sound)


def _of_picture(name: str, frames: Frames) -> Iterator[tuple[str, Vector]]:
    """The first frame, whole after the resizing of one scheme, thinned out after the other's."""
    first = frames.luma[:1]
    yield f"{name}.luma", [row.tobytes().hex() for row in lanczos(first, SIDE, SIDE)[0]]
    thinned = thumbnails(first)[0, ::5, ::5]
    yield f"{name}.thumbnail", np.rint(thinned * STEPS_PER_LEVEL).astype(int).ravel().tolist()


def _of_sound(name: str, sound: Sound) -> Iterator[tuple[str, Vector]]:
    """Every hundredth frame and eighth bin."""
    spectrum = log_spectrum(sound.samples)
    for stage, values in (("log_spectrum", spectrum), ("whitened", whiten(spectrum))):
        thinned = values[50::100, ::8]
        yield f"{name}.{stage}", np.rint(thinned * STEPS_PER_NAT).astype(int).ravel().tolist()


def _differences(published: Vectors, computed: Vectors) -> Iterator[tuple[str, str]]:
    for part in sorted(published.keys() | computed.keys()):
        if part not in published:
            yield part, "nothing was published; is this a new scheme?"
        elif part not in computed:
            yield part, "this build computes no such vector"
        elif len(published[part]) != len(computed[part]):
            yield part, f"{len(computed[part])} values instead of {len(published[part])}"
        else:
            yield from _different_values(part, published[part], computed[part])


def _different_values(part: str, published: Vector, computed: Vector) -> Iterator[tuple[str, str]]:
    slack = 1 if part.endswith(ROUNDED) else 0
    pairs = list(zip(published, computed, strict=True))
    wrong = [i for i, (a, b) in enumerate(pairs) if not _agree(a, b, slack)]
    if wrong:
        was, now = pairs[wrong[0]]
        yield part, f"{len(wrong)} of {len(pairs)} differ, the first is {now!r} instead of {was!r}"


def _agree(published: int | str | float, computed: int | str | float, slack: int) -> bool:
    if isinstance(published, str) or isinstance(computed, str):
        return published == computed
    return abs(published - computed) <= slack


def _folder() -> Traversable:
    return files("fingerprint") / "golden"


def main() -> int:
    """Check the vectors or write them; 1 if any differs."""
    parser = argparse.ArgumentParser(prog="python -m fingerprint.conformance", description=__doc__)
    parser.add_argument("--write", action="store_true", help="make the golden vectors anew")
    if parser.parse_args().write:
        with as_file(_folder()) as folder:
            write(folder)
    mismatches = check()
    for mismatch in mismatches:
        print(f"{mismatch.vector}: {mismatch.detail}")
    print(f"{len(mismatches)} of the golden vectors differ" if mismatches else "all vectors agree")
    return 1 if mismatches else 0


if __name__ == "__main__":
    sys.exit(main())
