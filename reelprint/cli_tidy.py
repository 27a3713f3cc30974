"""The command line of what is kept no longer. As in `cli`, heavy modules are imported by the
command."""

from __future__ import annotations

from typing import Annotated

import typer

from reelprint.options import By, Home, Json


def add_to(app: typer.Typer) -> None:
    """Make the command part of a command line."""
    app.command()(tidy)


def tidy(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would go, and remove nothing.")
    ] = False,
    by: By = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Remove uploads, ended jobs and their results that the service keeps no longer."""
    from reelprint.commands import tidying

    raise typer.Exit(tidying.tidy(dry_run, by, json, home))
