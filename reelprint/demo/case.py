"""The demo of a case: a pirate site on this machine is sampled, judged, sealed and checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from capture.capturing import Surroundings, Wanted
from capture.clock import Clock, SystemClock, iso
from capture.lab import serving
from capture.policy import Policy
from casework import policies
from casework.carrying_out import carry_out
from casework.record import Finding
from casework.store import CaseStore
from casework.taking import Sampler, Taken
from casework.verdict import SiteVerdict
from evidence.signing import SigningKey
from reelprint import __version__
from reelprint.cases import create_cases
from reelprint.demo.copies import MANIFEST
from reelprint.demo.laying import Report, clear, register_works
from reelprint.demo.piracy import LIVE, SITE, STREAMS, Stream, build
from reelprint.examination import Examined, examine
from reelprint.proving.exporting import Exported, gathered, write
from reelprint.workspace import Workspace
from reference_catalog.licence import licence

CASE = "DEMO-1"
ANALYST, REVIEWER = "an analyst", "a reviewer"
AUTHORITY = "a demonstration; the site is on this machine"
TERRITORY, DISTRIBUTOR = "KR", "vod.example"  # where, and who may show the works there
WORKSPACE, SITE_FOLDER, PACKAGE = "workspace", "pirate-site", "case.evidence.zip"


@dataclass(frozen=True, slots=True)
class Lab:
    """Where the demo happens: a workspace with works, the record of cases, and a clock."""

    workspace: Workspace
    store: CaseStore
    clock: Clock
    jobs: int | None
    streams: Sequence[Stream]  # of the pirate site

    @property
    def who(self) -> tuple[str, str]:
        """The case, and who leads it."""
        return CASE, ANALYST


@dataclass(frozen=True, slots=True)
class CaseDemo:
    """What the demo came to."""

    exported: Exported
    verdict: SiteVerdict
    shown: frozenset[str]  # the works that were on the site

    @property
    def ok(self) -> bool:
        """Whether the site is confirmed by the works that it shows and no other, and all holds."""
        found = {work.work_id for work in self.verdict.works}
        is_confirmed = self.verdict.state == "confirmed"
        return self.exported.found.holds and is_confirmed and found == self.shown


def case_demo(out: Path, jobs: int | None, report: Report) -> CaseDemo:
    """Run the demo in a folder. Raises FileExistsError if that holds other files."""
    return lead_case(out, MANIFEST, STREAMS, SystemClock(), jobs, report)


def lead_case(
    out: Path,
    manifest: Path,
    streams: Sequence[Stream],
    clock: Clock,
    jobs: int | None,
    report: Report,
) -> CaseDemo:
    """Lead a case against a site of these streams, with the works of a manifest registered."""
    clear(out, WORKSPACE, SITE_FOLDER)
    (out / PACKAGE).unlink(missing_ok=True)
    workspace = Workspace.create(out / WORKSPACE)
    register_works(workspace, manifest, jobs, report)
    with create_cases(workspace.home, clock) as store:
        lab = Lab(workspace, store, clock, jobs, streams)
        _open(lab, report)
        _sample(lab, out / SITE_FOLDER, report)
        _review(lab, _identify(lab, report), report)
        return _seal(lab, out / PACKAGE, report)


def _open(lab: Lab, report: Report) -> None:
    """Who may show the works is on record, and by which rules the case is led."""
    allowed = [licence(DISTRIBUTOR, TERRITORY, "", "")]
    with lab.workspace.catalog() as catalog:
        catalog.license({work: allowed for stream in lab.streams for work in stream.works})
    judging = policies.load("standard")
    case = lab.store.open_case(CASE, ANALYST, AUTHORITY, judging, "each-once", None, TERRITORY)
    report(f"opened case {CASE}: {case.sampling.name}, judged by the policy {judging['name']}")


def _sample(lab: Lab, folder: Path, report: Report) -> None:
    """Lay the pirate site in a folder, serve it, and try each of its streams once."""
    report(f"making a pirate site of {len(lab.streams)} streams")
    build(folder, lab.streams)
    with serving(folder, lab.clock, LIVE) as site:
        for stream in lab.streams:
            report(f"capturing {stream.name}: {stream.what}")
            for taken in _tried(lab, Wanted(site.url(stream.path), Path(), policy=Policy(True))):
                _tell(taken, report)


def _tried(lab: Lab, wanted: Wanted) -> Iterator[Taken]:
    sampler = Sampler(lab.store, *lab.who, Surroundings(f"reelprint {__version__}", lab.clock))
    steps = carry_out(sampler, SITE, wanted)
    return (step for step in steps if isinstance(step, Taken))


def _tell(taken: Taken, report: Report) -> None:
    report(f"  {taken.sample.sample_id}: {taken.sample.seconds:.0f} s")
    for gap in taken.captured.manifest["gaps"] if taken.captured else []:
        report(f"  missing: segment {gap['first']}, {gap['detail']}")


def _identify(lab: Lab, report: Report) -> list[Finding]:
    report("identifying what was captured")
    findings = []
    for one in examine(lab.workspace, lab.store, *lab.who, lab.jobs):
        findings += one.findings
        report(f"  {one.sample.sample_id}: {_found(one)}")
    return findings


def _found(one: Examined) -> str:
    said = (f"{f.match['title']} (E {f.match['e_value']:.0e})" for f in one.findings)
    return ", ".join(said) or "nothing registered"


def _review(lab: Lab, findings: list[Finding], report: Report) -> None:
    """A second person looks at each finding; here that person is made up."""
    for one in findings:
        why = "the same pictures and sound at the times that the finding says"
        lab.store.review(CASE, REVIEWER, one.finding_id, "confirmed", why)
    report(f"reviewed {len(findings)} findings")


def _seal(lab: Lab, out: Path, report: Report) -> CaseDemo:
    key, at = SigningKey.new(), iso(lab.clock.wall())
    to = {"package": out.name, "signer": key.signer.fingerprint}
    given = gathered(lab.workspace, lab.store, *lab.who, at, **to)
    (verdict,) = given.verdicts
    report(f"verdict on {SITE}: {verdict.state}")
    exported = write(given, key, out, None)
    report(f"sealed and checked {out}")
    shown = frozenset(work for stream in lab.streams for work in stream.works)
    return CaseDemo(exported, verdict, shown)
