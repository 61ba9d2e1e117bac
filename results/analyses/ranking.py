"""The analysis of ranking: drugs in the order of their effect, and what share of the injury's loss each restores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd

from core.days import hours_from_surgery
from results.analyses.analysis import Analysis, interval
from results.analyses.effects import AnalysedStudy, Effect, effects, in_measure, named
from results.comparison.contrasts import PLACE_COLUMNS, UNINJURED, Measure, counterpart
from results.comparison.frames import distinct, frame_of, rows_of
from results.files.folder import ManifestArm
from results.statistics.intervals import Estimate, mean_interval, ratio_of_means

RANKING_COLUMNS = {
    **PLACE_COLUMNS,
    "circuit": str,
    "rank": int,
    "arm": str,
    "drug_class": str,
    "treatment": str,
    "n": int,
    **dict.fromkeys(("effect", "low", "high"), float),
    **dict.fromkeys(("percent_of_vehicle", "of_vehicle_low", "of_vehicle_high"), float),
    **dict.fromkeys(("percent_of_loss", "of_loss_low", "of_loss_high"), float),
    "censored": int,
}


def ranking(study: AnalysedStudy) -> Analysis:
    """Rank treated arms without manipulation by their effect, for each measure and circuit.

    Returns
    -------
    Analysis
        Its table `ranking` has one row for each arm and measure, the largest effect first: the effect, in per cent of
        vehicle, and in per cent of the injury's loss where an uninjured vehicle arm shows that something was lost.
    """
    rows = []
    for (measure, circuit), found in _groups(study).items():
        ordered = sorted(found, key=lambda effect: -float(effect.values.mean()))
        for rank, effect in enumerate(ordered, start=1):
            rows.append((*measure.place, circuit, rank, *_numbers(study, effect)))
    table = frame_of(RANKING_COLUMNS, rows)
    title = "RANKING: treated minus vehicle, paired by animal (pairs) [95 % interval]"
    lines = tuple(_lines(table))
    return Analysis("ranking", title, {"ranking": table}, lines or ("No treated arm has a vehicle arm beside it.",))


def _groups(study: AnalysedStudy) -> Mapping[tuple[Measure, str], list[Effect]]:
    """(measure, circuit) -> effects of its arms after the first dose."""
    groups: dict[tuple[Measure, str], list[Effect]] = {}
    for effect in effects(study):
        hours = hours_from_surgery(effect.measure.day, effect.measure.hour)
        if hours > effect.arm.first_dose_hours and not effect.arm.manipulation:
            groups.setdefault((effect.measure._replace(phase=""), effect.arm.circuit), []).append(effect)
    order = {arm.circuit: k for k, arm in reversed(list(enumerate(study.arms)))}
    return dict(sorted(groups.items(), key=lambda item: (*item[0][0], order[item[0][1]])))


def _numbers(study: AnalysedStudy, effect: Effect) -> tuple[Any, ...]:
    arm, mean = effect.arm, mean_interval(effect.values)
    kinds = " + ".join(dict.fromkeys(record.drug_class for record in arm.dosing_records))
    shares = (100 * n for e in (_of_vehicle(study, effect), _of_loss(study, effect)) for n in (e.value, e.low, e.high))
    return (arm.name, kinds, arm.treatment, mean.n, mean.value, mean.low, mean.high, *shares, effect.censored)


def _of_vehicle(study: AnalysedStudy, effect: Effect) -> Estimate:
    control = in_measure(study, study.controls[effect.arm.name], effect.measure)
    before = np.array([control[k][0] for k in effect.animals])
    return ratio_of_means(effect.values + before, before)


def _of_loss(study: AnalysedStudy, effect: Effect) -> Estimate:
    """Effect over the injury's loss (uninjured minus injured vehicle arm), with Fieller's interval.

    All NaN where the interval of the loss is not above 0.
    """
    control = study.controls[effect.arm.name]
    healthy = _uninjured(study, control)
    whole, injured = (in_measure(study, arm, effect.measure) if arm else {} for arm in (healthy, control))
    animals = [k for k in effect.animals if k in whole and k in injured]
    lost = np.array([whole[k][0] - injured[k][0] for k in animals])
    if not mean_interval(lost).low > 0:
        return Estimate(len(animals), np.nan, np.nan, np.nan, np.nan)
    return ratio_of_means(np.array([effect.values[effect.animals.index(k)] for k in animals]), lost)


def _uninjured(study: AnalysedStudy, control: ManifestArm) -> ManifestArm | None:
    if control.circuit in UNINJURED:
        return None
    return study.uninjured.get(control.name) or counterpart("circuit", control, study.arms)


def _lines(table: pd.DataFrame) -> Iterator[str]:
    """One block for each measure and circuit, one line for each arm."""
    head: tuple[Any, ...] = ()
    width = max((len(name) for name in distinct(table["arm"])), default=0)
    for row in rows_of(table):
        place = tuple(row[name] for name in (*PLACE_COLUMNS, "circuit"))
        if place != head:
            head = place
            yield f"{row['circuit']}; {named(Measure.of_row(row))} ({row['unit']}):"
        cut = f", {row['censored']} cut" if row["censored"] else ""
        effect = interval(row["effect"], row["low"], row["high"])
        which = f"  {row['rank']:2}  {row['arm']:{width}}  {row['drug_class']:14}"
        yield f"{which}  {effect} ({row['n']}{cut}); {_share(row)}"


def _share(row: Mapping[str, Any]) -> str:
    if np.isfinite(row["percent_of_loss"]):
        return f"{interval(row['percent_of_loss'], row['of_loss_low'], row['of_loss_high'])} % of the loss"
    percent = interval(row["percent_of_vehicle"], row["of_vehicle_low"], row["of_vehicle_high"])
    return f"{percent} % of vehicle"
