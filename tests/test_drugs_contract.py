"""Holds for every drug, and for each one to come: units, sources, ranges, and no number that does nothing."""

from __future__ import annotations

import ast
import logging
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from brian2.units import Quantity, gram, kilogram, liter, mV, nM

import drugs
from core.errors import UserError
from core.sourced import ASSUMED, DERIVED, FITTED, Sourced, walk, with_value
from core.units import hour, is_dimensionless
from core.vocabulary import ROUTES
from drugs import (
    BODY_WEIGHT,
    DRUGS,
    amitriptyline,
    by_name,
    duloxetine,
    exposure,
    parameters,
    typical_kinetics,
    vehicle,
)
from drugs.disposition import Bolus, Disposition, Kinetics, LocalVolume
from drugs.substance import Affinity, Metabolite

ROOT = Path(__file__).parents[1]
BIBLIOGRAPHY = set(re.findall(r"^@\w+\{([^,\s]+),", (ROOT / "docs" / "references.bib").read_text(), re.MULTILINE))
HOURS = (0.3, 2.0, 9.0, 30.0)
ALL = [pytest.param(drug, id=name) for name, drug in DRUGS.items()]


def canonical(drug: Any) -> Iterator[Any]:
    """One regimen by each route the drug has numbers for."""
    for route, delivery in drug.kinetics.routes.items():
        if route == "minipump":
            yield drug.minipump("5 mg/kg", until_day=0)
        else:
            yield drug.once("30 ug" if delivery.per_kilogram is False else "10 mg/kg", route=route)


def outcome(drug: Any) -> Any:
    """All bindings at a few hours after each canonical regimen."""
    return [exposure(regimen, at) for regimen in canonical(drug) for at in HOURS]


def shifted(number: Any) -> Any:
    """20 % more; 20 % less where the range of a fraction ends."""
    over = is_dimensionless(number.value) and float(number.value) * 1.2 > 1.0
    return number.value * (0.8 if over else 1.2)


def of_a_metabolite_alone(path: Any) -> Any:
    """Whether the number matters only when the metabolite itself is given."""
    return path.startswith("metabolites.") and (".kinetics.routes." in path or path.endswith(".molar_mass"))


REACHED = [
    pytest.param(drug, path, id=f"{name}.{path}")
    for name, drug in DRUGS.items()
    for path, _ in walk(drug)
    if not of_a_metabolite_alone(path)
]


@pytest.mark.parametrize("drug", ALL)
def test_every_number_has_a_unit_a_source_and_a_range_that_holds_it(drug: Any) -> None:
    for path, number in walk(drug):
        if number.source in (ASSUMED, FITTED, DERIVED):
            assert number.note, path
        else:
            assert number.source in BIBLIOGRAPHY, f"{path}: {number.source} is not in docs/references.bib"
        for author, year in re.findall(r"\b([A-Z][A-Za-z]+) ?((?:19|20)\d\d[a-z]?)\b", number.note):
            assert author + year in BIBLIOGRAPHY, f"{path}: its note names {author} {year}"
        ratio = re.search(r"bioavailability|unbound|fraction|efficacy", path)
        assert is_dimensionless(number.value) == bool(ratio), path
        if number.low is not None:
            assert number.low <= number.value, path
        if number.high is not None:
            assert number.value <= number.high, path
        if number.status in ("assumed", "fitted"):
            assert number.low is not None, f"{path}: a number nobody is sure of has a range"
            assert number.high is not None, f"{path}: a number nobody is sure of has a range"


@pytest.mark.parametrize(("drug", "path"), REACHED)
def test_changing_a_number_changes_what_the_drug_does(drug: Any, path: Any) -> None:
    number = dict(walk(drug))[path]
    assert outcome(with_value(drug, path, shifted(number))) != outcome(drug), f"{drug.name}.{path} does nothing"


def test_every_number_is_reached_by_the_test_above() -> None:
    """A metabolite's routes and molar mass are left out below its parent only because it is a drug of its own."""
    cases: list[Any] = [case.values for case in REACHED]
    tried = {id(dict(walk(drug))[path]) for drug, path in cases}
    every = {id(number): path for drug in DRUGS.values() for path, number in walk(drug)}
    assert len(tried) > 50
    assert not [path for key, path in every.items() if key not in tried]


