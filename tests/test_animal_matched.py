"""Animals through a short study: shared epochs are run once, and nothing depends on who else is there."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
from small_animals import DAY, SIZE, animal, disturbed_state, strong_stimulus

from circuits import ligated, sham
from circuits.brian.epoch_data import EpochInputs
from circuits.brian.running import CompiledSimulator
from circuits.epoch import prepare
from circuits.stimulus import Stimulus
from core.errors import UserError
from core.exposure import NO_DRUG
from core.records import AnimalRecord, EpochRecord
from drugs import duloxetine, vehicle
from experiments import Arm, Study
from experiments.laboratory import assays
from experiments.laboratory.animal import plan, run_matched_animals
from experiments.laboratory.assays.microdialysis import IN_THE_BRAIN
from experiments.laboratory.bench import Bench, EpochCache
from experiments.laboratory.history import REST_SECONDS, SETTLING_EPOCHS
from experiments.laboratory.timetable import FRESH

#: All of it compiles and simulates.
pytestmark = pytest.mark.slow

DRUG = duloxetine.daily("10 mg/kg", route="s.c.", from_day=1)
VEHICLE, TREATED, NOTHING, SHAM = (
    Arm(ligated, vehicle.daily("1 mg/kg", from_day=1), name="vehicle"),
    Arm(ligated, DRUG, name="treated"),
    Arm(ligated, duloxetine.daily("0 mg/kg", route="s.c.", from_day=1), name="nothing"),
    Arm(sham, name="sham"),
)
MEASURED = (assays.pinch.on_days(-1, 1, 2, sides=("ipsi",)), assays.microdialysis.on_days(2, hour=2.1))


def study(*arms: Arm, **fields: Any) -> Study:
    return Study(name="short", size=SIZE, animals=1, seed=3, arms=arms, assays=MEASURED, **fields)


@dataclass
class MatchedAnimals:
    """Animal 0 of every arm; the seconds of every epoch that was really run, and of every one that was reported;
    what each that was run was told.
    """

    records: dict[str, AnimalRecord]
    ran: list[float]
    told: list[tuple[object, ...]]
    reported: list[float]


@pytest.fixture(scope="module")
def matched() -> MatchedAnimals:
    ran: list[float] = []
    told: list[tuple[object, ...]] = []
    reported: list[float] = []
    really = CompiledSimulator.run

    def counted(self: CompiledSimulator, inputs: EpochInputs) -> Any:
        ran.append(inputs.seconds)
        arguments = tuple((name, np.asarray(inputs.arguments[name]).tobytes()) for name in sorted(inputs.arguments))
        told.append((inputs.seconds, inputs.afferents.tobytes(), *arguments))
        return really(self, inputs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CompiledSimulator, "run", counted)
        found = run_matched_animals(study(SHAM, VEHICLE, TREATED, NOTHING), 0, report=reported.append)
        return MatchedAnimals({record.arm: record for record in found}, ran, told, reported)


@pytest.fixture(scope="module")
def records(matched: MatchedAnimals) -> dict[str, AnimalRecord]:
    return matched.records


def content(record: AnimalRecord) -> tuple[object, ...]:
    """Everything but the names of study and arm."""
    spikes = [
        (epoch.label, epoch.hours, name, train.seconds.tobytes(), train.index.tobytes())
        for epoch in record.epochs
        for name, train in epoch.spikes.items()
    ]
    averages = [sorted(epoch.averages.items()) for epoch in record.epochs]
    columns = {name: column.tobytes() for name, column in record.slow_state.columns.items()}
    return spikes, averages, record.assays, record.slow_state.hours.tobytes(), columns


# --- shared epochs --------------------------------------------------------------------------------------------


def heard(epoch: EpochRecord) -> tuple[object, ...]:
    """An epoch's label and all that came out of it."""
    spikes = ((n, t.seconds.tobytes(), t.index.tobytes()) for n, t in epoch.spikes.items())
    return epoch.label, epoch.seconds, *spikes, *epoch.averages.items()


