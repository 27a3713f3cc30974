"""The commands of the public sets: read a folder, ask Reelprint and peers, write a result."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Literal

import typer

from benchmarks.engine import Reelprint, Sense
from benchmarks.metrics import Prediction
from benchmarks.peers import Peer, again, choose_peers, in_turn, of_audio, of_recall, of_video
from benchmarks.progress import errors
from benchmarks.public import disc21, fma, folder, neural_audio_fp, songs, vcsl, vsc2022
from benchmarks.public.given import (
    Figures,
    PublicSet,
    Told,
    ask,
    counts,
    narrowed,
    without,
    write_predictions,
)
from benchmarks.public.keeping import kept
from benchmarks.public.published import published
from benchmarks.results import write
from benchmarks.systems import System

app = typer.Typer()
NAMED = 20  # unreadable files that a result names

Folder = Annotated[Path, typer.Argument(help="Where the set lies.", exists=True, file_okay=False)]
Json = Annotated[Path, typer.Option("--json", help="Where the result goes.")]
Jobs = Annotated[int, typer.Option(min=1, help="Processes.")]
Queries = Annotated[int | None, typer.Option(min=1, help="So many queries; all when not given.")]
Distractors = Annotated[
    int | None,
    typer.Option(min=0, help="So many references that no query carries; all when not given."),
]
Peers = Annotated[
    str, typer.Option(help="Other methods, separated by commas, or `all` that can run; else none.")
]
SenseOption = Annotated[Sense, typer.Option(help="What Reelprint reads.")]
Predictions = Annotated[
    Path | None, typer.Option(help="Where to write all matches, as VSC2022 reads them.")
]
Seconds = Annotated[str, typer.Option(help="Lengths of queries; 1, 2, 3, 5, 6 and 10 when empty.")]
Home = Annotated[
    Path | None, typer.Option(help="Where to keep what is registered, to go on after a stop.")
]
Measure = Callable[[PublicSet, Iterable[Prediction]], Figures]


@app.command("vsc2022")
def vsc2022_command(
    folder: Folder,
    json: Json,
    split: Annotated[Literal["train", "val", "test"], typer.Option(help="Which part.")] = "test",
    queries: Queries = None,
    distractors: Distractors = None,
    sense: SenseOption = "picture",
    peers: Peers = "",
    jobs: Jobs = 2,
    home: Home = None,
    predictions: Predictions = None,
) -> None:
    """The Video Similarity Challenge, by both its measures."""
    with _read():
        given = narrowed(vsc2022.load(folder, split), queries, distractors)
        others = _peers(of_video(), peers)
    run = Run(json, "vsc2022", split, others, jobs, sense, home, predictions)
    _measure(run, given, vsc2022.figures)


@app.command("vcsl")
def vcsl_command(
    folder: Folder,
    json: Json,
    split: Annotated[Literal["train", "val", "test"], typer.Option(help="Which part.")] = "test",
    queries: Queries = None,
    distractors: Distractors = None,
    sense: SenseOption = "picture",
    peers: Peers = "",
    jobs: Jobs = 2,
    home: Home = None,
    predictions: Predictions = None,
) -> None:
    """VCSL, by precision and recall of segments, of whole pairs, and within query sets."""
    with _read():
        given, sets = vcsl.load(folder, split), vcsl.query_sets(folder, split)
        others = _peers(of_video(), peers)

    def figures(given: PublicSet, said: Iterable[Prediction]) -> Figures:
        return vcsl.figures(given, said, sets)

    part = narrowed(given, queries, distractors)
    run = Run(json, "vcsl", split, others, jobs, sense, home, predictions)
    _measure(run, part, figures)


@app.command("disc21")
def disc21_command(
    folder: Folder,
    json: Json,
    split: Annotated[
        Literal["dev", "test", "subset_1"], typer.Option(help="Which queries.")
    ] = "dev",
    queries: Queries = None,
    distractors: Distractors = None,
    peers: Peers = "",
    jobs: Jobs = 2,
    home: Home = None,
    predictions: Predictions = None,
) -> None:
    """The Image Similarity Challenge, by micro-AP and recall at a precision of 90 %."""
    with _read():
        given = narrowed(disc21.load(folder, split), queries, distractors)
        others = _peers([peer for peer in of_video() if peer.key in PICTURE_PEERS], peers)
    run = Run(json, "disc21", split, others, jobs, "picture", home, predictions)
    _measure(run, given, disc21.figures)


@app.command("neural-audio-fp")
def neural_audio_fp_command(
    folder: Folder,
    json: Json,
    ids: Annotated[Path | None, typer.Option(help="The numbers that queries begin with.")] = None,
    seconds: Seconds = "",
    distractors: Distractors = None,
    query_folder: Annotated[str, typer.Option(help="Which queries, by their folder.")] = "query",
    peers: Peers = "",
    jobs: Jobs = 2,
    home: Home = None,
) -> None:
    """The sequence search of neural-audio-fp on its own set, by top-1 hit rates."""
    with TemporaryDirectory() as made:
        with _read():
            lengths, others = songs.lengths(seconds), _peers(of_audio(), peers)
            given = neural_audio_fp.load(
                folder, Path(made), ids, lengths, distractors, query_folder
            )
        run = Run(json, "neural-audio-fp", "test", others, jobs, "sound", home)
        _measure(run, given, songs.figures)


@app.command("fma")
def fma_command(
    folder: Folder,
    json: Json,
    tracks: Annotated[int, typer.Option(min=1, help="Tracks that queries are cut from.")] = 500,
    aug: Annotated[
        Path | None, typer.Option(help="The folder `aug` of neural-audio-fp; else clean queries.")
    ] = None,
    seconds: Seconds = "",
    distractors: Distractors = None,
    peers: Peers = "",
    jobs: Jobs = 2,
    home: Home = None,
) -> None:
    """A plain folder of FMA, searched in the way of neural-audio-fp."""
    with TemporaryDirectory() as made:
        with _read():
            lengths, others = songs.lengths(seconds), _peers(of_audio(), peers)
            given = fma.load(folder, Path(made), tracks, lengths, distractors, aug)
        split = "clean" if aug is None else "noise and rooms"
        run = Run(json, "fma", split, others, jobs, "sound", home)
        _measure(run, given, songs.figures)


@app.command("folder")
def folder_command(
    folder_: Annotated[Path, typer.Argument(metavar="FOLDER", help="Where the set lies.")],
    json: Json,
    sense: SenseOption = "both",
    peers: Peers = "",
    jobs: Jobs = 2,
    home: Home = None,
    predictions: Predictions = None,
) -> None:
    """A folder of one's own: references, queries and truth.csv."""
    with _read():
        given = folder.load(folder_)
        others = _peers([*of_recall(), *of_video(), *of_audio()], peers)
    run = Run(json, "folder", "", others, jobs, sense, home, predictions)
    _measure(run, given, folder.figures)


