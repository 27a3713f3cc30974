"""Options that many commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class Bandwidth(StrEnum):
    """Which variant of a stream is captured."""

    HIGHEST = "highest"
    LOWEST = "lowest"


class PageResolver(StrEnum):
    """Which program finds the stream on a page."""

    YT_DLP = "yt-dlp"
    STREAMLINK = "streamlink"


Home = Annotated[
    Path | None,
    typer.Option(
        "--home",
        envvar="REELPRINT_HOME",
        help="The workspace folder.",
        show_default="./reelprint-data",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON object a line, for machines.")]
Jobs = Annotated[
    int | None,
    typer.Option("--jobs", "-j", min=1, help="Processes.", show_default="one a core"),
]
Blobs = Annotated[
    Path | None,
    typer.Option(help="A folder for fingerprints.", show_default="in the workspace"),
]
Ray = Annotated[
    str | None,
    typer.Option(
        help="The address of a Ray cluster whose machines do this; they see the same paths.",
        metavar="HOST:PORT",
    ),
]
By = Annotated[
    str | None,
    typer.Option(
        "--by",
        envvar="REELPRINT_ACTOR",
        help="Who does this, for the custody log.",
        show_default="the login name",
    ),
]

# What is known of works.
Manifest = Annotated[
    Path | None,
    typer.Option(help="A CSV: path, work_id, title, kind, owner, series, identifiers."),
]
WorkId = Annotated[str | None, typer.Option(help="The work that the file belongs to.")]
Title = Annotated[str | None, typer.Option(help="Its title.")]
WorkKind = Annotated[str, typer.Option(help="film, episode, tv, music, image, clip.")]
Owner = Annotated[str | None, typer.Option(help="Who holds the rights.")]
Series = Annotated[str | None, typer.Option(help="The series they are episodes of.")]

# What a capture is asked to do.
Variant = Annotated[Bandwidth, typer.Option(help="Which variant.")]
Referer = Annotated[str | None, typer.Option(help="The page that servers are told one comes from.")]
UserAgent = Annotated[
    str | None, typer.Option(help="What servers are told.", show_default="reelprint-capture")
]
Resolve = Annotated[
    PageResolver | None,
    typer.Option(help="The URL is a page: a program finds the stream on it."),
]
Tsa = Annotated[str | None, typer.Option(help="A time-stamp authority's URL, if not the one set.")]
AllowPrivate = Annotated[
    bool, typer.Option("--allow-private", help="A lab: private addresses may be reached.")
]
