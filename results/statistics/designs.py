"""When arms begin to differ: the start of each contrast, and the stages in which a study has distinct histories.

Animals of two arms that have had the same circuit, manipulation and doses so far are the same animals, number for
number. Their values say nothing about the arms, so that such arms count once until they differ.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from results.comparison.contrasts import Contrast

SURGERY_HOURS = 0.0


@dataclass(frozen=True)
class Stage:
    """A time in which the same arms differ.

    Attributes
    ----------
    after, until
        Hours from surgery: measurements later than `after`, up to `until`.
    arms
        One arm for each history that is distinct then.
    """

    after: float
    until: float
    arms: tuple[str, ...]


@dataclass(frozen=True)
class Span:
    """When a contrast is looked at.

    Attributes
    ----------
    contrast
        Of two arms.
    baseline
        Hours from surgery at which its arms begin to differ: the last measure up to then is an animal's own baseline.
    tested_after
        Hours from surgery after which it is tested.
    """

    contrast: Contrast
    baseline: float
    tested_after: float


def spans(contrasts: Sequence[Contrast], arms: pd.DataFrame, first_doses: Mapping[str, float]) -> list[Span]:
    """The moments between which each contrast is looked at.

    The baseline is the surgery where the circuits differ or no dose is known, else the first dose of either arm. Two
    circuits under the same treatment are tested after its first dose, where their untreated arms are a contrast too:
    until then both contrasts are one and the same.
    """
    found = []
    for contrast in contrasts:
        pair = arms.loc[[contrast.arm, contrast.reference]]
        dose = min(first_doses.get(name, math.inf) for name in pair.index)
        injured = pair["circuit"].iloc[0] != pair["circuit"].iloc[1]
        baseline = SURGERY_HOURS if injured or math.isinf(dose) else dose
        doubled = (
            injured
            and math.isfinite(dose)
            and any(
                _without_doses(other, first_doses) and _circuits(other, arms) == _circuits(contrast, arms)
                for other in contrasts
            )
        )
        found.append(Span(contrast, baseline, max(dose, baseline) if doubled else baseline))
    return found


def _without_doses(contrast: Contrast, first_doses: Mapping[str, float]) -> bool:
    return all(math.isinf(first_doses.get(name, math.inf)) for name in (contrast.arm, contrast.reference))


def _circuits(contrast: Contrast, arms: pd.DataFrame) -> list[tuple[str, str]]:
    """Circuit and manipulation of both arms."""
    pair = arms.loc[[contrast.arm, contrast.reference], ["circuit", "manipulation"]]
    return list(pair.itertuples(index=False, name=None))


def stages(arms: pd.DataFrame, first_doses: Mapping[str, float]) -> list[Stage]:
    """The stages of a study that have two distinct histories or more, in the order of time.

    Parameters
    ----------
    arms
        Indexed by name, with circuit, treatment and manipulation.
    first_doses
        Arm -> hours from surgery to its first dose; infinite, or left out, where it is given none.
    """
    doses = sorted({first_doses[arm] for arm in arms.index if math.isfinite(first_doses.get(arm, math.inf))})
    edges = sorted({SURGERY_HOURS, *(dose for dose in doses if dose > SURGERY_HOURS)})
    found = []
    for after, until in zip(edges, [*edges[1:], math.inf], strict=True):
        chosen = _distinct(arms, first_doses, after)
        if len(chosen) > 1:
            found.append(Stage(after, until, chosen))
    return found


def _distinct(arms: pd.DataFrame, first_doses: Mapping[str, float], after: float) -> tuple[str, ...]:
    """One arm for each history, in the order of the arms; where it may be chosen, one that is dosed latest."""
    histories: dict[tuple[str, ...], list[str]] = {}
    for name, arm in arms.iterrows():
        dose = first_doses.get(str(name), math.inf)
        begun = math.isinf(dose) or dose <= after
        treatment = arm["treatment"] if begun else _untreated(arms, first_doses)
        histories.setdefault((arm["circuit"], treatment, arm["manipulation"]), []).append(str(name))
    latest = {max(names, key=lambda name: first_doses.get(name, math.inf)) for names in histories.values()}
    return tuple(name for name in arms.index if name in latest)


def _untreated(arms: pd.DataFrame, first_doses: Mapping[str, float]) -> str:
    """The treatment of an arm without a dose, which a treated arm has had until its first; "" without such an arm."""
    names: Sequence[str] = [name for name in arms.index if math.isinf(first_doses.get(name, math.inf))]
    return str(arms.loc[names[0], "treatment"]) if names else ""
