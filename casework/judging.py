"""From the samples of a site to its verdict: counting, and a rule that was fixed beforehand.

The rule keeps a law: to leave out a match, or to add a sample without one, never makes a verdict
accuse more, of the site or of any work. Proof: docs/decisions/0025-the-site-verdict.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from casework import telling
from casework.chance import false_streams, is_accused, is_acquitted, share
from casework.record import Dossier
from casework.rules import Rules, rules
from casework.sifting import Hit, Licences, Sifted, gravest, sift
from casework.streams import count_streams, ties
from casework.verdict import SiteVerdict, Tally, WorkVerdict
from casework.weighing import RANK, Counts, state_of


def judge(
    dossier: Dossier, site: str, policy: Mapping[str, Any], licences: Licences
) -> SiteVerdict:
    """The verdict on a site. A match that is licensed does not count against the site.

    Raises ValueError for a policy that cannot be used, LookupError for a site without samples.
    """
    if site not in dossier.sites:
        raise LookupError(f"the case {dossier.case.case_id} has no sample of {site}")
    asked = rules(policy)
    sifted = sift(dossier, site, asked, licences)
    accusing = [hit for hit in sifted.hits if hit.answer.rights != "licensed"]
    counts, tally = _counts(accusing, sifted, asked), _tally(accusing, sifted, asked)
    state = state_of(counts, asked.site, asked)
    enough = state == "cleared" or _is_enough(counts, asked)
    reasons = [
        *telling.of_site(state, counts, tally, sifted, asked),
        telling.of_test(enough, asked),
    ]
    return SiteVerdict(
        site=site,
        state=state,
        tally=tally,
        works=tuple(sorted(_works(sifted, asked), key=_surest)),
        enough=enough,
        policy=asked.name,
        reasons=tuple(reasons),
        caveats=tuple(telling.caveats(sifted, asked)),
    )


def _is_enough(counts: Counts, asked: Rules) -> bool:
    accused = is_accused(counts.streams, counts.unmatched, asked)
    return accused or is_acquitted(counts.streams, counts.unmatched_streams, asked)


def _counts(hits: Sequence[Hit], sifted: Sifted, asked: Rules) -> Counts:
    return Counts(
        streams=_streams(hits, asked),
        works=len({hit.finding.work_id for hit in hits}),
        reviewed=_streams([hit for hit in hits if hit.is_confirmed], asked),
        unmatched=len(sifted.unmatched),
        unmatched_streams=count_streams(ties(sifted.unmatched, asked)),
        reserve=sifted.reserve,
    )


def _streams(hits: Iterable[Hit], asked: Rules) -> int:
    return count_streams(ties([hit.showing for hit in hits], asked))


def _tally(hits: Sequence[Hit], sifted: Sifted, asked: Rules) -> Tally:
    """What is shown: here each readable sample without one of these matches is a trial."""
    matched = {hit.finding.sample_id for hit in hits}
    others = [one for one in sifted.readable if one.sample.sample_id not in matched]
    k = _streams(hits, asked)
    n = count_streams(ties([*(hit.showing for hit in hits), *others], asked))
    chance = false_streams(k, len(others), asked.rate)
    return Tally(sifted.tried, len(sifted.readable), len(matched), n, k, share(k, n), chance)


def _works(sifted: Sifted, asked: Rules) -> Iterable[WorkVerdict]:
    for work_id, title in sifted.titles.items():
        hits = [hit for hit in sifted.hits if hit.finding.work_id == work_id]
        counts, tally = _counts(hits, sifted, asked), _tally(hits, sifted, asked)
        state, answers = state_of(counts, asked.work, asked), sifted.answers[work_id]
        yield WorkVerdict(
            work_id=work_id,
            title=title,
            state=state,
            rights=gravest(answers),
            tally=tally,
            findings=tuple(sorted(hit.finding.finding_id for hit in hits)),
            reasons=tuple(telling.of_work(state, counts, tally, answers, asked)),
        )


def _surest(work: WorkVerdict) -> tuple[int, float, str]:
    return -RANK[work.state], work.tally.chance, work.work_id
