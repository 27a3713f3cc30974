"""The command line of evidence packages: `export`, `verify`, `timestamp`, `key`. As in `cli`, heavy
modules are imported by the commands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reelprint.options import AllowPrivate, By, Home, Json, Tsa

key_app = typer.Typer(help="The key that evidence packages are signed with.", no_args_is_help=True)


def export(
    case_id: Annotated[str, typer.Argument(metavar="CASE", help="The case's id.")],
    out: Annotated[Path, typer.Option("--out", "-o", help="The package, a new file.")],
    key: Annotated[
        Path | None, typer.Option(help="Who signs.", show_default="the workspace's key")
    ] = None,
    tsa: Tsa = None,
    allow_private: AllowPrivate = False,
    by: By = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Seal a case as one file that a stranger can check."""
    from reelprint.commands import exporting

    wanted = exporting.Wanted(case_id, out, key, tsa, allow_private, by, home)
    raise typer.Exit(exporting.export_case(wanted, json))


def verify(
    package: Annotated[Path, typer.Argument(help="An evidence package.")],
    signer: Annotated[
        str | None, typer.Option(help="Who must have signed: a key's fingerprint, or its file.")
    ] = None,
    tsa_ca: Annotated[
        Path | None, typer.Option(help="Certificates of time-stamp authorities, in PEM.")
    ] = None,
    head: Annotated[
        str | None, typer.Option(help="A head of the custody log that was noted down.")
    ] = None,
    from_media: Annotated[
        bool, typer.Option("--from-media", help="Read the suspects' media again: it is decoded.")
    ] = False,
    json: Json = False,
) -> None:
    """Check an evidence package, offline, from its own bytes."""
    from reelprint.commands import verifying

    asked = verifying.Wanted(package, signer, tsa_ca, head, from_media)
    raise typer.Exit(verifying.verify(asked, json))


def timestamp(
    package: Annotated[
        Path | None, typer.Argument(help="A package; without one, all that waits.")
    ] = None,
    tsa: Annotated[
        str | None, typer.Option(help="The authority's URL, if not the one set.")
    ] = None,
    allow_private: AllowPrivate = False,
    json: Json = False,
    home: Home = None,
) -> None:
    """Ask a time-stamp authority for what waits for its stamp, or for a package."""
    from reelprint.commands import stamping

    raise typer.Exit(stamping.timestamp(package, tsa, allow_private, json, home))


@key_app.command("new")
def key_new(
    out: Annotated[
        Path | None, typer.Option(help="Where it is written.", show_default="in the workspace")
    ] = None,
    home: Home = None,
) -> None:
    """Make a key, and show its public half."""
    from reelprint.commands import keys

    raise typer.Exit(keys.new(out, home))


@key_app.command("show")
def key_show(
    key: Annotated[
        Path | None, typer.Option(help="The key's file.", show_default="the workspace's")
    ] = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Show the public half of a key, and its fingerprint, to be given to readers of packages."""
    from reelprint.commands import keys

    raise typer.Exit(keys.show(key, json, home))


def add_to(app: typer.Typer) -> None:
    """Make these commands part of a command line."""
    app.add_typer(key_app, name="key")
    for command in (export, verify, timestamp):
        app.command()(command)
