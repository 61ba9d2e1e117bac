"""Manipulations in study files and scripts: the same thing, told in words, with one line for each mistake."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from circuits import ligated
from circuits.manipulations.lesions import AGENTS
from circuits.manipulations.optogenetics import OPSINS
from core.errors import UserError
from drugs import clonidine, duloxetine, idazoxan
from experiments import (
    Anaesthesia,
    Arm,
    Injection,
    KnockDown,
    Lesion,
    Silencing,
    Stimulation,
    Study,
)
from experiments.commands.command_line import main
from experiments.commands.pages.manipulations import as_dictionaries
from experiments.laboratory import assays
from experiments.laboratory.timetable import stops
from experiments.protocol.arm import MANIPULATIONS, SETTLED
from experiments.protocol.manipulations.optogenetics import BLOCKS
from experiments.protocol.study_file import parse_study

STUDY = """
name = "manipulated"
animals = 1
first_day = -1

[[arms]]
circuit = "ligated"
[[arms.injections]]
drug = "clonidine"
dose = "1 ug"
route = "intra-LC"
on_days = [2]
hour = -0.25
times = 2
every_hours = 0.5
[[arms.lesions]]
agent = "DSP-4"
on_day = -7
extent = 0.9
compartments = ["forebrain"]
complete_after = "2 d"
[[arms.lesions]]
agent = "anti-DBH-saporin"
route = "intra-LC"
on_day = -14
hour = 3.0
[[arms.knock_downs]]
on_day = 1
until_day = 3
extent = 0.5
[[arms.silencing]]
populations = ["locus_coeruleus", "ipsi_islet"]
assays = ["paw_pressure"]
from_second = -0.2
until_second = 10
[[arms.silencing]]
populations = "raphe"
on_days = [1]
hour = 1.0
lasts_hours = 2.0
strength = "100 pA"
share = 0.8
[[arms.stimulation]]
populations = "c_peptidergic"
assays = "paw_pressure"
from_second = 0
until_second = 3
frequency = "2 Hz"
[[arms.stimulation]]
populations = "a11"
on_days = [2]
lasts_hours = 1.0
strength = "20 pA"
[[arms.anaesthesia]]
agent = "urethane"
assays = ["paw_pressure"]

