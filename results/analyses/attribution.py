"""The analysis of an attribution: how much of each drug's effect goes through which mechanism, by measure and day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from results.analyses.analysis import Analysis, interval
from results.analyses.effects import named
from results.analyses.shapley import Coalition, joined_first, joined_last, shapley_values
from results.comparison.contrasts import PLACE_COLUMNS, Measure, Samples
from results.comparison.frames import distinct, frame_of, rows_of
from results.statistics.intervals import mean_interval

#: Rows beside those of mechanisms: the effect with all mechanisms off, and that with all of them on.
REMAINDER, TOTAL = "rest", "total"
ATTRIBUTION_COLUMNS = {
    "arm": str,
    **PLACE_COLUMNS,
    "mechanism": str,
    "n": int,
    **dict.fromkeys(("value", "low", "high"), float),
    **dict.fromkeys(("alone", "alone_low", "alone_high"), float),
    **dict.fromkeys(("needed", "needed_low", "needed_high"), float),
}
_ARM_AND_PLACE = ("arm", *PLACE_COLUMNS)

#: Treated arm -> set of mechanisms that act -> (arm, vehicle arm) in which just these act.
Pairs = Mapping[str, Mapping[Coalition, tuple[str, str]]]


def attribution(samples: Samples, pairs: Pairs) -> Analysis:
    """Shapley values of the mechanisms in the effect of each arm, paired by animal, with Student's t intervals.

    Parameters
    ----------
    samples
        Arm -> measure -> animal number -> sample, of all arms in `pairs`.
    pairs
        The arms of every combination of mechanisms.

    Returns
    -------
    Analysis
        Its table `attribution` has for each arm, measure and mechanism the `value` (values and `rest` add up to
        `total`), `alone` (what the mechanism adds where no other acts) and `needed` (what is lost where only it is
        off). Animals that lack any combination are left out.
    """
    rows: list[tuple[Any, ...]] = []
    for arm, combinations in pairs.items():
        everyone = max(combinations, key=len)
        for measure in samples.get(combinations[everyone][0], {}):
            worth = _worth(samples, combinations, measure)
            if worth:
                rows += ((arm, *measure.place, *numbers) for numbers in _numbers(worth))
    table = frame_of(ATTRIBUTION_COLUMNS, rows)
    title = "ATTRIBUTION: what each mechanism adds to treated minus vehicle (animals) [95 % interval]"
    return Analysis("attribution", title, {"attribution": table}, tuple(_lines(table)))


def _worth(
    samples: Samples, combinations: Mapping[Coalition, tuple[str, str]], measure: Measure
) -> dict[Coalition, np.ndarray]:
    """Coalition -> effect of each animal that was measured in all coalitions; empty without such an animal."""
    measured = {
        acting: (samples.get(arm, {}).get(measure, {}), samples.get(control, {}).get(measure, {}))
        for acting, (arm, control) in combinations.items()
    }
    animals = sorted(set.intersection(*(set(one) & set(other) for one, other in measured.values())))
    if not animals:
        return {}
    return {
        acting: np.array([one[k].value - other[k].value for k in animals]) for acting, (one, other) in measured.items()
    }


def _numbers(worth: Mapping[Coalition, np.ndarray]) -> Iterator[tuple[Any, ...]]:
    """Rows (mechanism, n, value with interval, alone with interval, needed with interval)."""
    none, everyone = Coalition(), max(worth, key=len)
    nothing = (np.nan,) * 6
    for mechanism, values in shapley_values(worth).items():
        alone, needed = (_ends(of(worth, mechanism)) for of in (joined_first, joined_last))
        yield (mechanism, len(values), *_ends(values), *alone, *needed)
    yield (REMAINDER, len(worth[none]), *_ends(worth[none]), *nothing)
    yield (TOTAL, len(worth[everyone]), *_ends(worth[everyone]), *nothing)


def _ends(values: np.ndarray) -> tuple[float, float, float]:
    mean = mean_interval(values)
    return mean.value, mean.low, mean.high


def _lines(table: pd.DataFrame) -> Iterator[str]:
    """One block for each arm and measure, one line for each mechanism."""
    head: tuple[Any, ...] = ()
    width = max((len(name) for name in distinct(table["mechanism"])), default=0)
    for row in rows_of(table):
        place = tuple(row[name] for name in _ARM_AND_PLACE)
        if place != head:
            head = place
            yield f"{row['arm']}; {named(Measure.of_row(row))} ({row['unit']}):"
        text = f"  {row['mechanism']:{width}}  {interval(row['value'], row['low'], row['high'])} ({row['n']})"
        if row["mechanism"] not in (REMAINDER, TOTAL):
            alone = interval(row["alone"], row["alone_low"], row["alone_high"])
            text += f"; alone {alone}; needed {interval(row['needed'], row['needed_low'], row['needed_high'])}"
        yield text
