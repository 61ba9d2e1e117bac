"""Parts of all figures over days: arms as means with intervals, single animals, what was given, contrasts, legend."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator, MultipleLocator
from matplotlib.transforms import ScaledTranslation

from core.days import HOURS_PER_DAY
from results.figures.sheet import draw_lines, note_of
from results.figures.style import BLACK, COLORS, CONTROL, GREY, MM, SMALL, ArmStyle, arm_labels, drugs_of, mixed, points
from results.files.folder import ManifestArm

WEEK = 7.0
#: Up to so many times arms are rows; over days, more than so many arms are a map or rows too.
FEW_TIMES, MOST_LINES = 3, 12
#: Height in mm of a row of the strip below a panel, and of the ticks between.
STRIP_ROW, _STRIP_GAP = 2.8, 3.6
#: Marks of a reading after a manipulation, of animals at the cut-off, and of contrasts by their kind.
PHASE_MARK, CUT_OFF_MARK = "X", 10
CONTRAST_MARKS = {"treatment": (6, 2, 0), "circuit": (4, 2, 45)}
#: So many rows of contrasts are marked at most, each so high in mm.
MOST_CONTRASTS, _CONTRAST_ROW = 8, 1.9
#: How far apart arms, and readings of one day, are drawn: shares of the time axis.
_ARM_STEP, _PHASE_STEP = 0.006, 0.038
#: Numbers that are equal where two arms are the same animals still.
_NUMBERS = ["days", "n", "mean", "sem"]
#: Lines of animals: width, and how much of white is in their colour.
_FAINT_WIDTH, _FAINT = 0.35, 0.72


@dataclass(frozen=True)
class ArmCourse:
    """What an arm adds to a panel.

    Attributes
    ----------
    arm
        Its name.
    line
        Its means over days, from the last time that it shares with an earlier arm; columns of a summary and `days`.
    own
        Whether each row of `line` is drawn with a point: the rows that it does not share.
    phases
        Its readings after a manipulation, with `days`.
    """

    arm: str
    line: pd.DataFrame
    own: np.ndarray
    phases: pd.DataFrame


def courses(summary: pd.DataFrame, arms: Sequence[ManifestArm]) -> list[ArmCourse]:
    """The arms of a panel; a history that an arm shares with an earlier one of its circuit belongs to that one."""
    summary = summary.assign(days=days_of(summary)).sort_values("days", kind="stable")
    names, plain = summary["arm"].to_numpy(), (summary["phase"] == "").to_numpy()
    found: list[ArmCourse] = []
    told: dict[str, list[np.ndarray]] = {}
    for arm in arms:
        its = names == arm.name
        line, phases = summary[its & plain], summary[its & ~plain]
        numbers = line[_NUMBERS].to_numpy(float)
        shared = max((_shared(numbers, other, _begin(arm)) for other in told.get(arm.circuit, [])), default=0)
        told.setdefault(arm.circuit, []).append(numbers)
        kept = line.iloc[max(0, shared - 1) :] if shared < len(line) else line.iloc[:0]
        own = np.ones(len(kept), bool)
        own[:1] = not (shared and len(kept))
        if len(kept) or len(phases):
            found.append(ArmCourse(arm.name, kept, own, phases))
    return found


def _begin(arm: ManifestArm) -> float:
    """Day of an arm's first dose, from which on it has a history of its own; infinite where none is told."""
    first = min((period[0] for period in arm.dosing_days), default=np.inf)
    return min(arm.first_dose_hours / HOURS_PER_DAY, first)


def _shared(line: np.ndarray, other: np.ndarray, begin: float) -> int:
    """How many times at the start of a line, its `_NUMBERS` a row for each time, are those of the other arm."""
    both = min(len(line), len(other))
    one, two = line[:both], other[:both]
    same = ((one == two) | (np.isnan(one) & np.isnan(two))).all(axis=1) & (one[:, 0] <= begin)
    return int(np.cumprod(same).sum())


def days_of(rows: pd.DataFrame) -> pd.Series:
    """Days from surgery with the hours of the day as their fraction."""
    return rows["day"] + rows["hour"] / HOURS_PER_DAY


def day_and_hour_told(day: float, hour: float) -> str:
    """`day 14 +2 h`."""
    return f"day {int(day)}{f' {hour:+g} h' if hour else ''}"


@dataclass(frozen=True)
class Scale:
    """The time axis of a panel, the highest value that can be (cut-off or infinity), and the size of markers."""

    first: float
    last: float
    arms: tuple[str, ...]
    highest: float = np.inf
    marker: float = 3.0

    def shift(self, arm: str) -> float:
        """Days by which an arm is drawn beside its true time, so that none hides another."""
        middle = (len(self.arms) - 1) / 2
        return (self.arms.index(arm) - middle) * min(_ARM_STEP, 0.04 / max(len(self.arms), 1)) * self.span

    @property
    def span(self) -> float:
        """Length of the axis in days."""
        return max(self.last - self.first, 1.0)

    @property
    def later(self) -> float:
        """Days by which a reading after a manipulation is drawn beside that before it."""
        return _PHASE_STEP * self.span


