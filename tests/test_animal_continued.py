"""Animals of which more is asked: what is in their files is not simulated again, and no byte comes out otherwise."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from math import inf
from pathlib import Path
from typing import Any

import extension_samples
import pytest
from small_animals import SIZE

import drugs
from core.records import AnimalRecord
from experiments import Arm, Study, assays
from experiments.laboratory.animal import NOTHING_PAST, plan, run_matched_animals
from experiments.laboratory.continuing.same_history import Continued, continued
from experiments.laboratory.history import Numerics
from experiments.laboratory.provenance.facts import study_text, tools
from experiments.laboratory.timetable import stops
from experiments.protocol.catalogue import extended
from experiments.protocol.measurement import Measurement
from experiments.running.study_growth import growth
from results.files.reading import read_identity
from results.files.store import animal_path, read_animal, write_animal

ARMS = (Arm("sham"), Arm("ligated", drugs.duloxetine.daily("10 mg/kg", from_day=1, route="s.c.")))
NAMES = tuple(arm.name for arm in ARMS)
PRESSED = assays.paw_pressure.on_days(-1, 2)


def study(*measured: Measurement, **fields: Any) -> Study:
    return Study(name="grows", size=SIZE, animals=1, seed=3, assays=measured, **{"arms": ARMS} | fields)


def ran(of: Study, out: Path, past: Mapping[str, Path] = NOTHING_PAST) -> float:
    """Write animal 1 of each arm, and return how many seconds of epochs were simulated."""
    told: list[float] = []
    for record in run_matched_animals(of, 1, told.append, past=past):
        write_animal(record, animal_path(out, record.arm, 1))
    return sum(told)


def held(grown: Study, was: Study) -> dict[str, Continued]:
    """Arm -> what holds of a file that was made by `was`."""
    facts = {**tools(), "numerics": vars(Numerics())}
    return {
        name: continued({**facts, "study_toml": study_text(was.only([name]), 1)}, grown.only([name])) for name in NAMES
    }


#: What is added -> the grown study, and from which hour from surgery on it moves what was there.
GROWN: dict[str, tuple[Study, float]] = {
    "a later day": (study(assays.paw_pressure.on_days(-1, 2, 4)), inf),
    "assays at the hour of another": (study(PRESSED, assays.von_frey.on_days(2), assays.nsia.on_days(2)), inf),
    "an hour in between": (study(PRESSED, assays.paw_pressure.on_days(1, hour=5.0)), 29.0),
    "another arm": (study(PRESSED, arms=(*ARMS, Arm("ligated"))), inf),
}


@pytest.mark.parametrize("what", GROWN)
def test_the_hour_from_which_a_history_is_another(what: str) -> None:
    grown, hour = GROWN[what]
    assert {each.parts for each in held(grown, study(PRESSED)).values()} == {hour}


def test_a_stop_is_held_until_the_histories_part() -> None:
    grown = study(PRESSED, assays.von_frey.on_days(2), assays.paw_pressure.on_days(1, hour=5.0))
    found = held(grown, study(PRESSED))["sham-vehicle"]
    own = [(stop.hours, found.holds(stop)) for stop in stops(grown, grown.arms[0])]
    assert {holds for hours, holds in own if hours > found.until} == {False}
    assert {holds for hours, holds in own if hours <= found.until} == {True}
    assert found.until < 29.0
    whole = held(study(PRESSED, assays.von_frey.on_days(2)), study(PRESSED))["sham-vehicle"]
    assert [stop.measurement.assay for stop in stops(grown, grown.arms[0]) if not whole.holds(stop) and stop.measurement
            and stop.hours == 50.0] == ["von_frey"]  # fmt: skip


@pytest.mark.parametrize(
    ("grown", "why"),
    [
        (study(assays.paw_pressure.on_days(-2, -1, 2), first_day=-2), "the study begins earlier"),
        (study(PRESSED, extensions="opioids"), "an extension changes the circuit"),
        (study(PRESSED, precision="double"), "made with numerics .*'precision': 'single'.* then, .*'double'.* now"),
    ],
)
def test_why_nothing_of_a_file_holds(grown: Study, why: str) -> None:
    for each in held(grown, study(PRESSED)).values():
        assert re.fullmatch(why, each.why)
        assert each.until == -inf


def test_an_assay_from_outside_leaves_a_history_as_it_is(tmp_path: Path) -> None:
    """Whether it comes in or was there; that of an animal is read from its file, whose programs nobody runs."""
    program = extension_samples.written(tmp_path)
    held_paw = extended(program).assays["hold60"].on_days(2, sides=("ipsi",))
    with_program = study(PRESSED, held_paw, extensions=program)
    later = study(assays.paw_pressure.on_days(-1, 2, 3), held_paw, extensions=program)
    for was, grown in ((study(PRESSED), with_program), (with_program, later)):
        assert {each.parts for each in held(grown, was).values()} == {inf}
        assert growth(was, grown).moments


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    out = tmp_path_factory.mktemp("before")
    ran(study(PRESSED), out)
    return {name: animal_path(out, name, 1) for name in NAMES}


@pytest.mark.slow
@pytest.mark.parametrize("what", GROWN)
def test_a_grown_animal_has_the_bytes_of_one_from_scratch(before: dict[str, Path], tmp_path: Path, what: str) -> None:
    grown, _ = GROWN[what]
    holds = {name: continued(read_identity(path), grown.only([name])) for name, path in before.items()}
    simulated = [ran(grown, tmp_path / "grown", before), ran(grown, tmp_path / "scratch")]
    assert simulated[0] <= plan(grown, holds).simulated_seconds
    assert simulated[0] < 0.75 * simulated[1]
    for arm in grown.arms:
        own, scratch = (animal_path(tmp_path / name, arm.name, 1) for name in ("grown", "scratch"))
        assert own.read_bytes() == scratch.read_bytes()


def changed(record: AnimalRecord, what: str) -> AnimalRecord:
    """The record with other spikes of fibres in one epoch, or another slow state at its last rest."""
    if what == "slow state":
        columns = dict(record.slow_state.columns)
        columns["mood"] = columns["mood"].copy()
        columns["mood"][-1] += 1e-9
        return replace(record, slow_state=replace(record.slow_state, columns=columns))
    k = next(k for k, epoch in enumerate(record.epochs) if epoch.purpose == "paw_pressure")
    epoch, name = record.epochs[k], "ipsi_a_delta"
    train = epoch.spikes[name]
    assert len(train.seconds)
    spikes = {**epoch.spikes, name: replace(train, seconds=train.seconds * 0.999)}
    return replace(record, epochs=(*record.epochs[:k], replace(epoch, spikes=spikes), *record.epochs[k + 1 :]))


@pytest.mark.slow
@pytest.mark.parametrize("what", ["slow state", "spikes"])
def test_a_file_of_another_animal_is_told_and_not_gone_on_with(
    before: dict[str, Path], tmp_path: Path, caplog: pytest.LogCaptureFixture, what: str
) -> None:
    name, grown = NAMES[1], study(assays.paw_pressure.on_days(-1, 2, 4)).only([NAMES[1]])
    write_animal(changed(read_animal(before[name]), what), tmp_path / "other.h5")
    ran(grown, tmp_path / "grown", {name: tmp_path / "other.h5"})
    ran(grown, tmp_path / "scratch")
    assert "its study gives another animal" in caplog.text
    own, scratch = (animal_path(tmp_path / each, name, 1) for each in ("grown", "scratch"))
    assert own.read_bytes() == scratch.read_bytes()