[[assays]]
assay = "paw_pressure"
sides = ["ipsi"]
days = [-1, 2]
"""

SCRIPT = Arm(
    ligated,
    injections=Injection(
        drug="clonidine", dose="1 ug", route="intra-LC", on_days=2, hour=-0.25, times=2, every_hours=0.5
    ),
    lesions=[
        Lesion(agent="DSP-4", on_day=-7, extent=0.9, compartments="forebrain", complete_after="2 d"),
        Lesion(agent="anti-DBH-saporin", route="intra-LC", on_day=-14, hour=3.0),
    ],
    knock_downs=KnockDown(on_day=1, until_day=3, extent=0.5),
    silencing=[
        Silencing(
            populations=["locus_coeruleus", "ipsi_islet"], assays="paw_pressure", from_second=-0.2, until_second=10.0
        ),
        Silencing(populations="raphe", on_days=1, hour=1.0, lasts_hours=2.0, strength="100 pA", share=0.8),
    ],
    stimulation=[
        Stimulation(
            populations="c_peptidergic", assays="paw_pressure", from_second=0.0, until_second=3.0, frequency="2 Hz"
        ),
        Stimulation(populations="a11", on_days=2, lasts_hours=1.0, strength="20 pA"),
    ],
    anaesthesia=Anaesthesia(agent="urethane", assays="paw_pressure"),
)


def study(**fields: Any) -> Study:
    plain: dict[str, Any] = {
        "name": "x",
        "arms": [Arm(ligated)],
        "animals": 1,
        "assays": assays.paw_pressure.on_days(-1, 2),
    }
    return Study(**(plain | fields))


# --- file and script -------------------------------------------------------------------------------------------


def test_a_file_and_a_script_are_the_same_and_read_back() -> None:
    read = parse_study(STUDY)
    assert read.arms == (SCRIPT,)
    assert parse_study(read.to_toml()) == read
    assert parse_study(read.to_toml()).fingerprint() == read.fingerprint()


def test_what_is_done_changes_the_fingerprint_and_is_recorded() -> None:
    assert study(arms=[SCRIPT]).fingerprint() != study().fingerprint()
    assert set(SCRIPT.manipulation_tables()) == set(MANIPULATIONS)
    assert json.loads(json.dumps(SCRIPT.manipulation_tables()))["lesions"][0]["compartments"] == ["forebrain"]
    assert Arm(ligated).manipulation_tables() == {}


def test_an_arm_says_what_is_done_to_it_and_is_called_after_it() -> None:
    assert SCRIPT.manipulation == (
        "intra-LC clonidine 1 ug on day 2 at hour -0.25, 2 times every 0.5 h, "
        "DSP-4 i.p. on day -7 of 90 % in forebrain, anti-DBH-saporin intra-LC on day -14, "
        "GLT-1 knock-down from day 1 until day 3 of 50 %, "
        "locus_coeruleus, ipsi_islet silenced from -0.2 to 10 s in paw_pressure, "
        "raphe (80 %) silenced on day 1 from hour 1 for 2 h, "
        "c_peptidergic stimulated from 0 to 3 s in paw_pressure at 2 Hz, "
        "a11 stimulated on day 2 from hour 0 for 1 h steadily, "
        "urethane in paw_pressure"
    )
    assert Arm(ligated, lesions=Lesion(agent="5,7-DHT", on_day=-7)).name == "ligated-vehicle-5.7-DHT"
    assert SCRIPT.name.startswith("ligated-vehicle-clonidine-DSP-4-anti-DBH-saporin-GLT-1-down-locus_coeruleus-")
    assert len(SCRIPT.name) == 100
    lit = Arm(ligated, silencing=Silencing(populations="raphe", from_second=0.0, until_second=1.0))
    assert lit.name == "ligated-vehicle-raphe-silenced"
    assert lit.manipulation.endswith("in all assays")


def test_the_circuit_is_told() -> None:
    done = SCRIPT.prepared_circuit().manipulations
    dsp4, saporin = done.lesions
    assert (dsp4.hours, dsp4.extent, dsp4.complete_hours) == (-168.0, 0.9, 48.0)
    assert list(dsp4.agent.terminals) == ["locus_coeruleus_ascending_in_forebrain"]
    assert (saporin.hours, saporin.extent, saporin.agent) == (-333.0, None, AGENTS[2])
    assert (done.knock_downs[0].hours, done.knock_downs[0].extent, done.knock_downs[0].until) == (24.0, 0.5, 72.0)
    cells, raphe, fibres, a11 = done.optogenetics
    assert cells.activation.blocks == ("locus_coeruleus_spinal", "locus_coeruleus_ascending", "ipsi_islet")
    assert cells.activation.conductance == pytest.approx(float(OPSINS.silencing_conductance.value))
    assert raphe.activation.current == pytest.approx(-100e-12)
    assert (raphe.activation.share, raphe.spans) == (0.8, ((25.0, 27.0),))
    assert (fibres.activation.period, fibres.activation.silences) == (0.5, False)
    assert [a11.activation.current, a11.activation.period] == pytest.approx([20e-12, 0.0])
    assert Arm(ligated).prepared_circuit() == ligated


def test_a_population_is_called_as_in_the_results() -> None:
    assert BLOCKS["islet"] == ("ipsi_islet", "contra_islet")
    assert BLOCKS["contra_islet"] == ("contra_islet",)
    assert BLOCKS["forepaw_nociceptor"] == ("forepaw_nociceptor",)


def test_what_a_study_has_for_several_arms_stands_in_each_of_them() -> None:
    arms = [Arm(ligated, name="one"), Arm(ligated, name="two", lesions=Lesion(agent="5,7-DHT", on_day=-7))]
    dsp4 = {"agent": "DSP-4", "on_day": -7, "arms": ["two"]}
    found = study(arms=arms, lesions=[dsp4], silencing={"populations": "raphe", "on_days": 1, "lasts_hours": 1.0})
    assert [lesion.agent for lesion in found.arm("two").lesions] == ["5,7-DHT", "DSP-4"]
    assert not found.arm("one").lesions
    assert {arm.name for arm in found.effective_arms if arm.silencing} == {"one", "two"}
    assert found.arms == tuple(arms), "as they were given"
    assert parse_study(found.to_toml()) == found == found.resolved()
    assert found.changed(seed=5).effective_arms == found.effective_arms == found.resolved().arms
    with pytest.raises(UserError, match=r'lesions\[0\]\.arms: no arm "too"\. Nearest: two'):
        study(arms=arms, lesions=[dsp4 | {"arms": "too"}])
    with pytest.raises(UserError, match=r'lesions\[0\]\.agent: no agent "DSP"'):
        study(arms=arms, lesions=[dsp4 | {"agent": "DSP"}])
    lit = Arm(ligated, name="one", silencing=Silencing(populations="raphe", on_days=1, lasts_hours=0.5))
    with pytest.raises(UserError, match="one light at a time"):
        study(arms=[lit], silencing={"populations": "raphe", "on_days": 1, "lasts_hours": 1.0})


# --- time ------------------------------------------------------------------------------------------------------


def test_an_injection_may_come_before_the_hour_of_dosing_and_again() -> None:
    before = Injection(drug="idazoxan", dose="30 ug", on_days=[14, 15], hour=-0.25, times=2, every_hours=0.5)
    assert before.regimens == (
        idazoxan.intrathecal("30 ug", on_day=13, hour=23.75),
        idazoxan.intrathecal("30 ug", on_day=14, hour=0.25),
        idazoxan.intrathecal("30 ug", on_day=14, hour=23.75),
        idazoxan.intrathecal("30 ug", on_day=15, hour=0.25),
    )
    assert [before.lasts_at(14 * 24.0 + hour) for hour in (-0.3, 0.0, 3.25, 3.3)] == [False, True, True, False]


def test_an_arm_has_its_own_injections_beside_those_of_the_study() -> None:
    mine = Injection(drug="idazoxan", dose="30 ug", on_days=1, hour=1)
    vehicle = Injection(drug="vehicle", dose="10 ug", on_days=1, hour=1, arms=["control"])
    arms = [Arm(ligated, name="blocked", injections=mine), Arm(ligated, name="control")]
    found = study(arms=arms, injections=vehicle)
    assert found.phase("blocked", 1, 2.0) == "intrathecal idazoxan"
    assert found.phase("control", 1, 2.0) == "intrathecal vehicle"
    assert found.injections_of("blocked") == (mine,)
    own = Arm(ligated, injections=Injection(drug="vehicle", dose="10 ug", on_days=1))
    assert (own.manipulation, own.name) == ("", "ligated-vehicle"), "vehicle is what others are compared with"
    assert parse_study(found.to_toml()) == found
    assert 25.0 + 1.5 in {stop.hours for stop in stops(found, found.arms[0])}
    assert 25.0 + 1.5 not in {stop.hours for stop in stops(found, found.arms[1])}


def test_the_slow_clock_stops_where_light_goes_on_and_off_and_while_terminals_go() -> None:
    found = study(arms=[SCRIPT], assays=assays.paw_pressure.on_days(-1, 5))
    hours = {stop.hours for stop in stops(found, found.arms[0])}
    assert {25.0, 25.0 + SETTLED, 27.0, 27.0 + SETTLED, 48.0, 49.0} <= hours
    assert {24.0, 24.0 + 18.0, 24.0 + 72.0} <= hours, "the knock-down in quarters"
    late = Arm(ligated, lesions=Lesion(agent="DSP-4", on_day=1, complete_after="2 d"))
    assert late.marks() == (24.0, 36.0, 48.0, 60.0, 72.0)


# --- mistakes --------------------------------------------------------------------------------------------------


SILENT: dict[str, Any] = {"populations": "raphe"}


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ('"DSP-4"', '"DSP-5"', 'arms[0].lesions[0].agent: no agent "DSP-5". Nearest: DSP-4. Allowed: 5,7-DHT,'),
        ('"intra-LC"\non_day =', '"i.v."\non_day =', 'arms[0].lesions[1].route: no route of anti-DBH-saporin "i.v.".'),
        ('["forebrain"]', '["forbrain"]', "arms[0].lesions[0].compartments: no compartment that DSP-4 i.p. reaches"),
        ("extent = 0.9", "extent = 1.2", "arms[0].lesions[0].extent = 1.2: expected a share from 0 to 1, such as 0.9."),
        ('"2 d"', '"2 mV"', 'arms[0].lesions[0].complete_after = "2 mV": expected a quantity such as "5 d"'),
        ('"2 d"', '"0 d"', 'arms[0].lesions[0].complete_after = "0 d": expected more than nothing'),
        (
            "on_day = 1\n",
            'on_day = 1\nprotein = "GLT-2"\n',
            'arms[0].knock_downs[0].protein: no knock-down of "GLT-2"',
        ),
        ("until_day = 3", "until_day = 1", "arms[0].knock_downs[0].until_day = 1: not after on_day = 1."),
        (
            '["locus_coeruleus", "ipsi_islet"]',
            '["locus_ceruleus"]',
            'arms[0].silencing[0].populations: no population "locus_ceruleus". Nearest: locus_coeruleus',
        ),
        ('"paw_pressure"]\nfrom', '"paw_presure"]\nfrom', 'arms[0].silencing[0].assays: no assay "paw_presure".'),
        ("until_second = 10\n", "", "arms[0].silencing[0]: say when: on_days and lasts_hours, or from_second and"),
        ("until_second = 10", "until_second = -1", "arms[0].silencing[0].until_second = -1: not after from_second"),
        ("lasts_hours = 2.0\n", "", "arms[0].silencing[1].lasts_hours: missing; expected hours above 0, such as 2.0."),
        ("on_days = [1]\n", "", "arms[0].silencing[1].on_days: missing; lasts_hours = 2 needs it."),
        ('"100 pA"', '"100 mV"', 'arms[0].silencing[1].strength = "100 mV": expected a quantity such as "20 nS"'),
        ('"100 pA"', '"-100 pA"', 'arms[0].silencing[1].strength = "-100 pA": expected more than nothing'),
        ("share = 0.8", "share = 80", "arms[0].silencing[1].share = 80: expected a share of the cells from 0 to 1"),
        ('"2 Hz"', '"2 ms"', 'arms[0].stimulation[0].frequency = "2 ms": expected a quantity such as "5 Hz"'),
        ('"2 Hz"', '"2 Hz"\npulse = "7 ms"', 'arms[0].stimulation[0].pulse = "7 ms": expected whole steps of 5 ms'),
        ('"2 Hz"', '"2 Hz"\npulse = "500 ms"', "arms[0].stimulation[0].pulse: it does not fit between two pulses"),
        ('"2 Hz"', '"2 Hz"\nstrength = "1 nS"', 'arms[0].stimulation[0].strength = "1 nS": c_peptidergic are fibres'),
        ('"20 pA"', '"20 pA"\npulse = "5 ms"', 'arms[0].stimulation[1].pulse = "5 ms": a steady current has no pulses'),
        ("on_days = [1]", "on_days = [9]", "arms[0].silencing[1].on_days: day 9 lies outside the study"),
        ("on_day = 1\nuntil_day = 3", "on_day = 9", "arms[0].knock_downs[0].on_day: day 9 lies outside the study"),
        ("extent = 0.9", "extend = 0.9", 'arms[0].lesions[0]: no key "extend". Nearest: extent.'),
        ('"1 ug"', '"1 ug/kg"', 'arms[0].injections[0].dose = "1 ug/kg": expected an amount such as "30 ug"'),
        ("every_hours = 0.5", 'arms = ["a"]', "arms[0].injections[0].arms: an arm's own injection goes to this arm"),
        ('["locus_coeruleus",', '["raphe",', None),
        ("days = [-1, 2]", "days = [1, 2]", None),
    ],
)
def test_each_mistake_is_one_line_with_its_place(old: str, new: str, line: str | None) -> None:
    assert old in STUDY
    changed = STUDY.replace(old, new, 1)
    if line is None:
        parse_study(changed)
        return
    with pytest.raises(UserError) as caught:
        parse_study(changed, "study.toml")
    lines = str(caught.value).split("\n")
    assert lines[0].startswith(f"study.toml: {line}"), lines
    assert len(lines) == 1


def test_on_one_population_falls_one_light_at_a_time() -> None:
    early, late = (Silencing(**SILENT, on_days=1, hour=hour, lasts_hours=2.0) for hour in (1.0, 2.0))
    with pytest.raises(
        UserError, match="raphe is silenced on day 1 from hour 1 for 2 h and silenced on day 1 from hour 2"
    ):
        Arm(ligated, silencing=[early, late])
    Arm(ligated, silencing=[early, Silencing(**SILENT, on_days=1, hour=3.0, lasts_hours=2.0)])
    Arm(ligated, silencing=[early, Silencing(populations="a11", on_days=1, lasts_hours=2.0)])
    pinch, brush = (Silencing(**SILENT, assays=name, from_second=0.0, until_second=1.0) for name in ("pinch", "brush"))
    Arm(ligated, silencing=[pinch, brush])
    with pytest.raises(UserError, match="one light at a time"):
        Arm(ligated, silencing=[pinch], stimulation=Stimulation(**SILENT, from_second=5.0, until_second=6.0))


def test_nor_in_an_assay_that_is_done_in_the_light() -> None:
    """The assay is on day 2 at hour 2."""
    long = Stimulation(**SILENT, on_days=2, hour=1.0, lasts_hours=2.0)
    short = Silencing(**SILENT, from_second=0.0, until_second=1.0)
    both = Arm(ligated, silencing=short, stimulation=long)
    with pytest.raises(
        UserError, match=r"arms\[0\]: raphe is silenced in paw_pressure of day 2, and stimulated on day 2"
    ):
        study(arms=[both])
    assert study(arms=[both], assays=assays.paw_pressure.on_days(-1, 2, hour=4.0))


def test_a_manipulated_circuit_is_refused_by_an_arm() -> None:
    with pytest.raises(UserError, match="it has manipulations; give them to the arm"):
        Arm(SCRIPT.prepared_circuit())


def test_treatments_and_names_stay_as_they_were() -> None:
    arm = Arm(
        ligated,
        duloxetine.daily("10 mg/kg", from_day=1),
        injections=Injection(drug="clonidine", dose="1 ug", on_days=1),
    )
    assert arm.name == "ligated-duloxetine-clonidine"
    assert study(arms=[arm]).own_drugs() == {}
    assert arm.injections[0].given is clonidine


def test_the_study_of_the_page_is_taken_as_it_stands() -> None:
    page = (Path(__file__).parents[1] / "docs" / "manipulations.md").read_text("utf-8")
    (block,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    head = 'name = "page"\nanimals = 1\n'
    assay = '[[assays]]\nassay = "paw_pressure"\ndays = [-1, 13, 14]\n'
    (arm,) = parse_study(head + block + assay).arms
    assert set(arm.manipulation_tables()) == set(MANIPULATIONS)


# --- command line ----------------------------------------------------------------------------------------------


def test_the_command_lists_what_can_be_done(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["manipulations", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert listed == as_dictionaries()
    assert {each["table"].removeprefix("arms.") for each in listed} == set(MANIPULATIONS)
    assert {each["name"] for each in listed if each["table"] == "arms.lesions"} == {a.name for a in AGENTS}
    assert main(["manipulations"]) == 0
    assert "anti-DBH-saporin" in capsys.readouterr().out


def test_validate_shows_them_and_mistakes_end_with_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "study.toml"
    path.write_text(STUDY)
    assert main(["validate", str(path)]) == 0
    assert "GLT-1 knock-down" in " ".join(capsys.readouterr().out.split())
    assert main(["validate", str(path), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)["study"]["arms"][0]
    assert set(told) >= set(MANIPULATIONS)
    path.write_text(STUDY.replace("DSP-4", "DSP-5"))
    assert main(["validate", str(path)]) == 2
    assert 'no agent "DSP-5"' in capsys.readouterr().err