def scale_of(summary: pd.DataFrame, arms: tuple[str, ...]) -> Scale:
    """The time axis over all days of a summary."""
    days = days_of(summary)
    return Scale(float(days.min()), float(days.max()), arms)


def draw_courses(axes: Axes, found: Sequence[ArmCourse], styles: Mapping[str, ArmStyle], scale: Scale) -> None:
    """Draw means and 95 % intervals of arms; intervals end where values end, cut-off animals have an arrow."""
    for course in found:
        look, shift = styles[course.arm], scale.shift(course.arm)
        days = course.line["days"].to_numpy() + shift * course.own
        if len(days):
            every = np.flatnonzero(course.own).tolist()
            axes.plot(days, course.line["mean"], ls=look.line, markevery=every, **_marker(look, scale.marker), zorder=4)
        _draw_intervals(axes, course.line[course.own], days[course.own], look, scale)
        if len(course.phases):
            _draw_phases(axes, course, look, scale)


def _marker(look: ArmStyle, size: float = 3.0) -> dict[str, Any]:
    return {"color": look.color, "marker": look.marker, "mfc": look.face, "ms": size, "mew": 0.8 if size > 2.5 else 0.6}


def _draw_intervals(axes: Axes, rows: pd.DataFrame, days: np.ndarray, look: ArmStyle, scale: Scale) -> None:
    low, high = (rows[end].to_numpy().clip(0.0, scale.highest) for end in ("low", "high"))
    drawn = np.isfinite(low) & np.isfinite(high) & (high > low)
    draw_lines(axes, (days[drawn], days[drawn]), (low[drawn], high[drawn]), colors=look.color, lw=0.6, zorder=3)
    cut = rows["censored"].to_numpy() > 0
    top = np.where(drawn, high, rows["mean"].to_numpy())
    if cut.any():
        axes.plot(
            days[cut], top[cut], ls="", marker=CUT_OFF_MARK, ms=3.6, color=look.color, mew=0, clip_on=False, zorder=5
        )


def _draw_phases(axes: Axes, course: ArmCourse, look: ArmStyle, scale: Scale) -> None:
    """Readings after a manipulation: crosses beside the reading before it, and a dotted line from there."""
    rows = course.phases
    place = rows.groupby("day", observed=True).cumcount().to_numpy() + 1
    days = rows["days"].to_numpy() + scale.shift(course.arm) + place * scale.later
    look_of_mark: dict[str, Any] = {"color": look.color, "mfc": look.face, "ms": 3.6, "mew": 0.6}
    axes.plot(days, rows["mean"], ls="", marker=PHASE_MARK, **look_of_mark, zorder=4)
    _draw_intervals(axes, rows, days, look, scale)
    before = {day: (d, mean) for day, d, mean in course.line[["day", "days", "mean"]].itertuples(index=False)}
    links = [
        [(before[day][0] + scale.shift(course.arm), before[day][1]), (at, mean)]
        for day, at, mean in zip(rows["day"], days, rows["mean"], strict=True)
        if day in before
    ]
    axes.add_collection(LineCollection(links, colors=look.color, lw=0.6, ls=(0, (1, 1.2)), zorder=2))


def draw_animals(
    axes: Axes, values: pd.DataFrame, found: Sequence[ArmCourse], styles: Mapping[str, ArmStyle], scale: Scale
) -> None:
    """Draw every animal as a faint line in the colour of its arm, from where the arm has a history of its own."""
    values = values[values["phase"] == ""].assign(days=lambda rows: days_of(rows)).sort_values("days", kind="stable")
    arm, animal, days, value = (values[name].to_numpy() for name in ("arm", "animal", "days", "value"))
    lines, colors = [], []
    for course in (course for course in found if len(course.line)):
        begin = course.line["days"].iloc[0]
        its = (arm == course.arm) & (days >= begin)
        drawn = days + scale.shift(course.arm) * ~((days == begin) & (not course.own[0]))
        for one in (its & (animal == number) for number in np.unique(animal[its])):
            lines.append(np.column_stack([drawn[one], value[one]]))
            colors.append(mixed(styles[course.arm].color, "white", _FAINT))
    axes.add_collection(LineCollection(lines, colors=colors, lw=_FAINT_WIDTH, zorder=1))


