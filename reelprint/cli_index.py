"""The command line of the index. As in `cli`, heavy modules are imported by the commands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from reelprint.options import Home, Json

index_app = typer.Typer(help="Look after the index.", no_args_is_help=True)


@index_app.command("status")
def status(json: Json = False, home: Home = None) -> None:
    """Say what the index consists of, and what merging would bring."""
    from reelprint.commands import indexing

    raise typer.Exit(indexing.status(json, home))


@index_app.command("verify")
def verify(json: Json = False, home: Home = None) -> None:
    """Read every byte of the index and say what is damaged."""
    from reelprint.commands import indexing

    raise typer.Exit(indexing.verify(json, home))


@index_app.command("rebuild")
def rebuild(json: Json = False, home: Home = None) -> None:
    """Make the index anew from the catalogue, while the old one is searched."""
    from reelprint.commands import indexing

    raise typer.Exit(indexing.rebuild(json, home))


@index_app.command("merge")
def merge(
    everything: Annotated[
        bool, typer.Option("--all", help="One segment a scheme, whatever that costs.")
    ] = False,
    json: Json = False,
    home: Home = None,
) -> None:
    """Make few segments of many, without what was removed, while others search and register."""
    from reelprint.commands import indexing

    raise typer.Exit(indexing.merge(everything, json, home))


@index_app.command("snapshot")
def snapshot(
    folder: Annotated[Path, typer.Argument(help="A new folder.")],
    json: Json = False,
    home: Home = None,
) -> None:
    """Keep the index as it is at this moment."""
    from reelprint.commands import indexing

    raise typer.Exit(indexing.snapshot(folder, json, home))


@index_app.command("restore")
def restore(
    folder: Annotated[Path, typer.Argument(help="A snapshot.")],
    json: Json = False,
    home: Home = None,
) -> None:
    """Put a snapshot in the place of the index, and bring it up to date."""
    from reelprint.commands import indexing

    raise typer.Exit(indexing.restore(folder, json, home))
