"""The diagram of a circuit: populations, projections by sign and weight, modulators, and what the injury changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch, Patch
from matplotlib.patheffects import withStroke

from results.figures.circuit_layout import BOX, HORN, NARROW_NAMES, PROJECTION_BENDS, at_the_edge, population_places
from results.figures.sheet import finish, sheet
from results.figures.style import (
    BLACK,
    BLUE,
    COLUMN_MM,
    GREEN,
    GREY,
    PALE,
    PURPLE,
    SMALL,
    VERMILLION,
    WORDS,
    pretty,
    styled,
)

#: Height of the drawing in mm.
_HEIGHT = 122.0
#: Transmitter -> colour of its cells' release and of the receptors that it acts on.
TRANSMITTER_COLORS = {"noradrenaline": BLUE, "serotonin": GREEN, "dopamine": PURPLE}
#: Receptor -> how it is written in the narrow space below a population.
_RECEPTORS = {
    "alpha1": "α1", "alpha2A": "α2", "alpha2A_terminals": "α2", "5-HT1A": "1A", "5-HT2A": "2A", "5-HT3": "3",
    "nicotinic": "N", "mu": "µ", "GABA-B": "B",
}  # fmt: skip
#: Receptors side by side below a population, and the distance of two rows of them.
_RECEPTORS_IN_A_ROW, _RECEPTOR_ROW = 4, 0.24
_INHIBITORY, _THICKEST, _THINNEST = "#D9D9D9", 2.6, 0.5


@dataclass(frozen=True)
class ShownPopulation:
    """A population: its cells or fibres on one side, and the numbers of the changes of the injury that concern it."""

    name: str
    cells: int
    fibres: bool = False
    inhibitory: bool = False
    marks: tuple[str, ...] = ()


@dataclass(frozen=True)
class ShownProjection:
    """A projection. strength: contacts on a target cell times the weight of one, nS; changed: by the injury."""

    source: str
    target: str
    strength: float
    inhibitory: bool = False
    changed: bool = False


@dataclass(frozen=True)
class ShownRelease:
    """Release of a modulator into the dorsal horn."""

    source: str
    transmitter: str
    changed: bool = False


@dataclass(frozen=True)
class ShownCoupling:
    """A receptor of a population. raises: whether it excites, or raises release."""

    population: str
    receptor: str
    transmitter: str
    raises: bool
    changed: bool = False


@dataclass(frozen=True)
class CircuitPicture:
    """All that the diagram shows.

    Attributes
    ----------
    title : str
        Of the circuit or arm.
    populations, projections, releases, couplings : tuple
        What is in it; what is switched off is not.
    changes : tuple of str
        What the injury changes, in the order of the numbers in `ShownPopulation.marks`.
    notes : tuple of str
        Lesions, what is switched off, and the like.
    """

    title: str
    populations: tuple[ShownPopulation, ...]
    projections: tuple[ShownProjection, ...]
    releases: tuple[ShownRelease, ...] = ()
    couplings: tuple[ShownCoupling, ...] = ()
    changes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@styled
def draw_circuit(picture: CircuitPicture, *, width_mm: float = COLUMN_MM) -> Figure:
    """Draw the circuit of one side, from the skin below to the brainstem above.

    Lines are as thick as a projection is strong. Below a population stand its receptors, each with + where it excites
    or raises release and - where not; above it the numbers of what the injury changes there.

    Parameters
    ----------
    picture
        Of the circuit of an arm.
    width_mm
        Of the figure: 170 for a page, 85 for a column.
    """
    figure = sheet(width_mm, _HEIGHT)
    axes = figure.subplots()
    places = population_places([each.name for each in picture.populations])
    left, bottom, width, height = HORN
    axes.add_patch(
        FancyBboxPatch((left, bottom), width, height, boxstyle="round,pad=0.01", fc=PALE, ec="none", zorder=0)
    )
    axes.text(left + 0.015, bottom + height - 0.22, "dorsal horn", fontsize=SMALL, color=WORDS, va="center")
    strongest = max((each.strength for each in picture.projections), default=1.0)
    for projection in picture.projections:
        if projection.source in places and projection.target in places:
            _draw_projection(axes, projection, places, strongest)
    releases = _descending(picture, places)
    _draw_releases(axes, releases, places)
    for population in picture.populations:
        couplings = [each for each in picture.couplings if each.population == population.name]
        _draw_population(axes, population, places[population.name], couplings)
    axes.set_xlim(0.0, 1.0)
    axes.set_ylim(-0.86, max(y for _, y in places.values()) + 0.62)
    axes.set_axis_off()
    axes.set_title(picture.title)
    return finish(figure, _handles(picture, releases), _notes(picture, releases, strongest))


def _draw_projection(
    axes: Axes, projection: ShownProjection, places: dict[str, tuple[float, float]], strongest: float
) -> None:
    """An arrow, or a line that ends in a bar for inhibition, as thick as the projection is strong."""
    start, end = places[projection.source], places[projection.target]
    width = _width(projection.strength, strongest)
    head = (
        f"-[,widthB={0.3 + 0.06 * width},lengthB=0" if projection.inhibitory else "-|>,head_length=0.3,head_width=0.16"
    )
    axes.add_patch(
        FancyArrowPatch(
            at_the_edge(start, end),
            at_the_edge(end, start),
            arrowstyle=head,
            mutation_scale=9,
            shrinkA=0,
            shrinkB=1.0,
            color=VERMILLION if projection.changed else BLACK if projection.inhibitory else GREY,
            lw=width,
            zorder=1,
            connectionstyle=f"arc3,rad={PROJECTION_BENDS.get((projection.source, projection.target), 0.06)}",
        )
    )


def _width(strength: float, strongest: float) -> float:
    """Points of a line: the area of the strongest's is as its strength."""
    return _THINNEST + (_THICKEST - _THINNEST) * float(np.sqrt(max(strength, 0.0) / (strongest or 1.0)))


