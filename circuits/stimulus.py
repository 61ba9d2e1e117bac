"""Stimuli on the skin, and the spikes that primary afferents answer with.

Afferents answer the stimulus and nothing inside the epoch. Their spikes are therefore drawn before it, as exact renewal
processes by time rescaling: one random number for each spike, not for each step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy.signal import lfilter

from circuits.injury import OF_ROOTS, fires_on, value_on
from circuits.manipulations.opsin_arrays import trains_under_light
from circuits.manipulations.optogenetics import OpsinActivation
from circuits.moment import Moment
from circuits.populations.population import AfferentPopulation
from circuits.structure import Block
from core.errors import UserError, unknown_name
from core.keys import stream
from core.records import SpikeTrain
from core.stimulus_course import BIN as BIN
from core.stimulus_course import SKIN_TEMPERATURE as SKIN_TEMPERATURE
from core.stimulus_course import StimulusCourse
from core.units import gram_force, millinewton
from core.vocabulary import SIDES

MAXIMUM_HEAT_RATE = 40.0


#: Waveform of a `Stimulus` -> what results call it, and what its unit is divided by to give theirs.
_SHOWN = {
    "force": ("force", float(gram_force / millinewton)),
    "temperature": ("heat", 1.0),
    "brush": ("brush", 1.0),
    "capsaicin": ("capsaicin", 1.0),
    "electric": ("electric", 1.0),
}


@dataclass(frozen=True)
class Watch:
    """A rate of the projection cells of a side at which the stimulus is taken away and the epoch ends.

    rate_hertz: mean rate of a cell, exponentially smoothed over `window` seconds. after: seconds from the start before
    which nothing counts.
    """

    side: str
    rate_hertz: float
    window: float
    after: float = 0.0


@dataclass(frozen=True)
class Stimulus:
    """What is done to an animal in one epoch.

    Waveforms are arrays (bins,) by side, "ipsi" or "contra" for the hind paws and "" for the forepaw; a side that is
    missing is left alone.

    Parameters
    ----------
    seconds : float
        Length of the epoch, in bins of 10 ms; at most, where a watch may end it.
    force : mapping of array
        mN, as of a punctate tip.
    temperature : mapping of array
        Of the skin, degrees Celsius.
    brush : mapping of array
        0..1 of a full stroke.
    capsaicin : mapping of array
        0..1 of its strongest effect.
    electric : mapping of array
        Brief pulses to the nerves of a hind paw, one at the start of each bin above 0: their strength over the
        threshold of A-beta fibres.
    electric_way : float
        Share of the way from paw to root that volleys have to go: 1 from the skin of the paw, less from a nerve.
    watch : Watch, optional
        When the stimulus is taken away.
    opsins : tuple of OpsinActivation
        Cells or fibres that light acts on.
    shown : tuple of StimulusCourse
        What the experimenter's device shows, where that is not the force of a punctate tip in g: a paw-pressure device
        shows the force of its blunt tip. It changes nothing but the record.

    Raises
    ------
    UserError
        For a side that does not exist, or a waveform that has not one value for each bin.
    """

    seconds: float
    force: Mapping[str, np.ndarray] = field(default_factory=dict)
    temperature: Mapping[str, np.ndarray] = field(default_factory=dict)
    brush: Mapping[str, np.ndarray] = field(default_factory=dict)
    capsaicin: Mapping[str, np.ndarray] = field(default_factory=dict)
    electric: Mapping[str, np.ndarray] = field(default_factory=dict)
    electric_way: float = 1.0
    watch: Watch | None = None
    opsins: tuple[OpsinActivation, ...] = ()
    shown: tuple[StimulusCourse, ...] = ()

    def __post_init__(self) -> None:
        for what in ("force", "temperature", "brush", "capsaicin", "electric"):
            for side, wave in getattr(self, what).items():
                if side not in (*SIDES, ""):
                    raise unknown_name("side", side, SIDES, f"{what} of a stimulus")
                if np.shape(wave) != (self.bins,):
                    raise UserError(
                        f"{what} on {side or 'the forepaw'} has the shape {np.shape(wave)}: a stimulus of "
                        f"{self.seconds:g} s has one value for each of its {self.bins} bins of {BIN:g} s."
                    )

    @property
    def bins(self) -> int:
        """How many values each waveform has."""
        return max(1, round(self.seconds / BIN))

    def touches(self, side: str) -> bool:
        """Whether anything but a pulse acts on a side."""
        return any(side in waves for waves in (self.force, self.temperature, self.brush, self.capsaicin))

    @property
    def courses(self) -> tuple[StimulusCourse, ...]:
        """What is done, as the experimenter's device shows it; what stays at rest is left out."""
        shown = {(course.kind, course.side): course for course in self.shown}
        for waveform, (kind, divisor) in _SHOWN.items():
            for side, wave in getattr(self, waveform).items():
                shown.setdefault((kind, side), StimulusCourse(kind, side, np.asarray(wave, "f8") / divisor))
        return tuple(course for course in shown.values() if course.span(self.seconds))

    @property
    def onset(self) -> float:
        """Seconds until something touches a hind paw, else until the forepaw hurts; 0 at rest."""
        touches = [(self.force, 0.0), (self.temperature, SKIN_TEMPERATURE), (self.brush, 0.0), (self.electric, 0.0)]
        for waveforms in (touches, [(self.capsaicin, 0.0)]):
            bins = [np.nonzero(wave > rest)[0] for waves, rest in waveforms for wave in waves.values()]
            first = [found[0] for found in bins if len(found)]
            if first:
                return float(min(first)) * BIN
        return 0.0