def test_a_size_of_nothing_is_told_and_not_taken_for_that_of_the_study() -> None:
    with pytest.raises(UserError, match="size = 0: expected"):
        next(run_matched_animals(study(VEHICLE).model_copy(update={"size": 0.0}), 1))


def test_epochs_that_arms_share_are_simulated_once(matched: MatchedAnimals) -> None:
    every = [heard(epoch) for record in matched.records.values() for epoch in record.epochs]
    assert len(set(matched.told)) == len(matched.ran)
    assert len(set(every)) <= len(matched.ran) < len(every) / 1.5


def test_arms_share_what_comes_before_their_first_dose(records: dict[str, AnimalRecord]) -> None:
    control, treated = (
        {heard(epoch): epoch.hours for epoch in records[name].epochs} for name in ("vehicle", "treated")
    )
    assert {hours <= DAY for label, hours in treated.items() if label in control} == {True}
    assert {hours > DAY for label, hours in treated.items() if label not in control} == {True}
    assert {heard(epoch) for epoch in records["nothing"].epochs} == set(control), "an arm like another costs nothing"


def test_what_is_simulated_is_reported_and_stays_within_the_plan(matched: MatchedAnimals) -> None:
    assert matched.reported == matched.ran
    expected = plan(study(SHAM, VEHICLE, TREATED, NOTHING))
    assert sum(matched.ran) <= expected.simulated_seconds + SETTLING_EPOCHS * REST_SECONDS
    assert len(matched.ran) <= expected.epochs + SETTLING_EPOCHS


def test_the_cache_recalls_epochs_by_what_goes_in() -> None:
    with animal(ligated) as rat:
        cache = EpochCache(rat.simulator)
        inputs = prepare(rat.moment(disturbed_state()), strong_stimulus(0.3), "memory", 0.1)[0]
        first = cache.run(inputs)
        again = cache.run(replace(inputs))
        assert cache.epochs == 1
        assert (again.step.tobytes(), again.cell.tobytes()) == (first.step.tobytes(), first.cell.tobytes())
        assert (again.steps, again.means, again.last) == (first.steps, first.means, first.last)
        assert cache.epochs == 1
        other = {**inputs.arguments, "cells.bias": inputs.arguments["cells.bias"] * 1.01}
        for changed in (
            replace(inputs, arguments=other),
            replace(inputs, seconds=0.31),
            replace(inputs, afferents=inputs.afferents + 1),
        ):
            before = cache.epochs
            cache.run(changed)
            assert cache.epochs == before + 1


# --- who else is there ----------------------------------------------------------------------------------------


def test_neither_the_order_of_arms_nor_who_else_is_there_matters(records: dict[str, AnimalRecord]) -> None:
    for record in run_matched_animals(study(TREATED, VEHICLE), 0):
        assert content(record) == content(records[record.arm]), record.arm


def test_a_dose_of_zero_is_vehicle_and_a_dose_is_not(records: dict[str, AnimalRecord]) -> None:
    assert content(records["nothing"]) == content(records["vehicle"])
    assert content(records["treated"]) != content(records["vehicle"])


def test_arms_are_the_same_animal_until_they_part(records: dict[str, AnimalRecord]) -> None:
    for other, parted in (("treated", DAY), ("sham", 0.0)):
        pairs = zip(records["vehicle"].epochs, records[other].epochs, strict=False)
        before = [(a, b) for a, b in pairs if a.hours <= parted]
        assert len(before) > 3
        for mine, theirs in before:
            assert mine.label == theirs.label
            for name, train in mine.spikes.items():
                assert train.seconds.tobytes() == theirs.spikes[name].seconds.tobytes()


def test_another_number_is_another_animal(records: dict[str, AnimalRecord]) -> None:
    (other,) = run_matched_animals(study(VEHICLE), 1)
    assert other.animal == 1
    assert content(other) != content(records["vehicle"])


# --- what is left ---------------------------------------------------------------------------------------------


