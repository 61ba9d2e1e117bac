"""Monoamines in closed form: activation of receptors, release, clearance, and the concentration where the two balance.

`circuits.moment` applies them to one animal at one moment.
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
    """Share of a receptor that is active against the drugs at it (Gaddum / Hill).

    Parameters
    ----------
    receptor : Receptor
        Half-activation and Hill coefficient.
    nanomolar : float
        Concentration of its transmitter, nM.
    binding : SiteBinding
        Agonists and antagonists at the receptor.

    Returns
    -------
    float
        0..1.
    """
    return float(response(receptor, binding)(nanomolar))


def response(receptor: Receptor, binding: SiteBinding) -> Callable[[float], float]:
    """`activation` as a function of the concentration (nM), for whoever asks for it again and again."""
    half, hill = half_nanomolar(receptor), receptor.hill.si
    block, drive, held = binding.block, binding.drive, binding.held

    def active(nanomolar: float) -> float:
        u = (nanomolar / half) ** hill
        shared: float = (u + drive) / (1.0 + u + block + held)
        return shared

    return active


def half_nanomolar(receptor: Receptor) -> float:
    """Half-activation in nM (a plain ratio for acetylcholine)."""
    value = receptor.half_activation.si
    return value if receptor.transmitter == "acetylcholine" else value * 1e6


@dataclass(frozen=True)
class Uptake:
    """Clearance of a transmitter in one compartment by two transporters, and by all else.

    rate: first-order rate of each transporter at low concentration, /s. half: concentration at which each is half
    saturated, nM. other: rate of the rest, /s.
    """

    rate: tuple[float, float]
    half: tuple[float, float]
    other: float

    def cleared(self, nanomolar: float) -> float:
        """How fast it is cleared at a concentration, nM/s."""
        return self.clearance(nanomolar)

    @property
    def clearance(self) -> Callable[[float], float]:
        """`cleared` as a function, for whoever asks for it again and again."""
        (one, two), (half_one, half_two) = self.rate, self.half
        most_one, most_two, rest = one * half_one, two * half_two, self.other

        def cleared(nanomolar: float) -> float:
            return nanomolar * (most_one / (half_one + nanomolar) + most_two / (half_two + nanomolar) + rest)

        return cleared


def uptake(
    transmitter: Transmitter, exposure: Exposure, compartment: str, quantities: Mapping[str, float] | None = None
) -> Uptake:
    """Clearance of a transmitter in a compartment under competitive inhibition, by which Km grows by 1 + C/Ki.

    Parameters
    ----------
    transmitter : Transmitter
        Rate, shares of the transporters and their half-saturations.
    exposure : Exposure
        The drugs present.
    compartment : str
        Where.
    quantities : mapping of float, optional
        Slow quantities (`Moment.quantities`), which say what share of each transporter lesions left; all by default.
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
    """What one spike of every cell of a source adds in a compartment, were all cells alive.

    Parameters
    ----------
    transmitter : Transmitter
        Its releases.
    quantities : mapping of float
        Slow quantities (`Moment.quantities`): sprouting, terminals left.
    release_factor : float
        Of the animal.

    Returns
    -------
    dict of float
        (source, compartment) -> nM.
    """
    return {
        (r.source, r.compartment): r.quantum.si
        * 1e6
        * release_factor
        * scale_of(r.scaled_by, quantities)
        * quantities.get(f"terminals_left.{r.name}", 1.0)
        for r in transmitter.releases
    }


def autoinhibition(transmitter: Transmitter, quantities: Mapping[str, float]) -> float:
    """Share of release that the autoreceptor on terminals takes away when it is fully active, 0..1."""
    return transmitter.autoinhibition.si * scale_of(transmitter.autoreceptor_scaled_by, quantities)


def balance(gain: Callable[[float], float], left: Callable[[float], float], cleared: Callable[[float], float]) -> float:
    """Find the concentration at which release and clearance balance.

    Parameters
    ----------
    gain : callable
        Release without autoreceptors at a concentration (nM), nM/s.
    left : callable
        Share of it that autoreceptors on terminals leave at that concentration.
    cleared : callable
        Clearance at that concentration, nM/s.

    Returns
    -------
    float
        nM; 0 where nothing is released.
    """
    if gain(0.0) <= 0.0:
        return 0.0

    def surplus(x: float) -> float:
        return gain(x) * left(x) - cleared(x)

    high = 1.0
    while surplus(high) > 0.0 and high < 1e7:
        high *= 4.0
    return float(brentq(surplus, 0.0, high, xtol=1e-6, rtol=1e-9)) if high < 1e7 else high
