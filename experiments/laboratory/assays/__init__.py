"""Assays: what is done to an animal in an epoch and how a number is read from its spikes; one file for each.

A withdrawal is read from the lamina I projection cells of the stimulated side: their mean rate, smoothed, passes
`WITHDRAWAL_RATE`. That criterion was calibrated once, on sham animals (`bluespot calibrate`), and holds for every
arm and assay. A new assay is its file and its name here; one from outside is an extension.
"""

from __future__ import annotations

import sys

from core.sourced import Sourced
from experiments.laboratory.assays.assay import Assay, Reading
from experiments.laboratory.assays.brush import brush
from experiments.laboratory.assays.electric_pulses import volleys_from_nerve, volleys_from_paw
from experiments.laboratory.assays.heat_ramp import heat_ramp
from experiments.laboratory.assays.held_force import held_force
from experiments.laboratory.assays.locus_coeruleus_recording import locus_coeruleus_recording
from experiments.laboratory.assays.microdialysis import microdialysis
from experiments.laboratory.assays.mood import mood
from experiments.laboratory.assays.natural_stimuli import natural_stimuli
from experiments.laboratory.assays.nsia import nsia
from experiments.laboratory.assays.paw_pressure import paw_pressure
from experiments.laboratory.assays.pinch import mean_rate, pinch, recruited_share
from experiments.laboratory.assays.plantar_heat import plantar_heat
from experiments.laboratory.assays.von_frey import von_frey
from experiments.laboratory.assays.wind_up import wind_up
from experiments.laboratory.assays.withdrawal import until_withdrawal, withdrawal

#: Every assay by its name.
ASSAYS: dict[str, Assay] = {
    assay.name: assay
    for assay in (
        *(paw_pressure, von_frey, plantar_heat, pinch, brush, nsia),
        *(held_force, natural_stimuli, heat_ramp, wind_up, volleys_from_paw, volleys_from_nerve),
        *(microdialysis, locus_coeruleus_recording, mood),
    )
}

__all__ = [
    "ASSAYS",
    "Assay",
    "Reading",
    "brush",
    "heat_ramp",
    "held_force",
    "locus_coeruleus_recording",
    "mean_rate",
    "microdialysis",
    "mood",
    "natural_stimuli",
    "nsia",
    "parameters",
    "paw_pressure",
    "pinch",
    "plantar_heat",
    "recruited_share",
    "until_withdrawal",
    "volleys_from_nerve",
    "volleys_from_paw",
    "von_frey",
    "wind_up",
    "withdrawal",
]


def parameters() -> dict[str, Sourced]:
    """Every number of the assays by name: those of the withdrawal, then those that stand beside each assay."""
    modules = dict.fromkeys([withdrawal.__module__, *(assay.perform.__module__ for assay in ASSAYS.values())])
    return {
        name.lower(): value
        for module in modules
        for name, value in vars(sys.modules[module]).items()
        if isinstance(value, Sourced)
    }