def _descending(picture: CircuitPicture, places: dict[str, tuple[float, float]]) -> list[ShownRelease]:
    """Releases from above the dorsal horn; cells within it release where they stand."""
    top = HORN[1] + HORN[3]
    return [each for each in picture.releases if each.source in places and places[each.source][1] > top]


def _draw_releases(axes: Axes, releases: Sequence[ShownRelease], places: dict[str, tuple[float, float]]) -> None:
    """A dotted arrow down to the dorsal horn for each, side by side where a population has several."""
    for release in releases:
        x, y = places[release.source]
        beside = [each for each in releases if each.source == release.source]
        x += 0.025 * (beside.index(release) - (len(beside) - 1) / 2)
        axes.add_patch(
            FancyArrowPatch(
                (x, y - BOX[1] / 2), (x, HORN[1] + HORN[3] + 0.06), arrowstyle="-|>,head_length=0.3,head_width=0.16",
                mutation_scale=9, shrinkA=0, shrinkB=0, color=TRANSMITTER_COLORS.get(release.transmitter, GREY), lw=1.0,
                ls=(0, (1, 1)), zorder=2,
            )
        )  # fmt: skip


def _draw_population(
    axes: Axes, population: ShownPopulation, place: tuple[float, float], couplings: Sequence[ShownCoupling]
) -> None:
    """A box, round for cells; inhibitory ones are filled; those that the injury changes have a thick outline."""
    (x, y), (width, height) = place, BOX
    look = "square,pad=0" if population.fibres else "round,pad=0,rounding_size=0.045"
    axes.add_patch(
        FancyBboxPatch(
            (x - width / 2, y - height / 2), width, height, boxstyle=look, mutation_aspect=5.0, zorder=3,
            fc=_INHIBITORY if population.inhibitory else "white",
            ec=VERMILLION if population.marks else BLACK, lw=1.4 if population.marks else 0.6,
        )
    )  # fmt: skip
    label = NARROW_NAMES.get(population.name, pretty(population.name))
    axes.text(
        x, y, f"{label}\n({population.cells})", fontsize=SMALL, ha="center", va="center", zorder=4, linespacing=0.95
    )
    outline = [withStroke(linewidth=1.6, foreground="white")]
    if population.marks:
        axes.text(
            x, y + height / 2 + 0.04, " ".join(population.marks), fontsize=SMALL, color=VERMILLION, ha="center",
            va="bottom", weight="bold", path_effects=outline, zorder=5,
        )  # fmt: skip
    _draw_receptors(axes, couplings, (x, y - height / 2 - 0.05))


