"""The command line of fingerprints that travel without media: `fingerprint`, and whose are taken.
As in `cli`, heavy modules are imported by the commands."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from reelprint.cli_evidence import key_app
from reelprint.options import (
    Home,
    Jobs,
    Json,
    Manifest,
    Owner,
    Series,
    Title,
    WorkId,
    WorkKind,
)


class Preset(StrEnum):
    """What a package keeps of works."""

    FULL = "full"
    COMPACT = "compact"


def fingerprint(
    out: Annotated[Path, typer.Option("--out", "-o", help="The package, a new file.")],
    paths: Annotated[list[Path] | None, typer.Argument(help="Media files, or folders.")] = None,
    manifest: Manifest = None,
    licences: Annotated[
        Path | None, typer.Option(help="A CSV: work_id, distributor, territories, start, end.")
    ] = None,
    work_id: WorkId = None,
    title: Title = None,
    kind: WorkKind = "other",
    owner: Owner = None,
    series: Series = None,
    preset: Annotated[
        Preset, typer.Option(help="What the workspaces keep that will take it.")
    ] = Preset.FULL,
    scheme: Annotated[
        list[str] | None, typer.Option(help="Schemes, in place of a preset. Repeat it.")
    ] = None,
    key: Annotated[
        Path | None, typer.Option(help="Who signs.", show_default="the workspace's key")
    ] = None,
    unsigned: Annotated[bool, typer.Option("--unsigned", help="Nobody signs.")] = False,
    jobs: Jobs = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Fingerprint works where they lie, as one signed file to be registered elsewhere."""
    from reelprint.commands import fingerprinting, registering

    items = registering.items(paths or [], manifest, work_id, title, kind, owner, series)
    schemes = fingerprinting.schemes_of(preset.value, scheme or [])
    wanted = fingerprinting.Wanted(items, licences, schemes, key, unsigned, out, jobs, home)
    raise typer.Exit(fingerprinting.fingerprint(wanted, json))


@key_app.command("trust")
def key_trust(
    key: Annotated[str, typer.Argument(help="A key's fingerprint, or its public half's file.")],
    name: Annotated[str, typer.Option(help="Whose it is.")] = "",
    home: Home = None,
) -> None:
    """Take fingerprint packages that are signed with a key from now on."""
    from reelprint.commands import trusting

    raise typer.Exit(trusting.trust(key, name, home))


@key_app.command("distrust")
def key_distrust(
    key: Annotated[str, typer.Argument(help="A key's fingerprint, or its public half's file.")],
    home: Home = None,
) -> None:
    """Take no more packages of a key; what was registered stays, and is named."""
    from reelprint.commands import trusting

    raise typer.Exit(trusting.distrust(key, home))


@key_app.command("trusted")
def key_trusted(json: Json = False, home: Home = None) -> None:
    """List the keys whose packages are taken."""
    from reelprint.commands import trusting

    raise typer.Exit(trusting.show(json, home))


def add_to(app: typer.Typer) -> None:
    """Make these commands part of a command line."""
    app.command()(fingerprint)
