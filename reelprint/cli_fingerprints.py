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


pdq_app = typer.Typer(help="Lists of PDQ hashes, as others share them.", no_args_is_help=True)
Radius = Annotated[int, typer.Option(min=0, max=64, help="Bits in which hashes may differ.")]
Quality = Annotated[
    int, typer.Option(min=0, max=100, help="Hashes under this quality are left out.")
]


@pdq_app.command("import")
def pdq_import(
    lists: Annotated[list[Path], typer.Argument(help="Lists: CSV, JSON, NDJSON, vPDQ.")],
    name: Annotated[str | None, typer.Option(help="Its name.", show_default="the file's")] = None,
    home: Home = None,
) -> None:
    """Take in lists of hashes, to be compared with by `pdq match`."""
    from reelprint.commands import hashing

    raise typer.Exit(hashing.import_lists(lists, name, home))


@pdq_app.command("list")
def pdq_list(json: Json = False, home: Home = None) -> None:
    """Name the lists that were taken in."""
    from reelprint.commands import hashing

    raise typer.Exit(hashing.show(json, home))


@pdq_app.command("remove")
def pdq_remove(name: str, home: Home = None) -> None:
    """Forget a list."""
    from reelprint.commands import hashing

    raise typer.Exit(hashing.remove(name, home))


@pdq_app.command("match")
def pdq_match(
    files: Annotated[list[Path], typer.Argument(help="Suspect media files, or folders.")],
    lists: Annotated[
        list[Path] | None,
        typer.Option("--list", help="A list's file. Repeat it.", show_default="those taken in"),
    ] = None,
    radius: Radius = 31,
    quality: Quality = 50,
    json: Json = False,
    home: Home = None,
) -> None:
    """Say what of media files lies near hashes of lists. That is a distance, and no evidence."""
    from reelprint.commands import hashing
    from reelprint.hashlists.comparing import Rule

    asked = hashing.Asked(files, lists or [], Rule(radius, quality), home)
    raise typer.Exit(hashing.match(asked, json))


@pdq_app.command("export")
def pdq_export(
    works: Annotated[list[str], typer.Argument(help="Works by work_id, or media files.")],
    out: Annotated[
        Path, typer.Option("--out", "-o", help="The list: .csv, .json, .jsonl, .txt (vPDQ).")
    ],
    tag: Annotated[list[str] | None, typer.Option(help="A tag of all hashes. Repeat it.")] = None,
    quality: Quality = 50,
    home: Home = None,
) -> None:
    """Write hashes as a list that other systems read."""
    from reelprint.commands import hashing
    from reelprint.hashlists.comparing import Rule

    rule = Rule(least_quality=quality)
    raise typer.Exit(hashing.export(works, out, tag or [], rule, home))


def add_to(app: typer.Typer) -> None:
    """Make these commands part of a command line."""
    app.command()(fingerprint)
    app.add_typer(pdq_app, name="pdq")
