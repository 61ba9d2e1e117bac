"""Transmitters, receptors, couplings and drugs from a TOML file: the same as entries of the package, in any study."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from added_parts import enriched
from extension_samples import study_text, written
from small_animals import disturbed_state

from circuits import CIRCUITS, Circuit, ligated
from circuits.moment import Moment
from circuits.structure import structure
from core.errors import UserError
from core.exposure import NO_DRUG, Exposure
from core.vocabulary import SITES
from drugs import DRUGS, exposure
from experiments.commands.command_line import main
from experiments.laboratory.provenance.model_fingerprint import model_fingerprint
from experiments.protocol.catalogue import Catalogue, extended, installed
from experiments.protocol.study_file import parse_study

CORD = ("dorsal_horn_ipsi", "dorsal_horn_contra")


def number(value: str | float, low: str | float, high: str | float) -> str:
    given = [f'"{each}"' if isinstance(each, str) else each for each in (value, low, high)]
    return f'{{ value = {given[0]}, source = "ASSUMED", note = "for a test", low = {given[1]}, high = {given[2]} }}'


def of_each_side(table: str) -> str:
    return "".join(table.replace("SIDE", place) for place in CORD)


#: What `added_parts` adds, as a file.
ADDED = f"""
[[transmitters]]
name = "enkephalin"
[transmitters.clearance]
rate = {number("2 1/s", "1 1/s", "3 1/s")}
{
    of_each_side(
        f'''[[transmitters.releases]]
source = "islet"
compartment = "SIDE"
quantum = {number("3 nM", "1 nM", "9 nM")}
[[transmitters.tones]]
compartment = "SIDE"
level = {number("20 nM", "1 nM", "90 nM")}
'''
    )
}
[[receptors]]
name = "mu"
agonist = "enkephalin"
half_activation = {number("30 nM", "3 nM", "300 nM")}
hill = {number(1.2, 1.0, 2.0)}
[[receptors.others]]
name = "noradrenaline"
half_activation = {number("40 nM", "4 nM", "400 nM")}
efficacy = {number(0.0, 0.0, 1.0)}
[[receptors]]
name = "follower"
agonist = "mu"
half_activation = {number(0.5, 0.1, 0.9)}
hill = {number(2.0, 1.0, 2.0)}
[[receptors.others]]
name = "5-HT1A"
half_activation = {number(0.4, 0.1, 0.9)}
efficacy = {number(0.6, 0.0, 1.0)}
[[couplings]]
name = "mu_on_c_terminals"
group = "opioid"
receptor = "mu"
effect = "release"
targets = ["c_peptidergic", "c_nonpeptidergic"]
strength = {number(-0.6, -0.9, -0.1)}
share = {number(1.0, 0.5, 1.0)}
[[couplings]]
name = "mu_girk"
group = "opioid"
receptor = "mu"
effect = "girk"
targets = ["projection"]
strength = {number("1.5 nS", "1 nS", "2 nS")}
share = {number(0.8, 0.5, 1.0)}
[[couplings]]
name = "follower_on_c_terminals"
group = "opioid"
receptor = "follower"
effect = "release"
targets = ["c_peptidergic", "c_nonpeptidergic"]
strength = {number(-0.1, -0.9, -0.1)}
share = {number(1.0, 0.5, 1.0)}
[[couplings]]
name = "alpha2_on_enkephalin"
group = "alpha2"
receptor = "alpha2A"
effect = "release"
targets = ["enkephalin"]
strength = {number(-0.7, -0.9, -0.1)}
share = {number(0.9, 0.5, 1.0)}
"""


def of_file(folder: Path, text: str = ADDED, name: str = "mine.toml") -> Catalogue:
    return extended(written(folder, name, text))


def test_a_file_adds_what_entries_of_the_package_add(tmp_path: Path) -> None:
    found = of_file(tmp_path).circuits["ligated"]
    assert {path: n.value for path, n in found.parameters()} == {path: n.value for path, n in enriched.parameters()}
    assert structure(found, 0.1) == structure(enriched, 0.1)
    assert found.switches == enriched.switches
    for ours, theirs in zip(found.couplings, enriched.couplings, strict=True):
        assert (ours.name, ours.receptor, ours.effect, ours.targets) == (
            theirs.name, theirs.receptor, theirs.effect, theirs.targets,
        )  # fmt: skip


def test_the_package_stays_as_it_is(tmp_path: Path) -> None:
    before, numbers = model_fingerprint(), {path: n.value for path, n in ligated.parameters()}
    names = of_file(tmp_path)
    assert CIRCUITS["ligated"] is ligated
    assert installed().circuits is CIRCUITS
    model_fingerprint.cache_clear()
    assert model_fingerprint() == before
    added = {path: n.value for path, n in names.circuits["ligated"].parameters()}
    assert {path: value for path, value in added.items() if path in numbers} == numbers


@pytest.mark.parametrize("name", ["opioids", "baclofen", "physostigmine"])
def test_a_bundled_extension_goes_into_every_circuit_beside_the_others(name: str) -> None:
    alone, all_of_them = extended(name), extended("opioids", "baclofen", "physostigmine")
    for circuit in CIRCUITS:
        new = dict(alone.circuits[circuit].parameters()).keys() - dict(CIRCUITS[circuit].parameters()).keys()
        assert new
        assert new <= dict(all_of_them.circuits[circuit].parameters()).keys()
    for drug in alone.extensions[0].table.drugs:
        assert all_of_them.drug(drug["name"], "test").name == drug["name"]


def test_a_study_switches_and_sets_what_an_extension_adds(tmp_path: Path) -> None:
    written(tmp_path, "mine.toml", ADDED)
    text = study_text("pinch", '"mine.toml"').replace(
        'circuit = "ligated"',
        'circuit = "ligated"\nswitch_off = ["opioid"]\n[arms.set]\n"receptors.mu.half_activation" = "60 nM"',
    )
    study = parse_study(text, folder=tmp_path)
    again = parse_study(study.to_toml())
    assert again == study
    for each in (study, again):
        circuit = each.arms[0].prepared_circuit()
        assert circuit.receptor("mu").half_activation.si == pytest.approx(60e-6)
        assert "opioid" in circuit.off
        assert each.arms[1].prepared_circuit().receptor("mu").half_activation.si == pytest.approx(30e-6)
    with pytest.raises(UserError, match='no switch "opioid"'):
        parse_study(text.replace('"mine.toml"', ""), folder=tmp_path)


def test_a_number_changes_the_fingerprint_and_a_note_does_not(tmp_path: Path) -> None:
    def fingerprint(text: str) -> str:
        written(tmp_path, "mine.toml", text)
        return parse_study(study_text("pinch", '"mine.toml"'), folder=tmp_path).fingerprint()

    first = fingerprint(ADDED)
    assert fingerprint(ADDED.replace("for a test", "said otherwise")) == first
    assert fingerprint(ADDED.replace('value = "30 nM"', 'value = "31 nM"')) != first
    assert fingerprint(ADDED.replace('source = "islet"', 'source = "parvalbumin"')) != first


# --- drugs -------------------------------------------------------------------------------------------------------


def moment(names: Catalogue, drug: str, dose: str, circuit: str = "ligated", hours: float = 0.5) -> Moment:
    """A disturbed animal with a drug, `hours` after a dose on day 7, or without one."""
    present: Exposure = NO_DRUG
    if dose:
        present = exposure(names.drug(drug, "test").once(dose, route="i.p.", on_day=7), 7 * 24.0 + hours)
    return Moment(names.circuits[circuit], disturbed_state(), present)


def test_morphine_activates_mu_receptors_and_naloxone_takes_them(tmp_path: Path) -> None:
    names = extended("opioids")
    rest = moment(names, "morphine", "").active("mu", CORD[0])
    morphine = moment(names, "morphine", "5 mg/kg").active("mu", CORD[0])
    naloxone = moment(names, "naloxone", "2 mg/kg").active("mu", CORD[0])
    assert naloxone < 0.1 * rest < rest < 0.1 < 0.5 < morphine
    both = (names.drug(name, "test").once("5 mg/kg", route="i.p.", on_day=7) for name in ("morphine", "naloxone"))
    together = Moment(names.circuits["ligated"], disturbed_state(), exposure(tuple(both), 7 * 24.0 + 0.5))
    assert together.active("mu", CORD[0]) < 0.3 * morphine


@pytest.mark.parametrize("name", ["tapentadol", "desmetramadol"])
def test_opioid_parts_of_bundled_drugs_act_with_the_extension_only(name: str) -> None:
    assert "mu" in DRUGS[name].affinities
    assert "mu" not in {receptor.name for receptor in ligated.receptors}
    names = extended("opioids")
    assert moment(names, name, "10 mg/kg").active("mu", CORD[0]) > 2 * moment(names, name, "").active("mu", CORD[0])


def test_baclofen_binds_a_site_that_only_the_extension_has() -> None:
    assert "GABA-B" not in SITES
    names = extended("baclofen")
    rest = moment(names, "baclofen", "").active("GABA-B", CORD[0])
    assert rest < 0.1
    assert moment(names, "baclofen", "10 mg/kg").active("GABA-B", CORD[0]) > 2 * rest


def test_physostigmine_lets_acetylcholine_rise_and_atropine_takes_what_it_does() -> None:
    names = extended("physostigmine")
    rest, dosed = moment(names, "physostigmine", ""), moment(names, "physostigmine", "0.3 mg/kg")
    assert dosed.level("acetylcholine", CORD[0]) > 5 * rest.level("acetylcholine", CORD[0])
    alone = Moment(ligated, disturbed_state()).active("M", CORD[0])
    assert rest.active("M", CORD[0]) == pytest.approx(alone, abs=0.01)
    assert dosed.active("M", CORD[0]) > alone + 0.2
    both = tuple(
        names.drug(name, "test").once(dose, route="i.p.", on_day=7)
        for name, dose in (("physostigmine", "0.3 mg/kg"), ("atropine", "5 mg/kg"))
    )
    blocked = Moment(names.circuits["ligated"], disturbed_state(), exposure(both, 7 * 24.0 + 0.5))
    assert blocked.active("M", CORD[0]) < 0.2 * dosed.active("M", CORD[0])


def test_the_drugs_of_an_extension_are_shown_exported_and_drawn(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["drugs", "show", "baclofen", "--with", "baclofen"]) == 0
    assert "affinities.GABA-B.constant" in capsys.readouterr().out
    own = tmp_path / "mine.toml"
    assert main(["drugs", "export", "baclofen", "--name", "mine", "--with", "baclofen", "--out", str(own)]) == 0
    assert main(["drugs", "show", str(own), "--with", "baclofen"]) == 0
    capsys.readouterr()
    assert main(["drugs", "show", str(own)]) == 2
    assert 'no site "GABA-B"' in capsys.readouterr().err
    drawn = ["drugs", "plot", "physostigmine", "--dose", "0.3 mg/kg", "--days", "1", "--with", "physostigmine"]
    assert main([*drawn, "--out", str(tmp_path / "drawn")]) == 0
    assert "acetylcholine" in (tmp_path / "drawn" / "physostigmine.svg").read_text("utf-8")


def test_a_drug_of_an_own_site_is_carried_with_the_study() -> None:
    text = study_text("pinch", '"baclofen"').replace(
        'circuit = "ligated"',
        'circuit = "ligated"\n[[arms.treatments]]\ndrug = "baclofen"\ndose = "3 mg/kg"\nroute = "i.p."\nfrom_day = 3',
    )
    study = parse_study(text)
    again = parse_study(study.to_toml())
    assert again.own_drugs()["baclofen"].affinities.keys() == {"GABA-B"}
    assert again == study
    with pytest.raises(UserError, match='no drug "baclofen"'):
        parse_study(text.replace('extensions = ["baclofen"]\n', ""))
    without = re.sub(
        r"\n\[\[extensions\]\].*?(?=\n\[\[arms\]\]|\n\[\[drugs\]\]|\Z)", "", study.to_toml(), flags=re.DOTALL
    )
    with pytest.raises(UserError, match='no site "GABA-B"'):
        parse_study(without[: without.index("[[extensions")] if "[[extensions" in without else without)


# --- mistakes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('name = "mu"', 'name = "alpha2A"', 'mine.toml: receptor "alpha2A": the model has one of this name'),
        ('name = "follower"', 'name = "mu"', 'mine.toml: receptor "mu": the file has one of this name'),
        ('agonist = "enkephalin"', 'agonist = "enkefalin"', 'mu: no transmitter or earlier receptor "enkefalin"'),
        ('receptor = "follower"', 'receptor = "folower"', 'coupling follower_on_c_terminals: no receptor "folower"'),
        ('targets = ["projection"]', 'targets = ["projektion"]', 'coupling mu_girk: no population "projektion"'),
        ('effect = "girk"', 'effect = "gurk"', r'mine.toml: couplings\[1\]: effect: no effect "gurk". Nearest: girk'),
        ('"1.5 nS"', '"1.5 nA"', r'mine.toml: couplings\[1\].strength = "1.5 nA": expected a quantity such as'),
        ('value = 0.8', 'value = 1.8', r'mine.toml: couplings\[1\].share: its range ends at 1.0, below its value 1.8'),
        ('value = "2 1/s"', 'value = "0 1/s"', r"mine.toml: transmitters\[0\]"),
        ('source = "islet"', 'source = "islett"', 'transmitter enkephalin: no population "islett"'),
        ('name = "enkephalin"', 'name = "met-enkephalin"', "mine.toml: transmitter met-enkephalin: expected one word"),
        ('group = "alpha2"', 'group = "alpha2"\nscaled_by = "muscarinic"', r'scaled_by: no slow quantity "muscarinic"'),
        ('group = "alpha2"', 'grup = "alpha2"', r'mine.toml: couplings\[3\]: no key "grup"'),
        ('low = 1.0, high = 2.0', "low = 1.0", "a number that is assumed needs a range"),
        ('note = "for a test", low = 1.0, high = 2.0', "low = 1.0, high = 2.0", "whose source is ASSUMED needs a note"),
    ],
)  # fmt: skip
def test_a_part_that_cannot_be_is_told_with_its_file_and_place(old: str, new: str, told: str, tmp_path: Path) -> None:
    assert old in ADDED
    with pytest.raises(UserError, match=told) as error:
        of_file(tmp_path, ADDED.replace(old, new, 1))
    assert all("mine.toml: " in line for line in str(error.value).split("\n"))


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ({"receptor": "Q", "name": "enkephalin"}, r'agonists\[0\].receptor: no receptor "Q"'),
        ({"receptor": "mu", "name": "enkephalin"}, r'agonists\[0\].name = "enkephalin": it acts at mu already'),
        ({"receptor": "M", "name": "enkefalin"}, 'receptor M: no transmitter or earlier receptor "enkefalin"'),
    ],
)
def test_an_agonist_that_cannot_be_is_told(table: dict[str, Any], told: str, tmp_path: Path) -> None:
    keys = "".join(f'{key} = "{value}"\n' for key, value in table.items())
    more = (
        f"[[agonists]]\n{keys}half_activation = {number('9 nM', '1 nM', '90 nM')}\nefficacy = {number(1.0, 0.5, 1.0)}\n"
    )
    with pytest.raises(UserError, match=told):
        of_file(tmp_path, ADDED + more)


def test_two_files_do_not_take_one_name(tmp_path: Path) -> None:
    first = written(tmp_path, "first.toml", ADDED)
    second = written(tmp_path, "second.toml", ADDED.replace('"30 nM"', '"31 nM"'))
    with pytest.raises(UserError, match=r'second\.toml: transmitter "enkephalin": the model has one of this name'):
        extended(first, second)


def test_a_drug_of_a_site_that_nothing_has_is_told(tmp_path: Path) -> None:
    drug = (
        '[[drugs]]\nname = "mine"\ndrug_class = "test"\nmolar_mass = { value = "300 g/mol", source = "X2001" }\n'
        '[drugs.affinities.nu]\nconstant = { value = "3 nM", source = "X2001" }\n[drugs.kinetics.routes."i.t."]\n'
        'volume = { value = "0.005 L", source = "X2001" }\nhalf_life = { value = "10 min", source = "X2001" }\n'
    )
    with pytest.raises(UserError, match=r'mine.toml: drugs\[0\].* no site "nu"'):
        of_file(tmp_path, drug)
    receptor: Circuit = of_file(tmp_path, ADDED.replace('"mu"', '"nu"') + drug).circuits["sham"]
    assert "nu" in {each.name for each in receptor.receptors}
