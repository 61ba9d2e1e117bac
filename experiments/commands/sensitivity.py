"""The command `sensitivity`: which uncertain numbers the findings depend on, by Morris screening."""

from __future__ import annotations

import json as json_text
import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from core.digits import two_digits
from experiments.commands.terminal import (
    AsJson,
    Scheduler,
    Workers,
    folder_option,
    kept_when_stopped,
    note,
    print_json,
    print_table,
    show,
    split_names,
    worker_pool,
)

if TYPE_CHECKING:
    from experiments.evidence.sensitivity import Design, Screening

#: Uninjured and ligated animals, relief, evoked release, the locus coeruleus and uptake, in three arms of one study and
#: one of another.
USUAL = "A1,A5,A6,D1,D19"
_OUTCOMES = ("outcome", "in use", "verdict", "median [10, 90 %]", "expected side", "reproduced", "direction only")
_COLUMNS = ("factor", "numbers", "mean mu*", "moves most", "mu* [95 %]", "sigma", "verdicts changed")


def sensitivity(
    only: Annotated[str, typer.Option(help="Ids of findings, of either role.", metavar="IDS")] = USUAL,
    parameters: Annotated[
        str,
        typer.Option(
            help="Paths of numbers, or groups, to move one number at a time; by default whole groups.", metavar="NAMES"
        ),
    ] = "",
    listing: Annotated[bool, typer.Option("--list", help="List the groups and run nothing.")] = False,
    trajectories: Annotated[
        int, typer.Option(help="Morris trajectories: random paths through the ranges.", metavar="R")
    ] = 3,
    span: Annotated[
        float, typer.Option(help="Share of each range to move in, around the value in use.", metavar="X")
    ] = 0.3,
    out: Annotated[Path, folder_option("Folder for the results; points in it are kept.")] = Path("runs/sensitivity"),
    workers: Workers = None,
    scheduler: Scheduler = None,
    animals: Annotated[int, typer.Option(help="Animals per arm.", metavar="N")] = 4,
    size: Annotated[float | None, typer.Option(help="Scale of all populations, instead of 1.", metavar="X")] = None,
    json: AsJson = False,
) -> None:
    """Say which uncertain numbers the findings depend on.

    Moves the numbers over their ranges (Morris screening).
    """
    from experiments.commands.terminal.progress_bar import ProgressBar
    from experiments.evidence.evaluation import RunOptions
    from experiments.evidence.factors import factors
    from experiments.evidence.finding import chosen
    from experiments.evidence.parameter_points import ParameterPoints, checked
    from experiments.evidence.sensitivity import design, screen
    from results.comparison.frames import rows_of

    if listing:
        _list(json)
        return
    names = split_names(parameters)
    wanted = design(factors(names), trajectories, span)
    with kept_when_stopped("Points that were evaluated", out), worker_pool(workers, scheduler).kept() as pool:
        points = checked(ParameterPoints(chosen(only), RunOptions(out, pool, ProgressBar(), size, animals)))
        note(_told(wanted, only, animals))
        found = screen(wanted, points.judge)
    _write(found, out, {"only": only, "trajectories": trajectories, "span": span, "animals": animals, "size": size})
    if json:
        print_json(_records(found))
        return
    print_table(_COLUMNS, (_row(row) for row in rows_of(found.summary)))
    show(f"\nOutcomes at the {len(wanted.samples)} points, at which the numbers have other values:")
    print_table(_OUTCOMES, (_outcome(row) for row in rows_of(found.outcomes)))
    if not names:
        show(f"\nTo look into a group: bluespot sensitivity --parameters {found.summary['factor'][0]}")
    show(f"sensitivity.csv, outcomes.csv, sensitivity.json and the figure are in {out}")


def _told(wanted: Design, only: str, animals: int) -> str:
    count = sum(len(factor.parameters) for factor in wanted.factors)
    return (
        f"{count} numbers in {len(wanted.factors)} steps, {wanted.trajectories} trajectories: "
        f"{len(wanted.samples) + 1} points of {only}, {animals} animals per arm"
    )


def _write(found: Screening, out: Path, options: dict[str, Any]) -> None:
    from experiments.version import __version__
    from results.comparison.frames import write_csv
    from results.figures import draw_sensitivity, save
    from results.files.atomic import write_text

    content = {
        "version": __version__,
        **options,
        **_records(found),
    }
    write_text(out / "sensitivity.json", json_text.dumps(content, indent=1, ensure_ascii=False) + "\n", replace=True)
    write_csv(found.effects, out / "sensitivity.csv")
    write_csv(found.outcomes, out / "outcomes.csv")
    save(draw_sensitivity(found.effects, found.summary), out, "sensitivity")


def _records(found: Screening) -> dict[str, Any]:
    from results.comparison.frames import json_records

    return {name: json_records(getattr(found, name)) for name in ("summary", "outcomes", "effects")}


def _row(row: dict[str, Any]) -> tuple[str, ...]:
    most = f"{two_digits(row['most_mu_star'])} +- {two_digits(row['most_confidence'])}"
    flips = f"{row['flips']} of {row['verdicts']}"
    return (
        row["factor"],
        row["numbers"],
        two_digits(row["mu_star"]),
        row["most_moved"],
        most,
        "-" if math.isnan(row["most_sigma"]) else two_digits(row["most_sigma"]),
        flips,
    )


def _outcome(row: dict[str, Any]) -> tuple[str, ...]:
    from results.analyses.analysis import interval, number

    side = "-" if math.isnan(row["expected_side"]) else f"{row['expected_side']:.0f}"
    return (
        f"{row['finding']} {row['outcome']}",
        f"{number(row['in_use'])} {row['unit']}".rstrip(),
        row["verdict_in_use"],
        interval(row["median"], row["low"], row["high"]),
        side,
        row["reproduced"],
        row["direction_only"],
    )


def _list(json: bool) -> None:
    from experiments.evidence.factors import factor_groups

    if json:
        print_json([{"group": name, "numbers": list(paths)} for name, paths in factor_groups().items()])
    else:
        print_table(("group", "numbers"), ((name, len(paths)) for name, paths in factor_groups().items()))
