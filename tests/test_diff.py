"""`bluespot diff`: what differs between circuits, arms and studies is found, named, and nothing else is."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from brian2.units import mV, nS, pF

from bluespot import Arm, Study, assays, duloxetine, ligated, naive, sham
from circuits.injury import STANDING
from core.errors import UserError
from core.sourced import Sourced, leaves, walk
from experiments.commands.command_line import main
from experiments.running.diff import compare_two, diff
from experiments.running.diff.rows import DiffRow, leaf_rows

MEASURED = assays.paw_pressure.on_days(-1, 14)


def one(rows: tuple[DiffRow, ...], item: str) -> DiffRow:
    (found,) = [row for row in rows if row.item == item]
    return found


def a_study(*arms: Arm, **fields: object) -> Study:
    return Study(**{"name": "small", "arms": arms, "animals": 2, "assays": MEASURED, **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(("a", "b"), [("sham", "naive"), ("ligated", "SNL"), ("quick-look", "quick-look")])
def test_equal_things_have_no_difference(a: str, b: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["diff", a, b]) == 0
    printed = capsys.readouterr().out
    assert "no difference" in printed
    assert "equal: " in printed
    assert diff(a, b).empty


def test_a_ligated_rat_is_a_sham_one_with_an_injury() -> None:
    found = compare_two("sham", "ligated")
    assert set(found.groups()) == {"injury"}
    assert {row.item for row in found.rows} == set(STANDING)
    shift = one(found.rows, "gaba_reversal_shift")
    assert (shift.a, shift.b, shift.unit, shift.source_b) == ("0", "15", "mV", "assumed")
    assert one(found.rows, "c_spontaneous_share").source_b == "Djouhri2006"
    assert {"wiring", "parameters", "switches"} <= set(found.equal)


def test_an_injury_is_told_on_the_day_that_is_asked_for() -> None:
    early, late = (one(compare_two(sham, ligated, day).rows, "glt1_loss") for day in (11, 28))
    assert early.b_value == 0.0
    loss = next(difference for difference in ligated.differences if difference.name == "glt1_loss")
    assert late.b_value == pytest.approx(loss.amplitude.si * -np.expm1(-16 / 10), rel=1e-5)
    assert f"in the end 0 and {loss.amplitude.si:g}" in late.note


def test_both_directions_say_the_same() -> None:
    there, back = compare_two("sham", "ligated").rows, compare_two("ligated", "sham").rows
    assert [(row.item, row.a, row.b) for row in there] == [(row.item, row.b, row.a) for row in back]


CHANGES = {
    "cells.projection.capacitance": (90 * pF, "parameters", "pF"),
    "projections.islet_to_vertical.weight": (0.9 * nS, "wiring", "nS"),
    "synapses.delays.c": ("12 ms", "wiring", "ms"),
    "cells.islet.standard": (60.0, "wiring", ""),
    "couplings.alpha2_on_c_terminals.strength": (-0.5, "wiring", ""),
    "differences.gaba_reversal_shift.amplitude": (10 * mV, "injury", "mV"),
}


@pytest.mark.parametrize("path", CHANGES)
def test_a_number_that_was_changed_is_named_with_unit_and_source(path: str) -> None:
    value, group, unit = CHANGES[path]
    row = one(compare_two(ligated, ligated.with_value(path, value)).rows, path)
    assert (row.group, row.unit) == (group, unit)
    number = dict(ligated.parameters())[path]
    assert row.source_a.split(" ")[0] in (number.source, number.status)
    if group != "injury":
        assert row.source_b == "set"


def test_numbers_that_differ_beyond_a_table_s_digits_are_written_out() -> None:
    row = one(compare_two(sham, sham.with_value("l5_share", 0.50000001)).rows, "l5_share")
    assert float(row.a) != float(row.b)


def test_a_source_alone_is_a_difference() -> None:
    other = replace(sham, l5_share=Sourced(0.5, "Kim1992", low=0.35, high=0.65))
    row = one(compare_two(sham, other).rows, "l5_share")
    assert "source" in row.note
    assert row.source_b == "Kim1992"


def test_what_one_of_two_lacks_is_one_row() -> None:
    trees = [dict(leaves(cells, "cells")) for cells in (sham.cells, sham.cells[:-1])]
    (row,) = leaf_rows("parameters", *trees)
    assert (row.item, row.a, row.b) == (f"cells.{sham.cells[-1].name}", "present", "none")


def test_leaves_hold_every_number_that_a_walk_finds() -> None:
    numbers = {path: leaf for path, leaf in leaves(ligated) if isinstance(leaf, Sourced)}
    assert numbers == dict(walk(ligated))
    receptors = {f"couplings.{coupling.name}.receptor": coupling.receptor for coupling in ligated.couplings}
    assert receptors.items() <= dict(leaves(ligated)).items()


def test_a_switch_is_told_with_the_couplings_that_it_takes_away() -> None:
    rows = compare_two(ligated, ligated.without("alpha2")).rows
    assert (one(rows, "alpha2").a, one(rows, "alpha2").b) == ("on", "off")
    coupling = one(rows, "couplings.alpha2_on_c_terminals")
    assert (coupling.group, coupling.a, coupling.b) == ("wiring", "acts", "switched off")


def test_a_difference_of_the_injury_that_is_switched_off_is_gone() -> None:
    switch, quantity = compare_two(ligated, ligated.without("glt1_loss"), 28).rows
    assert (switch.group, switch.b, quantity.group, quantity.b) == ("switches", "off", "injury", "0")


def test_doses_routes_and_days_of_two_arms() -> None:
    a = Arm(ligated, duloxetine.daily("10 mg/kg", route="s.c.", from_day=14))
    b = Arm(ligated, duloxetine.daily("30 mg/kg", route="i.p.", from_day=14))
    rows = compare_two(a, b).rows
    assert [(row.item, row.a, row.b) for row in rows] == [
        ("duloxetine: dose", "10 mg/kg", "30 mg/kg"),
        ("duloxetine: route", "s.c.", "i.p."),
    ]


def test_what_is_done_to_the_animals_of_one_arm_only() -> None:
    plain = Arm(ligated, name="plain")
    done = Arm(
        ligated,
        lesions={"agent": "DSP-4", "on_day": 3},
        injections={"drug": "idazoxan", "dose": "30 ug", "on_days": [14]},
        set={"cells.projection.capacitance": "90 pF"},
        name="done",
    )
    rows = compare_two(plain, done).rows
    assert one(rows, "lesion").b.startswith("DSP-4")
    assert one(rows, "injection").b.startswith("intrathecal idazoxan 30 ug")
    assert one(rows, "cells.projection.capacitance").source_b == "set"


def test_the_same_lesion_of_another_speed_is_told_by_its_field() -> None:
    a, b = (Arm(ligated, lesions={"agent": "DSP-4", "on_day": 3, "complete_after": f"{d} d"}) for d in (4, 5))
    assert one(compare_two(a, b).rows, "lesion").note == "complete_after"


def test_numbers_of_a_drug_of_one_name_are_compared(tmp_path: Path) -> None:
    assert main(["drugs", "export", "duloxetine", "--name", "own", "--out", str(tmp_path / "own.toml")]) == 0
    text = (tmp_path / "own.toml").read_text("utf-8")
    (tmp_path / "other.toml").write_text(text.replace('"0.8 nM"', '"0.9 nM"'), "utf-8")
    assert '"0.8 nM"' in text
    studies = []
    for name in ("own", "other"):
        path = tmp_path / f"study-{name}.toml"
        treatment = f'[[arms.treatments]]\ndrug = "{name}.toml"\ndose = "1 mg/kg"\nroute = "s.c."\nfrom_day = 1\n'
        assay = '[[assays]]\nassay = "brush"\nsides = ["ipsi"]\ndays = [2]\n'
        path.write_text(f'name = "s"\nanimals = 1\n[[arms]]\nname = "x"\ncircuit = "sham"\n{treatment}{assay}', "utf-8")
        studies.append(path)
    row = one(compare_two(studies[0], studies[1]).rows, "own.affinities.SERT.constant")
    assert (row.group, row.a, row.b, row.unit) == ("drugs", "0.8", "0.9", "nM")


def test_studies_differ_in_animals_days_and_assays() -> None:
    a = a_study(Arm(sham), Arm(ligated))
    b = a_study(Arm(sham), animals=3, seed=2, assays=(MEASURED, assays.brush.on_days(7)), last_day=20)
    rows = compare_two(a, b).rows
    assert (one(rows, "seed").a, one(rows, "seed").b) == ("1", "2")
    assert one(rows, "animals").b_value == 3.0
    assert one(rows, "last day").b == "20"
    assert one(rows, "brush at hour 2").a == "none"
    assert one(rows, "ligated-vehicle").group == "arms"


def test_what_all_arms_have_alike_is_one_row() -> None:
    arms = [Arm(sham, name="s"), Arm(ligated, name="l"), Arm(naive, name="n")]
    b = a_study(*(arm.changed(switch_off="alpha2") for arm in arms[:2]), arms[2])
    rows = compare_two(a_study(*arms), b).rows
    assert [row.arm for row in rows if row.item == "alpha2"] == ["s", "l"]
    everywhere = a_study(*(arm.changed(switch_off="alpha2") for arm in arms))
    assert [row.arm for row in compare_two(a_study(*arms), everywhere).rows if row.item == "alpha2"] == ["all arms"]


def test_a_frame_has_numbers_texts_and_their_difference() -> None:
    frame = diff("sham", "ligated")
    row = frame.set_index("item").loc["ectopic_rate"]
    assert (row["unit"], row["difference"], row["source_b"]) == ("Hz", 20.8, "Chen2001")


def test_json_and_csv_hold_the_same_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "diff.csv"
    assert main(["diff", "sham", "ligated", "--json", "--csv", str(path)]) == 0
    told = json.loads(capsys.readouterr().out)
    rows = [row for group in told["groups"] for row in group["rows"]]
    assert told["differences"] == len(rows) == 13
    assert len(path.read_text("utf-8").splitlines()) == 14
    assert main(["diff", "sham", "ligated", "--csv", str(path)]) == 2
    assert "error: " in capsys.readouterr().err


WRONG = {
    "shm": 'Nearest: sham',
    "quick-lok": "Nearest: quick-look",
    "quick-look:ligated-vehicl": "Nearest: ligated-vehicle",
    "sham:x": "no study",
    "quick-look": "name one of them, such as quick-look:",
    "": "no circuit",
    ".": "manifest.json",
}  # fmt: skip


@pytest.mark.parametrize("given", WRONG)
def test_what_cannot_be_compared_is_told_in_one_line(
    given: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["diff", given, "ligated"]) == 2
    told = capsys.readouterr().err.splitlines()
    assert len(told) == 1
    assert WRONG[given] in told[0]


def test_a_folder_named_like_a_circuit_is_reached_by_its_path(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"manifest\.json"):
        compare_two(tmp_path, "sham")
