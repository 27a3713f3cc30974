from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.judging import judge
from casework.record import Disposition, Dossier
from casework.verdict import SiteVerdict
from casework.weighing import RANK
from reference_catalog.licence import Licence, licence
from tests.casework.build import (
    SITE,
    STANDARD,
    case,
    chain,
    dossier,
    dossiers,
    finding,
    policies,
    review,
    sample,
    showing,
    without_finding,
    without_sample,
)

HERS = licence(SITE, "KR", "", "")
LICENCES = st.sampled_from([{}, {"a": [HERS]}, {"a": [HERS], "b": []}])


def verdict(
    of: Dossier,
    policy: Mapping[str, Any] = STANDARD,
    licences: Mapping[str, Sequence[Licence] | None] | None = None,
) -> SiteVerdict:
    return judge(of, SITE, policy, licences or {})


def accuses_no_more(after: SiteVerdict, before: SiteVerdict) -> bool:
    """Of a site, and of each work in it; a work that is not named is not accused."""
    ranks = {work.work_id: RANK[work.state] for work in before.works}
    works = all(RANK[work.state] <= ranks.get(work.work_id, 1) for work in after.works)
    return works and RANK[after.state] <= RANK[before.state]


@settings(max_examples=200, deadline=None)
@given(dossiers(), policies(), LICENCES)
def test_leaving_out_what_matches_never_raises_a_verdict(
    of: Dossier, policy: Mapping[str, Any], licences: Any
) -> None:
    before = verdict(of, policy, licences)
    readable = {s.sample_id for s in of.samples if s.outcome == "readable"}
    less = [without_finding(of, one.finding_id) for one in of.findings]
    less += [without_sample(of, name) for name in {f.sample_id for f in of.findings} & readable]
    for after in less:
        if SITE in after.sites:
            assert accuses_no_more(verdict(after, policy, licences), before)


@settings(max_examples=100, deadline=None)
@given(dossiers(), policies(), LICENCES, st.lists(st.sampled_from("abcde"), max_size=3))
def test_a_sample_that_matches_nothing_never_raises_a_verdict(
    of: Dossier, policy: Mapping[str, Any], licences: Any, segments: list[str]
) -> None:
    more = replace(of, samples=(*of.samples, sample("new", segments=segments)))
    before = verdict(of, policy, licences)
    assert accuses_no_more(verdict(more, policy, licences), before)


@settings(max_examples=60, deadline=None)
@given(dossiers(), policies(), st.randoms(use_true_random=False))
def test_order_and_names_change_nothing(of: Dossier, policy: Mapping[str, Any], by: Any) -> None:
    shuffled = [list(part) for part in (of.samples, of.findings, of.reviews)]
    for part in shuffled:
        by.shuffle(part)
    other = Dossier(of.case, *map(tuple, shuffled))  # type: ignore[arg-type]
    assert verdict(other, policy) == verdict(of, policy)
    renamed = replace(
        of,
        samples=tuple(
            replace(s, sample_id=f"x{s.sample_id}", source=f"{s.source}?") for s in of.samples
        ),
        findings=tuple(replace(f, sample_id=f"x{f.sample_id}") for f in of.findings),
    )
    assert verdict(renamed, policy) == verdict(of, policy)


@settings(max_examples=60, deadline=None)
@given(dossiers(), policies(), st.data())
def test_a_stream_sampled_again_counts_once(
    of: Dossier, policy: Mapping[str, Any], data: st.DataObject
) -> None:
    one = data.draw(st.sampled_from(of.samples))
    twin = replace(one, sample_id="twin")
    copies = [
        replace(f, sample_id="twin", finding_id=f"twin {f.finding_id}")
        for f in of.findings
        if f.sample_id == one.sample_id
    ]
    said = [
        replace(r, finding_id=f"twin {r.finding_id}")
        for r in of.reviews
        if r.finding_id in {f.finding_id for f in of.findings if f.sample_id == one.sample_id}
    ]
    more = Dossier(of.case, (*of.samples, twin), (*of.findings, *copies), (*of.reviews, *said))
    after, before = verdict(more, policy), verdict(of, policy)
    assert after.tally.share == before.tally.share
    assert [w.tally.share for w in after.works] == [w.tally.share for w in before.works]


