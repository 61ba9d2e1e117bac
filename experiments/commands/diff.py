"""The command `diff`: what differs between two circuits, arms, studies or animals."""

from __future__ import annotations

from math import isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from core.errors import UserError
from experiments.commands.terminal import AsJson, print_json, print_table, show

if TYPE_CHECKING:
    from experiments.running.diff import Diff
    from experiments.running.diff.rows import DiffRow

_A_HELP = "sham, ligated or naive; a study, by its name, file or results folder; STUDY:ARM; the file of an animal."


def diff(
    a: Annotated[str, typer.Argument(help=_A_HELP, metavar="A")],
    b: Annotated[str, typer.Argument(help="What A is compared with: the same kinds.", metavar="B")],
    day: Annotated[int, typer.Option(help="Day from surgery on which the injury is looked at.")] = 14,
    csv: Annotated[Path | None, typer.Option(help="Also write the table to this file.", metavar="FILE")] = None,
    out: Annotated[Path | None, typer.Option(help="Also draw it: .png, .svg, .pdf or .eps.", metavar="FILE")] = None,
    json: AsJson = False,
) -> None:
    """Say what differs between two circuits, arms or studies.

    Or between two animals, by their files. Two that are equal give "no difference".
    """
    from experiments.running.diff import compare_two
    from experiments.running.diff.picture import draw
    from results.files.atomic import write_text

    for path in filter(None, (csv, out)):
        if path.exists():
            raise UserError(f"{path}: there is such a file already; nothing was changed.")
    found = compare_two(a, b, day)
    if csv is not None:
        write_text(csv, found.frame().to_csv(index=False))
    if out is not None:
        draw(found, out)
    if json:
        print_json(found.as_json())
    else:
        _show(found)
        for path in filter(None, (csv, out)):
            show(str(path))


def _show(found: Diff) -> None:
    for letter, each in (("A", found.a), ("B", found.b)):
        show(f"{letter}  {each.title} ({each.kind})")
    show(f"\n{found.headline()}")
    for group, rows in found.groups().items():
        when = f" on day {found.day}" if group == "injury" else ""
        show(f"\n{group.upper()}{when}\n")
        if group in found.told:
            show(f"{found.told[group]}\n")
            _show_rates(rows)
        else:
            _show_rows(rows)
    if found.unsure:
        show("\nnot told apart: " + "; ".join(f"{group} ({what})" for group, what in found.unsure.items()))
    if found.equal:
        show("\nequal: " + "; ".join(f"{group} ({what})" for group, what in found.equal.items()))


def _show_rates(rows: list[DiffRow]) -> None:
    """One line for each population: at how many places its rate differs, and where it differs most."""
    together: dict[tuple[str, str], list[DiffRow]] = {}
    for row in rows:
        together.setdefault((row.arm, row.place["population"]), []).append(row)
    lines = []
    for (arm, population), own in together.items():
        most = max(own, key=lambda row: abs(row.b_value - row.a_value))
        where = most.item.removeprefix(f"{population}, ")
        lines.append((arm, population, len(own), most.a, most.b, _interval(most), where))
    columns = ("arm", "population", "places", "A, Hz", "B, Hz", "B minus A", "where it differs most")
    first = 0 if rows[0].arm else 1
    print_table(columns[first:], [line[first:] for line in lines])


def _interval(row: DiffRow) -> str:
    """`1.2 [0.4, 2]` for a difference with an interval over animals."""
    if not isfinite(row.low):
        return f"{row.b_value - row.a_value:.3g}"
    return f"{row.b_value - row.a_value:.3g} [{row.low:.3g}, {row.high:.3g}]"


def _show_rows(rows: list[DiffRow]) -> None:
    """A table of the rows of one group, with the columns in which anything stands."""
    columns = {
        "arm": [row.arm for row in rows],
        "what": [row.item for row in rows],
        "A": [row.a for row in rows],
        "B": [row.b for row in rows],
        "unit": [row.unit for row in rows],
        "source of A": [row.source_a for row in rows],
        "of B": ["the same" if row.source_b and row.source_b == row.source_a else row.source_b for row in rows],
        "note": [row.note for row in rows],
    }
    kept = {name: texts for name, texts in columns.items() if any(texts)}
    print_table(list(kept), list(zip(*kept.values(), strict=True)))
