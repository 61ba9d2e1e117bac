"""What splitting time into two clocks costs: `python benchmarks/split_error.py [--json] [--animals N] [--size X]`.

Three tables. The first runs the same ligated animals with each part of the split made finer and shows the change,
beside the change that other noise in the same animals makes. The second does so for a dosed month with all of its
rests, and with those that are run otherwise. The third runs a shortened problem (`benchmarks.shortened`), in
which weeks are minutes, with the split and without.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from benchmarks.shortened import EPOCH_SECONDS, Problem, Trajectory, split, unsplit
from core.days import HOURS_PER_DAY
from core.records import AnimalRecord
from drugs import duloxetine
from experiments import Arm, Study
from experiments.laboratory import assays
from experiments.laboratory.animal import run_matched_animals
from experiments.laboratory.history import Numerics
from experiments.laboratory.timetable import stops
from results.statistics.intervals import Estimate, mean_interval, paired_difference

if TYPE_CHECKING:
    from concurrent.futures import Future

INJURED_DAYS, TREATED_DAYS, TREATED_FROM = (3, 7, 10, 13), (15, 16, 17), 14
ASSAY_HOUR = 2.0
#: Days of a dosed month, in which most rests are not run.
BEFORE_MONTH, OF_MONTH = (7, 13), (20, 27, 34, 41)
Days = tuple[int, ...]

DEFAULT = Numerics()
#: How finely time is split, each row against the first. Half the macro step has all of its rests run.
VARIANTS = {
    "default": DEFAULT,
    "other noise": replace(DEFAULT, noise=1),
    "every rest": replace(DEFAULT, rest_error=0.0),
    "macro step / 2": replace(DEFAULT, step_scale=0.5, rest_error=0.0),
    "rest epoch x 2": replace(DEFAULT, rest_seconds=2 * DEFAULT.rest_seconds),
    "slow sub-step / 2": replace(DEFAULT, longest_hours=0.5 * DEFAULT.longest_hours),
    "dt / 2": replace(DEFAULT, dt_ms=0.5 * DEFAULT.dt_ms),
    "double precision": replace(DEFAULT, precision="double"),
}

#: Those under which a dosed month is run.
OF_RESTS = ("default", "every rest", "other noise", "macro step / 2")

Outcomes = Mapping[str, float]


# --- the study with each part of the split made finer -----------------------------------------------------------


def study(animals: int, injured: Days = INJURED_DAYS, treated: Days = TREATED_DAYS) -> Study:
    """Ligated rats without and with duloxetine, thresholds of the injured paw from before surgery to the last day."""
    dosed = Arm("ligated", duloxetine.daily("10 mg/kg", route="s.c.", from_day=TREATED_FROM))
    pressure = assays.paw_pressure.on_days(-1, *injured, *treated, hour=ASSAY_HOUR, sides=("ipsi",))
    return Study(name="split-error", arms=(Arm("ligated"), dosed), animals=animals, assays=(pressure,))


def full_length(
    numerics: Numerics, number: int, size: float, injured: Days = INJURED_DAYS, treated: Days = TREATED_DAYS
) -> dict[str, float]:
    """The outcomes of one animal under both treatments."""
    plain, dosed = run_matched_animals(study(number, injured, treated).changed(size=size), number, numerics=numerics)
    place, last = "noradrenaline_dorsal_horn_ipsi_nanomolar", treated[-1:]
    return {
        "threshold before injury (g)": _threshold(plain, (-1,)),
        "threshold, injured (g)": _threshold(plain, injured),
        "threshold, duloxetine (g)": _threshold(dosed, treated),
        "duloxetine - vehicle (g)": _threshold(dosed, treated) - _threshold(plain, treated),
        "sensitisation, injured": _slow(plain, "sensitisation_ipsi", injured),
        "sensitisation, duloxetine": _slow(dosed, "sensitisation_ipsi", treated),
        f"glutamate clearance, vehicle day {last[0]}": _slow(plain, "glutamate_clearance", last),
        f"glutamate clearance, duloxetine day {last[0]}": _slow(dosed, "glutamate_clearance", last),
        f"mood, duloxetine day {last[0]}": _slow(dosed, "mood", last),
        "LC rate, injured (Hz)": _slow(plain, "locus_coeruleus_spinal_rate", injured),
        "LC rate, duloxetine (Hz)": _slow(dosed, "locus_coeruleus_spinal_rate", treated),
        "NA in the cord, injured (nM)": _resting(plain, place, injured),
        "NA in the cord, duloxetine (nM)": _resting(dosed, place, treated),
    }


def _threshold(record: AnimalRecord, days: Sequence[int]) -> float:
    return float(np.mean([value.value for value in record.assays if value.day in days]))


def _slow(record: AnimalRecord, column: str, days: Sequence[int]) -> float:
    table = record.slow_state
    return _at_assays(table.hours, table.columns[column], days)


def _resting(record: AnimalRecord, name: str, days: Sequence[int]) -> float:
    rests = [epoch for epoch in record.epochs if epoch.purpose == "rest"]
    return _at_assays(np.array([e.hours for e in rests]), np.array([e.averages[name] for e in rests]), days)


def _at_assays(hours: np.ndarray, values: np.ndarray, days: Sequence[int]) -> float:
    """Mean of what was last seen before the assay of each day."""
    moments = [HOURS_PER_DAY * day + ASSAY_HOUR for day in days]
    return float(np.mean(values[np.searchsorted(hours, np.array(moments) + 1e-6) - 1]))


# --- summaries of the shortened problem -------------------------------------------------------------------------


def summary(track: Trajectory, half_width: float = 0.07) -> dict[str, float]:
    """The four quantities at the assays' hours, averaged over the days after injury and over those under block."""
    values: dict[str, float] = {}
    for phase, days in (("injured", INJURED_DAYS), ("blocked", TREATED_DAYS)):
        means = np.mean([track.at(day + ASSAY_HOUR / HOURS_PER_DAY, half_width) for day in days], axis=0)
        values |= {f"{name}, {phase}": float(mean) for name, mean in zip(Trajectory.NAMES, means, strict=True)}
    return values


