"""The command line: `python -m training COMMAND`. Long work can be stopped and taken up again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer
from rich.console import Console

from training import manifest, overlap, sources, waves
from training.fetch import DROPPED, MANIFEST, fetch
from training.heard import heard
from training.looks import PICTURES
from training.manifest import Row
from training.picture_commands import WEIGHTS, train_pictures
from training.picture_overlap import shown
from training.picture_store import LISTED, stored
from training.sound_commands import WEIGHTS as SOUND_WEIGHTS
from training.sound_commands import train_sounds
from training.sources import Kind

app = typer.Typer(help=__doc__, no_args_is_help=True, pretty_exceptions_enable=False)
errors = Console(stderr=True)
Cache = Annotated[Path, typer.Option(help="Where the material lies.")]
CACHE = Path.home() / ".cache" / "reelprint-training"
CORPUS = Path.home() / ".cache" / "reelprint-corpus"


@app.command("fetch")
def fetch_command(
    kind: Annotated[
        list[str] | None, typer.Option(help="Of this kind only; may be given again.")
    ] = None,
    cache: Cache = CACHE,
) -> None:
    """Download and unpack what `sources.csv` names; what is there already is left as it is."""
    with _said():
        rows = fetch(sources.read(), cache, _kinds(kind or []), errors.print)
    for line in summary(rows):
        typer.echo(line)


@app.command("overlap")
def overlap_command(
    corpus: Annotated[Path, typer.Option(help="A corpus with a manifest.csv.")] = CORPUS,
    cache: Cache = CACHE,
) -> None:
    """Take out of the material what the development corpus holds too, and say what it was."""
    with _said():
        rows = manifest.read(cache / MANIFEST)
        found = overlap.same(rows, cache, overlap.corpus(corpus))
        _drop(cache, rows, [one.row for one in found])
    for one in found:
        typer.echo(f"{one.row.path}: {one.why} as {one.path}")
    typer.echo(f"{len(found)} of {len(rows)} files are in the corpus too")


@app.command("video")
def video_command(
    steps: Annotated[int | None, typer.Option(help="Other than the recipe's.", min=1)] = None,
    weights: Annotated[Path, typer.Option(help="Where the weights go.")] = WEIGHTS,
    cache: Cache = CACHE,
) -> None:
    """Train the network of `video-learned-1` on what was fetched; needs PyTorch."""
    with _said():
        train_pictures(cache, weights, steps, typer.echo)


@app.command("audio")
def audio_command(
    steps: Annotated[int | None, typer.Option(help="Other than the recipe's.", min=1)] = None,
    weights: Annotated[Path, typer.Option(help="Where the weights go.")] = SOUND_WEIGHTS,
    cache: Cache = CACHE,
) -> None:
    """Train the network of `audio-learned-1` on what was fetched; needs PyTorch."""
    with _said():
        train_sounds(cache, weights, steps, typer.echo)


@app.command("heard")
def heard_command(
    corpus: Annotated[Path, typer.Option(help="A corpus with a manifest.csv.")] = CORPUS,
    cache: Cache = CACHE,
) -> None:
    """Take out of the material the sounds that a file of the development corpus plays."""
    with _said(), TemporaryDirectory() as home:
        rows = manifest.read(cache / MANIFEST)
        found = list(heard(rows, cache, overlap.files(corpus), Path(home)))
        _drop(cache, rows, [one.row for one in found])
        if found:
            (cache / waves.LIST).unlink(missing_ok=True)  # so that they are decoded anew
    for one in found:
        typer.echo(f"{one.row.path}: {one.path}, {one.seconds:.0f} s at {one.e_value:.1g}")
    typer.echo(f"{len(found)} stretches of the corpus are in the material too")


@app.command("shown")
def shown_command(
    corpus: Annotated[Path, typer.Option(help="A corpus with a manifest.csv.")] = CORPUS,
    cache: Cache = CACHE,
) -> None:
    """Take out of the decoded pictures those that a film of the development corpus may show."""
    with _said():
        found = shown(stored(cache), overlap.files(corpus))
        rows = manifest.read(cache / MANIFEST)
        names = {one.picture for one in found}
        _drop(cache, rows, [row for row in rows if row.path in names])
        if found:
            (cache / LISTED).unlink()  # so that they are decoded anew, without these
    for one in found:
        typer.echo(f"{one.picture}: {one.film}, {one.bits} of 256 bits apart")
    typer.echo(f"{len(found)} pictures may be shown by films of the corpus")


def summary(rows: Sequence[Row]) -> Iterator[str]:
    """One line for each kind: how many files of how many packages, and hours of what has length."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.kind].append(row)
    for kind in sources.KINDS:
        hours = sum(row.seconds for row in found[kind]) / 3600
        packages = len({row.source for row in found[kind]})
        much = "" if kind in PICTURES else f", {hours:.1f} h"
        yield f"{kind}: {len(found[kind])} files of {packages} packages{much}"


def _kinds(given: Sequence[str]) -> list[Kind]:
    unknown = [name for name in given if name not in sources.KINDS]
    if unknown:
        raise ValueError(f"{unknown[0]!r} is none of the kinds {', '.join(sources.KINDS)}")
    return [kind for kind in sources.KINDS if kind in given or not given]


def _drop(cache: Path, rows: Sequence[Row], found: Sequence[Row]) -> None:
    """What was found is left out now, and by each later `fetch`."""
    before = manifest.read(cache / DROPPED) if (cache / DROPPED).exists() else []
    dropped = {row.sha256: row for row in [*before, *found]}
    manifest.write(cache / DROPPED, dropped.values())
    manifest.write(cache / MANIFEST, (row for row in rows if row.sha256 not in dropped))


@contextmanager
def _said() -> Iterator[None]:
    """What went wrong is said in one sentence, and ends with 1."""
    try:
        yield
    except (OSError, ValueError) as error:
        errors.print(f"error: {error}", markup=False)
        raise typer.Exit(1) from error


if __name__ == "__main__":
    app()
