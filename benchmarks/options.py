"""Options that commands share."""

from __future__ import annotations

from pathlib import Path
from tempfile import gettempdir
from typing import Annotated

import typer

from benchmarks.cache import FactCache, default_cache
from benchmarks.datasets import Dataset, Half, load
from benchmarks.progress import track_calls
from reelprint.cli import Preset

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


def dataset(corpus: Path, cache: Path) -> Dataset:
    """The works of a corpus; what is found out about its files is kept for the next time."""
    with track_calls("probing") as tick:
        return load(corpus, FactCache(cache / "facts.json"), tick)
