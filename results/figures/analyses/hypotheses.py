"""Candidate answers to open questions beside one another: a row for each candidate, a mark for each finding."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from results.figures.analyses.evidence import draw_verdict_marks, verdict_notes
from results.figures.sheet import draw_lines, finish, sheet
from results.figures.style import PAGE_MM, PALE, SMALL, styled

#: In mm: height of a row, width of a letter of a name, and height of the ids above the marks.
_ROW, _LETTER, _IDS = 2.9, 1.08, 5.6
#: In mm: least and largest distance of marks, and what is free before the first and after the last one.
_NEAR, _FAR, _BESIDE = 2.8, 4.2, 2.4

_NOTE = (
    "Each column is a finding with its id, each row a candidate answer to a question. Beside a candidate: the findings "
    "of role fit that it reproduces, with the 95 % interval over draws of animals."
)


@dataclass(frozen=True)
class CandidateRow:
    """A row of the figure.

    question: its name. candidate: as it is to be told. verdicts: id of a finding -> its verdict.
    """

    question: str
    candidate: str
    verdicts: Mapping[str, str]


@styled
def draw_hypotheses(
    rows: Sequence[CandidateRow], groups: Mapping[str, Sequence[str]], *, width_mm: float = PAGE_MM
) -> Figure:
    """Draw the verdict of every finding under every candidate.

    Parameters
    ----------
    rows
        Candidates of one question one after another.
    groups
        Heading of a group, such as "fit" -> ids of its findings. Those that one line cannot hold go on below.
    width_mm
        Of the figure: 170 for a page, 85 for a column.
    """
    names = max(len(row.candidate) for row in rows) * _LETTER + _BESIDE
    free = max(width_mm - names - _BESIDE, _NEAR)
    blocks = list(_blocks(groups, int(free / _NEAR)))
    distance = min(_FAR, free / max(len(ids) for _, ids in blocks))
    lines = _lines(rows)
    high = _IDS + _ROW * (len(lines) + 2)
    figure = sheet(width_mm, high * len(blocks))
    axes = figure.subplots()
    for k, (heading, ids) in enumerate(blocks):
        axes.text(0.0, k * high + _ROW / 2, heading, fontsize=SMALL, va="center", weight="bold", in_layout=False)
        places = dict(zip(ids, (names + distance * np.arange(len(ids))).tolist(), strict=True))
        _draw_block(axes, lines, places, k * high + _ROW)
    axes.set(xlim=(0.0, width_mm), ylim=(high * len(blocks), 0.0))
    axes.set_axis_off()
    return finish(figure, verdict_notes(), [_NOTE])


def _blocks(groups: Mapping[str, Sequence[str]], most: int) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield (heading, ids) of as many findings as one line holds; about as many in each line of a group."""
    for heading, ids in groups.items():
        parts = np.array_split(np.array(ids), -(-len(ids) // most)) if ids else []
        yield from ((heading if k == 0 else f"{heading}, continued", part.tolist()) for k, part in enumerate(parts))


def _lines(rows: Sequence[CandidateRow]) -> list[tuple[str, CandidateRow | None]]:
    """(text, candidate) of each line of a block; a question, which has no candidate, stands above its own."""
    lines: list[tuple[str, CandidateRow | None]] = []
    for k, row in enumerate(rows):
        if k == 0 or row.question != rows[k - 1].question:
            lines.append((row.question, None))
        lines.append((row.candidate, row))
    return lines


def _draw_block(
    axes: Axes, lines: Sequence[tuple[str, CandidateRow | None]], places: Mapping[str, float], top: float
) -> None:
    """Draw a block of findings; places: id -> where its marks stand across; both in mm."""
    for id, x in places.items():
        axes.text(
            x, top + _IDS - 0.8, id, fontsize=SMALL, rotation=90, ha="center", va="bottom", in_layout=False
        )  # fmt: skip
    across = list(places.values())
    marks = []
    for k, (text, row) in enumerate(lines):
        y = top + _IDS + _ROW * (k + 0.5)
        look = "italic" if row is None else "normal"
        axes.text(0.0, y, text, fontsize=SMALL, va="center", style=look, in_layout=False)
        if row is not None:
            draw_lines(axes, (across[0], across[-1]), (y, y), colors=PALE, lw=0.5, zorder=0)
            marks += [(row.verdicts[id], x, y) for id, x in places.items()]
    draw_verdict_marks(axes, marks)
