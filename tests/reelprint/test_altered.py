from __future__ import annotations

from dataclasses import replace

import pytest
from rich.console import Console

from matchers.match import Match, Modality, Standing
from matchers.view import Transform
from media.clip import Span
from reelprint.altered import altered, exchanged
from reelprint.answer import Named
from reelprint.commands.identifying import table
from reelprint.showing import words

BOX = (0.1, 0.1, 0.9, 0.9)


def match(transform: Transform, modality: Modality = "video", speed: float = 1.0) -> Match:
    return Match(1, modality, Span(0, 10), Span(30, 40), speed, 0.0, transform, 77.0, 1e-9)


@pytest.mark.parametrize(
    ("transform", "said"),
    [
        (Transform(), []),
        (Transform(mirrored=True), ["mirrored"]),
        (Transform(inverted=True), ["in negative"]),
        (Transform(crop=BOX), ["cropped"]),
        (Transform(picture=BOX), ["inside another picture"]),
        (Transform(rotation_deg=15.4), ["turned by 15 degrees clockwise"]),
        (Transform(rotation_deg=-1.6), ["turned by 2 degrees anticlockwise"]),
        (
            Transform(True, crop=BOX, picture=BOX, rotation_deg=90.0),
            ["mirrored", "cropped", "inside another picture", "turned by 90 degrees clockwise"],
        ),
    ],
)
def test_everything_that_was_done_is_said(transform: Transform, said: list[str]) -> None:
    assert altered(transform) == said
    assert words.picture(match(transform)) == (", ".join(said) or "as in the work")


def test_of_sound_no_picture_is_told() -> None:
    assert words.picture(match(Transform(), "audio")) == "no part in it"


def test_the_table_says_it_too() -> None:
    found = match(Transform(inverted=True, crop=BOX), speed=1.04)
    console = Console(width=200)
    with console.capture() as shown:
        console.print(table([Named("film", "film", "R1", found, ())]))
    assert "1.040 x speed, in negative, cropped, sound not told" in shown.get()


@pytest.mark.parametrize(
    ("modality", "sound", "picture", "said"),
    [
        ("both", "same", "same", []),
        ("video", "other", "same", ["other sound"]),
        ("video", "none", "same", ["no sound"]),
        ("video", "not_registered", "same", []),
        ("audio", "same", "still", ["still picture"]),
        ("audio", "same", "other", ["other picture"]),
    ],
)
def test_what_the_other_sense_does_is_said(
    modality: Modality, sound: Standing, picture: Standing, said: list[str]
) -> None:
    assert exchanged(replace(match(Transform(), modality), sound=sound, picture=picture)) == said
