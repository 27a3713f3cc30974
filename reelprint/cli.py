"""The command line. Only what `--help` needs is imported at the top: the rest is heavy."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from reelprint import (
    cli_accounts,
    cli_backup,
    cli_cases,
    cli_catalog,
    cli_evidence,
    cli_fingerprints,
    cli_tidy,
    cli_works,
)
from reelprint.cli_index import index_app
from reelprint.exits import FOUND, INTERRUPTED, USAGE, Usage
from reelprint.options import (
    AllowPrivate,
    Bandwidth,
    Blobs,
    By,
    Home,
    Jobs,
    Json,
    Manifest,
    Owner,
    Ray,
    Referer,
    Resolve,
    Series,
    Title,
    UserAgent,
    Variant,
    WorkId,
    WorkKind,
)

app = typer.Typer(
    name="reelprint",
    help="Which registered works does a suspect file carry, where, and how surely?",
    epilog="Exit codes: 0 found or done, 1 nothing found, 2 usage, 3 some input unreadable.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(index_app, name="index")
demo_app = typer.Typer()
app.add_typer(demo_app, name="demo")
DEMO_OUTPUT = Path("demo-output")
DemoFolder = Annotated[Path, typer.Option(help="Where all that is made goes.")]

cli_accounts.add_to(app)
cli_backup.add_to(app)
cli_cases.add_to(app)
cli_catalog.add_to(app)
cli_evidence.add_to(app)
cli_fingerprints.add_to(app)
cli_tidy.add_to(app)
cli_works.add_to(app)


class Preset(StrEnum):
    """What a new workspace keeps of its works."""

    FULL = "full"
    COMPACT = "compact"


@app.command()
def init(
    preset: Annotated[
        Preset | None, typer.Option(help="How much is kept of a picture.", show_default="full")
    ] = None,
    catalog: Annotated[
        str | None,
        typer.Option(
            help="A PostgreSQL database for the catalogue: postgresql://user@host/database.",
            show_default="in the workspace",
        ),
    ] = None,
    blobs: Blobs = None,
    home: Home = None,
) -> None:
    """Make a workspace: a folder with a catalogue, an index and settings."""
    from reelprint.commands import works

    works.init(home, preset and preset.value, catalog, blobs)


@app.command()
def register(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Media files, folders, fingerprint packages.")
    ] = None,
    manifest: Manifest = None,
    work_id: WorkId = None,
    title: Title = None,
    kind: WorkKind = "other",
    owner: Owner = None,
    series: Series = None,
    trust: Annotated[
        list[str] | None,
        typer.Option(help="Whose packages to take this time: a key's fingerprint, or its file."),
    ] = None,
    unsigned: Annotated[
        bool, typer.Option("--unsigned", help="Take packages that nobody signed.")
    ] = False,
    jobs: Jobs = None,
    ray: Ray = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Register works: one for each file, or as a manifest says. Repeating it changes nothing."""
    from reelprint.commands import registering

    said = (work_id, title, owner, series)
    asked = registering.asked(paths or [], manifest, trust or [], unsigned, *said, kind=kind)
    raise typer.Exit(registering.register(asked, jobs, json, home, ray))


