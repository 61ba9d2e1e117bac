"""Slow processes that follow activity over hours to weeks: central sensitisation, repair of the locus coeruleus,
receptor sensitivity, mood.

`rates_of_change` is the right-hand side; `circuits.slow_clock` integrates it between epochs. All variables are
dimensionless.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from brian2.units import Hz

from circuits.receptors import LEUCINE_OF_PLASMA
from core.sourced import ASSUMED, FITTED, Sourced
from core.units import SECONDS_PER_HOUR, day, hour
from core.vocabulary import SIDES


@dataclass(frozen=True)
class Sensitisation:
    """Central sensitisation of one dorsal horn, which follows its ongoing nociceptive drive.

    The drive at rest is what C fibres release, plus `a_fibre_weight` times what A-beta and A-delta fibres release (the
    mean of both), plus `output_weight` times what vertical and projection cells fire.
    half_drive, power: drive at half sensitisation, and steepness over it. gain: added to excitatory conductances at full
    sensitisation.
    """

    a_fibre_weight: Sourced
    output_weight: Sourced
    half_drive: Sourced
    power: Sourced
    rise_time: Sourced
    decay_time: Sourced
    gain: Sourced


@dataclass(frozen=True)
class LocusCoeruleusRepair:
    """Glutamate clearance (GLT-1) in the locus coeruleus: lost after injury, regained while noradrenaline there is high.

    alpha1_share: how much alpha1 receptors count for it, the rest being alpha2A. activation_floor: activation of these at
    which repair begins. activation_span: what must be added to it for full repair. time:
    of recovery. evoked_half, evoked_power: how raised basal glutamate (relative to normal, minus 1) lowers evoked
    glutamate through presynaptic receptors.
    """

    alpha1_share: Sourced
    activation_floor: Sourced
    activation_span: Sourced
    time: Sourced
    evoked_half: Sourced
    evoked_power: Sourced


@dataclass(frozen=True)
class Desensitisation:
    """Loss of a receptor's sensitivity while it is active: it begins at an activation of `floor` and is largest, by
    `depth`, at floor + span.
    """

    floor: Sourced
    span: Sourced
    depth: Sourced
    time: Sourced


@dataclass(frozen=True)
class Traffic:
    """Transport of alpha2delta-1 from ganglion to terminals, which gabapentinoids slow.

    depth: share of it that is missing at the terminals once drugs hold all alpha2delta of the ganglion for long. time: in
    which what is there goes, and comes. competitor: what the body has at the site, over its binding constant.
    """

    depth: Sourced
    time: Sourced
    competitor: Sourced


@dataclass(frozen=True)
class Mood:
    """Antidepressive index, which follows the rise of forebrain serotonin and noradrenaline over weeks."""

    serotonin_weight: Sourced
    noradrenaline_weight: Sourced
    time: Sourced


@dataclass(frozen=True)
class Plasticity:
    """The numbers of all slow processes."""

    sensitisation: Sensitisation
    repair: LocusCoeruleusRepair
    serotonin1A: Desensitisation
    alpha2_terminal: Desensitisation
    alpha2_cord: Desensitisation
    alpha2_soma: Desensitisation
    mood: Mood
    traffic: Traffic


PLASTICITY = Plasticity(
    sensitisation=Sensitisation(
        a_fibre_weight=Sourced(
            0.2,
            ASSUMED,
            "of A-fibre release beside that of C fibres in the drive; injured fibres of a partially ligated nerve fire at 20 "
            "per s (Chen2001, kind of fibre not printed), intact C nociceptors beside a cut nerve at 0.02 Hz (Djouhri2006)",
            low=0.0,
            high=1.0,
        ),
        output_weight=Sourced(
            0.1,
            ASSUMED,
            "of vertical and projection cells' rates beside afferent release in the drive; so small that no second stable "
            "state arises",
            low=0.0,
            high=3.0,
        ),
        half_drive=Sourced(
            0.35 * Hz,
            FITTED,
            "drive at half sensitisation; thresholds low from day 2 (E16)",
            low=0.05 * Hz,
            high=1.5 * Hz,
        ),
        power=Sourced(2.5, FITTED, "steepness over the drive; relief outlasts the drug (A1)", low=1.0, high=4.0),
        rise_time=Sourced(12 * hour, ASSUMED, "central sensitisation builds in hours", low=2 * hour, high=48 * hour),
        decay_time=Sourced(2.5 * day, ASSUMED, "and outlasts its drive by days", low=0.5 * day, high=7 * day),
        gain=Sourced(
            0.32,
            FITTED,
            "added to excitatory conductances at full sensitisation; ligated threshold of 88 g (A1)",
            low=0.1,
            high=1.5,
        ),
    ),
    repair=LocusCoeruleusRepair(
        alpha1_share=Sourced(
            0.0,
            ASSUMED,
            "which receptor repairs is not known. Noradrenaline makes astrocytes of rats take up more glutamate through "
            "alpha1 receptors (Fahrig1993), but amitriptyline, which blocks them, repairs (A8)",
            low=0.0,
            high=1.0,
        ),
        activation_floor=Sourced(
            0.22,
            FITTED,
            "above the ligated rat's own activation, so that it does not repair itself",
            low=0.05,
            high=0.35,
        ),
        activation_span=Sourced(0.12, FITTED, "NSIA back after 3-5 daily doses (A2, A8)", low=0.05, high=0.4),
        time=Sourced(2.5 * day, FITTED, "3-5 daily doses (A1, A7, A8)", low=1 * day, high=10 * day),
        evoked_half=Sourced(
            2.26,
            "Kimura2015",
            "rat: capsaicin evokes 36 % less glutamate in the locus coeruleus [23, 49] at basal glutamate +170 %",
            "derived",
            low=1.7,
            high=3.1,
        ),
        evoked_power=Sourced(2.0, ASSUMED, "presynaptic mGluR inhibition is cooperative", low=1.0, high=4.0),
    ),
    serotonin1A=Desensitisation(
        floor=Sourced(0.22, FITTED, "just above raphe 5-HT1A activation without a drug (F8)", low=0.15, high=0.5),
        span=Sourced(
            0.08, FITTED, "added by an SSRI, so that the loss at day 3 and 21 is as published (F8)", low=0.05, high=0.5
        ),
        depth=Sourced(0.7, "LePoul1995", "60-80 % of cells at day 21, rat slices", "derived", low=0.6, high=0.8),
        time=Sourced(
            3.5 * day,
            "LePoul1995",
            "40 % of cells at day 3 of 60-80 % at day 21, rat slices: 2.7-4.3 d",
            "derived",
            low=2.7 * day,
            high=4.3 * day,
        ),
    ),
    alpha2_terminal=Desensitisation(
        floor=Sourced(0.20, ASSUMED, "just above cord alpha2A activation without a drug", low=0.1, high=0.4),
        span=Sourced(0.30, ASSUMED, "added by a noradrenaline reuptake blocker", low=0.1, high=0.5),
        depth=Sourced(
            0.5,
            ASSUMED,
            "terminal alpha2 desensitise under reboxetine (Parini2005); by how much was not read",
            low=0.0,
            high=0.8,
        ),
        time=Sourced(
            7 * day,
            ASSUMED,
            "not after 2 d, but after 7 and 14 d of reboxetine (Parini2005)",
            low=3 * day,
            high=14 * day,
        ),
    ),
    alpha2_cord=Desensitisation(
        floor=Sourced(0.2, ASSUMED, "just above cord alpha2A activation without injury or drug", low=0.1, high=0.4),
        span=Sourced(0.16, ASSUMED, "added where noradrenaline stays raised after ligation", low=0.05, high=0.5),
        depth=Sourced(
            0.5,
            ASSUMED,
            "alpha2A immunoreactivity of the cord falls on the side of a ligation (Stone1999); by how much was not read; "
            "untreated rats stay level while their noradrenaline rises (E16)",
            low=0.0,
            high=0.8,
        ),
        time=Sourced(7 * day, ASSUMED, "as alpha2A on terminals", low=3 * day, high=14 * day),
    ),
    alpha2_soma=Desensitisation(
        floor=Sourced(0.22, ASSUMED, "LC alpha2A activation without a drug", low=0.1, high=0.35),
        span=Sourced(0.30, ASSUMED, "added by a noradrenaline reuptake blocker", low=0.1, high=0.5),
        depth=Sourced(
            0.0,
            "Szabo2001",
            "clonidine acts on LC firing as before under long reboxetine, 7 or 21 d not told apart; Svensson1980 "
            "disagrees, Grandoso2004 for bromoxidine, not for noradrenaline: set up to 0.7 for them",
            "derived",
            low=0.0,
            high=0.7,
        ),
        time=Sourced(
            10 * day,
            ASSUMED,
            "seen after 7 d of desipramine (Grandoso2004, rat slices, EC50 of bromoxidine x3.3); no time constant is printed",
            low=5 * day,
            high=14 * day,
        ),
    ),
    mood=Mood(
        serotonin_weight=Sourced(0.5, ASSUMED, "half of the index", low=0.2, high=0.8),
        noradrenaline_weight=Sourced(0.5, ASSUMED, "half of the index", low=0.2, high=0.8),
        time=Sourced(10 * day, ASSUMED, "effect in weeks (F13, F14)", low=5 * day, high=21 * day),
    ),
    traffic=Traffic(
        depth=Sourced(
            0.8,
            ASSUMED,
            "repeated pregabalin lowers alpha2delta-1 in presynaptic terminals of ligated rats (Bauer2009); by how much was "
            "not read",
            low=0.3,
            high=1.0,
        ),
        time=Sourced(3 * day, ASSUMED, "the protein lives for days; 2-4 d", low=1 * day, high=7 * day),
        competitor=LEUCINE_OF_PLASMA,
    ),
)


def excess(activation: float, process: Desensitisation) -> float:
    """How far an activation lies above the floor of a process, as a share of its span, 0..1."""
    floor, span = process.floor.si, process.span.si
    return min(1.0, max(0.0, (activation - floor) / span))


def evoked_gain(plasticity: Plasticity, glutamate: float) -> float:
    """Share of evoked glutamate left in the locus coeruleus at a basal glutamate relative to normal (1), 0..1."""
    repair = plasticity.repair
    surplus = max(0.0, glutamate - 1.0)
    return float(1.0 / (1.0 + (surplus / repair.evoked_half.si) ** repair.evoked_power.si))


@dataclass(frozen=True)
class Drive:
    """What the slow processes follow.

    Attributes
    ----------
    nociceptive : mapping of float
        Ongoing nociceptive drive by side, Hz.
    alpha1_locus_coeruleus, alpha2_locus_coeruleus, alpha2_cord, serotonin1A_raphe : float
        Activation of alpha1, alpha2A and 5-HT1A receptors, 0..1; that of the cord on the uninjured side.
    alpha2_cord_ipsi : float
        The same of alpha2A in the cord on the injured side.
    serotonin_forebrain, noradrenaline_forebrain : float
        Relative rise over the animal's own rest, 0 at rest.
    glt1_loss : float
        Share of GLT-1 that the injury has taken.
    glt1_left : float
        Share of GLT-1 that a knock-down has left; no repair brings back the rest.
    alpha2delta_ganglion : float
        Sum over drugs of C/Ki at alpha2delta of the ganglion.
    """

    nociceptive: Mapping[str, float]
    alpha1_locus_coeruleus: float
    alpha2_locus_coeruleus: float
    alpha2_cord: float
    alpha2_cord_ipsi: float
    serotonin1A_raphe: float
    serotonin_forebrain: float
    noradrenaline_forebrain: float
    glt1_loss: float
    glt1_left: float = 1.0
    alpha2delta_ganglion: float = 0.0


def rates_of_change(
    plasticity: Plasticity, variables: Mapping[str, float], drive: Drive, off: frozenset[str] = frozenset()
) -> dict[str, float]:
    """How fast every slow variable moves, per hour.

    Parameters
    ----------
    plasticity : Plasticity
        The numbers of the processes.
    variables : mapping of float
        Where they stand (`SlowState.variables`).
    drive : Drive
        What they follow.
    off : frozenset of str
        Switches of the circuit that are off.

    Returns
    -------
    dict of float
        Variable -> change per hour.
    """
    slopes = {f"sensitisation_{side}": _sensitisation(plasticity, variables, drive, side, off) for side in SIDES}
    slopes["glutamate_clearance"] = _clearance(plasticity, variables, drive, off)
    for name, process, active in (
        ("serotonin1A_sensitivity", plasticity.serotonin1A, drive.serotonin1A_raphe),
        ("alpha2_terminal_sensitivity", plasticity.alpha2_terminal, drive.alpha2_cord),
        ("alpha2_cord_sensitivity_ipsi", plasticity.alpha2_cord, drive.alpha2_cord_ipsi),
        ("alpha2_cord_sensitivity_contra", plasticity.alpha2_cord, drive.alpha2_cord),
        ("alpha2_soma_sensitivity", plasticity.alpha2_soma, drive.alpha2_locus_coeruleus),
    ):
        goal = 1.0 - process.depth.si * excess(active, process)
        slopes[name] = (goal - variables[name]) / _hours(process.time)
    traffic, bound = plasticity.traffic, drive.alpha2delta_ganglion
    goal = traffic.depth.si * bound / (1.0 + bound + traffic.competitor.si)
    slopes["alpha2delta_missing"] = (goal - variables["alpha2delta_missing"]) / _hours(traffic.time)
    mood = plasticity.mood
    goal = mood.serotonin_weight.si * drive.serotonin_forebrain
    goal += mood.noradrenaline_weight.si * drive.noradrenaline_forebrain
    slopes["mood"] = (goal - variables["mood"]) / _hours(mood.time)
    return slopes


def relaxation_hours(plasticity: Plasticity, variable: str, rising: bool) -> float:
    """Time constant (hours) with which a slow variable follows its goal; sensitisation rises and falls with two."""
    if variable.startswith("sensitisation"):
        return _hours(plasticity.sensitisation.rise_time if rising else plasticity.sensitisation.decay_time)
    times = {
        "glutamate_clearance": plasticity.repair.time,
        "serotonin1A_sensitivity": plasticity.serotonin1A.time,
        "alpha2_terminal_sensitivity": plasticity.alpha2_terminal.time,
        "alpha2_cord_sensitivity_ipsi": plasticity.alpha2_cord.time,
        "alpha2_cord_sensitivity_contra": plasticity.alpha2_cord.time,
        "alpha2_soma_sensitivity": plasticity.alpha2_soma.time,
        "mood": plasticity.mood.time,
        "alpha2delta_missing": plasticity.traffic.time,
    }
    return _hours(times[variable])


def _sensitisation(
    plasticity: Plasticity, variables: Mapping[str, float], drive: Drive, side: str, off: frozenset[str]
) -> float:
    process, level = plasticity.sensitisation, variables[f"sensitisation_{side}"]
    input_rate = 0.0 if "central_sensitisation" in off else drive.nociceptive[side]
    ratio = (input_rate / process.half_drive.si) ** process.power.si
    goal = ratio / (1.0 + ratio)
    return float((goal - level) / _hours(process.rise_time if goal > level else process.decay_time))


def _clearance(plasticity: Plasticity, variables: Mapping[str, float], drive: Drive, off: frozenset[str]) -> float:
    repair = plasticity.repair
    alpha1 = repair.alpha1_share.si
    active = alpha1 * drive.alpha1_locus_coeruleus + (1.0 - alpha1) * drive.alpha2_locus_coeruleus
    share = (active - repair.activation_floor.si) / repair.activation_span.si
    share = 0.0 if "lc_repair_slow" in off else min(1.0, max(0.0, share))
    goal = (1.0 - drive.glt1_loss * (1.0 - share)) * drive.glt1_left
    return (goal - variables["glutamate_clearance"]) / _hours(repair.time)


def _hours(time: Sourced) -> float:
    return time.si / SECONDS_PER_HOUR
