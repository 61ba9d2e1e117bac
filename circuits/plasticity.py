"""Slow processes that follow activity over hours to weeks: central sensitisation, repair of the locus coeruleus,
receptor sensitivity, mood.

`rates_of_change` is the right-hand side; `circuits.slow_clock` integrates it between epochs. All variables are
dimensionless.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from brian2.units import Hz

from core.sourced import ASSUMED, FITTED, Sourced
from core.units import SECONDS_PER_HOUR, day, hour
from core.vocabulary import SIDES


@dataclass(frozen=True)
class Sensitisation:
    """Central sensitisation of one dorsal horn, which follows its ongoing nociceptive drive.

    The drive is what C fibres release plus `output_weight` times what vertical and projection cells fire, at rest.
    half_drive, power: drive at half sensitisation, and steepness over it. gain: added to excitatory conductances at full
    sensitisation.
    """

    output_weight: Sourced
    half_drive: Sourced
    power: Sourced
    rise_time: Sourced
    decay_time: Sourced
    gain: Sourced


@dataclass(frozen=True)
class LocusCoeruleusRepair:
    """Glutamate clearance (GLT-1) in the locus coeruleus: lost after injury, regained while alpha2A receptors there are
    active.

    activation_floor: activation at which repair begins. activation_span: what must be added to it for full repair. time:
    of recovery. evoked_half, evoked_power: how raised basal glutamate (relative to normal, minus 1) lowers evoked
    glutamate through presynaptic receptors.
    """

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
    alpha2_soma: Desensitisation
    mood: Mood


PLASTICITY = Plasticity(
    sensitisation=Sensitisation(
        output_weight=Sourced(
            0.5,
            ASSUMED,
            "of vertical and projection cells' rates beside C-fibre release in the drive",
            low=0.0,
            high=3.0,
        ),
        half_drive=Sourced(
            0.11 * Hz,
            FITTED,
            "drive at half sensitisation; thresholds low from day 2 (E16)",
            low=0.02 * Hz,
            high=0.5 * Hz,
        ),
        power=Sourced(2.5, FITTED, "steepness over the drive; relief outlasts the drug (A1)", low=1.0, high=4.0),
        rise_time=Sourced(12 * hour, ASSUMED, "central sensitisation builds in hours", low=2 * hour, high=48 * hour),
        decay_time=Sourced(2.5 * day, ASSUMED, "and outlasts its drive by days", low=0.5 * day, high=7 * day),
        gain=Sourced(
            0.64,
            FITTED,
            "added to excitatory conductances at full sensitisation; ligated threshold of 88 g (A1)",
            low=0.1,
            high=1.5,
        ),
    ),
    repair=LocusCoeruleusRepair(
        activation_floor=Sourced(
            0.22,
            FITTED,
            "above the ligated rat's own activation, so that it does not repair itself",
            low=0.12,
            high=0.35,
        ),
        activation_span=Sourced(0.12, FITTED, "NSIA back after 3-5 daily doses (A2, A8)", low=0.05, high=0.4),
        time=Sourced(2.5 * day, FITTED, "3-5 daily doses (A1, A7, A8)", low=1 * day, high=10 * day),
        evoked_half=Sourced(
            1.0,
            FITTED,
            "NSIA -78 % and evoked noradrenaline -39 % or less at basal +170 % (A18, A21)",
            low=0.5,
            high=4.0,
        ),
        evoked_power=Sourced(2.0, ASSUMED, "presynaptic mGluR inhibition is cooperative", low=1.0, high=4.0),
    ),
    serotonin1A=Desensitisation(
        floor=Sourced(0.22, FITTED, "just above raphe 5-HT1A activation without a drug (F8)", low=0.15, high=0.5),
        span=Sourced(
            0.08, FITTED, "added by an SSRI, so that the loss at day 3 and 21 is as published (F8)", low=0.05, high=0.5
        ),
        depth=Sourced(0.66, "LePoul1995", "60-80 % of cells at day 21, rat slices", "derived", low=0.6, high=0.8),
        time=Sourced(
            4.5 * day,
            ASSUMED,
            "a little slower than read: 40 % of cells at day 3 of 60-80 % at day 21 (LePoul1995) give 2.7-4.3 d",
            low=3 * day,
            high=14 * day,
        ),
    ),
    alpha2_terminal=Desensitisation(
        floor=Sourced(0.25, ASSUMED, "cord alpha2A activation without a drug", low=0.1, high=0.4),
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
    alpha2_soma=Desensitisation(
        floor=Sourced(0.22, ASSUMED, "LC alpha2A activation without a drug", low=0.1, high=0.35),
        span=Sourced(0.30, ASSUMED, "added by a noradrenaline reuptake blocker", low=0.1, high=0.5),
        depth=Sourced(
            0.0,
            "Szabo2001",
            "clonidine acts on LC firing as before, 21 d; Svensson1980 disagrees, Grandoso2004 for bromoxidine, not for "
            "noradrenaline: set up to 0.7 for them",
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
    alpha2_locus_coeruleus, alpha2_cord, serotonin1A_raphe : float
        Activation of alpha2A and 5-HT1A receptors, 0..1.
    serotonin_forebrain, noradrenaline_forebrain : float
        Relative rise over the animal's own rest, 0 at rest.
    glt1_loss : float
        Share of GLT-1 that the injury has taken.
    glt1_left : float
        Share of GLT-1 that a knock-down has left; no repair brings back the rest.
    """

    nociceptive: Mapping[str, float]
    alpha2_locus_coeruleus: float
    alpha2_cord: float
    serotonin1A_raphe: float
    serotonin_forebrain: float
    noradrenaline_forebrain: float
    glt1_loss: float
    glt1_left: float = 1.0


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
        ("alpha2_soma_sensitivity", plasticity.alpha2_soma, drive.alpha2_locus_coeruleus),
    ):
        goal = 1.0 - process.depth.si * excess(active, process)
        slopes[name] = (goal - variables[name]) / _hours(process.time)
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
        "alpha2_soma_sensitivity": plasticity.alpha2_soma.time,
        "mood": plasticity.mood.time,
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
    share = (drive.alpha2_locus_coeruleus - repair.activation_floor.si) / repair.activation_span.si
    share = 0.0 if "lc_repair_slow" in off else min(1.0, max(0.0, share))
    goal = (1.0 - drive.glt1_loss * (1.0 - share)) * drive.glt1_left
    return (goal - variables["glutamate_clearance"]) / _hours(repair.time)


def _hours(time: Sourced) -> float:
    return time.si / SECONDS_PER_HOUR
