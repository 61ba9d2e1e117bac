"""The slow clock: what moves over minutes to weeks, advanced between epochs with what the last epoch left.

The step is exponential Euler of at most `longest` hours: within it the drugs' exposure and the rates expected under
it are
held. The epochs themselves see a frozen state (heterogeneous multiscale method, E & Engquist 2003).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from circuits import fields, plasticity
from circuits.circuit import Circuit
from circuits.fields import Observed
from circuits.injury import QUANTITIES, quantities, scale_of
from circuits.manipulations import lesions
from core.exposure import NO_DRUG, Exposure
from core.vocabulary import COMPARTMENTS, SIDES

#: Undisturbed values of the dimensionless variables.
REST = {
    "sensitisation_ipsi": 0.0,
    "sensitisation_contra": 0.0,
    "glutamate_clearance": 1.0,
    "serotonin1A_sensitivity": 1.0,
    "alpha2_terminal_sensitivity": 1.0,
    "alpha2_soma_sensitivity": 1.0,
    "mood": 0.0,
}


#: Quantities that plain couplings take a share of; 1 is the whole of each. glt1_shortfall: of the GLT-1 lost after
#: injury, what drugs leave lost.
WHOLE = dict.fromkeys(
    (
        "afferent_release",
        "locus_coeruleus_gaba",
        "locus_coeruleus_glutamate",
        "excitation_ipsi",
        "excitation_contra",
        "excitation_locus_coeruleus",
        "glt1_shortfall",
    ),
    1.0,
)


#: The fibres whose release counts as nociceptive input.
C_FIBRES = "c_peptidergic"


@dataclass(frozen=True)
class SlowState:
    """hours from surgery; variables: name -> value (`REST`); observed: the monoamine rates last seen; drive:
    ongoing nociceptive drive by side at rest (Hz); reference: forebrain concentrations (nM) before any drug,
    for the mood index.
    """

    hours: float
    variables: Mapping[str, float]
    observed: Observed
    drive: Mapping[str, float]
    reference: Mapping[str, float]


def first_state(hours: float) -> SlowState:
    """An animal that was never disturbed, with rates to begin from that its first epochs replace."""
    return SlowState(
        hours=hours,
        variables=dict(REST),
        observed=Observed(
            rates={"locus_coeruleus_spinal": 1.7, "locus_coeruleus_ascending": 1.75, "raphe": 0.95, "a11": 1.4},
            brakes={"locus_coeruleus_spinal": 0.195, "locus_coeruleus_ascending": 0.195, "raphe": 0.2, "a11": 0.095},
        ),
        drive={"ipsi": 0.0, "contra": 0.0},
        reference={},
    )


def injury_at(circuit: Circuit, hours: float, extent: float) -> dict[str, float]:
    """The injury's quantities, every difference from sham times the animal's `extent`; shares stay within 0..1."""
    now = quantities(circuit.differences, hours, circuit.off)
    scaled = {name: QUANTITIES[name][0] + extent * (value - QUANTITIES[name][0]) for name, value in now.items()}
    for share in ("l5_input", "ectopic_share", "c_spontaneous_share", "gaba_release_loss", "glt1_loss"):
        scaled[share] = min(1.0, max(0.0, scaled[share]))
    return scaled


def scales(circuit: Circuit, state: SlowState, extent: float) -> dict[str, float]:
    """Every slow quantity that a coupling or a release may be scaled by, and what lesions have left."""
    return {**injury_at(circuit, state.hours, extent), **lesioned(circuit, state.hours), **state.variables}


def lesioned(circuit: Circuit, hours: float) -> dict[str, float]:
    """What lesions and knock-downs have left by then (`circuits.manipulations.lesions.left`)."""
    done = circuit.manipulations
    return lesions.left(circuit.transmitters, done.lesions, done.knock_downs, hours)


def after_drugs(circuit: Circuit, now: Mapping[str, float], exposure: Exposure) -> dict[str, float]:
    """Slow quantities (`scales`) and `WHOLE` ones with what occupancy of plain sites takes away."""
    left = {**now, **WHOLE}
    for coupling in filter(circuit.is_on, circuit.plain_couplings):
        occupied = exposure.at(coupling.compartment, coupling.site).occupancy
        scale = scale_of(coupling.scaled_by, left)
        left[coupling.quantity] *= 1.0 - coupling.strength.si * occupied * scale
    return left


def advance(
    circuit: Circuit,
    state: SlowState,
    exposure_at: Callable[[float], Exposure],
    until_hours: float,
    factors: Mapping[str, float],
    longest: float = 1.0,
) -> SlowState:
    """The state at `until_hours`; `exposure_at` gives the drugs' exposure at any hour. Steps are at most `longest`
    hours.
    """
    span = until_hours - state.hours
    if span < 0:
        raise ValueError(f"the slow clock stands at {state.hours} h and cannot go back to {until_hours} h")
    steps = max(1, int(np.ceil(span / longest - 1e-9)))
    for k in range(steps):
        begin = state.hours
        end = until_hours if k == steps - 1 else begin + span / steps
        state = _step(circuit, state, exposure_at((begin + end) / 2), end, factors)
    return state


def _step(
    circuit: Circuit, state: SlowState, exposure: Exposure, end: float, factors: Mapping[str, float]
) -> SlowState:
    extent = factors["injury_extent"]
    now = scales(circuit, state, extent)
    levels, _ = fields.steady_state(circuit, exposure, state.observed, now, factors["monoamine_release"])
    drive = {
        "nociceptive_ipsi": state.drive["ipsi"],
        "nociceptive_contra": state.drive["contra"],
        "alpha2_locus_coeruleus": _active(circuit, "alpha2A", levels, exposure, "locus_coeruleus"),
        "alpha2_cord": _active(circuit, "alpha2A", levels, exposure, "dorsal_horn_contra"),
        "serotonin1A_raphe": _active(circuit, "5-HT1A", levels, exposure, "raphe"),
        **{f"{x}_forebrain": _excess(levels, state.reference, x) for x in ("serotonin", "noradrenaline")},
    }
    lost = now["glt1_loss"] * after_drugs(circuit, now, exposure)["glt1_shortfall"]
    slopes = plasticity.rates_of_change(circuit.plasticity, state.variables, drive, lost, circuit.off, now["glt1_left"])
    hours = end - state.hours
    moved = {name: _relaxed(circuit, name, value, slopes[name], hours) for name, value in state.variables.items()}
    return replace(state, hours=end, variables=moved)


def _relaxed(circuit: Circuit, name: str, value: float, slope: float, hours: float) -> float:
    """Exact for a variable that decays to a fixed goal: each slope is (goal - value)/time."""
    time = plasticity.relaxation_hours(circuit.plasticity, name, rising=slope > 0)
    return value + slope * time * -np.expm1(-hours / time)


def _active(
    circuit: Circuit, receptor: str, levels: Mapping[str, np.ndarray], exposure: Exposure, compartment: str
) -> float:
    found = circuit.receptor(receptor)
    level = float(levels[found.transmitter][COMPARTMENTS.index(compartment)])
    return fields.activation(found, level, exposure.at(compartment, receptor))


def _excess(levels: Mapping[str, np.ndarray], reference: Mapping[str, float], transmitter: str) -> float:
    """Relative rise of a forebrain concentration over the animal's own rest, 0 until that is known or where there
    is none.
    """
    if not reference.get(transmitter):
        return 0.0
    return float(levels[transmitter][COMPARTMENTS.index("forebrain")]) / reference[transmitter] - 1.0


def observe(
    circuit: Circuit,
    state: SlowState,
    averages: Mapping[str, float],
    exposure: Exposure = NO_DRUG,
    extent: float = 1.0,
) -> SlowState:
    """The state with what a rest epoch saw: rates of living cells, the activations behind them, ongoing nociceptive
    drive. extent: of the animal's injury.
    """
    now, rates, brakes = after_drugs(circuit, scales(circuit, state, extent), exposure), {}, {}
    for population, (compartment, name) in fields.BRAKES.items():
        alive = fields.living(now, population)
        rates[population] = max(averages[f"{population}_rate_hertz"] / alive, 0.01) if alive > 0.0 else 0.01
        brakes[population] = _seen(circuit, name, averages, exposure, compartment)
    drive = {side: _nociceptive_drive(circuit, now, averages, exposure, side) for side in SIDES}
    return replace(state, observed=Observed(rates, brakes), drive=drive)


def _seen(circuit: Circuit, name: str, averages: Mapping[str, float], exposure: Exposure, compartment: str) -> float:
    """Activation of a receptor at the mean concentration of an epoch."""
    receptor = circuit.receptor(name)
    level = averages[f"{receptor.transmitter}_{compartment}_nanomolar"]
    return fields.activation(receptor, level, exposure.at(compartment, name))


def _nociceptive_drive(
    circuit: Circuit, now: Mapping[str, float], averages: Mapping[str, float], exposure: Exposure, side: str
) -> float:
    """Hz: what C fibres release, in spikes of unhindered terminals, and what vertical and projection cells make of it.

    Both sides of the synapse count, as in potentiation of C-fibre synapses (Ikeda2006): what hinders release, or holds
    the cells that hear it, slows sensitisation.
    """
    output = averages[f"{side}_vertical_rate_hertz"] + averages[f"{side}_projection_rate_hertz"]
    weight = circuit.plasticity.sensitisation.output_weight.si
    released = _release(circuit, now, averages, exposure, side) * averages[f"{side}_{C_FIBRES}_rate_hertz"]
    return released + weight * output


def _release(
    circuit: Circuit, now: Mapping[str, float], averages: Mapping[str, float], exposure: Exposure, side: str
) -> float:
    """Release of C-fibre terminals over that without receptors and drugs."""
    compartment = f"dorsal_horn_{side}"
    change = sum(
        coupling.strength.si
        * coupling.share.si
        * scale_of(coupling.scaled_by, now, side)
        * _seen(circuit, coupling.receptor, averages, exposure, compartment)
        for coupling in filter(circuit.is_on, circuit.couplings)
        if coupling.effect == "release" and C_FIBRES in coupling.targets
    )
    return max(0.0, 1.0 + change) * (now["afferent_release"] if side == "ipsi" else 1.0)
