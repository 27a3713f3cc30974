"""Sends sound through one filter of ffmpeg."""

from __future__ import annotations

from fractions import Fraction

import av
import numpy as np

from media.clip import F32


def through(samples: F32, rate: int, name: str, arguments: str) -> F32:
    """What the filter makes of sound of shape (2, n); its length is the filter's business."""
    graph = av.filter.Graph()
    source = graph.add_abuffer(
        sample_rate=rate, format="flt", layout="stereo", time_base=Fraction(1, rate)
    )
    sink = graph.add("abuffersink")
    graph.link_nodes(source, graph.add(name, arguments), _packed(graph), sink).configure()
    graph.push(_frame(samples, rate))
    graph.push(None)
    parts: list[F32] = []
    while (part := _pull(graph)) is not None:
        parts.append(part)
    return np.concatenate(parts, axis=1)


def _packed(graph: av.filter.Graph) -> av.filter.context.FilterContext:
    """Filters choose their own sample format; this makes the last one known."""
    return graph.add("aformat", "sample_fmts=flt")


def _frame(samples: F32, rate: int) -> av.AudioFrame:
    packed = np.ascontiguousarray(samples.T.reshape(1, -1))
    frame = av.AudioFrame.from_ndarray(packed, "flt", "stereo")
    frame.rate, frame.pts, frame.time_base = rate, 0, Fraction(1, rate)
    return frame


def _pull(graph: av.filter.Graph) -> F32 | None:
    """The next part of the result, shape (2, n); None at its end."""
    try:
        frame = graph.pull()
    except EOFError:
        return None
    if not isinstance(frame, av.AudioFrame):
        raise TypeError("a filter of sound gave no sound")
    return np.asarray(frame.to_ndarray(), np.float32).reshape(-1, 2).T
