"""Commands that measure what is found, and beside it other systems."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from benchmarks import (
    audio,
    learned,
    recall,
    senses,
    video,
)
from benchmarks.audio_rows import AUDIO_ROWS
from benchmarks.engine import Reelprint
from benchmarks.options import (
    DEFAULT_CACHE,
    DEFAULT_CORPUS,
    Baselines,
    Cache,
    Corpus,
    Jobs,
    Json,
    Negatives,
    Peers,
    PresetOption,
    Queries,
    Rows,
    Seed,
    Split,
    dataset,
)
from benchmarks.peers import again, choose_peers, in_turn, of_audio, of_recall, of_video
from benchmarks.plan import Plan
from benchmarks.progress import track
from benchmarks.results import write
from benchmarks.rows import ROWS, choose
from benchmarks.sheet import write_sheet
from benchmarks.show import show, show_ranked
from benchmarks.video_rows import FILM_ROWS, VIDEO_ROWS
from fingerprint.video.learned_net import read, shipped
from reelprint.cli import Preset

app = typer.Typer()


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
    data, chosen = dataset(corpus, cache), choose(rows, ROWS)
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
    unlearned: Annotated[
        bool, typer.Option("--unlearned", help="Keep nothing that a network has learned.")
    ] = False,
    cache: Cache = DEFAULT_CACHE,
) -> None:
    """Sound under codecs, noise, mixtures, rooms, tempo, pitch and speed, with false matches."""
    others, left_out = choose_peers(of_audio(), peers, baselines)
    data, chosen = dataset(corpus, cache), choose(rows, AUDIO_ROWS)
    plan = Plan(queries, negatives, seed)
    made = audio.make_rows(chosen, data, split, plan, cache, jobs)
    works = audio.references(data, split)
    measured: list[dict[str, object]] = []
    with TemporaryDirectory() as home:
        ours = again(Reelprint(Path(home), jobs, tell_all=True, learned=not unlearned))
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
    data, chosen = dataset(corpus, cache), choose(rows, VIDEO_ROWS, (*VIDEO_ROWS, *FILM_ROWS))
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


@app.command("learned")
def learned_command(
    json: Json,
    engine: Annotated[Path, typer.Option(help="What `video` wrote for the same queries.")],
    weights: Annotated[
        Path | None, typer.Option(help="What `python -m training video` wrote; else the shipped.")
    ] = None,
    windows: Annotated[bool, typer.Option(help="Look into parts of frames too.")] = True,
    corpus: Corpus = DEFAULT_CORPUS,
    rows: Rows = "",
    queries: Queries = 12,
    negatives: Negatives = 30,
    seed: Seed = 1,
    split: Split = "calibrate",
    jobs: Jobs = 2,
    cache: Cache = DEFAULT_CACHE,
) -> None:
    """What a learned descriptor of frames finds of what the engine does not."""
    data, chosen = dataset(corpus, cache), choose(rows, VIDEO_ROWS)
    sat = video.sittings(chosen, data, split, Plan(queries, negatives, seed), cache, jobs)
    count = sum(len(sitting.made) for sitting in sat)
    kernels = shipped() if weights is None else read(weights)
    asked = list(track(learned.ask(sat, kernels, windows), "asking", count))
    figures = learned.figures(asked, learned.missed_by_engine(engine))
    about = {"corpus_sha256": data.sha256, "split": split, "seed": seed, "windows": windows}
    write(json, "learned", {**about, **figures})


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
    data, chosen = dataset(corpus, cache), senses.choose(rows)
    with TemporaryDirectory() as home:
        places = senses.Places(Path(home), cache)
        figures = senses.measure(data, split, chosen, queries, seed, places)
    about = {"corpus_sha256": data.sha256, "split": split, "seed": seed}
    write(json, "senses", {**about, **figures})
