"""Media that say nothing: noise, tones, silence, black pictures."""

from __future__ import annotations

from pathlib import Path

from av.filter import Graph
from av.filter.context import FilterContext

from reelprint.demo.encoding import Quality, write
from reelprint.demo.streams import Stream

LOUD = Quality(bits_per_s=192_000)


def sounds(folder: Path, seconds: float, seed: int) -> Path:
    """Noise of three colours, each of its own dice, tones and silence; another seed sounds
    otherwise."""
    folder.mkdir()
    pitch = 440 * seed
    for name, source, options in (
        ("white", "anoisesrc", {"color": "white", "seed": f"{seed}1", "amplitude": "0.3"}),
        ("pink", "anoisesrc", {"color": "pink", "seed": f"{seed}2", "amplitude": "0.5"}),
        ("brown", "anoisesrc", {"color": "brown", "seed": f"{seed}3", "amplitude": "0.5"}),
        ("tone", "sine", {"frequency": f"{pitch}"}),
        ("silence", "anullsrc", {}),
    ):
        options |= {"duration": f"{seconds}"} if source != "anullsrc" else {"d": f"{seconds}"}
        write(folder / f"{name}-{seed}.mp4", None, _source(source, **options), LOUD)
    return folder


def pictures(folder: Path, seconds: float, seed: int) -> Path:
    """Black, grey and colour bars with the noise of a seed."""
    folder.mkdir(exist_ok=True)
    for name, source, options in (
        ("black", "color", {"c": "black", "s": "320x180"}),
        ("grey", "color", {"c": "gray", "s": "320x180"}),
        ("bars", "smptebars", {"s": "320x180"}),
    ):
        noise = _source("anoisesrc", seed=f"{seed + 50}", duration=f"{seconds}", amplitude="0.3")
        shown = _source(source, **options, d=f"{seconds}")
        write(folder / f"{name}-{seed}.mp4", shown, noise, LOUD)
    return folder


def _source(name: str, **options: str) -> Stream:
    def add(graph: Graph) -> FilterContext:
        return graph.add(name, **options)

    return add
