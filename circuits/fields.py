"""Transmitter fields in closed form: activation of receptors, release, clearance, and where the two balance.

What they are in an animal at one moment stands in `circuits.moment`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from scipy.optimize import brentq

from circuits.injury import scale_of
from circuits.receptors import Receptor
from circuits.transmitters import Transmitter
from core.exposure import Exposure, SiteBinding

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

#: (source, compartment) -> nM.
Quanta = Mapping[tuple[str, str], float]


def activation(receptor: Receptor, nanomolar: float, binding: SiteBinding) -> float:
    """Share of a receptor active at a transmitter concentration against the drugs there (Gaddum / Hill), 0..1."""
    return response(receptor, binding)(nanomolar)


def response(receptor: Receptor, binding: SiteBinding) -> Callable[[float], float]:
    """The same as a function of the concentration (nM), for what asks for it again and again."""
    half, hill = half_nanomolar(receptor), receptor.hill.si
    block, drive, held = binding.block, binding.drive, binding.held

    def active(nanomolar: float) -> float:
        u = (nanomolar / half) ** hill
        return (u + drive) / (1.0 + u + block + held)

    return active


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
        (one, other), (half_one, half_other) = self.rate, self.half
        saturable = one * half_one / (half_one + nanomolar) + other * half_other / (half_other + nanomolar)
        return nanomolar * (saturable + self.other)


def uptake(
    transmitter: Transmitter, exposure: Exposure, compartment: str, quantities: Mapping[str, float] | None = None
) -> Uptake:
    """Clearance under competitive inhibition: Km grows by 1 + C/Ki. quantities: say what lesions left of
    transporters; without, all.
    """
    clearance = transmitter.clearance
    total = clearance.rate.si
    rates, halves = [], []
    for name, share in clearance.shares.items():
        bound = exposure.at(compartment, name)
        blocked = 1.0 + bound.block + bound.held
        left = (quantities or {}).get(f"transporter_left.{name}.{compartment}", 1.0)
        rates.append(total * share.si * left / blocked)
        halves.append(clearance.half_saturation[name].si * 1e6 * blocked)
    rest = total * (1.0 - sum(share.si for share in clearance.shares.values()))
    return Uptake((rates[0], rates[1]), (halves[0], halves[1]), rest)


def quanta(
    transmitter: Transmitter, quantities: Mapping[str, float], release_factor: float
) -> dict[tuple[str, str], float]:
    """(source, compartment) -> nM added when every cell of the source fires once, were all of them alive."""
    return {
        (r.source, r.compartment): r.quantum.si
        * 1e6
        * release_factor
        * scale_of(r.scaled_by, quantities)
        * quantities.get(f"terminals_left.{r.name}", 1.0)
        for r in transmitter.releases
    }


def autoinhibition(transmitter: Transmitter, quantities: Mapping[str, float]) -> float:
    """Share of release that a fully active terminal autoreceptor takes away."""
    return transmitter.autoinhibition.si * scale_of(transmitter.autoreceptor_scaled_by, quantities)


def balance(gain: Callable[[float], float], left: Callable[[float], float], cleared: Callable[[float], float]) -> float:
    """The concentration X (nM) at which gain(X) nM/s, of which autoreceptors leave left(X), is cleared(X); 0 without
    any gain.
    """
    if gain(0.0) <= 0.0:
        return 0.0

    def surplus(x: float) -> float:
        return gain(x) * left(x) - cleared(x)

    high = 1.0
    while surplus(high) > 0.0 and high < 1e7:
        high *= 4.0
    return float(brentq(surplus, 0.0, high, xtol=1e-6, rtol=1e-9)) if high < 1e7 else high
