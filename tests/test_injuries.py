"""Injuries are data: a file or an object says what differs, where, from when and until when, and a study carries it."""

from __future__ import annotations

import re
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from brian2.units import Hz, mV
from extension_samples import written
from small_animals import SIZE

from bluespot import Arm, Circuit, Difference, Injury, Recovery, Study, assays, extended, ligated, naive, sham
from circuits import injured
from circuits.draw import draw_animal
from circuits.epoch import prepare
from circuits.injuries.bundled import INJURIES, INJURY_FILES
from circuits.injuries.reading import injury_table, read_injury
from circuits.injury import QUANTITIES, furthest, quantities
from circuits.moment import Moment
from circuits.rest_error import Outlook, estimated_error
from circuits.slow_state import first_state
from circuits.stimulus import Stimulus, afferent_spikes, fibre_rates
from circuits.structure import structure
from core.errors import UserError
from core.exposure import NO_DRUG, Exposure, SiteBinding
from core.sourced import ASSUMED, FITTED, Sourced, walk
from core.units import day
from core.vocabulary import SIDES
from experiments.commands.command_line import main
from experiments.laboratory.provenance.model_fingerprint import model_fingerprint
from experiments.protocol.extensions import installed
from experiments.protocol.study_file import parse_study

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "injuries.md").read_text("utf-8")
#: The injuries that come along as extensions.
EXTENSIONS = [name for name, path in installed.bundled().items() if "[[injuries]]" in path.read_text("utf-8")]
ALL = [*INJURIES, *EXTENSIONS]
TABLES = re.findall(r"^```toml\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
(CRUSHED,) = (text for text in TABLES if "[[injuries]]" in text)


def number(value: Any, low: Any = None, high: Any = None) -> Sourced:
    return Sourced(
        value, ASSUMED, "for a test", low=value if low is None else low, high=value if high is None else high
    )


NOW, AT_ONCE = number(0 * day), number(0.01 * day)


def difference(quantity: str, amplitude: Any, **fields: Any) -> Difference:
    return Difference(quantity, quantity, number(amplitude), NOW, AT_ONCE, **fields)


def rat(*differences: Difference) -> Circuit:
    return injured(Injury("mine", "for a test", differences))


def moment(circuit: Circuit, days: float = 21.0, size: float = 1.0) -> Moment:
    draw = draw_animal(circuit, structure(circuit, size), 3, 1)
    draw = replace(draw, factors={**draw.factors, "injury_extent": 1.0})
    state = first_state(24.0 * days, assume_rest=True)
    return Moment(circuit, state, NO_DRUG, draw)


def constant(seconds: float, side: str = "ipsi", **strength: float) -> Stimulus:
    bins = round(seconds * 100)
    given: dict[str, Any] = {kind: {side: np.full(bins, value)} for kind, value in strength.items()}
    return Stimulus(seconds, **given)


def of_file(name: str) -> Injury:
    """An injury that comes along."""
    path = INJURY_FILES.get(name) or installed.file_of(name)
    (table,) = tomllib.loads(path.read_text("utf-8"))["injuries"]
    return read_injury(table, name)


# --- files -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ALL)
def test_an_injury_that_comes_along_reads_back_as_it_is_written(name: str) -> None:
    found = of_file(name)
    assert found.name == name
    assert read_injury(injury_table(found), "again") == found


def test_the_bundled_circuits_are_those_of_their_files() -> None:
    assert [circuit.name for circuit in (naive, sham, ligated)] == list(INJURIES)
    for circuit in (naive, sham, ligated):
        assert injured(of_file(circuit.name)) == circuit
    assert not sham.differences
    assert not naive.differences
    assert (naive.operated, sham.operated, ligated.operated) == (False, True, True)


@pytest.mark.parametrize("name", EXTENSIONS)
def test_all_that_is_not_the_injury_is_equal_in_all(name: str) -> None:
    found = extended(name).circuits[name]
    shared = {path: number for path, number in found.parameters() if not path.startswith("differences.")}
    assert shared == dict(sham.parameters())
    assert structure(found, SIZE) == structure(ligated, SIZE)
    assert replace(found, name="", differences=(), operated=True) == replace(sham, name="")


@pytest.mark.parametrize("name", ALL)
def test_a_number_of_one_source_and_note_is_one_number_in_all_injuries(name: str) -> None:
    def read(injury: Injury) -> dict[tuple[str, str, str], float]:
        return {
            (each.quantity, each.amplitude.source, each.amplitude.note): each.amplitude.si
            for each in injury.differences
            if each.amplitude.status == "seen"
        }

    others = [read(of_file(other)) for other in ALL]
    for key, value in read(of_file(name)).items():
        assert all(other.get(key, value) == value for other in others), key


@pytest.mark.parametrize("name", [each for each in ALL if each != "ligated"])
def test_a_number_that_is_taken_over_from_ligation_is_that_of_ligation(name: str) -> None:
    theirs = {(each.quantity, each.sides): each for each in ligated.differences}
    for each in of_file(name).differences:
        for field in ("amplitude", "onset", "time_constant"):
            number = getattr(each, field)
            if re.search("taken over from (spinal nerve )?ligation", number.note):
                assert number.si == getattr(theirs[each.quantity, each.sides], field).si, f"{each.name}.{field}"


def test_numbers_are_taken_over_from_ligation() -> None:
    notes = [number.note for name in EXTENSIONS for each in of_file(name).differences for _, number in walk(each)]
    assert sum("taken over from spinal nerve ligation" in note for note in notes) > 50


@pytest.mark.parametrize("name", EXTENSIONS)
def test_the_pages_name_what_comes_along(name: str) -> None:
    assert f"| `{name}` |" in PAGE
    assert f"**`{name}`.**" in PAGE


def test_the_page_names_every_quantity() -> None:
    rows = " ".join(re.findall(r"^\| (`[^|]*`) \|", PAGE, re.MULTILINE))
    known = {name for each in ALL for name in (d.quantity for d in of_file(each).differences)}
    assert known
    assert all(f"`{name}`" in rows for name in (*known, "input", "cut_a", "cut_c"))


def test_an_injury_changes_nothing_of_the_model_s_fingerprint() -> None:
    before = model_fingerprint()
    extended(*EXTENSIONS)
    model_fingerprint.cache_clear()
    assert model_fingerprint() == before


# --- what differences do -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize(("root", "l5"), [("L4", False), ("L5", True)])
def test_cut_fibres_answer_neither_touch_nor_pulse(side: str, root: str, l5: bool) -> None:
    now = moment(rat(difference("cut_a", 0.6, sides=(side,), roots=(root,))))
    pulses = np.zeros(20)
    pulses[5] = 100.0
    stroked = constant(0.2, side, brush=1.0)
    pulsed = afferent_spikes(now, Stimulus(0.2, electric={side: pulses}), "pulse")
    for block in now.draw.structure.fibres:
        if block.side != side or block.population != "a_beta":
            continue
        silent = np.asarray(~fibre_rates(now, block, stroked).any(axis=0))
        of_root = now.draw.fibres["l5"][block.part] == l5
        assert not silent[~of_root].any()
        assert silent[of_root].mean() == pytest.approx(0.6, abs=0.2)
        assert set(np.flatnonzero(silent)).isdisjoint(pulsed[block.name].index)
        assert len(np.unique(pulsed[block.name].index)) == np.sum(~silent)


def test_a_fibre_class_that_is_not_cut_answers() -> None:
    now = moment(rat(difference("cut_c", 1.0, roots=("L4", "L5"))))
    pinched = constant(1.0, force=2000.0, temperature=60.0)
    answering = {b.name: fibre_rates(now, b, pinched).any() for b in now.draw.structure.fibres if b.side == "ipsi"}
    assert [name for name, answers in answering.items() if not answers] == [
        "ipsi_c_peptidergic",
        "ipsi_c_nonpeptidergic",
    ]


@pytest.mark.parametrize("sides", [("ipsi",), ("contra",), SIDES])
def test_fibres_fire_on_their_own_on_the_sides_that_are_hurt(sides: tuple[str, ...]) -> None:
    circuit = rat(
        difference("ectopic_share", 0.5, sides=sides, roots=("L4",)),
        difference("c_spontaneous_share", 0.4, sides=sides, roots=("L5",)),
        difference("ectopic_rate", 20 * Hz),
        difference("c_spontaneous_rate", 5 * Hz),
    )
    now = moment(circuit)
    trains = afferent_spikes(now, Stimulus(2.0), "rest")
    for block in (b for b in now.draw.structure.fibres if b.side):
        fired = np.unique(trains[block.name].index)
        if block.side not in sides:
            assert not len(fired)
            continue
        l5 = now.draw.fibres["l5"][block.part]
        assert len(fired)
        assert (l5[fired] == (block.population not in ("a_beta", "a_delta"))).all()


def test_each_side_has_its_own_part_in_the_cord() -> None:
    both = rat(
        difference("gaba_reversal_shift", 10 * mV, sides=("contra",)), difference("gaba_release_loss", 0.3, sides=SIDES)
    )

    def cells(circuit: Circuit, name: str) -> np.ndarray:
        found = prepare(moment(circuit), Stimulus(0.1), "rest", 0.1)[0].arguments[f"cells.{name}"]
        assert isinstance(found, np.ndarray)
        return found

    shifts, release = cells(both, "E_gaba") - cells(sham, "E_gaba"), cells(both, "release_base")
    shape = moment(both).draw.structure
    for block in (b for b in shape.blocks if b.compartment.startswith("dorsal_horn")):
        inhibitory = both.cell_population(block.population).inhibitory
        expected = 0.010 if block.side == "contra" and not inhibitory else 0.0
        assert shifts[block.part] == pytest.approx(expected, abs=1e-6)
        assert release[block.part] == pytest.approx(0.7 if inhibitory else 1.0, abs=1e-6)


def test_gabapentinoids_lower_release_on_every_side_with_more_alpha2delta() -> None:
    circuit = rat(difference("alpha2delta_upregulation", 1.0, sides=SIDES))
    drug = Exposure({f"dorsal_horn_{side}": {"alpha2delta": SiteBinding(block=9.0)} for side in SIDES})
    now = replace(moment(circuit), exposure=drug)
    assert now.afferent_release("contra") == now.afferent_release("ipsi") < 1.0
    one = replace(moment(rat(difference("alpha2delta_upregulation", 1.0))), exposure=drug)
    assert one.afferent_release("contra") == 1.0 > one.afferent_release("ipsi")


# --- healing -----------------------------------------------------------------------------------------------------


def healing(share: float = 0.8) -> Difference:
    recovery = Recovery(number(share), number(10 * day), number(5 * day))
    return replace(difference("gaba_release_loss", 0.4), recovery=recovery)


def test_a_difference_heals_from_its_day_on_by_its_share() -> None:
    each = healing()
    assert each.at(-1.0) == each.at(0.0) == 0.0
    assert each.at(240.0) == pytest.approx(0.4)
    course = [each.at(24.0 * days) for days in range(10, 60)]
    assert course == sorted(course, reverse=True)
    assert each.at(24.0 * 15) == pytest.approx(0.4 * (1 - 0.8 * 0.63212), abs=1e-4)
    assert each.at(24.0 * 1000) == pytest.approx(0.4 * 0.2)
    assert healing(1.0).at(24.0 * 1000) == pytest.approx(0.0, abs=1e-12)


def test_a_rest_is_measured_by_the_most_that_an_injury_makes_also_where_it_heals() -> None:
    circuit = rat(healing(1.0))
    assert furthest(circuit.differences)["gaba_release_loss"] == pytest.approx(0.4)

    def outlook(hours: float) -> Outlook:
        state = first_state(hours, assume_rest=True)
        return Outlook.first(Moment(circuit, state))

    first, soon, later = outlook(240.0), outlook(252.0), outlook(300.0)
    assert 0.0 < estimated_error(first, soon) < estimated_error(first, later)


# --- in a study --------------------------------------------------------------------------------------------------


def study_of(injury: Injury | str, circuit: str) -> Study:
    arms = [Arm("sham", extensions=injury), Arm(circuit, extensions=injury)]
    return Study(name="own-injury", arms=arms, animals=1, size=SIZE, assays=assays.pinch.on_days(-1, 2))


def test_a_study_carries_an_injury_as_text() -> None:
    study = study_of("constricted", "constricted")
    again = parse_study(study.to_toml())
    assert again == study
    assert again.fingerprint() == study.fingerprint()
    assert again.arms[1].prepared_circuit() == extended("constricted").circuits["constricted"]


def test_the_numbers_of_an_injury_are_in_the_fingerprint_and_its_words_are_not(tmp_path: Path) -> None:
    def fingerprint(name: str, text: str) -> str:
        path = written(tmp_path, name, text)
        study = {
            "name": "x",
            "animals": 1,
            "arms": [Arm("crushed", extensions=path)],
            "assays": assays.pinch.on_days(1),
        }
        return Study(**study).fingerprint()  # type: ignore[arg-type]

    first = fingerprint("one.toml", CRUSHED)
    assert fingerprint("two.toml", CRUSHED) == first
    assert fingerprint("three.toml", CRUSHED.replace('note = "not read"', 'note = "assumed"')) == first
    assert fingerprint("four.toml", CRUSHED.replace("value = 0.1", "value = 0.11")) != first


def test_an_object_is_the_same_as_its_file() -> None:
    ours = replace(INJURIES["ligated"], name="ours")
    found = study_of(ours, "ours").arms[1].prepared_circuit()
    assert replace(found, name="ligated") == ligated


def test_an_arm_sets_and_switches_what_an_injury_brings() -> None:
    arm = Arm(
        "constricted",
        extensions="constricted",
        set={"differences.cut_a_fibres.recovery.share": 0.2},
        switch_off="cut_c_fibres",
    )
    found = arm.prepared_circuit()
    late = quantities(found.differences, 24.0 * 1000, found.off)
    assert late["l5_cut_c"] == 0.0
    assert late["l5_cut_a"] == pytest.approx(0.915 * 0.8)


def test_a_rat_without_surgery_has_no_phase_of_it(tmp_path: Path) -> None:
    text = CRUSHED.replace('name = "crushed"', 'name = "crushed"\noperated = false', 1)
    arms = [Arm("crushed", extensions=written(tmp_path, "mine.toml", text)), Arm("sham")]
    study = Study(name="x", arms=arms, animals=1, assays=assays.pinch.on_days(0, hour=6.0))
    assert study.phase("crushed-vehicle", 0, 6.0) == ""
    assert study.phase("sham-vehicle", 0, 6.0) == "surgery"


def test_commands_know_injuries(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = str(written(tmp_path, "crushed.toml", CRUSHED))
    assert main(["parameters", "crushed", "--with", path, "--like", "cut_a"]) == 0
    assert "differences.cut_a_fibres.recovery.onset" in capsys.readouterr().out
    assert main(["model", "crushed", "--with", path]) == 0
    assert "share of L4 A fibres that are cut" in capsys.readouterr().out
    assert main(["extensions", "ligated"]) == 0
    assert capsys.readouterr().out == INJURY_FILES["ligated"].read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "own"),
    [
        ("CCI", "constricted"),
        ("chronic constriction", "constricted"),
        ("L5 axotomy", "transected"),
        ("PSNL", "partially_ligated"),
        ("SNI", "spared_nerve"),
        ("CFA", "inflamed"),
        ("STZ", "diabetic"),
    ],
)
def test_an_injury_is_found_by_the_names_it_has_elsewhere(name: str, own: str) -> None:
    assert Arm(name, extensions=own).circuit == own
    with pytest.raises(UserError, match=rf'it is an extension; write extensions = \["{own}"\]'):
        Arm(name)


