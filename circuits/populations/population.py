"""Populations of agents: what a cell or a fibre is made of before an animal draws its own values."""

from __future__ import annotations

from dataclasses import dataclass

from brian2.units import mV

from core.sourced import Sourced

SPIKE_SLOPE = Sourced(2 * mV, "Brette2005", "spike slope factor of the AdEx model")


@dataclass(frozen=True, repr=False)
class CellPopulation:
    """Adaptive exponential integrate-and-fire cells (Brette & Gerstner 2005) that share one set of means.

    `standard` is the count at size 1, per side when `sided`. Units: capacitance pF, leak nS, rest,
    threshold, slope, reset, gaba_reversal mV, subthreshold_adaptation nS, spike_adaptation pA,
    adaptation_time ms, bias and noise pA. `spread` is the between-cell coefficient of variation of capacitance,
    leak and adaptation; `spread_potential` the standard deviation of rest and threshold, mV;
    `bias_spread` that of the bias current, pA. tonic_glutamate and tonic_gaba (nS) are steady conductances from
    inputs outside the model.
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

    def __repr__(self) -> str:
        return f'CellPopulation("{self.name}": {_count(self)}, {"inhibitory" if self.inhibitory else "excitatory"})'


@dataclass(frozen=True, repr=False)
class AfferentPopulation:
    """Renewal spiking fibres of one conduction class; each belongs to root L4 or L5.

    force_threshold (mN, median; lognormal with force_spread), saturating_force (mN above threshold for
    the full rate), peak_rate (Hz at stimulus onset), adapted_share and adaptation_time (s): the rate decays by that
    share under a constant force. heat_threshold (deg C, normal with heat_spread), heat_gain (Hz per deg C),
    brush_rate (Hz).
    conduction_velocity (m/s) over the paw-to-root distance gives the peripheral delay, `delay_class` the
    central one. regularity: shape of the gamma-distributed intervals (1 = Poisson).
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

    def __repr__(self) -> str:
        return f'AfferentPopulation("{self.name}": {_count(self)}, {self.fibre} fibres)'


def _count(population: CellPopulation | AfferentPopulation) -> str:
    return f"{population.standard.si:g}{' on each side' if population.sided else ''}"


def scaled(standard: Sourced, size: float) -> int:
    """Cells at a size factor: at least 2, so that every population exists in the smallest circuit."""
    return max(2, round(standard.si * size))
