"""The command line: `python -m benchmarks COMMAND`. Long work can be stopped and taken up again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from benchmarks import (
    cli_cost,
    cli_finding,
    cli_truth,
)
from benchmarks.guard import command as guarding
from benchmarks.progress import errors
from benchmarks.public import commands as public
from benchmarks.report import report

app = typer.Typer(help=__doc__, no_args_is_help=True, pretty_exceptions_enable=False)
for group in (cli_finding, cli_truth, cli_cost, public):
    app.add_typer(group.app)


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


@app.command("report")
def report_command(
    results: Annotated[list[Path], typer.Argument(help="Result files, in the order to show.")],
    output: Annotated[Path, typer.Option("-o", "--output")] = Path("docs/benchmarks"),
) -> None:
    """Tables and plots from result files alone."""
    errors.print(f"wrote {report(results, output)}")


if __name__ == "__main__":
    app()
