"""Transmitter fields: what an epoch is told of release, clearance and competition, and their steady state between
epochs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.optimize import brentq

from circuits.circuit import Circuit
from circuits.injury import scale_of
from circuits.receptors import Receptor
from circuits.transmitters import Transmitter
from core.exposure import Exposure, SiteBinding
from core.vocabulary import COMPARTMENTS

#: How strongly a pacemaker's log rate is expected to fall with the potassium conductance of its autoreceptor, per nS:
#: the spikes of the locus coeruleus give 1.5 to 1.7. It moves only the start of an epoch, never where epochs settle.
PREDICTED_SLOPE = 1.6

#: population -> compartment of its cell bodies and the receptor that brakes it there.
BRAKES = {
    "locus_coeruleus_spinal": ("locus_coeruleus", "alpha2A"),
    "locus_coeruleus_ascending": ("locus_coeruleus", "alpha2A"),
    "raphe": ("raphe", "5-HT1A"),
    "a11": ("a11", "D2"),
}


@dataclass(frozen=True)
class Observed:
    """What the last epoch left: rates of the monoamine populations (Hz) and the activations they were seen at."""

    rates: Mapping[str, float]
    brakes: Mapping[str, float]


def activation(receptor: Receptor, nanomolar: float, binding: SiteBinding) -> float:
    """Share of a receptor active at a transmitter concentration against the drugs there (Gaddum / Hill), 0..1."""
    u = (nanomolar / half_nanomolar(receptor)) ** receptor.hill.si
    return (u + binding.drive) / (1.0 + u + binding.block + binding.held)


def half_nanomolar(receptor: Receptor) -> float:
    """Half-activation in nM (a plain ratio for acetylcholine)."""
    value = receptor.half_activation.si
    return value if receptor.transmitter == "acetylcholine" else value * 1e6


@dataclass(frozen=True)
class Uptake:
    """First-order rate (/s, at low concentration) and half-saturation (nM) of two transporters, and the rest (/s)."""

    rate: tuple[float, float]
    half: tuple[float, float]
    other: float

    def cleared(self, nanomolar: float) -> float:
        """nM per second taken away at a concentration."""
        saturable = sum(r * h / (h + nanomolar) for r, h in zip(self.rate, self.half, strict=True))
        return nanomolar * (saturable + self.other)


def uptake(
    transmitter: Transmitter, exposure: Exposure, compartment: str, scales: Mapping[str, float] | None = None
) -> Uptake:
    """Clearance under competitive inhibition: Km grows by 1 + C/Ki. scales: say what lesions left of transporters."""
    clearance = transmitter.clearance
    total = clearance.rate.si
    rates, halves = [], []
    for name, share in clearance.shares.items():
        blocked = 1.0 + exposure.at(compartment, name).block + exposure.at(compartment, name).held
        left = (scales or {}).get(f"transporter_left.{name}.{compartment}", 1.0)
        rates.append(total * share.si * left / blocked)
        halves.append(clearance.half_saturation[name].si * 1e6 * blocked)
    rest = total * (1.0 - sum(share.si for share in clearance.shares.values()))
    return Uptake((rates[0], rates[1]), (halves[0], halves[1]), rest)


def quanta(
    circuit: Circuit, transmitter: Transmitter, scales: Mapping[str, float], release_factor: float
) -> dict[tuple[str, str], float]:
    """(source, compartment) -> nM added when every cell of the source fires once, were all of them alive."""
    if f"{transmitter.name}_release" in circuit.off:
        return {}
    return {
        (r.source, r.compartment): r.quantum.si
        * 1e6
        * release_factor
        * scale_of(r.scaled_by, scales)
        * scales.get(f"terminals_left.{r.name}", 1.0)
        for r in transmitter.releases
    }


def autoinhibition(transmitter: Transmitter, scales: Mapping[str, float]) -> float:
    """Share of release that a fully active terminal autoreceptor takes away."""
    return transmitter.autoinhibition.si * scale_of(transmitter.autoreceptor_scaled_by, scales)


def steady_state(
    circuit: Circuit, exposure: Exposure, observed: Observed, scales: Mapping[str, float], release_factor: float
) -> tuple[dict[str, np.ndarray], dict[str, float]]:
    """Concentrations (transmitter -> (compartments,) nM) at which release balances clearance, and the rates (Hz)
    expected there.
    """
    rates = _expected_rates(circuit, exposure, observed, scales, release_factor)
    levels = {}
    for transmitter in circuit.transmitters:
        fed = quanta(circuit, transmitter, scales, release_factor)
        level = np.zeros(len(COMPARTMENTS))
        for k, compartment in enumerate(COMPARTMENTS):
            gain = sum(
                q * rates[source] * living(scales, source) for (source, place), q in fed.items() if place == compartment
            )
            level[k] = _balance(circuit, transmitter, exposure, compartment, partial(_constant, gain), scales)
        levels[transmitter.name] = level
    return levels, rates


def living(scales: Mapping[str, float], population: str) -> float:
    """The share of a population's cells that lesions left."""
    return scales.get(f"cells_left.{population}", 1.0)


