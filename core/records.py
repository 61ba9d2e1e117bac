"""Results of one animal as plain frozen data: spikes, averages, assay values, tables over time.

The packages that make and read them know these classes and not one another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from core.stimulus_course import AppliedStimuli, StimulusCourse, Window, applied_stimuli, windows


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
    phase : str
        What had just been injected, lit or lesioned, such as `intrathecal idazoxan`; "" for nothing.
    stimuli : tuple of StimulusCourse
        What was done to the paws, as the experimenter's device shows it; none at rest.
    dose_hours : float, optional
        Hours since the last dose of anything that acts; None where there was none. A dose at the hour of the epoch
        comes after it.
    """

    label: str
    purpose: str
    hours: float
    seconds: float
    spikes: Mapping[str, SpikeTrain]
    averages: Mapping[str, float]
    phase: str = ""
    stimuli: tuple[StimulusCourse, ...] = ()
    dose_hours: float | None = None

    @property
    def applied(self) -> AppliedStimuli:
        """Kind, side, strength and onset of the stimulus, in the columns of results."""
        return applied_stimuli(self.stimuli, self.seconds)

    @property
    def windows(self) -> tuple[Window, ...]:
        """Its parts before, during and after the stimulus, a rising one cut into bands of strength."""
        return windows(self.stimuli, self.seconds)


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
    epochs : range
        Positions of the epochs that it was read from, in `AnimalRecord.epochs`; empty where it was read from none. Two
        values are equal whatever they are.
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
    epochs: range = field(default=range(0), compare=False)


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
        Facts that JSON can hold: all that was done to the animal and with what, enough to make it again.
    machine : mapping of str to object
        Facts of the machine that made it: processor, system, commit. Equal animals may differ in them.
    cells : mapping of str to mapping of str to numpy.ndarray
        Population -> what each of its cells or fibres drew, each (cells,): root, thresholds, membrane parameters. The
        unit stands in `cell_units`.
    cell_units : mapping of str to str
        Parameter of a cell -> its unit.
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
    machine: Mapping[str, Any] = field(default_factory=dict)
    cells: Mapping[str, Mapping[str, np.ndarray]] = field(default_factory=dict)
    cell_units: Mapping[str, str] = field(default_factory=dict)
