"""One animal under one's hands is the animal of a study, and tells what cannot be done with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_animals import SIZE

from circuits import ligated, sham
from circuits.brian.epoch_data import EpochInputs, EpochOutputs
from circuits.brian.running import CompiledSimulator
from core.errors import UserError
from core.records import AnimalRecord, AssayValue, EpochRecord, SlowTable
from drugs import clonidine, duloxetine, vehicle
from experiments import Arm, Injection, Measurement, Study
from experiments.laboratory import assays, stimuli
from experiments.laboratory.animal import run_matched_animals
from experiments.laboratory.epoch import Epoch
from experiments.laboratory.single_animal import Animal

SEED = 3
DRUG = duloxetine.daily("10 mg/kg", route="s.c.", from_day=1)
PINCH = stimuli.pinch("ipsi", "800 mN", seconds=0.3, before=0.2, after=0.1)


def bytes_of(epochs: tuple[EpochRecord | Epoch, ...]) -> list[tuple[object, ...]]:
    """All that came out of epochs, but of those that no study has."""
    return [
        (each.label, each.seconds, tuple(each.averages.items()), spikes_of(each))
        for each in epochs
        if not each.label.startswith("epoch:")
    ]


def spikes_of(epoch: EpochRecord | Epoch) -> dict[str, tuple[bytes, bytes]]:
    return {name: (train.seconds.tobytes(), train.index.tobytes()) for name, train in epoch.spikes.items()}


def columns_of(table: SlowTable) -> dict[str, bytes]:
    return {name: column.tobytes() for name, column in table.columns.items()} | {"hours": table.hours.tobytes()}


def studied(arm: Arm, *measurements: Measurement, **fields: Any) -> AnimalRecord:
    """Animal 1 of an arm as a study runs it."""
    study = Study(name="short", size=SIZE, animals=1, seed=SEED, arms=[arm], assays=measurements, **fields)
    (record,) = run_matched_animals(study, 1)
    return record


@pytest.fixture(scope="module")
def rat() -> Iterator[Animal]:
    with Animal(ligated, number=1, seed=SEED, size=SIZE) as rat:
        yield rat


# --- the animal of a study -------------------------------------------------------------------------------------


@pytest.mark.slow
def test_an_animal_given_the_same_is_that_of_the_study_spike_for_spike() -> None:
    """Over weeks, past the stops that only fill the time; a look at it in between changes nothing after it."""
    injection = Injection(drug="idazoxan", dose="30 ug", on_days=2, hour=1.75)
    arm = Arm(ligated.without("alpha1"), DRUG, ranges="sampled", injections=[injection])
    days = assays.pinch.on_days(-1, 1, 2, 14, sides=("ipsi",)), assays.paw_pressure.on_days(2, hour=2.1)
    record = studied(arm, *days)
    with Animal(ligated.without("alpha1"), number=1, seed=SEED, size=SIZE, ranges="sampled") as rat:
        values: list[AssayValue] = []
        for day in (-1, 1, 2, 14):
            rat.until(day, hour=2)
            values += rat.measure(assays.pinch, "ipsi")
            if day == -1:
                rat.give(DRUG)
            if day == 1:
                rat.epoch(PINCH)
                rat.give(injection)
            if day == 2:
                rat.until(2, hour=2.1)
                values += rat.measure("paw_pressure")
        assert bytes_of(rat.epochs) == bytes_of(record.epochs)
        assert values == list(record.assays)
        assert {value.phase for value in values} == {"", "intrathecal idazoxan"}
        assert columns_of(rat.slow_state) == columns_of(record.slow_state)


@pytest.mark.slow
def test_how_time_passes_does_not_matter() -> None:
    with Animal(ligated, number=1, seed=SEED, size=SIZE) as one, Animal("ligated", 1, SEED, size=SIZE) as other:
        one.until(10)
        for day in range(10):
            other.until(day, hour=12)
        other.until(day=10)
        assert bytes_of(one.epochs) == bytes_of(other.epochs)
        one.until(13, hour=0)
        other.until(13)
        assert one.measure("pinch", "ipsi") == other.measure("pinch", "ipsi")
        assert bytes_of(one.epochs) == bytes_of(other.epochs)


@pytest.mark.slow
@pytest.mark.parametrize("call", [5, 9])
def test_an_animal_that_was_interrupted_goes_on_as_if_it_had_not_been(
    call: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[EpochInputs] = []
    really = CompiledSimulator.run

    def interrupted(self: CompiledSimulator, inputs: EpochInputs) -> EpochOutputs:
        calls.append(inputs)
        if len(calls) == call:
            raise KeyboardInterrupt
        return really(self, inputs)

    with Animal(ligated, number=1, seed=SEED, size=SIZE) as other:
        other.until(2)
        expected = bytes_of(other.epochs)
    monkeypatch.setattr(CompiledSimulator, "run", interrupted)
    with Animal(ligated, number=1, seed=SEED, size=SIZE) as rat:
        with pytest.raises(KeyboardInterrupt):
            rat.until(2)
        assert (rat.day, rat.hour) == (-1, 0.0)
        rat.until(2)
        assert bytes_of(rat.epochs) == expected


@pytest.mark.slow
def test_an_arm_brings_its_treatments_and_manipulations() -> None:
    arm = Arm(
        sham,
        duloxetine.once("10 mg/kg", route="s.c.", on_day=0),
        lesions=[{"agent": "DSP-4", "on_day": -1}],
        silencing=[{"populations": "raphe", "on_days": [0], "hour": 1.0, "lasts_hours": 2.0}],
    )
    record = studied(arm, assays.pinch.on_days(0, sides=("ipsi",)))
    with Animal(arm, number=1, seed=SEED, size=SIZE) as rat:
        rat.until(0, hour=2)
        assert rat.measure("pinch", "ipsi") == record.assays
        assert bytes_of(rat.epochs) == bytes_of(record.epochs)


# --- an epoch by hand ------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_an_epoch_gives_spikes_rates_and_when_the_animal_withdrew(rat: Animal) -> None:
    epoch = rat.epoch(PINCH)
    train = epoch.spikes["ipsi_projection"]
    assert train.cells == rat.populations["ipsi_projection"]
    assert epoch.rates()["ipsi_projection"] == pytest.approx(len(train.seconds) / train.cells / epoch.seconds)
    assert set(epoch.rates()) == set(rat.populations)
    assert epoch.stimulated is not None
    assert epoch.rates(*epoch.stimulated)["ipsi_projection"] > epoch.rates(0, 0.2)["ipsi_projection"]
    long = rat.epoch(stimuli.pinch("ipsi"))
    assert 1.0 < (long.withdrawal("ipsi") or 0.0) < 2.0
    assert long.withdrawal("contra") is None
    assert "pinch on the ipsilateral hind paw" in repr(epoch)
    assert "ipsi_projection" in epoch._repr_html_()


@pytest.mark.slow
def test_equal_epochs_are_equal_and_another_trial_is_not(rat: Animal) -> None:
    first, again, other = rat.epoch(PINCH), rat.epoch(PINCH), rat.epoch(PINCH, trial=1)
    spikes = [
        {name: train.seconds.tobytes() for name, train in epoch.spikes.items()} for epoch in (first, again, other)
    ]
    assert spikes[0] == spikes[1]
    assert spikes[0] != spikes[2]


@pytest.mark.slow
def test_traces_are_of_the_cells_and_places_asked_for(rat: Animal) -> None:
    record: dict[str, Sequence[str] | dict[str, Sequence[int]]] = {
        "ipsi_projection": ["v", "g_ampa", "g_gaba"],
        "contra_projection": {"v": [2, 0]},
        "dorsal_horn_ipsi": ["noradrenaline", "alpha2A"],
        "raphe": ["serotonin"],
    }
    epoch = rat.epoch(PINCH, record=record, every_ms=0.5)
    samples, cells = round(epoch.seconds / 0.0005), rat.populations["ipsi_projection"]
    assert {
        (name, variable): trace.shape for name, traces in epoch.traces.items() for variable, trace in traces.items()
    } == {
        ("ipsi_projection", "v"): (samples, cells),
        ("ipsi_projection", "g_ampa"): (samples, cells),
        ("ipsi_projection", "g_gaba"): (samples, cells),
        ("contra_projection", "v"): (samples, 2),
        ("dorsal_horn_ipsi", "noradrenaline"): (samples,),
        ("dorsal_horn_ipsi", "alpha2A"): (samples,),
        ("raphe", "serotonin"): (samples, rat.populations["raphe"]),
    }
    assert epoch.times[:2] == pytest.approx([0.0005, 0.001])
    assert epoch.units == {
        "v": "V",
        "g_ampa": "S",
        "g_gaba": "S",
        "noradrenaline": "nM",
        "alpha2A": "1",
        "serotonin": "nM",
    }
    place = epoch.averages["noradrenaline_dorsal_horn_ipsi_nanomolar"]
    assert epoch.traces["dorsal_horn_ipsi"]["noradrenaline"].mean() == pytest.approx(place, rel=0.02)
    all_of_it = rat.epoch(PINCH, record={"contra_projection": ["v"]}, every_ms=0.5).traces["contra_projection"]["v"]
    np.testing.assert_array_equal(epoch.traces["contra_projection"]["v"], all_of_it[:, [2, 0]])


@pytest.mark.slow
def test_recording_changes_no_spike(rat: Animal) -> None:
    plain, seen = rat.epoch(PINCH), rat.epoch(PINCH, record={"ipsi_projection": ["v"], "a11": ["noise", "D2"]})
    assert spikes_of(plain) == spikes_of(seen)
    assert plain.record.averages == seen.record.averages


@pytest.mark.slow
def test_an_animal_and_its_epochs_show_themselves(rat: Animal) -> None:
    assert f"Animal(ligated, number 1, seed {SEED}, on day -1" in repr(rat)
    shown = rat._repr_html_()
    for words in ("ligated", "day -1", "locus coeruleus spinal (Hz)", "sensitisation ipsi"):
        assert words in shown
    assert len(repr(rat.epoch(PINCH))) < 300


@pytest.mark.slow
def test_a_raster_fits_a_page_and_a_column(rat: Animal, tmp_path: Path) -> None:
    epoch = rat.epoch(PINCH)
    for width in (170, 85):
        figure = epoch.raster(width_mm=width)
        assert figure.get_size_inches()[0] * 25.4 == pytest.approx(width)
        figure.savefig(tmp_path / "raster.png")
        assert "pinch on the ipsilateral hind paw" in figure.get_suptitle()
    panels = epoch.raster(["ipsi_projection"], width_mm=85).axes
    labels = [label.get_text() for panel in panels for label in panel.get_yticklabels()]
    assert any("projection" in text and "4" in text for text in labels), labels


# --- what cannot be --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (lambda: Animal("ligatd"), 'no circuit "ligatd". Nearest: ligated'),
        (lambda: Animal(ligated, number=-1), "number = -1: expected a whole number of 0 or more"),
        (
            lambda: Animal(ligated, number=1.5),  # type: ignore[arg-type]
            "number = 1.5",
        ),
        (lambda: Animal(ligated, seed=True), "seed = True"),
        (lambda: Animal(ligated, size=0), "size = 0: expected a scale"),
        (lambda: Animal(ligated, size=float("nan")), "size = nan"),
        (lambda: Animal(ligated, precision="half"), 'no precision "half"'),
        (
            lambda: Animal(ligated, ranges="smpled"),  # type: ignore[arg-type]
            "ranges",
        ),
        (
            lambda: Animal(ligated, first_day=13),
            "first_day = 13: expected day 0 or one before, as an animal begins healthy",
        ),
    ],
)
def test_an_animal_that_cannot_be_is_told(wrong: Any, told: str) -> None:
    with pytest.raises(UserError) as caught:
        wrong()
    assert told in str(caught.value)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (
            lambda rat: rat.until(-1, hour=-0.5),
            "until day -1, hour -0.5: the animal stands at hour 0 of day -1, and time",
        ),
        (lambda rat: rat.until(-2), "time does not go back. Begin with a new Animal."),
        (lambda rat: rat.until(1.5), "day = 1.5: expected a whole day"),
        (lambda rat: rat.until("14"), "day = '14'"),
        (lambda rat: rat.until(14, hour=30), "hour = 30"),
        (lambda rat: rat.until(14, hour=float("nan")), "hour = nan"),
        (
            lambda rat: rat.give(duloxetine.once("1 mg/kg", route="s.c.", on_day=-3)),
            "hour 0 of day -3, lies in the past",
        ),
        (lambda rat: rat.give((DRUG, clonidine.daily("1 mg/kg", from_day=-2))), "lies in the past"),
        (lambda rat: rat.give("duloxetine"), "'duloxetine' is no treatment; expected a regimen"),
        (lambda rat: rat.epoch("pinch"), "'pinch': expected a stimulus such as"),
        (lambda rat: rat.epoch(PINCH, {"projection": ["v"]}), 'no population or compartment "projection". Nearest: '),
        (lambda rat: rat.epoch(PINCH, {"raphe": ["u"]}), 'no variable of raphe "u"'),
        (lambda rat: rat.epoch(PINCH, {"ipsi_a_beta": ["v"]}), 'no variable of ipsi_a_beta "v"'),
        (lambda rat: rat.epoch(PINCH, {"a11": {"v": [99]}}), "cells of a11 = [99]: expected whole numbers from 0 to"),
        (lambda rat: rat.epoch(PINCH, ["v"]), "record = ['v']: expected names of variables by population"),
        (lambda rat: rat.epoch(PINCH, {"a11": ["v"]}, every_ms=0.03), "0.03"),
        (lambda rat: rat.epoch(PINCH, trial=-1), "trial = -1"),
        (lambda rat: rat.measure("pinc"), 'no assay "pinc". Nearest: pinch'),
        (lambda rat: rat.measure("pinch", side="left"), 'no side of pinch "left"'),
        (lambda rat: rat.measure("mood", side="ipsi"), "none, leave it out"),
        (lambda rat: rat.epoch(PINCH).spikes["projection"], 'no population "projection". Nearest: ipsi_projection'),
        (lambda rat: rat.epoch(PINCH).traces["raphe"], 'no trace "raphe"'),
        (lambda rat: rat.epoch(PINCH).rates(0.5, 0.2), "rates from 0.5 to 0.2 s"),
        (lambda rat: rat.epoch(PINCH).withdrawal("left"), 'no side "left"'),
        (lambda rat: rat.epoch(PINCH).raster(width_mm=3), "width_mm = 3"),
    ],
)
def test_what_cannot_be_done_to_it_is_told_and_leaves_it_as_it_was(rat: Animal, wrong: Any, told: str) -> None:
    before = repr(rat)
    with pytest.raises(UserError) as caught:
        wrong(rat)
    assert told in str(caught.value)
    assert repr(rat) == before


@pytest.mark.slow
def test_a_dose_now_comes_after_what_is_measured_now_and_a_closed_animal_says_so() -> None:
    with Animal(sham, number=1, seed=SEED, size=SIZE) as rat:
        rat.until(0, hour=2)
        before = rat.measure("pinch", "ipsi")
        rat.give(vehicle, duloxetine.once("30 mg/kg", route="s.c.", on_day=0, hour=2))
        assert rat.measure("pinch", "ipsi") == before
        epoch = rat.epoch(PINCH)
    assert len(epoch.spikes["ipsi_a_beta"].seconds)
    assert "closed" in repr(rat)
    for after in (lambda: rat.until(3), lambda: rat.epoch(PINCH), lambda: rat.give(DRUG), lambda: rat.measure("pinch")):
        with pytest.raises(UserError, match="the animal is closed; work with it inside its `with` block"):
            after()
