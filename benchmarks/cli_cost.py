"""Commands that measure what it costs, and what is left of it when machines fail."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from benchmarks import (
    audio_cost,
    memory,
    speed,
    video_cost,
)
from benchmarks.cluster import killing
from benchmarks.crash import command as crashing
from benchmarks.engine import Reelprint
from benchmarks.guard.works import DEMO
from benchmarks.load import command as loading
from benchmarks.options import (
    DEFAULT_CACHE,
    DEFAULT_CORPUS,
    SCRATCH,
    Cache,
    Corpus,
    Json,
    PresetOption,
    Seed,
    dataset,
)
from benchmarks.results import write
from benchmarks.scale import command as grown
from reelprint.cli import Preset

app = typer.Typer()


@app.command("audio-cost")
def audio_cost_command(
    json: Json,
    corpus: Corpus = DEFAULT_CORPUS,
    hours: Annotated[str, typer.Option(help="Sizes, separated by commas.")] = "10,100,1000",
    queries: Annotated[int, typer.Option(min=1, help="Queries of each kind.")] = 20,
    cache: Cache = DEFAULT_CACHE,
) -> None:
    """Processor time of a ten-second query, and bytes, against the size of the catalogue."""
    data, sizes = dataset(corpus, cache), sorted(float(size) for size in hours.split(","))
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
    data, sizes = dataset(corpus, cache), sorted(float(size) for size in hours.split(","))
    with TemporaryDirectory() as home:
        measured = video_cost.measure(data, Path(home), cache, sizes, queries, preset.value)
    about = {"corpus_sha256": data.sha256, "preset": preset.value}
    write(json, "video-cost", {**about, **measured})


@app.command("speed")
def speed_command(
    json: Json, corpus: Corpus = DEFAULT_CORPUS, cache: Cache = DEFAULT_CACHE
) -> None:
    """Registration beside bare decode, stored bytes, latency, start-up."""
    data = dataset(corpus, cache)
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


@app.command("memory")
def memory_command(
    json: Json,
    hours: Annotated[float, typer.Option(min=0.01, help="Length of the film.")] = 3.0,
    lines: Annotated[int, typer.Option(min=144, help="Height of the film.")] = 1080,
    corpus: Corpus = DEFAULT_CORPUS,
    cache: Cache = DEFAULT_CACHE,
) -> None:
    """Peak memory of registering and identifying a film of many hours."""
    data = dataset(corpus, cache)
    write(
        json, "memory", {"corpus_sha256": data.sha256, **memory.measure(data, hours, lines, cache)}
    )


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
    data = dataset(corpus if corpus.exists() else DEMO / "works", cache)
    plan = grown.Plan.growth() if growth else grown.Plan([codes], [postings], [postings])
    for body in grown.measure(data, plan, cache, scratch):
        write(json, "index", {"corpus_sha256": data.sha256, **body})


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
