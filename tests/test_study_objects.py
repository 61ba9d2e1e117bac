"""Studies as Python objects: what a script writes is what a file says."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from study_samples import STUDY

from circuits import ligated, sham
from core.errors import UserError
from drugs import amitriptyline, duloxetine, idazoxan, vehicle
from experiments import Arm, Injection, Measurement, Study
from experiments.laboratory import assays
from experiments.protocol.study_file import parse_study

DAILY = duloxetine.daily("10 mg/kg", route="s.c.", from_day=14)


def _study(**fields: Any) -> Study:
    plain: dict[str, Any] = {
        "name": "x",
        "arms": [Arm(sham)],
        "animals": 2,
        "assays": assays.paw_pressure.on_days(-1, 1),
    }
    return Study(**(plain | fields))


def test_the_script_of_the_readme_and_its_file_are_the_same() -> None:
    study = Study(
        name="duloxetine-onset",
        arms=[Arm(circuit, treatment) for circuit in (sham, ligated) for treatment in (vehicle, DAILY)],
        animals=8,
        assays=assays.paw_pressure.on_days(-1, 1, 3, 7, 13, 14, 15, 17, 21, 28),
    )
    assert [arm.name for arm in study.arms] == [
        "sham-vehicle", "sham-duloxetine", "ligated-vehicle", "ligated-duloxetine",
    ]  # fmt: skip
    assert study.span == (-1, 28)
    assert parse_study(study.to_toml()) == study


def test_a_study_travels_between_processes() -> None:
    study = parse_study(STUDY)
    assert pickle.loads(pickle.dumps(study)).fingerprint() == study.fingerprint()


def test_treatments_are_one_or_several() -> None:
    assert Arm(sham).treatments == Arm("sham", vehicle).treatments == ()
    assert (
        Arm(sham, DAILY).treatments
        == Arm(sham, [DAILY]).treatments
        == Arm(sham, (vehicle, DAILY)).treatments
        == (DAILY,)
    )
    both = Arm(ligated, [DAILY, amitriptyline.once("3 mg/kg", on_day=20)])
    assert both.name == "ligated-duloxetine+amitriptyline"
    assert both.treatment == "duloxetine 10 mg/kg s.c. daily from day 14 + amitriptyline 3 mg/kg i.p. on day 20"
    assert both.dosing_days(28) == ((14, 28), (20, 20))


def test_a_changed_circuit_is_kept_as_switches_and_settings() -> None:
    arm = Arm(ligated.with_value("l5_share", 0.25).without("alpha2"), DAILY, switch_off=["dopamine"])
    assert arm.circuit == "ligated"
    assert arm.switch_off == ("alpha2", "dopamine")
    assert arm.set == {"l5_share": 0.25}
    assert arm.name == "ligated-duloxetine-without-alpha2+dopamine"
    assert arm.manipulation == "without alpha2, without dopamine, l5_share = 0.25"
    assert arm.prepared_circuit() == ligated.with_value("l5_share", 0.25).without("alpha2", "dopamine")
    assert Arm(ligated).prepared_circuit() == ligated


def test_settings_become_quantities() -> None:
    arm = Arm("sham", set={"cells.projection.capacitance": "0.09 nF"})
    values = dict(arm.prepared_circuit().parameters())
    assert float(values["cells.projection.capacitance"].value) == pytest.approx(90e-12)


def test_an_assay_after_an_injection_belongs_to_its_phase() -> None:
    injection = Injection(drug="idazoxan", dose="30 ug", on_days=28, hour=3, lasts_hours=2, arms=["sham-vehicle"])
    study = _study(arms=[Arm(sham), Arm(ligated)], injections=injection, assays=assays.paw_pressure.on_days(27, 28))
    phases = {hour: study.phase("sham-vehicle", 28, hour) for hour in (2.5, 3.0, 3.5, 5.0, 5.1)}
    assert phases == {2.5: "", 3.0: "", 3.5: "intrathecal idazoxan", 5.0: "intrathecal idazoxan", 5.1: ""}
    assert study.phase("sham-vehicle", 27, 3.5) == ""
    assert study.phase("ligated-vehicle", 28, 3.5) == ""
    assert study.injections[0].regimens == (idazoxan.intrathecal("30 ug", on_day=28, hour=3.0),)


def test_two_injections_make_one_phase_of_two() -> None:
    injections = [
        Injection(drug="idazoxan", dose="30 ug", on_days=1, hour=1),
        Injection(drug="idazoxan", dose="1 ug", route="intra-LC", on_days=1, hour=1),
    ]
    assert _study(injections=injections).phase("sham-vehicle", 1, 2.0) == "intrathecal idazoxan + intra-LC idazoxan"


def test_the_fingerprint_follows_what_changes_an_animal() -> None:
    study = _study()
    assert study.changed(animals=9, question="Why?").fingerprint() == study.fingerprint()
    others = [study.changed(**{key: value}) for key, value in {"seed": 2, "size": 0.5, "last_day": 3}.items()]
    others.append(_study(arms=[Arm(ligated, name="sham-vehicle")]))
    assert len({study.fingerprint(), *(other.fingerprint() for other in others)}) == 5


def test_some_arms_of_a_study_and_one_arm() -> None:
    study = _study(arms=[Arm(sham), Arm(ligated)])
    assert [arm.name for arm in study.only(["ligated-vehicle"]).arms] == ["ligated-vehicle"]
    assert study.arm("sham-vehicle") == study.arms[0]
    with pytest.raises(UserError, match=r'no arm "sham"\. Nearest: sham-vehicle'):
        study.arm("sham")


def test_studies_are_frozen() -> None:
    with pytest.raises(ValueError, match="frozen"):
        _study().animals = 3


def test_a_study_says_what_it_is_in_one_line() -> None:
    assert repr(_study()) == 'Study("x": sham-vehicle; 2 animals each, days -1 to 1)'
    assert str(Arm(ligated, DAILY)) == 'Arm("ligated-duloxetine": ligated, duloxetine 10 mg/kg s.c. daily from day 14)'


@pytest.mark.parametrize(
    ("make", "line"),
    [
        (lambda: Arm("sahm"), 'Arm: circuit: no circuit "sahm". Nearest: sham. Allowed: ligated, naive, sham.'),
        (
            lambda: Arm(sham, duloxetine),
            "Arm: treatments[0]: duloxetine is a drug, not a treatment; say how it is given",
        ),
        (
            lambda: Arm(sham, 3),  # type: ignore[arg-type]
            "Arm: treatments[0] = 3: expected a drug or a regimen.",
        ),
        (
            lambda: Arm(sham, st=1),  # type: ignore[call-arg]
            'Arm: no key "st". Nearest: set.',
        ),
        (lambda: Arm(sham, set={"l5_share": [1]}), "Arm: set.l5_share = [1]: expected a plain number, such as 0.5."),
        (
            lambda: Arm(sham, set={"cells.projection.capacitance": "0 pF"}),
            'Arm: set.cells.projection.capacitance = "0 pF": expected more than 0 nF, at most 10 nF.',
        ),
        (
            lambda: Arm(sham, set={"transmitters.noradrenaline.clearance.rate": "-0.3 1/s"}),
            'Arm: set.transmitters.noradrenaline.clearance.rate = "-0.3 1/s": expected more than 0',
        ),
        (
            lambda: assays.pinch.on_days(0.5),  # type: ignore[arg-type]
            "Measurement: days[0] = 0.5: expected a whole day counted from surgery",
        ),
        (lambda: assays.pinch.on_days(), "Measurement: days = []: expected a list of whole days"),
        (
            lambda: Measurement(assay="pinch", days=1, hour=float("nan")),
            "Measurement: hour = NaN: expected hours after",
        ),
        (lambda: _study(animals=True), "Study: animals = true: expected a whole number of animals per arm"),
        (
            lambda: _study(arms=[Arm(sham), Arm(sham)]),
            'Study: arms: 2 arms are called "sham-vehicle"; give each its own',
        ),
        (lambda: _study(arms=[]), "Study: arms = []: expected one arm or more."),
        (lambda: _study(first_day=0), "Study: assays[0].days: day -1 lies outside the study"),
        (
            lambda: _study(first_day=5, arms=[Arm(sham), Arm(ligated)], assays=assays.paw_pressure.on_days(6)),
            "Study: first_day = 5: arms[1] is ligated, and what its injury moves takes days; begin on day 0 or before.",
        ),
    ],
)
def test_mistakes_in_a_script_read_as_in_a_file(make: Any, line: str) -> None:
    with pytest.raises(UserError) as caught:
        make()
    assert str(caught.value).startswith(line)
    assert "\n" not in str(caught.value)


def test_a_circuit_that_a_file_cannot_describe_is_refused() -> None:
    from dataclasses import replace

    with pytest.raises(UserError, match='Arm: circuit: no circuit "mine"'):
        Arm(replace(sham, name="mine"))
    extra = replace(sham.cells[0], name="extra")
    with pytest.raises(UserError, match="what is added to a circuit comes in as an extension"):
        Arm(sham.with_population(extra))
