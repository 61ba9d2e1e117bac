"""The slow clock: what moves over minutes to weeks, advanced between epochs with what the last epoch left.

The step is exponential Euler of at most `longest` hours: within it the drugs' exposure and the rates expected under it
are held. The epochs themselves see a frozen state (heterogeneous multiscale method, E & Engquist 2003).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import numpy as np

from circuits import plasticity
from circuits.circuit import Circuit
from circuits.injury import scale_of
from circuits.moment import Moment
from circuits.plasticity import Drive
from circuits.slow_state import Observed, SlowState
from core.exposure import Exposure
from core.vocabulary import NERVE, SIDES

#: The fibres whose release drives central sensitisation.
C_FIBRES, A_FIBRES = "c_peptidergic", ("a_beta", "a_delta")


def advance(
    moment: Moment,
    exposure_at: Callable[[float], Exposure],
    until_hours: float,
    longest: float = 1.0,
    take: Callable[[Moment, float], SlowState] | None = None,
) -> Moment:
    """The same animal at a later hour, its slow state moved on under the drugs of the hours between.

    Parameters
    ----------
    moment : Moment
        Where the clock stands. Its rates and nociceptive drive, which an epoch left, are held.
    exposure_at : callable
        The drugs' exposure at an hour from surgery. It is asked for in the middle of each step and at the end.
    until_hours : float
        Hours from surgery, not before `moment`.
    longest : float
        The longest step, in hours.
    take : callable, optional
        In place of `step`, such as a memory of steps that were taken before.

    Returns
    -------
    Moment
        The animal at `until_hours`.
    """
    state = moment.state
    span = until_hours - state.hours
    if span < 0:
        raise ValueError(f"the slow clock stands at {state.hours} h and cannot go back to {until_hours} h")
    steps = max(1, int(np.ceil(span / longest - 1e-9)))
    for k in range(steps):
        begin = state.hours
        end = until_hours if k == steps - 1 else begin + span / steps
        state = (take or step)(replace(moment, state=state, exposure=exposure_at((begin + end) / 2)), end)
    return replace(moment, state=state, exposure=exposure_at(until_hours))


def step(moment: Moment, end: float) -> SlowState:
    """The slow state at hour `end`, with the drugs and the expected rates of the moment held until then."""
    state, numbers = moment.state, moment.circuit.plasticity
    slopes = plasticity.rates_of_change(numbers, state.variables, drive_of(moment), moment.circuit.off)
    hours = end - state.hours
    moved = {
        name: _relaxed(moment.circuit, name, value, slopes[name], hours) for name, value in state.variables.items()
    }
    return replace(state, hours=end, variables=moved)


def drive_of(moment: Moment) -> Drive:
    """What the slow processes of a moment follow."""
    quantities, ganglion = moment.quantities, moment.exposure.at(NERVE, "alpha2delta")
    return Drive(
        nociceptive=moment.state.drive,
        alpha1_locus_coeruleus=moment.active("alpha1", "locus_coeruleus"),
        alpha2_locus_coeruleus=moment.active("alpha2A", "locus_coeruleus"),
        alpha2_cord=moment.active("alpha2A", "dorsal_horn_contra"),
        alpha2_cord_ipsi=moment.active("alpha2A", "dorsal_horn_ipsi"),
        serotonin1A_raphe=moment.active("5-HT1A", "raphe"),
        serotonin_forebrain=_excess(moment, "serotonin"),
        noradrenaline_forebrain=_excess(moment, "noradrenaline"),
        glt1_loss=quantities["glt1_loss"] * quantities["glt1_shortfall"],
        glt1_left=quantities["glt1_left"],
        alpha2delta_ganglion=ganglion.block + ganglion.held,
    )


def _relaxed(circuit: Circuit, name: str, value: float, slope: float, hours: float) -> float:
    """Exact for a variable that decays to a fixed goal: each slope is (goal - value)/time."""
    time = plasticity.relaxation_hours(circuit.plasticity, name, rising=slope > 0)
    return float(value + slope * time * -np.expm1(-hours / time))


def _excess(moment: Moment, transmitter: str) -> float:
    """Relative rise of a forebrain concentration over the animal's own rest, 0 until that is known or where there
    is none.
    """
    rest = moment.state.reference.get(transmitter)
    if not rest:
        return 0.0
    return moment.level(transmitter, "forebrain") / rest - 1.0


def observe(moment: Moment, averages: Mapping[str, float]) -> Moment:
    """The same moment once a rest epoch was seen: rates of living cells, the activations behind them, ongoing
    nociceptive drive.

    Parameters
    ----------
    moment : Moment
        The moment at which the epoch was run.
    averages : mapping
        The epoch's averages (`core.records.EpochRecord`).
    """
    circuit, rates = moment.circuit, {}
    for block, population in circuit.sources.items():
        alive = moment.living(population)
        rates[block] = max(averages[f"{block}_rate_hertz"] / alive, 0.01) if alive > 0.0 else 0.01
    brakes = {
        population: _seen(moment, averages, receptor, compartment)
        for population, (compartment, receptor) in circuit.brakes.items()
    }
    others = {
        population: _other_openers(moment, averages, population, *circuit.brakes[population]) for population in brakes
    }
    drive = {side: _nociceptive_drive(moment, averages, side) for side in SIDES}
    opened = {population: moment.opened(population) for population in circuit.sources.values()}
    return replace(moment, state=replace(moment.state, observed=Observed(rates, brakes, opened, others), drive=drive))


def _other_openers(moment: Moment, averages: Mapping[str, float], population: str, compartment: str, own: str) -> float:
    """Sum of all receptors but one that open the potassium channels of a population, at the means of an epoch."""
    weights = moment.opening_weights(population).items()
    return sum(weight * _seen(moment, averages, name, compartment) for name, weight in weights if name != own)


def _seen(moment: Moment, averages: Mapping[str, float], receptor: str, compartment: str) -> float:
    """Activation of a receptor at the mean concentrations of an epoch."""
    return moment.active(receptor, compartment, lambda x: averages[f"{x}_{compartment}_nanomolar"])


def _nociceptive_drive(moment: Moment, averages: Mapping[str, float], side: str) -> float:
    """Hz: what C and A fibres release, in spikes of unhindered terminals, and what cells make of it.

    That both sides of the synapse count is ours: what hinders release, or holds the cells that hear it, slows
    sensitisation. Noxious stimuli potentiate the first synapse of the pathway (Ikeda2006, read in a summary).
    """
    output = averages[f"{side}_vertical_rate_hertz"] + averages[f"{side}_projection_rate_hertz"]
    numbers = moment.circuit.plasticity.sensitisation
    released = {
        fibres: _release(moment, averages, side, fibres) * averages[f"{side}_{fibres}_rate_hertz"]
        for fibres in (C_FIBRES, *A_FIBRES)
    }
    a_fibres = sum(released[fibres] for fibres in A_FIBRES) / len(A_FIBRES)
    return released[C_FIBRES] + numbers.a_fibre_weight.si * a_fibres + numbers.output_weight.si * output


def _release(moment: Moment, averages: Mapping[str, float], side: str, fibres: str) -> float:
    """Release of the terminals of a class of fibres over that without receptors and drugs."""
    compartment = f"dorsal_horn_{side}"
    change = sum(
        coupling.strength.si
        * coupling.share.si
        * scale_of(coupling.scaled_by, moment.quantities, side)
        * _seen(moment, averages, coupling.receptor, compartment)
        for coupling in moment.circuit.active_couplings
        if coupling.effect == "release" and fibres in coupling.targets
    )
    return max(0.0, 1.0 + change) * moment.afferent_release(side)
