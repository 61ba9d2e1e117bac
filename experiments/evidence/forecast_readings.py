"""Readings without spikes: what a forecast tells of the average animal of an arm.

Transmitters stand where release balances clearance, and cells fire as the slow clock expects of them under the drugs
(`experiments.laboratory.forecast`). So an arm takes milliseconds, and all its animals are the same. What only spikes
tell, such as a threshold or what an injury does to firing, is no reading here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from circuits import naive
from circuits.moment import Moment
from circuits.slow_state import UNDISTURBED
from core.days import hours_from_surgery
from core.sourced import with_value
from core.vocabulary import COMPARTMENTS, SIDES
from drugs import Regimen, Substance
from experiments.evidence.drug_readings import drug_number
from experiments.evidence.readings import DERIVED_READINGS, value_of_animals
from experiments.evidence.value import DRUG_READINGS, Value
from experiments.laboratory.assays.microdialysis import IN_THE_BRAIN
from experiments.laboratory.forecast import FORECAST_STEP, followed
from experiments.laboratory.timetable import regimens_given
from experiments.protocol.arm import Arm
from experiments.protocol.study import Study

#: What gives a reading of the animal at a moment.
_OF_MOMENT = Callable[[Moment], float]
_LOCUS_COERULEUS = ("locus_coeruleus_spinal", "locus_coeruleus_ascending")
#: Parts of an epoch in which nothing is done to the animal.
_AT_REST = ("", "rest", "before")


def readable(value: Value) -> bool:
    """Whether a forecast tells a value, and what it is compared with in the animal."""
    second = value.second
    return _known(value) and (second is None or _known(second))


@dataclass(frozen=True, eq=False)
class ForecastArms:
    """The arms of a study, each as an average animal without spikes.

    Attributes
    ----------
    study
        Whose arms they are.
    animals
        How many animals of an arm are told; they are all the same.
    drug_numbers
        Path of a number of a drug, such as "fluoxetine.kinetics.disposition.volume" -> its value with unit, in place of
        its own.
    """

    study: Study
    animals: int
    drug_numbers: Mapping[str, str | float] = field(default_factory=dict)
    _moments: dict[tuple[str, float], Moment] = field(default_factory=dict, init=False, repr=False)

    def read(self, arm: str, value: Value) -> dict[int, float]:
        """Animal number -> what a value names; nothing where only spikes tell it."""
        if not readable(value):
            return {}
        return value_of_animals(value, lambda each: dict.fromkeys(self._numbers, self._number(arm, each)))

    @property
    def _numbers(self) -> range:
        return range(1, self.animals + 1)

    def _number(self, name: str, value: Value) -> float:
        hours = hours_from_surgery(value.day, value.hour)
        if value.name in DRUG_READINGS:
            return drug_number(self._given[name], value, hours)
        read, span = _reading(value), value.mean_over_hours
        assert read is not None, f"{value.name} is no reading of a forecast"
        if not span:
            return read(self._moment(name, hours, value.assay or _assay_of(value.name)))
        grid = np.linspace(hours - span, hours, 1 + math.ceil(2.0 * span / FORECAST_STEP))
        return float(np.trapezoid([read(self._moment(name, hour)) for hour in grid.tolist()], grid)) / span

    @cached_property
    def _given(self) -> dict[str, tuple[Regimen, ...]]:
        """Arm -> its regimens, with other numbers of drugs."""
        return {
            arm.name: tuple(with_drug_numbers(regimens_given(self.study, arm), self.drug_numbers))
            for arm in self.study.effective_arms
        }

    def _moment(self, name: str, hours: float, assay: str = "") -> Moment:
        """The animal of an arm at an hour, during an assay."""
        if (name, hours) not in self._moments:
            self._follow(name, hours)
        found = self._moments[name, hours]
        return replace(found, assay=assay) if found.circuit.manipulations.anaesthesia else found

    def _follow(self, name: str, hours: float) -> None:
        """Keep the moments of all hours that the study measures an arm at, of one more, and of each dose on the way."""
        arm = self.study.arm(name)
        wanted = {hours, *(hours_from_surgery(day, each.hour) for each in self.study.assays for day in each.days)}
        start = _start(self.study, arm, self._given[name], min(wanted))
        doses = {hour for hour in _doses(self._given[name], max(wanted)) if hour > start}
        stops = sorted({start, *wanted, *doses})
        for hour, moment in zip(stops, followed(self._given[name], stops, arm.prepared_circuit()), strict=True):
            self._moments[name, hour] = moment


def with_drug_numbers(regimens: Iterable[Regimen], numbers: Mapping[str, str | float]) -> Iterable[Regimen]:
    """Yield the regimens with other numbers of their drugs and metabolites.

    Parameters
    ----------
    regimens
        What is given.
    numbers
        Path as `drugs.parameters` lists it -> value with unit; drugs that are not given are left out.

    Yields
    ------
    Regimen
        One for each.
    """
    for regimen in regimens:
        yield replace(regimen, drug=_renumbered(regimen.drug, numbers)) if numbers else regimen


def _renumbered(drug: Substance, numbers: Mapping[str, str | float]) -> Substance:
    for path, value in numbers.items():
        name, _, own = path.partition(".")
        metabolites = [f"metabolites.{each.name}.drug.{own}" for each in drug.metabolites if each.name == name]
        for place in [own] if name == drug.name else metabolites:
            drug = with_value(drug, place, value)
    return drug


def _start(study: Study, arm: Arm, given: Iterable[Regimen], first: float) -> float:
    """The hour that a forecast begins at: before anything happens to the animal, which until then is at rest."""
    if arm.prepared_circuit().is_injured or arm.marks():
        return min(study.begins, first, *arm.marks())
    return min([first, *_doses(given, first)])


def _doses(given: Iterable[Regimen], until: float) -> list[float]:
    """Hours from surgery of all doses up to an hour; of a minipump, its beginning and end."""
    return [float(hour) for regimen in given for hour in regimen.events(until)[0]]


def _known(value: Value) -> bool:
    return value.name in DRUG_READINGS or _reading(value) is not None


def _reading(value: Value) -> _OF_MOMENT | None:
    """What gives a value of the animal at a moment; None where only spikes tell it."""
    if value.name in DERIVED_READINGS:
        bases, derive = DERIVED_READINGS[value.name]
        parts = [_reading(value.model_copy(update={"name": base})) for base in bases]
        known = [part for part in parts if part is not None]
        return (lambda moment: derive(*(part(moment) for part in known))) if len(known) == len(parts) else None
    if value.name == "rate":
        return _rate(value.population) if value.part in _AT_REST and not value.window_seconds else None
    return _plain(value.name, value.side)


def _plain(name: str, side: str) -> _OF_MOMENT | None:
    place = _concentration(name, side)
    if place is not None:
        transmitter, compartment = place
        return lambda moment: moment.level(transmitter, compartment)
    if name == "locus_coeruleus_rest_rate":
        return _rate(_LOCUS_COERULEUS)
    if name.endswith("_rate"):
        return _rate((name.removesuffix("_rate"),))
    return (lambda moment: float(moment.state.variables[name])) if name in UNDISTURBED else None


def _concentration(name: str, side: str) -> tuple[str, str] | None:
    """Transmitter and compartment of a reading of microdialysis, or of an average of a rest epoch."""
    if name.endswith("_nanomolar"):
        transmitter, _, compartment = name.removesuffix("_nanomolar").partition("_")
        known = naive.has_transmitter(transmitter) and compartment in COMPARTMENTS
        return (transmitter, compartment) if known else None
    if not name.startswith("microdialysis_"):
        return None
    transmitter, _, place = name.removeprefix("microdialysis_").partition("_")
    if not naive.has_transmitter(transmitter):
        return None
    if place:
        return (transmitter, place) if place in IN_THE_BRAIN else None
    return (transmitter, f"dorsal_horn_{side}") if side in SIDES else None


def _assay_of(name: str) -> str:
    """The assay that a reading is of, as far as a forecast tells it."""
    return "microdialysis" if name.startswith("microdialysis_") else ""


def _rate(populations: Iterable[str]) -> _OF_MOMENT | None:
    """The mean rate of the cells of populations that release transmitters; None for any other population."""
    names = tuple(populations)

    def mean(moment: Moment) -> float:
        cells = [moment.circuit.cell_population(name).standard.si for name in names]
        return float(np.average([moment.rate(name) for name in names], weights=cells))

    return mean if names and all(name in naive.sources for name in names) else None
