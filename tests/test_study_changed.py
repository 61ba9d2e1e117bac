"""A changed study keeps what it was given: a field is replaced, never added to, and what follows follows anew."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from study_samples import STUDY

from core.errors import UserError
from drugs import clonidine, duloxetine, vehicle
from experiments import Anaesthesia, Arm, Injection, KnockDown, Lesion, Silencing, Stimulation, Study
from experiments.laboratory import assays
from experiments.laboratory.animal import plan
from experiments.laboratory.timetable import stops
from experiments.protocol.study_file import parse_study

TREATED = duloxetine.once("10 mg/kg", on_day=2)
LIGHT: dict[str, Any] = {"populations": "raphe", "on_days": 1, "lasts_hours": 1.0}
#: Field -> a first and a second value of it, for several arms at once.
SHARED: dict[str, tuple[Any, Any]] = {
    "ranges": ("sampled", "low"),
    "lesions": ({"agent": "DSP-4", "on_day": -7}, {"agent": "5,7-DHT", "on_day": -7, "arms": ["treated"]}),
    "knock_downs": ({"on_day": 1}, {"on_day": 1, "extent": 0.5}),
    "silencing": (LIGHT, LIGHT | {"populations": "a11"}),
    "stimulation": (LIGHT, LIGHT | {"hour": 0.5}),
    "anaesthesia": ({"agent": "halothane"}, {"agent": "urethane", "assays": "paw_pressure"}),
    "injections": (
        Injection(drug="idazoxan", dose="30 ug", on_days=2),
        Injection(drug="idazoxan", dose="1 ug", on_days=2),
    ),
}


def study(**fields: Any) -> Study:
    arms = [Arm("ligated", vehicle, name="control"), Arm("ligated", TREATED, name="treated")]
    plain: dict[str, Any] = {"name": "x", "arms": arms, "animals": 2, "assays": assays.paw_pressure.on_days(-1, 3)}
    return Study(**plain | fields)


@pytest.mark.parametrize("field", SHARED)
def test_a_changed_field_is_replaced(field: Any) -> None:
    first, second = SHARED[field]
    was, wanted = study(**{field: first}), study(**{field: second})
    changed = was.changed(**{field: second})
    assert changed == wanted
    assert changed.effective_arms == wanted.effective_arms
    assert changed.fingerprint() == wanted.fingerprint() != was.fingerprint() != study().fingerprint()
    assert was == study(**{field: first}), "the first is as it was"


@pytest.mark.parametrize("field", SHARED)
def test_a_field_can_be_taken_away(field: Any) -> None:
    was = study(**{field: SHARED[field][0]})
    assert was.changed(**{field: None if field == "ranges" else ()}) == study()
    assert was.changed(**{"seed": 5, field: None}).seed == 5
    kept = was.changed(**{field: None})
    assert (kept == study()) is (field == "ranges"), "None takes away what need not be given, and keeps anything else"


def test_none_keeps_what_every_study_has() -> None:
    was = study(size=0.5, seed=3)
    assert was.changed(size=None, animals=None, seed=None, assays=None, first_day=None) == was
    with pytest.raises(UserError, match=r'Study: no key "sed"\. Nearest: seed'):
        was.changed(sed=None)


def test_the_last_day_follows_from_the_assays_until_it_is_given() -> None:
    was, later = study(), assays.paw_pressure.on_days(-1, 30)
    assert was.last_day is None
    assert was.span == (-1, 3)
    assert was.changed(assays=later).span == (-1, 30)
    assert was.changed(seed=2).changed(assays=later) == study(assays=later, seed=2)
    with pytest.raises(UserError, match="day 30 lies outside the study, which lasts from day -1 to day 3"):
        study(last_day=3).changed(assays=later)
    assert study(last_day=3).changed(assays=later, last_day=None).span == (-1, 30)
    assert study(last_day=3) == was != study(last_day=4)


def test_a_study_travels_as_it_was_given() -> None:
    was = study(ranges="sampled", lesions=SHARED["lesions"][0])
    again = pickle.loads(pickle.dumps(was))
    assert again == was
    assert (again.ranges, len(again.lesions), again.last_day) == ("sampled", 1, None)
    assert again.changed(ranges="low") == was.changed(ranges="low") == study(ranges="low", lesions=was.lesions)


def test_a_study_written_out_has_nothing_for_several_arms() -> None:
    was = study(**{field: first for field, (first, _) in SHARED.items() if field not in ("silencing", "injections")})
    found = was.resolved()
    assert found == was
    assert found.arms == was.effective_arms
    assert (found.ranges, found.lesions, found.stimulation, found.last_day) == (None, (), (), 3)
    assert parse_study(was.to_toml()).arms == found.arms


def test_studies_that_do_the_same_are_equal_however_they_say_it() -> None:
    lesion = Lesion(agent="DSP-4", on_day=-7)
    one, other = study(lesions=SHARED["lesions"][0]), study()
    other = other.changed(arms=[arm.changed(lesions=lesion) for arm in other.arms])
    assert [arm.name for arm in other.arms] == ["control", "treated"]
    assert one == other
    assert hash(one) == hash(other)
    assert one != study()
    assert one != "x"


# --- some arms ------------------------------------------------------------------------------------------------


def test_some_arms_keep_what_the_study_has_for_them_and_can_be_changed() -> None:
    injected = Injection(drug="idazoxan", dose="30 ug", on_days=2, arms=["treated"])
    lesions = [{"agent": "DSP-4", "on_day": -7, "arms": ["control", "treated"]}, {"agent": "5,7-DHT", "on_day": -7}]
    whole = study(injections=injected, lesions=lesions)
    control, treated = whole.only(["control"]), whole.only(["treated"])
    assert (control.injections, treated.injections) == ((), (injected,))
    assert [lesion.arms for lesion in control.lesions] == [("control",), ()]
    assert control.effective_arms == (whole.arm("control"),)
    assert treated.changed(seed=9).effective_arms == (whole.arm("treated"),)
    assert whole.only(["treated", "control"]) == whole
    with pytest.raises(UserError, match=r'no arm "treatd"\. Nearest: treated'):
        whole.only(["treatd"])
    with pytest.raises(UserError, match=r'no arm "treatd"\. Nearest: treated'):
        whole.arm("treatd")


# --- arms -----------------------------------------------------------------------------------------------------

#: Field of an arm -> a first and a second value.
OF_AN_ARM: dict[str, tuple[Any, Any]] = {
    "circuit": ("ligated", "sham"),
    "treatments": (TREATED, [TREATED, clonidine.once("30 ug", route="i.t.", on_day=2)]),
    "switch_off": ("alpha2", ["serotonin"]),
    "set": ({"l5_share": 0.4}, {"l5_share": 0.6}),
    "injections": SHARED["injections"],
    "lesions": (Lesion(agent="DSP-4", on_day=-7), Lesion(agent="5,7-DHT", on_day=-7)),
    "knock_downs": (KnockDown(on_day=1), KnockDown(on_day=2)),
    "silencing": (Silencing(**LIGHT), Silencing(**LIGHT | {"populations": "a11"})),
    "stimulation": (Stimulation(**LIGHT), Stimulation(**LIGHT | {"populations": "a11"})),
    "anaesthesia": (Anaesthesia(agent="halothane"), Anaesthesia(agent="urethane")),
    "ranges": ("low", "high"),
    "name": ("one", "other"),
}


@pytest.mark.parametrize("field", OF_AN_ARM)
def test_a_changed_arm_is_called_after_what_is_done_in_it_now(field: Any) -> None:
    first, second = ({"circuit": "ligated", field: value} for value in OF_AN_ARM[field])
    assert Arm(**first).changed(**{field: second[field]}) == Arm(**second)
    named = {"name": "mine"} | first
    assert Arm(**named).changed(**{field: second[field]}) == Arm(**named | second)


def test_what_an_arm_need_not_be_given_can_be_taken_away() -> None:
    arm = Arm("ligated", TREATED, ranges="low", name="mine")
    assert arm.changed(ranges=None, name=None) == Arm("ligated", TREATED)
    assert arm.changed(circuit=None) == arm
    assert Arm("sham").changed(name=None, ranges=None) == Arm("sham")


# --- the first moment -----------------------------------------------------------------------------------------


def test_a_study_begins_with_what_is_measured_before_its_first_day() -> None:
    """A trough before the dose with a baseline on day -1, as a laboratory does it."""
    trough = study(assays=assays.paw_pressure.on_days(-1, 3, hour=-0.5))
    assert trough.begins == -24.5
    hours = [stop.hours for stop in stops(trough, trough.arms[0])]
    assert hours == sorted(hours)
    assert (hours[0], hours[1], hours[-1]) == (-24.5, -24.5, 71.5)
    assert plan(trough).epochs > 0
    alone = study(assays=assays.paw_pressure.on_days(-1, hour=-0.5), arms=[Arm("ligated")])
    assert {stop.hours for stop in stops(alone, alone.arms[0])} == {-24.5}
    assert plan(alone).epochs > 0


def test_a_study_begins_with_what_is_injected_before_its_first_day() -> None:
    injected = Injection(drug="idazoxan", dose="30 ug", on_days=[3, -1], hour=-12.0, arms="treated")
    assert study(injections=injected).begins == -36.0
    own = study().arms[0].changed(injections=Injection(drug="idazoxan", dose="30 ug", on_days=-1, hour=-0.25))
    assert study(arms=[own]).begins == -24.25
    assert study().begins == -24.0
    assert parse_study(STUDY).changed(first_day=-3).begins == -72.0
