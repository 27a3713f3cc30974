"""What there is to look at of each finding: frames side by side, the alignment of the sound."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from casework.record import Finding
from evidence.contents import CALIBRATION, MATCHES, Packed
from reelprint.answer import match_as_dict
from reelprint.explaining.explanation import Exhibit, Explained, Sounding, Wanted
from reelprint.explaining.gathering import explained
from reelprint.extraction import Extraction
from reelprint.identification import Identifier
from reelprint.showing import plot
from reelprint.showing.page import environment
from reelprint.showing.stills import Still
from reelprint.workspace import Workspace

SAME = ("work_id", "reference_id", "query", "reference")  # what tells matches of a suspect apart
GAP = 8  # pixels between two frames
BY = "reelprint export"

Image = NDArray[np.uint8]


def exhibits(
    workspace: Workspace, findings: Sequence[Finding], suspects: Mapping[Any, Extraction]
) -> Iterator[Packed]:
    """Pictures and drawings of findings, of those that are found again."""
    for (sha256, reading), suspect in sorted(suspects.items()):
        with closing(Identifier(workspace, reading == "fast")) as identifier:
            found = explained(workspace, identifier, suspect, Wanted()).explained
        own = [f for f in findings if (f.suspect_sha256, f.engine["reading"]) == (sha256, reading)]
        for finding in own:
            if (one := _of(finding, found)) is not None:
                yield from _shown(finding, one)


def _of(finding: Finding, found: Sequence[Explained]) -> Explained | None:
    wanted = [finding.match[name] for name in SAME]
    for one in found:
        match = match_as_dict(one.listed.named)
        if [match[name] for name in SAME] == wanted:
            return one
    return None


def _shown(finding: Finding, one: Explained) -> Iterator[Packed]:
    folder, media = (
        f"{MATCHES}/{finding.finding_id}",
        (f"{MATCHES}/{finding.finding_id}/match.json",),
    )
    for number, exhibit in enumerate(one.exhibits, start=1):
        if (png := side_by_side(exhibit)) is not None:
            yield Packed(f"{folder}/frames-{number}.png", png, "exhibit", "image/png", media, BY)
    if one.sounding is not None:
        data = alignment(one.sounding).encode("utf-8")
        sources = (*media, CALIBRATION)
        yield Packed(f"{folder}/sound.svg", data, "exhibit", "image/svg+xml", sources, BY)


def alignment(sounding: Sounding) -> str:
    """The drawing of which peaks fall together, as SVG."""
    template = environment("reelprint.proving").get_template("alignment.svg")
    return template.render(drawing=plot.scatter(sounding.dots))


def side_by_side(exhibit: Exhibit) -> bytes | None:
    """The suspect's frame on the left, the work's on the right, as PNG; the suspect's alone where
    the work's media is not at hand."""
    images = [_decoded(still) for still in (exhibit.suspect, exhibit.reference) if still]
    if exhibit.suspect is None:
        return None
    height = max(len(image) for image in images)
    parts: list[Image] = []
    for image in images:
        gap = [np.full((height, GAP, 3), 255, np.uint8)] if parts else []
        parts += [*gap, _padded(image, height)]
    _, png = cv2.imencode(".png", np.hstack(parts))
    return png.tobytes()


def _decoded(still: Still) -> Image:
    image = cv2.imdecode(np.frombuffer(still.jpeg, np.uint8), cv2.IMREAD_COLOR)
    if image is None:
        raise ValueError("a still of ours that cannot be read")
    return image.astype(np.uint8)


def _padded(image: Image, height: int) -> Image:
    padded = np.full((height, image.shape[1], 3), 255, np.uint8)
    padded[: len(image)] = image
    return padded