@contextmanager
def _read() -> Iterator[None]:
    """What is wrong with a folder, or with an option, is said in one sentence."""
    try:
        yield
    except (FileNotFoundError, ValueError) as error:
        raise typer.BadParameter(str(error)) from error


# Of the peers, those that answer for one picture; ORB asks for two frames of a query.
PICTURE_PEERS = ("pdq", "phash", "dhash", "whash")


def _peers(known: Sequence[Peer], names: str) -> tuple[list[Peer], list[str]]:
    """Those named, and why others are not in the run; a peer that two lists have is one."""
    each = list({peer.key: peer for peer in known}.values())
    if not names:
        return [], []
    return choose_peers(each, "" if names == "all" else names, True)


@dataclass(frozen=True, slots=True)
class Run:
    """How a set is asked for, and where what comes of it goes."""

    json: Path
    name: str
    split: str
    peers: tuple[Sequence[Peer], Sequence[str]]  # those of the run, and why others are not in it
    jobs: int
    sense: Sense
    home: Path | None = None
    predictions: Path | None = None


def _measure(run: Run, given: PublicSet, measure: Measure) -> None:
    """Ask one system after another, and write the result after each."""
    for what, many in given.left_out.items():
        errors.print(f"left out: {many} {what}")
    about = {"set": run.name, "split": run.split, **counts(given)}
    about["published"] = published(run.name, run.split)
    measured: list[Figures] = []
    with ExitStack() as stack:
        with _read():
            home = stack.enter_context(kept(run.home, run.name, run.sense, given.references))
        ours = Reelprint(home, run.jobs, tell_all=True, sense=run.sense, lenient=True)
        asked = given
        for fresh, waiting in in_turn(again(ours), run.peers[0], run.jobs):
            system = fresh(run.name)
            told = ask(system, asked)
            if not measured:
                bad = [*ours.unreadable, *told.unreadable]
                about |= {"unreadable": len(bad), "unreadable_names": [p.name for p in bad[:NAMED]]}
                asked = without(given, bad)
                if run.predictions is not None:
                    write_predictions(run.predictions, told.said)
            measured.append(_figures(system, told, given, measure))
            body = {**about, "left_out_peers": [*run.peers[1], *waiting], "systems": measured}
            write(run.json, run.name, body)


def _figures(system: System, told: Told, given: PublicSet, measure: Measure) -> Figures:
    """All that was told, and what the system reports as shipped."""
    shipped = [p for p in told.said if p.rank >= system.floor]
    return {
        "system": system.name,
        "floor": system.floor,
        "register_s": told.register_s,
        "ask_s": told.ask_s,
        "statuses": dict(told.statuses),
        "claims": len(shipped),
        "told": measure(given, told.said),
        "shipped": measure(given, shipped),
    }
