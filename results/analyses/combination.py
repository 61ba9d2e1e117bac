"""The analysis of combinations: two drugs alone and in a fixed ratio, doses of equal effect, and the interaction index.

Loewe's interaction index is dose A / dose A alone + dose B / dose B alone, where the mixture and each single drug reach
the same effect. It is 1 where each drug can replace the other (Loewe 1953), and below 1 for synergy (Tallarida 2000).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from results.analyses.analysis import NOT_FROM_ZERO, Analysis, interval, number
from results.analyses.curves import Curve, curve, measures_of, milligrams
from results.analyses.effects import AnalysedStudy, about_resamples, named, percentiles
from results.analyses.hill import Hill
from results.comparison.contrasts import PLACE_COLUMNS, Measure
from results.comparison.frames import frame_of
from results.files.folder import DosingRecord, ManifestArm

UNREACHED = "not reached by all three within the doses given"
#: The sentence tells the per cent of resamples outside the given doses where it is more than this.
MOST_BEYOND = 5.0
_MIXTURE_COLUMNS = {
    "circuit": str,
    "manipulation": str,
    "drug_a": str,
    "drug_b": str,
    "unit_a": str,
    "unit_b": str,
    "share_b": float,
}
_INDEX_NUMBERS = [
    f"{name}{end}"
    for name in ("alone_a", "alone_b", "together_a", "together_b", "index")
    for end in ("", "_low", "_high")
]
COMBINATION_COLUMNS = {
    **_MIXTURE_COLUMNS,
    **PLACE_COLUMNS,
    "n": int,
    "level": float,
    **dict.fromkeys(_INDEX_NUMBERS, float),
    "beyond": float,
    "outcome": str,
}


@dataclass(frozen=True)
class Mixture:
    """Curves of drug A alone, drug B alone and both; doses of the mixture are totals, of which `share_b` is drug B."""

    alone_a: Curve
    alone_b: Curve
    both: Curve
    share_b: float

    @property
    def curves(self) -> tuple[Curve, Curve, Curve]:
        """The curves of A alone, B alone and both."""
        return self.alone_a, self.alone_b, self.both

    def level(self) -> float:
        """Half of the smaller of the two changes that A and B alone bring at their highest doses."""
        changes = [float(c.best.at(np.array([c.highest]))[0]) - c.best.bottom for c in (self.alone_a, self.alone_b)]
        return 0.5 * min(changes, key=abs)

    def within(self, level: float, hills: Sequence[Hill]) -> list[bool]:
        """For each curve, whether it changes by `level` within the given doses."""
        return [
            c.lowest <= hill.dose_for(hill.bottom + level) <= c.highest
            for c, hill in zip(self.curves, hills, strict=True)
        ]

    def at(self, level: float, hills: Sequence[Hill]) -> np.ndarray:
        """Doses that change the effect by `level`: A alone, B alone, A and B in the mixture; and the index, (5,)."""
        a, b, total = (hill.dose_for(hill.bottom + level) for hill in hills)
        if not np.isfinite(total):
            return np.array([a, b, np.inf, np.inf, np.inf])
        with_a, with_b = total * (1 - self.share_b), total * self.share_b
        index = np.inf if min(a, b) <= 0 else with_a / a + with_b / b
        return np.array([a, b, with_a, with_b, index])


def combination(study: AnalysedStudy) -> Analysis:
    """Doses of equal effect and interaction index of every pair of drugs that was given alone and together.

    Returns
    -------
    Analysis
        Its table `combination` has one row for each pair of drugs and measure.
    """
    rows, sentences = [], []
    for labels, mixture in mixtures(study):
        row = _row(mixture)
        rows.append((*labels, *mixture.both.measure.place, len(mixture.both.animals), *row))
        sentences.append(
            _sentence(labels, mixture, dict(zip(("level", *_INDEX_NUMBERS, "beyond", "outcome"), row, strict=True)))
        )
    title = "COMBINATION: doses of equal effect and interaction index [95 % interval, animals resampled]"
    nothing = "No two drugs were given alone and together in one ratio, each in three doses or more."
    tables = {"combination": frame_of(COMBINATION_COLUMNS, rows)}
    return Analysis("combination", title, tables, (*sentences, about_resamples()) if sentences else (nothing,))


def mixtures(study: AnalysedStudy) -> Iterator[tuple[tuple[Any, ...], Mixture]]:
    """Yield (labels, curves) of every pair given in one ratio at several totals, and alone in the same way."""
    groups: dict[tuple[Any, ...], dict[float, ManifestArm]] = {}
    for arm in study.arms:
        if len(arm.dosing_records) == 2 and arm.name in study.controls:
            one, other = sorted(arm.dosing_records, key=lambda record: record.drug)
            (dose, unit), (second, second_unit) = milligrams(one), milligrams(other)
            if dose > 0 and second > 0:
                share = round(second / (dose + second), 6)
                key = (arm.circuit, arm.manipulation, _way(one), _way(other), unit, second_unit, share)
                groups.setdefault(key, {})[dose + second] = arm
    for key, arms in groups.items():
        yield from _mixtures_of(study, key, arms)


def _mixtures_of(
    study: AnalysedStudy, key: tuple[Any, ...], arms: dict[float, ManifestArm]
) -> Iterator[tuple[tuple[Any, ...], Mixture]]:
    circuit, manipulation, one, other, unit, second_unit, share = key
    alone = [_alone(study, circuit, manipulation, way) for way in (one, other)]
    everyone = [*arms.values(), *alone[0].values(), *alone[1].values()]
    for measure in measures_of(study, everyone):
        found = [
            curve(study, by_dose, of, measure)
            for by_dose, of in ((alone[0], unit), (alone[1], second_unit), (arms, unit))
        ]
        a, b, both = found
        if a and b and both and a.animals == b.animals == both.animals:
            yield (circuit, manipulation, one[0], other[0], unit, second_unit, share), Mixture(a, b, both, share)


def _alone(study: AnalysedStudy, circuit: str, manipulation: str, way: tuple[Any, ...]) -> dict[float, ManifestArm]:
    return {
        milligrams(arm.dosing_records[0])[0]: arm
        for arm in study.arms
        if (arm.circuit, arm.manipulation) == (circuit, manipulation)
        if len(arm.dosing_records) == 1 and _way(arm.dosing_records[0]) == way and arm.name in study.controls
        if milligrams(arm.dosing_records[0])[0] > 0
    }


def _way(record: DosingRecord) -> tuple[Any, ...]:
    return record.label, record.route, record.schedule, record.from_day, record.hour


def _row(mixture: Mixture) -> tuple[Any, ...]:
    if any(found.flat for found in mixture.curves):
        return (np.nan, *[np.nan] * len(_INDEX_NUMBERS), np.nan, NOT_FROM_ZERO)
    level = mixture.level()
    best = mixture.at(level, [found.best for found in mixture.curves])
    if not all(mixture.within(level, [found.best for found in mixture.curves])):
        return (level, *[np.nan] * len(_INDEX_NUMBERS), np.nan, UNREACHED)
    resampled = list(zip(*(found.resampled for found in mixture.curves), strict=True))
    outside = [not all(mixture.within(level, hills)) for hills in resampled]
    beyond = 100.0 * float(np.mean(outside)) if outside else np.nan
    others = np.array([mixture.at(level, hills) for hills in resampled]).reshape(-1, 5)
    numbers: list[float] = []
    for value, all_of_them in zip(best.tolist(), others.T, strict=True):
        numbers += [value, *(end if np.isfinite(end) else np.nan for end in percentiles(all_of_them))]
    index_low, index_high = percentiles(others[:, 4])
    return (level, *numbers, beyond, _outcome(index_low, index_high))


def _outcome(low: float, high: float) -> str:
    if np.isnan(low) or np.isnan(high):
        return "too few animals for an interval"
    return "synergistic" if high < 1 else "antagonistic" if low > 1 else "additive"


def _sentence(labels: tuple[Any, ...], mixture: Mixture, row: dict[str, Any]) -> str:
    circuit, manipulation, one, other, unit, second_unit, share = labels
    who = ", ".join(filter(None, (f"{one} + {other} ({1 - share:.2g} : {share:.2g}), {circuit}", manipulation)))
    measure: Measure = mixture.both.measure
    head = f"{who}; {named(measure)} (n = {len(mixture.both.animals)}): "
    if np.isnan(row["index"]):
        return f"{head}no index; {_why(mixture, row, (one, other, 'both together'))}."

    def doses(name: str) -> str:
        return interval(row[name], row[f"{name}_low"], row[f"{name}_high"], ("?", "not reached"))

    means = {"additive": "the interval holds 1, so additive as far as these animals tell"}
    return (
        f"{head}for {row['level']:+.3g} {measure.unit}, {one} alone {doses('alone_a')} {unit}, {other} alone "
        f"{doses('alone_b')} {second_unit}, together {doses('together_a')} + {doses('together_b')}; interaction index "
        f"{doses('index')}: {means.get(row['outcome'], row['outcome'])}{_beyond(row)}."
    )


def _beyond(row: dict[str, Any]) -> str:
    """Words that say how often a resampled dose lies outside the given ones; "" where that is rare."""
    if not row["beyond"] > MOST_BEYOND:
        return ""
    return f"; in {row['beyond']:.0f} % of the resamples a dose lies outside those given"


def _why(mixture: Mixture, row: dict[str, Any], names: tuple[str, str, str]) -> str:
    flat = [name for name, found in zip(names, mixture.curves, strict=True) if found.flat]
    n = len(mixture.both.animals)
    return f"{NOT_FROM_ZERO} (n = {n}): {', '.join(flat)}" if flat else f"{number(row['level'])} {UNREACHED}"
