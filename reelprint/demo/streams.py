"""Picture and sound made by FFmpeg's filters: what a pirate does to a film, as short calls.

A stream is a recipe that adds filters to a graph when it is written, so that recipes can be put
together freely. Nothing here touches a pixel or a sample itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from av import AudioFrame, VideoFrame
from av import EOFError as EndOfStream
from av.filter import Graph
from av.filter.context import FilterContext
from av.frame import Frame

Stream = Callable[[Graph], FilterContext]
Kind = Literal["picture", "sound"]

RATE = 48_000
LEVEL = "lavfi.astats.Overall.RMS_level"


@dataclass(frozen=True, slots=True)
class Cut:
    """A piece of a media file, in seconds."""

    path: Path
    start_s: float
    end_s: float
    seek_s: float = 0.0  # where reading begins, after the first stamp: to spare what lies before

    @property
    def duration_s(self) -> float:
        """Its length."""
        return self.end_s - self.start_s


def picture(cut: Cut) -> Stream:
    """The picture of a piece, beginning at time 0."""

    def add(graph: Graph) -> FilterContext:
        source = graph.add("movie", **_opened(cut))
        piece = then(graph, source, "trim", start=f"{cut.start_s}", end=f"{cut.end_s}")
        return then(graph, piece, "setpts", expr="PTS-STARTPTS")

    return add


def sound(cut: Cut) -> Stream:
    """The sound of a piece, beginning at time 0, at one rate for all."""

    def add(graph: Graph) -> FilterContext:
        source = graph.add("amovie", **_opened(cut))
        piece = then(graph, source, "atrim", start=f"{cut.start_s}", end=f"{cut.end_s}")
        return _even(graph, then(graph, piece, "asetpts", expr="PTS-STARTPTS"))

    return add


def pink_noise(seconds: float, seed: int) -> Stream:
    """The same noise for the same seed."""

    def add(graph: Graph) -> FilterContext:
        source = graph.add(
            "anoisesrc",
            color="pink",
            seed=f"{seed}",
            duration=f"{seconds}",
            sample_rate=f"{RATE}",
            amplitude="0.5",
        )
        return _even(graph, source)

    return add


def through(stream: Stream, name: str, **options: str) -> Stream:
    """A stream after one filter more."""
    return lambda graph: then(graph, stream(graph), name, **options)


def in_a_row(kind: Kind, *streams: Stream) -> Stream:
    """Streams of one kind and shape, one after another."""

    def add(graph: Graph) -> FilterContext:
        picture_outputs, sound_outputs = ("1", "0") if kind == "picture" else ("0", "1")
        joint = graph.add("concat", n=f"{len(streams)}", v=picture_outputs, a=sound_outputs)
        for place, stream in enumerate(streams):
            stream(graph).link_to(joint, 0, place)
        return joint

    return add


def mixed(first: Stream, second: Stream) -> Stream:
    """Two sounds over each other, the second brought to the power of the first."""
    gain_db = level_db(first) - level_db(second)

    def add(graph: Graph) -> FilterContext:
        # Both at half scale, so that the sum does not clip.
        mix = graph.add("amix", inputs="2", duration="shortest", normalize="1")
        first(graph).link_to(mix, 0, 0)
        then(graph, second(graph), "volume", volume=f"{gain_db}dB").link_to(mix, 0, 1)
        return mix

    return add


def level_db(stream: Stream) -> float:
    """The mean power of a sound, in dB below full scale."""
    measured = through(stream, "astats", metadata="1", measure_perchannel="none")
    level = "-inf"
    for frame in sounds(measured):
        level = frame.metadata[LEVEL]
    return float(level)


def pictures(stream: Stream) -> Iterator[VideoFrame]:
    """The frames of a picture stream."""
    return (frame for frame in _pulled(stream, "buffersink") if isinstance(frame, VideoFrame))


def sounds(stream: Stream) -> Iterator[AudioFrame]:
    """The frames of a sound stream."""
    return (frame for frame in _pulled(stream, "abuffersink") if isinstance(frame, AudioFrame))


def then(graph: Graph, node: FilterContext, name: str, **options: str) -> FilterContext:
    """Put a filter behind a node."""
    following = graph.add(name, **options)
    node.link_to(following)
    return following


def _pulled(stream: Stream, sink_name: str) -> Iterator[Frame]:
    graph = Graph()
    sink = then(graph, stream(graph), sink_name)
    graph.configure()
    while True:
        try:
            yield sink.pull()
        except EndOfStream:
            return


def _opened(cut: Cut) -> dict[str, str]:
    seek = {"seek_point": f"{cut.seek_s:.3f}"} if cut.seek_s > 0 else {}
    return {"filename": str(cut.path.resolve()), **seek}


def _even(graph: Graph, node: FilterContext) -> FilterContext:
    return then(
        graph,
        node,
        "aformat",
        sample_fmts="fltp",
        sample_rates=f"{RATE}",
        channel_layouts="stereo",
    )
