"""The command line of what is registered. As in `cli`, heavy modules are imported by each
command."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reelprint.exits import Usage
from reelprint.options import Home, Jobs, Json

works_app = typer.Typer(help="Show, license and remove registered works.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Make the commands part of a command line."""
    app.add_typer(works_app, name="works")
    app.command()(lint)
    app.command()(exclude)


@works_app.command("list")
def works_list(json: Json = False, home: Home = None) -> None:
    """List all registered works."""
    from reelprint.commands import works

    raise typer.Exit(works.show_all(json, home))


@works_app.command("show")
def works_show(work_id: str, json: Json = False, home: Home = None) -> None:
    """Show one work and its references."""
    from reelprint.commands import works

    works.show(work_id, json, home)


@works_app.command("remove")
def works_remove(work_ids: Annotated[list[str], typer.Argument()], home: Home = None) -> None:
    """Remove works with their fingerprints; no later query finds them."""
    from reelprint.commands import works

    works.remove(work_ids, home)


@works_app.command("license")
def works_license(
    work_id: Annotated[str | None, typer.Argument(help="The work.", show_default=False)] = None,
    distributor: Annotated[
        str | None, typer.Option(help="A host that may show it, with all below it.")
    ] = None,
    territory: Annotated[
        list[str] | None, typer.Option(help="Where: KR. Repeat it.", show_default="everywhere")
    ] = None,
    start: Annotated[str, typer.Option("--from", help="The first day, in UTC.")] = "",
    end: Annotated[str, typer.Option("--to", help="The first day after it.")] = "",
    nobody: Annotated[bool, typer.Option("--nobody", help="Nobody is licensed.")] = False,
    unknown: Annotated[bool, typer.Option("--unknown", help="Nothing is known of it.")] = False,
    manifest: Annotated[
        Path | None, typer.Option(help="A CSV: work_id, distributor, territories, start, end.")
    ] = None,
    home: Home = None,
) -> None:
    """Say who may show a work, where and when."""
    from reelprint.commands import licensing

    asked = licensing.Asked(distributor, tuple(territory or ()), start, end, nobody, unknown)
    if manifest is not None and work_id is None and asked == licensing.Asked():
        raise typer.Exit(licensing.license_all(manifest, home))
    if manifest is not None or work_id is None:
        raise Usage("name a work, or a --manifest alone")
    raise typer.Exit(licensing.license_one(work_id, asked, home))


def lint(
    work_ids: Annotated[
        list[str] | None, typer.Argument(help="Works.", show_default="all of them")
    ] = None,
    apply: Annotated[bool, typer.Option("--apply", help="Exclude what is proposed.")] = False,
    jobs: Jobs = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Look works over: what they share, duplicates, silence, noise; propose what to exclude."""
    from reelprint.commands import linting

    raise typer.Exit(linting.lint(work_ids or [], apply, jobs, json, home))


def exclude(
    work_id: Annotated[str | None, typer.Argument(help="The work.", show_default=False)] = None,
    times: Annotated[
        list[str] | None,
        typer.Argument(metavar="[START END]", help="As 83.5 or 1:23.5.", show_default=False),
    ] = None,
    reference: Annotated[
        str | None, typer.Option(help="Which of its references.", show_default="the only one")
    ] = None,
    reason: Annotated[str, typer.Option(help="Why, for those who read the list.")] = "",
    show: Annotated[bool, typer.Option("--list", help="List what is excluded.")] = False,
    undo: Annotated[bool, typer.Option("--remove", help="Let it count again.")] = False,
    json: Json = False,
    home: Home = None,
) -> None:
    """Let a range of a work count nothing: an intro, credits, what belongs to others."""
    from reelprint.commands import excluding

    given = excluding.range_of(times or [])
    if show:
        code = excluding.show(work_id, json, home)
    elif work_id is None:
        raise Usage("name a work")
    elif undo:
        code = excluding.include(work_id, given, reference, home)
    else:
        code = excluding.exclude(work_id, given, reference, reason, home)
    raise typer.Exit(code)