@pytest.mark.parametrize("name", EXTENSIONS)
def test_a_source_of_an_injury_is_in_the_bibliography(name: str) -> None:
    known = set(re.findall(r"^@\w+\{([^,\s]+),", (ROOT / "docs" / "references.bib").read_text("utf-8"), re.MULTILINE))
    for path, each in walk(extended(name).circuits[name].differences):
        assert each.status != "seen" or each.source in known, path
        assert each.source in (*known, ASSUMED, FITTED), path


@pytest.mark.parametrize("name", ["diabetic", "paclitaxel"])
def test_an_injury_of_the_whole_animal_is_the_same_on_both_sides(name: str) -> None:
    late = quantities(of_file(name).differences, 24.0 * 28)
    sided = [each for each in late if f"{each}_contra" in late and each != "noradrenaline_sprouting"]
    assert sided
    assert all(late[f"{each}_contra"] == late[each] for each in sided)
    assert any(late[each] != QUANTITIES[each][0] for each in sided)


@pytest.mark.parametrize("name", ["incised", "skin_incised", "inflamed"])
def test_what_heals_is_gone_in_the_end(name: str) -> None:
    course = quantities(of_file(name).differences, 24.0)
    late = quantities(of_file(name).differences, 24.0 * 200)
    for quantity in ("c_spontaneous_share", "nociceptor_sensitisation"):
        assert course[quantity] > 0.0
        assert late[quantity] == pytest.approx(0.0, abs=1e-6)