def test_three_showings_of_two_works_and_a_review_confirm() -> None:
    found = verdict(showing(3, ["film", "song"], unmatched=30))
    assert (found.state, found.tally.share.k, found.tally.share.n) == ("confirmed", 3, 33)
    assert found.tally.chance == pytest.approx(33 * 32 * 31 / 6 * 1e-9)
    assert found.enough
    assert verdict(showing(3, ["film"], unmatched=30)).state == "probable"
    assert verdict(showing(3, ["film", "song"], confirmed=0)).state == "probable"
    assert verdict(showing(2, ["film", "song"])).state == "probable"
    assert verdict(showing(1, ["film"], confirmed=0)).state == "undecided"
    assert verdict(showing(3, ["film", "song"], unmatched=100)).state == "probable"


def test_what_is_missing_is_said() -> None:
    found = verdict(showing(3, ["film", "song"], confirmed=0))
    assert "confirmed would need 1 reviewed and confirmed (there are 0)" in found.reasons


def test_one_stream_repeated_forty_times_is_not_forty() -> None:
    samples = [sample(f"s{i}", "https://pirate.example/live", at=60 * i) for i in range(40)]
    found = [finding(one, "film", at_s=10.0 * i) for i, one in enumerate(samples)]
    one = verdict(dossier(samples, found))
    assert (one.tally.matched, one.tally.streams_matched, one.state) == (40, 1, "undecided")
    assert any("the same source" in said for said in one.caveats)


def test_a_film_that_plays_on_is_one_showing() -> None:
    samples = [sample(f"s{i}", at=20.0 * i) for i in range(6)]
    played = [finding(one, "film", at_s=1200.0 * i) for i, one in enumerate(samples)]
    assert verdict(dossier(samples, played)).tally.streams_matched == 1
    anew = [finding(one, "film", at_s=100.0) for one in samples]
    assert verdict(dossier(samples, anew)).tally.streams_matched == 6


@pytest.mark.parametrize("what", ["segments", "file"])
def test_what_is_shared_makes_one_stream(what: str) -> None:
    shared = {"segments": ["x", "y"]} if what == "segments" else {}
    samples = [sample(f"s{i}", at=2000 * i, **shared) for i in range(2)]  # type: ignore[arg-type]
    file = "one" if what == "file" else ""
    found = [finding(one, "film", at_s=99.0 * i, file=file) for i, one in enumerate(samples)]
    assert verdict(dossier(samples, found)).tally.streams_matched == 1


def test_leaving_out_a_link_makes_no_more_streams() -> None:
    of = chain()
    whole = verdict(of)
    assert whole.tally.streams_matched == 2
    assert any(
        "tied through a third: if that makes them one, there are 1" in c for c in whole.caveats
    )
    assert verdict(without_sample(of, "link")).tally.streams_matched == 2


def test_samples_without_a_match_clear_and_unreadable_ones_do_not() -> None:
    assert verdict(showing(0, ["film"], unmatched=36)).state == "cleared"
    assert verdict(showing(0, ["film"], unmatched=35)).state == "undecided"
    few = showing(0, ["film"], unmatched=35)
    unreadable = [sample(f"x{i}", readable=False) for i in range(50)]
    found = verdict(replace(few, samples=(*few.samples, *unreadable)))
    assert (found.state, found.tally.tried, found.tally.readable) == ("undecided", 85, 35)
    assert "50 of 85 samples could not be read; they clear nothing" in found.caveats


def test_one_stream_clears_nothing_however_often_it_is_sampled() -> None:
    samples = [sample(f"s{i}", "https://pirate.example/live", at=i) for i in range(200)]
    assert verdict(dossier(samples)).state == "undecided"


def test_what_a_reviewer_rejects_does_not_count_and_is_told() -> None:
    of = showing(3, ["film", "song"])
    rejected = review(of.findings[0], "rejected", at=900)
    found = verdict(replace(of, reviews=(*of.reviews, review(of.findings[1]), rejected)))
    assert (found.tally.matched, found.state) == (2, "probable")
    assert "1 finding(s) were rejected in review and do not count" in found.caveats
    again = review(of.findings[0], "confirmed", at=1000)
    assert verdict(replace(of, reviews=(rejected, again))).tally.matched == 3


