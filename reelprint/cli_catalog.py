"""The command line of the catalogue itself: where it is kept. Nothing heavy is imported here."""

from __future__ import annotations

from typing import Annotated

import typer

from reelprint.options import Blobs, Home, Json

catalog_app = typer.Typer(help="Move the catalogue to another database.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Make these commands part of a command line."""
    app.add_typer(catalog_app, name="catalog")


@catalog_app.callback()
def _group() -> None:
    """Move the catalogue to another database."""


@catalog_app.command("move")
def catalog_move(
    target: Annotated[
        str,
        typer.Argument(help="postgresql://user@host/database, or `sqlite`: into the workspace."),
    ],
    blobs: Blobs = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Copy the catalogue, check every row and fingerprint of the copy, and use it from then on."""
    from reelprint.commands import moving

    raise typer.Exit(moving.move(target, blobs, json, home))
