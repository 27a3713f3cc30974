"""The command line of casework: `case` and what stands beside it. As in `cli`, heavy modules are
imported by the commands."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from reelprint.options import (
    AllowPrivate,
    Bandwidth,
    By,
    Home,
    Jobs,
    Json,
    Referer,
    Resolve,
    Tsa,
    UserAgent,
    Variant,
)

case_app = typer.Typer(help="Open, sample, examine and show cases.", no_args_is_help=True)
site_app = typer.Typer(help="Judge sites by the samples of a case.", no_args_is_help=True)
CaseId = Annotated[str, typer.Argument(metavar="CASE", help="The case's id.")]


@case_app.command("new")
def case_new(
    case_id: CaseId,
    authority: Annotated[
        str, typer.Option(help="What allows it: a warrant, a contract, a complaint.")
    ],
    territory: Annotated[
        str | None, typer.Option(help="Where the rights are asked for: KR, US.")
    ] = None,
    sampling: Annotated[
        str, typer.Option(help="How sites are sampled: each-once, live-3x60s-per-hour-for-4h.")
    ] = "each-once",
    policy: Annotated[
        str, typer.Option(help="By which policy sites are judged: a name, or a TOML file.")
    ] = "standard",
    seed: Annotated[
        int | None, typer.Option(help="What samples are drawn from.", show_default="drawn")
    ] = None,
    by: By = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Open a case: under what authority, sampled and judged by which rules is fixed now."""
    from reelprint.commands import cases

    cases.new(case_id, authority, territory, sampling, policy, seed, by, json, home)


@case_app.command("list")
def case_list(json: Json = False, home: Home = None) -> None:
    """List all cases."""
    from reelprint.commands import cases

    raise typer.Exit(cases.show_all(json, home))


@case_app.command("show")
def case_show(case_id: CaseId, by: By = None, json: Json = False, home: Home = None) -> None:
    """Show samples, findings and reviews of a case. That it was shown stands in its log."""
    from reelprint.commands import cases

    cases.show(case_id, by, json, home)


@case_app.command("log")
def case_log(
    case_id: CaseId,
    verify: Annotated[
        bool, typer.Option("--verify", help="Check log, record and captures instead.")
    ] = False,
    head: Annotated[
        str | None, typer.Option(help="With --verify: a head that was noted down.")
    ] = None,
    by: By = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Show the custody log of a case, or check that all is as it was recorded."""
    from reelprint.commands import cases

    if verify:
        raise typer.Exit(cases.verify(case_id, head, json, home))
    cases.log(case_id, by, json, home)


@case_app.command("sample")
def case_sample(
    case_id: CaseId,
    sources: Annotated[list[str], typer.Argument(help="URLs, or recordings.")],
    site: Annotated[
        str | None, typer.Option(help="The site they are on.", show_default="each URL's host")
    ] = None,
    variant: Variant = Bandwidth.HIGHEST,
    referer: Referer = None,
    user_agent: UserAgent = None,
    resolve: Resolve = None,
    allow_private: AllowPrivate = False,
    tsa: Tsa = None,
    by: By = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Sample sources as the case's policy plans it, on the wall clock; again, to go on."""
    from reelprint.commands import sampling
    from reelprint.commands.capturing import Asked

    nothing = Asked(
        *("", Path(), None, None, variant.value),
        *(user_agent, referer, allow_private),
        page_resolver=resolve.value if resolve else None,
    )
    asked = [replace(nothing, source=one) for one in dict.fromkeys(sources)]
    raise typer.Exit(sampling.sample(case_id, asked, site, tsa, by, json, home))


@case_app.command("identify")
def case_identify(
    case_id: CaseId, by: By = None, jobs: Jobs = None, json: Json = False, home: Home = None
) -> None:
    """Identify what samples carry that nobody looked at yet, and record the findings."""
    from reelprint.commands import examining

    raise typer.Exit(examining.identify(case_id, by, jobs, json, home))


@case_app.command("move")
def case_move(json: Json = False, home: Home = None) -> None:
    """Move cases that are still in the workspace's folder to where its catalogue is."""
    from reelprint.commands import moving

    raise typer.Exit(moving.bring(json, home))


def review(
    case_id: CaseId,
    finding: Annotated[str, typer.Argument(help="As F000001.")],
    reason: Annotated[str, typer.Option(help="Why.")],
    confirm: Annotated[bool, typer.Option("--confirm", help="It is as found.")] = False,
    reject: Annotated[bool, typer.Option("--reject", help="It is not, or does not count.")] = False,
    by: By = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Confirm or reject a finding. The reviewer is not who analysed it; the last review counts."""
    from reelprint.commands import reviewing

    reviewing.review(case_id, finding, confirm, reject, reason, by, json, home)


@site_app.command("verdict")
def site_verdict(
    site: Annotated[str, typer.Argument(help="As samples name it.")],
    case: Annotated[str, typer.Option(help="The case's id.")],
    by: By = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Say what the samples of a case say of a site, with what chance of error."""
    from reelprint.commands import judging

    raise typer.Exit(judging.verdict(site, case, by, json, home))


def links(
    cases: Annotated[
        list[str] | None, typer.Option("--case", help="Cases.", show_default="all of them")
    ] = None,
    by: By = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Say which sites draw on one source, and what shows it."""
    from reelprint.commands import linking

    raise typer.Exit(linking.links(cases or [], by, json, home))


def add_to(app: typer.Typer) -> None:
    """Make these commands part of a command line."""
    app.add_typer(case_app, name="case")
    app.add_typer(site_app, name="site")
    app.command()(review)
    app.command()(links)