def marked_contrasts(differences: pd.DataFrame, arms: Sequence[ManifestArm]) -> list[tuple[str, str, np.ndarray]]:
    """(arm, kind, days) of the contrasts that are marked: of treatments, and of circuits without a drug."""
    untreated = {arm.name for arm in arms if drugs_of(arm) == CONTROL}
    sure = differences[(differences["low"] > 0) | (differences["high"] < 0)]
    sure = sure[(sure["phase"] == "") & sure["contrast"].isin(list(CONTRAST_MARKS))]
    groups = [
        (str(arm), str(kind), days_of(rows).to_numpy())
        for (kind, arm), rows in sure.groupby(["contrast", "arm"], sort=False, observed=True)
        if kind != "circuit" or arm in untreated
    ]
    order = [arm.name for arm in arms]
    return sorted(groups, key=lambda group: (group[1], -order.index(group[0])))[:MOST_CONTRASTS]


def contrasts_height(marks: Sequence[tuple[str, str, np.ndarray]]) -> float:
    """Height in mm of the marks above a panel."""
    return _CONTRAST_ROW * len(marks) + 0.6 if marks else 0.0


def draw_contrasts(axes: Axes, marks: Sequence[tuple[str, str, np.ndarray]], styles: Mapping[str, ArmStyle]) -> None:
    """Mark above a panel the days on which arms differ from their references, a row for each arm."""
    inches = axes.get_figure().dpi_scale_trans  # type: ignore[union-attr]
    for k, (arm, kind, days) in enumerate(marks):
        look = styles[arm]
        up = ScaledTranslation(0, (1.4 + _CONTRAST_ROW * k) * MM, inches)
        axes.plot(
            days, np.ones(len(days)), ls="", marker=CONTRAST_MARKS[kind], ms=2.8, mew=0.7, color=look.color,
            transform=axes.get_xaxis_transform() + up, clip_on=False,
        )  # fmt: skip
        axes.plot(-0.02, 1, ls="", transform=axes.transAxes + up, clip_on=False, **_marker(look, 2.4))


def dress_days(axes: Axes, scale: Scale) -> None:
    """Set the time axis: a dotted line at surgery, and ticks at weeks, or at days where it is short."""
    if scale.first <= 0 <= scale.last:
        axes.axvline(0, color=GREY, lw=0.6, ls=(0, (1, 1.5)), zorder=0)
    axes.set_xlim(scale.first - 0.035 * scale.span, scale.last + 0.05 * scale.span + 1.2 * scale.later)
    axes.xaxis.set_major_locator(
        MultipleLocator(WEEK) if scale.span > 2 * WEEK else MaxNLocator(integer=True, nbins=8, min_n_ticks=1)
    )


def legend_of_arms(
    drawn: Iterable[str], styles: Mapping[str, ArmStyle], animals: Mapping[str, str]
) -> Iterator[Line2D]:
    """Yield the legend's entries of the arms that have a point, each with its n."""
    shown = set(drawn)
    for arm, look in styles.items():
        if arm in shown:
            yield Line2D([], [], ls=look.line, label=f"{look.label} (n = {animals[arm]})", **_marker(look))


def animals_of(summary: pd.DataFrame) -> dict[str, str]:
    """Arm -> its n, as a range where it differs between times."""
    ends = summary.groupby("arm", sort=False, observed=True)["n"].agg(["min", "max"])
    return {str(arm): f"{low}" if low == high else f"{low}-{high}" for arm, low, high in ends.itertuples(name=None)}


def n_note(summary: pd.DataFrame) -> str:
    """How many animals there are, where that is the same in all arms; else it stands in the names of the rows."""
    n = set(animals_of(summary).values())
    return f"n = {n.pop()} animals in each arm." if len(n) == 1 else ""


def rows_of_arms(arms: Sequence[ManifestArm], summary: pd.DataFrame) -> dict[str, str]:
    """Rows for arms that have a number, a heading before those of each circuit; with n where it is not the same."""
    animals, labels = animals_of(summary), arm_labels(arms)
    alike = len(set(animals.values())) == 1
    rows: dict[str, str] = {}
    for circuit in dict.fromkeys(arm.circuit for arm in arms):
        shown = [arm for arm in arms if arm.circuit == circuit and arm.name in animals]
        rows |= {f"#{circuit}": f"#{circuit}"} if shown else {}
        for arm in shown:
            name = labels[arm.name].removeprefix(f"{circuit}, ")
            rows[arm.name] = name if alike else f"{name} (n = {animals[arm.name]})"
    return rows


def phase_notes(found: Iterable[ArmCourse]) -> list[Line2D]:
    """Legend's entry of the readings after a manipulation, where there are any."""
    phases = dict.fromkeys(phase for course in found for phase in course.phases["phase"])
    text = f"after {', '.join(map(str, phases))}"
    return [note_of(text, marker=PHASE_MARK, mew=0.6)] if phases else []