def fibre_rates(moment: Moment, block: Block, stimulus: Stimulus) -> np.ndarray:
    """Firing rate of each fibre of a block under a stimulus.

    Parameters
    ----------
    moment : Moment
        The animal; its injury and what drugs do to ectopic firing count.
    block : Block
        Fibres of one population on one side.
    stimulus : Stimulus
        What is done.

    Returns
    -------
    array (bins, fibres)
        In Hz; read-only where they do not change.
    """
    rates = _evoked(moment, block, stimulus)
    if block.side:
        _injure(rates, moment, block)
    return np.broadcast_to(rates, (stimulus.bins, block.count))


def _injure(rates: np.ndarray, moment: Moment, block: Block) -> None:
    """Put into the rates of a block of one side what the injury silences, and what fires on its own.

    A fibre that is cut can fire on its own: what is left of it still reaches the cord.
    """
    draw, quantities = moment.draw, moment.quantities
    rates *= _of_root(moment, block, "input")
    rates[:, _cut(moment, block)] = 0.0
    if moment.circuit.afferent_population(block.population).fibre == "A":
        fires = draw.uniform["ectopic"][block.part] < _of_root(moment, block, "ectopic_share")
        rates += np.where(fires, quantities["ectopic_rate"], 0.0)
    else:
        fires = draw.uniform["c_spontaneous"][block.part] < _of_root(moment, block, "c_spontaneous_share")
        rates += np.where(fires, quantities["c_spontaneous_rate"], 0.0)


def _of_root(moment: Moment, block: Block, quantity: str) -> np.ndarray:
    """A quantity of the injury that the fibres of each root have of their own, for each fibre of a block."""
    l4, l5 = (value_on(OF_ROOTS[quantity][root], moment.quantities, block.side) for root in ("L4", "L5"))
    return np.where(moment.draw.fibres["l5"][block.part], l5, l4)


def _cut(moment: Moment, block: Block) -> np.ndarray:
    """Which fibres of a block of one side are cut."""
    fibre = moment.circuit.afferent_population(block.population).fibre
    return moment.draw.uniform["cut"][block.part] < _of_root(moment, block, f"cut_{fibre.lower()}")


def _evoked(moment: Moment, block: Block, stimulus: Stimulus) -> np.ndarray:
    population, draw, part = moment.circuit.afferent_population(block.population), moment.draw, block.part
    rates = np.zeros((stimulus.bins if stimulus.touches(block.side) else 1, block.count))
    lower = np.exp(-value_on("nociceptor_sensitisation", moment.quantities, block.side)) if block.side else 1.0
    if block.side in stimulus.force:
        nociceptor = lower if population.delay_class != "a_beta" else 1.0
        force = stimulus.force[block.side][:, None] * draw.factors["mechanical_sensitivity"]
        above = force - draw.fibres["force_threshold"][part] * nociceptor
        drive = np.clip(above / (1e3 * population.saturating_force.si), 0, 1)
        rates += population.peak_rate.si * _adapted(drive, population)
    if block.side in stimulus.temperature:
        threshold = SKIN_TEMPERATURE + (draw.fibres["heat_threshold"][part] - SKIN_TEMPERATURE) * lower
        above = np.maximum(stimulus.temperature[block.side][:, None] - threshold, 0.0)
        rates += np.minimum(population.heat_gain.si * above, MAXIMUM_HEAT_RATE)
    if block.side in stimulus.brush:
        rates += population.brush_rate.si * stimulus.brush[block.side][:, None]
    if block.side in stimulus.capsaicin:
        rates += population.chemical_rate.si * stimulus.capsaicin[block.side][:, None]
    return rates


def _adapted(drive: np.ndarray, population: AfferentPopulation) -> np.ndarray:
    """A drive (bins, fibres) after adaptation: a step falls by `adapted_share` with the time constant
    `adaptation_time`.
    """
    decay = np.exp(-BIN / population.adaptation_time.si)
    slow = lfilter([1 - decay], [1, -decay], drive, axis=0)
    found: np.ndarray = np.maximum(drive - population.adapted_share.si * slow, 0.0)
    return found


