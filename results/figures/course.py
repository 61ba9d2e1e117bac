"""The figure of a dosing course: unbound drug, occupancy of its sites and transmitter levels over time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle
from textwrap import fill
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from core.days import HOURS_PER_DAY
from core.errors import UserError
from results.figures.sheet import finish, note_of, sheet, wrapped
from results.figures.style import BLACK, BLUE, GREEN, GREY, ORANGE, PAGE_MM, PURPLE, SKY, VERMILLION, pretty, styled

#: Courses of at most so many hours have a time axis in hours, longer ones in days.
HOURS_AXIS_UP_TO = 72.0
#: Sites whose occupancy stays below this share are named, not drawn.
LEAST_OCCUPANCY = 0.05
#: Transmitters that never leave 100 % by so many per cent are named, not drawn.
LEAST_CHANGE = 5.0
#: A transporter and the transmitter that it clears have the same colour.
_SITE_COLORS = {
    "NET": VERMILLION,
    "noradrenaline": VERMILLION,
    "SERT": BLUE,
    "serotonin": BLUE,
    "DAT": GREEN,
    "dopamine": GREEN,
}
_OTHER_COLORS = (PURPLE, ORANGE, SKY, GREY)
_PANELS = 3
_DASHES = ("-", "--", ":")


@dataclass(frozen=True)
class DosingCourse:
    """A dosing course to draw: what one regimen does over time at one place of the body.

    Attributes
    ----------
    title, setting, place
        Texts over the figure: the regimen, the animal, and the place.
    hours
        Time, (n,), in hours from the start of day 0.
    concentrations
        Molecule -> unbound concentration in nM, (n,).
    occupancy
        Site -> share held by drug, 0..1, (n,).
    transmitters
        Transmitter -> extracellular level in per cent of that before the first dose, (n,).
    doses
        Hours of the doses, or of the ends of an infusion.
    notes
        Lines below the figure.
    """

    title: str
    setting: str
    place: str
    hours: np.ndarray
    concentrations: Mapping[str, np.ndarray]
    occupancy: Mapping[str, np.ndarray]
    transmitters: Mapping[str, np.ndarray]
    doses: tuple[float, ...]
    notes: tuple[str, ...] = ()


@styled
def draw_course(course: DosingCourse, *, width_mm: float = PAGE_MM) -> Figure:
    """Draw a dosing course: unbound drug, occupancy and transmitter levels, in three panels over one time axis.

    Parameters
    ----------
    course
        What to draw.
    width_mm
        Of the figure: 170 for a page, 85 for a column.

    Raises
    ------
    UserError
        Where no drug arrives at the place.
    """
    if not any(column.any() for column in course.concentrations.values()):
        raise UserError(f"{course.title}: no drug arrives in {pretty(course.place)}; there is nothing to draw.")
    wide = width_mm > 120
    figure = sheet(width_mm, 132.0 if wide else 168.0)
    panels = figure.subplots(_PANELS, 1, sharex=True)
    scale, unit = (1.0, "hours") if course.hours[-1] - course.hours[0] <= HOURS_AXIS_UP_TO else (HOURS_PER_DAY, "days")
    time = course.hours / scale
    _draw_concentrations(panels[0], time, course.concentrations)
    _draw_occupancy(panels[1], time, course.occupancy)
    _draw_transmitters(panels[2], time, course.transmitters)
    for axes in panels:
        _mark_doses(axes, np.array(course.doses) / scale, (time[0], time[-1]))
        _add_legend(axes, wide)
    title = wrapped(course.title, 0.8 * width_mm) + wrapped(f"{course.setting}; {pretty(course.place)}", 0.8 * width_mm)
    panels[0].set_title("\n".join(title), loc="left")
    panels[-1].set_xlabel(f"{unit} from the start of day 0")
    panels[-1].set_xlim(time[0], time[-1])
    doses = note_of("dose", marker="^", ms=2.6)
    return finish(figure, [doses] if course.doses else (), course.notes)


def _add_legend(axes: Axes, wide: bool) -> None:
    """Name the lines of a panel beside it, or below it where there is no room beside."""
    if wide:
        axes.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), borderaxespad=0.0)
    else:
        below = -0.04 if axes.get_subplotspec().rowspan.stop < _PANELS else -0.24  # type: ignore[union-attr]
        axes.legend(loc="upper left", bbox_to_anchor=(0.0, below), borderaxespad=0.0, ncols=3, handlelength=1.6)


def _draw_concentrations(axes: Axes, time: np.ndarray, concentrations: Mapping[str, np.ndarray]) -> None:
    """Concentrations on a logarithmic axis of four decades below the peak."""
    peak = max(float(column.max()) for column in concentrations.values())
    floor = 10.0 ** (np.floor(np.log10(peak)) - 3)
    for k, (molecule, column) in enumerate(concentrations.items()):
        color, line = (BLACK, "-") if k == 0 else (GREY, _DASHES[(k - 1) % len(_DASHES)])
        axes.plot(time, np.maximum(column, floor / 10), color=color, ls=line, label=pretty(molecule))
    axes.set_yscale("log")
    axes.set_ylim(floor, 3.0 * peak)
    axes.set_ylabel("unbound drug (nM)")


def _draw_occupancy(axes: Axes, time: np.ndarray, occupancy: Mapping[str, np.ndarray]) -> None:
    drawn = {site: held for site, held in occupancy.items() if held.max() >= LEAST_OCCUPANCY}
    looks = _looks(drawn)
    for site, held in sorted(drawn.items(), key=lambda item: -float(item[1].max())):
        axes.plot(time, 100.0 * held, label=site, **looks[site])
    _name_undrawn(axes, f"below {100 * LEAST_OCCUPANCY:.0f} %", [site for site in occupancy if site not in drawn])
    axes.set_ylim(0, 102)
    axes.set_ylabel("sites held by drug (%)")


def _draw_transmitters(axes: Axes, time: np.ndarray, transmitters: Mapping[str, np.ndarray]) -> None:
    drawn = {x: level for x, level in transmitters.items() if np.abs(level - 100.0).max() >= LEAST_CHANGE}
    looks = _looks(drawn)
    for name, percent in drawn.items():
        axes.plot(time, percent, label=pretty(name), **looks[name])
    _name_undrawn(axes, f"within {LEAST_CHANGE:.0f} %", [pretty(name) for name in transmitters if name not in drawn])
    axes.axhline(100.0, color=GREY, lw=0.7, ls=":", zorder=0)
    low = min(float(percent.min()) for percent in transmitters.values())
    high = max(float(percent.max()) for percent in transmitters.values())
    axes.set_ylim(min(0.9 * low, 80.0), max(1.1 * high, 120.0))
    axes.set_ylabel("extracellular level\n(% of before)")


def _looks(names: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Colour and dashes of each line: a transporter and its transmitter have their own, others the next free ones."""
    free = cycle({"color": color, "ls": dashes} for dashes in _DASHES for color in _OTHER_COLORS)
    return {name: {"color": _SITE_COLORS[name], "ls": "-"} if name in _SITE_COLORS else next(free) for name in names}


def _name_undrawn(axes: Axes, why: str, names: Sequence[str]) -> None:
    """Name in the legend what is not drawn, in lines that are no longer than the names of sites."""
    if names:
        axes.plot([], [], " ", label=f"{why}:\n{fill(', '.join(names), 16, break_long_words=False)}")


def _mark_doses(axes: Axes, doses: np.ndarray, span: tuple[float, float]) -> None:
    """A short tick on the time axis for each dose."""
    inside = doses[(doses >= span[0]) & (doses <= span[1])]
    axes.plot(
        inside, np.zeros(len(inside)), transform=axes.get_xaxis_transform(), ls="", marker="^", ms=2.6, color=BLACK,
        clip_on=False, zorder=5,
    )  # fmt: skip
