"""The phase of every epoch and assay: what was injected, lit or lesioned just now; and hours since the last dose."""

from __future__ import annotations

from typing import Any

import pytest

from circuits import ligated
from core.records import AnimalRecord
from drugs import amitriptyline, clonidine, duloxetine, vehicle
from experiments import Arm, Injection, Study
from experiments.laboratory import assays
from experiments.laboratory.animal import run_matched_animals
from experiments.laboratory.timetable import hours_since_dose
from experiments.protocol.manipulations.lesions import KnockDown, Lesion
from experiments.protocol.manipulations.optogenetics import Silencing, Stimulation
from experiments.protocol.manipulations.phases import Interventions


def phases_of(arm: Arm, *moments: tuple[float, str]) -> list[str]:
    done = Interventions.of(arm, arm.injections)
    return [done.phase(hours, assay) for hours, assay in moments]


def test_an_injection_opens_its_phase_after_its_hour_across_midnight() -> None:
    arm = Arm("naive", injections=Injection(drug="idazoxan", dose="30 ug", on_days=28, hour=22, lasts_hours=3))
    at = 28 * 24.0 + 22.0
    found = phases_of(arm, (at - 0.5, ""), (at, ""), (at + 0.5, ""), (at + 3, "pinch"), (at + 3.1, ""))
    assert found == ["", "", "intrathecal idazoxan", "intrathecal idazoxan", ""]


def test_light_of_hours_is_a_phase_of_rests_too_and_light_within_assays_of_these_alone() -> None:
    long = Arm("naive", silencing=Silencing(populations="raphe", on_days=3, hour=1, lasts_hours=4))
    at = 3 * 24.0 + 1.0
    lit = "raphe silenced"
    assert phases_of(long, (at - 0.1, ""), (at, ""), (at + 3.9, "pinch"), (at + 4, "")) == ["", lit, lit, ""]
    stimulated = Stimulation(populations="locus_coeruleus", assays="pinch", from_second=0, until_second=1)
    short = Arm("naive", stimulation=stimulated)
    assert phases_of(short, (at, ""), (at, "pinch"), (at, "brush")) == ["", "locus_coeruleus stimulated", ""]


def test_surgery_and_lesions_count_until_the_end_of_their_day() -> None:
    arm = Arm("sham", lesions=Lesion(agent="DSP-4", on_day=3, hour=2), knock_downs=KnockDown(on_day=3, hour=4))
    day = 3 * 24.0
    found = phases_of(arm, (-2, ""), (0, ""), (6, "pinch"), (24, ""), (day + 2, ""), (day + 3, ""), (day + 6, ""))
    assert found == ["", "", "surgery", "", "", "DSP-4 i.p.", "DSP-4 i.p. + GLT-1 knock-down"]
    assert phases_of(arm, (day + 24, "")) == [""]
    assert phases_of(Arm("naive"), (6, "pinch")) == [""], "no surgery, no phase of it"


def test_what_is_given_while_an_assay_is_under_way_waits_for_its_end() -> None:
    arm = Arm("naive", injections=Injection(drug="idazoxan", dose="30 ug", on_days=1, hour=2.25))
    done = Interventions.of(arm, arm.injections)
    assert done.phase(26.5, "nsia", began=26.0) == ""
    assert done.phase(26.5, "nsia") == "intrathecal idazoxan"
    doses = [clonidine.once("1 mg/kg", on_day=0, hour=1), clonidine.once("1 mg/kg", on_day=1, hour=2.25)]
    assert hours_since_dose(doses, 26.5, began=26.0) == 25.5
    assert hours_since_dose(doses, 26.5) == 0.25


@pytest.mark.parametrize(
    ("hours", "since"),
    [(14 * 24.0 - 1, None), (14 * 24.0, None), (14 * 24.0 + 1.5, 1.5), (15 * 24.0, 24.0), (15 * 24.0 + 3, 1.0)],
)
def test_hours_since_the_last_dose_of_anything_that_acts(hours: float, since: float | None) -> None:
    given = (
        duloxetine.daily("10 mg/kg", route="s.c.", from_day=14),
        amitriptyline.once("3 mg/kg", on_day=15, hour=2),
        vehicle.daily("0 mg/kg", from_day=0),
    )
    assert hours_since_dose(given, hours) == since