def test_a_record_holds_all_that_was_asked(records: dict[str, AnimalRecord]) -> None:
    for name, record in records.items():
        assert (record.study, record.arm, record.animal) == ("short", name, 0)
        pinches = [(v.day, v.side) for v in record.assays if v.name == "projection_rate_pinch"]
        assert pinches == [(day, "ipsi") for day in (-1, 1, 2)]
        probed = sum(2 + sum(place in x.compartments for place in IN_THE_BRAIN) for x in ligated.transmitters)
        assert sum(v.assay == "microdialysis" for v in record.assays) == probed
        labels = [epoch.label for epoch in record.epochs]
        assert len(set(labels)) == len(labels)
        times = [epoch.hours for epoch in record.epochs]
        assert times == sorted(times)
        json.dumps(record.provenance)


def test_slow_state_is_a_table_over_all_rests_and_tells_which_epoch_stands_for_each(
    records: dict[str, AnimalRecord],
) -> None:
    table = records["treated"].slow_state
    rests = [epoch.hours for epoch in records["treated"].epochs if epoch.purpose == "rest"]
    assert set(rests) < set(table.hours)
    assert sorted(set(table.hours)) == list(table.hours)
    assert set(table.columns["observed_hours"]) == set(rests)
    stands = dict(zip(table.hours, table.columns["observed_hours"], strict=True))
    assert all(stands[hours] == hours for hours in rests)
    rates = dict(zip(table.hours, table.columns["raphe_rate"], strict=True))
    assert all(rates[hours] == rates[seen] for hours, seen in stands.items())
    assert {"glutamate_clearance", "mood", "gaba_reversal_shift", "raphe_rate"} <= table.columns.keys()
    assert set(table.units) == set(table.columns)
    assert all(len(column) == len(table.hours) and np.isfinite(column).all() for column in table.columns.values())


def test_each_assay_begins_within_the_hour_of_a_rest_that_was_run(records: dict[str, AnimalRecord]) -> None:
    for record in records.values():
        rests = [epoch.hours for epoch in record.epochs if epoch.purpose == "rest"]
        for value in record.assays:
            began = DAY * value.day + value.hour
            assert any(0.0 <= began - hours <= FRESH for hours in rests), value


def test_the_drug_is_there_after_its_first_dose_only(records: dict[str, AnimalRecord]) -> None:
    table = records["treated"].concentrations
    brain = table.columns["duloxetine_brain_nanomolar"]
    assert (brain[table.hours <= DAY] == 0).all()
    assert (brain[table.hours > DAY] > 0).all()
    assert not records["vehicle"].concentrations.columns


def test_an_assay_leaves_no_trace_in_the_animal() -> None:
    """A painful forepaw half an hour ago is gone from the animal that goes on to the next assay of the hour."""
    nsia, pinch = assays.nsia.on_days(-1, sides=("contra", "ipsi")), assays.pinch.on_days(-1, sides=("ipsi",))
    (after,), (alone,) = (
        run_matched_animals(Study(name="trace", size=SIZE, animals=1, seed=3, arms=[SHAM], assays=measured), 0)
        for measured in ([nsia, pinch], [pinch])
    )
    assert heard(after.epochs[-1]) == heard(alone.epochs[-1])
    assert sum(epoch.purpose == "nsia" for epoch in after.epochs) == 2 * assays.nsia.epochs
    assert after.epochs[-2].hours > after.epochs[-1].hours


def test_settling_takes_over_what_the_epoch_saw() -> None:
    with animal(sham) as rat:
        bench = Bench(EpochCache(rat.simulator), rat.moment(rat.settled(-DAY)), lambda hours: NO_DRUG, [])
        before = bench.state
        result = bench.settle("rest", Stimulus(1.0))
        assert bench.state.observed.rates["raphe"] == pytest.approx(max(result.averages["raphe_rate_hertz"], 0.01))
        assert bench.state.variables == before.variables
        bench.epoch("rest again", Stimulus(1.0))
        assert [record.label for record in bench.records] == ["rest@-24.0000h", "rest again@-24.0000h"]