def renewal_spikes(rates: np.ndarray, regularity: float, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Spikes of gamma renewal processes with given rates, by time rescaling (Brown et al. 2002).

    Intervals are drawn one after another for all fibres at once: fibres that are driven harder draw more numbers, never
    other ones.

    Parameters
    ----------
    rates : array (bins, fibres)
        In Hz.
    regularity : float
        Shape of the gamma-distributed intervals; 1 is a Poisson process.
    rng : Generator
        Where the random numbers come from.

    Returns
    -------
    times : array (spikes,)
        In seconds, fibre by fibre.
    fibres : array (spikes,)
        Which fibre each is of.
    """
    driven = np.flatnonzero(rates.any(axis=0))
    if not len(driven):
        return np.zeros(0), np.zeros(0, int)
    hazard = np.zeros((len(rates) + 1, len(driven)))
    np.multiply(np.cumsum(rates[:, driven], axis=0), BIN, out=hazard[1:])
    total = hazard[-1]
    most = float(total.max())
    count = int(most + 8 * np.sqrt(most) + 8)
    # The first spike of a process long under way: a random part of an interval drawn in proportion to its length.
    # All fibres draw, so that no fibre's numbers depend on which others are driven.
    fibres = int(rates.shape[1])
    first = rng.random(fibres) * rng.standard_gamma(regularity + 1.0, size=fibres)
    gaps = rng.standard_gamma(regularity, size=(count, fibres))
    marks = np.cumsum(np.vstack([first[driven], gaps[:, driven]]), axis=0) / regularity
    fibre, mark = _inside(marks, total)
    return _times(hazard, fibre, mark), driven[fibre]


def _inside(marks: np.ndarray, total: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    inside = (marks < total).T
    return np.nonzero(inside)[0], marks.T[inside]


def _times(hazard: np.ndarray, fibre: np.ndarray, mark: np.ndarray) -> np.ndarray:
    """When each fibre's cumulative hazard reaches its marks, fibre by fibre."""
    grid = np.arange(len(hazard)) * BIN
    times = np.empty(len(mark))
    if (hazard == hazard[:, :1]).all():
        times[:] = np.interp(mark, hazard[:, 0], grid)
        return times
    bounds = np.searchsorted(fibre, np.arange(hazard.shape[1] + 1))
    for k in np.unique(fibre):
        part = slice(bounds[k], bounds[k + 1])
        times[part] = np.interp(mark[part], hazard[:, k], grid)
    return times


def volleys(moment: Moment, block: Block, pulses: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Spikes that electric pulses evoke in the fibres of a block, at the paw: one of each fibre that a pulse excites.

    Parameters
    ----------
    moment : Moment
        The animal; its injury counts. A cut fibre conducts no pulse to the cord.
    block : Block
        Fibres of one population on one side.
    pulses : array (bins,)
        Strength of the pulse at the start of each bin over the threshold of A-beta fibres; 0 for none.

    Returns
    -------
    times : array (spikes,)
        In seconds, pulse by pulse.
    fibres : array (spikes,)
        Which fibre each is of.
    """
    draw, threshold = moment.draw, moment.circuit.afferent_population(block.population).electric_threshold.si
    answering = np.arange(block.count)
    if block.side:
        luck = stream(draw.seed, draw.number, "electric", block.name).random(block.count)
        answering = answering[(luck < _of_root(moment, block, "input")) & ~_cut(moment, block)]
    excited = np.flatnonzero(pulses >= threshold) * BIN
    return np.repeat(excited, len(answering)), np.tile(answering, len(excited))


def _renewed(moment: Moment, block: Block, stimulus: Stimulus, label: str) -> tuple[np.ndarray, np.ndarray]:
    """Spikes of a block's fibres by their rates; none, and no random number, where nothing makes them fire."""
    if not stimulus.touches(block.side) and not fires_on(moment.circuit.differences, moment.circuit.off, block.side):
        return np.zeros(0), np.zeros(0, int)
    draw = moment.draw
    rng = stream(draw.seed, draw.number, "afferent", label, block.name)
    regularity = moment.circuit.afferent_population(block.population).regularity.si
    return renewal_spikes(fibre_rates(moment, block, stimulus), regularity, rng)


def afferent_spikes(moment: Moment, stimulus: Stimulus, label: str) -> dict[str, SpikeTrain]:
    """Spikes of all primary afferents as they arrive at the cord.

    Parameters
    ----------
    moment : Moment
        The animal.
    stimulus : Stimulus
        What is done to it.
    label : str
        Of the epoch; it keys the random numbers, with seed, animal and block.

    Returns
    -------
    dict of SpikeTrain
        By block of fibres.
    """
    draw, trains = moment.draw, {}
    for block in draw.structure.fibres:
        times, fibre = _renewed(moment, block, stimulus, label)
        if block.side in stimulus.electric:
            volley_times, volley_fibres = volleys(moment, block, stimulus.electric[block.side])
            saved = (1.0 - stimulus.electric_way) * draw.fibres["delay"][block.start + volley_fibres]
            times, fibre = np.append(times, volley_times - saved), np.append(fibre, volley_fibres)
        if not len(times):
            trains[block.name] = SpikeTrain(np.zeros(0), np.zeros(0, "u4"), block.count)
            continue
        times = times + draw.fibres["delay"][block.start + fibre]
        keep = times < stimulus.seconds
        order = np.lexsort((fibre[keep], times[keep]))
        trains[block.name] = SpikeTrain(times[keep][order], fibre[keep][order].astype("u4"), block.count)
    if not stimulus.opsins:
        return trains
    return trains_under_light(draw, stimulus.opsins, trains, stimulus.seconds)
