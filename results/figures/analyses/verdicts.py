"""The overview of the evidence on one page: every finding a row, every outcome of it a mark by its verdict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure

from results.figures.analyses.evidence import draw_verdict_marks, verdict_notes
from results.figures.sheet import finish, sheet
from results.figures.style import PAGE_MM, SMALL, styled

#: In mm: height of a row, distance of marks, width of an id, and free width on the right of a column.
_ROW, _MARK, _ID, _BESIDE = 2.9, 2.3, 8.0, 3.0
#: Marks side by side; the outcomes after them go on in the next row.
_MARKS = 12


@styled
def draw_verdicts(groups: Mapping[str, Mapping[str, Sequence[str]]], *, width_mm: float = PAGE_MM) -> Figure:
    """Draw the verdict of every outcome of every finding.

    Parameters
    ----------
    groups
        Heading of a group, such as "check: 7 of 32", -> id of a finding -> the verdicts of its outcomes, such as
        "reproduced".
    width_mm
        Of the figure: 170 for a page, 85 for a column.
    """
    rows = [row for group, findings in groups.items() for row in _rows(group, findings)]
    column = _ID + _MARK * _MARKS + _BESIDE
    columns = max(1, int(width_mm / column))
    high = -(-len(rows) // columns) or 1
    figure = sheet(width_mm, _ROW * (high + 1))
    axes = figure.subplots()
    marks = []
    for k, (name, heading, verdicts) in enumerate(rows):
        x, y = (k // high) * width_mm / columns, _ROW * (k % high + 1)
        axes.text(x, y, name, fontsize=SMALL, va="center", weight="bold" if heading else "normal")
        marks += [(verdict, x + _ID + _MARK * n, y) for n, verdict in enumerate(verdicts)]
    draw_verdict_marks(axes, marks)
    axes.set(xlim=(0.0, width_mm), ylim=(_ROW * (high + 0.5), 0.0))
    axes.set_axis_off()
    note = "Each row is a finding with its id, each mark one of its outcomes. Headings: findings reproduced, of all."
    return finish(figure, verdict_notes(), [note])


def _rows(group: str, findings: Mapping[str, Sequence[str]]) -> list[tuple[str, bool, Sequence[str]]]:
    """(text, whether it is a heading, verdicts) of the rows of a group; a finding of many outcomes takes several."""
    rows: list[tuple[str, bool, Sequence[str]]] = [(group, True, ())]
    for name, verdicts in findings.items():
        parts = [verdicts[first : first + _MARKS] for first in range(0, len(verdicts), _MARKS)]
        rows += [(name if k == 0 else "", False, part) for k, part in enumerate(parts)]
    return rows