def test_a_number_that_does_nothing_would_be_found() -> None:
    """The contract is not empty: hide a number from all regimens and it is caught."""
    unused = Disposition(
        **{
            name: Sourced(value, ASSUMED, "for a test")
            for name, value in {
                "volume": 1.0 * liter / kilogram,
                "half_life": 2.0 * hour,
                "unbound_plasma": 0.5,
                "unbound_brain_to_plasma": 1.0,
                "unbound_cord_to_plasma": 1.0,
            }.items()
        }
    )
    local = by_name("idazoxan")
    idle = replace(local, kinetics=Kinetics(local.kinetics.routes, unused))
    path = "kinetics.disposition.half_life"
    assert outcome(with_value(idle, path, 3.0 * hour)) == outcome(idle)


def test_parameters_lists_every_number() -> None:
    listed = list(parameters())
    assert len({path for path, _ in listed}) == len(listed)
    assert "duloxetine.affinities.NET.constant" in dict(listed)
    assert "duloxetine.kinetics.routes.p.o..rate" in dict(listed)
    assert "amitriptyline.metabolites.nortriptyline.fraction" in dict(listed)
    everything = {id(number) for drug in DRUGS.values() for _, number in walk(drug)} | {id(BODY_WEIGHT)}
    assert {id(number) for _, number in listed} == everything


def test_typical_kinetics_are_listed_once() -> None:
    typical = dict(typical_kinetics.parameters())
    listed = Counter(id(number) for _, number in parameters())
    assert {listed[id(number)] for number in typical.values()} == {1}
    assert "typical_kinetics.routes.s.c..rate" in typical


#: Distinct facts that happen to read the same: isomers, and affinities and bindings that were measured alike.
ALIKE = {
    "263.38 * gram / mole, DERIVED, 'free base C16H25NO2, standard atomic weights'",
    "277.4 * gram / mole, DERIVED, 'free base C20H23N, standard atomic weights'",
    "0.8 * nM, 'Tatsumi1997', 'Kd, human transporter'",
    "0.8, ASSUMED, 'as man (20 % bound)', low=0.7, high=0.9",
    "90 * nM, 'Brunton2010', 'Table 15-4: 91 nM', low=45.0 * nM, high=180 * nM",
    "3200 * nM, ASSUMED, 'recalled from Richelson 1984, not read: Kd, human brain; such values scatter twofold', "
    "low=1600.0 * nM, high=6400 * nM",
}


def test_a_number_stands_once() -> None:
    trees = [ast.parse(path.read_text("utf-8")) for path in (ROOT / "drugs").rglob("*.py")]
    calls = (node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Call))
    written = Counter(ast.unparse(call) for call in calls if getattr(call.func, "id", "") == "Sourced")
    twice = {text.removeprefix("Sourced(").removesuffix(")") for text, count in written.items() if count > 1}
    assert twice == ALIKE


def test_a_metabolite_that_is_no_drug_of_its_own_is_listed_below_its_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    others = {name: drug for name, drug in DRUGS.items() if name != "nortriptyline"}
    monkeypatch.setattr(drugs, "DRUGS", others)  # not delitem: its undoing would change the order of the drugs
    assert "amitriptyline.metabolites.nortriptyline.drug.affinities.NET.constant" in dict(parameters())


@pytest.mark.parametrize("drug", ALL)
def test_names_files_and_package_agree(drug: Any) -> None:
    assert by_name(drug.name) is drug
    assert getattr(drugs, drug.name) is drug
    assert (ROOT / "drugs" / "library" / f"{drug.name}.py").exists()
    assert set(drug.kinetics.routes) <= set(ROUTES)
    assert drug.drug_class


