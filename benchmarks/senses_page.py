"""Two senses against one, as tables."""

from __future__ import annotations

from benchmarks.results import Result
from benchmarks.tables import count, share, table


def senses(result: Result) -> str:
    """Recall of both senses beside each alone, and what suspects are said to do with the work."""
    lengths = ", ".join(f"{w['work']} ({w['seconds']:g} s)" for w in result["works"])
    about = (
        f"Split `{result['split']}`, seed {result['seed']}. The {len(result['works'])} films of the"
        " half that are long enough, with the sound of their own or, if they are silent, a track of"
        " the half; several excerpts of each, which are not independent of each other: "
        f"{lengths}. *Lost*: found by one sense alone, and not by both together."
    )
    header = ("row", "what it is", "queries (works)", "both", "sound alone", "picture alone",
              "lost", "target", "wrong work claimed")  # fmt: skip
    rows = [
        [
            row["row"],
            row["kind"],
            f"{row['queries']} ({row['works']})",
            *(share(row["recall"][sense]) for sense in ("both", "audio", "video")),
            str(row["lost"]),
            "-" if row["target"] is None else f"{row['target']:g}",
            count(row["false"]),
        ]
        for row in result["rows"]
    ]
    return f"{about}\n\n{table(header, rows)}\n\n{_told(result)}"


def _told(result: Result) -> str:
    """What is said of sound and picture, against what is true."""
    header = (
        "row",
        "truth: sound / picture",
        "said so",
        "left open",
        "said otherwise",
        "not found",
    )
    rows = []
    for row in result["rows"]:
        said, truth = dict(row["said"]), row["truth"]
        right, lost = said.pop(truth, 0), said.pop("not found", 0)
        left = sum(n for words, n in said.items() if is_open(words, truth))
        other = {words: n for words, n in said.items() if not is_open(words, truth)}
        named = ", ".join(f"{n} {words}" for words, n in other.items()) or "0"
        rows.append([row["row"], truth, str(right), str(left), named, str(lost)])
    return (
        "What `identify` says that the suspect does with the work's sound and picture: *left open* "
        "where one of them is `unsure` and the other right.\n\n" + table(header, rows)
    )


def is_open(said: str, truth: str) -> bool:
    """Whether a statement leaves open what it does not say rightly.

    >>> is_open("unsure / same", "other / same"), is_open("other / same", "same / same")
    (True, False)
    """
    pairs = zip(said.split(" / "), truth.split(" / "), strict=True)
    return said != truth and all(a in (b, "unsure") for a, b in pairs)
