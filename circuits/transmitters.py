"""Transmitters that compartments are bathed in: release by spikes or as a tone, clearance, receptors on terminals.

dX/dt = (release per spike x spikes + tone) x terminal factor
        - sum over transporters of Vmax (1 - occupancy) X / (Km + X) - k0 X

Concentrations are in nM, rates per second, spikes per releasing cell. Inside an epoch the equation is integrated; between
epochs concentrations stand where release balances clearance (`circuits.moment.Moment.levels`).

A transmitter is one entry of `CIRCUIT_TRANSMITTERS`; everything else follows from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from brian2.units import nM, second

from core.errors import UserError
from core.sourced import ASSUMED, FITTED, Sourced

_PER_SECOND = 1 / second


@dataclass(frozen=True)
class Clearance:
    """How a transmitter is cleared.

    rate: first-order rate of all clearance at low concentration. shares: transporter -> its share of that; the rest is
    diffusion, uptake 2 and metabolism. half_saturation: transporter -> its Km. shares_in: compartment -> shares that hold
    there instead.
    """

    rate: Sourced
    shares: Mapping[str, Sourced]
    half_saturation: Mapping[str, Sourced]
    shares_in: Mapping[str, Mapping[str, Sourced]] = field(default_factory=dict)

    def check(self, where: str) -> None:
        """Raise `UserError` where a compartment has not a share of each transporter, in one order."""
        for compartment, shares in self.shares_in.items():
            if list(shares) != list(self.shares):
                raise UserError(
                    f"{where}: the shares in {compartment} are of {', '.join(shares)}; expected those of "
                    f"{', '.join(self.shares)}, in this order."
                )

    def shares_of(self, compartment: str) -> Mapping[str, Sourced]:
        """Transporter -> its share of the clearance in a compartment."""
        return self.shares_in.get(compartment, self.shares)

    def transporters(self, compartment: str) -> tuple[tuple[str, float, float], ...]:
        """Transporter, its rate at low concentration in a compartment (/s), its half-saturation (nM); without drugs."""
        return self._known.get(compartment, self._known[""])[0]

    def rest(self, compartment: str) -> float:
        """Rate of all else in a compartment, /s."""
        return self._known.get(compartment, self._known[""])[1]

    @cached_property
    def _known(self) -> dict[str, tuple[tuple[tuple[str, float, float], ...], float]]:
        """Compartment with shares of its own, or "" for all others -> its transporters and the rate of the rest."""
        total, found = self.rate.si, {}
        for compartment, shares in {"": self.shares, **self.shares_in}.items():
            named = tuple((x, total * share.si, self.half_saturation[x].si * 1e6) for x, share in shares.items())
            found[compartment] = named, total * (1.0 - sum(share.si for share in shares.values()))
        return found


@dataclass(frozen=True)
class Release:
    """Release of one population into one compartment.

    quantum: what it adds there when each of its cells fires once; of a population on both sides, each of those on the
    side of the compartment. scaled_by: the slow quantity that multiplies it, "" for none.
    """

    source: str
    compartment: str
    quantum: Sourced
    scaled_by: str = ""

    @cached_property
    def name(self) -> str:
        """`source_in_compartment`, unique within a transmitter."""
        return f"{self.source}_in_{self.compartment}"

    @cached_property
    def quantum_nanomolar(self) -> float:
        """The quantum in nM."""
        return self.quantum.si * 1e6


@dataclass(frozen=True)
class Tone:
    """Release into one compartment at a constant rate, behind which no spike of the model stands.

    level: the concentration at which it alone balances undisturbed clearance. scaled_by: as of `Release`.
    """

    compartment: str
    level: Sourced
    scaled_by: str = ""

    @property
    def name(self) -> str:
        """`tone_in_compartment`, unique within a transmitter."""
        return f"tone_in_{self.compartment}"


@dataclass(frozen=True)
class Transmitter:
    """A transmitter: where it is released, how it is cleared, and what governs its terminals.

    Other receptors on its terminals are couplings whose target it is (`circuits.receptors.Coupling`).

    Attributes
    ----------
    name : str
        Such as "noradrenaline".
    clearance : Clearance
        How it goes.
    releases : tuple of Release
        By spikes of which populations, and where.
    autoreceptor : str
        The receptor on its terminals, "" for none.
    autoinhibition : Sourced, optional
        Share of release that the autoreceptor takes away at full activation.
    autoreceptor_scaled_by : str
        The slow quantity that multiplies this share, "" for none.
    terminal_transporter : str
        The transporter that sits on its terminals and is lost with them, "" for none.
    tones : tuple of Tone
        What else is released.
    """

    name: str
    clearance: Clearance
    releases: tuple[Release, ...] = ()
    autoreceptor: str = ""
    autoinhibition: Sourced | None = None
    autoreceptor_scaled_by: str = ""
    terminal_transporter: str = ""
    tones: tuple[Tone, ...] = ()

    @property
    def compartments(self) -> tuple[str, ...]:
        """Where it is released."""
        places = [release.compartment for release in self.releases] + [tone.compartment for tone in self.tones]
        return tuple(dict.fromkeys(places))


def sources_by_place(transmitters: Iterable[Transmitter]) -> dict[tuple[str, str], list[str]]:
    """Transmitter, compartment -> the populations that release it there."""
    found: dict[tuple[str, str], list[str]] = {}
    for transmitter in transmitters:
        for release in transmitter.releases:
            sources = found.setdefault((transmitter.name, release.compartment), [])
            if release.source not in sources:
                sources.append(release.source)
    return found


def own_transmitters(transmitters: Iterable[Transmitter]) -> dict[str, Transmitter]:
    """Population -> its own transmitter: the first that lists it as a source. What else it releases goes along."""
    found: dict[str, Transmitter] = {}
    for transmitter in transmitters:
        for release in transmitter.releases:
            found.setdefault(release.source, transmitter)
    return found


_NET_KM = Sourced(500 * nM, ASSUMED, "0.3-0.7 uM", low=300 * nM, high=700 * nM)
_SERT_KM = Sourced(170 * nM, ASSUMED, "rat; recalled from Bunin1998, not read", low=100 * nM, high=400 * nM)
_DAT_KM = Sourced(200 * nM, "Michael2005", "rat striatum: near 0.2 uM", low=100 * nM, high=400 * nM)

_NET_OF_NORADRENALINE = Sourced(
    0.90,
    "Kalen1988",
    "rat hippocampus, halothane: desipramine 5 uM in the probe raises noradrenaline 8-fold, which needs 0.89 where terminal "
    "autoreceptors then take a tenth of release; from systemic desipramine and reboxetine 0.89, below 0.95 (N1, N7)",
    "derived",
    low=0.85,
    high=0.96,
)
_NET_OF_NORADRENALINE_IN_CORD = Sourced(
    0.77,
    FITTED,
    "not measured in the cord; less than in the forebrain, because duloxetine brings noradrenaline of the cord to 1.7 "
    "to 1.8 times that of vehicle, by content (A3)",
    low=0.6,
    high=0.95,
)
_SERT_OF_NORADRENALINE = Sourced(
    0.02,
    ASSUMED,
    "SERT carries a little: citalopram leaves noradrenaline of the forebrain as it is (R13)",
    low=0.0,
    high=0.05,
)

NORADRENALINE = Transmitter(
    name="noradrenaline",
    clearance=Clearance(
        rate=Sourced(0.312 * _PER_SECOND, "Palij1994", "half-life 2.93 s from a peak of 0.31 uM, where NET (Km 0.5 uM) is part saturated", "derived", low=0.1 * _PER_SECOND, high=1 * _PER_SECOND),
        shares={
            "NET": Sourced(0.83, "Palij1994", "slices of the locus coeruleus: 50 nM desipramine makes the half-life from a peak of 0.31 uM 4.14 times longer, where NET is part saturated", "derived", low=0.7, high=0.9),
            "SERT": Sourced(0.02, ASSUMED, "SERT carries a little; in slices of the locus coeruleus more: 0.5 uM fluvoxamine lengthens the half-life by 122 % (Palij1994), which needs a share of 0.3 or more", low=0.0, high=0.05),
        },
        half_saturation={"NET": _NET_KM, "SERT": Sourced(2000 * nM, ASSUMED, "low affinity of SERT for noradrenaline", low=500 * nM, high=5000 * nM)},
        shares_in={
            "dorsal_horn_ipsi": {"NET": _NET_OF_NORADRENALINE_IN_CORD, "SERT": _SERT_OF_NORADRENALINE},
            "dorsal_horn_contra": {"NET": _NET_OF_NORADRENALINE_IN_CORD, "SERT": _SERT_OF_NORADRENALINE},
            "forebrain": {"NET": _NET_OF_NORADRENALINE, "SERT": _SERT_OF_NORADRENALINE},
        },
    ),
    releases=(
        Release("locus_coeruleus_spinal", "dorsal_horn_ipsi", Sourced(2.0 * nM, FITTED, "about 10 nM at rest, from a scan of 3-30 nM; evoked release must reach the threshold (A5)", low=0.3 * nM, high=4 * nM), "noradrenaline_sprouting"),
        Release("locus_coeruleus_spinal", "dorsal_horn_contra", Sourced(2.0 * nM, FITTED, "about 10 nM at rest, from a scan of 3-30 nM; evoked release must reach the threshold (A5)", low=0.3 * nM, high=4 * nM), "noradrenaline_sprouting_contra"),
        Release("locus_coeruleus_spinal", "locus_coeruleus_spinal", Sourced(1.0 * nM, ASSUMED, "half of that around ascending cells: coeruleospinal cells stand more ventrally (Li2016, rat), taken to be less dense", low=0.4 * nM, high=4 * nM)),
        Release("locus_coeruleus_ascending", "locus_coeruleus", Sourced(2.1 * nM, FITTED, "12 nM at 1.8 Hz around the cell bodies", low=0.4 * nM, high=4 * nM)),
        Release("locus_coeruleus_ascending", "forebrain", Sourced(2.1 * nM, "Abercrombie1988", "rat: about 14 nM in the hippocampus, with the tone", "derived", low=0.5 * nM, high=4 * nM)),
        Release("locus_coeruleus_ascending", "raphe", Sourced(1.3 * nM, ASSUMED, "9 nM, as around the locus coeruleus", low=0.3 * nM, high=3 * nM)),
    ),
    autoreceptor="alpha2A",
    autoinhibition=Sourced(0.3, FITTED, "rat forebrain under clonidine, yohimbine and blockers of NET: 0.3, not determined alone (N1, N7, N9, N10, R51); idazoxan in the probe does less than given systemically (Thomas1991)", low=0.1, high=0.9),
    autoreceptor_scaled_by="alpha2_terminal_sensitivity",
    terminal_transporter="NET",
    tones=(
        Tone("forebrain", Sourced(2.1 * nM, "Kalen1988", "rat hippocampus: tetrodotoxin leaves 15 %, here of the 14 nM at rest (Abercrombie1988); seen under desipramine in the probe and halothane", "derived", low=0.3 * nM, high=4 * nM), "fibres_left.locus_coeruleus_ascending_in_forebrain"),
    ),
)  # fmt: skip

#: In a dialysate of the lumbar cord there are 1.0 to 1.2 pg of serotonin and as much dopamine in 22 uL: 0.28 and 0.33 nM.
_SEROTONIN_IN_CORD = Sourced(
    2.7 * nM,
    "Men1994",
    "rat, lumbar cord: 0.28 nM in the dialysate; a recovery of 10 to 20 % is assumed and makes it 1.5 to 3 nM at rest",
    "derived",
    low=1 * nM,
    high=6 * nM,
)

SEROTONIN = Transmitter(
    name="serotonin",
    clearance=Clearance(
        rate=Sourced(1.2 * _PER_SECOND, ASSUMED, "Vmax/Km of 3-8 /s in raphe and nigra, recalled from Bunin1998, not read; sparser transporter in the cord", low=0.3 * _PER_SECOND, high=6 * _PER_SECOND),
        shares={
            "SERT": Sourced(0.75, ASSUMED, "most of the clearance", low=0.5, high=0.9),
            "NET": Sourced(0.05, ASSUMED, "a little", low=0.0, high=0.15),
        },
        half_saturation={"SERT": _SERT_KM, "NET": Sourced(2000 * nM, ASSUMED, "low affinity", low=500 * nM, high=5000 * nM)},
        shares_in={
            "raphe": {
                "SERT": Sourced(0.86, ASSUMED, "most serotonin transporters stand around the cell bodies: the raphe has the most binding sites, cortex the fewest (seen in an abstract on man)", low=0.6, high=0.95),
                "NET": Sourced(0.03, ASSUMED, "a little", low=0.0, high=0.05),
            },
        },
    ),
    releases=(
        Release("raphe", "dorsal_horn_ipsi", _SEROTONIN_IN_CORD),
        Release("raphe", "dorsal_horn_contra", _SEROTONIN_IN_CORD),
        Release("raphe", "raphe", Sourced(0.6 * nM, ASSUMED, "a tenth of what is released there: tetrodotoxin and calcium-free medium do not lower serotonin around the raphe (Adell1993, rat)", low=0 * nM, high=5 * nM)),
        Release("raphe", "locus_coeruleus", Sourced(4.0 * nM, ASSUMED, "as the cord", low=1 * nM, high=12 * nM)),
        Release("raphe", "locus_coeruleus_spinal", Sourced(4.0 * nM, ASSUMED, "as the cord", low=1 * nM, high=12 * nM)),
        Release("raphe", "forebrain", Sourced(4.0 * nM, ASSUMED, "as the cord", low=1 * nM, high=12 * nM)),
    ),
    autoreceptor="5-HT1A",
    autoinhibition=Sourced(0.3, ASSUMED, "terminal 5-HT1B/1D, lumped with 5-HT1A", low=0.1, high=0.7),
    terminal_transporter="SERT",
    tones=(
        Tone("raphe", Sourced(4.5 * nM, ASSUMED, "around the cell bodies serotonin leaks from the cytosol, by no spike and no vesicle: rat, in vivo neither tetrodotoxin nor calcium-free medium nor reserpine lowers it (Adell1993), and in slices it brakes the cells (Mlinar2015); its level was not read", low=1 * nM, high=20 * nM)),
    ),
)  # fmt: skip

_DOPAMINE_OF_A11 = Sourced(
    0.45 * nM,
    "Men1994",
    "rat, lumbar cord: 0.33 nM in the dialysate; a recovery of 10 to 20 % is assumed and makes it 1.5 to 3 nM at "
    "rest; that half of it comes from the dopaminergic cells is ours",
    "derived",
    low=0.2 * nM,
    high=2 * nM,
)
_DOPAMINE_OF_COERULEUS = Sourced(
    0.38 * nM,
    "Men1994",
    "rat, lumbar cord: 0.33 nM in the dialysate; a recovery of 10 to 20 % is assumed and makes it 1.5 to 3 nM at "
    "rest; that half of it comes from terminals of the locus coeruleus is ours",
    "derived",
    low=0.1 * nM,
    high=2 * nM,
)

DOPAMINE = Transmitter(
    name="dopamine",
    clearance=Clearance(
        rate=Sourced(0.5 * _PER_SECOND, ASSUMED, "cord, sparse transporter", low=0.2 * _PER_SECOND, high=2 * _PER_SECOND),
        shares={
            "NET": Sourced(0.65, ASSUMED, "cleared in the cord mostly by NET (A16, A36)", low=0.4, high=0.85),
            "DAT": Sourced(0.10, ASSUMED, "sparse", low=0.0, high=0.3),
        },
        half_saturation={"NET": _NET_KM, "DAT": _DAT_KM},
    ),
    releases=(
        Release("a11", "dorsal_horn_ipsi", _DOPAMINE_OF_A11),
        Release("a11", "dorsal_horn_contra", _DOPAMINE_OF_A11),
        Release("a11", "a11", Sourced(1.7 * nM, ASSUMED, "somatodendritic release, about 5 nM at rest", low=0.4 * nM, high=6 * nM)),
        Release("locus_coeruleus_spinal", "dorsal_horn_ipsi", _DOPAMINE_OF_COERULEUS, "noradrenaline_sprouting"),
        Release("locus_coeruleus_spinal", "dorsal_horn_contra", _DOPAMINE_OF_COERULEUS, "noradrenaline_sprouting_contra"),
        Release("locus_coeruleus_ascending", "forebrain", Sourced(0.3 * nM, ASSUMED, "rat cortex: terminals of the locus coeruleus release dopamine with noradrenaline, recalled; about 1 nM at rest is taken", low=0.05 * nM, high=2 * nM)),
    ),
    autoreceptor="D2",
    autoinhibition=Sourced(0.3, ASSUMED, "terminal D2", low=0.1, high=0.7),
    terminal_transporter="DAT",
)  # fmt: skip

CIRCUIT_TRANSMITTERS = (NORADRENALINE, SEROTONIN, DOPAMINE)