@pytest.mark.parametrize("drug", ALL)
def test_a_drug_file_is_data(drug: Any) -> None:
    tree = ast.parse((ROOT / "drugs" / "library" / f"{drug.name}.py").read_text())
    statements = [node for node in tree.body if not isinstance(node, ast.Import | ast.ImportFrom | ast.Expr)]
    assert all(isinstance(node, ast.Assign) for node in statements)
    assert not any(isinstance(node, ast.FunctionDef | ast.ClassDef | ast.If | ast.For) for node in ast.walk(tree))


@pytest.mark.parametrize("drug", ALL)
def test_what_a_drug_file_says_is_cited(drug: Any) -> None:
    text = (ROOT / "drugs" / "library" / f"{drug.name}.py").read_text()
    told = [*re.findall(r'"""(.*?)"""', text, re.DOTALL), *re.findall(r"#(.*)", text)]
    named = re.findall(r"([A-Z][A-Za-z]+)\s((?:19|20)\d\d)", " ".join(told))
    assert not [author + year for author, year in named if author + year not in BIBLIOGRAPHY]


def test_a_vehicle_has_no_numbers() -> None:
    assert list(walk(vehicle)) == []
    assert vehicle.inert


def test_an_unknown_drug_names_the_nearest() -> None:
    with pytest.raises(UserError) as error:
        by_name("duloxetin", "study.toml: arms[0].drug")
    assert str(error.value).startswith('study.toml: arms[0].drug: no drug "duloxetin". Nearest: duloxetine, ')


def number(value: Any) -> Any:
    return Sourced(value, ASSUMED, "for a test")


def with_site(site: Any, affinity: Any) -> Any:
    return replace(duloxetine, affinities={site: affinity})


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: with_site("NAT", Affinity(number(1 * nM))), 'duloxetine.affinities: no site "NAT". Nearest:'),
        (
            lambda: with_site("alpha2A_terminals", Affinity(number(1 * nM))),
            "duloxetine.affinities: alpha2A_terminals has no site of its own: it follows alpha2A; name alpha2A.",
        ),
        (lambda: with_site("NET", Affinity(number(7.5 * mV))), "constant is 7.5 mV; expected a quantity such as"),
        (lambda: with_site("NET", Affinity(number(0 * nM))), "it lies above 0."),
        (lambda: with_site("NET", Affinity(7.5 * nM)), "a number needs its source"),
        (lambda: with_site("NET", Affinity(number(1 * nM), 1.0)), "a drug blocks a transporter, efficacy 0."),
        (lambda: with_site("mu", Affinity(number(1 * nM), 0.4)), "it is 0, 1, or a Sourced number between."),
        (lambda: with_site("mu", Affinity(number(1 * nM), number(1.4))), "1.4; a fraction lies in 0..1."),
        (
            lambda: with_value(duloxetine, "kinetics.disposition.unbound_plasma", 1.2),
            "duloxetine.kinetics.disposition.unbound_plasma is 1.2; a fraction lies in 0..1.",
        ),
        (
            lambda: with_value(duloxetine, "kinetics.disposition.half_life", -1 * hour),
            r"duloxetine.kinetics.disposition.half_life is -3.6 ks; it lies above 0.",
        ),
        (
            lambda: with_value(duloxetine, "kinetics.routes.i.p..bioavailability", float("nan")),
            "kinetics.routes.i.p..bioavailability = nan: expected a plain number, such as 0.6.",
        ),
        (lambda: with_ratio(0.0), "unbound_brain_to_plasma is 0.0; it lies above 0."),
        (lambda: with_ratio(3 * nM), "expected free drug in the tissue over free drug in plasma (Kp,uu), such as 0.7."),
        (lambda: replace(duloxetine, molar_mass=None), "has no molar mass"),
        (lambda: replace(duloxetine, molar_mass=number(297 * gram)), "molar_mass is 297. g; expected a quantity"),
        (lambda: replace(duloxetine, kinetics=Kinetics({"iv": Bolus()})), 'no route "iv". Nearest: i.v.'),
        (lambda: replace(duloxetine, kinetics=Kinetics({"i.v.": Bolus()})), "no disposition says where"),
        (
            lambda: replace(
                duloxetine,
                kinetics=Kinetics({"i.v.": LocalVolume(number(1 * liter), number(1 * hour))}),
            ),
            "is LocalVolume; this route takes Bolus or Nowhere.",
        ),
        (
            lambda: replace(
                amitriptyline,
                metabolites=(*amitriptyline.metabolites, Metabolite(duloxetine, number(0.9))),
            ),
            f"take up {0.9 + sum(each.fraction.value for each in amitriptyline.metabolites):g} of its elimination; "
            "a fraction lies in 0..1.",
        ),
        (
            lambda: replace(duloxetine, metabolites=(Metabolite(vehicle, number(0.1)),)),
            "parent and metabolite both need a disposition.",
        ),
    ],
)
def test_a_drug_that_cannot_be_is_refused_in_one_sentence(make: Any, sentence: str) -> None:
    with pytest.raises(UserError, match=re.escape(sentence)) as error:
        make()
    assert "\n" not in str(error.value)


