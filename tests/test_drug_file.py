"""Drugs as TOML: written and read back the same, the same contract as bundled ones, and no privilege for a name."""

from __future__ import annotations

import contextlib
import copy
import dataclasses
import pickle
import re
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mutated_manifests import places
from test_drugs_contract import canonical, outcome
from test_study_mangled import VALUES

from core.errors import UserError
from core.records import AnimalRecord
from core.sourced import walk
from drugs import DRUGS, amitriptyline, duloxetine, vehicle
from experiments import Arm, Study
from experiments.laboratory import assays
from experiments.laboratory.animal import run_matched_animals
from experiments.protocol.drug_file import is_bundled, parse_drug, read_drug, tables_of, write_drug
from experiments.protocol.manipulations.injection import Injection
from experiments.protocol.study_file import parse_study, read_study

REAL = [drug for drug in DRUGS.values() if not drug.inert]


def own(name: Any = "mine", drug: Any = duloxetine) -> Any:
    return replace(drug, name=name)


def file_of(folder: Path, drug: Any = None, name: Any = "mine.toml") -> Any:
    (folder / name).write_text(write_drug(drug or own()), encoding="utf-8")
    return folder / name


@pytest.mark.parametrize("drug", REAL, ids=str)
def test_a_bundled_drug_written_and_read_is_the_same_to_the_last_bit(drug: Any) -> None:
    read = parse_drug(tomllib.loads(write_drug(drug)))
    assert read == drug
    for (path, number), (there, other) in zip(walk(read), walk(drug), strict=True):
        assert path == there
        assert np.asarray(number.value).tobytes() == np.asarray(other.value).tobytes(), path
    assert write_drug(read) == write_drug(drug)


@pytest.mark.parametrize("drug", REAL, ids=str)
def test_a_name_gives_no_drug_anything(drug: Any) -> None:
    """The same numbers under another name bind the same, to the last bit, by every route."""
    twin = parse_drug(tomllib.loads(write_drug(own(drug=drug))))
    assert not is_bundled(twin)
    assert len(list(canonical(twin))) == len(drug.kinetics.routes)
    assert outcome(twin) == outcome(drug)


def test_a_vehicle_has_no_file() -> None:
    with pytest.raises(UserError, match="vehicle has no numbers to write down"):
        tables_of(vehicle)


def test_a_metabolite_may_be_named() -> None:
    fields = tables_of(own(drug=amitriptyline))
    fields["metabolites"][0]["drug"] = "nortriptyline"
    assert parse_drug(fields) == own(drug=amitriptyline)


# --- mistakes -------------------------------------------------------------------------------------------------


def changed(path: str, value: object, drug: Any = duloxetine) -> Any:
    """The tables of a drug with one entry changed, or taken away where the value is None."""
    fields = tables_of(own(drug=drug))
    *steps, last = path.split("/")
    part: Any = fields
    for step in steps:
        part = part[int(step) if step.isdigit() else step]
    if value is None:
        del part[last]
    else:
        part[last] = value
    return fields


