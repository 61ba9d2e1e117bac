"""Waveforms of a stimulus that is written as a table: one course for each of its strengths."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from brian2.units import kelvin, metre, second, watt

from circuits.stimulus import BIN, SKIN_TEMPERATURE, Stimulus
from core.errors import UserError
from core.quantities import read_quantity
from core.stimulus_course import StimulusCourse
from core.units import gram_force, millinewton
from experiments.laboratory import stimuli
from experiments.laboratory.assays.paw_pressure import PAW_PRESSURE_PUNCTATE
from experiments.laboratory.assays.plantar_heat import HEAT_FLUX, warming
from experiments.laboratory.stimulus_quantities import celsius, millinewtons, millinewtons_per_second
from experiments.protocol.extensions.assay_table import StimulusTable

#: Kinds of stimuli whose strength is a force.
FORCES = ("filament", "pinch", "press")
_MILLINEWTONS_PER_GRAM = float(gram_force / millinewton)


@dataclass(frozen=True)
class Course:
    """One strength of a stimulus.

    stimulus: with its waveforms on the ipsilateral paw. shown: what the experimenter reads in each bin, g or degrees
    Celsius; None where there is nothing to read. start, stop: seconds of the epoch.
    """

    label: str
    stimulus: Stimulus
    shown: np.ndarray | None
    start: float
    stop: float

    @property
    def top(self) -> float:
        """The strongest that is shown."""
        return 0.0 if self.shown is None else float(self.shown.max())

    @property
    def slug(self) -> str:
        """The strength as a part of a name: `15_g`."""
        return "_".join(self.label.split())

    def on(self, paws: tuple[str, ...]) -> Stimulus:
        """The stimulus on these paws."""
        given = self.stimulus
        kinds = ("force", "temperature", "brush", "electric")
        waves: dict[str, Any] = {
            kind: dict.fromkeys(paws, getattr(given, kind)["ipsi"]) for kind in kinds if getattr(given, kind)
        }
        shown = tuple(StimulusCourse(each.kind, side, each.values) for each in given.shown for side in paws)
        return replace(given, **waves, shown=shown)


def courses_of(table: StimulusTable) -> tuple[Course, ...]:
    """The course of each strength, one where the kind has none; `UserError` with the field that is wrong."""
    if not table.strengths:
        return (_unvaried(table),)
    courses = (_course(table, text, f"stimulus.strengths[{k}]") for k, text in enumerate(table.strengths))
    return tuple(courses)


def _unvaried(table: StimulusTable) -> Course:
    """The stimulus of a kind that has no strength."""
    start, length, after = (_time(table, key) for key in ("before", "seconds", "after"))
    if table.kind == "rest":
        return Course("", stimuli.rest(length), None, 0.0, length)
    given = stimuli.brush("ipsi", seconds=length, before=start, after=after)
    return Course("", given, None, start, start + length)


def _course(table: StimulusTable, text: str, where: str) -> Course:
    """The stimulus of one strength."""
    start, after = _time(table, "before"), _time(table, "after")
    if table.kind == "electric":
        return _pulses(table, text, where)
    rest = 0.0 if table.kind in FORCES else SKIN_TEMPERATURE
    top = _strength(table.kind, text, where)
    length = _time(table, "seconds") if table.rise is None else (top - rest) / _speed(table)
    if length <= BIN:
        raise UserError(f'{where} = "{text}": the stimulus lasts {length:.3g} s; expected more than {BIN:g} s.')
    lead, on, tail = (math.ceil(round(each / BIN, 6)) for each in (start, length, after))
    passed = (np.arange(on) + 1) * BIN
    wave = np.full(lead + on + tail, rest)
    wave[lead : lead + on] = _wave(table, top, rest, passed)
    return _waved(table, text, wave, lead, on)


def _wave(table: StimulusTable, top: float, rest: float, passed: np.ndarray) -> np.ndarray:
    """Strength at `passed` seconds of the stimulus."""
    if table.kind == "radiant heat":
        return SKIN_TEMPERATURE + warming(passed) * top / HEAT_FLUX.si
    if table.rise is not None:
        return np.minimum(rest + passed * _speed(table), top)
    if table.time_constant is not None:
        return rest + (top - rest) * (1.0 - np.exp(-passed / _time(table, "time_constant")))
    return np.full(len(passed), top)


def _waved(table: StimulusTable, text: str, wave: np.ndarray, lead: int, on: int) -> Course:
    """The course of a strength by bins: rest for `lead` of them, then the stimulus for `on`."""
    seconds = stimuli.rest(round(len(wave) * BIN, 2)).seconds
    start, stop = lead * BIN, (lead + on) * BIN
    if table.kind in FORCES:
        grams = wave / _MILLINEWTONS_PER_GRAM
        felt = wave * (PAW_PRESSURE_PUNCTATE.si if table.kind == "press" else 1.0)
        shown = (StimulusCourse("force", "ipsi", grams),) if table.kind == "press" else ()
        return Course(text, Stimulus(seconds, force={"ipsi": felt}, shown=shown), grams, start, stop)
    return Course(text, Stimulus(seconds, temperature={"ipsi": wave}), wave, start, stop)


def _pulses(table: StimulusTable, text: str, where: str) -> Course:
    start, after = _time(table, "before"), _time(table, "after")
    every = 1.0 if table.every is None else _time(table, "every")
    moments = [start + k * every for k in range(int(table.pulses or 1))]
    try:
        strength = float(text)
    except ValueError:
        raise UserError(
            f'{where} = "{text}": expected a multiple of the threshold of A-beta fibres, such as 22.5.'
        ) from None
    given = stimuli.electric("ipsi", strength, at=moments, after=after, place=table.place)
    shown = np.full(given.bins, strength)
    return Course(text, given, shown, start, given.seconds)


def _strength(kind: str, text: str, where: str) -> float:
    """In mN, degrees Celsius or W/m2."""
    if kind == "heat":
        return celsius(text, where)
    if kind == "radiant heat":
        flux = float(read_quantity(text, watt / metre**2, where, "5600 W/m^2"))
        if not 0.0 < flux <= 1e5:
            raise UserError(f'{where} = "{text}": expected a flux above 0 and at most 100000 W/m^2.')
        return flux
    return millinewtons(text, where)


def _speed(table: StimulusTable) -> float:
    """mN/s, or K/s."""
    where = "stimulus.rise"
    if table.kind != "heat":
        return millinewtons_per_second(str(table.rise), where)
    speed = float(read_quantity(str(table.rise), kelvin / second, where, "1 K/s"))
    if not 0.0 < speed <= 1000.0:
        raise UserError(f'{where} = "{table.rise}": expected a rise above 0 and at most 1000 K/s.')
    return speed


def _time(table: StimulusTable, key: str) -> float:
    """A time of the table, in s."""
    text = str(getattr(table, key))
    found = float(read_quantity(text, second, f"stimulus.{key}", "2 s"))
    if not 0.0 <= found <= stimuli.LONGEST_EPOCH or (key not in ("before", "after") and found < BIN):
        least = "0 s" if key in ("before", "after") else f"{BIN:g} s"
        raise UserError(f'stimulus.{key} = "{text}": expected {least} to {stimuli.LONGEST_EPOCH:g} s.')
    return found
