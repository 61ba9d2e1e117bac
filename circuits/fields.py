"""Transmitters in closed form: activation of receptors, release, clearance, and the concentration of their balance.

`circuits.moment` applies them to one animal at one moment.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import inf
from typing import NamedTuple

from scipy.optimize import brentq

from circuits.injury import scale_of
from circuits.receptors import Coupling, Receptor, open_share
from circuits.transmitters import Transmitter
from core.exposure import NO_DRUG, Exposure, SiteBinding

#: How much slower a pacemaker is expected to fire for each nS of potassium conductance that opens in its cells (Hz/nS),
#: and over how many nS this fades out towards silence, in a straight line down to about 0.3 Hz. Spikes of the raphe
#: give 2.1 to 2.9 Hz/nS; those of the locus coeruleus 3.4 from 9 down to 1.5 Hz, and 1 below. They move only the start
#: of an epoch, never where epochs settle.
PREDICTED_SLOWING = 2.0
SLOWING_OF: Mapping[str, float] = {"raphe": 2.5}
PREDICTED_TOE = 0.15

#: The most that receptors on terminals make of a release, over that without them.
MOST_RELEASE = 10.0

#: So many balances are kept: of the last hours of an animal, and of those that other arms come to as well.
_KEPT = 4096

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


class Response(NamedTuple):
    """The active share of a receptor as a function of the concentration of one agonist, with all else as it stands.

    half, hill, efficacy: of that agonist; half is infinite for what does not act there. drive, block, held: of
    drugs and the other agonists.
    """

    half: float
    hill: float
    efficacy: float
    drive: float
    block: float
    held: float

    def __call__(self, nanomolar: float) -> float:
        """The active share at a concentration, 0..1."""
        half, hill, efficacy, drive, block, held = self
        u = (nanomolar / half) ** hill
        shared: float = (efficacy * u + drive) / (1.0 + u + block + held)
        return shared


def response(
    receptor: Receptor, binding: SiteBinding, agonist: str, present: Mapping[str, float] | None = None
) -> Response:
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
    hill, (half, efficacy) = receptor.hill.si, receptor.acts.get(agonist, (inf, 0.0))
    drive, block, held = binding.drive, binding.block, binding.held
    for name, level in (present or {}).items():
        half_other, efficacy_other = receptor.acts[name]
        bound = (level / half_other) ** hill
        drive, held = drive + efficacy_other * bound, held + bound
    return Response(half, hill, efficacy, drive, block, held)


def expected_rate(seen: float, opened: float, slowing: float = PREDICTED_SLOWING) -> float:
    """Rate (Hz) expected of pacemakers that were seen to fire at a rate, once more potassium conductance opens in them.

    Parameters
    ----------
    seen : float
        The rate they were seen at, Hz.
    opened : float
        Conductance opened since then, nS; negative where it has closed.
    slowing : float
        How much slower they fire for each nS, Hz/nS.
    """
    if opened == 0.0 or seen <= 0.0:
        return seen
    scale = slowing * PREDICTED_TOE
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
        taken = 0.0
        for highest, half in self.most:
            taken += highest / (half + nanomolar)
        return nanomolar * (taken + self.other)

    @property
    def most(self) -> list[tuple[float, float]]:
        """Of each transporter, how fast it clears at most (nM/s), and its half-saturation (nM)."""
        return [(rate * half, half) for rate, half in zip(self.rate, self.half, strict=True)]


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
    rates, halves = [], []
    for name, rate, half in transmitter.clearance.transporters(compartment):
        bound = exposure.at(compartment, name)
        blocked = 1.0 + bound.block + bound.held
        left = quantities.get(f"transporter_left.{name}.{compartment}", 1.0) if quantities else 1.0
        rates.append(rate * left / blocked)
        halves.append(half * blocked)
    return Uptake(tuple(rates), tuple(halves), transmitter.clearance.rest(compartment))


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
        (r.source, r.compartment): r.quantum_nanomolar
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


def balance(gain: float | Callable[[float], float], governs: Sequence[tuple[float, Response]], uptake: Uptake) -> float:
    """Find the concentration at which release and clearance balance.

    Parameters
    ----------
    gain : float or callable
        Release without receptors on terminals, nM/s; or as a function of the concentration (nM).
    governs : sequence
        Of each receptor on the terminals, how much of the release it adds at full activation (negative: takes away),
        and its active share as a function of the concentration.
    uptake : Uptake
        Clearance.

    Returns
    -------
    float
        nM; 0 where nothing is released.
    """
    if (gain(0.0) if callable(gain) else gain) <= 0.0:
        return 0.0
    surplus = _surplus(gain, governs, uptake)
    high = 1.0
    while surplus(high) > 0.0 and high < 1e7:
        high *= 4.0
    return float(brentq(surplus, 0.0, high, xtol=1e-6, rtol=1e-9)) if high < 1e7 else high


@lru_cache(maxsize=_KEPT)
def steady_level(gain: float, governs: tuple[tuple[float, Response], ...], uptake: Uptake) -> float:
    """`balance` of a steady release; it is kept, because in hours without a drug little moves."""
    return balance(gain, governs, uptake)


class Braked(NamedTuple):
    """The rate of a block of cells as a function of the activation of the receptor that brakes them.

    rate, seen: the rate (Hz) and that activation when they were last seen. own, held: the weight of the receptor among
    those that open the potassium channels of the cells, and what the others add; a weight of 0 leaves the rate as it
    is. power, pool: of those channels, see `circuits.receptors.open_share`; the pool in nS. slowing: see
    `expected_rate`.
    """

    rate: float
    own: float = 0.0
    held: float = 0.0
    seen: float = 0.0
    power: float = 1.0
    pool: float = 0.0
    slowing: float = PREDICTED_SLOWING

    def __call__(self, active: float) -> float:
        """The rate (Hz) expected at an activation, 0..1."""
        rate, own, held, seen, power, pool, slowing = self
        if not own:
            return rate
        before = open_share(held + own * seen, power)
        return expected_rate(rate, pool * (open_share(held + own * active, power) - before), slowing)


@lru_cache(maxsize=_KEPT)
def settled_activation(
    neighbours: tuple[tuple[float, Braked], ...],
    tone: float,
    active: Response,
    governs: tuple[tuple[float, Response], ...],
    uptake: Uptake,
) -> float:
    """Activation of the receptor that brakes cells, once these are in balance with what they release; kept as above.

    Parameters
    ----------
    neighbours : tuple
        Of each block of cells that release there, what is added when each of its cells fires once (nM), and its rate.
    tone : float
        What else is released there, nM/s.
    active : Response
        The active share of the receptor.
    governs, uptake
        As `balance` takes them.
    """

    def gain(level: float) -> float:
        now, total = active(level), tone
        for quantum, rate in neighbours:
            total += quantum * rate(now)
        return total

    return active(balance(gain, governs, uptake))


def _surplus(
    gain: float | Callable[[float], float], governs: Sequence[tuple[float, Response]], uptake: Uptake
) -> Callable[[float], float]:
    """Release less clearance at a concentration, nM/s.

    A root takes some ten values, and a day of an animal hundreds of roots: so `Response` and `Uptake.cleared` stand
    here once more, without the calls.
    """
    most, rest = uptake.most, uptake.other
    receptors = [(change, *active) for change, active in governs]
    varying = gain if callable(gain) else None
    steady = 0.0 if callable(gain) else gain

    def surplus(x: float) -> float:
        share = 1.0
        for change, half, hill, efficacy, drive, block, held in receptors:
            u = (x / half) ** hill
            share += change * ((efficacy * u + drive) / (1.0 + u + block + held))
        if share < 0.0:
            share = 0.0
        elif share > MOST_RELEASE:
            share = MOST_RELEASE
        taken = 0.0
        for highest, half in most:
            taken += highest / (half + x)
        released = steady if varying is None else varying(x)
        return released * share - x * (taken + rest)

    return surplus