NET = "affinities/NET/constant"
FATE = "kinetics/disposition"
MISTAKES = {
    "no unit": (f"{NET}/value", 7.5, 'affinities.NET.constant = 7.5: expected a quantity such as "1 nM".'),
    "unknown unit": (f"{NET}/value", "7.5 nm", 'affinities.NET.constant = "7.5 nm": expected a quantity such as'),
    "other dimension": (f"{NET}/value", "7.5 mV", 'affinities.NET.constant = "7.5 mV": expected a quantity such as'),
    "range of other dimension": (f"{NET}/low", "5 h", 'affinities.NET.constant.low = "5 h": expected a quantity'),
    "negative affinity": (f"{NET}/value", "-7.5 nM", "affinities[NET].constant is -7.5 nM; it lies above 0."),
    "no source": (f"{NET}/source", None, "affinities.NET.constant.source: missing; expected where it was read"),
    "empty source": (f"{NET}/source", "", 'affinities.NET.constant.source = "": expected where it was read'),
    "number without table": (NET, "7.5 nM", 'affinities.NET.constant = "7.5 nM": expected a table with keys out of'),
    "no constant": (NET, None, "affinities.NET.constant: missing"),
    "unknown key": (f"{NET}/sorce", "x", 'no key "sorce". Nearest: source.'),
    "assumed without note": (f"{NET}/source", "ASSUMED", "affinities.NET.constant: a number that is assumed needs a"),
    "unknown status": (f"{NET}/status", "sure", 'affinities.NET.constant: no status "sure". Nearest: assumed, seen'),
    "assumed without range": (f"{NET}/status", "assumed", "a number that is assumed needs a range, low and high."),
    "range above": (
        f"{NET}/low",
        "9 nM",
        "affinities.NET.constant: its range begins at 9 nM, above its value 7.5 nM.",
    ),
    "range below": (f"{NET}/high", "7 nM", "affinities.NET.constant: its range ends at 7 nM, below its value 7.5 nM."),
    "unknown site": ("affinities/NETT", {"constant": {"value": "1 nM", "source": "x"}}, 'no site "NETT". Nearest: NET'),
    "site of another receptor": (
        "affinities/alpha2A_terminals",
        {"constant": {"value": "1 nM", "source": "x"}},
        "affinities: alpha2A_terminals has no site of its own: it follows alpha2A; name alpha2A.",
    ),
    "efficacy": ("affinities/NET/efficacy", 0.5, "efficacy is 0.5; it is 0, 1, or a Sourced number between."),
    "agonist of a pump": ("affinities/NET/efficacy", 1, "a drug blocks a transporter, efficacy 0."),
    "fraction over 1": (f"{FATE}/unbound_plasma/value", 1.2, "unbound_plasma is 1.2; a fraction lies in 0..1."),
    "fraction with unit": (f"{FATE}/unbound_plasma/value", "0.4 nM", 'unbound_plasma = "0.4 nM": expected a plain'),
    "negative half-life": (f"{FATE}/half_life/value", "-5 h", "half_life is -18. ks; it lies above 0."),
    "half-life in litres": (f"{FATE}/half_life/value", "5 L", 'half_life = "5 L": expected a quantity such as "1 h".'),
    "no half-life": (f"{FATE}/half_life", None, "kinetics.disposition.half_life: missing"),
    "no disposition": (FATE, None, "leads into the blood, and no disposition says where the drug goes from there."),
    "unknown route": ("kinetics/routes/iv", {}, 'kinetics.routes.iv: no route "iv". Nearest: i.v.'),
    "number of another route": (
        "kinetics/routes/i.v.",
        {"volume": {"value": "1 L", "source": "x"}},
        "kinetics.routes.i.v. has volume; the route i.v. takes no number.",
    ),
    "route without numbers": (
        "kinetics/routes/s.c.",
        {},
        "kinetics.routes.s.c. has nothing; the route s.c. takes rate and bioavailability.",
    ),
    "name of a bundled drug": ("name", "reboxetine", 'name = "reboxetine": a bundled drug of other numbers has it'),
    "name with blanks": (
        "name",
        "my drug",
        'name = "my drug": expected a name of small letters, digits and _, such as',
    ),
    "no mass": ("molar_mass", None, "molar_mass: missing"),
    "mass in grams": ("molar_mass/value", "297 g", 'molar_mass = "297 g": expected a quantity such as "1 g/mol".'),
}


@pytest.mark.parametrize(("path", "value", "sentence"), MISTAKES.values(), ids=MISTAKES)
def test_a_file_of_a_drug_that_cannot_be_is_refused_in_one_line(path: Any, value: Any, sentence: Any) -> None:
    with pytest.raises(UserError, match=re.escape(sentence)) as error:
        parse_drug(changed(path, value), "mine.toml")
    assert str(error.value).startswith("mine.toml: ")
    assert "\n" not in str(error.value)


def test_a_metabolite_has_the_same_contract() -> None:
    for path, value, sentence in (
        ("metabolites/0/drug", "nortriptylin", 'metabolites[0].drug: no drug "nortriptylin". Nearest: nortriptyline'),
        ("metabolites/0/fraction/value", 1.4, "fraction is 1.4; a fraction lies in 0..1."),
        ("metabolites/0/drug/affinities/NET/constant/value", 5.0, "metabolites[0].drug.affinities.NET.constant = 5.0"),
    ):
        with pytest.raises(UserError, match=re.escape(sentence)) as error:
            parse_drug(changed(path, value, amitriptyline))
        assert "\n" not in str(error.value)


def test_all_mistakes_are_told_at_once() -> None:
    fields = changed(f"{NET}/value", 7.5)
    fields["kinetics"]["disposition"]["half_life"]["value"] = "5 L"
    with pytest.raises(UserError) as error:
        parse_drug(fields)
    assert str(error.value).count("\n") == 1


def test_a_file_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("name = ")
    with pytest.raises(UserError, match=r"mine\.toml: not TOML"):
        read_drug(tmp_path / "mine.toml")
    with pytest.raises(UserError, match=r"none\.toml: cannot be read as text"):
        read_drug(tmp_path / "none.toml")


# --- in a study -----------------------------------------------------------------------------------------------

STUDY = """
name = "own"
animals = 1
[[arms]]
circuit = "ligated"
[[arms.treatments]]
drug = "mine.toml"
dose = "10 mg/kg"
route = "s.c."
from_day = 1
[[assays]]
assay = "microdialysis"
days = [2]
"""
INJECTED = """
[[injections]]
drug = "needle.toml"
dose = "30 ug"
on_days = [2]
"""


def test_a_study_names_a_drug_file_beside_it(tmp_path: Path) -> None:
    file_of(tmp_path)
    (tmp_path / "study.toml").write_text(STUDY)
    study = read_study(tmp_path / "study.toml")
    assert study.arms[0].treatments[0].drug == own()
    assert study.arms[0].name == "ligated-mine"
    assert list(study.own_drugs()) == ["mine"]


