"""What an animal leaves behind: plain, frozen, free of the packages that made or read it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class SpikeTrain:
    """Spikes of one population in one epoch.

    seconds: float64 (n,), from the start of the epoch, not decreasing. index: uint32 (n,), cell within
    the population. cells: how many cells the population has, silent ones too.
    """

    seconds: np.ndarray
    index: np.ndarray
    cells: int


@dataclass(frozen=True)
class EpochRecord:
    """One stretch of spiking simulation and the averages it left.

    hours: slow-clock time of its start, from surgery (before surgery: negative). averages: named
    means over the epoch, the unit in the name's last word (`locus_coeruleus_rate_hertz`,
    `noradrenaline_dorsal_horn_ipsi_nanomolar`).
    """

    label: str
    purpose: str
    hours: float
    seconds: float
    spikes: Mapping[str, SpikeTrain]
    averages: Mapping[str, float]


@dataclass(frozen=True)
class AssayValue:
    """One number read from spikes or fields by an assay.

    name: what is measured (`paw_pressure_threshold`, `microdialysis_noradrenaline`). side: ipsi, contra
    or "" where it has none. censored: the stimulus ended (cut-off) without a withdrawal. phase: what had just been
    done to the animal ("" or a manipulation such as `intrathecal idazoxan`). hours: from surgery;
    hour: within the day `day` (0 = the hour of dosing).
    """

    assay: str
    name: str
    side: str
    value: float
    unit: str
    day: int
    hour: float
    censored: bool = False
    phase: str = ""


@dataclass(frozen=True)
class SlowTable:
    """Named columns over slow-clock time: slow state, or concentrations. hours (n,), columns each (n,)."""

    hours: np.ndarray
    columns: Mapping[str, np.ndarray]
    units: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class AnimalRecord:
    """All that one animal of one arm left. provenance: JSON-able facts (study, seed, versions, compiler, CPU, ...)."""

    study: str
    arm: str
    animal: int
    circuit: str
    epochs: tuple[EpochRecord, ...]
    assays: tuple[AssayValue, ...]
    slow_state: SlowTable
    concentrations: SlowTable
    provenance: Mapping[str, object]
