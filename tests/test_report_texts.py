"""What the report tells besides results: timeline, methods, references, and what the model gets wrong."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from circuits import ligated
from core.sourced import ASSUMED, DERIVED, FITTED
from drugs import DRUGS
from experiments import Study, read_study
from experiments.evidence import bibliography
from experiments.evidence.bibliography import cited, publications
from experiments.evidence.finding import bundled
from experiments.evidence.misses import NOT_MODELLED, counts, misses, verdicts
from experiments.evidence.study_events import events
from experiments.evidence.study_page import texts_of
from experiments.evidence.study_sources import numbers_used, sources_used
from experiments.laboratory.assays.paw_pressure import PAW_PRESSURE_CUT_OFF
from experiments.laboratory.assays.withdrawal import WITHDRAWAL_RATE
from experiments.protocol.study_file import parse_study
from results.files.folder import Manifest
from results.page.texts import Event
from results.statistics.methods import REFERENCES

ROOT = Path(__file__).parents[1]
BIBLIOGRAPHY = (ROOT / "docs" / "references.bib").read_text("utf-8")
TEXT = """
name = "small"
question = "Which?"
animals = 3
seed = 5
[[arms]]
name = "sham"
circuit = "sham"
[[arms]]
name = "treated"
circuit = "ligated"
switch_off = ["alpha2"]
[[arms.treatments]]
drug = "amitriptyline"
dose = "10 mg/kg"
route = "i.p."
from_day = 3
[[arms]]
name = "lesioned"
circuit = "ligated"
[[arms.lesions]]
agent = "DSP-4"
on_day = 1
[[assays]]
assay = "nsia"
sides = ["ipsi"]
days = [-1, 5]
[[injections]]
drug = "idazoxan"
dose = "30 ug"
on_days = [5]
hour = 1.0
arms = ["treated"]
"""


@pytest.fixture(scope="module")
def study() -> Study:
    return parse_study(TEXT)


def test_the_timeline_has_what_is_done_and_where(study: Study) -> None:
    assert list(events(study)) == [
        Event("surgery", "surgery", ((0.0, 0.0),)),
        Event("dosing", "amitriptyline 10 mg/kg i.p. daily from day 3", ((3.0, 5.0),), ("treated",)),
        Event("injection", "intrathecal idazoxan 30 µg", ((5 + 1 / 24, 5 + 1 / 24),), ("treated",)),
        Event("lesion", str(study.arm("lesioned").lesions[0]), ((1.0, 1.0),), ("lesioned",)),
        Event(
            "assay",
            "NSIA, ipsilateral, 2 h after the dosing hour",
            ((-1 + 2 / 24, -1 + 2 / 24), (5 + 2 / 24, 5 + 2 / 24)),
        ),
    ]


def test_the_methods_say_what_was_done(study: Study) -> None:
    texts = texts_of(study, Manifest("small", (), (1, 2, 3), extra={"versions": {"brian2": "2.9.0"}}))
    told = {heading: " ".join(sentences) for heading, sentences in texts.methods.items()}
    assert list(told) == ["Animals", "Drugs", "Treatments", "Measurements", "Simulation"]
    assert "3 virtual rats were simulated in each of 3 arms, with seed 5" in told["Animals"]
    assert "treated and lesioned had spinal nerve ligation, which is 13 changes" in told["Animals"]
    assert "treated was simulated without alpha2." in told["Animals"]
    assert "Amitriptyline (TCA) binds H1 1.1 nM" in told["Drugs"]
    assert "SERT 4.3 nM (Tatsumi 1997)" in told["Drugs"]
    assert "Numbers are equilibrium dissociation constants" in told["Drugs"]
    assert "its active metabolite is nortriptyline" in told["Drugs"]
    assert "Intrathecal idazoxan 30 µg on day 5, 1 h, in treated." in told["Treatments"]
    assert "NSIA, ipsilateral: 2 h after the dosing hour of days −1 and 5." in told["Measurements"]
    assert "Brian2 2.9.0" in told["Simulation"]
    criterion = f"passes one criterion, {WITHDRAWAL_RATE.si:g} Hz per cell"
    assert f"a time constant of 300 ms, {criterion}" in told["Simulation"]
    assert texts.question == "Which?"


def test_references_are_those_of_what_was_used_and_no_others(study: Study) -> None:
    used = sources_used(study)
    of_drug = {n.source for name, n in numbers_used(study) if name == "amitriptyline"} - {ASSUMED, FITTED, DERIVED}
    assert of_drug <= set(used)
    assert {key for key in used if "amitriptyline" in used[key]} == of_drug
    circuit = {number.source for _, number in ligated.parameters()} - {ASSUMED, FITTED, DERIVED}
    assert {key for key in used if "circuit" in used[key]} == circuit
    assert not {key for key in used if "duloxetine" in used[key]}
    assert any("manipulations" in uses for uses in used.values())
    assert any("nsia" in uses for uses in used.values())
    assert any(number is PAW_PRESSURE_CUT_OFF for _, number in numbers_used(study)), "NSIA measures paw pressure twice"


def test_a_source_that_is_not_in_our_bibliography_is_told_as_its_file_has_it() -> None:
    """Of somebody's own drug, or of an extension; by its DOI where it is one."""
    text = TEXT.lstrip().partition("\n")
    extended = parse_study(f'extensions = ["baclofen"]\n{"".join(text)}')
    texts = texts_of(extended, Manifest(extended.name, (), (1,), 1))
    (own,) = (each for each in texts.references if each.key == "doi:10.1016/s0006-8993(01)02293-4")
    assert own.doi == "10.1016/s0006-8993(01)02293-4"
    assert own.used_for == "circuit"


