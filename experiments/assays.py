"""Assays: what is done to an animal in an epoch and how a number is read from its spikes.

A withdrawal is read from the lamina I projection cells of the stimulated side: their mean rate, smoothed, passes
`WITHDRAWAL_RATE`. That criterion was calibrated once, on sham animals (`bluespot calibrate`), and holds for every
arm and assay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from brian2.units import Hz, joule, kelvin, meter, ms, second, watt

from circuits.stimulus import BIN, SKIN_TEMPERATURE, Stimulus, Watch
from core.records import SpikeTrain
from core.sourced import ASSUMED, FITTED, Sourced
from core.units import gram_force, hour, millinewton
from core.vocabulary import SIDES
from experiments.bench import Bench
from experiments.up_down import VON_FREY_GRAMS, up_down_threshold

if TYPE_CHECKING:
    from experiments.measurement import Measurement

WITHDRAWAL_RATE = Sourced(
    3.3 * Hz,
    FITTED,
    "mean paw-pressure threshold of sham animals 150 g (Ito2018: 154 +/- 10 g contralaterally); `bluespot calibrate`",
    low=1 * Hz,
    high=10 * Hz,
)
WITHDRAWAL_WINDOW = Sourced(300 * ms, ASSUMED, "integration time of the withdrawal reflex", low=100 * ms, high=600 * ms)
PAW_PRESSURE_CUT_OFF = Sourced(250 * gram_force, "Matsuoka2016", "cut-off of the Randall-Selitto device")
PAW_PRESSURE_SPEED = Sourced(
    32 * gram_force / second,
    ASSUMED,
    "steady rise of the device",
    low=10 * gram_force / second,
    high=50 * gram_force / second,
)
PAW_PRESSURE_PUNCTATE = Sourced(
    0.1326,
    ASSUMED,
    "a blunt tip spreads the load: force of a von Frey filament that drives nociceptors alike, over the force of the device",
    low=0.08,
    high=0.2,
)
VON_FREY_SECONDS = Sourced(
    1.5 * second, ASSUMED, "filament held 2-6 s in the rat; the withdrawal comes early", low=1 * second, high=6 * second
)
HEAT_FLUX = Sourced(
    5600 * watt / meter**2,
    ASSUMED,
    "power that the skin takes up; the lamp is set so that uninjured rats withdraw after about 10 s, at 48.5 degrees",
    low=4000 * watt / meter**2,
    high=8000 * watt / meter**2,
)
SKIN_THERMAL_INERTIA = Sourced(
    1.47e6 * joule**2 / (meter**4 * kelvin**2 * second),
    "Hardy1957",
    "conductivity times density times heat capacity of rat skin, 84 +/- 18 x 10^-5 cal^2/(cm^4 s K^2)",
    low=1.16e6 * joule**2 / (meter**4 * kelvin**2 * second),
    high=1.79e6 * joule**2 / (meter**4 * kelvin**2 * second),
)
HEAT_CUT_OFF = Sourced(
    20.0 * second, "Hargreaves1988", "spares the tissue", "memory", low=10 * second, high=30 * second
)
PINCH_FORCE = Sourced(
    800 * millinewton,
    ASSUMED,
    "forceps, beyond the saturating force of nociceptors",
    low=400 * millinewton,
    high=1500 * millinewton,
)
PINCH_SECONDS = Sourced(1.0 * second, ASSUMED, "brief pinch", low=0.5 * second, high=3 * second)
CAPSAICIN_DECAY = Sourced(
    1.0 * hour, ASSUMED, "afferent discharge after forepaw capsaicin", low=0.3 * hour, high=3 * hour
)
CAPSAICIN_TEST = Sourced(0.5 * hour, "Ito2018", "threshold 30 min after the capsaicin")
LEAD = 0.5


def parameters() -> dict[str, Sourced]:
    """Every number of the assays by name."""
    return {name.lower(): value for name, value in globals().items() if isinstance(value, Sourced)}


@dataclass(frozen=True)
class Reading:
    """One number: what, where, and whether the stimulus ended before the animal withdrew."""

    name: str
    side: str
    value: float
    unit: str
    censored: bool = False


@dataclass(frozen=True)
class Assay:
    """A stimulus and a read-out. `perform(bench, side)` runs the epochs it needs; seconds: what that simulates, at
    most.
    """

    name: str
    sides: tuple[str, ...]
    unit: str
    seconds: float
    epochs: int
    description: str
    perform: Callable[[Bench, str], Iterator[Reading]]

    def on_days(self, *days: int, hour: float = 2.0, sides: tuple[str, ...] | None = None) -> Measurement:
        """This assay on days counted from surgery, `hour` hours after that day's dosing hour, on `sides` (all it
        has).
        """
        from experiments.measurement import Measurement

        return Measurement(assay=self.name, sides=self.sides if sides is None else sides, days=days, hour=hour)


def _grams_to_millinewton(grams: np.ndarray | float) -> np.ndarray:
    return np.asarray(grams) * float(gram_force) * 1e3


def smoothed_rate(train: SpikeTrain, seconds: float) -> np.ndarray:
    """Mean rate per cell (Hz) in bins of `BIN`, exponentially smoothed over `WITHDRAWAL_WINDOW`."""
    from scipy.signal import lfilter

    bins = round(seconds / BIN)
    count = np.bincount((train.seconds / BIN + 1e-6).astype(int), minlength=bins)[:bins]
    decay = np.exp(-BIN / float(WITHDRAWAL_WINDOW.value))
    return lfilter([1 - decay], [1, -decay], count / train.cells / BIN)


def withdrawal(train: SpikeTrain, seconds: float, after: float = LEAD) -> float | None:
    """Seconds until the animal withdraws, None if it does not; nothing before `after` counts."""
    rate = smoothed_rate(train, seconds)
    over = np.nonzero(rate[round(after / BIN) :] >= float(WITHDRAWAL_RATE.value))[0]
    return None if len(over) == 0 else after + (over[0] + 1) * BIN


def until_withdrawal(side: str) -> Watch:
    """The stimulus is taken away when the animal has withdrawn. The rate is a little past the criterion, so that what
    the epoch's program counts while it runs cannot end it before what is read from the spikes afterwards; and not before
    the first bin that counts is over, where an animal is past the criterion without any stimulus.
    """
    return Watch(side, 1.03 * float(WITHDRAWAL_RATE.value), float(WITHDRAWAL_WINDOW.value), LEAD + BIN)


def _ramp(seconds: float, speed: float, cut_off: float) -> np.ndarray:
    """A rise at `speed` per second from `LEAD` on, up to `cut_off`."""
    time = (np.arange(round(seconds / BIN)) + 1) * BIN
    return np.clip((time - LEAD) * speed, 0.0, cut_off)


def _paw_pressure_seconds() -> float:
    return LEAD + float(PAW_PRESSURE_CUT_OFF.value) / float(PAW_PRESSURE_SPEED.value)


def paw_pressure_stimulus(side: str, forepaw: float = 0.0) -> tuple[Stimulus, np.ndarray]:
    """The rising force on a hind paw, and its course in grams; with it a level of forepaw discharge."""
    seconds = round(_paw_pressure_seconds(), 2)
    speed, cut_off = (
        float(value / gram_force) for value in (PAW_PRESSURE_SPEED.value * second, PAW_PRESSURE_CUT_OFF.value)
    )
    grams = _ramp(seconds, speed, cut_off)
    force = _grams_to_millinewton(grams) * float(PAW_PRESSURE_PUNCTATE.value)
    return Stimulus(seconds, force={side: force}, capsaicin={"": np.full(len(grams), forepaw)}), grams


def _pressure_threshold(bench: Bench, side: str, purpose: str, forepaw: float = 0.0) -> tuple[float, bool]:
    """Paw-pressure threshold in grams, and whether it is the cut-off."""
    stimulus, grams = paw_pressure_stimulus(side, forepaw)
    result = bench.epoch(purpose, replace(stimulus, watch=until_withdrawal(side)))
    moment = withdrawal(result.spikes[f"{side}_projection"], result.seconds)
    if moment is None:
        return float(PAW_PRESSURE_CUT_OFF.value / gram_force), True
    return float(grams[round(moment / BIN) - 1]), False


def _paw_pressure(bench: Bench, side: str) -> Iterator[Reading]:
    threshold, censored = _pressure_threshold(bench, side, f"paw_pressure:{side}")
    yield Reading("paw_pressure_threshold", side, threshold, "g", censored)


def _von_frey(bench: Bench, side: str) -> Iterator[Reading]:
    tested: list[tuple[float, bool]] = []
    level, after_reversal = VON_FREY_GRAMS.index(2.0), 0
    while after_reversal < 5 and len(tested) < 10:
        grams = VON_FREY_GRAMS[level]
        answered = _filament(bench, side, grams, len(tested))
        tested.append((grams, answered))
        after_reversal += bool(after_reversal) or len({a for _, a in tested}) == 2
        step = level + (-1 if answered else 1)
        if not 0 <= step < len(VON_FREY_GRAMS):
            break
        level = step
    threshold, censored = up_down_threshold(tested)
    yield Reading("von_frey_threshold", side, threshold, "g", censored)


def _filament(bench: Bench, side: str, grams: float, trial: int) -> bool:
    seconds = LEAD + float(VON_FREY_SECONDS.value)
    force = np.where(np.arange(round(seconds / BIN)) * BIN >= LEAD, float(_grams_to_millinewton(grams)), 0.0)
    stimulus = Stimulus(seconds, force={side: force}, watch=until_withdrawal(side))
    result = bench.epoch(f"von_frey:{side}:{trial}:{grams:g} g", stimulus)
    return withdrawal(result.spikes[f"{side}_projection"], result.seconds) is not None


def warming(seconds: np.ndarray) -> np.ndarray:
    """By how many degrees skin is warmer after `seconds` under a radiant source: a steady flux into a thick body that
    conducts, so with the square root of time (Hardy et al. 1957).
    """
    return np.sqrt(seconds) * 2 * float(HEAT_FLUX.value) / np.sqrt(np.pi * float(SKIN_THERMAL_INERTIA.value))


def _plantar_heat(bench: Bench, side: str) -> Iterator[Reading]:
    seconds = LEAD + float(HEAT_CUT_OFF.value)
    temperature = SKIN_TEMPERATURE + warming(_ramp(seconds, 1.0, np.inf))
    stimulus = Stimulus(seconds, temperature={side: temperature}, watch=until_withdrawal(side))
    result = bench.epoch(f"plantar_heat:{side}", stimulus)
    moment = withdrawal(result.spikes[f"{side}_projection"], result.seconds)
    yield Reading("plantar_heat_latency", side, (seconds if moment is None else moment) - LEAD, "s", moment is None)


def _rate(train: SpikeTrain, start: float, stop: float) -> float:
    return float(np.sum((train.seconds >= start) & (train.seconds < stop))) / train.cells / (stop - start)


def _pinch(bench: Bench, side: str) -> Iterator[Reading]:
    start, length = 1.0, float(PINCH_SECONDS.value)
    result = bench.epoch(f"pinch:{side}", _pinched(side, start, start + length + 1.0))
    yield Reading(
        "projection_rate_pinch", side, _rate(result.spikes[f"{side}_projection"], start, start + length), "Hz"
    )


def _pinched(side: str, start: float, seconds: float) -> Stimulus:
    time = np.arange(round(seconds / BIN)) * BIN
    on = (time >= start) & (time < start + float(PINCH_SECONDS.value))
    return Stimulus(seconds, force={side: on * float(PINCH_FORCE.value) * 1e3})


def _brush(bench: Bench, side: str) -> Iterator[Reading]:
    seconds = 2.5
    time = np.arange(round(seconds / BIN)) * BIN
    strokes = ((time >= 0.5) & ((time - 0.5) % 0.7 < 0.4)).astype(float)
    result = bench.epoch(f"brush:{side}", Stimulus(seconds, brush={side: strokes}))
    yield Reading("projection_rate_brush", side, _rate(result.spikes[f"{side}_projection"], 0.5, seconds), "Hz")


def _locus_coeruleus(spikes: Mapping[str, SpikeTrain]) -> SpikeTrain:
    parts = [spikes["locus_coeruleus_spinal"], spikes["locus_coeruleus_ascending"]]
    return SpikeTrain(
        np.concatenate([p.seconds for p in parts]),
        np.concatenate([p.index for p in parts]),
        sum(p.cells for p in parts),
    )


def _locus_coeruleus_recording(bench: Bench, side: str) -> Iterator[Reading]:
    start, length = 4.0, float(PINCH_SECONDS.value)
    result = bench.epoch("locus_coeruleus_recording", _pinched("contra", start, start + length + 2.0))
    units = _locus_coeruleus(result.spikes)
    rest = _rate(units, 0.5, start)
    yield Reading("locus_coeruleus_rest_rate", "", rest, "Hz")
    yield Reading("locus_coeruleus_burst_rate", "", _rate(units, start, start + 0.5), "Hz")
    yield Reading("locus_coeruleus_pause_rate", "", _rate(units, start + length + 0.1, start + length + 0.6), "Hz")


def _microdialysis(bench: Bench, side: str) -> Iterator[Reading]:
    result = bench.epoch("microdialysis", Stimulus(6.0))
    for transmitter in ("noradrenaline", "serotonin", "dopamine"):
        for place in SIDES:
            yield Reading(
                f"microdialysis_{transmitter}",
                place,
                result.averages[f"{transmitter}_dorsal_horn_{place}_nanomolar"],
                "nM",
            )
    yield Reading(
        "microdialysis_noradrenaline_locus_coeruleus",
        "",
        result.averages["noradrenaline_locus_coeruleus_nanomolar"],
        "nM",
    )


def _nsia(bench: Bench, side: str) -> Iterator[Reading]:
    """Threshold before and 30 min after capsaicin in a forepaw; spinal noradrenaline then, in percent of before."""
    before, censored_before = _pressure_threshold(bench, side, f"nsia:{side}:before")
    rest = bench.settle("nsia:rest", Stimulus(5.0)).averages
    bench.state = replace(bench.state, hours=bench.state.hours + float(CAPSAICIN_TEST.value) / 3600)
    level = float(np.exp(-float(CAPSAICIN_TEST.value) / float(CAPSAICIN_DECAY.value)))
    for trial in range(2):
        evoked = bench.settle(f"nsia:capsaicin:{trial}", Stimulus(5.0, capsaicin={"": np.full(500, level)})).averages
    after, censored_after = _pressure_threshold(bench, side, f"nsia:{side}:after", level)
    yield Reading("nsia_threshold_before", side, before, "g", censored_before)
    yield Reading("nsia_threshold_after", side, after, "g", censored_after)
    yield Reading("nsia", side, after - before, "g", censored_before or censored_after)
    place = f"noradrenaline_dorsal_horn_{side}_nanomolar"
    yield Reading("evoked_noradrenaline", side, 100.0 * evoked[place] / rest[place], "% of basal")


def _mood(bench: Bench, side: str) -> Iterator[Reading]:
    """The antidepressive index as the slow state holds it, 0 before any drug; no epoch is run for it."""
    yield Reading("mood_index", "", float(bench.state.variables["mood"]), "1")


_PAW = _paw_pressure_seconds()

paw_pressure = Assay(
    "paw_pressure",
    SIDES,
    "g",
    _PAW,
    1,
    "Randall-Selitto withdrawal threshold under a rising force, cut-off 250 g",
    _paw_pressure,
)
von_frey = Assay(
    "von_frey",
    SIDES,
    "g",
    10 * (LEAD + float(VON_FREY_SECONDS.value)),
    10,
    "50 % threshold to filaments by the up-down method, cut-off 15 g",
    _von_frey,
)
pinch = Assay("pinch", SIDES, "Hz", 3.0, 1, "rate of projection cells during a noxious pinch of the hind paw", _pinch)
brush = Assay("brush", SIDES, "Hz", 2.5, 1, "rate of projection cells while the hind paw is stroked", _brush)
plantar_heat = Assay(
    "plantar_heat",
    SIDES,
    "s",
    LEAD + float(HEAT_CUT_OFF.value),
    1,
    "withdrawal latency under radiant heat",
    _plantar_heat,
)
nsia = Assay(
    "nsia",
    SIDES,
    "g",
    2 * _PAW + 15.0,
    5,
    "noxious-stimulus-induced analgesia: threshold 30 min after forepaw capsaicin minus before",
    _nsia,
)
microdialysis = Assay(
    "microdialysis",
    (),
    "nM",
    6.0,
    1,
    "noradrenaline, serotonin and dopamine at rest in both dorsal horns and the locus coeruleus",
    _microdialysis,
)
locus_coeruleus_recording = Assay(
    "locus_coeruleus_recording",
    (),
    "Hz",
    7.0,
    1,
    "unit rates of the locus coeruleus at rest, in the burst to a pinch and in the pause after it",
    _locus_coeruleus_recording,
)
mood = Assay(
    "mood",
    (),
    "1",
    0.0,
    0,
    "antidepressive index: what forebrain serotonin and noradrenaline have moved over weeks, 0 before any drug",
    _mood,
)

ASSAYS = {
    assay.name: assay
    for assay in (
        *(paw_pressure, von_frey, pinch, brush, plantar_heat, nsia),
        *(microdialysis, locus_coeruleus_recording, mood),
    )
}