def interval_note(summary: pd.DataFrame) -> str:
    """What the vertical lines are."""
    n = summary["n"]
    if n.max() < 2:
        return "Points: one animal each."
    few = " Of two animals it is wide, and may leave the panel." if (n == 2).any() else ""
    return f"Points and vertical lines: mean and 95 % interval over the animals of the arm.{few}"


def shared_note(found: Iterable[ArmCourse]) -> str:
    """That arms are drawn once as long as they are the same animals; "" where no arm shares anything."""
    shares = any(len(course.own) and not course.own[0] for course in found)
    return "Arms are drawn once as long as their animals are the same, until the first dose." if shares else ""


def contrast_note(kinds: Iterable[str]) -> str:
    """What the marks above the panels are; "" where there are none."""
    words = {"treatment": "asterisk: differs from vehicle", "circuit": "cross: differs from sham"}
    found = set(kinds)
    told = [text for kind, text in words.items() if kind in found]
    if not told:
        return ""
    return (
        f"Above the panels, {'; '.join(told)} (95 % interval of the paired difference without 0, not corrected for "
        "the number of comparisons)."
    )


@dataclass(frozen=True)
class StripRow:
    """What was given: name, (first, last) days, and colour."""

    name: str
    periods: tuple[tuple[float, float], ...]
    color: str


def strip_rows(
    arms: Sequence[ManifestArm],
    dosing: Mapping[str, Sequence[tuple[float, float]]],
    styles: Mapping[str, ArmStyle],
    phases: pd.DataFrame,
    scale: Scale,
) -> list[StripRow]:
    """Rows of the strip: surgery, each drug or combination that was given, and each manipulation before a reading."""
    drugs = list(dict.fromkeys(drugs_of(arm) for arm in arms if drugs_of(arm) != CONTROL))
    rows: dict[tuple[str, tuple[tuple[float, float], ...]], str] = {}
    if scale.first <= 0 <= scale.last:
        rows["surgery", ((0.0, 0.0),)] = GREY
    for arm in arms:
        periods = tuple((float(first), float(last)) for first, last in dosing.get(arm.name, ()))
        if periods:
            drug = drugs_of(arm)
            rows.setdefault((drug, periods), COLORS[drugs.index(drug) % len(COLORS)] if drug in drugs else BLACK)
    for phase, found in phases.groupby("phase", sort=False, observed=True):
        days = tuple((day, day) for day in sorted(set(days_of(found) + scale.later)))
        rows[str(phase), days] = BLACK
    return [StripRow(name, periods, color) for (name, periods), color in rows.items()]


def draw_strip(axes: Axes, rows: Sequence[StripRow], scale: Scale) -> None:
    """Draw below a panel what was given and when: bars and arrowheads over the days, each row with its name."""
    inches = axes.get_figure().dpi_scale_trans  # type: ignore[union-attr]
    for k, row in enumerate(rows):
        below = ScaledTranslation(0, -(_STRIP_GAP + STRIP_ROW * (k + 0.5)) * MM, inches)
        place: dict[str, Any] = {"transform": axes.get_xaxis_transform() + below, "clip_on": False, "color": row.color}
        for first, last in row.periods:
            if last - first < 0.01 * scale.span:
                axes.plot(first, 0, marker="v", ms=3.2, mew=0, **place)
            else:
                axes.plot([first, last], [0, 0], lw=3.2, solid_capstyle="butt", **place)
        begin, end = min(first for first, _ in row.periods), max(last for _, last in row.periods)
        left = begin - scale.first > scale.last - end
        at, align = (begin - 0.02 * scale.span, "right") if left else (end + 0.02 * scale.span, "left")
        axes.text(at, 0, row.name, ha=align, va="center_baseline", fontsize=SMALL, **{**place, "color": BLACK})
    axes.set_xlabel("days from surgery", labelpad=points(STRIP_ROW * len(rows) + 0.8))


def strip_height(rows: Sequence[StripRow]) -> float:
    """Height of a strip and of the axis label below it in mm."""
    return STRIP_ROW * len(rows) + 0.8


def strip_sentence(rows: Sequence[StripRow]) -> str:
    """The strip in words, for panels too narrow for it: `Given: duloxetine, days 14 to 28; idazoxan, day 28.`"""
    told = [f"{row.name}, {_days_told(row.periods)}" for row in rows if row.name != "surgery"]
    return f"Given: {'; '.join(told)}." if told else ""


def _days_told(periods: Sequence[tuple[float, float]]) -> str:
    texts = [f"{int(first)} to {int(last)}" if last - first >= 1 else f"{int(first)}" for first, last in periods]
    return f"day{'s' if len(texts) > 1 or 'to' in texts[0] else ''} {', '.join(texts)}"