def test_a_doubt_decides_nothing() -> None:
    of = showing(3, ["film", "song"])
    words: tuple[Disposition, ...] = ("confirmed", "rejected")
    for decided in words:
        last_word = review(of.findings[0], decided, at=900)
        doubt = review(of.findings[0], "unsure", at=1000)
        without = verdict(replace(of, reviews=(*of.reviews, last_word)))
        assert verdict(replace(of, reviews=(*of.reviews, last_word, doubt))) == without
    only = replace(of, reviews=(review(of.findings[0], "unsure"),))
    assert verdict(only) == verdict(replace(of, reviews=()))


def test_matches_that_chance_allows_and_shared_ones_do_not_count() -> None:
    one = sample("s")
    for more in ({"e_value": 2e-3}, {"e_value": float("nan")}, {"attribution": "series"}):
        found = verdict(dossier([one], [finding(one, "film", **more)]))
        assert found.tally.matched == 0
    many = replace(one, media=("a", "b", "c"))
    assert verdict(dossier([many], [finding(one, "film", e_value=4e-4)])).tally.matched == 0
    assert verdict(dossier([many], [finding(one, "film", e_value=3e-4)])).tally.matched == 1


def test_a_licensed_work_does_not_accuse() -> None:
    of = showing(3, ["film", "song"])
    found = verdict(of, licences={"film": [HERS], "song": [HERS]})
    assert (found.state, found.tally.matched) == ("undecided", 0)
    assert {(work.state, work.rights) for work in found.works} == {
        ("confirmed", "licensed"),
        ("undecided", "licensed"),
    }
    assert "3 match(es) are licensed and do not count against it: film, song" in found.reasons
    one = verdict(of, licences={"film": [HERS], "song": []})
    assert [w.rights for w in one.works] == ["licensed", "unlicensed_indicated"]
    assert one.tally.matched == 1
    ended = licence(SITE, "KR", "", "2026-11-23")
    assert verdict(of, licences={"film": [ended], "song": None}).state == "confirmed"


def test_a_work_that_a_reviewer_saw_is_confirmed_by_one_stream() -> None:
    found = verdict(showing(1, ["film"]))
    assert [work.state for work in found.works] == ["confirmed"]
    assert found.state == "probable"


def test_other_sites_do_not_count() -> None:
    of = showing(3, ["film", "song"], unmatched=1)
    other = sample("o", site="other.example")
    both = replace(
        of, samples=(*of.samples, other), findings=(*of.findings, finding(other, "film"))
    )
    assert verdict(both) == verdict(of)
    with pytest.raises(LookupError, match=r"no sample of nowhere\.example"):
        judge(of, "nowhere.example", STANDARD, {})


def test_a_plan_of_many_samples_asks_for_more() -> None:
    of = showing(3, ["film", "song"])
    assert verdict(of).state == "confirmed"
    assert verdict(replace(of, case=case(planned=72))).state == "probable"


def test_the_json_form_is_plain() -> None:
    said = verdict(showing(3, ["film", "song"])).as_dict()
    assert said["works"][0]["tally"]["share"]["k"] == 2


def test_samples_beside_the_plan_are_told() -> None:
    of = showing(2, ["film"])
    by_plan = replace(of.samples[0], planned_at=of.samples[0].taken_at)
    found = verdict(replace(of, samples=(by_plan, of.samples[1]), case=case(planned=9)))
    assert found.caveats[0] == "the case plans 9 samples of a site, and 2 were tried"
    assert found.caveats[1].startswith("1 of 2 samples were chosen by a person, beside the plan")


def test_more_samples_than_are_reckoned_with_are_told() -> None:
    many = showing(60, ["film", "song"])
    assert any("reckons with 40 samples" in said for said in verdict(many).caveats)
    work = verdict(many).works[0]
    assert work.tally.share.n == 60


def test_a_site_of_which_nothing_could_be_read() -> None:
    found = verdict(dossier([sample("x", readable=False)]))
    assert (found.state, found.works, found.tally.share.high) == ("undecided", (), 1.0)