def test_each_reference_can_be_read() -> None:
    keys = re.findall(r"^@\w+\{([^,\s]+),", BIBLIOGRAPHY, re.MULTILINE)
    found = publications(keys)
    assert [each.key for each in found] == sorted(keys)
    for each in found:
        assert not re.search(r"[\\{}$]", each.text), each.text
        assert each.text.endswith(".")
        assert not each.text.endswith(".."), each.text
    (ito,) = publications(["Ito2018"])
    assert ito.text.startswith("Ito S, ")
    assert "(2018)" in ito.text


@pytest.mark.parametrize("field", ["doi", "pmid", "title"])
def test_no_publication_stands_in_the_bibliography_twice(field: str) -> None:
    """A second entry hides that a note of a number names the publication of a finding."""
    found = [re.sub(r"\W", "", each[field].lower()) for each in bibliography.entries().values() if field in each]
    assert len(found) > 50
    assert sorted({each for each in found if found.count(each) > 1}) == []


def test_what_the_statistics_cite_is_as_the_bibliography_has_it() -> None:
    for short, full in REFERENCES.items():
        name, year = short.split()[0], short.split()[-1]
        assert list(cited([f"{name}{year}"])) == [full]


def test_an_installed_package_has_the_bibliography_beside_its_reader() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    included = settings["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    installed, in_checkout = (str(path.relative_to(ROOT)) for path in bibliography.FILES)
    assert included == {in_checkout: installed}


def test_misses_are_those_of_the_page_of_verdicts() -> None:
    """docs/verdicts.md has the table of the whole run; the file that the package ships says the same."""
    text = (ROOT / "docs" / "verdicts.md").read_text("utf-8")
    rows = re.findall(r"^\| (\w+) \| (construction|fit|check) \|.*\| ([^|]+) \|$", text, re.MULTILINE)
    tabled = {finding: verdict for finding, _, verdict in rows}
    assert verdicts() == tabled
    missed = {miss.finding: miss.verdict for miss in misses()}
    assert missed == {id: verdict for id, verdict in tabled.items() if verdict not in ("reproduced", "not testable")}
    assert all(miss.why.endswith(".") and miss.claim for miss in misses())
    assert {(miss.finding, miss.role) for miss in misses()} <= {(finding, role) for finding, role, _ in rows}
    told = re.findall(r"^\| (construction|fit|check|contradicting) \| (\d+) \| (\d+) \[", text, re.MULTILINE)
    assert counts() == {group: (int(reproduced), int(tested)) for group, tested, reproduced in told}


def test_every_reason_is_of_a_miss() -> None:
    reasons = tomllib.loads((ROOT / "experiments" / "evidence" / "reasons.toml").read_text("utf-8"))
    missed = {miss.finding: miss.why for miss in misses()}
    assert reasons.keys() <= missed.keys()
    assert all(missed[id].count(why) == 1 for id, why in reasons.items())


def test_a_miss_says_which_drugs_of_a_study_it_is_about() -> None:
    found = {miss.finding: miss.concerns for miss in misses(["amitriptyline", "paroxetine"])}
    for id, concerns in found.items():
        study = bundled()[id].study
        given = {each.drug.name for arm in study.arms for each in arm.treatments} if study else set()
        assert set(concerns) == given & {"amitriptyline", "paroxetine"}
    assert {"amitriptyline", "paroxetine"} == {name for concerns in found.values() for name in concerns}


def test_what_is_not_modelled_is_as_the_design_says() -> None:
    design = " ".join((ROOT / "docs" / "design.md").read_text("utf-8").split())
    assert NOT_MODELLED[0].upper() + NOT_MODELLED[1:] in design


@pytest.mark.parametrize("name", ["ligation-vs-sham", "dose-response", "rank-order"])
def test_bundled_studies_have_texts(name: str) -> None:
    study = read_study(name)
    texts = texts_of(study, Manifest(name, (), (1,)))
    assert {each.key for each in texts.references} >= set(sources_used(study))
    for description in texts.assays.values():
        for author, year in re.findall(r"([A-Z][a-z]+)(?: et al\.)? (\d{4})", description):
            assert f"{author}{year}" in {each.key for each in texts.references}
    named = {event.label.split()[0] for event in texts.events if event.kind == "dosing"}
    assert named <= set(DRUGS)
    assert all(sentence.endswith(".") for sentences in texts.methods.values() for sentence in sentences)
