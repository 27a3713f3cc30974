from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.links import Link, Links, links
from casework.record import Dossier, Finding, Sample
from casework.traces import Certificate, Encode, Facts, Mark
from fingerprint.video.overlay import Overlay
from tests.casework.build import case, dossier, finding, review, sample

A, B = sample("a", site="a.example"), sample("b", site="b.example")
ALTERED: dict[str, Any] = {
    "speed": 1.0427,
    "pitch_semitones": 0.72,
    "transform": {"mirrored": True, "crop": [0.1, 0.0, 0.9, 1.0], "picture": None},
}


def certificate(name: str, key: str = "k", *names: str) -> Certificate:
    return Certificate(f"sha256 of {name}", key, names or ("a.example",))


def only(found: Links) -> Link:
    assert len(found.links) == 1
    return found.links[0]


def of_facts(one: dict[str, Any], two: dict[str, Any]) -> Links:
    return links([dossier([A, B])], [Facts("c", "a", **one), Facts("c", "b", **two)])


def of_matches(one: list[Finding], two: list[Finding]) -> Links:
    return links([dossier([A, B], [*one, *two])], [])


def part(of: Sample, at: int, query: float, reference: float, **more: Any) -> Finding:
    """The at-th stretch of ten seconds of a sample."""
    found = finding(of, "film", **ALTERED | more)
    spans = {
        "query": {"start_s": query, "end_s": query + 10},
        "reference": {"start_s": reference, "end_s": reference + 10},
    }
    return replace(found, finding_id=f"{of.sample_id}{at}", match={**found.match, **spans})


def test_strangers_have_no_link() -> None:
    found = links([dossier([A, B], [finding(A, "film"), finding(B, "film")])], [])
    assert found == Links(("a.example", "b.example"), (), (("a.example",), ("b.example",)), ())


@pytest.mark.parametrize(
    ("ours", "theirs", "strength"),
    [
        (["x"], ["x"], "strong"),
        (["x", "y", "z"], ["x", "v", "w"], "medium"),
        ("xyz", "wxy", "strong"),
    ],
)
def test_equal_segments(ours: list[str], theirs: list[str], strength: str) -> None:
    pair = [
        sample("a", site="a.example", segments=ours),
        sample("b", site="b.example", segments=theirs),
    ]
    link = only(links([dossier(pair)], []))
    assert (link.kind, link.strength) == ("segments", strength)
    assert link.count == len(set(ours) & set(theirs))
    assert pair[0].segments[ours.index("x")] in link.evidence[0]


def test_sites_are_linked_across_cases_and_facts_name_the_files() -> None:
    shared = ["x", "y"]
    one = dossier([sample("s", site="a.example", segments=shared)])
    two = dossier([sample("s", site="b.example", segments=shared)], of=replace(case(), case_id="d"))
    named = Facts(
        "d", "s", segments=tuple((sha, "raw/000007.ts") for sha in two.samples[0].segments)
    )
    link = only(links([one, two], [named]))
    assert "c/s/segment = d/s/raw/000007.ts" in link.evidence[0]


@pytest.mark.parametrize(("common", "strength"), [(1, "medium"), (2, "strong")])
def test_equal_coded_pictures(common: int, strength: str) -> None:
    frames = [(f"sha {n}", float(n)) for n in range(4)]
    others = [(sha if n < common else f"other {n}", at) for n, (sha, at) in enumerate(frames)]
    one, two = Encode("media/a.ts", tuple(frames), ()), Encode("media/b.mp4", tuple(others), ())
    link = only(of_facts({"encodes": (one,)}, {"encodes": (two,)}))
    assert (link.kind, link.strength, link.count) == ("encode", strength, common)
    assert link.evidence[0] == "key frame sha 0: c/a/media/a.ts at 0 s = c/b/media/b.mp4 at 0 s"


def test_equal_settings_are_weak() -> None:
    encode = Encode("media/a.ts", (), (("picture", "h264"), ("key frames every", "50")))
    found = of_facts({"encodes": (encode,)}, {"encodes": (replace(encode, file="x"),)})
    assert (only(found).kind, only(found).strength) == ("settings", "weak")
    assert len(found.sources) == 2


@pytest.mark.parametrize(
    ("ours", "theirs", "kind", "strength"),
    [
        (certificate("x"), certificate("x"), "certificate", "medium"),
        (certificate("x"), certificate("y"), "key", "medium"),
        (
            certificate("x", "k", *(f"{n}.example" for n in range(40))),
            certificate("x", "k", *(f"{n}.example" for n in range(40))),
            "certificate",
            "weak",
        ),
        (certificate("x", "k", "h.example"), certificate("y", "l", "h.example"), "names", "medium"),
    ],
)
def test_shared_certificates(
    ours: Certificate, theirs: Certificate, kind: str, strength: str
) -> None:
    found = of_facts({"certificates": (ours,)}, {"certificates": (theirs,)})
    assert (only(found).kind, only(found).strength) == (kind, strength)
    assert len(found.sources) == 2