def courses(track: Trajectory, half_width: float = 0.07) -> dict[str, float]:
    """The four quantities day by day, under `quantity|day`."""
    values: dict[str, float] = {}
    for day in (*INJURED_DAYS, *TREATED_DAYS):
        row = track.at(day + ASSAY_HOUR / HOURS_PER_DAY, half_width)
        values |= {f"{name}|{day}": float(value) for name, value in zip(Trajectory.NAMES, row, strict=True)}
    return values


def split_as_studied(problem: Problem, numerics: Numerics, number: int, size: float) -> Trajectory:
    """The shortened problem, split at the stops of the study's treated arm."""
    planned = study(number)
    moments = {stop.hours / HOURS_PER_DAY for stop in stops(planned, planned.arms[-1], numerics.step_scale)}
    return split(problem, moments, numerics, number, size)


def in_minutes(run: Callable[..., Trajectory], number: int, size: float) -> dict[str, float]:
    """Summary and courses of one run of the shortened problem."""
    track = run(Problem(), number=number, size=size)
    return summary(track) | courses(track)


#: The shortened problem without the split, with shorter epochs, and the ways of splitting it, each against the first.
SHORTENED: dict[str, Callable[..., Trajectory]] = {
    "unsplit": partial(unsplit, epoch_seconds=EPOCH_SECONDS),
    "unsplit, epochs / 2": partial(unsplit, epoch_seconds=0.5 * EPOCH_SECONDS),
    "split": partial(split_as_studied, numerics=DEFAULT),
    **{
        f"split, {name}": partial(split_as_studied, numerics=VARIANTS[name])
        for name in ("other noise", "macro step / 2", "rest epoch x 2")
    },
}


# --- running and showing ----------------------------------------------------------------------------------------


def measure(animals: int, size: float, workers: int, only: str = "") -> dict[str, dict[str, list[Outcomes]]]:
    """table -> column -> outcomes of each animal."""
    tasks = {("full length", name): partial(full_length, numerics) for name, numerics in VARIANTS.items()}
    tasks |= {
        ("dosed month", name): partial(full_length, VARIANTS[name], injured=BEFORE_MONTH, treated=OF_MONTH)
        for name in OF_RESTS
    }
    tasks |= {("shortened", name): partial(in_minutes, run) for name, run in SHORTENED.items()}
    tasks = {key: task for key, task in tasks.items() if key[0].startswith(only)}
    with ProcessPoolExecutor(workers, multiprocessing.get_context("spawn")) as pool:
        running: dict[Future, tuple[str, str, int]] = {
            pool.submit(task, number=number, size=size): (*key, number)
            for key, task in reversed(tasks.items())
            for number in range(1, animals + 1)
        }
        found = dict(_finished(running))
    table: dict[str, dict[str, list[Outcomes]]] = {}
    for kind, name in tasks:
        table.setdefault(kind, {})[name] = [found[kind, name, number] for number in range(1, animals + 1)]
    return table


