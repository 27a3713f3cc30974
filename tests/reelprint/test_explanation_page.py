"""The page of an explanation: what it says, and that hostile words stay words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import pytest

from matchers.account import Account, Part
from matchers.coincidences import Answered
from matchers.fusion import Fate
from matchers.material import Detailed, Heard, Material, Seen
from matchers.moments import WHOLE, Moment, Sought
from matchers.significance import Search, e_value
from media.clip import Loss
from reelprint.answer import Answer, Status
from reelprint.explaining import phrases
from reelprint.explaining.explanation import (
    Exhibit,
    Explained,
    Explanation,
    Listed,
    Medium,
    Needed,
    Opponent,
    Sounding,
    Wanted,
)
from reelprint.explaining.facts import as_dict
from reelprint.explaining.page import render
from reelprint.showing.words import number
from tests.reelprint.test_demo_page import ENGINE, EVIL, SOUND, STILL, Reader, named

SEARCH = Search(300, 1e4, 1200)


def listed(score: float = 77.4, fate: Fate = "reported", title: str = "A work") -> Listed:
    parts = (
        Part("peaks", 120, 90, 100.0, 2.5, 0.0, None, 40.0, ((0, 25.0), (4, 15.0))),
        Part("features", 20, 18, (score - 35.0) * 1.5, 1.5, 5.0, 18.0, score - 40.0,
             ((0, score - 40.0),)),
    )  # fmt: skip
    match = replace(named(title).match, score=score, e_value=e_value(score, SEARCH))
    account = Account(parts, score, "features", SEARCH, match.e_value, 1e-4)
    return Listed(replace(named(title), match=match), fate, account)


def explained(
    title: str = "A work", rival: Opponent | None = None, source: str = "/masters/a.mp4"
) -> Explained:
    sought = Sought(90, (((0.2, 0.3), (0.8, 0.3)),), 0.4)
    shown = Exhibit(Moment(1.0, 31.0, 9.5, WHOLE, WHOLE, features=sought), STILL, STILL)
    bare = Exhibit(Moment(5.0, 35.0, -1.0, WHOLE, WHOLE, bits=12), STILL, None)
    return Explained(
        listed(title=title), ("frames", 55.0), rival, Medium("cd" * 32, source, "there"),
        (shown, bare), Sounding(Answered(822, 724, 121.4), SOUND),
    )  # fmt: skip


def explanation(
    *matches: Explained, text: str = "suspect.mp4", status: Status = "identified"
) -> Explanation:
    answer = Answer(
        text, "ab" * 32, 40.0, status, None if matches else text, (Loss("truncated", text),),
        tuple(one.listed.named for one in matches), 1e-4, ENGINE,
    )  # fmt: skip
    near = (listed(9.0, "above_bound", text),)
    return Explanation(
        answer, Wanted(text), Material(Heard(30, 900), Seen(640, 630, 80.0), Detailed(300, 400.0)),
        ("mostly_flat",), (Needed("peaks", 13.5),), matches, 0, () if matches else near, near, 3,
    )  # fmt: skip


def text_of(one: Explanation, differs: tuple[str, ...] | None = None) -> str:
    return " ".join(Reader(render(one, differs)).text.split())


def test_hostile_words_stay_words() -> None:
    rival = Opponent(listed(9.0, "above_bound", EVIL), 2.0)
    hostile = [
        render(explanation(explained(EVIL, rival, EVIL), text=EVIL), (EVIL,)),
        render(explanation(text=EVIL, status="no_match"), ()),
        render(explanation(text=EVIL, status="unreadable")),
    ]
    for page in map(Reader, hostile):
        assert page.text.count(EVIL) >= 3
        assert not {"script", "img", "iframe", "object", "link", "base", "form"} & set(page.tags)
        assert not [name for name, _ in page.attributes if name.startswith("on")]
        links = [value for name, value in page.attributes if name in {"src", "href", "srcset"}]
        assert all(link.startswith("data:image/jpeg;base64,") for link in links)


def test_words_that_turn_others_or_do_not_show_are_spelled_out() -> None:
    evil = "film\u202e\x1b[2J\udcff.mp4"
    page = render(explanation(explained(evil), text=evil), (evil,))
    assert page.encode("utf-8")
    assert not {"\u202e", "\x1b"} & set(page)
    assert page.count("film\\u202e\\x1b[2J\\udcff.mp4") >= 4


def test_the_page_says_what_a_match_rests_on() -> None:
    said = text_of(explanation(explained()))
    for words in (
        "From 0:00.0 to 0:10.0 the picture and sound of the suspect match “A work” from 0:30.0",
        "1 of the 90 features", "0.4 are", "differ in 12 of 256 bits", "picture at 0:35.0 is not",
        "724 of the 822 spectral peaks", "About 121 would be by accident",
        "it is the file that was registered", "cd" * 32, "not counted", "55.00 nats",
        "100.00 2.5 0.00 40.00", "63.60 1.5 5.00 37.40", "Score, in nats 77.40", "3.6·10⁹",
        "No other registered work came near", "proves 18 nats by itself", "3 more",
    ):  # fmt: skip
        assert words in said, words
    assert "does not explain" not in said


def test_the_e_value_on_the_page_is_what_the_sum_gives() -> None:
    one = listed()
    said = text_of(explanation(explained()))
    sum_of_logs = f"e22.00 \N{MINUS SIGN} 77.40 = {number(one.account.e_value)}"
    assert sum_of_logs in said.replace("77.40=", "77.40 =")


def test_what_is_no_match_is_never_said_to_match() -> None:
    said = text_of(explanation(text="other.mp4", status="no_match"))
    assert " matches “" not in said
    assert " match “" not in said
    assert "It is no match. It has 9.00 nats; 31.21 are needed" in said
    assert "Most of its frames are black" in said
    assert "No match with the work other.mp4 was found." in said


def test_an_unreadable_file_is_not_said_to_carry_nothing() -> None:
    unread = Answer("x.mp4", None, None, "unreadable", "it is empty", (), (), 1e-4, ENGINE)
    said = text_of(Explanation(unread, Wanted()))
    assert "could not be read" in said
    assert "It is empty." in said
    assert "No match" not in said


def test_an_answer_that_does_not_agree_is_said_first() -> None:
    one = explanation(explained())
    assert "The index was another." in text_of(one, ("The index was another",))
    assert "does not explain the answer" in text_of(one, ("The index was another",))
    assert "was given again" in text_of(one, ())
    assert "handed in" not in text_of(one)


@pytest.mark.parametrize(
    ("fate", "words"),
    [
        ("reported", "It did not lose: it is reported as well"),
        ("above_bound", "It is no match"),
        ("covered", "a more certain match of the same reference takes most"),
    ],
)
def test_a_runner_up_lost_for_the_reason_that_is_said(fate: Fate, words: str) -> None:
    said = phrases.runner_up(Opponent(listed(9.0, fate, "Other"), 2.0))
    assert words in said
    assert said.startswith("“Other” [Other], for 2.0 s of the same stretch.")


def test_a_single_picture_has_a_moment_and_no_stretch() -> None:
    one = listed()
    match = replace(
        one.named.match, modality="video", query=replace(one.named.match.query, end_s=0)
    )
    still = replace(one, named=replace(one.named, match=match))
    assert phrases.sentence(still).startswith(
        "The picture of the suspect matches “A work” at 0:30.0"
    )


def test_json_holds_the_same_facts() -> None:
    found = as_dict(explanation(explained()), ())
    assert found["given"] == {"agrees": True, "differences": []}
    assert "nearest" not in found
    assert {"answer", "wanted", "material", "needed", "matches", "considered"} <= found.keys()


def test_json_never_says_that_what_is_no_match_matches() -> None:
    found = as_dict(explanation(text="other.mp4", status="no_match"))
    (near,) = cast(list[dict[str, str]], found["nearest"])
    assert near["fate"] == "above_bound"
    assert "picture and sound of the suspect come near “other.mp4”" in near["says"]
    assert "It is no match." in near["says"]


def test_what_the_other_sense_does_is_said() -> None:
    one = explained().listed.named

    def said(**changed: Any) -> str:
        return phrases.other_sense(replace(one, match=replace(one.match, **changed))) or ""

    dub = said(modality="video", sound="other")
    assert dub.startswith("It rests on the picture alone: the suspect sounds otherwise there.")
    assert "is silent" in said(modality="video", sound="none")
    assert "could not be told" in said(modality="video", sound="unsure")
    assert "rests on the sound alone" in said(modality="audio", picture="other")
    assert "does not move" in said(modality="audio", picture="still")
    assert phrases.other_sense(one) is None
