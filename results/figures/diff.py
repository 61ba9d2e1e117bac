"""The figure of a diff: the circuit with what differs marked, the injury as bars, other numbers as ratios."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from math import nan

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Patch
from matplotlib.patheffects import withStroke
from matplotlib.ticker import MaxNLocator

from results.figures.circuit_layout import BOX, HORN, NARROW_NAMES, PROJECTION_BENDS, at_the_edge, population_places
from results.figures.style import BLACK, BLUE, GREY, PALE, VERMILLION, pretty, styled

#: Width of the figure, heights of the circuit, of a bar and of a line of text, in inches.
WIDTH_INCHES, CIRCUIT_INCHES, BAR_INCHES, LINE_INCHES = 85 / 25.4, 3.3, 0.16, 0.115
#: Letters of a line that is as wide as the figure, and of a path beside its bar.
LETTERS, LONGEST_PATH = 74, 60
#: Points of text: the smallest that a journal takes at this width.
TEXT_POINTS = 6.5
#: Quantities of the injury whose names are too long or too short for a figure.
_INJURY = {
    "l5_input": "L5 input",
    "c_spontaneous_share": "spontaneous C share",
    "c_spontaneous_rate": "spontaneous C rate",
    "nociceptor_sensitisation": "nociceptors sensitised",
    "gaba_reversal_shift": "GABA reversal shift",
    "gaba_release_loss": "GABA release lost",
    "noradrenaline_sprouting": "NA sprouting",
    "noradrenaline_sprouting_contra": "NA sprouting, contra",
    "alpha2delta_upregulation": "α2δ up-regulation",
    "glt1_loss": "GLT-1 lost",
}


@dataclass(frozen=True)
class DrawnPopulation:
    """A population of the circuit. marks: numbers of the bars that concern it; only_in: "A", "B", or "" for both."""

    name: str
    fibres: bool = False
    inhibitory: bool = False
    differs: bool = False
    marks: tuple[str, ...] = ()
    only_in: str = ""


@dataclass(frozen=True)
class DrawnConnection:
    """A projection, or the release of one population into the dorsal horn (no target)."""

    source: str
    target: str
    inhibitory: bool = False
    differs: bool = False


@dataclass(frozen=True)
class DrawnNumber:
    """A number of A and of B: its name, both values, and the text beside them.

    start: the value from which bars begin. most: how far from it the longest bar would reach. low, high: ends of the
    interval of B minus A.
    """

    name: str
    a: float
    b: float
    text: str
    start: float = 0.0
    most: float = 1.0
    low: float = nan
    high: float = nan
    mark: str = ""


@dataclass(frozen=True)
class DiffPicture:
    """All that the figure of a diff shows.

    Attributes
    ----------
    a, b, headline : str
        What is compared, and how much of it differs.
    populations, connections : tuple
        The circuit.
    injury, ratios, rates : tuple of DrawnNumber
        Quantities of the injury as bars; other numbers, of which B over A is drawn; firing rates (Hz), of which B minus
        A is drawn with its interval.
    day : int
        Of the injury.
    notes : tuple of str
        What differs and is not drawn.
    """

    a: str
    b: str
    headline: str
    populations: tuple[DrawnPopulation, ...]
    connections: tuple[DrawnConnection, ...]
    injury: tuple[DrawnNumber, ...] = ()
    ratios: tuple[DrawnNumber, ...] = ()
    rates: tuple[DrawnNumber, ...] = ()
    day: int = 14
    notes: tuple[str, ...] = ()


@styled
def draw_diff(picture: DiffPicture) -> Figure:
    """Draw a diff, 85 mm wide: the circuit, then the injury and other numbers that differ.

    Parameters
    ----------
    picture
        Of a diff, as `experiments.running.diff` makes it.
    """
    lines = [f"A: {picture.a}", f"B: {picture.b}", *_wrapped([picture.headline, *picture.notes])]
    head = 0.08 + LINE_INCHES * len(lines)
    injury = 0.55 + BAR_INCHES * len(picture.injury) if picture.injury else 0.0
    ratios, rates = (0.5 + 2 * BAR_INCHES * len(rows) if rows else 0.0 for rows in (picture.ratios, picture.rates))
    figure = Figure(figsize=(WIDTH_INCHES, head + CIRCUIT_INCHES + injury + ratios + rates))
    figure.text(0.01, 1.0 - 0.04 / figure.get_figheight(), "\n".join(lines), fontsize=TEXT_POINTS, va="top")
    _draw_circuit(_panel(figure, (0.0, 1.0), head, CIRCUIT_INCHES), picture)
    if injury:
        _draw_injury(_panel(figure, (0.44, 0.26), head + CIRCUIT_INCHES + 0.25, injury - 0.5), picture)
    if ratios:
        _draw_ratios(_panel(figure, (0.06, 0.55), head + CIRCUIT_INCHES + injury + 0.2, ratios - 0.45), picture)
    if rates:
        top = head + CIRCUIT_INCHES + injury + ratios + 0.2
        _draw_rates(_panel(figure, (0.06, 0.55), top, rates - 0.45), picture)
    return figure


def _wrapped(lines: Sequence[str]) -> list[str]:
    return [part for line in lines for part in textwrap.wrap(line, LETTERS)]


def _panel(figure: Figure, across: tuple[float, float], from_top: float, height: float) -> Axes:
    """Axes at a place: left edge and width as shares of the figure, distance from its top and height in inches."""
    total = figure.get_figheight()
    return figure.add_axes((across[0], 1.0 - (from_top + height) / total, across[1], height / total))


def _draw_circuit(axes: Axes, picture: DiffPicture) -> None:
    places = population_places([each.name for each in picture.populations])
    left, bottom, width, height = HORN
    axes.add_patch(
        FancyBboxPatch((left, bottom), width, height, boxstyle="round,pad=0.01", fc=PALE, ec="none", zorder=0)
    )
    axes.text(left + 0.015, bottom + height - 0.3, "dorsal horn", fontsize=TEXT_POINTS, color=GREY, va="center")
    for connection in picture.connections:
        _draw_connection(axes, connection, places)
    for population in picture.populations:
        _draw_population(axes, population, places[population.name])
    axes.set_xlim(0.0, 1.0)
    axes.set_ylim(-1.15, max(y for _, y in places.values()) + 0.7)
    axes.set_axis_off()
    axes.legend(handles=_circuit_key(picture), loc="lower center", ncols=3, fontsize=TEXT_POINTS, handlelength=1.6,
                columnspacing=1.0, borderaxespad=0.0)  # fmt: skip


def _draw_population(axes: Axes, population: DrawnPopulation, place: tuple[float, float]) -> None:
    """A box, round for cells; inhibitory ones are filled; what differs has a thick outline."""
    (x, y), (width, height) = place, BOX
    marked = population.differs or bool(population.marks)
    look = "square,pad=0" if population.fibres else "round,pad=0,rounding_size=0.045"
    axes.add_patch(
        FancyBboxPatch(
            (x - width / 2, y - height / 2),
            width,
            height,
            boxstyle=look,
            mutation_aspect=5.0,
            zorder=3,
            fc="#D9D9D9" if population.inhibitory else "white",
            ec=VERMILLION if marked else BLACK,
            lw=1.5 if marked else 0.7,
            ls=(0, (2, 1.2)) if population.only_in else "-",
        )
    )
    label = NARROW_NAMES.get(population.name, pretty(population.name))
    only = f"\nin {population.only_in} only" if population.only_in else ""
    axes.text(x, y, label + only, fontsize=TEXT_POINTS, ha="center", va="center", zorder=4, linespacing=0.95)
    if population.marks:
        axes.text(
            x, y + height / 2 + 0.03, " ".join(population.marks), fontsize=TEXT_POINTS - 0.5, color=VERMILLION,
            ha="center", va="bottom", weight="bold",
            path_effects=[withStroke(linewidth=1.6, foreground="white")], zorder=5,
        )  # fmt: skip


def _draw_connection(axes: Axes, connection: DrawnConnection, places: dict[str, tuple[float, float]]) -> None:
    """An arrow, or a line that ends in a bar for inhibition; release into the dorsal horn is dotted."""
    if connection.source not in places or connection.target not in (*places, ""):
        return
    start, top = places[connection.source], HORN[1] + HORN[3]
    if not (connection.target or connection.differs or start[1] > top):
        return  # Cells of the dorsal horn release where they stand.
    end = places[connection.target] if connection.target else (start[0], top)
    style = "-[,widthB=0.22,lengthB=0" if connection.inhibitory else "-|>,head_length=0.25,head_width=0.13"
    color = VERMILLION if connection.differs else GREY
    axes.add_patch(
        FancyArrowPatch(
            at_the_edge(start, end),
            at_the_edge(end, start) if connection.target else end,
            arrowstyle=style,
            mutation_scale=10,
            shrinkA=0,
            shrinkB=0.5,
            color=color,
            zorder=2 if connection.differs else 1,
            lw=1.6 if connection.differs else 0.6,
            ls="-" if connection.target else ":",
            connectionstyle=f"arc3,rad={PROJECTION_BENDS.get((connection.source, connection.target), 0.06)}",
        )
    )


def _circuit_key(picture: DiffPicture) -> list[Line2D | Patch]:
    found: list[Line2D | Patch] = [
        Line2D([], [], color=GREY, lw=0.6, marker=">", ms=3, label="excites"),
        Patch(fc="#D9D9D9", ec=BLACK, lw=0.7, label="inhibits"),
        Line2D([], [], color=GREY, lw=0.8, ls=":", label="monoamine"),
    ]
    differing = [each.differs for each in picture.populations] + [each.differs for each in picture.connections]
    if any(differing):
        found.append(Line2D([], [], color=VERMILLION, lw=1.8, label="differs"))
    if any(each.marks for each in picture.populations):
        found.append(
            Line2D([], [], color=VERMILLION, ls="", marker="$1$", ms=4, label="changed by the injury, see below")
        )
    return found


def _draw_injury(axes: Axes, picture: DiffPicture) -> None:
    """A pair of bars for each quantity: how far it has come on its way to the most that either reaches in the end."""
    for row, number in enumerate(picture.injury):
        for value, shift, color in ((number.a, -0.19, GREY), (number.b, 0.19, BLUE)):
            share = abs(value - number.start) / (abs(number.most) or 1.0)
            axes.barh(row + shift, share, height=0.36, color=color, lw=0)
            if not share:
                axes.plot([0.0], [row + shift], marker="|", ms=3.5, color=color, mew=1.2)
        axes.text(1.06, row, number.text, fontsize=TEXT_POINTS, va="center")
    names = [f"{number.mark} {_INJURY.get(number.name, pretty(number.name))}" for number in picture.injury]
    axes.set_yticks(range(len(names)), names, fontsize=TEXT_POINTS)
    _without_frame(axes, len(names))
    axes.set_xlim(0.0, 1.0)
    axes.set_xticks([0.0, 1.0], ["as sham", "in the end"], fontsize=TEXT_POINTS)
    axes.set_title(f"Injury on day {picture.day}", fontsize=TEXT_POINTS + 0.5, loc="left", x=-1.6)
    axes.legend(handles=[Patch(color=GREY, label="A"), Patch(color=BLUE, label="B")], loc="lower left", ncols=2,
                bbox_to_anchor=(0.0, 1.0), fontsize=TEXT_POINTS, handlelength=1.0, borderaxespad=0.0)  # fmt: skip


def _draw_ratios(axes: Axes, picture: DiffPicture) -> None:
    """B over A of each number on a logarithmic axis, below the path of the number."""
    logarithms = np.log2([number.b / number.a for number in picture.ratios])
    rows = [2.0 * k + 1.0 for k in range(len(logarithms))]
    axes.barh(rows, logarithms, height=0.9, color=[GREY if each < 0 else BLUE for each in logarithms], lw=0)
    axes.vlines([0.0] * len(rows), [row - 0.6 for row in rows], [row + 0.6 for row in rows], color=BLACK, lw=0.7)
    most = max(0.5, float(np.abs(logarithms).max()))
    axes.set_xlim(-most, most)
    _name_rows(axes, picture.ratios, (-most, most))
    ends = [-most, 0.0, most]
    axes.set_xticks(ends, [f"{2.0**end:.2g}" for end in ends], fontsize=TEXT_POINTS)
    axes.set_title("Other numbers: B over A", fontsize=TEXT_POINTS + 0.5, loc="left")


def _draw_rates(axes: Axes, picture: DiffPicture) -> None:
    """B minus A of each rate with its interval, below where it was measured."""
    ends = [end for n in picture.rates for end in (0.0, n.b - n.a, n.low, n.high) if np.isfinite(end)]
    margin = 0.06 * (max(ends) - min(ends))
    span = (min(ends) - margin, max(ends) + margin)
    for k, number in enumerate(picture.rates):
        difference = number.b - number.a
        axes.plot([number.low, number.high], [2.0 * k + 1.0] * 2, color=BLUE if difference > 0 else GREY, lw=1.3)
        axes.plot([difference], [2.0 * k + 1.0], color=BLUE if difference > 0 else GREY, marker="o", ms=3.5)
    rows = [2.0 * k + 1.0 for k in range(len(picture.rates))]
    axes.vlines([0.0] * len(rows), [row - 0.6 for row in rows], [row + 0.6 for row in rows], color=BLACK, lw=0.7)
    axes.set_xlim(*span)
    _name_rows(axes, picture.rates, span)
    axes.xaxis.set_major_locator(MaxNLocator(4))
    axes.tick_params(axis="x", labelsize=TEXT_POINTS)
    axes.set_title("Rates where they differ most: B minus A, Hz", fontsize=TEXT_POINTS + 0.5, loc="left")


def _name_rows(axes: Axes, numbers: Sequence[DrawnNumber], span: tuple[float, float]) -> None:
    """Write the name of each number above its row, and its values at the right."""
    for k, number in enumerate(numbers):
        axes.text(span[0], 2.0 * k, _path(number.name), fontsize=TEXT_POINTS, va="center", clip_on=False)
        right = span[1] + 0.03 * (span[1] - span[0])
        axes.text(right, 2.0 * k + 1.0, number.text, fontsize=TEXT_POINTS, va="center")
    _without_frame(axes, 2 * len(numbers))
    axes.set_yticks([])


def _path(name: str) -> str:
    """A path that fits into a line: its beginning is left out where it is too long."""
    return name if len(name) <= LONGEST_PATH else f"...{name[3 - LONGEST_PATH :]}"


def _without_frame(axes: Axes, rows: int) -> None:
    axes.set_ylim(rows - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