def _finished(running: Mapping[Future, tuple[str, str, int]]) -> Iterator[tuple[tuple[str, str, int], Outcomes]]:
    started = time.monotonic()
    for count, future in enumerate(as_completed(running), 1):
        kind, name, number = running[future]
        said = f"{count}/{len(running)} {time.monotonic() - started:.0f} s: {kind}, {name}, animal {number}"
        print(said, file=sys.stderr, flush=True)
        yield running[future], future.result()


def differences(columns: Mapping[str, Sequence[Outcomes]]) -> dict[str, dict[str, Estimate]]:
    """outcome -> column -> mean of the first column, and the paired differences of all others from it."""
    first = next(iter(columns))
    rows: dict[str, dict[str, Estimate]] = {}
    for outcome in columns[first][0]:
        values = {name: np.array([found[outcome] for found in column]) for name, column in columns.items()}
        rows[outcome] = {first: mean_interval(values[first])}
        rows[outcome] |= {name: paired_difference(v, values[first]) for name, v in values.items() if name != first}
    return rows


def written(rows: Mapping[str, Mapping[str, Estimate]]) -> str:
    """A Markdown table; * marks a difference whose interval leaves out 0."""
    names = list(next(iter(rows.values())))
    lines = ["| outcome | " + " | ".join(names) + " |", "|---|" + "---:|" * len(names)]
    for outcome, cells in rows.items():
        shown = [f"{cells[names[0]].value:.3g}", *(_difference(cells[name]) for name in names[1:])]
        lines.append(f"| {outcome} | " + " | ".join(shown) + " |")
    return "\n".join(lines)


def _difference(estimate: Estimate) -> str:
    value, low, high = (round(x, 9) + 0.0 for x in (estimate.value, estimate.low, estimate.high))
    return f"{value:+.2g}{'*' if low > 0 or high < 0 else ''} [{low:+.2g}, {high:+.2g}]"


def written_courses(columns: Mapping[str, Sequence[Outcomes]]) -> str:
    """A Markdown table of the mean courses, unsplit / split."""
    days = (*INJURED_DAYS, *TREATED_DAYS)
    lines = ["| day | " + " | ".join(map(str, days)) + " |", "|---|" + "---:|" * len(days)]
    for name in Trajectory.NAMES:
        cells = []
        for day in days:
            a, b = (np.mean([found[f"{name}|{day}"] for found in columns[c]]) for c in ("unsplit", "split"))
            cells.append(f"{a:.3g} / {b:.3g}")
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def report(table: Mapping[str, Mapping[str, Sequence[Outcomes]]]) -> str:
    """All tables in Markdown."""
    parts = []
    for kind, columns in table.items():
        rows = {outcome: cells for outcome, cells in differences(columns).items() if "|" not in outcome}
        parts.append(f"{kind}: mean over animals, then paired differences from it [95 % interval]\n\n{written(rows)}")
        if kind == "shortened":
            parts.append(f"shortened: courses, unsplit / split\n\n{written_courses(columns)}")
    return "\n\n".join(parts)


def main() -> None:
    """Read the command line, run, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print every animal's outcomes instead of tables")
    parser.add_argument("--animals", type=int, default=4, help="animals, each its own control")
    parser.add_argument("--size", type=float, default=1.0, help="scale of all populations")
    parser.add_argument("--workers", type=int, default=2, help="processes")
    parser.add_argument("--only", choices=("full length", "dosed month", "shortened"), default="", help="one of them")
    given = parser.parse_args()
    table = measure(given.animals, given.size, given.workers, given.only)
    print(json.dumps(table, indent=1) if given.json else report(table))


if __name__ == "__main__":
    main()