def test_a_minipump_gives_as_long_as_it_runs() -> None:
    pump = clonidine.minipump("1 mg/kg", from_day=2, until_day=4)
    assert [hours_since_dose([pump], 24.0 * day) for day in (2, 2.5, 5, 6)] == [None, 0.0, 0.0, 24.0]


# --- one animal ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def record() -> AnimalRecord:
    study = Study(
        name="phases",
        animals=1,
        size=0.1,
        arms=[Arm(ligated, duloxetine.daily("10 mg/kg", route="s.c.", from_day=2))],
        assays=(
            assays.paw_pressure.on_days(2, hour=0.0, sides=("ipsi",)),
            assays.paw_pressure.on_days(2, hour=2.5),
            assays.nsia.on_days(2, hour=2.0, sides=("contra",)),
            assays.mood.on_days(2, hour=2.5),
        ),
        injections=Injection(drug="idazoxan", dose="30 ug", on_days=2, hour=2.0, lasts_hours=3),
    )
    return next(run_matched_animals(study, 1))


@pytest.mark.slow
def test_every_epoch_and_assay_of_an_animal_says_its_phase_and_dose(record: AnimalRecord) -> None:
    """The order of one hour is: rest, assays, then the dose; rest epochs after the injection stand under it too."""
    found: dict[tuple[str, float], set[tuple[str, Any]]] = {}
    for epoch in record.epochs:
        place = epoch.purpose, round(epoch.hours - 48, 4)
        found.setdefault(place, set()).add((epoch.phase, epoch.dose_hours))
    assert found["rest", -42.0] == {("surgery", None)}
    assert found["rest", 0.0] == found["paw_pressure", 0.0] == {("", None)}, "before the dose of that hour"
    assert (found["rest", 1.5], found["nsia", 2.0]) == ({("", 1.5)}, {("", 2.0)})
    assert found["nsia", 2.5] == {("", 2.5)}, "the assay began before the injection"
    assert found["rest", 2.5] == found["paw_pressure", 2.5] == {("intrathecal idazoxan", 0.5)}
    for value in record.assays:
        read_from = record.epochs[value.epochs.start : value.epochs.stop]
        assert {epoch.phase for epoch in read_from} <= {value.phase}
        assert {epoch.purpose for epoch in read_from} == ({value.assay} if value.assay != "mood" else set())
        sides = {epoch.applied.side for epoch in read_from if epoch.applied.side}
        assert sides <= {value.side}


@pytest.mark.slow
def test_epochs_hold_the_stimulus_as_the_device_shows_it(record: AnimalRecord) -> None:
    pressed = {(e.applied.side, round(e.hours - 48, 4)): e for e in record.epochs if e.applied.stimulus == "force"}
    assert set(pressed) == {("ipsi", 0.0), ("ipsi", 2.5), ("contra", 2.5), ("contra", 2.0)}
    for value in record.assays:
        if value.name == "paw_pressure_threshold" and not value.censored:
            epoch = pressed[value.side, value.hour]
            assert 0 <= epoch.applied.strength - value.value < 12.0, "the epoch ends within bins of the withdrawal"
            assert epoch.applied.unit == "g"
            assert epoch.windows[-1].stop == epoch.seconds
    capsaicin = [e for e in record.epochs if e.applied.stimulus == "capsaicin"]
    assert [e.applied.side for e in capsaicin] == ["", ""]
    (after,) = (e for e in record.epochs if e.applied.stimulus == "force+capsaicin")
    assert (after.applied.side, after.applied.unit, after.applied.onset) == ("contra", "g", 0.5)
    assert {e.applied.stimulus for e in record.epochs if e.purpose in ("rest", "settle")} == {""}