# --- mistakes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('name = "crushed"', 'name = "Crushed!"', 'name = "Crushed!": expected a name of small letters, digits and _.'),
        ('name = "crushed"', 'name = "ligated"', 'name = "ligated": there is a circuit of this name; choose another.'),
        ('description = "crush', 'descripton = "crush', 'no key "descripton". Nearest: description'),
        ('quantity = "cut_a"', 'quantity = "cut_b"', '[0].quantity: no quantity "cut_b". Nearest: cut_c, cut_a'),
        ('roots = ["L4", "L5"]', 'roots = ["L6"]', 'differences[0].roots: no root "L6". Nearest: L5, L4'),
        ('roots = ["L4", "L5"]\n', "", "differences[0].roots: missing; expected one or more of L4, L5."),
        ('quantity = "ectopic_rate"', 'quantity = "ectopic_rate"\nsides = []', "[3].sides: missing; expected"),
        ('quantity = "ectopic_rate"', 'quantity = "ectopic_rate"\nroots = ["L4"]', "[3].roots: ectopic_rate is"),
        ('quantity = "ectopic_rate"', 'quantity = "ectopic_rate"\nsides = ["contra"]', "[3].sides: ectopic_rate is"),
        ('sides = ["ipsi"]', 'sides = ["left"]', 'differences[2].sides: no side "left".'),
        ('sides = ["ipsi"]', 'sides = "ipsi"', 'differences[2].sides = "ipsi": expected a list of names'),
        ('value = "20.8 Hz"', 'value = "20.8 mV"', 'differences[3].amplitude = "20.8 mV": expected'),
        ("value = 0.1", "value = 1.1", "differences[2].amplitude: its range ends at 0.3, below its value 1.1."),
        ("high = 0.3", "high = 1.3", ""),
        ('onset = "now"', 'onset = "nowadays"', '[0].onset: no number of the injury "nowadays". Nearest: now'),
        ('onset = "now"', "onset = 3", "differences[0].onset = 3: expected a table such as"),
        ('onset = "now"\n', "", "differences[0].onset: missing."),
        ('value = "14 d"', 'value = "-14 d", status = "derived"', "its range begins at 7 d"),
        ('value = "0.1 d"', 'value = "0 d"', "numbers.at_once: its range begins at 0.01 d, above its value 0 d."),
        ('low = "0.01 d", high = "1 d"', 'low = "0.01 d"', "numbers.at_once: a number that is assumed needs a range"),
        ('name = "cut_c_fibres"', 'name = "cut_a_fibres"', 'differences[1].name = "cut_a_fibres": another difference'),
        ('quantity = "cut_c"', 'quantity = "cut_a"', "[1]: cut_a_fibres moves this already (share of L4 A"),
        ("[[injuries.diff", "spare = { value = 1.0 }\n[[injuries.diff", "numbers.spare: no difference"),
        ('share = "all", onset', "onset", "differences[0].recovery.share: missing."),
        ('source = "Chen2001"', "source = 3", "differences[3].amplitude.source = 3: expected a text."),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line_with_file_and_field(old: str, new: str, told: str, tmp_path: Path) -> None:
    assert old in CRUSHED
    path = written(tmp_path, "mine.toml", CRUSHED.replace(old, new, 1))
    if not told:
        assert "crushed" in extended(path).circuits
        return
    with pytest.raises(UserError) as error:
        extended(path)
    lines = str(error.value).split("\n")
    assert any(told in line for line in lines), lines
    assert all("mine.toml" in line for line in lines)


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("amplitude", 1.5, "differences[0].amplitude = 1.5: expected from 0 to 1."),
        ("amplitude", -0.5, "differences[0].amplitude = -0.5: expected from 0 to 1."),
        ("onset", "-1 d", 'differences[0].onset = "-1 d": expected a time of 0 or more.'),
        ("time_constant", "0 d", 'differences[0].time_constant = "0 d": expected a time of more than 0.'),
    ],
)
def test_a_number_that_no_animal_can_have_is_told(field: str, value: Any, told: str) -> None:
    table = injury_table(Injury("mine", "for a test", (difference("cut_a", 0.5, roots=("L4",)),)))
    table["differences"][0][field] = {"value": value, "source": "Chen2001"}
    with pytest.raises(UserError) as error:
        read_injury(table, "mine.toml: injuries[0]")
    assert str(error.value) == f"mine.toml: injuries[0].{told}"


