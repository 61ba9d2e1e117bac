"""What populations of cells and fibres are: means and spreads, from which an animal draws its own values."""

from __future__ import annotations

from dataclasses import dataclass

from brian2.units import mV

from core.sourced import ASSUMED, Sourced

SPIKE_SLOPE = Sourced(
    2 * mV,
    ASSUMED,
    "slope factor of the AdEx model; recalled from a cortical cell of Brette2005, not read; not measured in these cells",
    low=1 * mV,
    high=3 * mV,
)


@dataclass(frozen=True, repr=False)
class CellPopulation:
    """Adaptive exponential integrate-and-fire cells (Brette & Gerstner 2005) that share one set of means.

    Attributes
    ----------
    name : str
        Of the population; blocks of a sided one are called `ipsi_NAME` and `contra_NAME`.
    standard : Sourced
        Cells at size 1, on each side where `sided`.
    sided : bool
        Whether there is one on either side.
    compartment : str
        Where the cell bodies lie, without the side.
    inhibitory : bool
        Whether it inhibits its targets.
    capacitance, leak, rest, threshold, slope, reset : Sourced
        Of the membrane.
    subthreshold_adaptation, spike_adaptation, adaptation_time : Sourced
        Conductance, current added by each spike, and time constant of the adaptation.
    gaba_reversal : Sourced
        Reversal potential of inhibition.
    bias, bias_spread, noise : Sourced
        Steady current, its standard deviation between cells, and that of the noise.
    spread, spread_potential : Sourced
        Between cells: coefficient of variation of capacitance, leak and adaptation; standard deviation of rest and
        threshold.
    tonic_glutamate, tonic_gaba : Sourced
        Steady conductances from inputs outside the model.
    potassium_pool, potassium_power : Sourced
        Conductance of all potassium channels of a cell that receptors open through G proteins, and the power with which
        their open share rises with the sum of the active receptors (`circuits.receptors.open_share`).
    """

    name: str
    standard: Sourced
    sided: bool
    compartment: str
    inhibitory: bool
    capacitance: Sourced
    leak: Sourced
    rest: Sourced
    threshold: Sourced
    slope: Sourced
    subthreshold_adaptation: Sourced
    spike_adaptation: Sourced
    adaptation_time: Sourced
    reset: Sourced
    gaba_reversal: Sourced
    bias: Sourced
    bias_spread: Sourced
    noise: Sourced
    spread: Sourced
    spread_potential: Sourced
    tonic_glutamate: Sourced
    tonic_gaba: Sourced
    potassium_pool: Sourced
    potassium_power: Sourced

    def __repr__(self) -> str:
        return f'CellPopulation("{self.name}": {_count(self)}, {"inhibitory" if self.inhibitory else "excitatory"})'


@dataclass(frozen=True, repr=False)
class AfferentPopulation:
    """Primary afferent fibres of one conduction class, which fire as renewal processes; each is of root L4 or L5.

    Attributes
    ----------
    name, standard, sided
        As of `CellPopulation`.
    fibre : str
        "A" or "C".
    delay_class : str
        Of the delay within the cord (`SynapseKinetics.delays`).
    conduction_velocity : Sourced
        Between paw and root.
    regularity : Sourced
        Shape of the gamma-distributed intervals; 1 is a Poisson process.
    peak_rate, force_threshold, force_spread, saturating_force : Sourced
        Rate at the onset of a strong force; median threshold, lognormal with that spread; force above the threshold for
        the full rate.
    adapted_share, adaptation_time : Sourced
        Under a constant force the rate falls by that share, with that time constant.
    heat_threshold, heat_spread, heat_gain : Sourced
        Degrees Celsius, normal with that spread; rate for each degree above.
    brush_rate, chemical_rate : Sourced
        Rates under a full brush stroke and under capsaicin at its strongest.
    electric_threshold : Sourced
        Strength of a brief electric pulse to the paw that excites its fibres, over that for A-beta fibres.
    """

    name: str
    standard: Sourced
    sided: bool
    fibre: str
    delay_class: str
    conduction_velocity: Sourced
    regularity: Sourced
    peak_rate: Sourced
    force_threshold: Sourced
    force_spread: Sourced
    saturating_force: Sourced
    adapted_share: Sourced
    adaptation_time: Sourced
    heat_threshold: Sourced
    heat_spread: Sourced
    heat_gain: Sourced
    brush_rate: Sourced
    chemical_rate: Sourced
    electric_threshold: Sourced

    def __repr__(self) -> str:
        return f'AfferentPopulation("{self.name}": {_count(self)}, {self.fibre} fibres)'


def _count(population: CellPopulation | AfferentPopulation) -> str:
    return f"{population.standard.si:g}{' on each side' if population.sided else ''}"


def scaled(standard: Sourced, size: float) -> int:
    """How many cells there are at a size: 2 at least, so that every population exists in the smallest circuit."""
    return max(2, round(standard.si * size))
