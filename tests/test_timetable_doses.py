"""At the hour of a dose the animal is measured first, whatever the route; half an hour later it is under the drug."""

from __future__ import annotations

import pytest

from core.records import AnimalRecord
from drugs import clonidine, dexmedetomidine
from experiments import Arm, Injection, Study
from experiments.laboratory import assays
from experiments.laboratory.animal import run_matched_animals

DAY, HOUR = 3, 2.0
ARMS = (
    Arm("ligated", name="none"),
    Arm("ligated", name="i.t.", injections=Injection(drug="clonidine", dose="30 ug", on_days=DAY, hour=HOUR)),
    Arm(
        "ligated",
        name="intra-LC",
        injections=Injection(drug="clonidine", dose="10 ug", route="intra-LC", on_days=DAY, hour=HOUR),
    ),
    Arm("ligated", clonidine.once("30 ug", route="i.t.", on_day=DAY, hour=HOUR), name="i.t.-treatment"),
    Arm("ligated", dexmedetomidine.once("1 mg/kg", route="i.v.", on_day=DAY, hour=HOUR), name="i.v."),
    Arm("ligated", clonidine.once("1 mg/kg", on_day=DAY, hour=HOUR), name="i.p."),
)


@pytest.fixture(scope="module")
def records() -> dict[str, AnimalRecord]:
    measured = (
        assays.paw_pressure.on_days(DAY, hour=HOUR, sides=("ipsi",)),
        assays.locus_coeruleus_recording.on_days(DAY, hour=HOUR + 0.5),
        assays.paw_pressure.on_days(DAY, hour=HOUR + 0.5, sides=("ipsi",)),
        assays.nsia.on_days(DAY, hour=HOUR, sides=("ipsi",)),
    )
    study = Study(name="same", animals=1, size=0.1, arms=ARMS, assays=measured)
    return {record.arm: record for record in run_matched_animals(study, 1)}


def values(record: AnimalRecord, hour: float) -> list[tuple[str, float, str]]:
    return [(value.name, value.value, value.phase) for value in record.assays if value.hour == hour]


@pytest.mark.slow
@pytest.mark.parametrize("arm", ["i.t.", "intra-LC", "i.t.-treatment", "i.v.", "i.p."])
def test_an_assay_at_the_hour_of_a_dose_comes_before_it(records: dict[str, AnimalRecord], arm: str) -> None:
    """All of it: of NSIA also the threshold half an hour later, which belongs to the assay that began before."""
    assert values(records[arm], HOUR) == values(records["none"], HOUR)
    assert {phase for *_, phase in values(records[arm], HOUR)} == {""}
    before, after = (
        next(value for name, value, _ in values(records[arm], hour) if name == "paw_pressure_threshold")
        for hour in (HOUR, HOUR + 0.5)
    )
    assert after > before or arm == "intra-LC", "relieved half an hour later"
    assert values(records[arm], HOUR + 0.5) != values(records["none"], HOUR + 0.5)


@pytest.mark.slow
def test_a_trough_on_the_first_day_is_measured() -> None:
    """Half an hour before the hour of dosing of every day, the baseline of the first among them."""
    measured = assays.pinch.on_days(-1, 1, hour=-0.5, sides=("ipsi",))
    drug = clonidine.daily("1 mg/kg", from_day=0)
    study = Study(name="trough", animals=1, size=0.1, arms=[Arm("naive", drug)], assays=measured)
    (record,) = run_matched_animals(study, 1)
    assert [value.day for value in record.assays if value.hour == -0.5] == [-1, 1]
    assert record.epochs[0].hours == record.slow_state.hours[0] == -24.5


@pytest.mark.slow
def test_after_a_dose_an_assay_has_a_rest_epoch_of_its_own(records: dict[str, AnimalRecord]) -> None:
    rests = {
        name: [epoch.hours for epoch in record.epochs if epoch.purpose == "rest"] for name, record in records.items()
    }
    at = 24.0 * DAY + HOUR
    assert rests["none"][-1] == at, "half an hour ago is fresh enough"
    assert all(hours[-2:] == [at, at + 0.5] for name, hours in rests.items() if name != "none")
    phases = {name: {phase for *_, phase in values(record, HOUR + 0.5)} for name, record in records.items()}
    assert phases["i.t."] == {"intrathecal clonidine"}
    assert phases["intra-LC"] == {"intra-LC clonidine"}
