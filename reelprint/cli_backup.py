"""The command line of backups. As in `cli`, heavy modules are imported by the commands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reelprint.options import Home, Json


def add_to(app: typer.Typer) -> None:
    """Make these commands part of a command line."""
    app.command()(backup)
    app.command()(restore)


def backup(
    to: Annotated[
        Path,
        typer.Argument(help="A folder of backups, or a new .tar file; with --verify, a backup."),
    ],
    verify: Annotated[
        bool, typer.Option("--verify", help="Read every byte of a backup instead.")
    ] = False,
    secrets: Annotated[
        bool, typer.Option("--secrets", help="With the signing key and the database's password.")
    ] = False,
    dump: Annotated[
        Path | None, typer.Option(help="What pg_dump wrote, where the databases are in PostgreSQL.")
    ] = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Back the whole workspace up while it is used; or check a backup."""
    from reelprint.commands import backing_up

    if verify:
        raise typer.Exit(backing_up.verify(to, json))
    raise typer.Exit(backing_up.backup(to, secrets, dump, json, home))


def restore(
    backup: Annotated[
        Path, typer.Argument(help="A backup; or a folder of backups, of which the newest is taken.")
    ],
    home: Annotated[Path, typer.Option("--home", help="A new folder for the workspace.")],
    catalog: Annotated[
        str | None, typer.Option(help="The PostgreSQL database into which the dump was restored.")
    ] = None,
    json: Json = False,
) -> None:
    """Make a workspace of a backup, and check that all of it belongs together."""
    from reelprint.commands import backing_up

    raise typer.Exit(backing_up.restore(backup, home, catalog, json))
