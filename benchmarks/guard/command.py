"""`python -m benchmarks guard` and `verify`: reports, and says by its exit code what came of it."""

from __future__ import annotations

from pathlib import Path

from benchmarks import results
from benchmarks.guard import baseline, card
from benchmarks.guard.run import guard, update
from benchmarks.progress import errors
from benchmarks.results import Result

PASSED, FAILED = 0, 1


def run(json: Path, page: Path | None, key: Path | None, jobs: int) -> int:
    """Measure, judge, write; the exit code."""
    result = results.stated("guard", guard(baseline.load(baseline.PATH), jobs, errors.print))
    result["signature"] = None
    if key is not None:
        from benchmarks import signing  # what it needs is not there without the extra

        result["signature"] = signing.signature(result, key)
    results.write_whole(json, result)
    if page is not None:
        card.write(result, page)
    _say(result)
    return PASSED if result["passed"] else FAILED


def write_baseline(jobs: int) -> int:
    """Measure a new baseline and put it in the place of the old; the exit code."""
    baseline.save(update(jobs), baseline.PATH)
    errors.print(f"wrote {baseline.PATH.name}: say in the commit why it changed")
    return PASSED


def write_card(path: Path, page: Path) -> None:
    """The card of a result that was written before. Raises ValueError for another result."""
    result = results.read(path)
    if result["benchmark"] != "guard":
        raise ValueError(f"{path.name} is a result of {result['benchmark']}, which has no card")
    card.write(result, page)
    errors.print(f"wrote {page}", markup=False)


def verify(path: Path, public: Path) -> int:
    """Say whether a result is what the holder of a key signed; the exit code."""
    from benchmarks import signing

    result = results.read(path)
    try:
        signing.verify(result, public)
    except signing.NotSigned as error:
        errors.print(f"{path.name}: {error}", markup=False)
        return FAILED
    errors.print(f"{path.name}: signed by this key, SHA-256 {signing.sha256(result)}", markup=False)
    return PASSED


def _say(result: Result) -> None:
    for check in result["checks"]:
        mark = "holds" if check["ok"] else "FAILS"
        errors.print(f"{mark}  {check['name']}: {check['says']}", markup=False, highlight=False)
    said = "passed" if result["passed"] else "FAILED"
    signed = "signed" if result["signature"] else "unsigned: no --key was given"
    errors.print(f"guard {said} in {result['seconds']} s; the result is {signed}", markup=False)
