"""Stated against observed false matches: a table and a plot."""

from __future__ import annotations

from pathlib import Path

import matplotlib.pyplot as plt

from benchmarks.plots import save
from benchmarks.results import Result
from benchmarks.tables import table

SENSES = {"audio": "sound", "video": "pictures", "both": "sound and pictures"}


def stated(result: Result) -> str:
    """Of excerpts of works that are not registered, how many have a match up to each E-value."""
    header = ("hours of references", "excerpts", "E-value x", "expected at most", "with E ≤ x",
              "of works", "share, 95 % interval", "as stated")  # fmt: skip
    rows = [
        [
            f"{step['hours']:.1f}",
            str(step["queries"]),
            f"{at['e_value']:g}",
            f"{at['e_value'] * step['queries']:.2f}",
            str(at["k"]),
            str(at["works"]) if "works" in at else "-",
            f"{at['low']:.1e} … {at['high']:.1e}",
            "yes" if at["is_true"] else "no",
        ]
        for step in result["steps"]
        for at in step["stated"]
    ]
    half = result.get("split", "test")
    about = (
        f"Works of the {half} half. Excerpts of {SENSES[result['sense']]}, cut from the "
        "fingerprints of whole works of which none is registered. An E-value is true where no more "
        "excerpts have one as low than it says; *no* where the whole interval lies above."
    )
    return f"{about}\n\n{table(header, rows)}"


def plot_stated(result: Result, folder: Path, stem: str) -> list[tuple[str, Path]]:
    """The share of excerpts with a match up to each E-value, a line for each size."""
    figure, axis = plt.subplots(figsize=(6, 4))
    x = [at["e_value"] for at in result["steps"][0]["stated"]]
    axis.plot(x, x, "k--", label="as stated")
    for k, step in enumerate(result["steps"]):
        at = step["stated"]
        label = f"{step['hours']:.3g} h, {step['queries']} excerpts"
        axis.plot(x, [a["high"] for a in at], ":", color=f"C{k}")
        seen = [(a["e_value"], a["share"]) for a in at if a["k"]]
        axis.plot(*zip(*seen, strict=True) if seen else ([], []), "-o", color=f"C{k}", label=label)
    axis.set(xscale="log", yscale="log", xlabel="stated E-value", ylabel="share of excerpts")
    axis.set_title("false matches as good as stated; upper end of the interval dotted")
    axis.legend(fontsize="small")
    axis.grid(alpha=0.3)
    path = folder / f"{stem}.svg"
    save(figure, path)
    return [("Stated and observed false matches", path)]