@app.command()
def identify(
    paths: Annotated[list[Path], typer.Argument(help="Suspect media files, or folders.")],
    fast: Annotated[
        bool, typer.Option("--fast", help="Screen: of the picture only key frames are read.")
    ] = False,
    jobs: Jobs = None,
    ray: Ray = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Say which registered works suspect files carry, where in time, and how surely."""
    from reelprint.commands import identifying

    raise typer.Exit(identifying.identify(paths, jobs, json, home, fast, ray))


@app.command()
def work(
    until_empty: Annotated[
        bool, typer.Option("--until-empty", help="End when no job waits or runs.")
    ] = False,
    jobs: Jobs = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Do the jobs that wait in the queue of the service, until Ctrl-C."""
    from reelprint.commands import working

    raise typer.Exit(working.work(jobs, until_empty, json, home))


@app.command()
def capture(
    source: Annotated[
        str, typer.Argument(help="A URL (HLS, DASH, a file), or a recording; or a capture.")
    ],
    duration: Annotated[
        str | None,
        typer.Option("--for", help="How much: 60s, 10m, 1.5h.", show_default="all of it"),
    ] = None,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="Where the capture's own folder is made.")
    ] = Path("captures"),
    max_bytes: Annotated[
        str | None, typer.Option(help="Receive no more: 500M, 2G.", show_default="4G")
    ] = None,
    variant: Variant = Bandwidth.HIGHEST,
    referer: Referer = None,
    user_agent: UserAgent = None,
    resolve: Resolve = None,
    allow_private: AllowPrivate = False,
    verify: Annotated[
        bool, typer.Option("--verify", help="Check a capture's folder, offline.")
    ] = False,
    case: Annotated[
        str | None, typer.Option(help="The case that it is a sample for; it is kept there.")
    ] = None,
    site: Annotated[
        str | None,
        typer.Option(help="With --case: the site it is from.", show_default="the URL's host"),
    ] = None,
    tsa: Annotated[
        str | None, typer.Option(help="With --case: a time-stamp authority, if not the one set.")
    ] = None,
    by: By = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Keep a suspect stream as received, with what is missing of it; or check such a capture."""
    from reelprint.commands import capturing

    if verify:
        raise typer.Exit(capturing.verify(source, json))
    asked = capturing.Asked(
        *(source, out, duration, max_bytes, variant.value),
        *(user_agent, referer, allow_private),
        page_resolver=resolve.value if resolve else None,
    )
    if case is not None:
        from reelprint.commands import taking

        raise typer.Exit(taking.capture(asked, case, site, tsa, by, json, home))
    raise typer.Exit(capturing.capture(asked, json))


@app.command()
def explain(
    suspect: Annotated[
        Path, typer.Argument(help="A suspect media file, or one answer of `identify --json`, or -.")
    ],
    work: Annotated[str | None, typer.Option(help="Only matches with this work_id.")] = None,
    at: Annotated[float | None, typer.Option(help="Only matches at this second.")] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="The page, or a folder for it.", show_default="explanation.html"),
    ] = None,
    fast: Annotated[
        bool, typer.Option("--fast", help="As `identify --fast` reads the suspect.")
    ] = False,
    json: Json = False,
    home: Home = None,
) -> None:
    """Show what a match rests on and which other work came next, or what stopped one."""
    from reelprint.commands import explaining
    from reelprint.explaining.explanation import Wanted

    raise typer.Exit(explaining.explain(suspect, Wanted(work, at), out, json, home, fast))


@demo_app.callback(invoke_without_command=True)
def demo(
    context: typer.Context, out: DemoFolder = DEMO_OUTPUT, jobs: Jobs = None, json: Json = False
) -> None:
    """Register a dozen real works, make hostile copies of some, and find them again."""
    from reelprint.commands import demonstrating

    if context.invoked_subcommand is None:
        raise typer.Exit(demonstrating.demo(out, jobs, json))


@demo_app.command("case")
def demo_case(out: DemoFolder = DEMO_OUTPUT, jobs: Jobs = None, json: Json = False) -> None:
    """Lead a case against a pirate site on this machine: sample, judge, seal, check."""
    from reelprint.commands import demonstrating

    raise typer.Exit(demonstrating.demo_case(out, jobs, json))


@app.command()
def selftest(
    mine: Annotated[
        bool, typer.Option("--mine", help="Attack excerpts of the registered works, and find them.")
    ] = False,
    works: Annotated[int, typer.Option(min=1, help="With --mine: works, at most.")] = 20,
    queries: Annotated[int, typer.Option(min=1, help="With --mine: excerpts a distortion.")] = 20,
    jobs: Jobs = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Check that this installation computes the published fingerprints, to the bit."""
    from reelprint.commands import checking, mining

    if mine:
        raise typer.Exit(mining.selftest_mine(works, queries, jobs, json, home))
    raise typer.Exit(checking.selftest())


@app.command()
def serve(
    host: Annotated[
        str | None, typer.Option(help="The address to listen at.", show_default="127.0.0.1")
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="The port; 0: any.", show_default="8470"),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(min=0, help="Processes that do jobs; 0: others do.", show_default="1"),
    ] = None,
    home: Home = None,
) -> None:
    """Serve the workspace to browsers and programs; make one if there is none."""
    from reelprint.commands import serving

    raise typer.Exit(serving.serve(host, port, workers, home))


@app.command()
def doctor(json: Json = False, home: Home = None) -> None:
    """Look over this installation and the workspace, and say what is amiss."""
    from reelprint.commands import checking

    raise typer.Exit(checking.doctor(home, json))


def main() -> None:
    """The entry point: errors that a person can act on become one line and an exit code."""
    try:
        app(standalone_mode=True)
    except KeyboardInterrupt:
        print("stopped; what was done is kept", file=sys.stderr)
        sys.exit(INTERRUPTED)
    except BrokenPipeError:
        sys.exit(FOUND)
    except (Usage, OSError, ValueError, LookupError) as error:
        print(f"reelprint: {error}", file=sys.stderr)
        sys.exit(USAGE)
