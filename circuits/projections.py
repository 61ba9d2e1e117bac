"""Projections: which population excites or inhibits which, with in-degree, weight and class of delay.

The wiring of Medlock et al. 2022, reduced to the populations here, with two projections more and the ascending drive of
the locus coeruleus through the paragigantocellular nucleus. Every target cell has `in_degree` contacts.
"""

from __future__ import annotations

from dataclasses import dataclass

from brian2.units import ms, nS

from core.sourced import ASSUMED, FITTED, Sourced


@dataclass(frozen=True)
class Projection:
    """Contacts of one population on another.

    in_degree: contacts on each target cell. weight: mean peak conductance of a contact, AMPA or GABA-A and glycine;
    lognormal over contacts. A target that has no sides is contacted from both sides.
    """

    source: str
    target: str
    delay_class: str
    inhibitory: bool
    in_degree: Sourced
    weight: Sourced

    @property
    def name(self) -> str:
        """`source_to_target`, unique within a circuit."""
        return f"{self.source}_to_{self.target}"


@dataclass(frozen=True)
class SynapseKinetics:
    """What all synapses share: decay times, NMDA share, magnesium block, spread of weights, and delays by class."""

    ampa_decay: Sourced
    nmda_decay: Sourced
    gaba_decay: Sourced
    nmda_ratio: Sourced
    magnesium_half: Sourced
    magnesium_slope: Sourced
    weight_spread: Sourced
    delays: dict[str, Sourced]


KINETICS = SynapseKinetics(
    ampa_decay=Sourced(5 * ms, "Medlock2022", "public code"),
    nmda_decay=Sourced(100 * ms, "Medlock2022", "public code"),
    gaba_decay=Sourced(15 * ms, "Medlock2022", "public code: GABA-A 20 ms, glycine 10 ms: their mean", "derived"),
    nmda_ratio=Sourced(0.15, ASSUMED, "NMDA over AMPA peak conductance", low=0.05, high=0.5),
    magnesium_half=Sourced(
        3.57, "Medlock2022", "public code, there from Jahr1990: mM of magnesium over the extracellular 1 mM"
    ),
    magnesium_slope=Sourced(0.062, "Medlock2022", "public code, there from Jahr1990: per mV"),
    weight_spread=Sourced(0.5, ASSUMED, "s.d. of the logarithm of the weight over contacts", low=0.2, high=1.0),
    delays={
        "a_beta": Sourced(1.0 * ms, "Medlock2022", "public code"),
        "a_delta": Sourced(5.0 * ms, "Medlock2022", "public code"),
        "c": Sourced(10.0 * ms, "Medlock2022", "public code"),
        "local": Sourced(0.5 * ms, "Medlock2022", "public code"),
        "ascending": Sourced(
            30.0 * ms,
            ASSUMED,
            "lamina I to brainstem; A-fibre bursts begin 15-50 ms after a pinch",
            low=10 * ms,
            high=60 * ms,
        ),
        "brainstem": Sourced(
            5.0 * ms, ASSUMED, "paragigantocellular nucleus to locus coeruleus", low=2 * ms, high=15 * ms
        ),
    },
)


def _excites(source: str, target: str, delay: str, contacts: tuple[Sourced, Sourced]) -> Projection:
    return Projection(source, target, delay, False, *contacts)


def _inhibits(source: str, target: str, contacts: tuple[Sourced, Sourced]) -> Projection:
    return Projection(source, target, "local", True, *contacts)


#: Where the number of contacts comes from.
_JOINED = "joined with probability 0.2 in Medlock2022's public code; the number of contacts is chosen"
_NOT_JOINED = "not joined in Medlock2022; added here"
_TO_BRAINSTEM = "no count was found; chosen"


def _contacts(in_degree: int, weight: float, note: str = "", wiring: str = _JOINED) -> tuple[Sourced, Sourced]:
    """In-degree and weight (nS) of a projection."""
    return (
        Sourced(float(in_degree), ASSUMED, wiring, low=in_degree / 2, high=in_degree * 2.0),
        Sourced(
            weight * nS,
            FITTED,
            note or "graded projection response; sham thresholds",
            low=weight / 4 * nS,
            high=weight * 4 * nS,
        ),
    )


DORSAL_HORN_PROJECTIONS = (
    _excites("a_beta", "pkc_gamma", "a_beta", _contacts(12, 0.9, "share of cells that brush recruits (N27)")),
    _excites("a_beta", "parvalbumin", "a_beta", _contacts(14, 0.45)),
    _excites("a_beta", "islet", "a_beta", _contacts(6, 0.25)),
    _excites("a_delta", "vertical", "a_delta", _contacts(10, 0.92)),
    _excites("a_delta", "projection", "a_delta", _contacts(6, 1.8, wiring=_NOT_JOINED)),
    _excites("c_peptidergic", "vertical", "c", _contacts(10, 0.83)),
    _excites("c_peptidergic", "islet", "c", _contacts(10, 0.16)),
    _excites("c_peptidergic", "projection", "c", _contacts(12, 1.8)),
    _excites("c_nonpeptidergic", "vertical", "c", _contacts(10, 0.83)),
    _excites("c_nonpeptidergic", "islet", "c", _contacts(10, 0.16)),
    _excites(
        "pkc_gamma",
        "vertical",
        "local",
        _contacts(8, 0.72, "the normally closed A-beta route; share of cells that brush recruits (N27)"),
    ),
    _excites("vertical", "projection", "local", _contacts(20, 1.1)),
    _inhibits("parvalbumin", "pkc_gamma", _contacts(10, 1.6, "feed-forward gate: brush stays silent in sham")),
    _inhibits("parvalbumin", "vertical", _contacts(4, 0.6)),
    _inhibits("islet", "vertical", _contacts(12, 0.6)),
    _inhibits("islet", "projection", _contacts(12, 0.7)),
    _inhibits("islet", "pkc_gamma", _contacts(4, 0.5, wiring=_NOT_JOINED)),
)

#: Lidocaine in the paragigantocellular nucleus lessens what footshock does to 50 of 56 cells of the locus coeruleus and
#: stops it in 20 (Chiang & Aston-Jones 1993, rats, 10.1016/0306-4522(93)90618-P). Here nothing goes past it.
ASCENDING_PROJECTIONS = (
    _excites("projection", "paragigantocellularis", "ascending", _contacts(8, 1.0, "burst of the locus coeruleus to a pinch (D1)", _TO_BRAINSTEM)),
    _excites("forepaw_nociceptor", "paragigantocellularis", "ascending", _contacts(8, 1.9, "evoked spinal noradrenaline (A5)", _TO_BRAINSTEM)),
    _excites("paragigantocellularis", "locus_coeruleus_spinal", "brainstem", _contacts(6, 0.85, "burst to a pinch (D1), evoked spinal noradrenaline (A5)", _TO_BRAINSTEM)),
    _excites("paragigantocellularis", "locus_coeruleus_ascending", "brainstem", _contacts(6, 0.5, "burst to a pinch (D1)", _TO_BRAINSTEM)),
)  # fmt: skip

PROJECTIONS = DORSAL_HORN_PROJECTIONS + ASCENDING_PROJECTIONS