def test_a_written_study_holds_its_own_drugs(tmp_path: Path) -> None:
    """So that a folder of results needs no file that lay elsewhere."""
    file_of(tmp_path)
    file_of(tmp_path, own("needle", DRUGS["idazoxan"]), "needle.toml")
    study = parse_study(STUDY + INJECTED, folder=tmp_path)
    text = study.to_toml()
    assert ".toml" not in text
    again = parse_study(text, folder=Path("elsewhere"))
    assert again == study
    assert again.to_toml() == text
    assert again.fingerprint() == study.fingerprint()
    assert again.injections[0].given == study.injections[0].given
    other = replace(own(), metabolites=amitriptyline.metabolites)
    changed_study = study.changed(arms=[Arm("ligated", other.daily("10 mg/kg", route="s.c.", from_day=1))])
    assert changed_study.fingerprint() != study.fingerprint()


def test_a_study_with_its_own_drugs_survives_a_worker_process(tmp_path: Path) -> None:
    file_of(tmp_path)
    file_of(tmp_path, own("needle", DRUGS["idazoxan"]), "needle.toml")
    study = parse_study(STUDY + INJECTED, folder=tmp_path)
    again = pickle.loads(pickle.dumps(study))
    assert again == study
    assert again.injections[0].regimens[0].drug == own("needle", DRUGS["idazoxan"])


def test_a_bundled_drug_is_not_written_down(tmp_path: Path) -> None:
    file_of(tmp_path, duloxetine)
    study = parse_study(STUDY, folder=tmp_path)
    assert study.own_drugs() == {}
    assert "[[drugs]]" not in study.to_toml()


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (STUDY, "study: arms[0].treatments[0].drug: mine.toml: cannot be read as text"),
        (STUDY.replace("mine.toml", "mine"), 'study: arms[0].treatments[0].drug: no drug "mine".'),
        ('drugs = "mine.toml"\n' + STUDY, 'study: drugs = "mine.toml": expected tables of drugs, [[drugs]].'),
        (STUDY + '[[drugs]]\nname = "x"\n', "study: drugs[0]: drug_class: missing"),
    ],
)
def test_mistakes_in_a_study_s_own_drugs(
    text: Any, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UserError, match=re.escape(sentence)):
        parse_study(text)


def test_one_name_stands_for_one_drug() -> None:
    other = replace(own(), metabolites=amitriptyline.metabolites)
    arms = [
        Arm("ligated", drug.daily("10 mg/kg", route="s.c.", from_day=1), name=f"arm{k}")
        for k, drug in enumerate((own(), other))
    ]
    with pytest.raises(UserError, match='two drugs of different numbers are called "mine"'):
        Study(name="two", arms=arms, animals=1, assays=assays.microdialysis.on_days(2))


def test_an_injection_keeps_its_drug() -> None:
    injection = Injection(drug="idazoxan", dose="30 ug", on_days=[2])
    assert injection.given is DRUGS["idazoxan"]
    assert injection.regimens[0].drug is DRUGS["idazoxan"]


@pytest.mark.slow
def test_a_twin_of_a_bundled_drug_gives_its_results_byte_for_byte(tmp_path: Path) -> None:
    file_of(tmp_path)
    both = [read_drug(tmp_path / "mine.toml"), duloxetine]
    records = [_simulated(drug) for drug in both]
    one, other = (_facts(record) for record in records)
    assert one == other
    assert any(len(train.seconds) for epoch in records[0].epochs for train in epoch.spikes.values())


def _simulated(drug: Any) -> AnimalRecord:
    arm = Arm("ligated", drug.once("10 mg/kg", route="s.c.", on_day=1), name="treated")
    study = Study(name="twin", arms=[arm], animals=1, size=0.1, assays=assays.microdialysis.on_days(1))
    return next(run_matched_animals(study, 1))


def _facts(record: AnimalRecord) -> list[bytes]:
    """Everything a record holds but the names of drugs."""
    facts = [repr([dataclasses.replace(value) for value in record.assays]).encode()]
    for epoch in record.epochs:
        facts.append(repr((epoch.label, epoch.hours, sorted(epoch.averages.items()))).encode())
        facts += [part.tobytes() for _, t in sorted(epoch.spikes.items()) for part in (t.seconds, t.index)]
    for table in (record.slow_state, record.concentrations):
        facts += [column.tobytes() for column in (table.hours, *table.columns.values())]
    return facts


# --- anything in any place ------------------------------------------------------------------------------------


DRUG_TABLES = tomllib.loads(write_drug(own(drug=amitriptyline)))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.sampled_from(list(places(DRUG_TABLES))), st.sampled_from(VALUES))
def test_any_value_in_any_place_of_a_drug_file_is_taken_or_told(place: Any, value: Any) -> None:
    """Whatever is wrong is a `UserError`; anything else fails the test."""
    tables = copy.deepcopy(DRUG_TABLES)
    part = tables
    for step in place[:-1]:
        part = part[step]
    part[place[-1]] = tomllib.loads(f"value = {value}")["value"]
    with contextlib.suppress(UserError):
        assert parse_drug(tables).name
