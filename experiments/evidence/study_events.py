"""What is done in a study and when, as events of a timeline."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from core.days import HOURS_PER_DAY, hours_from_surgery
from experiments.protocol.catalogue import circuit_of
from experiments.protocol.manipulations.injection import Injection
from experiments.protocol.measurement import Measurement
from experiments.protocol.study import Study
from experiments.protocol.treatment import VEHICLE
from results.page.texts import Event
from results.page.words import named

SIDE_WORDS = {"ipsi": "ipsilateral", "contra": "contralateral"}


def events(study: Study) -> Iterator[Event]:
    """What is done in a study and when, in the order of a timeline: surgery, doses, injections, light, assays."""
    arms = study.effective_arms
    operated = tuple(arm.name for arm in arms if circuit_of(arm.circuit, arm.extensions).operated)
    if operated:
        yield Event("surgery", "surgery", ((0.0, 0.0),), operated if len(operated) < len(arms) else ())
    done = [(event, arm.name) for arm in arms for event in _dosing(arm.treatments, study.span[1])]
    done += [(_injected(each), arm.name) for arm in arms for each in study.injections_of(arm.name)]
    done += [(event, arm.name) for arm in arms for event in _manipulated(arm)]
    yield from _shared(done, len(arms))
    yield from (_measured(assay) for assay in study.assays)


def _shared(found: Iterable[tuple[Event, str]], arms_of_study: int) -> Iterator[Event]:
    """Each event once, with the arms in which it happens; with none where it happens in all."""
    arms: dict[Event, list[str]] = {}
    for event, arm in found:
        arms.setdefault(event, []).append(arm)
    for event, names in arms.items():
        yield replace(event, arms=tuple(names) if len(names) < arms_of_study else ())


def _dosing(treatments: tuple[Any, ...], last_day: int) -> Iterator[Event]:
    for regimen in treatments:
        if regimen.drug.name != VEHICLE:
            start = regimen.from_day + regimen.hour / HOURS_PER_DAY
            stop = last_day if regimen.until_day is None else regimen.until_day
            once = regimen.schedule == "once"
            span = (start, start if once else stop + regimen.hour / HOURS_PER_DAY)
            yield Event("dosing", with_micro(str(regimen)), (span,))


def _injected(injection: Injection) -> Event:
    days = [
        (hours_from_surgery(day, injection.hour) + k * injection.every_hours) / HOURS_PER_DAY
        for day in injection.on_days
        for k in range(injection.times)
    ]
    return Event("injection", with_micro(f"{injection.phase} {injection.dose}"), tuple((day, day) for day in days))


def with_micro(text: str) -> str:
    """`30 ug` -> `30 µg`."""
    return re.sub(r"\bu(g|mol|M)\b", r"µ\1", text)


def _manipulated(arm: Any) -> Iterator[Event]:
    for each in (*arm.lesions, *arm.knock_downs):
        day = each.hours / HOURS_PER_DAY
        yield Event("lesion", str(each), ((day, day),))
    for kind, done in (("light", (*arm.silencing, *arm.stimulation)), ("anaesthesia", arm.anaesthesia)):
        for each in done:
            spans = tuple((start / HOURS_PER_DAY, stop / HOURS_PER_DAY) for start, stop in each.spans or ())
            yield Event(kind, str(each), spans)


def _measured(assay: Measurement) -> Event:
    days = [hours_from_surgery(day, assay.hour) / HOURS_PER_DAY for day in assay.days]
    sides = f", {' and '.join(SIDE_WORDS[side] for side in assay.sides)}" if assay.sides else ""
    label = f"{named(assay.assay)}{sides}, {assay.hour:g} h after the dosing hour"
    return Event("assay", label, tuple((day, day) for day in days))
