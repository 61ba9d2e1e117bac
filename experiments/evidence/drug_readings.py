"""Readings of drugs: what a site holds and how much there is in plasma and tissue, from the doses of an arm alone.

They come from the functions by which the simulation itself follows its drugs, at the very hour that is asked for. No
animal is run for them. Animals of an arm differ where it draws the numbers of its drugs from their ranges.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from core.days import hours_from_surgery
from drugs import Regimen, exposure
from drugs.kinetics import concentration_table, plasma_concentrations
from experiments.evidence.value import PLASMA, Value
from experiments.laboratory.timetable import regimens_given
from experiments.protocol.ranges import varied
from experiments.protocol.study import Study


def drug_numbers(study: Study, arm: str, value: Value, animals: Iterable[int]) -> dict[int, float]:
    """Animal number -> occupancy in per cent, or concentration in nM.

    Parameters
    ----------
    study, arm
        What its animals are given.
    value
        A reading of drugs. At the hour of a dose it is as before that dose.
    animals
        Their numbers.
    """
    given, hours = study.arm(arm), hours_from_surgery(value.day, value.hour)
    regimens = regimens_given(study, given)
    if given.ranges is None:
        number = drug_number(regimens, value, hours)
        return dict.fromkeys(animals, number)
    return {n: drug_number(varied(regimens, given.ranges, study.seed, n), value, hours) for n in animals}


def drug_number(regimens: tuple[Regimen, ...], value: Value, hours: float) -> float:
    """Occupancy in per cent or a concentration in nM, after regimens, at an hour from surgery."""
    if value.name == "occupancy":
        return 100.0 * exposure(regimens, hours).at(value.place, value.site).occupancy
    if value.place == PLASMA:
        found = plasma_concentrations(regimens, hours)
        return float(np.sum(found.get(value.drug, 0.0)))
    columns = concentration_table(regimens, hours).columns
    return float(np.sum(columns.get(f"{value.drug}_{value.place}_nanomolar", 0.0)))
