"""Stimuli for one animal at hand: what touches, warms or hurts a paw, in seconds, forces and temperatures with units.

Each function gives a stimulus for `Animal.epoch`. It begins `before` seconds after the epoch does, and is over `after`
seconds before its end. Times are seconds, as numbers or as quantities such as "500 ms". Forces are quantities such as
"800 mN" or "150 g"; grams are taken as the force of that weight, as filaments and devices are labelled. A hind paw is
"ipsi", on the injured side, or "contra".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, TypeAlias

import numpy as np
from brian2.units import Quantity, second

from circuits.stimulus import BIN, SKIN_TEMPERATURE, Stimulus
from core.errors import UserError, unknown_name
from core.quantities import read_quantity
from core.stimulus_course import StimulusCourse
from core.vocabulary import SIDES
from experiments.laboratory.assays.brush import STROKE, STROKES_EVERY
from experiments.laboratory.assays.electric_pulses import SCIATIC_SHARE
from experiments.laboratory.assays.paw_pressure import PAW_PRESSURE_PUNCTATE
from experiments.laboratory.plain_numbers import is_number
from experiments.laboratory.stimulus_quantities import celsius, millinewtons, millinewtons_per_second

__all__ = ["brush", "capsaicin", "electric", "filament", "heat", "pinch", "press", "ramp", "rest", "together"]

#: A quantity as text with its unit, or as Brian2 has it.
Text: TypeAlias = str | Quantity
Seconds: TypeAlias = float | str | Quantity

#: An epoch is one moment of the slow clock.
LONGEST_EPOCH = 120.0
#: Electric pulses: strength beyond which nothing changes, because every fibre answers; and most in an epoch.
STRONGEST_PULSE, MOST_PULSES = 1_000.0, 12_000
#: Where electric pulses are given -> share of the way from paw to root that a volley has to go.
_WAYS = {"paw": 1.0, "nerve": SCIATIC_SHARE.si}
_PLACES = {"ipsi": "the ipsilateral hind paw", "contra": "the contralateral hind paw", "forepaw": "a forepaw"}


@dataclass(frozen=True, repr=False)
class AppliedStimulus(Stimulus):
    """A stimulus that says in words what it is."""

    words: str = "rest"

    def __repr__(self) -> str:
        return f"<{self.words}; an epoch of {self.seconds:g} s>"


def rest(seconds: Seconds = 3.0) -> AppliedStimulus:
    """Nothing: the animal is left alone.

    Parameters
    ----------
    seconds
        Length of the epoch.
    """
    return AppliedStimulus(_whole("rest", _bins(seconds, "rest: seconds")), words="rest")


def pinch(
    side: str, force: Text = "800 mN", *, seconds: Seconds = 1.0, before: Seconds = 1.0, after: Seconds = 1.0
) -> AppliedStimulus:
    """A steady force on a small spot of a hind paw, as of forceps.

    Parameters
    ----------
    side
        "ipsi" or "contra".
    force
        As nociceptors feel it from a von Frey filament. They answer the more the stronger it is, up to about 600 mN.
    seconds, before, after
        How long it lasts, and the rest before and after it.

    Raises
    ------
    UserError
        For a side that does not exist, a quantity without a unit or with another one, or an epoch longer than 120 s.
    """
    return _pushed("pinch", side, millinewtons(force, "pinch: force"), (seconds, before, after), f"{force}")


def filament(
    side: str, force: Text = "15 g", *, seconds: Seconds = 1.5, before: Seconds = 1.0, after: Seconds = 1.0
) -> AppliedStimulus:
    """A von Frey filament held against a hind paw.

    Parameters
    ----------
    side
        "ipsi" or "contra".
    force
        At which the filament bends, such as "15 g" or "4 mN".
    seconds, before, after
        How long it is held, and the rest before and after it.
    """
    newtons = millinewtons(force, "filament: force")
    return _pushed("filament", side, newtons, (seconds, before, after), f"{force}")


def press(
    side: str, force: Text = "150 g", *, seconds: Seconds = 1.0, before: Seconds = 1.0, after: Seconds = 1.0
) -> AppliedStimulus:
    """The blunt tip of a paw-pressure device, at a steady force.

    Its load is spread: nociceptors feel about an eighth of it (`paw_pressure_punctate`).

    Parameters
    ----------
    side
        "ipsi" or "contra".
    force
        As the device shows it, such as "150 g".
    seconds, before, after
        How long it lasts, and the rest before and after it.
    """
    newtons = millinewtons(force, "press: force")
    return _blunt(_pushed("press", side, newtons, (seconds, before, after), f"{force}"))


def ramp(
    side: str, speed: Text = "32 g/s", *, cut_off: Text = "250 g", before: Seconds = 0.5, after: Seconds = 0.5
) -> AppliedStimulus:
    """The blunt tip of a paw-pressure device, whose force rises from nothing to a cut-off (Randall & Selitto).

    Parameters
    ----------
    side
        "ipsi" or "contra".
    speed
        Rise of the force, such as "32 g/s" or "300 mN/s".
    cut_off
        Force at which the device lets go.
    before, after
        Seconds of rest before and after it.
    """
    rise, most = millinewtons_per_second(speed), millinewtons(cut_off, "ramp: cut_off")
    total, on = _window("ramp", most / rise, before, after)
    first = int(np.argmax(on))
    force = np.minimum((np.arange(len(on)) + 1 - first) * BIN * rise, most) * on
    words = f"ramp on {_place('ramp', side)}, {speed} to {cut_off}"
    return _blunt(AppliedStimulus(total, force={side: force}, words=words))


def _blunt(stimulus: AppliedStimulus) -> AppliedStimulus:
    """The same force on the blunt tip of a paw-pressure device, which shows it whole; nociceptors feel a part."""
    felt = {side: PAW_PRESSURE_PUNCTATE.si * force for side, force in stimulus.force.items()}
    return replace(stimulus, force=felt, shown=stimulus.courses)


def brush(side: str, *, seconds: Seconds = 2.0, before: Seconds = 0.5, after: Seconds = 0.5) -> AppliedStimulus:
    """Strokes over a hind paw, 0.4 s long, one every 0.7 s.

    Parameters
    ----------
    side
        "ipsi" or "contra".
    seconds, before, after
        How long the paw is stroked, and the rest before and after it.
    """
    total, on = _window("brush", seconds, before, after)
    since = (np.arange(len(on)) - int(np.argmax(on))) * BIN
    strokes = on * (since % STROKES_EVERY < STROKE)
    words = f"brush on {_place('brush', side)} for {_shown(seconds)}"
    return AppliedStimulus(total, brush={side: strokes.astype(float)}, words=words)


def heat(
    side: str, temperature: Text = "50 degC", *, seconds: Seconds = 3.0, before: Seconds = 1.0, after: Seconds = 1.0
) -> AppliedStimulus:
    """The skin of a hind paw at a temperature, from 32 degrees Celsius at rest and back at once.

    Parameters
    ----------
    side
        "ipsi" or "contra".
    temperature
        Of the skin: text such as "50 degC", or a quantity in kelvin. Cold is not modelled.
    seconds, before, after
        How long it lasts, and the rest before and after it.
    """
    total, on = _window("heat", seconds, before, after)
    course = np.where(on, celsius(temperature), SKIN_TEMPERATURE)
    words = f"heat on {_place('heat', side)}, {temperature} for {_shown(seconds)}"
    return AppliedStimulus(total, temperature={side: course}, words=words)


def capsaicin(
    place: str = "forepaw", level: float = 1.0, *, seconds: Seconds = 3.0, before: Seconds = 1.0, after: Seconds = 1.0
) -> AppliedStimulus:
    """What the peptidergic C fibres of a paw discharge after capsaicin was injected into it.

    Parameters
    ----------
    place
        "forepaw" (which hurts elsewhere than it is tested), "ipsi" or "contra".
    level
        Share of the strongest discharge, above 0 and at most 1. Hours after the injection little of it is left.
    seconds, before, after
        How long it lasts, and the rest before and after it.
    """
    if not is_number(level) or not 0.0 < level <= 1.0:
        raise UserError(f"capsaicin: level = {level!r}: expected a share above 0 and at most 1, such as 0.6.")
    total, on = _window("capsaicin", seconds, before, after)
    words = f"capsaicin in {_place('capsaicin', place, tuple(_PLACES))} for {_shown(seconds)}"
    side = "" if place == "forepaw" else place
    return AppliedStimulus(total, capsaicin={side: on * float(level)}, words=words)


def electric(
    side: str,
    strength: float = 22.5,
    *,
    at: Seconds | Sequence[Seconds] = 0.5,
    after: Seconds = 1.0,
    place: str = "paw",
) -> AppliedStimulus:
    """Brief electric pulses to a hind paw or its nerve: each excites every fibre whose threshold it reaches.

    A fibre fires once for each pulse. The spike arrives in the cord after the fibre's own conduction delay, so that the
    volleys of A-beta, A-delta and C fibres follow one another.

    Parameters
    ----------
    side
        "ipsi" or "contra".
    strength
        Over the threshold of A-beta fibres: from 3 on A-delta fibres answer too, from 15 on C fibres
        (`afferents.*.electric_threshold`).
    at
        When, from the start of the epoch: `at=range(1, 33, 2)` are sixteen pulses at 0.5 Hz, one every other second.
    after
        The rest after the last pulse.
    place
        "paw", through the skin, or "nerve", at the sciatic nerve: a volley then has half of the way to go
        (`sciatic_share`).
    """
    if place not in _WAYS:
        raise unknown_name("place", str(place), _WAYS, "electric")
    if not is_number(strength) or not 0.0 < strength <= STRONGEST_PULSE:
        told = f"expected a multiple of the A-beta threshold, above 0 and at most {STRONGEST_PULSE:g}, such as 22.5"
        raise UserError(f"electric: strength = {strength!r}: {told}.")
    pulses = sorted({_bins(moment, "electric: at") for moment in _moments(at)})
    if not 1 <= len(pulses) <= MOST_PULSES:
        raise UserError(f"electric: at: expected the seconds of 1 to {MOST_PULSES} pulses, such as [0.5, 2.5].")
    paw, tail = _place("electric", side), _bins(after, "electric: after")
    total = _whole("electric", pulses[-1] + 1 + tail)
    wave = np.zeros(pulses[-1] + 1 + tail)
    wave[pulses] = float(strength)
    where = paw if place == "paw" else f"the sciatic nerve of {paw}"
    words = f"{len(pulses)} electric pulse{'s'[: len(pulses) > 1]} on {where}, {strength:g} times the A-beta threshold"
    return AppliedStimulus(total, electric={side: wave}, electric_way=_WAYS[place], words=words)


def together(*stimuli: AppliedStimulus) -> AppliedStimulus:
    """Several stimuli in one epoch, as long as the longest; where two of a kind meet in a place, the stronger counts.

    Parameters
    ----------
    stimuli
        Such as `capsaicin("forepaw", before=0)` and `pinch("ipsi")`.
    """
    if not stimuli:
        raise UserError("together: expected one stimulus or more.")
    longest = max(stimuli, key=lambda each: each.seconds)
    waveforms: dict[str, Any] = {kind: _joined(stimuli, kind, longest.bins) for kind in _RESTING}
    ways = {each.electric_way for each in stimuli if each.electric} or {1.0}
    if len(ways) > 1:
        raise UserError("together: electric pulses at the paw and at the nerve; expected one place in an epoch.")
    words, shown = " + ".join(each.words for each in stimuli), _shown_together(stimuli, longest.bins)
    return AppliedStimulus(longest.seconds, **waveforms, electric_way=ways.pop(), shown=shown, words=words)


def _shown_together(stimuli: Sequence[Stimulus], bins: int) -> tuple[StimulusCourse, ...]:
    """What devices show of several stimuli at once; of two of a kind in a place, the stronger."""
    found: dict[tuple[str, str], np.ndarray] = {}
    for course in (course for stimulus in stimuli for course in stimulus.courses):
        longer = np.concatenate([course.values, np.full(bins - len(course.values), course.resting)])
        key = course.kind, course.side
        found[key] = np.maximum(found.get(key, longer), longer)
    return tuple(StimulusCourse(kind, side, values) for (kind, side), values in found.items())


def _moments(at: Seconds | Sequence[Seconds]) -> list[Seconds]:
    """The moments that were given, or the first ones too many."""
    if isinstance(at, np.ndarray):  # as Brian2's quantities are, those of one number too
        return list(at[: MOST_PULSES + 1]) if at.ndim else [at]
    return list(islice(at, MOST_PULSES + 1)) if isinstance(at, Sequence) and not isinstance(at, str) else [at]


def _joined(stimuli: Sequence[Stimulus], kind: str, bins: int) -> dict[str, np.ndarray]:
    """Place -> waveform (bins,) of one kind; a stimulus that is over is at rest."""
    joined: dict[str, np.ndarray] = {}
    for stimulus in stimuli:
        for place, wave in getattr(stimulus, kind).items():
            longer = np.concatenate([wave, np.full(bins - len(wave), _RESTING[kind])])
            joined[place] = np.maximum(joined.get(place, longer), longer)
    return joined


#: What the waveforms of a stimulus hold while nothing is done.
_RESTING = {"force": 0.0, "temperature": SKIN_TEMPERATURE, "brush": 0.0, "capsaicin": 0.0, "electric": 0.0}


def span(stimulus: Stimulus) -> tuple[float, float] | None:
    """First and last moment at which anything is done to a paw, in seconds of the epoch; None at rest."""
    on = [
        np.nonzero(wave > resting)[0] for kind, resting in _RESTING.items() for wave in getattr(stimulus, kind).values()
    ]
    touched = [found for found in on if len(found)]
    if not touched:
        return None
    return float(min(found[0] for found in touched)) * BIN, float(max(found[-1] for found in touched) + 1) * BIN


def _pushed(
    name: str, side: str, millinewtons: float, times: tuple[Seconds, Seconds, Seconds], shown: str
) -> AppliedStimulus:
    total, on = _window(name, *times)
    words = f"{name} on {_place(name, side)}, {shown} for {_shown(times[0])}"
    return AppliedStimulus(total, force={side: on * millinewtons}, words=words)


def _place(name: str, place: str, allowed: tuple[str, ...] = SIDES) -> str:
    if place not in allowed:
        raise unknown_name("paw", str(place), allowed, name)
    return _PLACES[place]


def _window(name: str, seconds: Seconds, before: Seconds, after: Seconds) -> tuple[float, np.ndarray]:
    """Length of the epoch, and (bins,) whether the stimulus is there."""
    given = {"seconds": seconds, "before": before, "after": after}
    length, lead, tail = (_bins(value, f"{name}: {key}") for key, value in given.items())
    if not length:
        raise UserError(f"{name}: seconds = {seconds!r}: expected {BIN:g} s or more.")
    total = _whole(name, lead + length + tail)
    bins = np.arange(lead + length + tail)
    return total, (bins >= lead) & (bins < lead + length)


def _whole(name: str, bins: int) -> float:
    """The seconds of an epoch of so many bins."""
    if not 0 < bins * BIN <= LONGEST_EPOCH:
        raise UserError(
            f"{name}: an epoch of {bins * BIN:g} s: expected {BIN:g} to {LONGEST_EPOCH:g} s; longer times pass between "
            "epochs, by `until`."
        )
    return round(bins * BIN, 2)


def _bins(given: Seconds, where: str) -> int:
    value = float(given) if is_number(given) else float(read_quantity(given, second, where, "500 ms"))
    if not 0.0 <= value < np.inf:
        raise UserError(f"{where} = {given!r}: expected 0 s or more.")
    return round(value / BIN)


def _shown(seconds: Seconds) -> str:
    return f"{seconds:g} s" if is_number(seconds) else str(seconds)
