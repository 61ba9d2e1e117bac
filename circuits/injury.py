"""Spinal nerve ligation as a list of differences from sham, each with its time course and source.

Sham has an empty list and is otherwise the same circuit, of the same sizes and draws. So a sham and a ligated animal of
one number are the same animal, cell by cell.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from brian2.units import Hz, mV

from core.sourced import ASSUMED, FITTED, Sourced
from core.units import SECONDS_PER_HOUR, day


@dataclass(frozen=True)
class Difference:
    """One thing that the injury changes over time.

    After surgery `quantity` moves from its sham value by amplitude x (1 - exp(-(t - onset)/time_constant)). `QUANTITIES`
    says what each quantity is.
    """

    name: str
    quantity: str
    amplitude: Sourced
    onset: Sourced
    time_constant: Sourced

    def at(self, hours: float) -> float:
        """The difference from sham `hours` after surgery, in the SI unit of its amplitude; 0 before its onset."""
        since = hours - self.onset.si / SECONDS_PER_HOUR
        if since <= 0.0:
            return 0.0
        return self.amplitude.si * -math.expm1(-since * SECONDS_PER_HOUR / self.time_constant.si)


#: Quantity -> (value in sham, what it is). In SI units; on the injured side only, unless said.
QUANTITIES: Mapping[str, tuple[float, str]] = {
    "l5_input": (1.0, "share of L5 fibres that still answer a stimulus"),
    "ectopic_share": (0.0, "share of L5 A fibres that fire ectopically"),
    "ectopic_rate": (0.0, "Hz, of an ectopically firing A fibre"),
    "c_spontaneous_share": (0.0, "share of L4 C fibres that fire on their own"),
    "c_spontaneous_rate": (0.0, "Hz, of such a C fibre"),
    "nociceptor_sensitisation": (0.0, "fall of the logarithm of force and heat thresholds of L4 nociceptors"),
    "gaba_reversal_shift": (0.0, "V, of E_GABA in excitatory dorsal-horn cells"),
    "gaba_release_loss": (0.0, "share of GABA release lost"),
    "noradrenaline_sprouting": (1.0, "factor on spinal noradrenaline release"),
    "noradrenaline_sprouting_contra": (1.0, "factor on contralateral spinal noradrenaline release"),
    "acetylcholine_switch": (0.0, "0..1, alpha2A raises the release of acetylcholine, and this that of GABA"),
    "alpha2delta_upregulation": (0.0, "0..1, of alpha2delta-1 on injured afferents"),
    "glt1_loss": (0.0, "share of glutamate clearance lost in the locus coeruleus"),
}


def _days(value: float, source: str, note: str, low: float, high: float) -> Sourced:
    return Sourced(value * day, source, note, low=low * day, high=high * day)


_QUICK = _days(0.4, ASSUMED, "within a day of the cut", 0.1, 1.0)
_NOW = _days(0.0, ASSUMED, "at ligation", 0.0, 0.5)
_DISCHARGE = _days(
    0.5, ASSUMED, "earlier than read: not yet at 16 h, complete at 24 h after L5 was cut (Liu2000, rat)", 0.2, 1.5
)
_WITH_DISCHARGE = _days(0.5, ASSUMED, "taken to begin with the discharge of A fibres; not measured there", 0.2, 1.5)

_SPROUTING_ONSET = _days(
    4.0, ASSUMED, "in place by 10-14 d; no day was found (the abstract of Hayashida2008b prints none)", 2.0, 10.0
)
_SPROUTING_TIME = _days(5.0, ASSUMED, "in place by 10-14 d", 2.0, 8.0)

SPINAL_NERVE_LIGATION = (
    Difference("l5_input_loss", "l5_input", Sourced(-1.0, "Kim1992", "spinal nerve L5 tightly ligated; that its fibres then answer no stimulus is ours", "derived"), _NOW,
               Sourced(0.01 * day, ASSUMED, "at once", low=0.001 * day, high=0.1 * day)),
    Difference("ectopic_a_fibres", "ectopic_share", Sourced(0.18, ASSUMED, "minority of A fibres, 10-25 %, recalled; the abstract of Liu2000 prints no share", low=0.1, high=0.25), _DISCHARGE, _QUICK),
    Difference("ectopic_a_fibre_rate", "ectopic_rate", Sourced(20.8 * Hz, "Chen2001", "rat, partial sciatic ligation: 20.8 +/- 2.4 per s in injured fibres that fire, kind of fibre not printed"), _NOW,
               Sourced(0.01 * day, ASSUMED, "the rate of a fibre that fires does not build up", low=0.001 * day, high=0.1 * day)),
    Difference("spontaneous_c_fibres", "c_spontaneous_share", Sourced(0.35, "Djouhri2006", "rat, L5 axotomy with and without a ligature of L4: to 35 % of intact L4 C nociceptors"), _WITH_DISCHARGE, _QUICK),
    Difference("spontaneous_c_fibre_rate", "c_spontaneous_rate", Sourced(0.02 * Hz, "Djouhri2006", "rat, L5 axotomy, intact L4 C nociceptors; 1.8 Hz with an added chromic ligature of L4"), _NOW,
               Sourced(0.01 * day, ASSUMED, "the rate of a fibre that fires does not build up", low=0.001 * day, high=0.1 * day)),
    Difference("nociceptor_sensitisation", "nociceptor_sensitisation", Sourced(0.35, ASSUMED, "L4 mechano-nociceptor thresholds fall with the behavioural ones", low=0.1, high=0.8), _WITH_DISCHARGE, _QUICK),
    Difference("gaba_reversal_shift", "gaba_reversal_shift", Sourced(15 * mV, ASSUMED, "-73 to about -49 mV in lamina I, recalled from Coull2003, not read; taken to be smaller after ligation than after a cuff", low=5 * mV, high=24 * mV), _WITH_DISCHARGE, _QUICK),
    Difference("gaba_release_loss", "gaba_release_loss", Sourced(0.25, ASSUMED, "GABA cells -25 % 4 weeks after spared nerve injury, read second hand (Scholz2005; its abstract: over 20 % of all neurons); IPSCs cut (Moore2002)", low=0.0, high=0.4),
               _days(1.0, ASSUMED, "begins in the first days", 0.5, 4.0), _days(5.0, ASSUMED, "over the first weeks", 2.0, 14.0)),
    Difference("noradrenaline_sprouting", "noradrenaline_sprouting", Sourced(1.0, ASSUMED, "noradrenergic fibres sprout (Hayashida2008b, rat, no number) and basal release rises (A20); a doubling is taken", low=0.5, high=2.5),
               _SPROUTING_ONSET, _SPROUTING_TIME),
    Difference("noradrenaline_sprouting_contra", "noradrenaline_sprouting_contra", Sourced(0.1, ASSUMED, "content rises on both sides (A3), release measured ipsilaterally; contralateral NSIA must be lost (A18)", low=0.0, high=1.0),
               _SPROUTING_ONSET, _SPROUTING_TIME),
    Difference("acetylcholine_switch", "acetylcholine_switch", Sourced(1.0, ASSUMED, "size of the change, on a scale from 0 to 1: clonidine enhances release 3 weeks after ligation and inhibits it in normal rats (Obata2005b)", low=0.5, high=1.0),
               _days(2.0, ASSUMED, "present when clonidine is tested at 1-2 weeks", 0.5, 5.0), _days(4.0, ASSUMED, "present at 1-2 weeks", 1.0, 7.0)),
    Difference("alpha2delta_upregulation", "alpha2delta_upregulation", Sourced(1.0, ASSUMED, "alpha2delta-1 rises in injured afferents within a week", low=0.5, high=1.0),
               _days(1.0, ASSUMED, "within a week", 0.5, 3.0), _days(2.0, ASSUMED, "within a week", 1.0, 5.0)),
    Difference("glt1_loss", "glt1_loss", Sourced(0.63, "Kimura2015", "basal LC glutamate +170 % [45, 296]: 1 - 1/2.7", "derived", low=0.31, high=0.75),
               _days(12.0, ASSUMED, "NSIA attenuated 5 and 6 weeks, no significant rise of evoked noradrenaline 6 weeks after ligation (Matsuoka2016); its loss by 3-5 weeks is recalled, not read", 7.0, 28.0), _days(10.0, FITTED, "NSIA taken to be preserved in the first weeks, lost at 5-6 (A5)", 5.0, 20.0)),
)  # fmt: skip


#: Quantities that are shares, and so stay within 0..1 in an animal with a large injury.
_SHARES = ("l5_input", "ectopic_share", "c_spontaneous_share", "gaba_release_loss", "glt1_loss")


def scale_of(name: str, quantities: Mapping[str, float], side: str = "") -> float:
    """The slow quantity that scales a coupling or a release; 1 without a name.

    On the side "contra" the injury's quantities are those of sham. A quantity that each side has of its own, such as
    `alpha2_cord_sensitivity_ipsi`, goes by its name without the side.
    """
    if not name:
        return 1.0
    if f"{name}_{side}" in quantities:
        return quantities[f"{name}_{side}"]
    return QUANTITIES[name][0] if side == "contra" and name in QUANTITIES else quantities[name]


def quantities(
    differences: tuple[Difference, ...], hours: float, off: frozenset[str] = frozenset()
) -> dict[str, float]:
    """Every quantity of the injury at a time after surgery.

    Parameters
    ----------
    differences : tuple of Difference
        Of the circuit.
    hours : float
        From surgery.
    off : frozenset of str
        Names of differences that are left out.

    Returns
    -------
    dict of float
        By the names of `QUANTITIES`, SI units.
    """
    values = {name: sham for name, (sham, _) in QUANTITIES.items()}
    for difference in differences:
        if difference.name not in off:
            values[difference.quantity] += difference.at(hours)
    return values


def of_extent(found: Mapping[str, float], extent: float) -> dict[str, float]:
    """The quantities in an animal whose differences from sham are `extent` times the usual ones; shares stay within 0..1."""
    scaled = {name: QUANTITIES[name][0] + extent * (value - QUANTITIES[name][0]) for name, value in found.items()}
    return {**scaled, **{share: min(1.0, max(0.0, scaled[share])) for share in _SHARES}}
