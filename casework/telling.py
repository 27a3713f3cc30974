"""What a verdict rests on, and what it leaves open, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from casework.chance import doublings_to
from casework.rights import RightsAnswer
from casework.rules import Rules, Ways
from casework.sifting import Sifted
from casework.streams import Showing, count_chains, count_streams, ties, why_tied
from casework.verdict import State, Tally
from casework.weighing import Counts, lacking


def of_site(
    state: State, counts: Counts, tally: Tally, sifted: Sifted, asked: Rules
) -> Iterator[str]:
    """The reasons of a site's state."""
    if counts.streams:
        yield from _matched(counts, tally)
        yield from _missing(state, counts, asked.site, asked)
    elif state == "cleared":
        yield (
            f"in {counts.unmatched_streams} independent streams nothing was found, so that fewer"
            f" than {asked.cleared:.0%} of them carry a registered work, at 95 %"
        )
    else:
        yield f"nothing counts against it in {counts.unmatched_streams} independent streams"
    licensed = [hit for hit in sifted.hits if hit.answer.rights == "licensed"]
    if licensed:
        works = ", ".join(sorted({hit.finding.work_id for hit in licensed}))
        yield f"{len(licensed)} match(es) are licensed and do not count against it: {works}"


def of_work(
    state: State, counts: Counts, tally: Tally, answers: Sequence[RightsAnswer], asked: Rules
) -> Iterator[str]:
    """The reasons of a work's state and rights."""
    if counts.streams:
        yield from _matched(counts, tally)
        yield from _missing(state, counts, asked.work, asked)
    else:
        yield "no match of it counts"
    yield from (f"rights: {basis}" for basis in sorted({answer.basis for answer in answers}))


def _matched(counts: Counts, tally: Tally) -> Iterator[str]:
    yield (
        f"{tally.matched} of {tally.readable} readable samples match, in {counts.streams}"
        f" independent stream(s) of {tally.streams_readable}; so many false ones among as many"
        f" samples have a chance of at most {tally.chance:.1e}"
    )
    yield f"a reviewer confirmed matches in {counts.reviewed} of these streams"


def _missing(state: State, counts: Counts, ways: Ways, asked: Rules) -> Iterator[str]:
    """What the next graver state would need, by the way that needs least."""
    if state == "confirmed":
        return
    graver, some = ("confirmed", ways.confirmed) if state == "probable" else ("probable", None)
    short = min((lacking(one, counts, asked) for one in some or ways.probable), key=len)
    yield f"{graver} would need {' and '.join(short)}"


def of_test(is_enough: bool, asked: Rules) -> str:
    """What the sequential test says."""
    test = asked.sequential
    if not is_enough:
        return "more samples can still change this: the sequential test has not come to an end"
    return (
        "enough samples: the sequential test has come to an end, which falsely accuses at most"
        f" {test.accuse:g} of sites without works, and falsely clears at most {test.clear:g} of"
        f" those with works in {test.share:.0%} of their streams, however often one looks"
    )


def caveats(sifted: Sifted, asked: Rules) -> Iterator[str]:
    """What is not independent, what did not count, what was not tried."""
    yield from _tried(sifted)
    yield from _ties(sifted, asked)
    yield from _left_out(sifted, asked)
    yield from _beyond_reserve(sifted)
    yield (
        "the interval of the share is exact for a number of samples that was fixed beforehand, not"
        " where one stops when one likes what one sees"
    )
    yield (
        f"a sample matches falsely with a chance of at most {asked.rate:g}; that holds for matches"
        " of strangers, not of works that share material without the catalogue knowing it"
    )


def _tried(sifted: Sifted) -> Iterator[str]:
    if sifted.tried < sifted.planned:
        yield f"the case plans {sifted.planned} samples of a site, and {sifted.tried} were tried"
    if sifted.unplanned:
        yield (
            f"{sifted.unplanned} of {sifted.tried} samples were chosen by a person, beside the"
            " plan: their share is not that of the whole site"
        )
    missing = sifted.tried - len(sifted.readable)
    if missing:
        yield f"{missing} of {sifted.tried} samples could not be read; they clear nothing"


def _ties(sifted: Sifted, asked: Rules) -> Iterator[str]:
    matched = {hit.finding.sample_id for hit in sifted.hits}
    others = [one for one in sifted.readable if one.sample.sample_id not in matched]
    showings: list[Showing] = [*(hit.showing for hit in sifted.hits), *others]
    tied = ties(showings, asked)
    streams, chains = count_streams(tied), count_chains(tied)
    reasons = why_tied(showings, asked)
    if reasons:
        yield (
            f"{len(sifted.readable)} readable samples are {streams} independent streams: tied by"
            f" {', '.join(reasons)}"
        )
    if chains < streams:
        yield f"some are tied through a third: if that makes them one, there are {chains} streams"


def _left_out(sifted: Sifted, asked: Rules) -> Iterator[str]:
    if sifted.rejected:
        yield f"{sifted.rejected} finding(s) were rejected in review and do not count"
    if sifted.too_likely:
        yield (
            f"{sifted.too_likely} finding(s) are likelier by chance than {asked.rate:g} in a sample"
            " of so many files, and do not count"
        )
    if sifted.shared:
        yield f"{sifted.shared} finding(s) are of stretches that works share, and do not count"


def _beyond_reserve(sifted: Sifted) -> Iterator[str]:
    """Where samples that matched other works are more than the rule reckons with."""
    reckoned = sifted.reserve << doublings_to(len(sifted.unmatched), sifted.reserve)
    if len(sifted.readable) > reckoned:
        yield (
            f"the rule reckons with {reckoned} samples beside those of a match, and"
            f" {len(sifted.readable)} were read, for one that matches something else speaks neither"
            " way; each tally states the chance among all of them"
        )