def test_other_keys_for_other_hosts_link_nothing() -> None:
    one, two = certificate("x", "k", "a.example"), certificate("y", "l", "b.example")
    assert of_facts({"certificates": (one,)}, {"certificates": (two,)}).links == ()


def test_the_same_cut_in_the_same_disguise_is_one_copy() -> None:
    ours = [part(A, 0, 0, 100), part(A, 1, 10.3, 140)]
    theirs = [part(B, 0, 50, 100.2), part(B, 1, 60.1, 140.4)]
    link = only(of_matches(ours, theirs))
    assert (link.kind, link.strength) == ("rip", "strong")
    assert link.evidence[0].startswith("film: cut from 110.0 s to 140.0 s: c/a/media")
    assert only(of_matches(ours, theirs[:1])).strength == "medium"
    elsewhere = [part(B, 0, 50, 100.2), part(B, 1, 60.1, 170.0)]
    assert only(of_matches(ours, elsewhere)).strength == "medium"
    rejected = links([dossier([A, B], [*ours, *theirs], [review(ours[0], "rejected")])], [])
    assert only(rejected).strength == "medium"


@pytest.mark.parametrize(
    "other",
    [
        {"speed": 1.0},
        {"transform": {"mirrored": False, "crop": [0.1, 0.0, 0.9, 1.0]}},
        {"reference_id": "R-dub"},
        {"transform": {"mirrored": True, "crop": [0.15, 0.0, 0.9, 1.0]}},
    ],
)
def test_another_disguise_is_another_copy(other: dict[str, Any]) -> None:
    assert of_matches([part(A, 0, 0, 100)], [part(B, 0, 0, 100, **other)]).links == ()


def test_a_pause_in_the_suspect_is_no_cut() -> None:
    ours = [part(A, 0, 0, 100, speed=1.0), part(A, 1, 40, 140, speed=1.0)]
    theirs = [part(B, 0, 0, 100, speed=1.0), part(B, 1, 40, 140, speed=1.0)]
    assert only(of_matches(ours, theirs)).strength == "medium"


@given(st.lists(st.sets(st.sampled_from("abcdef"), max_size=2), min_size=1, max_size=6))
def test_sources_are_a_partition_and_links_have_no_direction(shown: list[set[str]]) -> None:
    samples = [
        sample(f"s{n}", site=f"{n}.example", segments=sorted(some)) for n, some in enumerate(shown)
    ]
    found = links([dossier(samples)], [])
    assert sorted(site for source in found.sources for site in source) == sorted(found.sites)
    backwards = links([Dossier(case(), tuple(reversed(samples)), (), ())], [])
    assert backwards.sources == found.sources
    assert {(link.sites, link.kind) for link in backwards.links} == {
        (link.sites, link.kind) for link in found.links
    }


def test_equal_init_sections_link_nothing() -> None:
    pair = [sample(n, site=f"{n}.example", segments=["init", f"of {n}"]) for n in ("a", "b")]
    said = [Facts("c", one.sample_id, segments=((one.segments[1], "raw/3.m4s"),)) for one in pair]
    assert links([dossier(pair)], said).links == ()


def mark(seed: int, left: int = 560) -> Mark:
    edges = np.random.default_rng(seed).integers(-127, 127, (2, 20, 50)).astype(np.int8)
    return Mark("media/main-000.ts", Overlay(left, 18, edges))


def test_the_same_logo_is_a_lead_and_over_one_work_a_weak_one() -> None:
    link = only(of_facts({"marks": (mark(1),)}, {"marks": (mark(2, 10), mark(1, 562))}))
    assert (link.kind, link.strength, link.count) == ("logo", "medium", 1)
    assert link.evidence == (
        "likeness 1.00: c/a/media/main-000.ts at 0.875 0.050 0.953 0.106"
        " = c/b/media/main-000.ts at 0.878 0.050 0.956 0.106",
    )
    facts = [Facts("c", name, marks=(mark(1),)) for name in ("a", "b")]
    over = [finding(A, "film", speed=1.0), finding(B, "film", speed=1.0)]
    for reviews, strength in (((), "weak"), ((review(over[0], "rejected"),), "medium")):
        found = links([dossier([A, B], over, reviews)], facts)
        assert [one.strength for one in found.links if one.kind == "logo"] == [strength]
        assert len(found.sources) == 2


@pytest.mark.parametrize("theirs", [mark(2), mark(1, 540), mark(1, 10)])
def test_another_logo_or_another_place_links_nothing(theirs: Mark) -> None:
    assert of_facts({"marks": (mark(1),)}, {"marks": (theirs,)}).links == ()