def with_ratio(value: Any, **facts: Any) -> Any:
    assert duloxetine.kinetics.disposition is not None
    fate = replace(duloxetine.kinetics.disposition, unbound_brain_to_plasma=Sourced(value, "Key2001", **facts))
    return replace(duloxetine, kinetics=replace(duloxetine.kinetics, disposition=fate), name=f"drug_{value}")


@pytest.mark.parametrize(
    ("value", "facts", "told"), [(3.0, {}, 1), (20.0, {}, 1), (2.9, {}, 0), (3.5, {"high": 3.5}, 0)]
)
def test_a_ratio_that_may_be_of_total_drug_is_logged_once(
    value: float, facts: dict[str, Any], told: int, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, "bluespot"):
        with_ratio(value, **facts)
        with_ratio(value, **facts)
    lines = [record.getMessage() for record in caplog.records]
    assert len(lines) == told
    assert all(f"drug_{value}.kinetics.disposition.unbound_brain_to_plasma is {value:g}" in line for line in lines)
    assert all("Kp,uu" in line for line in lines)


def test_no_bundled_drug_is_doubted_over_its_ranges(caplog: pytest.LogCaptureFixture) -> None:
    for drug in DRUGS.values():
        for path, number in walk(drug):
            if number.high is not None:
                with_value(drug, path, number.high)
    assert not caplog.records


def test_a_drug_takes_another_number_as_text() -> None:
    changed = duloxetine.with_value("affinities.NET.constant", "3 nM")
    assert changed == with_value(duloxetine, "affinities.NET.constant", 3 * nM)
    assert (changed.name, changed.affinities["NET"].constant.source) == ("duloxetine", "Bymaster2001")
    assert duloxetine.with_value("affinities.NET.constant", 3 * nM, name="stronger").name == "stronger"
    parent = amitriptyline.with_value("metabolites.nortriptyline.fraction", 0.5)
    assert parent.metabolites[0].fraction.value == 0.5


@pytest.mark.parametrize(
    ("path", "value", "told"),
    [
        ("affinities.NET", 3 * nM, 'no parameter "affinities.NET". Nearest: affinities.NET.constant'),
        ("affinities.NAT.constant", "3 nM", "Nearest: affinities.NET.constant, "),
        ("affinities.NET.constant", "3 mV", 'affinities.NET.constant = "3 mV": expected a quantity such as "7.5 nM".'),
        ("affinities.NET.constant", "-3 nM", "duloxetine.affinities[NET].constant is -3. nM; it lies above 0."),
        ("kinetics.disposition.unbound_plasma", "2 %", 'unbound_plasma = "2 %": expected a plain number'),
    ],
)
def test_a_number_that_a_drug_cannot_have_is_told_with_its_path(path: str, value: Any, told: str) -> None:
    with pytest.raises(UserError, match=re.escape(told)):
        duloxetine.with_value(path, value)


def test_numbers_can_be_scanned_over_their_ranges() -> None:
    for name, drug in DRUGS.items():
        for path, entry in walk(drug):
            for bound in (entry.low, entry.high):
                if bound is not None:
                    changed = dict(walk(with_value(drug, path, bound)))[path].value
                    assert isinstance(changed, Quantity | float), name
                    assert np.all(changed == bound), path