def _constant(value: float, _: float) -> float:
    return value


def _balance(
    circuit: Circuit,
    transmitter: Transmitter,
    exposure: Exposure,
    compartment: str,
    gain: Callable[[float], float],
    scales: Mapping[str, float],
) -> float:
    """The concentration (nM) at which gain(X) nM/s, less terminal autoinhibition, is cleared."""
    if gain(0.0) <= 0.0:
        return 0.0
    receptor = circuit.receptor(transmitter.autoreceptor)
    binding, brake = exposure.at(compartment, receptor.name), autoinhibition(transmitter, scales)
    cleared = uptake(transmitter, exposure, compartment, scales).cleared

    def surplus(x: float) -> float:
        return gain(x) * max(0.0, 1.0 - brake * activation(receptor, x, binding)) - cleared(x)

    high = 1.0
    while surplus(high) > 0.0 and high < 1e7:
        high *= 4.0
    return float(brentq(surplus, 0.0, high, xtol=1e-6, rtol=1e-9)) if high < 1e7 else high


def _expected_rates(
    circuit: Circuit, exposure: Exposure, observed: Observed, scales: Mapping[str, float], release_factor: float
) -> dict[str, float]:
    """Rates of living cells after their own transmitter has settled around their bodies under this exposure."""
    rates = dict(observed.rates)
    for transmitter in circuit.transmitters:
        fed = quanta(circuit, transmitter, scales, release_factor)
        for source in dict.fromkeys(source for source, _ in fed):
            rates[source] = _expected_rate(circuit, transmitter, exposure, observed, scales, fed, source)
    return rates


def _expected_rate(
    circuit: Circuit,
    transmitter: Transmitter,
    exposure: Exposure,
    observed: Observed,
    scales: Mapping[str, float],
    fed: Mapping[tuple[str, str], float],
    source: str,
) -> float:
    """The rate (Hz) of one population at the balance of what it and its neighbours release around their bodies."""
    compartment, name = BRAKES[source]
    receptor = circuit.receptor(name)
    binding = exposure.at(compartment, name)
    near = {population: quantum for (population, place), quantum in fed.items() if place == compartment}
    slopes = {p: PREDICTED_SLOPE * _braking(circuit, name, p, scales) for p in (*near, source)}
    if not near or not slopes[source]:
        return observed.rates[source]

    def expected(level: float, population: str) -> float:
        change = activation(receptor, level, binding) - observed.brakes[population]
        return observed.rates[population] * float(np.exp(-slopes[population] * change))

    def gain(level: float) -> float:
        return sum(quantum * living(scales, p) * expected(level, p) for p, quantum in near.items())

    return expected(_balance(circuit, transmitter, exposure, compartment, gain, scales), source)


def _braking(circuit: Circuit, receptor: str, population: str, scales: Mapping[str, float]) -> float:
    """Potassium conductance (nS) that the receptor at full activation opens in these cells, 0 if switched off."""
    return sum(
        1e9 * coupling.strength.si * scale_of(coupling.scaled_by, scales)
        for coupling in filter(circuit.is_on, circuit.couplings)
        if coupling.effect == "girk" and coupling.receptor == receptor and population in coupling.targets
    )
