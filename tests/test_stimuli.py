"""Stimuli for one animal at hand: what they put on which paw, when, and what is said of a wrong quantity."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from brian2.units import kelvin, ms

from circuits.stimulus import BIN, SKIN_TEMPERATURE
from core.errors import UserError
from core.units import gram_force, millinewton
from experiments.laboratory import stimuli
from experiments.laboratory.assays.paw_pressure import PAW_PRESSURE_PUNCTATE, paw_pressure_stimulus
from experiments.laboratory.assays.pinch import pinch_stimulus

GRAM = float(gram_force / millinewton)
PUNCTATE = float(PAW_PRESSURE_PUNCTATE.value)


def test_a_pinch_is_that_of_the_assay() -> None:
    mine, assay = stimuli.pinch("ipsi", "800 mN", seconds=1), pinch_stimulus("ipsi", 1.0, 3.0)
    assert mine.seconds == assay.seconds
    assert {side: list(wave) for side, wave in mine.force.items()} == {"ipsi": list(assay.force["ipsi"])}


def test_a_ramp_is_that_of_the_assay_until_the_cut_off() -> None:
    mine, (assay, _) = stimuli.ramp("contra"), paw_pressure_stimulus("contra")
    bins = assay.bins
    np.testing.assert_allclose(mine.force["contra"][:bins], assay.force["contra"], rtol=1e-9, atol=1e-9)
    assert set(mine.force["contra"][bins:]) == {0.0}


@pytest.mark.parametrize(
    ("stimulus", "peak"),
    [
        (stimuli.pinch("ipsi", "0.5 g_force"), 0.5 * GRAM),
        (stimuli.pinch("ipsi", 300 * millinewton), 300.0),
        (stimuli.filament("ipsi", "15 g"), 15 * GRAM),
        (stimuli.press("ipsi", "150 g"), 150 * GRAM * PUNCTATE),
        (stimuli.ramp("ipsi", "300 mN/s", cut_off="600 mN"), 600 * PUNCTATE),
    ],
)
def test_forces_are_read_with_their_units(stimulus: Any, peak: Any) -> None:
    assert stimulus.force["ipsi"].max() == pytest.approx(peak)
    assert set(stimulus.force) == {"ipsi"}
    assert len(stimulus.force["ipsi"]) == stimulus.bins


@pytest.mark.parametrize("temperature", ["48 degC", "48 °C", "48.0 C", 321.15 * kelvin, "321.15 K"])
def test_temperatures_are_of_the_skin(temperature: Any) -> None:
    course = stimuli.heat("ipsi", temperature, seconds=2).temperature["ipsi"]
    assert course.max() == pytest.approx(48.0)
    assert course.min() == SKIN_TEMPERATURE
    assert np.sum(course > SKIN_TEMPERATURE) * BIN == pytest.approx(2.0)


@pytest.mark.parametrize("seconds", [0.5, "500 ms", 500 * ms, "0.5 s"])
def test_times_are_seconds_or_have_a_unit(seconds: Any) -> None:
    stimulus = stimuli.pinch("ipsi", seconds=seconds, before="250 ms", after=0)
    assert stimuli.span(stimulus) == (0.25, 0.75)
    assert stimulus.seconds == 0.75
    assert stimulus.onset == 0.25


def test_rest_is_nothing_and_capsaicin_is_where_it_was_put() -> None:
    assert stimuli.span(stimuli.rest(2)) is None
    assert set(stimuli.capsaicin().capsaicin) == {""}
    assert set(stimuli.capsaicin("contra", 0.5).capsaicin) == {"contra"}
    assert stimuli.capsaicin("contra", 0.5).capsaicin["contra"].max() == 0.5


def test_strokes_come_and_go() -> None:
    strokes = stimuli.brush("ipsi", seconds=2).brush["ipsi"]
    assert set(strokes) == {0.0, 1.0}
    assert np.sum(np.diff(strokes) == 1) == 3


def test_pulses_are_given_one_by_one() -> None:
    train = stimuli.electric("ipsi", 30, at=[0.2, "700 ms", 1200 * ms], after=0.3)
    wave = train.electric["ipsi"]
    assert np.flatnonzero(wave).tolist() == [20, 70, 120]
    assert set(wave) == {0.0, 30.0}
    assert train.seconds == 1.51
    assert [(course.kind, course.side, course.values.max()) for course in train.courses] == [("electric", "ipsi", 30.0)]
    assert train.onset == 0.2
    assert np.flatnonzero(stimuli.electric("contra").electric["contra"]).tolist() == [50]
    assert np.flatnonzero(stimuli.electric("contra", at=[70, 900] * ms).electric["contra"]).tolist() == [7, 90]
    assert np.flatnonzero(stimuli.electric("contra", at=70 * ms).electric["contra"]).tolist() == [7]
    assert (
        repr(train)
        == "<3 electric pulses on the ipsilateral hind paw, 30 times the A-beta threshold; an epoch of 1.51 s>"
    )


def test_stimuli_are_put_together() -> None:
    both = stimuli.together(stimuli.capsaicin(before=0, seconds=5), stimuli.pinch("ipsi"), stimuli.heat("ipsi"))
    assert both.seconds == 6.0
    assert all(
        len(wave) == both.bins for kind in (both.force, both.temperature, both.capsaicin) for wave in kind.values()
    )
    assert both.temperature["ipsi"][-1] == SKIN_TEMPERATURE
    assert both.force["ipsi"].sum() == stimuli.pinch("ipsi").force["ipsi"].sum()
    assert set(stimuli.together(stimuli.electric("ipsi"), stimuli.pinch("contra")).electric["ipsi"]) == {0.0, 22.5}
    nerve = stimuli.electric("ipsi", place="nerve")
    assert "the sciatic nerve of the ipsilateral hind paw" in nerve.words
    assert stimuli.together(nerve, stimuli.pinch("contra")).electric_way == nerve.electric_way < 1.0
    stronger = stimuli.together(stimuli.pinch("ipsi", "100 mN"), stimuli.pinch("ipsi", "300 mN"))
    assert stronger.force["ipsi"].max() == pytest.approx(300.0)


def test_a_stimulus_says_in_words_what_it_is() -> None:
    assert repr(stimuli.pinch("ipsi")) == "<pinch on the ipsilateral hind paw, 800 mN for 1 s; an epoch of 3 s>"
    assert len(repr(stimuli.together(stimuli.brush("contra"), stimuli.heat("contra", "50 °C")))) < 200


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (lambda: stimuli.pinch("left"), 'pinch: no paw "left"'),
        (lambda: stimuli.pinch("forepaw"), 'pinch: no paw "forepaw"'),
        (lambda: stimuli.pinch("ipsi", 800), 'pinch: force = 800: expected a quantity such as "800 mN"'),
        (lambda: stimuli.pinch("ipsi", "800"), 'expected a quantity such as "800 mN"'),
        (lambda: stimuli.pinch("ipsi", "800 mV"), 'expected a quantity such as "800 mN"'),
        (lambda: stimuli.pinch("ipsi", "-3 mN"), "above 0"),
        (lambda: stimuli.pinch("ipsi", "8000 g"), "at most 20 N"),
        (lambda: stimuli.pinch("ipsi", seconds="1 mV"), "pinch: seconds"),
        (lambda: stimuli.pinch("ipsi", seconds=0), "0.01 s or more"),
        (lambda: stimuli.pinch("ipsi", seconds=float("nan")), "expected 0 s or more"),
        (lambda: stimuli.pinch("ipsi", seconds=1e12), "expected 0.01 to 120 s"),
        (lambda: stimuli.pinch("ipsi", before=-1), "pinch: before = -1"),
        (lambda: stimuli.ramp("ipsi", "32 g"), 'ramp: speed = "32 g"'),
        (lambda: stimuli.ramp("ipsi", "1e-6 g/s"), "expected 0.01 to 120 s"),
        (lambda: stimuli.heat("ipsi", 48), 'heat: temperature = 48: expected a quantity such as "50 degC"'),
        (lambda: stimuli.heat("ipsi", "20 degC"), "cold is not modelled"),
        (lambda: stimuli.heat("ipsi", "120 C"), "at most 60 degC"),
        (lambda: stimuli.capsaicin("hand"), 'capsaicin: no paw "hand"'),
        (lambda: stimuli.capsaicin(level=2), "level = 2"),
        (lambda: stimuli.electric("forepaw"), 'electric: no paw "forepaw"'),
        (lambda: stimuli.electric("ipsi", "3 mA"), "electric: strength = '3 mA': expected a multiple"),  # type: ignore[arg-type]
        (lambda: stimuli.electric("ipsi", 0), "above 0 and at most 1000"),
        (lambda: stimuli.electric("ipsi", place="leg"), 'electric: no place "leg". Allowed: nerve, paw.'),
        (
            lambda: stimuli.together(stimuli.electric("ipsi"), stimuli.electric("contra", place="nerve")),
            "together: electric pulses at the paw and at the nerve",
        ),
        (lambda: stimuli.electric("ipsi", at=[]), "electric: at: expected the seconds of 1 to 12000 pulses"),
        (lambda: stimuli.electric("ipsi", at=[1, -1]), "electric: at = -1: expected 0 s or more"),
        (lambda: stimuli.electric("ipsi", at="1 V"), "electric: at"),
        (lambda: stimuli.electric("ipsi", at=range(10**9)), "expected the seconds of 1 to 12000 pulses"),
        (lambda: stimuli.electric("ipsi", at=[0, 1000]), "expected 0.01 to 120 s"),
        (lambda: stimuli.rest(0), "expected 0.01 to 120 s"),
        (stimuli.together, "one stimulus or more"),
    ],
)
def test_what_cannot_be_is_told_in_one_line(wrong: Any, told: str) -> None:
    with pytest.raises(UserError) as caught:
        wrong()
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)
