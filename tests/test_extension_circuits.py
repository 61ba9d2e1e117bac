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
from circuits.receptors import LOCUS_COERULEUS
from circuits.structure import structure
from core.errors import UserError
from core.exposure import NO_DRUG, Exposure
from core.vocabulary import COMPARTMENTS
from drugs import exposure
from experiments.commands.command_line import main
from experiments.laboratory.provenance.model_fingerprint import model_fingerprint
from experiments.protocol.catalogue import Catalogue, extended, installed
from experiments.protocol.extensions.circuit_parts import sites_of
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
name = "dynorphin"
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
name = "H1"
agonist = "dynorphin"
half_activation = {number("30 nM", "3 nM", "300 nM")}
hill = {number(1.2, 1.0, 2.0)}
[[receptors.others]]
name = "noradrenaline"
half_activation = {number("40 nM", "4 nM", "400 nM")}
efficacy = {number(0.0, 0.0, 1.0)}
[[receptors]]
name = "follower"
agonist = "H1"
half_activation = {number(0.5, 0.1, 0.9)}
hill = {number(2.0, 1.0, 2.0)}
[[receptors.others]]
name = "5-HT1A"
half_activation = {number(0.4, 0.1, 0.9)}
efficacy = {number(0.6, 0.0, 1.0)}
[[couplings]]
name = "h1_on_c_terminals"
group = "of_H1"
receptor = "H1"
effect = "release"
targets = ["c_peptidergic", "c_nonpeptidergic"]
strength = {number(-0.6, -0.9, -0.1)}
share = {number(1.0, 0.5, 1.0)}
[[couplings]]
name = "h1_girk"
group = "of_H1"
receptor = "H1"
effect = "girk"
targets = ["projection"]
strength = {number(0.6, 0.1, 0.9)}
share = {number(0.8, 0.5, 1.0)}
[[couplings]]
name = "follower_on_c_terminals"
group = "of_H1"
receptor = "follower"
effect = "release"
targets = ["c_peptidergic", "c_nonpeptidergic"]
strength = {number(-0.1, -0.9, -0.1)}
share = {number(1.0, 0.5, 1.0)}
[[couplings]]
name = "alpha2_on_dynorphin"
group = "alpha2"
receptor = "alpha2A"
effect = "release"
targets = ["dynorphin"]
strength = {number(-0.7, -0.9, -0.1)}
share = {number(0.9, 0.5, 1.0)}
"""


def transporter(**fields: str) -> str:
    """A further way by which acetylcholine goes, as a table; fields by name stand in its place."""
    given = {"transmitter": "acetylcholine", "name": "AChE", "share": number(0.9, 0.1, 1.0)}
    table = given | {"half_saturation": number("100 uM", "20 uM", "500 uM")} | fields
    return "[[transporters]]\n" + "".join(
        f"{key} = {each}\n" if each.startswith("{") else f'{key} = "{each}"\n' for key, each in table.items()
    )


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
        'circuit = "ligated"\nswitch_off = ["of_H1"]\n[arms.set]\n"receptors.H1.half_activation" = "60 nM"',
    )
    study = parse_study(text, folder=tmp_path)
    again = parse_study(study.to_toml())
    assert again == study
    for each in (study, again):
        circuit = each.arms[0].prepared_circuit()
        assert circuit.receptor("H1").half_activation.si == pytest.approx(60e-6)
        assert "of_H1" in circuit.off
        assert each.arms[1].prepared_circuit().receptor("H1").half_activation.si == pytest.approx(30e-6)
    with pytest.raises(UserError, match='no switch "of_H1"'):
        parse_study(text.replace('"mine.toml"', ""), folder=tmp_path)


def test_a_number_changes_the_fingerprint_and_a_note_does_not(tmp_path: Path) -> None:
    def fingerprint(text: str) -> str:
        written(tmp_path, "mine.toml", text)
        return parse_study(study_text("pinch", '"mine.toml"'), folder=tmp_path).fingerprint()

    first = fingerprint(ADDED)
    assert fingerprint(ADDED.replace("for a test", "said otherwise")) == first
    assert fingerprint(ADDED.replace('value = "30 nM"', 'value = "31 nM"')) != first
    assert fingerprint(ADDED.replace('source = "islet"', 'source = "parvalbumin"')) != first


def test_a_transporter_takes_its_share_where_a_compartment_has_shares_of_its_own(tmp_path: Path) -> None:
    """It takes of what is left besides the others, in each compartment."""
    table = transporter(transmitter="serotonin", name="OCT3", share=number(0.1, 0.01, 1.0))
    found = of_file(tmp_path, table).circuits["ligated"].transmitter("serotonin").clearance
    before = ligated.transmitter("serotonin").clearance
    for compartment in COMPARTMENTS:
        *others, own = found.transporters(compartment)
        assert tuple(others) == before.transporters(compartment)
        assert own == ("OCT3", pytest.approx(0.1 * found.rate.si), pytest.approx(1e5))
        assert found.rest(compartment) == pytest.approx(before.rest(compartment) - 0.1 * found.rate.si)
    names = of_file(tmp_path, table)
    assert "OCT3" in sites_of(names.extensions)


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
def test_opioid_parts_of_bundled_drugs_act_in_the_cord_without_and_with_the_extension(name: str) -> None:
    """The extension adds their action on the locus coeruleus."""
    for names in (installed(), extended("opioids")):
        rest, dosed = (moment(names, name, dose) for dose in ("", "10 mg/kg"))
        assert dosed.active("mu", CORD[0]) > 2 * rest.active("mu", CORD[0])
        opens = [weights.get("mu", 0.0) for weights in map(dosed.opening_weights, LOCUS_COERULEUS)]
        assert [weight > 0.0 for weight in opens] == [bool(names.extensions)] * 2


def test_baclofen_acts_at_the_receptors_of_the_model_and_at_those_of_inhibitory_cells() -> None:
    names = extended("baclofen")
    rest, dosed = (moment(names, "baclofen", dose) for dose in ("", "10 mg/kg"))
    assert rest.active("GABA-B", CORD[0]) < 0.1
    assert dosed.active("GABA-B", CORD[0]) > 2 * rest.active("GABA-B", CORD[0])
    islet = {each.receptor for each in dosed.circuit.couplings_of["islet"] if each.effect == "girk"}
    assert islet - {each.receptor for each in ligated.couplings_of["islet"] if each.effect == "girk"} == {"GABA-B"}


def test_physostigmine_lets_acetylcholine_rise_and_atropine_takes_what_it_does() -> None:
    names = extended("physostigmine")
    rest, dosed = moment(names, "physostigmine", ""), moment(names, "physostigmine", "0.3 mg/kg")
    assert dosed.level("acetylcholine", CORD[0]) > 5 * rest.level("acetylcholine", CORD[0])
    alone = Moment(ligated, disturbed_state())
    assert rest.level("acetylcholine", CORD[0]) == pytest.approx(alone.level("acetylcholine", CORD[0]), rel=1e-3)
    assert dosed.active("M", CORD[0]) > alone.active("M", CORD[0]) + 0.2
    both = tuple(
        names.drug(name, "test").once(dose, route="i.p.", on_day=7)
        for name, dose in (("physostigmine", "0.3 mg/kg"), ("atropine", "5 mg/kg"))
    )
    blocked = Moment(names.circuits["ligated"], disturbed_state(), exposure(both, 7 * 24.0 + 0.5))
    assert blocked.active("M", CORD[0]) < 0.2 * dosed.active("M", CORD[0])


def test_the_drugs_of_an_extension_are_shown_exported_and_drawn(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["drugs", "show", "physostigmine", "--with", "physostigmine"]) == 0
    assert "affinities.AChE.constant" in capsys.readouterr().out
    own = tmp_path / "mine.toml"
    assert (
        main(["drugs", "export", "physostigmine", "--name", "mine", "--with", "physostigmine", "--out", str(own)]) == 0
    )
    assert main(["drugs", "show", str(own), "--with", "physostigmine"]) == 0
    capsys.readouterr()
    assert main(["drugs", "show", str(own)]) == 2
    assert 'no site "AChE"' in capsys.readouterr().err
    drawn = ["drugs", "plot", "physostigmine", "--dose", "0.3 mg/kg", "--days", "1", "--with", "physostigmine"]
    assert main([*drawn, "--out", str(tmp_path / "drawn")]) == 0
    assert "acetylcholine" in (tmp_path / "drawn" / "physostigmine.svg").read_text("utf-8")


def test_a_drug_of_an_own_site_is_carried_with_the_study() -> None:
    text = study_text("pinch", '"physostigmine"').replace(
        'circuit = "ligated"',
        'circuit = "ligated"\n[[arms.treatments]]\ndrug = "physostigmine"\ndose = "0.3 mg/kg"\n'
        'route = "i.p."\nfrom_day = 3',
    )
    study = parse_study(text)
    again = parse_study(study.to_toml())
    assert again.own_drugs()["physostigmine"].affinities.keys() == {"AChE"}
    assert again == study
    with pytest.raises(UserError, match='no drug "physostigmine"'):
        parse_study(text.replace('extensions = ["physostigmine"]\n', ""))
    without = re.sub(
        r"\n\[\[extensions\]\].*?(?=\n\[\[arms\]\]|\n\[\[drugs\]\]|\Z)", "", study.to_toml(), flags=re.DOTALL
    )
    with pytest.raises(UserError, match='no site "AChE"'):
        parse_study(without[: without.index("[[extensions")] if "[[extensions" in without else without)


# --- mistakes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('name = "H1"', 'name = "alpha2A"', 'mine.toml: receptor "alpha2A": the model has one of this name'),
        ('name = "follower"', 'name = "H1"', 'mine.toml: receptor "H1": the file has one of this name'),
        ('agonist = "dynorphin"', 'agonist = "dynorfin"', 'H1: no transmitter or earlier receptor "dynorfin"'),
        ('receptor = "follower"', 'receptor = "folower"', 'coupling follower_on_c_terminals: no receptor "folower"'),
        ('targets = ["projection"]', 'targets = ["projektion"]', 'coupling h1_girk: no population "projektion"'),
        ('effect = "girk"', 'effect = "gurk"', r'mine.toml: couplings\[1\]: effect: no effect "gurk". Nearest: girk'),
        ('value = 0.6, source = "ASSUMED", note = "for a test", low = 0.1',
         'value = "1.5 nA", source = "ASSUMED", note = "for a test", low = 0.1',
         r'mine.toml: couplings\[1\].strength = "1.5 nA": expected a plain number'),
        ('value = 0.6, source = "ASSUMED", note = "for a test", low = 0.1, high = 0.9',
         'value = 1.2, source = "ASSUMED", note = "for a test", low = 0.1, high = 1.9',
         r'mine.toml: .*h1_girk: strength = 1.2: the share of a cell.s potassium channels'),
        ('value = 0.8', 'value = 1.8', r'mine.toml: couplings\[1\].share: its range ends at 1.0, below its value 1.8'),
        ('value = "2 1/s"', 'value = "0 1/s"', r"mine.toml: transmitters\[0\]"),
        ('source = "islet"', 'source = "islett"', 'transmitter dynorphin: no population "islett"'),
        ('name = "dynorphin"', 'name = "pro-dynorphin"', "mine.toml: transmitter pro-dynorphin: expected one word"),
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
        ({"receptor": "Q", "name": "dynorphin"}, r'agonists\[0\].receptor: no receptor "Q"'),
        ({"receptor": "H1", "name": "dynorphin"}, r'agonists\[0\].name = "dynorphin": it acts at H1 already'),
        ({"receptor": "M", "name": "dynorfin"}, 'receptor M: no transmitter or earlier receptor "dynorfin"'),
    ],
)
def test_an_agonist_that_cannot_be_is_told(table: dict[str, Any], told: str, tmp_path: Path) -> None:
    keys = "".join(f'{key} = "{value}"\n' for key, value in table.items())
    more = (
        f"[[agonists]]\n{keys}half_activation = {number('9 nM', '1 nM', '90 nM')}\nefficacy = {number(1.0, 0.5, 1.0)}\n"
    )
    with pytest.raises(UserError, match=told):
        of_file(tmp_path, ADDED + more)


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ({"transmitter": "dynorfin"}, r'transporters\[0\].transmitter: no transmitter "dynorfin". Nearest: dynorphin'),
        ({"transmitter": "serotonin", "name": "NET"}, r'transporters\[0\].name = "NET": it clears serotonin already'),
        ({"transmitter": "serotonin"}, "expected a share from 0 to what the others leave of serotonin, 0.2"),
        ({"transmitter": "serotonin", "share": number(0.15, 0.1, 1.0)}, "of serotonin in raphe, 0.11"),
        ({"half_saturation": number("0 nM", "0 nM", "9 nM")}, r"transporters\[0\].*half_saturation = 0"),
        ({"name": "alpha2A_terminals"}, '"alpha2A_terminals" clears a transmitter, and a receptor has this name'),
    ],
)
def test_a_transporter_that_cannot_be_is_told(table: dict[str, str], told: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=told) as error:
        of_file(tmp_path, ADDED + transporter(**table))
    assert str(error.value).startswith("mine.toml: ")


def test_two_files_do_not_take_one_name(tmp_path: Path) -> None:
    first = written(tmp_path, "first.toml", ADDED)
    second = written(tmp_path, "second.toml", ADDED.replace('"30 nM"', '"31 nM"'))
    with pytest.raises(UserError, match=r'second\.toml: transmitter "dynorphin": the model has one of this name'):
        extended(first, second)


def test_a_drug_of_a_site_that_nothing_has_is_told(tmp_path: Path) -> None:
    drug = (
        '[[drugs]]\nname = "mine"\ndrug_class = "test"\nmolar_mass = { value = "300 g/mol", source = "X2001" }\n'
        '[drugs.affinities.nu]\nconstant = { value = "3 nM", source = "X2001" }\n[drugs.kinetics.routes."i.t."]\n'
        'volume = { value = "0.005 L", source = "X2001" }\nhalf_life = { value = "10 min", source = "X2001" }\n'
    )
    with pytest.raises(UserError, match=r'mine.toml: drugs\[0\].* no site "nu"'):
        of_file(tmp_path, drug)
    receptor: Circuit = of_file(tmp_path, ADDED.replace('"H1"', '"nu"') + drug).circuits["sham"]
    assert "nu" in {each.name for each in receptor.receptors}