def _draw_receptors(axes: Axes, couplings: Sequence[ShownCoupling], place: tuple[float, float]) -> None:
    """The receptors below a population, in rows, each in the colour of its transmitter."""
    shown = list(_written(couplings).items())
    for k, (name, (sign, color)) in enumerate(shown):
        row, column = divmod(k, _RECEPTORS_IN_A_ROW)
        of_row = min(_RECEPTORS_IN_A_ROW, len(shown) - row * _RECEPTORS_IN_A_ROW)
        axes.text(
            place[0] + (column - (of_row - 1) / 2) * 0.058, place[1] - row * _RECEPTOR_ROW, f"{name}{sign}",
            fontsize=SMALL, ha="center", va="top", zorder=5, color=color,
            path_effects=[withStroke(linewidth=1.6, foreground="white")],
        )  # fmt: skip


def _written(couplings: Sequence[ShownCoupling]) -> dict[str, tuple[str, str]]:
    """Receptor as it is written -> sign, colour; one that does both, such as at two sites, has both signs."""
    written: dict[str, tuple[str, str]] = {}
    for coupling in couplings:
        name = _RECEPTORS.get(coupling.receptor, coupling.receptor)
        sign = "+" if coupling.raises else "\N{MINUS SIGN}"
        if name in written and written[name][0] != sign:
            sign = "±"
        written[name] = sign, TRANSMITTER_COLORS.get(coupling.transmitter, WORDS)
    return written


def _handles(picture: CircuitPicture, releases: Sequence[ShownRelease]) -> list[Any]:
    found: list[Any] = [
        Line2D([], [], color=GREY, lw=1.0, marker=">", ms=3, label="excites"),
        Line2D([], [], color=BLACK, lw=1.0, marker="|", ms=4, label="inhibits"),
        Patch(fc=_INHIBITORY, ec=BLACK, lw=0.6, label="inhibitory cells"),
    ]
    released = dict.fromkeys(release.transmitter for release in releases)
    found += [
        Line2D([], [], color=TRANSMITTER_COLORS.get(name, GREY), lw=1.0, ls=(0, (1, 1)), label=f"{name}, its receptors")
        for name in released
    ]
    if picture.changes:
        found.append(Line2D([], [], color=VERMILLION, lw=1.4, label="changed by the injury"))
    return found


def _notes(picture: CircuitPicture, releases: Sequence[ShownRelease], strongest: float) -> list[str]:
    changed = "; ".join(f"{k} {text}" for k, text in enumerate(picture.changes, 1))
    notes = [
        f"One side; in brackets, cells or fibres. The thickest line is {strongest:.3g} nS on a cell (contacts times "
        "weight). Receptors: + excites or raises release, \N{MINUS SIGN} the reverse, ± both; 1A, 2A and 3 are of "
        "serotonin, M muscarinic, N nicotinic, µ opioid, B GABA-B."
    ]
    within = [each for each in picture.releases if each not in releases]
    if within:
        said = "; ".join(f"{pretty(each.transmitter)} from {pretty(each.source)}" for each in within)
        notes.append(f"Released within the dorsal horn, without an arrow: {said}.")
    if changed:
        notes.append(f"Injury: {changed}.")
    return [*notes, *picture.notes]
