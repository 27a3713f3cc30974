"""The command line: `python -m benchmarks COMMAND`. Long work can be stopped and taken up again."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import Annotated

import typer

from benchmarks import (
    audio,
    audio_cost,
    calibrate,
    memory,
    recall,
    self_join,
    senses,
    speed,
    stated,
    stated_sources,
    verdicts,
    video,
    video_cost,
)
from benchmarks.audio_rows import AUDIO_ROWS
from benchmarks.cache import FactCache, default_cache, write_text
from benchmarks.calibration_parallel import Mapper
from benchmarks.cluster import killing
from benchmarks.crash import command as crashing
from benchmarks.datasets import Dataset, Half, load
from benchmarks.engine import Reelprint
from benchmarks.guard import command as guarding
from benchmarks.guard.works import DEMO
from benchmarks.load import command as loading
from benchmarks.peers import again, choose_peers, in_turn, of_audio, of_recall, of_video
from benchmarks.plan import Plan
from benchmarks.progress import errors, track_calls
from benchmarks.public import commands as public
from benchmarks.report import report
from benchmarks.results import write
from benchmarks.rows import ROWS, choose
from benchmarks.scale import command as grown
from benchmarks.sheet import write_sheet
from benchmarks.show import show, show_ranked
from benchmarks.video_rows import FILM_ROWS, VIDEO_ROWS
from reelprint.cli import Preset

app = typer.Typer(help=__doc__, no_args_is_help=True, pretty_exceptions_enable=False)
app.add_typer(public.app)

Corpus = Annotated[Path, typer.Option(help="A folder of media, with manifest.csv if it has one.")]
Json = Annotated[Path, typer.Option("--json", help="Where the result goes.")]
Cache = Annotated[Path, typer.Option(help="Where made files are kept between runs.")]
Rows = Annotated[str, typer.Option(help="Rows, separated by commas; all when empty.")]
Queries = Annotated[int, typer.Option(min=1, help="Queries a row.")]
Negatives = Annotated[int, typer.Option(min=0, help="Negative queries in all.")]
Seed = Annotated[int, typer.Option(help="Decides which excerpts are cut.")]
Split = Annotated[Half, typer.Option(help="Which half of the works.")]
Jobs = Annotated[int, typer.Option(min=1, help="1 also measures latency.")]
PresetOption = Annotated[Preset, typer.Option(help="How much is kept of a picture.")]
Baselines = Annotated[bool, typer.Option(help="Run other methods on the same queries.")]
Peers = Annotated[str, typer.Option(help="Which, separated by commas; all that can when empty.")]
DEFAULT_CACHE = default_cache()
SCRATCH = Path(gettempdir())
DEFAULT_CORPUS = Path.home() / ".cache" / "reelprint-corpus"


@app.command("guard")
def guard_command(
    json: Annotated[Path, typer.Option("--json", help="Where the result goes.")] = Path(
        "bench.json"
    ),
    card: Annotated[Path | None, typer.Option(help="Where the benchmark card goes.")] = None,
    key: Annotated[Path | None, typer.Option(help="An Ed25519 key (PEM) to sign with.")] = None,
    update: Annotated[bool, typer.Option("--update", help="Write a new baseline.")] = False,
    jobs: Annotated[int, typer.Option(min=1, help="Processes.")] = 2,
) -> None:
    """The shipped works against the baseline: ends with 1 when anything got worse."""
    if update:
        raise typer.Exit(guarding.write_baseline(jobs))
    raise typer.Exit(guarding.run(json, card, key, jobs))


@app.command("card")
def card_command(
    result: Annotated[Path, typer.Argument(help="A result of `guard`.")],
    output: Annotated[Path, typer.Option("-o", "--output")] = Path("docs/benchmarks/card.md"),
) -> None:
    """The benchmark card of a result."""
    guarding.write_card(result, output)


@app.command("verify")
def verify_command(
    result: Annotated[Path, typer.Argument(help="A result file.")],
    public: Annotated[Path, typer.Option(help="The public key (PEM).")],
) -> None:
    """Whether a result is what the holder of a key signed."""
    raise typer.Exit(guarding.verify(result, public))


@app.command("recall")
def recall_command(
    json: Json,
    corpus: Corpus = DEFAULT_CORPUS,
    rows: Rows = "",
    queries: Queries = 150,
    negatives: Negatives = 1000,
    seed: Seed = 1,
    split: Split = "test",
    jobs: Jobs = 2,
    baselines: Baselines = True,
    peers: Peers = "",
    cache: Cache = DEFAULT_CACHE,
) -> None:
    """Recall, false matches, offset and speed errors, row by row."""
    others, left_out = choose_peers(of_recall(), peers, baselines)
    data, chosen = _load(corpus, cache), choose(rows, ROWS)
    plan = Plan(queries, negatives, seed)
    made = recall.make_rows(chosen, data, split, plan, cache, jobs)
    works, measured = data.references(split, "registered"), []
    with TemporaryDirectory() as home:
        ours = again(Reelprint(Path(home), jobs))
        for fresh, waiting in in_turn(ours, others, jobs):
            measured.append(recall.measure(fresh("recall"), works, chosen, made, jobs))
            show(measured[-1])
            body = {
                "corpus_sha256": data.sha256,
                "split": split,
                "seed": seed,
                "cells": recall.cells(data, split),
                "left_out": [*left_out, *waiting],
                "systems": measured,
            }
            write(json, "recall", body)


@app.command("audio")
def audio_command(
    json: Json,
    corpus: Corpus = DEFAULT_CORPUS,
    rows: Rows = "",
    queries: Queries = 110,
    negatives: Negatives = 5000,
    seed: Seed = 1,
    split: Split = "test",
    jobs: Jobs = 2,
    baselines: Baselines = True,
    peers: Peers = "",
    cache: Cache = DEFAULT_CACHE,
) -> None:
    """Sound under codecs, noise, mixtures, rooms, tempo, pitch and speed, with false matches."""
    others, left_out = choose_peers(of_audio(), peers, baselines)
    data, chosen = _load(corpus, cache), choose(rows, AUDIO_ROWS)
    plan = Plan(queries, negatives, seed)
    made = audio.make_rows(chosen, data, split, plan, cache, jobs)
    works = audio.references(data, split)
    measured: list[dict[str, object]] = []
    with TemporaryDirectory() as home:
        ours = again(Reelprint(Path(home), jobs, tell_all=True))
        for fresh, waiting in in_turn(ours, others, jobs):
            measured.append(audio.measure(fresh("audio"), works, chosen, made, jobs, not measured))
            show_ranked(measured[-1], chosen)
            lacking = [*left_out, *waiting]
            write(json, "audio", audio.body(chosen, data, split, plan, measured, lacking))


@app.command("video")
def video_command(
    json: Json,
    corpus: Corpus = DEFAULT_CORPUS,
    rows: Rows = "",
    queries: Queries = 44,
    negatives: Negatives = 600,
    seed: Seed = 1,
    split: Split = "test",
    jobs: Jobs = 2,
    baselines: Baselines = True,
    peers: Peers = "",
    sheet: Annotated[Path | None, typer.Option(help="A PNG of the worst pairs.")] = None,
    preset: PresetOption = Preset.FULL,
    fast: Annotated[bool, typer.Option("--fast", help="Read key frames alone.")] = False,
    cache: Cache = DEFAULT_CACHE,
) -> None:
    """Pictures cropped, turned, mirrored, filmed, in a corner, with false matches."""
    if sheet is not None and sheet.suffix != ".png":
        raise typer.BadParameter(f"{sheet} is not named like a PNG")
    others, left_out = choose_peers(of_video(), peers, baselines)
    data, chosen = _load(corpus, cache), choose(rows, VIDEO_ROWS, (*VIDEO_ROWS, *FILM_ROWS))
    plan = Plan(queries, negatives, seed)
    sat = video.sittings(chosen, data, split, plan, cache, jobs)
    measured: list[dict[str, object]] = []
    with TemporaryDirectory() as home:
        ours = partial(Reelprint.apart, Path(home), jobs, preset.value, fast)
        for fresh, waiting in in_turn(ours, others, jobs):
            run = video.ask_all(fresh, sat, jobs)
            if sheet is not None and not measured:
                write_sheet(run.every, [work for one in sat for work in one.works], sheet)
            measured.append(video.figures(run, chosen, in_detail=not measured))
            show_ranked(measured[-1], chosen)
            lacking = [*left_out, *waiting]
            write(json, "video", video.body(chosen, data, split, plan, sat, measured, lacking))


@app.command("audio-cost")
def audio_cost_command(
    json: Json,
    corpus: Corpus = DEFAULT_CORPUS,
    hours: Annotated[str, typer.Option(help="Sizes, separated by commas.")] = "10,100,1000",
    queries: Annotated[int, typer.Option(min=1, help="Queries of each kind.")] = 20,
    cache: Cache = DEFAULT_CACHE,
) -> None:
    """Processor time of a ten-second query, and bytes, against the size of the catalogue."""
    data, sizes = _load(corpus, cache), sorted(float(size) for size in hours.split(","))
    with TemporaryDirectory() as home:
        measured = audio_cost.measure(data, Path(home), cache, sizes, queries)
    write(json, "audio-cost", {"corpus_sha256": data.sha256, **measured})


@app.command("video-cost")
def video_cost_command(
    json: Json,
    corpus: Corpus = DEFAULT_CORPUS,
    hours: Annotated[str, typer.Option(help="Sizes, separated by commas.")] = "10,100,1000",
    queries: Annotated[int, typer.Option(min=1, help="Queries of each kind.")] = 10,
    preset: PresetOption = Preset.FULL,
    cache: Cache = DEFAULT_CACHE,
) -> None:
    """Processor time of reading, keeping and asking for pictures, by hours of references."""
    data, sizes = _load(corpus, cache), sorted(float(size) for size in hours.split(","))
    with TemporaryDirectory() as home:
        measured = video_cost.measure(data, Path(home), cache, sizes, queries, preset.value)
    about = {"corpus_sha256": data.sha256, "preset": preset.value}
    write(json, "video-cost", {**about, **measured})


@app.command("speed")
def speed_command(
    json: Json, corpus: Corpus = DEFAULT_CORPUS, cache: Cache = DEFAULT_CACHE
) -> None:
    """Registration beside bare decode, stored bytes, latency, start-up."""
    data = _load(corpus, cache)
    with TemporaryDirectory() as home:
        waits = speed.latency(Reelprint(Path(home), 1), data, cache)
    body = {
        "corpus_sha256": data.sha256,
        "start_up": speed.start_up(),
        "registration": speed.registration(data, cache),
        "stored": speed.stored(data, cache),
        "latency": waits,
    }
    write(json, "speed", body)


@app.command("index")
def index_command(
    json: Json,
    codes: Annotated[int, typer.Option(min=1, help="Frame codes.")] = 10_000_000,
    postings: Annotated[int, typer.Option(min=1, help="Postings of sound.")] = 20_000_000,
    growth: Annotated[bool, typer.Option("--growth", help="At every doubling instead.")] = False,
    corpus: Corpus = DEFAULT_CORPUS,
    cache: Cache = DEFAULT_CACHE,
    scratch: Annotated[Path, typer.Option(help="Where indexes are built.")] = SCRATCH,
) -> None:
    """The index against other ways to keep codes and postings: time, memory, bytes, answers."""
    data = _load(corpus if corpus.exists() else DEMO / "works", cache)
    plan = grown.Plan.growth() if growth else grown.Plan([codes], [postings])
    for body in grown.measure(data, plan, cache, scratch):
        write(json, "index", {"corpus_sha256": data.sha256, **body})


@app.command("lint")
def lint_command(
    json: Json,
    corpus: Corpus = DEFAULT_CORPUS,
    split: Split = "test",
    others: Annotated[int, typer.Option(min=0, help="Works of each kind that share nothing.")] = 15,
    cache: Cache = DEFAULT_CACHE,
) -> None:
    """What `reelprint lint` finds of what is known to be shared, and at what cost."""
    data = _load(corpus, cache)
    files, known = self_join.chosen(data, split, others), self_join.known_pairs(data, split)
    with TemporaryDirectory() as home:
        figures = self_join.measure(files, known, Path(home))
    write(json, "lint", {"corpus_sha256": data.sha256, "split": split, **figures})


@app.command("senses")
def senses_command(
    json: Json,
    corpus: Corpus = DEFAULT_CORPUS,
    rows: Rows = "",
    queries: Annotated[int, typer.Option(min=1, help="Queries of an ordinary row.")] = 10,
    seed: Seed = 1,
    split: Split = "test",
    cache: Cache = DEFAULT_CACHE,
) -> None:
    """Sound and picture together against each alone, and whether a dub is told from a copy."""
    data, chosen = _load(corpus, cache), senses.choose(rows)
    with TemporaryDirectory() as home:
        places = senses.Places(Path(home), cache)
        figures = senses.measure(data, split, chosen, queries, seed, places)
    about = {"corpus_sha256": data.sha256, "split": split, "seed": seed}
    write(json, "senses", {**about, **figures})


@app.command("memory")
def memory_command(
    json: Json,
    hours: Annotated[float, typer.Option(min=0.01, help="Length of the film.")] = 3.0,
    lines: Annotated[int, typer.Option(min=144, help="Height of the film.")] = 1080,
    corpus: Corpus = DEFAULT_CORPUS,
    cache: Cache = DEFAULT_CACHE,
) -> None:
    """Peak memory of registering and identifying a film of many hours."""
    data = _load(corpus, cache)
    write(
        json, "memory", {"corpus_sha256": data.sha256, **memory.measure(data, hours, lines, cache)}
    )


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
    run = calibrate.Run(_load(corpus, cache), cache / "queries", Mapper(jobs), sounds, pictures)
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
        data = _load(corpus, cache)
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


@app.command("cluster")
def cluster_command(
    json: Json,
    kills: Annotated[int, typer.Option(min=1, help="Nodes that are killed, for each way.")] = 20,
    seed: Seed = 1,
) -> None:
    """Queries to a Ray cluster on the loopback while its nodes are killed: wrong and lost ones."""
    figures = killing.measure(kills, seed)
    killing.show(figures)
    write(json, "cluster", figures)


@app.command("crash")
def crash_command(
    kills: Annotated[int, typer.Option(min=1, help="At random moments; others come on top.")] = 500,
    seed: Seed = 1,
    json: Annotated[Path | None, typer.Option("--json", help="Where the result goes.")] = None,
) -> None:
    """What the index keeps of what it acknowledged: ends with 1 when anything was lost."""
    raise typer.Exit(crashing.run(kills, seed, json))


@app.command("load")
def load_command(
    submissions: Annotated[int, typer.Option(min=1, help="Files submitted at once.")] = 200,
    clients: Annotated[int, typer.Option(min=1, help="Who submit them.")] = 8,
    workers: Annotated[int, typer.Option(min=1, help="Processes that search.")] = 2,
    kills: Annotated[int, typer.Option(min=0, help="Workers killed on the way.")] = 4,
    rate: Annotated[float, typer.Option(min=0.1, help="Pages asked for a second.")] = 4.0,
    json: Annotated[Path | None, typer.Option("--json", help="Where the result goes.")] = None,
) -> None:
    """A server under load, killed meanwhile: ends with 1 when anything was lost, or too slow."""
    raise typer.Exit(loading.run(loading.Asked(submissions, clients, workers, kills, rate), json))


@app.command("report")
def report_command(
    results: Annotated[list[Path], typer.Argument(help="Result files, in the order to show.")],
    output: Annotated[Path, typer.Option("-o", "--output")] = Path("docs/benchmarks"),
) -> None:
    """Tables and plots from result files alone."""
    errors.print(f"wrote {report(results, output)}")


def _load(corpus: Path, cache: Path) -> Dataset:
    with track_calls("probing") as tick:
        return load(corpus, FactCache(cache / "facts.json"), tick)


if __name__ == "__main__":
    app()
