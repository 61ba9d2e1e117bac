"""Transmitters in closed form: activation of receptors, release, clearance, and the concentration of their balance.

`circuits.moment` applies them to one animal at one moment.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from scipy.optimize import brentq

from circuits.injury import scale_of
from circuits.receptors import Coupling, Receptor
from circuits.transmitters import Transmitter
from core.exposure import NO_DRUG, Exposure, SiteBinding

#: How much slower a pacemaker is expected to fire for each nS of potassium conductance that opens in its cells (Hz/nS),
#: and over how many nS this fades out towards silence: the spikes of locus coeruleus and raphe give 1.9 to 2.2 Hz/nS
#: and a straight line down to about 0.3 Hz. They move only the start of an epoch, never where epochs settle.
PREDICTED_SLOWING = 2.0
PREDICTED_TOE = 0.15

#: The most that receptors on terminals make of a release, over that without them.
MOST_RELEASE = 10.0

#: Beyond this ln(1 + exp(x)) is x.
_LINEAR_FROM = 40.0

#: (source, compartment) -> nM.
Quanta = Mapping[tuple[str, str], float]


def activation(receptor: Receptor, nanomolar: float, binding: SiteBinding) -> float:
    """Share of a receptor that is active against the drugs at it (Gaddum / Hill).

    Parameters
    ----------
    receptor : Receptor
        Its agonists and Hill coefficient.
    nanomolar : float
        Concentration of its own agonist, nM; the others are absent.
    binding : SiteBinding
        Drugs at the receptor.

    Returns
    -------
    float
        0..1.
    """
    return float(response(receptor, binding, receptor.agonist)(nanomolar))


def response(
    receptor: Receptor, binding: SiteBinding, agonist: str, present: Mapping[str, float] | None = None
) -> Callable[[float], float]:
    """The active share of a receptor as a function of the concentration of one agonist.

    Parameters
    ----------
    receptor : Receptor
        Its agonists and Hill coefficient.
    binding : SiteBinding
        Drugs at the receptor.
    agonist : str
        Whose concentration (nM) the function takes; of what does not act there it takes no notice.
    present : mapping of float, optional
        Concentrations of the other agonists; none by default.
    """
    hill, (half, efficacy) = receptor.hill.si, receptor.acts.get(agonist, (1.0, 0.0))
    follows = agonist in receptor.agonists
    drive, block, held = binding.drive, binding.block, binding.held
    for name, level in (present or {}).items():
        half_other, efficacy_other = receptor.acts[name]
        bound = (level / half_other) ** hill
        drive, held = drive + efficacy_other * bound, held + bound

    def active(nanomolar: float) -> float:
        u = (nanomolar / half) ** hill if follows else 0.0
        shared: float = (efficacy * u + drive) / (1.0 + u + block + held)
        return shared

    return active


def expected_rate(seen: float, opened: float) -> float:
    """Rate (Hz) expected of pacemakers that were seen to fire at a rate, once more potassium conductance opens in them.

    Parameters
    ----------
    seen : float
        The rate they were seen at, Hz.
    opened : float
        Conductance opened since then, nS; negative where it has closed.
    """
    if opened == 0.0 or seen <= 0.0:
        return seen
    scale = PREDICTED_SLOWING * PREDICTED_TOE
    to_silence = seen / scale + math.log(-math.expm1(-seen / scale)) - opened / PREDICTED_TOE
    rate = scale * (to_silence if to_silence > _LINEAR_FROM else math.log1p(math.exp(to_silence)))
    # A rounded rate must not pass the one it began from.
    return min(rate, seen) if opened > 0.0 else max(rate, seen)


@dataclass(frozen=True)
class Uptake:
    """Clearance of a transmitter in one compartment by transporters, and by all else.

    rate: first-order rate of each transporter at low concentration, /s. half: concentration at which each is half
    saturated, nM. other: rate of the rest, /s.
    """

    rate: tuple[float, ...]
    half: tuple[float, ...]
    other: float

    def cleared(self, nanomolar: float) -> float:
        """How fast it is cleared at a concentration, nM/s."""
        return self.clearance(nanomolar)

    @property
    def clearance(self) -> Callable[[float], float]:
        """`cleared` as a function, for whoever asks for it again and again."""
        most = [(rate * half, half) for rate, half in zip(self.rate, self.half, strict=True)]
        rest = self.other

        def cleared(nanomolar: float) -> float:
            taken = 0.0
            for highest, half in most:
                taken += highest / (half + nanomolar)
            return nanomolar * (taken + rest)

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
    shares = clearance.shares_of(compartment)
    for name, share in shares.items():
        bound = exposure.at(compartment, name)
        blocked = 1.0 + bound.block + bound.held
        left = (quantities or {}).get(f"transporter_left.{name}.{compartment}", 1.0)
        rates.append(total * share.si * left / blocked)
        halves.append(clearance.half_saturation[name].si * 1e6 * blocked)
    rest = total * (1.0 - sum(share.si for share in shares.values()))
    return Uptake(tuple(rates), tuple(halves), rest)


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


def tones(transmitter: Transmitter, quantities: Mapping[str, float]) -> dict[str, float]:
    """What the tones of a transmitter release (nM/s), by compartment, receptors on terminals aside."""
    found: dict[str, float] = {}
    for tone in transmitter.tones:
        undisturbed = uptake(transmitter, NO_DRUG, tone.compartment).cleared(tone.level.si * 1e6)
        found.setdefault(tone.compartment, 0.0)
        found[tone.compartment] += undisturbed * scale_of(tone.scaled_by, quantities)
    return found


def autoinhibition(transmitter: Transmitter, quantities: Mapping[str, float]) -> float:
    """Share of release that the autoreceptor on terminals takes away when it is fully active, 0..1."""
    if transmitter.autoinhibition is None:
        return 0.0
    return transmitter.autoinhibition.si * scale_of(transmitter.autoreceptor_scaled_by, quantities)


def modulation(
    transmitter: str, couplings: Iterable[Coupling], quantities: Mapping[str, float], compartment: str
) -> dict[str, float]:
    """Relative change of a transmitter's release in a compartment by each receptor that couplings put on its terminals,
    at full activation.
    """
    found: dict[str, float] = {}
    side = compartment.rpartition("_")[2]
    for coupling in couplings:
        if transmitter in coupling.targets:
            scale = scale_of(coupling.scaled_by, quantities, side)
            found.setdefault(coupling.receptor, 0.0)
            found[coupling.receptor] += coupling.strength.si * coupling.share.si * scale
    return found


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
