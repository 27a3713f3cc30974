"""Commands that measure whether what is stated is true, or fit what it is stated by."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from benchmarks import (
    calibrate,
    same_moment,
    same_waves,
    self_join,
    stated,
    stated_sources,
    verdicts,
)
from benchmarks.cache import write_text
from benchmarks.calibration_parallel import Mapper
from benchmarks.options import (
    DEFAULT_CACHE,
    DEFAULT_CORPUS,
    Cache,
    Corpus,
    Json,
    Seed,
    Split,
    dataset,
)
from benchmarks.results import write

app = typer.Typer()


@app.command("calibrate")
def calibrate_command(
    json: Json,
    corpus: Corpus = DEFAULT_CORPUS,
    sounds: Annotated[int, typer.Option(min=1, help="Negative queries of sound.")] = 5000,
    pictures: Annotated[int, typer.Option(min=1, help="Negative queries of pictures.")] = 300,
    jobs: Annotated[int, typer.Option(min=1, help="Processes.")] = 2,
    cache: Cache = DEFAULT_CACHE,
) -> None:
    """Fit matchers/calibration.json on the calibrate half alone."""
    run = calibrate.Run(dataset(corpus, cache), cache / "queries", Mapper(jobs), sounds, pictures)
    write_text(json, calibrate.text(calibrate.calibrate(run)))


@app.command("calibration")
def calibration_command(
    json: Json,
    corpus: Corpus = DEFAULT_CORPUS,
    sense: Annotated[
        stated_sources.Sense, typer.Option(help="Of sound, pictures, or both.")
    ] = "audio",
    hours: Annotated[str, typer.Option(help="Sizes, separated by commas.")] = "0,25,250",
    queries: Annotated[
        str, typer.Option(help="Excerpts at each size, or one number for all.")
    ] = "20000,7000,3000",
    split: Split = "test",
    jobs: Annotated[int, typer.Option(min=1, max=2, help="Processes.")] = 2,
    cache: Cache = DEFAULT_CACHE,
) -> None:
    """Stated E-values against the false matches that are seen, by size of the catalogue."""
    try:
        sizes = stated.sizes(hours, queries)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    with TemporaryDirectory() as home:
        data = dataset(corpus, cache)
        measured = stated.measure(data, Path(home), sense, sizes, jobs, split)
    write(json, "calibration", {"corpus_sha256": data.sha256, **measured})


@app.command("verdicts")
def verdicts_command(
    json: Json,
    sites: Annotated[int, typer.Option(min=100, help="Made-up sites of each kind.")] = 20_000,
    seed: Seed = 1,
) -> None:
    """Stated errors of verdicts on sites against those seen, looked at after every sample."""
    write(json, "verdicts", verdicts.measure(verdicts.Plan(sites, seed=seed)))


@app.command("lint")
def lint_command(
    json: Json,
    corpus: Corpus = DEFAULT_CORPUS,
    split: Split = "test",
    others: Annotated[int, typer.Option(min=0, help="Works of each kind that share nothing.")] = 15,
    cache: Cache = DEFAULT_CACHE,
) -> None:
    """What `reelprint lint` finds of what is known to be shared, and at what cost."""
    data = dataset(corpus, cache)
    files, known = self_join.chosen(data, split, others), self_join.known_pairs(data, split)
    with TemporaryDirectory() as home:
        figures = self_join.measure(files, known, Path(home))
    write(json, "lint", {"corpus_sha256": data.sha256, "split": split, **figures})


@app.command("waves")
def waves_command(
    json: Json, corpus: Corpus = DEFAULT_CORPUS, cache: Cache = DEFAULT_CACHE
) -> None:
    """Which tracks of one source hold the same sound, by their waves alone."""
    data = dataset(corpus, cache)
    write(json, "waves", {"corpus_sha256": data.sha256, **same_waves.measure(data)})


@app.command("moment")
def moment_command(
    first: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    first_s: Annotated[float, typer.Argument(min=0, help="Where the sound begins in it.")],
    second: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    second_s: Annotated[float, typer.Argument(help="Where it is said to begin in this one.")],
    seconds: Annotated[float, typer.Option(min=0.5, max=60, help="How much of it.")] = 3.0,
) -> None:
    """Whether two moments hold one recording, by their waves alone, an octave at a time."""
    try:
        told = same_moment.measure(first, first_s, second, second_s, seconds)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    typer.echo(f"{'Hz':>9}  correlation         lag  next")
    for octave in told:
        typer.echo(
            f"{octave.from_hz:>4}–{octave.to_hz:<4}  {octave.correlation:11.2f}"
            f"  {octave.lag_s * 1000:+7.1f} ms  {octave.next_best:4.2f}"
        )
