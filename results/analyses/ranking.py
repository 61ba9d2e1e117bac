"""Drugs in the order of their effect, and how much of what the injury took each gives back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from results.analyses.analysis import Analysis, interval
from results.analyses.effects import Effect, Study, effects, in_measure, named
from results.contrasts import BASELINES, Measure
from results.folder import Arm
from results.statistics import Estimate, mean_interval, ratio_of_means
from results.tables import Table

HOURS_PER_DAY = 24.0
RANKING = {
    "assay": str,
    "name": str,
    "side": str,
    "unit": str,
    "day": int,
    "hour": float,
    "circuit": str,
    "rank": int,
    "arm": str,
    "drug_class": str,
    "treatment": str,
    "n": int,
    **dict.fromkeys(("effect", "low", "high", "percent_of_loss", "percent_low", "percent_high"), float),
    "censored": int,
}
_PLACE = ("assay", "name", "side", "unit", "day", "hour")


def ranking(study: Study) -> Analysis:
    """Arms without manipulation by measure and circuit, the largest effect first; percent of the injury's loss where
    an uninjured vehicle arm tells what was lost.
    """
    rows = []
    for (measure, circuit), found in _groups(study).items():
        ordered = sorted(found, key=lambda effect: -float(effect.values.mean()))
        for rank, effect in enumerate(ordered, start=1):
            place = tuple(getattr(measure, name) for name in _PLACE)
            rows.append((*place, circuit, rank, *_numbers(study, effect)))
    table = Table.of_rows(RANKING, rows)
    title = "RANKING: treated minus vehicle, paired by animal [95 % interval]; percent of what the injury took"
    lines = tuple(_lines(table))
    return Analysis("ranking", title, {"ranking": table}, lines or ("No treated arm has a vehicle arm beside it.",))


def _groups(study: Study) -> Mapping[tuple[Measure, str], list[Effect]]:
    """Effects after the first dose, by measure and circuit."""
    groups: dict[tuple[Measure, str], list[Effect]] = {}
    for effect in effects(study):
        if effect.arm.given and not effect.arm.manipulation:
            first = min(HOURS_PER_DAY * given.from_day + given.hour for given in effect.arm.given)
            if HOURS_PER_DAY * effect.measure.day + effect.measure.hour > first:
                groups.setdefault((effect.measure._replace(phase=""), effect.arm.circuit), []).append(effect)
    order = {arm.circuit: k for k, arm in reversed(list(enumerate(study.arms)))}
    return dict(sorted(groups.items(), key=lambda item: (*item[0][0], order[item[0][1]])))


def _numbers(study: Study, effect: Effect) -> tuple[Any, ...]:
    arm, mean, share = effect.arm, mean_interval(effect.values), _of_loss(study, effect)
    kinds = " + ".join(dict.fromkeys(given.drug_class for given in arm.given))
    percent = (100 * share.value, 100 * share.low, 100 * share.high)
    return (arm.name, kinds, arm.treatment, mean.n, mean.value, mean.low, mean.high, *percent, effect.censored)


def _of_loss(study: Study, effect: Effect) -> Estimate:
    """Effect over what separates the injured vehicle arm from the uninjured one, with Fieller's interval."""
    control = study.controls[effect.arm.name]
    healthy = _uninjured(study, control)
    if healthy is None:
        return Estimate(0, np.nan, np.nan, np.nan, np.nan)
    whole, injured = in_measure(study, healthy, effect.measure), in_measure(study, control, effect.measure)
    animals = [k for k in effect.animals if k in whole and k in injured]
    gained = np.array([effect.values[effect.animals.index(k)] for k in animals])
    return ratio_of_means(gained, np.array([whole[k][0] - injured[k][0] for k in animals]))


def _uninjured(study: Study, control: Arm) -> Arm | None:
    if control.circuit == BASELINES["circuit"]:
        return None
    alike = (BASELINES["circuit"], control.treatment, control.manipulation)
    return next((arm for arm in study.arms if (arm.circuit, arm.treatment, arm.manipulation) == alike), None)


def _lines(table: Table) -> Iterator[str]:
    """One block per measure and circuit, one line per arm."""
    head: tuple[Any, ...] = ()
    width = max((len(name) for name in table.distinct("arm")), default=0)
    for row in table.rows():
        place = tuple(row[name] for name in (*_PLACE, "circuit"))
        if place != head:
            head = place
            measure = Measure(row["assay"], row["name"], row["side"], "", row["unit"], row["day"], row["hour"])
            yield f"{row['circuit']}; {named(measure)} ({row['unit']}):"
        percent = interval(row["percent_of_loss"], row["percent_low"], row["percent_high"])
        of_loss = f", {percent} %" if np.isfinite(row["percent_of_loss"]) else ""
        cut = f", {row['censored']} cut" if row["censored"] else ""
        effect = interval(row["effect"], row["low"], row["high"])
        yield f"  {row['rank']:2}  {row['arm']:{width}}  {row['drug_class']:14}  {effect} ({row['n']}{cut}){of_loss}"
