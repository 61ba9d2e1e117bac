"""What a file says that its animal was made from is checked before anything is made from it again."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from cohort_samples import small_study
from export_samples import STUDY, sample_record
from test_animal_continued import NAMES, PRESSED, held, study
from verified_study import write_verified_study

from circuits.structure import structure
from core.errors import UserError
from core.records import AnimalRecord
from experiments.laboratory.continuing.recorded_epochs import OtherAnimalError, RecordedEpochs
from experiments.laboratory.continuing.same_history import continued
from experiments.laboratory.history import Numerics
from experiments.laboratory.provenance.facts import tools
from experiments.laboratory.provenance.made_from import made_from
from experiments.laboratory.single_animal import Animal
from experiments.running.animal_wiring import wiring_of
from experiments.running.verification import verify
from results.files.folder import animal_path
from results.files.store import read_animal, write_animal

PATH = Path("animal.h5")
GIVEN = {"seed": 5, "size": 0.25, "numerics": vars(Numerics(dt_ms=0.05, noise=3))}

#: What a file says -> how it is told.
WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "a key of no numerics": ({"numerics": {"dt": 0.1}}, 'numerics: no key "dt". Nearest: dt_ms. Allowed: dt_ms, '),
    "a step of nothing": ({"numerics": {"dt_ms": 0}}, "numerics.dt_ms = 0: expected a step of 0.001 to 1 ms."),
    "a step without end": ({"numerics": {"step_scale": 1e-9}}, "numerics.step_scale = 1e-09: expected a scale of"),
    "a word": ({"numerics": {"rest_seconds": "3"}}, 'numerics.rest_seconds = "3": expected 0.01 to 3600 s of rest.'),
    "no precision": (
        {"numerics": {"precision": "half"}},
        'numerics.precision = "half": expected "single" or "double".',
    ),
    "half a noise": ({"numerics": {"noise": 0.5}}, "numerics.noise = 0.5: expected a whole number of 0 or more"),
    "not a number": ({"numerics": {"longest_hours": float("nan")}}, "numerics.longest_hours = NaN: expected 0.001 to"),
    "numerics as a list": ({"numerics": []}, "numerics = []: expected a table with keys out of dt_ms, precision"),
    "a seed in words": ({"seed": "5"}, 'seed = "5": expected a whole number of 0 or more, below 2^63.'),
    "a seed below nothing": ({"seed": -1}, "seed = -1: expected a whole number of 0 or more, below 2^63."),
    "a seed that is true": ({"seed": True}, "seed = true: expected a whole number"),
    "no size": ({"size": None}, "size = null: expected a number above 0, up to 1000"),
    "a size in words": ({"size": "large"}, 'size = "large": expected a number above 0'),
}


def test_what_a_file_says_is_taken_as_it_says_it() -> None:
    found = made_from(PATH, GIVEN | {"compiler": "another"})
    assert (found.seed, found.size, found.numerics) == (5, 0.25, Numerics(dt_ms=0.05, noise=3))
    # A file that does not tell its bound had every rest run.
    assert made_from(PATH, GIVEN | {"numerics": {}}).numerics == Numerics(rest_error=0.0)
    for each in fields(Numerics):
        value = getattr(Numerics(dt_ms=0.05, precision="double", rest_seconds=2, noise=3), each.name)
        assert getattr(made_from(PATH, GIVEN | {"numerics": {each.name: value}}).numerics, each.name) == value


@pytest.mark.parametrize("kind", WRONG)
def test_what_no_run_can_have_is_told_by_file_and_field(kind: str) -> None:
    change, words = WRONG[kind]
    with pytest.raises(UserError) as told:
        made_from(PATH, GIVEN | change)
    assert str(told.value).startswith(f"animal.h5: its provenance: {words}")
    assert "\n" not in str(told.value)


@pytest.mark.parametrize("missing", GIVEN)
def test_what_is_missing_is_told(missing: str) -> None:
    with pytest.raises(UserError, match=f"animal.h5: its provenance: {missing}: missing; expected a"):
        made_from(PATH, {name: fact for name, fact in GIVEN.items() if name != missing})


def edited(record: AnimalRecord, path: Path, **facts: Any) -> Path:
    """The file of an animal whose provenance was edited, with checksums that fit."""
    write_animal(replace(record, provenance={**record.provenance, **facts}), path)
    return path


EDITED: dict[str, tuple[dict[str, Any], str]] = {
    "a key of no numerics": ({"numerics": {"dt": 0.1}}, 'numerics: no key "dt". Nearest: dt_ms'),
    "a seed in words": ({"seed": "5"}, "seed is '5'; expected a whole number of 0 or more, below 2"),
    "a size in words": ({"size": "large"}, "size is 'large'; expected a number above 0"),
    "another size": ({"size": 500.0}, "it was run with size 500.0, the study"),
}


@pytest.mark.parametrize("kind", EDITED)
def test_an_edited_file_is_refused_where_it_would_be_made_again(tmp_path: Path, kind: str) -> None:
    facts, words = EDITED[kind]
    record = sample_record(STUDY.arms[0], 1)
    path = edited(record, tmp_path / "a.h5", **facts)
    label = record.epochs[0].label
    for again in (lambda: wiring_of(path, read_animal(path)), lambda: Animal.replay(path, label)):
        with pytest.raises(UserError, match=f"^{path}: .*{words}"):
            again()


def test_verify_names_an_edited_animal(tmp_path: Path) -> None:
    out = write_verified_study(tmp_path / "study", small_study(2))
    path = animal_path(out, "sham-vehicle", 1)
    assert not verify(out).faults
    record = read_animal(path)
    write_animal(replace(record, provenance={**record.provenance, "numerics": {"dt": 0.1}}), path, replace=True)
    assert any(fault.startswith(f'{path}: its provenance: numerics: no key "dt"') for fault in verify(out).faults)


def test_a_file_that_does_not_hold_its_study_is_simulated_anew_when_the_study_grows() -> None:
    facts = {**tools(), "numerics": vars(Numerics())}
    assert {each.why for each in held(study(PRESSED), study(PRESSED)).values()} == {""}
    found = continued(facts, study(PRESSED).only([NAMES[0]]))
    assert found.why == "its file does not say which study it was"


@pytest.mark.parametrize("lost", ["spikes", "averages"])
def test_a_file_without_cells_or_transmitters_of_its_study_stands_for_no_simulation(tmp_path: Path, lost: str) -> None:
    record = sample_record(STUDY.arms[0], 1)
    shape = structure(STUDY.arms[0].prepared_circuit(), STUDY.size)
    first = record.epochs[0]
    name = {"spikes": shape.blocks[0].name, "averages": "noradrenaline_forebrain_nanomolar"}[lost]
    fewer: Any = {lost: {key: value for key, value in getattr(first, lost).items() if key != name}}
    for epoch in (first, replace(first, **fewer)):
        path = tmp_path / f"{len(getattr(epoch, lost))}.h5"
        write_animal(replace(record, epochs=(epoch,)), path)
        recorded = RecordedEpochs(path)
        if epoch is first:
            assert recorded.outputs(first.label, {}, shape, 0.1) is not None
        else:
            with pytest.raises(OtherAnimalError, match=f"(cells of )?{name.split('_')[0]}.* in {first.label}"):
                recorded.outputs(first.label, {}, shape, 0.1)
