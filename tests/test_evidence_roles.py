"""Roles of findings: those that come along are what they say, and each planted fault is told in one line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from evidence_samples import finding

from core.sourced import ASSUMED, Sourced
from experiments.evidence.calibration import Calibration
from experiments.evidence.finding import Finding, bundled
from experiments.evidence.roles import bundled_faults, faults, hashed_name, hashed_role

FITS = Calibration(name="mine", says="A fit.", planned=("T1",))
DOI = "10.1213/ANE.0000000000002380"


def told(*findings: Finding, model: dict[str, Sourced] | None = None, calibrations: Any = ()) -> list[str]:
    return list(faults({one.id: one for one in findings}, model or {}, calibrations))


def sample(**changes: Any) -> Finding:
    return finding(**{"source": "", "keys": ["Ito2018"], "role": "check", "role_by": "proposed"} | changes)


def test_the_findings_that_come_along_are_what_their_roles_say() -> None:
    assert bundled_faults() == []


@pytest.mark.parametrize(
    ("number", "named"),
    [
        (Sourced(1.0, "Ito2018", "a number"), "x.y is taken from Ito2018"),
        (Sourced(1.0, ASSUMED, "relief after three doses (A3, T1)"), 'the note of x.y names "T1"'),
        (Sourced(1.0, ASSUMED, "as in Ito2018"), 'the note of x.y names "Ito2018"'),
        (
            Sourced(1.0, ASSUMED, "relief outlasts the drug (Ito et al. 2018)"),
            'the note of x.y names "Ito et al. 2018"',
        ),
    ],
)
def test_a_check_that_a_number_names_is_refused(number: Sourced, named: str) -> None:
    assert told(sample(), model={"x.y": number}) == [f"T1: a check, but {named}."]
    assert told(sample(role="construction", role_by="named"), model={"x.y": number}) == []


@pytest.mark.parametrize("note", ["T11 and AT1, T1-weighted", "Ito2018b", "Ito 2019", "Sito 2018"])
def test_other_names_are_not_taken_for_it(note: str) -> None:
    assert told(sample(), model={"x.y": Sourced(1.0, ASSUMED, note)}) == []


def test_a_check_that_a_calibration_names_is_refused() -> None:
    assert told(sample(), calibrations=[FITS]) == ["T1: a check, but the calibration mine names it."]


def test_a_fit_that_no_calibration_names_is_refused() -> None:
    fit = sample(role="fit", role_by="named")
    assert told(fit) == ["T1: to be fitted to, but no calibration names it."]
    assert told(fit, calibrations=[FITS]) == []


def test_construction_without_a_number_is_refused() -> None:
    (line,) = told(sample(role="construction", role_by="named"))
    assert line == "T1: said to be of construction, but no number names it or its publication."


def test_a_contradiction_is_told_by_both() -> None:
    one, other = sample(contradicts=["T2"]), sample(id="T2")
    assert told(one, other) == ["T1: it contradicts T2, which does not say so of T1."]
    assert told(one) == ["T1: it contradicts T2, which does not say so of T1."]
    assert told(one, sample(id="T2", contradicts=["T1"])) == []


def test_pairs_that_were_taken_apart_stay_apart() -> None:
    """docs/citations.md tells which findings do not contradict one another after all, and why."""
    page = (Path(__file__).parents[1] / "docs" / "citations.md").read_text("utf-8")
    tables = [part.split("\n\n")[0] for part in page.split("| taken apart | why both can be true |")[1:]]
    apart = re.findall(r"^\| (\w+), (\w+) \|", "\n".join(tables), re.MULTILINE)
    assert {("R77", "N14"), ("A6", "A21")} < set(apart)
    found = bundled()
    linked = [pair for pair in apart if pair[1] in found[pair[0]].contradicts or pair[0] in found[pair[1]].contradicts]
    assert linked == []


def test_a_finding_says_why_it_contradicts_each_other_one() -> None:
    linked = {id: one for id, one in bundled().items() if one.contradicts}
    said = {id: re.match(r"It contradicts ([^:]+): .*\bhere\b.*\.$", one.detail) for id, one in linked.items()}
    named = {id: set(re.findall(r"\w+\d+", sentence[1])) for id, sentence in said.items() if sentence}
    assert named == {id: set(one.contradicts) for id, one in linked.items()}
    assert all("It contradicts" not in one.detail for one in bundled().values() if not one.contradicts)


def test_a_role_by_hash_is_that_of_the_hash() -> None:
    assert hashed_role(DOI) == hashed_role(f"https://doi.org/{DOI.lower()}") == "fit"
    assert told(sample(role="fit", role_by="hash"), calibrations=[FITS]) == []
    assert told(sample(role_by="hash")) == [f"T1: check, but the hash of {DOI} says fit."]
    (line,) = told(sample(keys=[], source="Nobody 2000", role_by="hash"))
    assert "its first publication has no DOI, PMID or title" in line


@pytest.mark.parametrize(
    ("entry", "hashed", "role"),
    [
        ({"doi": DOI, "pmid": "10666536", "title": "A"}, DOI, "fit"),
        ({"pmid": "2349491", "title": "A"}, "pmid:2349491", "fit"),
        ({"pmid": "10666536", "title": "A"}, "pmid:10666536", "check"),
        ({"title": "Spinal clonidine inhibits: 5-HT1A"}, "title:spinalclonidineinhibits5ht1a", "fit"),
        ({"year": "1983"}, "", None),
    ],
)
def test_a_publication_without_a_doi_is_hashed_by_its_pmid_or_title(entry: Any, hashed: str, role: Any) -> None:
    assert hashed_name(entry) == hashed
    assert role is None or hashed_role(hashed) == role


def test_one_doi_in_three_is_fitted_to() -> None:
    roles = [hashed_role(f"10.1000/{k}") for k in range(300)]
    assert 70 < roles.count("fit") < 130
    assert set(roles) == {"fit", "check"}


def test_how_a_role_was_assigned_is_told() -> None:
    assert told(sample(role_by=None)) == ["T1.role_by: missing; expected how the role was assigned."]
    (line,) = told(sample(role_by="named"))
    assert line == 'T1: a check whose role_by is "named"; what is named is no check.'