@pytest.mark.parametrize(
    "table", [3, [], {"name": "x"}, {"name": "x", "description": ""}, {"name": 3, "description": "x"}]
)
def test_what_is_no_injury_is_told(table: object) -> None:
    with pytest.raises(UserError, match=r"^mine"):
        read_injury(table, "mine")


def test_an_object_that_cannot_be_is_told() -> None:
    with pytest.raises(UserError, match='no quantity "pain"'):
        difference("pain", 1.0)
    with pytest.raises(UserError, match=r"amplitude = .*: expected another unit"):
        difference("gaba_reversal_shift", 1.0)
    with pytest.raises(UserError, match="moves this already"):
        Injury(
            "x",
            "y",
            (difference("cut_a", 0.5, roots=("L4",)), replace(difference("cut_a", 0.1, roots=("L4",)), name="b")),
        )
    with pytest.raises(UserError, match=r"Study: extensions\[0\] = .*: expected a file that ends in"):
        Study(name="x", arms=[Arm("sham")], animals=1, assays=assays.pinch.on_days(1), extensions=3)  # type: ignore[arg-type]


def test_every_quantity_has_a_normal_value_and_words() -> None:
    assert all(words and normal in (0.0, 1.0) for normal, words in QUANTITIES.values())
    assert set(furthest(of_file("constricted").differences)) <= set(QUANTITIES)


# --- animals -----------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_example_of_the_page_runs_and_leaves_its_injury_in_the_results(tmp_path: Path) -> None:
    study = study_of(str(written(tmp_path, "crushed.toml", CRUSHED)), "crushed")
    out = tmp_path / "out"
    study.run(out)
    assert (out / "extensions" / "crushed.toml").is_file()
    from bluespot import read_animal

    one = read_animal(out / "animals" / "crushed-vehicle" / "crushed-vehicle-001.h5")
    two = read_animal(out / "animals" / "sham-vehicle" / "sham-vehicle-001.h5")
    assert one.slow_state.columns["l4_cut_a"][-1] > 0.9
    assert "l4_cut_a" not in two.slow_state.columns
    again = Study.checked(tomllib.loads((out / "study.toml").read_text("utf-8")), None)
    assert again.fingerprint() == study.fingerprint()


@pytest.mark.slow
@pytest.mark.parametrize("name", EXTENSIONS)
def test_every_injury_that_comes_along_runs(name: str, tmp_path: Path) -> None:
    study_of(name, name).run(tmp_path)
    assert len(list(tmp_path.glob("animals/*/*.h5"))) == 2
