"""The figure of withdrawal thresholds: a panel for each assay and side, over days or, of one or two times, by arm."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from core.errors import UserError
from core.vocabulary import SIDES
from results.comparison.arms import Comparison
from results.comparison.frames import rows_of
from results.figures.forest import ForestMark, ForestPanel, draw_forest
from results.figures.maps import ValueMap, draw_maps
from results.figures.sheet import finish, hide, note_of, sheet
from results.figures.style import (
    BLACK,
    BLUE,
    CONTROL,
    GREY,
    PAGE_MM,
    PALE,
    VERMILLION,
    ArmStyle,
    arm_styles,
    drugs_of,
    mixed,
    points,
    pretty,
    styled,
)
from results.figures.timecourse import (
    CUT_OFF_MARK,
    FEW_TIMES,
    MOST_LINES,
    ArmCourse,
    Scale,
    animals_of,
    contrast_note,
    contrasts_height,
    courses,
    day_and_hour_told,
    draw_animals,
    draw_contrasts,
    draw_courses,
    draw_strip,
    dress_days,
    interval_note,
    legend_of_arms,
    marked_contrasts,
    n_note,
    phase_notes,
    rows_of_arms,
    scale_of,
    shared_note,
    strip_height,
    strip_rows,
)
from results.files.folder import ManifestArm

#: Heights in mm: of a panel, and of its title and axis; of a panel of one circuit with its title.
PANEL, AROUND = 33.0, 7.0
CIRCUIT_PANEL = 25.0
#: Arms without a drug have a panel each where there are more circuits than so many.
FEW_CIRCUITS = 3
CUT_OFF_LINE = (0, (6, 2, 1, 2))
_SOME_CUT = "some animals at the cut-off: mean too low"
_STARRED = (
    "Asterisk: differs from vehicle (95 % interval of the paired difference without 0, not corrected for the number "
    "of comparisons)."
)
MEASURE_ENDINGS = ("_threshold", "_latency")
#: How the paws are drawn where a panel is one circuit.
_SIDES = {
    "ipsi": ArmStyle(VERMILLION, "-", "o", True, ""),
    "contra": ArmStyle(BLUE, (0, (3.2, 1.6)), "s", False, ""),
    "": ArmStyle(BLACK, "-", "o", True, ""),
}


@dataclass(frozen=True)
class Panel:
    """One measure on one side: rows of its summary, values of its animals, and its contrasts."""

    name: str
    side: str
    unit: str
    summary: pd.DataFrame
    values: pd.DataFrame
    differences: pd.DataFrame

    @property
    def title(self) -> str:
        """`paw pressure, ipsilateral`."""
        what = self.name.removesuffix("_threshold").removesuffix("_latency")
        return ", ".join(filter(None, (pretty(what), pretty(self.side))))

    @property
    def axis(self) -> str:
        """`threshold (g)`."""
        return f"{'latency' if self.name.endswith('_latency') else 'threshold'} ({self.unit})"

    @property
    def cut_off(self) -> float:
        """The highest value of an animal at the cut-off; infinite where none reached it."""
        reached = self.values.loc[self.values["censored"].astype(bool), "value"]
        return float(reached.max()) if len(reached) else np.inf


@styled
def draw_thresholds(comparison: Comparison, names: Sequence[str] | None = None, *, width_mm: float = PAGE_MM) -> Figure:
    """Draw withdrawal thresholds over days: means with 95 % intervals by arm, animals faint, doses below.

    Readings after an injection or another manipulation of that day (a phase) are crosses beside the reading before it.
    Where arms were measured once or twice only, each arm is a row (`results.figures.forest`); where there are more than
    12 arms and more times, a panel is a map of means. Where arms differ in nothing but the circuit, and are more than
    three, each circuit has a panel for each measure, with both paws, over the circuit without injury in grey.

    Parameters
    ----------
    comparison
        Of the study.
    names
        Measures to draw, by default all whose name ends in `_threshold` or `_latency`.
    width_mm
        Of the figure: 170 for a page, 85 for a column. Text has the same size in both.

    Raises
    ------
    UserError
        Where the study has none of these measures.
    """
    panels = threshold_panels(comparison, names)
    styles = arm_styles(comparison.manifest.arms)
    every = pd.concat([panel.summary for panel in panels])
    times = len(every[["day", "hour", "phase"]].drop_duplicates())
    if times <= FEW_TIMES:
        return _by_arm(comparison, panels, styles, width_mm)
    if _differ_in_circuit_alone(comparison.manifest.arms):
        return _by_circuit(comparison, panels, styles, width_mm)
    drawn = every["arm"].nunique()
    return (_as_maps if drawn > MOST_LINES else _over_days)(comparison, panels, styles, width_mm)


def threshold_panels(comparison: Comparison, names: Sequence[str] | None = None) -> list[Panel]:
    """The panels of a study, measures with sides first; UserError where it has none."""
    summary, values, differences = (
        comparison.tables[table] for table in ("assay_summary", "assays", "assay_differences")
    )
    found = list(dict.fromkeys(zip(summary["name"], summary["side"], summary["unit"], strict=True)))
    wanted = names or [name for name, _, _ in found if str(name).endswith(MEASURE_ENDINGS)]
    shown = [place for place in found if place[0] in wanted]
    if not shown:
        raise UserError(f"the study {comparison.manifest.study} has no thresholds to draw.")
    order = {side: k for k, side in enumerate((*SIDES, ""))}
    shown.sort(key=lambda place: (place[1] == "", wanted.index(place[0]), order.get(place[1], 9)))
    return [Panel(*place, *(_of(table, *place[:2]) for table in (summary, values, differences))) for place in shown]


def _of(table: pd.DataFrame, name: str, side: str) -> pd.DataFrame:
    return table[(table["name"] == name) & (table["side"] == side)]


def _by_arm(comparison: Comparison, panels: list[Panel], styles: dict[str, ArmStyle], width_mm: float) -> Figure:
    """A row for each arm, a panel for each measure, side and time."""
    every = pd.concat([panel.summary for panel in panels])
    shown = [
        _forest_panel(panel, timed, styles, comparison)
        for panel in panels
        for _, timed in panel.summary.groupby(["day", "hour", "phase"], observed=True)
    ]
    marks = [mark for panel in shown for found in panel.rows.values() for mark in found]
    handles = [note_of("cut-off", color=GREY, lw=0.6, ls=CUT_OFF_LINE)] if any(p.lines for p in shown) else []
    handles += [note_of(_SOME_CUT, marker=9, mew=0)] if any(mark.above for mark in marks) else []
    starred = _STARRED if any(mark.starred for mark in marks) else ""
    notes = (interval_note(every).replace("vertical", "horizontal"), n_note(every), starred)
    return draw_forest(
        shown, rows_of_arms(comparison.manifest.arms, every), width_mm, handles, [" ".join(filter(None, notes))]
    )


def _forest_panel(
    panel: Panel, timed: pd.DataFrame, styles: dict[str, ArmStyle], comparison: Comparison
) -> ForestPanel:
    first = timed.iloc[0]
    marks: dict[str, list[ForestMark]] = {}
    when = panel.differences[(panel.differences["day"] == first["day"]) & (panel.differences["hour"] == first["hour"])]
    sure = {arm for arm, kind, _ in marked_contrasts(when, comparison.manifest.arms) if kind == "treatment"}
    for row in rows_of(timed):
        look = styles[row["arm"]]
        mark = ForestMark(
            row["mean"], row["low"], row["high"], look.color, look.marker, look.filled, row["censored"] > 0,
            row["arm"] in sure,
        )  # fmt: skip
        marks[row["arm"]] = [mark]
    lines = {panel.cut_off: (GREY, CUT_OFF_LINE)} if np.isfinite(panel.cut_off) else {}
    title = ", ".join(filter(None, (panel.title, day_and_hour_told(first["day"], first["hour"]))))
    phase = f"\nafter {first['phase']}" if first["phase"] else ""
    return ForestPanel(title + phase, panel.axis, marks, panel.name, lines, ends=(0.0, panel.cut_off))


def _as_maps(comparison: Comparison, panels: list[Panel], _: dict[str, ArmStyle], width_mm: float) -> Figure:
    """A map of means for each measure and side: a row for each arm, a column for each time."""
    every = pd.concat([panel.summary for panel in panels])
    rows = rows_of_arms(comparison.manifest.arms, every)
    maps = [ValueMap(panel.title, panel.axis, _timed(panel.summary, list(rows))) for panel in panels]
    notes = f"Means over the animals of the arm; columns are days from surgery. {n_note(every)}"
    return draw_maps(maps, list(rows.values()), width_mm, [notes])


def _timed(summary: pd.DataFrame, arms: Sequence[str]) -> pd.DataFrame:
    """Means by arm (rows) and time (columns, named)."""
    table = summary.assign(phase=summary["phase"].astype(str)).pivot_table(
        index="arm", columns=["day", "hour", "phase"], values="mean", observed=True
    )
    names = [f"{day}{f' {phase}' if phase else ''}" for day, _, phase in table.columns]
    return table.set_axis(names, axis=1).reindex(list(arms))


def _differ_in_circuit_alone(arms: Sequence[ManifestArm]) -> bool:
    """Whether no arm has a drug or a manipulation, and each a circuit of its own, more than three of them."""
    plain = all(drugs_of(arm) == CONTROL and not arm.manipulation for arm in arms)
    return plain and len({arm.circuit for arm in arms}) == len(arms) > FEW_CIRCUITS


def _by_circuit(comparison: Comparison, panels: list[Panel], _: dict[str, ArmStyle], width_mm: float) -> Figure:
    """A panel for each measure and circuit: both paws over days, over the paw of the rats without injury in grey."""
    arms = comparison.manifest.arms
    reference = next((arm for name in ("sham", "naive") for arm in arms if arm.circuit == name), None)
    shown = [arm for arm in arms if arm != reference]
    measures = [[panel for panel in panels if panel.name == name] for name in dict.fromkeys(p.name for p in panels)]
    columns = min(6 if width_mm > 120 else 3, len(shown))
    rows = -(-len(shown) // columns)
    figure = sheet(width_mm, CIRCUIT_PANEL * rows * len(measures) + AROUND)
    grid = figure.subplots(rows * len(measures), columns, squeeze=False, sharex=True)
    for k, sides in enumerate(measures):
        part = grid[k * rows : (k + 1) * rows].ravel()
        for axes, arm in zip(part, shown, strict=False):
            _draw_circuit(axes, sides, arm, reference)
        hide(part[len(shown) :])
        _set_heights(list(part[: len(shown)]), [sides[0]] * len(shown))
        for axes in part[::columns]:
            axes.set_ylabel(f"{sides[0].title.split(',')[0]}\n{sides[0].axis}")
    for column in grid.T:
        lowest = [axes for axes in column if axes.get_visible()][-1]
        lowest.tick_params(labelbottom=True)
        lowest.set_xlabel("days")
    every = pd.concat([panel.summary for panel in panels])
    notes = " ".join(filter(None, (interval_note(every), n_note(every))))
    return finish(figure, _legend_of_sides(panels, reference), [notes], grid[-1, -1] if len(shown) % columns else None)


def _draw_circuit(axes: Axes, sides: Sequence[Panel], arm: ManifestArm, reference: ManifestArm | None) -> None:
    scale = replace(scale_of(sides[0].summary, (arm.name,)), highest=min(side.cut_off for side in sides), marker=2.4)
    if reference is not None:
        (course,) = courses(sides[0].summary, [reference])
        days = course.line["days"]
        axes.fill_between(days, course.line["low"], course.line["high"], color=PALE, lw=0, zorder=0)
        axes.plot(days, course.line["mean"], color=GREY, lw=0.6, zorder=1)
    for side in sides:
        draw_courses(axes, courses(side.summary, [arm]), {arm.name: _SIDES.get(side.side, _SIDES[""])}, scale)
    dress_days(axes, scale)
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=4, steps=[1, 2, 5, 7, 10], min_n_ticks=1))
    axes.set_title(pretty(arm.circuit), pad=2.0)


def _legend_of_sides(panels: Sequence[Panel], reference: ManifestArm | None) -> list[Line2D]:
    handles = []
    for side in dict.fromkeys(panel.side for panel in panels):
        look = _SIDES.get(side, _SIDES[""])
        text = f"{pretty(side)} paw" if side else "no side"
        handles.append(note_of(text, ls=look.line, color=look.color, marker=look.marker, mfc=look.face, ms=2.4))
    if reference is not None:
        handles.append(
            note_of(f"{reference.circuit}, {pretty(panels[0].side) or 'no side'}", ls="-", lw=0.6, color=GREY)
        )
    if any(np.isfinite(panel.cut_off) for panel in panels):
        handles.append(note_of(_SOME_CUT, marker=CUT_OFF_MARK, mew=0))
    return handles


def _over_days(comparison: Comparison, panels: list[Panel], styles: dict[str, ArmStyle], width_mm: float) -> Figure:
    every = pd.concat([panel.summary for panel in panels])
    scale = scale_of(every, tuple(styles))
    phases = every[every["phase"] != ""]
    strip = strip_rows(comparison.manifest.arms, comparison.dosing, styles, phases, scale)
    columns = min(2 if width_mm > 120 else 1, len(panels))
    rows = -(-len(panels) // columns)
    last = [k for k in range(rows) if (k + 2) * columns > len(panels)]
    marks = [marked_contrasts(panel.differences, comparison.manifest.arms) for panel in panels]
    heights = [
        PANEL + AROUND + max(map(contrasts_height, marks[k * columns : (k + 1) * columns]))
        + (strip_height(strip) + 5.5 if k in last else 0.0)
        for k in range(rows)
    ]  # fmt: skip
    figure = sheet(width_mm, sum(heights))
    grid = figure.subplots(rows, columns, squeeze=False, sharex=True)
    found = []
    for k, (axes, panel) in enumerate(zip(grid.ravel(), panels, strict=False)):
        found += _draw_panel(axes, panel, comparison, styles, scale)
        draw_contrasts(axes, marks[k], styles)
        axes.set_title(panel.title, pad=points(contrasts_height(marks[k])) + 2.5)
        axes.tick_params(labelbottom=k // columns in last)
        if k // columns in last:
            draw_strip(axes, strip, scale)
    spare = grid.ravel()[len(panels) :]
    hide(spare)
    _set_heights(list(grid.ravel()), panels)
    handles = _legend(found, panels, styles, animals_of(every))
    notes = (interval_note(every), shared_note(found), contrast_note(kind for one in marks for _, kind, _ in one))
    return finish(figure, handles, [" ".join(filter(None, notes))], spare[0] if len(spare) else None)


def _draw_panel(
    axes: Axes, panel: Panel, comparison: Comparison, styles: dict[str, ArmStyle], scale: Scale
) -> list[ArmCourse]:
    scale = replace(scale, highest=panel.cut_off)
    found = courses(panel.summary, comparison.manifest.arms)
    draw_animals(axes, panel.values, found, styles, scale)
    draw_courses(axes, found, styles, scale)
    if np.isfinite(panel.cut_off):
        axes.axhline(panel.cut_off, color=GREY, lw=0.6, ls=CUT_OFF_LINE, zorder=1)
    dress_days(axes, scale)
    axes.set_ylabel(panel.axis)
    return found


def _set_heights(grid: Sequence[Axes], panels: Sequence[Panel]) -> None:
    """From 0 to above all that is drawn, the same for both sides of a measure."""
    for axes, panel in zip(grid, panels, strict=False):
        alike = [other for other in panels if other.name == panel.name]
        axes.set_ylim(0, 1.06 * max(highest(other.summary, other.values, other.cut_off) for other in alike))


def highest(summary: pd.DataFrame, values: pd.DataFrame, end: float = np.inf) -> float:
    """The highest number drawn: of means, animals, and intervals of three animals or more that end at `end`."""
    tops = summary["high"].where(summary["n"] > 2, summary["mean"] + 2 * summary["sem"].fillna(0.0)).clip(upper=end)
    found = [float(column.max()) for column in (tops, summary["mean"], values["value"]) if len(column)]
    top = max((number for number in found if np.isfinite(number)), default=0.0)
    return top if top > 0 else 0.1


def _legend(
    found: list[ArmCourse], panels: list[Panel], styles: dict[str, ArmStyle], animals: dict[str, str]
) -> list[Line2D]:
    drawn = [course.arm for course in found]
    handles = [*legend_of_arms(drawn, styles, animals), *phase_notes(found)]
    if any(np.isfinite(panel.cut_off) for panel in panels):
        handles.append(note_of("cut-off", color=GREY, lw=0.6, ls=CUT_OFF_LINE))
        handles.append(note_of(_SOME_CUT, marker=CUT_OFF_MARK, mew=0))
    return [*handles, note_of("one animal", color=mixed(BLACK, "white", 0.72), lw=0.5, ls="-")]
