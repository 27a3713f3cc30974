"""Options that many commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

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
By = Annotated[
    str | None,
    typer.Option(
        "--by",
        envvar="REELPRINT_ACTOR",
        help="Who does this, for the custody log.",
        show_default="the login name",
    ),
]
