"""Results of one animal as plain frozen data: spikes, averages, assay values, tables over time.

The packages that make and read them know these classes and not one another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class SpikeTrain:
    """Spikes of one population in one epoch.

    Parameters
    ----------
    seconds : numpy.ndarray
        float64 of shape (n,): times from the start of the epoch, never decreasing.
    index : numpy.ndarray
        uint32 of shape (n,): the cell within the population, from 0.
    cells : int
        How many cells the population has, silent ones too.
    """

    seconds: np.ndarray
    index: np.ndarray
    cells: int


@dataclass(frozen=True)
class EpochRecord:
    """One epoch, a stretch of spiking simulation, and the averages over it.

    Parameters
    ----------
    label, purpose : str
        Its name within the animal, and what it was for.
    hours : float
        When it started, in hours from surgery; negative before surgery.
    seconds : float
        How long it lasted.
    spikes : mapping of str to SpikeTrain
        By population.
    averages : mapping of str to float
        Means over the epoch. The unit is the last word of the name: `locus_coeruleus_rate_hertz`,
        `noradrenaline_dorsal_horn_ipsi_nanomolar`.
    """

    label: str
    purpose: str
    hours: float
    seconds: float
    spikes: Mapping[str, SpikeTrain]
    averages: Mapping[str, float]


@dataclass(frozen=True)
class AssayValue:
    """One number that an assay read from spikes or concentrations.

    Parameters
    ----------
    assay, name : str
        The assay, and what is measured: `paw_pressure_threshold`, `microdialysis_noradrenaline`.
    side : str
        "ipsi", "contra", or "" where it has none.
    value : float
        In `unit`.
    unit : str
        As it is written in results.
    day : int
        From surgery.
    hour : float
        Within that day; 0 is the hour of dosing.
    censored : bool
        Whether the stimulus ended (cut-off) without a withdrawal.
    phase : str
        What had just been done to the animal, such as `intrathecal idazoxan`; "" for nothing.
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
    """Columns over days: the slow state of an animal, or its concentrations.

    Parameters
    ----------
    hours : numpy.ndarray
        Of shape (n,): hours from surgery.
    columns : mapping of str to numpy.ndarray
        By name, each of shape (n,).
    units : mapping of str to str
        Of the columns that have one.
    """

    hours: np.ndarray
    columns: Mapping[str, np.ndarray]
    units: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class AnimalRecord:
    """All results of one animal of one arm.

    Parameters
    ----------
    study, arm : str
        Their names.
    animal : int
        Its number within the arm, from 1.
    circuit : str
        The name of its circuit.
    epochs : tuple of EpochRecord
        In order of time.
    assays : tuple of AssayValue
        In order of time.
    slow_state, concentrations : SlowTable
        Over all days.
    provenance : mapping of str to object
        Facts that JSON can hold: study, seed, versions, compiler, processor.
    """

    study: str
    arm: str
    animal: int
    circuit: str
    epochs: tuple[EpochRecord, ...]
    assays: tuple[AssayValue, ...]
    slow_state: SlowTable
    concentrations: SlowTable
    provenance: Mapping[str, Any]
