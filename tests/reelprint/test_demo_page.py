from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import pytest

from matchers.coincidences import Coincidences
from matchers.match import Match, Modality
from matchers.view import Transform
from media.clip import Loss, Span
from reelprint.answer import Answer, Engine, Named, Status
from reelprint.demo.exhibits import Exhibit, Pair
from reelprint.demo.makers import no_film
from reelprint.demo.page import Section, render
from reelprint.demo.suspect import Shown, Suspect
from reelprint.showing.stills import Still

EVIL = "<script>alert('x')</script><img src=http://evil.example/x onerror=alert(1)>\"'&"
ENGINE = Engine("9.9.9", ("video-dct256-1", "audio-landmark-2"), "index-7", "calibration-5")
STILL = Still(1.0, b"\xff\xd8jpeg", 320, 180)
SOUND = Coincidences(
    Span(-1, 11), Span(29, 41), ((0, 30), (10, 40)), ((1, 31), (5, 35)), ((2, 38),), 321, 123
)


class Reader(HTMLParser):
    """Collects what a browser would act on."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data


def named(
    title: str = "A work", at_s: float = 0.0, modality: Modality = "both", mirrored: bool = False
) -> Named:
    match = Match(
        1, modality, Span(at_s, at_s + 10), Span(30, 40.5), 1.05, 0.84,
        Transform(mirrored=mirrored), 77.4, 3.2e-19,
    )  # fmt: skip
    return Named(title, title, "R1", match, ())


def section(
    *matches: Named,
    text: str = "plain",
    status: Status = "identified",
    duration_s: float | None = 40.0,
) -> Section:
    answer = Answer(
        text, "ab" * 32, duration_s, status, None if matches else text,
        (Loss("truncated", text),), matches, 1e-4, ENGINE,
    )  # fmt: skip
    shown = Shown(Suspect(text, text, text, no_film), Path("gone"), answer)
    exhibits = tuple(
        Exhibit(
            (Pair(STILL, STILL),) if m.match.modality != "audio" else (),
            SOUND if m.match.modality != "video" else None,
        )
        for m in matches
    )
    return Section(shown, exhibits)


def test_hostile_words_stay_words() -> None:
    hostile = [section(named(EVIL), text=EVIL), section(text=EVIL, status="unreadable")]
    page = Reader(render(hostile, 1, 1.0))
    assert page.text.count(EVIL) >= 8  # title, label, what, file name, reason and loss
    assert not {"script", "iframe", "object", "link", "base", "form"} & set(page.tags)
    assert not [name for name, _ in page.attributes if name.startswith("on")]


def test_the_page_needs_nothing_else() -> None:
    page = Reader(render([section(named())], 1, 1.0))
    links = [value for name, value in page.attributes if name in {"src", "href", "srcset"}]
    assert links
    assert all(link.startswith(("data:image/jpeg;base64,", "#")) for link in links)
    assert "url(" not in page.text
    assert "@import" not in page.text
    assert any("default-src 'none'" in value for _, value in page.attributes)


def test_the_page_says_what_was_found() -> None:
    text = Reader(render([section(named(mirrored=True))], 12, 61.4)).text
    for said in (
        "A work", "picture and sound", "0:00.0 to 0:10.0", "0:30.0 to 0:40.5", "1.050",
        "0.84 semitones above", "mirrored", "77", "3e-19", "10¹⁸ searches", "123 of the 321",
        "9.9.9", "index-7", "calibration-5", "audio-landmark-2", "0.0001", "12 works",
        "61 seconds", "Blender Foundation", "CC-BY-3.0",
    ):  # fmt: skip
        assert said in text, said


def test_only_the_senses_that_took_part_are_shown() -> None:
    sound_only = Reader(render([section(named(modality="audio"))], 1, 1.0))
    picture_only = Reader(render([section(named(modality="video"))], 1, 1.0))
    assert ("svg" in sound_only.tags, "img" in sound_only.tags) == (True, False)
    assert ("svg" in picture_only.tags, "img" in picture_only.tags) == (False, True)
    assert "no part in it" in sound_only.text
    assert "no part in it" in picture_only.text


def test_matches_stand_in_the_order_of_the_suspect() -> None:
    page = render([section(named("later", 20.0), named("earlier", 4.0))], 2, 1.0)
    assert page.index("<strong>earlier") < page.index("<strong>later")
    assert page.index("left:10.0%;width:25.0%") < page.index("left:50.0%;width:25.0%")


def test_an_answer_that_ought_to_be_another_is_marked() -> None:
    wrong = section(named())  # nothing is expected of it
    right = section(status="no_match")
    text = Reader(render([wrong, right], 1, 1.0)).text
    assert "1 of 2 answers are as they ought to be" in text
    assert "not as expected" in text


@pytest.mark.parametrize("duration_s", [None, 0.0])
def test_a_suspect_without_length_has_no_timeline(duration_s: float | None) -> None:
    one = section(status="unreadable", duration_s=duration_s)
    assert "timeline" not in render([one], 1, 1.0).split("</style>")[1]


def test_a_page_of_nothing_is_a_page() -> None:
    assert "0 of 0" in Reader(render([], 0, 0.1)).text
