"""A moment: what it refuses, what it keeps, and how circuits and what is made of them print."""

from __future__ import annotations

import pickle
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from small_animals import SEED, blocked, disturbed_state

from circuits import CIRCUITS, Circuit, ligated, naive, sham
from circuits.brian.compiling import _key
from circuits.brian.epoch_data import Program
from circuits.draw import draw_animal
from circuits.epoch import prepare
from circuits.manipulations.lesions import ProteinLoss
from circuits.moment import Moment
from circuits.slow_clock import advance
from circuits.slow_state import UNDISTURBED, first_state
from circuits.stimulus import Stimulus
from circuits.structure import structure
from core.errors import UserError
from core.exposure import NO_DRUG

DAY_13 = 314.0


# --- history ----------------------------------------------------------------------------------------------------


def test_an_injured_animal_does_not_begin_after_surgery_as_if_it_were_unhurt() -> None:
    with pytest.raises(UserError, match=r"ligated cannot begin 314 h after surgery.*Begin at surgery or before"):
        Moment(ligated, first_state(DAY_13))
    with pytest.raises(UserError, match="cannot begin 314 h after surgery"):
        advance(Moment(ligated, first_state(DAY_13)), lambda _: NO_DRUG, DAY_13 + 1.0)


def test_what_has_no_injury_begins_whenever_it_likes() -> None:
    unhurt = ligated.without(*(difference.name for difference in ligated.differences))
    for circuit in (sham, naive, unhurt):
        assert Moment(circuit, first_state(DAY_13)).state.variables == UNDISTURBED


def test_an_injured_animal_with_its_history_goes_on() -> None:
    moment = advance(Moment(ligated, first_state(0.0)), lambda _: NO_DRUG, DAY_13, longest=12.0)
    assert moment.state.hours == DAY_13
    assert moment.state.variables["glutamate_clearance"] < 1.0
    assert replace(moment, circuit=ligated.without("alpha2")).state is moment.state


def test_a_late_begin_on_purpose_says_so() -> None:
    assert Moment(ligated, first_state(DAY_13, assume_rest=True)).state.variables == UNDISTURBED


# --- what follows -----------------------------------------------------------------------------------------------


def test_what_follows_from_a_moment_is_worked_out_once_and_anew_for_another() -> None:
    moment = Moment(ligated, disturbed_state())
    assert moment.levels is moment.levels
    drugged = replace(moment, exposure=blocked("NET"))
    assert drugged.levels["noradrenaline"][0] > moment.levels["noradrenaline"][0]
    assert drugged.quantities == moment.quantities


def test_the_extent_of_an_animal_s_own_injury_counts() -> None:
    draw = draw_animal(ligated, structure(ligated, 0.1), SEED, 0)
    mild, severe = (
        Moment(ligated, disturbed_state(), individual=replace(draw, factors={**draw.factors, "injury_extent": extent}))
        for extent in (0.5, 1.5)
    )
    assert mild.injury["gaba_reversal_shift"] == pytest.approx(severe.injury["gaba_reversal_shift"] / 3.0)


def test_an_average_animal_has_no_cells() -> None:
    with pytest.raises(UserError, match="an average animal has no cells to run an epoch on"):
        prepare(Moment(sham, first_state(-24.0)), Stimulus(0.1), "test", 0.1)


@pytest.mark.parametrize("what", ["force", "temperature", "brush", "capsaicin"])
def test_a_waveform_of_another_length_than_its_stimulus_is_refused(what: str) -> None:
    wrong: dict[str, Any] = {what: {"ipsi": np.zeros(3000)}}
    with pytest.raises(UserError, match=rf"{what} on ipsi has the shape \(3000,\): a stimulus of 3 s has .* 300 bins"):
        Stimulus(3.0, **wrong)


# --- names ------------------------------------------------------------------------------------------------------


def test_what_has_a_name_is_found_by_it_or_told() -> None:
    assert sham.receptor("alpha2A").name == "alpha2A"
    assert sham.cell_population("islet").name == "islet"
    assert sham.afferent_population("a_beta").name == "a_beta"
    assert sham.projection("islet_to_vertical").target == "vertical"
    assert sham.transmitter("dopamine").autoreceptor == "D2"
    with pytest.raises(UserError, match=r'no receptor "alpha2a"\. Nearest: alpha2A'):
        sham.receptor("alpha2a")
    with pytest.raises(UserError, match=r'no block "islet"\. Nearest: ipsi_islet'):
        structure(sham, 0.1).block("islet")


def test_names_follow_a_changed_circuit() -> None:
    weaker = ligated.with_value("receptors.alpha2A.hill", 1.5)
    assert ligated.receptor("alpha2A").hill.si == 1.0, "looked up before the copy is made"
    assert weaker.receptor("alpha2A").hill.si == 1.5
    assert pickle.loads(pickle.dumps(weaker)).receptor("alpha2A").hill.si == 1.5


# --- printing ---------------------------------------------------------------------------------------------------


def test_a_circuit_prints_as_a_line_that_says_what_is_different() -> None:
    assert repr(ligated) == 'Circuit("ligated": 10 populations of cells and 5 of fibres; 13 differences from sham)'
    changed = ligated.without("alpha2", "noradrenaline_release").with_value("l5_share", 0.4)
    changed = changed.manipulated(knock_downs=(ProteinLoss("GLT-1", 0.0, 0.6, 72.0),))
    assert repr(changed).endswith("; off: alpha2, noradrenaline_release; changed: l5_share; done: knock_downs)")


def test_whatever_is_changed_a_line_stays_short() -> None:
    circuit = ligated
    for path, number in list(ligated.parameters())[:4]:
        circuit = circuit.with_value(path, number.value * 1.1)
    assert repr(circuit).endswith(" and 1 more)")
    assert len(repr(circuit)) < 300


@pytest.mark.parametrize("circuit", CIRCUITS.values(), ids=CIRCUITS)
def test_what_is_made_of_a_circuit_prints_short(circuit: Circuit) -> None:
    shape = structure(circuit, 0.1)
    draw = draw_animal(circuit, shape, SEED, 0)
    moment = Moment(circuit, first_state(-24.0), blocked("NET"), draw)
    for thing in (circuit, shape, draw, moment, *shape.pathways, *circuit.cells, *circuit.afferents):
        assert len(repr(thing)) < 150, type(thing)
        assert "\n" not in repr(thing)
    assert "animal 0" in repr(moment)
    assert "average animal" in repr(replace(moment, individual=None))


def test_structures_that_print_alike_have_programs_of_their_own() -> None:
    """The cache of programs goes by every part of a structure, not by what it prints."""
    one = structure(sham, 0.1)
    other = replace(one, receptors=one.receptors[::-1])
    assert repr(one) == repr(other)
    keys = [_key(Program(shape, 0.1, "single", None)) for shape in (one, other)]
    assert keys[0] != keys[1]
