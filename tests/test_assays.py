"""Assays: what is done to the animal, how a number is read from its spikes, and no number of theirs without effect."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import lfilter
from small_animals import TRANSMITTERS

from circuits import naive
from circuits.draw import draw_animal
from circuits.epoch import EpochResult
from circuits.moment import Moment
from circuits.slow_state import first_state
from circuits.stimulus import BIN, SKIN_TEMPERATURE, Stimulus
from circuits.structure import structure
from core.records import SpikeTrain
from core.sourced import ASSUMED, DERIVED, FITTED
from core.stimulus_course import windows
from core.units import gram_force
from core.vocabulary import COMPARTMENTS, SIDES
from experiments.laboratory import assays
from experiments.laboratory.assays import ASSAYS, Reading, withdrawal
from experiments.laboratory.assays.assay import LEAD
from experiments.laboratory.assays.electric_pulses import SCIATIC_SHARE, evoked, latency_windows, pulses
from experiments.laboratory.assays.heat_ramp import HEAT_RAMP_SPEED
from experiments.laboratory.assays.held_force import HELD_GRAMS, HOLD_SECONDS
from experiments.laboratory.assays.nsia import CAPSAICIN_DECAY, CAPSAICIN_TEST
from experiments.laboratory.assays.paw_pressure import (
    PAW_PRESSURE_CUT_OFF,
    PAW_PRESSURE_PUNCTATE,
    PAW_PRESSURE_SPEED,
    paw_pressure_stimulus,
)
from experiments.laboratory.assays.pinch import PINCH_FORCE
from experiments.laboratory.assays.plantar_heat import HEAT_CUT_OFF, warming
from experiments.laboratory.assays.von_frey import VON_FREY_GRAMS, up_down_threshold
from experiments.laboratory.assays.wind_up import c_responses, pulse_seconds
from experiments.laboratory.assays.withdrawal import WITHDRAWAL_RATE, WITHDRAWAL_WINDOW
from experiments.laboratory.bench import Bench
from experiments.protocol.measurement import Measurement

ROOT = Path(__file__).parents[1]
BIBLIOGRAPHY = set(
    re.findall(r"^@\w+\{([^,\s]+),", (ROOT / "docs" / "references.bib").read_text("utf-8"), re.MULTILINE)
)
CELLS = 40


CRITERION = WITHDRAWAL_RATE.si
WINDOW = WITHDRAWAL_WINDOW.si
#: Hz per mN of a cord whose animal withdraws at 165 mN, and of one twice and a half as sensitive.
USUAL, SENSITIVE = CRITERION / 165, CRITERION / 66


def train_of(rates: np.ndarray) -> SpikeTrain:
    """Regular spikes of `CELLS` cells whose mean rate (Hz) follows `rates`, bin by bin."""
    marks = np.concatenate([[0.0], np.cumsum(rates) * BIN * CELLS])
    wanted = np.arange(1.0, marks[-1])
    seconds = np.interp(wanted, marks, np.arange(len(marks)) * BIN)
    return SpikeTrain(seconds, (np.arange(len(seconds)) % CELLS).astype("u4"), CELLS)


def begun(train: SpikeTrain, seconds: float) -> SpikeTrain:
    early = train.seconds < seconds
    return SpikeTrain(train.seconds[early], train.index[early], train.cells)


@dataclass
class PaperBench:
    """Stands in for `Bench`: cells whose rate rises with what is done to their paw; remembers what was done.

    gain: Hz per mN; a forepaw in pain inhibits. rest: Hz without a stimulus.
    """

    gain: float = USUAL
    rest: float = 0.0
    state: Any = field(default_factory=lambda: first_state(0.0))
    done: list[tuple[str, float, Stimulus]] = field(default_factory=list)
    moment: Moment = field(default_factory=lambda: Moment(naive, first_state(0.0)))

    def epoch(self, purpose: str, stimulus: Stimulus) -> EpochResult:
        self.done.append((purpose, self.state.hours, stimulus))
        seconds = self._ended(stimulus)
        spikes = {f"{side}_projection": train_of(self._rates(stimulus, side)) for side in SIDES}
        units = train_of(2.0 + np.sum([self._rates(stimulus, side) for side in SIDES], axis=0))
        spikes |= {f"locus_coeruleus_{module}": units for module in ("spinal", "ascending")}
        spikes = {name: begun(train, seconds) for name, train in spikes.items()}
        pained = float(np.mean(stimulus.capsaicin.get("", np.zeros(1))))
        averages = {
            f"{x}_{place}_nanomolar": (k + 1) * (1.0 + pained)
            for x in TRANSMITTERS
            for k, place in enumerate(COMPARTMENTS)
        }
        return EpochResult(seconds, spikes, averages)

    def _ended(self, stimulus: Stimulus) -> float:
        """When the watched cells pass their rate, at the latest with the stimulus."""
        watch = stimulus.watch
        if watch is None:
            return stimulus.seconds
        rates, decay = self._rates(stimulus, watch.side), np.exp(-BIN / watch.window)
        smooth = lfilter([1 - decay], [1, -decay], rates)
        ends = (np.arange(len(smooth)) + 1) * BIN
        over = np.nonzero((smooth >= watch.rate_hertz) & (ends >= watch.after - 1e-9))[0]
        return round((over[0] + 1) * BIN, 9) if len(over) else stimulus.seconds

    settle = epoch

    def wait(self, hours: float) -> None:
        self.state = replace(self.state, hours=self.state.hours + hours)

    def _rates(self, stimulus: Stimulus, side: str) -> np.ndarray:
        rates = np.full(stimulus.bins, self.rest)
        rates += self.gain * stimulus.force.get(side, 0.0)
        rates += (
            100 * self.gain * np.maximum(stimulus.temperature.get(side, SKIN_TEMPERATURE) - SKIN_TEMPERATURE - 8.0, 0.0)
        )
        rates += 50 * self.gain * stimulus.brush.get(side, 0.0)
        pulses = stimulus.electric.get(side, np.zeros(stimulus.bins))
        rates += 10 * self.gain * np.convolve(pulses, np.arange(100) > 3)[: stimulus.bins]  # throughout the C window
        return rates / (1.0 + np.asarray(stimulus.capsaicin.get("", 0.0)))


def performed(name: str, paper: PaperBench, side: str) -> list[Reading]:
    return list(ASSAYS[name].perform(cast(Bench, paper), side))


def perform(name: str, side: str = "ipsi", **bench: Any) -> tuple[dict[str, Reading], PaperBench]:
    paper = PaperBench(**bench)
    return {reading.name + reading.side: reading for reading in performed(name, paper, side)}, paper


# --- contract -------------------------------------------------------------------------------------------------

ALL = [
    pytest.param(name, side, id=f"{name} {side}".strip())
    for name, a in ASSAYS.items()
    for side in dict.fromkeys((*a.sides, *(a.sides_unless_named or ("",))))
]


@pytest.mark.parametrize(("name", "side"), ALL)
def test_an_assay_does_what_it_says_and_reads_with_units(name: Any, side: Any) -> None:
    assay = ASSAYS[name]
    assert assay.name == name
    assert assay.description
    readings, paper = perform(name, side)
    assert readings
    assert any(reading.unit == assay.unit for reading in readings.values())
    for reading in readings.values():
        assert np.isfinite(reading.value)
        assert reading.unit
        assert reading.side in (*SIDES, "")
    assert min(1, assay.epochs) <= len(paper.done) <= assay.epochs
    assert sum(stimulus.seconds for _, _, stimulus in paper.done) <= assay.seconds + 0.02 * assay.epochs
    purposes = [(purpose, hours) for purpose, hours, _ in paper.done]
    assert len(set(purposes)) == len(purposes), "each epoch has a label, and so noise, of its own"
    assert {purpose.split(":")[0] for purpose, _ in purposes} <= {name}


def test_mood_is_read_from_the_slow_state() -> None:
    paper = PaperBench()
    paper.state = replace(paper.state, variables={**paper.state.variables, "mood": 0.3})
    (reading,) = performed("mood", paper, "")
    assert (reading.name, reading.value, reading.unit, reading.side) == ("mood_index", 0.3, "1", "")


@pytest.mark.parametrize(("name", "side"), ALL)
def test_waveforms_fill_the_epoch(name: Any, side: Any) -> None:
    for _, _, stimulus in perform(name, side)[1].done:
        for waves in (stimulus.force, stimulus.temperature, stimulus.brush, stimulus.capsaicin, stimulus.electric):
            assert all(len(wave) == stimulus.bins for wave in waves.values())
            assert all((wave >= 0).all() for wave in waves.values())
            assert set(waves) <= {side, "contra", ""}


NUMBERS = assays.parameters()


@pytest.mark.parametrize("name", NUMBERS)
def test_every_number_has_a_source_and_a_range_that_holds_it(name: Any) -> None:
    number = NUMBERS[name]
    assert number.note or number.source not in (ASSUMED, FITTED, DERIVED)
    assert number.source in BIBLIOGRAPHY | {ASSUMED, FITTED, DERIVED}
    if number.status in ("assumed", "fitted"):
        assert number.low is not None
        assert number.high is not None
    assert number.low is None or number.low <= number.value
    assert number.high is None or number.value <= number.high


def everything_done() -> str:
    """All epochs and readings of all assays, for hard and for easy animals."""
    parts: list[str] = []
    for name, assay in ASSAYS.items():
        for side in assay.sides or ("",):
            for gain in (USUAL, 0.0):
                readings, paper = perform(name, side, gain=gain)
                parts.append(repr(readings))
                parts += [repr((purpose, hours, told(stimulus))) for purpose, hours, stimulus in paper.done]
    return "".join(parts)


def told(stimulus: Stimulus) -> tuple[object, ...]:
    waves = (stimulus.force, stimulus.temperature, stimulus.brush, stimulus.capsaicin, stimulus.electric)
    return stimulus.seconds, *((side, wave.tobytes()) for part in waves for side, wave in part.items())


@pytest.mark.parametrize("name", NUMBERS)
def test_changing_a_number_changes_something(name: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    before = everything_done()
    other = NUMBERS[name].with_value(NUMBERS[name].value * 1.2)
    for owner in [module for path, module in sys.modules.items() if path.startswith("experiments.laboratory.assays.")]:
        if hasattr(owner, name.upper()):
            monkeypatch.setattr(owner, name.upper(), other)
    assert everything_done() != before


# --- withdrawal -----------------------------------------------------------------------------------------------


def step(rate: float, at: float, seconds: float = 5.0) -> SpikeTrain:
    time = np.arange(round(seconds / BIN)) * BIN
    return train_of(np.where(time >= at, rate, 0.0))


def test_silence_is_no_withdrawal() -> None:
    assert withdrawal(SpikeTrain(np.zeros(0), np.zeros(0, "u4"), CELLS), 5.0) is None
    assert withdrawal(step(0.7 * CRITERION, 1.0), 5.0) is None


@pytest.mark.parametrize("factor", [1.5, 2.0, 5.0])
def test_a_step_is_answered_when_its_low_pass_passes_the_criterion(factor: float) -> None:
    moment = withdrawal(step(factor * CRITERION, 1.0), 5.0)
    assert moment == pytest.approx(1.0 - WINDOW * np.log(1 - 1 / factor), abs=0.05)


def test_what_comes_before_the_stimulus_does_not_count() -> None:
    time = np.arange(round(5.0 / BIN)) * BIN
    early = train_of(np.where(time < 0.2, 10 * CRITERION, 0.0))
    moment = withdrawal(early, 5.0)
    assert moment is None or moment > LEAD


def test_the_number_of_cells_does_not_matter() -> None:
    small = step(3 * CRITERION, 1.0)
    large = SpikeTrain(np.repeat(small.seconds, 10), np.repeat(small.index, 10), 10 * CELLS)
    assert withdrawal(large, 5.0) == withdrawal(small, 5.0)


# --- paw pressure ---------------------------------------------------------------------------------------------


def test_force_rises_steadily_to_the_cut_off() -> None:
    stimulus, grams = paw_pressure_stimulus("contra")
    assert list(stimulus.force) == ["contra"]
    assert (np.diff(grams) >= 0).all()
    rising = grams[(grams > 0) & (grams < grams.max())]
    speed = float(PAW_PRESSURE_SPEED.value / gram_force)
    assert np.diff(rising) == pytest.approx(speed * BIN * np.ones(len(rising) - 1))
    assert grams[-1] == pytest.approx(float(PAW_PRESSURE_CUT_OFF.value / gram_force), rel=2e-3)
    assert (grams[: round(LEAD / BIN) - 1] == 0).all()
    millinewton = 9.80665 * grams * PAW_PRESSURE_PUNCTATE.si
    assert stimulus.force["contra"] == pytest.approx(millinewton)


def test_a_more_sensitive_cord_withdraws_at_less_force() -> None:
    thresholds = [
        perform("paw_pressure", gain=gain)[0]["paw_pressure_thresholdipsi"].value
        for gain in (USUAL, 2 * USUAL, 4 * USUAL)
    ]
    assert thresholds == sorted(thresholds, reverse=True)
    assert thresholds[0] > 1.5 * thresholds[-1]


def test_no_withdrawal_is_the_cut_off_censored() -> None:
    reading = perform("paw_pressure", gain=0.0)[0]["paw_pressure_thresholdipsi"]
    assert reading.censored
    assert reading.value == pytest.approx(float(PAW_PRESSURE_CUT_OFF.value / gram_force))
    assert not perform("paw_pressure")[0]["paw_pressure_thresholdipsi"].censored


def test_an_animal_past_the_criterion_at_rest_withdraws_at_once() -> None:
    """Its epoch is over as soon as it begins to count, and still holds what the withdrawal is read from."""
    for name, least in (("paw_pressure", 1.0), ("von_frey", VON_FREY_GRAMS[0]), ("plantar_heat", 0.05)):
        reading = next(iter(perform(name, rest=40.0)[0].values()))
        assert reading.value <= least
        assert not reading.censored


@pytest.mark.parametrize(
    ("name", "side"), [(n, s) for n in ("paw_pressure", "von_frey", "plantar_heat") for s in SIDES]
)
def test_a_stimulus_that_is_taken_away_at_withdrawal_reads_the_same(name: Any, side: Any) -> None:
    """The watched side is the stimulated one, and no watch ends an epoch before the withdrawal is read from it."""

    @dataclass
    class Patient(PaperBench):
        """Keeps the stimulus on to its end."""

        def _ended(self, stimulus: Stimulus) -> float:
            return stimulus.seconds

    for gain in (USUAL, SENSITIVE, 2 * SENSITIVE):
        benches = PaperBench(gain=gain), Patient(gain=gain)
        brief, whole = (performed(name, bench, side) for bench in benches)
        assert brief == whole
        assert {stimulus.watch.side for _, _, stimulus in benches[0].done if stimulus.watch} == {side}


# --- up and down ----------------------------------------------------------------------------------------------

STEP = float(np.mean(np.diff(np.log10(VON_FREY_GRAMS))))

#: Dixon (1965), table 1, first part of the series O, recalled: estimate = last level + k x step.
DIXON = {
    "OX": -0.500,
    "OXO": 0.842,
    "OXX": -0.178,
    "OXOO": 0.299,
    "OXOX": -0.500,
    "OXXO": 1.000,
    "OXXX": 0.194,
    "OXOOO": -0.157,
    "OXOOX": -0.878,
    "OXOXO": 0.701,
    "OXOXX": 0.084,
    "OXXOO": 0.305,
    "OXXOX": -0.305,
    "OXXXO": 1.288,
    "OXXXX": 0.555,
}


def series(answers: str, start: float = 2.0) -> list[tuple[float, bool]]:
    """A series at equal steps of log force: X, an answer, goes one step down, O one up."""
    level, tested = np.log10(start), []
    for answer in answers:
        tested.append((10**level, answer == "X"))
        level += -STEP if answer == "X" else STEP
    return tested


@pytest.mark.parametrize(("answers", "k"), DIXON.items())
def test_it_is_the_estimate_of_dixon_s_table(answers: Any, k: Any) -> None:
    tested = series(answers)
    threshold, censored = up_down_threshold(tested)
    assert not censored
    assert (np.log10(threshold) - np.log10(tested[-1][0])) / STEP == pytest.approx(k, abs=0.002)


@pytest.mark.parametrize("turns", [1, 2, 3, 5])
def test_a_symmetric_alternation_gives_the_geometric_middle(turns: int) -> None:
    weaker, stronger = 2.0, 4.0
    threshold, _ = up_down_threshold([(weaker, False), (stronger, True)] * turns)
    assert threshold == pytest.approx(np.sqrt(weaker * stronger), rel=1e-3)


def test_all_or_nothing_gives_the_ends() -> None:
    assert up_down_threshold(series("OOOO")) == (VON_FREY_GRAMS[-1], True)
    assert up_down_threshold(series("XXXX")) == (VON_FREY_GRAMS[0], False)


@settings(max_examples=60, deadline=None)
@given(st.text("XO", min_size=2, max_size=8), st.integers(0, 7))
def test_one_more_answer_never_raises_the_threshold(answers: Any, place: Any) -> None:
    """Answering where one did not means being more sensitive."""
    levels = [2.0] * len(answers)
    tested = list(zip(levels, [a == "X" for a in answers], strict=True))
    tested[1:] = [(4.0, answered) for _, answered in tested[1:]]
    more = [(grams, answered or k == place) for k, (grams, answered) in enumerate(tested)]
    assert up_down_threshold(more)[0] <= up_down_threshold(tested)[0] * (1 + 1e-6)


def filaments(paper: PaperBench) -> list[float]:
    return [float(re.findall(r"([\d.]+) g", purpose)[0]) for purpose, _, _ in paper.done]


def test_filaments_go_up_and_down_around_the_threshold() -> None:
    readings, paper = perform("von_frey", gain=SENSITIVE)
    used = [VON_FREY_GRAMS.index(grams) for grams in filaments(paper)]
    assert used[0] == VON_FREY_GRAMS.index(2.0)
    assert set(np.abs(np.diff(used))) == {1}
    assert min(filaments(paper)) <= readings["von_frey_thresholdipsi"].value <= max(filaments(paper))


def test_four_filaments_follow_the_first_reversal() -> None:
    """Chaplan: six critical answers, two around the first change and four after it."""
    _, paper = perform("von_frey", gain=SENSITIVE)
    used = filaments(paper)
    directions = np.sign(np.diff([VON_FREY_GRAMS.index(grams) for grams in used]))
    first_change = next(k for k, (a, b) in enumerate(pairwise(directions), 1) if a != b)
    assert len(used) - (first_change + 1) == 4


def test_von_frey_ends_at_its_ends() -> None:
    numb, paper = perform("von_frey", gain=0.0)
    assert numb["von_frey_thresholdipsi"] == Reading("von_frey_threshold", "ipsi", VON_FREY_GRAMS[-1], "g", True)
    assert filaments(paper)[-1] == VON_FREY_GRAMS[-1]
    raw, paper = perform("von_frey", gain=50.0)
    assert raw["von_frey_thresholdipsi"].value == VON_FREY_GRAMS[0]
    assert not raw["von_frey_thresholdipsi"].censored
    assert filaments(paper)[-1] == VON_FREY_GRAMS[0]


# --- the others -----------------------------------------------------------------------------------------------


def test_heat_latency_falls_with_sensitivity_and_is_cut_off() -> None:
    latencies = [perform("plantar_heat", gain=gain)[0]["plantar_heat_latencyipsi"] for gain in (USUAL, SENSITIVE, 0.0)]
    assert latencies[1].value < latencies[0].value < latencies[2].value
    assert latencies[2].value == pytest.approx(HEAT_CUT_OFF.si)
    assert replace(latencies[2], value=0.0) == Reading("plantar_heat_latency", "ipsi", 0.0, "s", True)


def test_skin_under_a_lamp_warms_with_the_square_root_of_time() -> None:
    """Uninjured rats withdraw after about 10 s, to which the lamp is set, between twitch and escape of Hardy1957."""
    degrees = warming(np.array([0.0, 2.5, 10.0, 40.0]))
    assert degrees[1:] / degrees[2] == pytest.approx([0.5, 1.0, 2.0])
    assert degrees[0] == 0.0
    assert 46.0 < SKIN_TEMPERATURE + degrees[2] < 51.0
    paper = perform("plantar_heat", gain=0.0)[1]
    (_, _, stimulus) = paper.done[0]
    course = stimulus.temperature["ipsi"]
    assert course[round((LEAD + 10.0) / BIN) - 1] == pytest.approx(SKIN_TEMPERATURE + degrees[2], abs=0.02)


def test_a_pinch_is_read_while_it_lasts() -> None:
    reading = perform("pinch")[0]["projection_rate_pinchipsi"]
    expected = USUAL * 1e3 * PINCH_FORCE.si
    assert reading.value == pytest.approx(expected, rel=0.02)


def test_forces_are_held_in_g_of_the_device_and_no_withdrawal_ends_them() -> None:
    readings, paper = perform("held_force", gain=0.3)
    assert [purpose for purpose, _, _ in paper.done] == [f"held_force:ipsi:{grams:g} g" for grams in HELD_GRAMS]
    for grams, (_, _, stimulus) in zip(HELD_GRAMS, paper.done, strict=True):
        assert stimulus.watch is None
        (course,) = stimulus.courses
        assert set(course.values) == {0.0, grams}
        parts = [(w.part, w.start, w.stop, w.high) for w in windows(stimulus.courses, stimulus.seconds)]
        held = 1.0 + HOLD_SECONDS.si
        assert parts == [("before", 0.0, 1.0, 0.0), ("during", 1.0, held, grams), ("after", held, held + 2.0, 0.0)]
        rate = readings[f"held_force_rate_{grams:g}_gipsi"].value
        assert rate == pytest.approx(0.3 * grams * 9.80665 * PAW_PRESSURE_PUNCTATE.si, rel=0.03, abs=0.05)
    assert readings["held_force_recruited_250_gipsi"].value == 1.0
    assert set(perform("held_force", gain=0.0)[0].values()) >= {Reading("held_force_recruited_250_g", "ipsi", 0.0, "1")}


def test_brush_and_pinch_are_read_while_they_last_and_after() -> None:
    readings, paper = perform("natural_stimuli", rest=1.0)
    strokes = 4 * 0.4 / 2.5
    assert readings["brush_rateipsi"].value == pytest.approx(1.0 + 50 * USUAL * strokes, rel=0.05)
    assert readings["pinch_rateipsi"].value == pytest.approx(1.0 + USUAL * 1e3 * PINCH_FORCE.si, rel=0.03)
    assert readings["brush_after_rateipsi"].value == pytest.approx(1.0, rel=0.05)
    assert readings["pinch_after_rateipsi"].value == pytest.approx(1.0, rel=0.05)
    for _, _, stimulus in paper.done:
        assert [w.part for w in windows(stimulus.courses, stimulus.seconds)] == ["before", "during", "after"]


def test_skin_is_warmed_steadily_and_what_would_be_the_withdrawal_is_read() -> None:
    readings, paper = perform("heat_ramp")
    (course,) = paper.done[0][2].courses
    assert np.diff(course.values[101:1900]) == pytest.approx(0.01)
    assert course.values.max() == pytest.approx(50.0)
    bands = [(w.low, w.high) for w in windows([course], paper.done[0][2].seconds) if w.part == "during"]
    assert bands[0] == (32.0, 36.0)
    assert bands[-1] == (48.0, 50.0)
    found = readings["heat_ramp_thresholdipsi"]
    assert not found.censored
    later = 0.3 * HEAT_RAMP_SPEED.si  # of the smoothing of the rate
    assert found.value == pytest.approx(40.0 + CRITERION / (100 * USUAL) + later, abs=0.2)
    assert perform("heat_ramp", gain=0.0)[0]["heat_ramp_thresholdipsi"].censored


def test_wind_up_is_the_change_from_the_first_c_volley_to_the_last() -> None:
    readings, paper = perform("wind_up", gain=0.1)
    assert np.flatnonzero(paper.done[0][2].electric["ipsi"]).tolist() == list(range(100, 3200, 200))
    first = 10 * 0.1 * 22.5 * 0.45
    assert readings["c_response_firstipsi"].value == pytest.approx(first, rel=0.03)
    assert readings["wind_upipsi"].value == pytest.approx(0.0, abs=0.1)


def test_spikes_are_counted_in_the_c_window_after_each_pulse() -> None:
    """One spike more after each pulse, and as many before and after the window, which do not count."""
    inside = [pulse + 0.05 + 0.01 * k for number, pulse in enumerate(pulse_seconds()) for k in range(number)]
    outside = [pulse + late for pulse in pulse_seconds() for late in (0.049, 0.501)]
    seconds = np.sort([*inside, *outside])
    assert c_responses(SpikeTrain(seconds, np.zeros(len(seconds), "u4"), 2)) == pytest.approx(np.arange(16) / 2)


def test_microdialysis_reads_both_sides_of_the_cord_at_rest() -> None:
    readings, paper = perform("microdialysis", "")
    assert not any(stimulus.force or stimulus.capsaicin for _, _, stimulus in paper.done)
    for transmitter in TRANSMITTERS:
        for k, side in enumerate(SIDES):
            assert readings[f"microdialysis_{transmitter}{side}"].value == k + 1.0
    assert {reading.unit for reading in readings.values()} == {"nM"}


@pytest.mark.parametrize("transmitter", ["noradrenaline", "serotonin"])
@pytest.mark.parametrize("place", ["locus_coeruleus", "forebrain"])
def test_a_probe_in_the_brain_reads_what_is_there(transmitter: Any, place: Any) -> None:
    reading = perform("microdialysis", "")[0][f"microdialysis_{transmitter}_{place}"]
    assert (reading.side, reading.unit) == ("", "nM")
    assert reading.value == COMPARTMENTS.index(place) + 1.0


@pytest.mark.parametrize(("side", "pinched"), [("", "contra"), ("contra", "contra"), ("ipsi", "ipsi")])
def test_the_unit_recording_pinches_the_paw_that_is_named_and_the_uninjured_one_where_none_is(
    side: Any, pinched: Any
) -> None:
    readings, paper = perform("locus_coeruleus_recording", side)
    assert [list(stimulus.force) for _, _, stimulus in paper.done] == [[pinched]]
    assert {reading.side for reading in readings.values()} == {side}
    recording = assays.locus_coeruleus_recording
    assert recording.on_days(1).sides == Measurement(assay="locus_coeruleus_recording", days=1).sides == ()
    assert Measurement(assay="locus_coeruleus_recording", days=1, sides=["contra", "ipsi"]).sides == SIDES


def test_latency_windows_lie_between_the_velocities_of_the_classes() -> None:
    """As arrivals at the cord do: every fibre's own class, over the same way."""
    draw = draw_animal(naive, structure(naive, 1.0), 1, 1)
    classes = {"a_beta": "a_beta", "a_delta": "a_delta", "c": "c_peptidergic"}
    for way in (1.0, SCIATIC_SHARE.si):
        windows_of = latency_windows(way * naive.conduction_distance.si)
        for window, population in classes.items():
            arrivals = way * draw.fibres["delay"][draw.structure.block(f"ipsi_{population}").part]
            begin, end = windows_of[window]
            arrive = arrivals + naive.synapses.delays[{"c": "c"}.get(window, window)].si
            assert np.mean((arrive >= begin) & (arrive < end)) > 0.95, (window, way)
        assert windows_of["c"][1] == windows_of["after"][0]


@pytest.mark.parametrize("name", ["volleys_from_paw", "volleys_from_nerve"])
def test_spikes_are_counted_a_pulse_in_each_window(name: Any) -> None:
    stimulus, moments = pulses("ipsi")
    assert np.flatnonzero(stimulus.electric["ipsi"]).tolist() == list(range(100, 2700, 500))
    windows_of = latency_windows(0.1)
    seconds = np.sort([pulse + begin + 1e-3 for pulse in moments for begin, _ in windows_of.values()])
    cells = SpikeTrain(seconds, np.zeros(len(seconds), "u4"), 4)
    assert [evoked(cells, moments, window) for window in windows_of.values()] == pytest.approx([0.25] * 4)
    readings, paper = perform(name, gain=0.1)
    assert {each.split(f"{name}_")[1] for each in readings} == {
        f"{window}ipsi" for window in (*windows_of, "rest_rate")
    }
    assert paper.done[0][2].electric_way == (1.0 if name == "volleys_from_paw" else SCIATIC_SHARE.si)


def test_the_unit_recording_reads_rest_burst_and_pause() -> None:
    readings, _ = perform("locus_coeruleus_recording", "")
    rates = {name: reading.value for name, reading in readings.items()}
    assert rates["locus_coeruleus_rest_rate"] == pytest.approx(2.0, rel=0.05)
    assert rates["locus_coeruleus_pause_rate"] == pytest.approx(2.0, rel=0.2)
    assert rates["locus_coeruleus_burst_rate"] > 10.0


def nsia(**bench: Any) -> tuple[dict[str, float], PaperBench]:
    readings, paper = perform("nsia", "contra", **bench)
    return {name.removesuffix("contra"): reading.value for name, reading in readings.items()}, paper


def test_nsia_is_the_rise_of_the_threshold_under_a_painful_forepaw() -> None:
    found, paper = nsia(gain=SENSITIVE)
    assert found["nsia"] == found["nsia_threshold_after"] - found["nsia_threshold_before"] > 0
    level = np.exp(-CAPSAICIN_TEST.si / CAPSAICIN_DECAY.si)
    assert found["evoked_noradrenaline"] == pytest.approx(100 * (1 + level))
    hours = [h for _, h, _ in paper.done]
    assert hours[-1] - hours[0] == pytest.approx(CAPSAICIN_TEST.si / 3600)


def test_nsia_is_censored_when_a_threshold_is() -> None:
    assert all(
        reading.censored for name, reading in perform("nsia", gain=0.0)[0].items() if "noradrenaline" not in name
    )


def test_what_an_assay_moves_is_its_own_bench_s() -> None:
    """The bench is copied per assay, so that the clock it moves is not the animal's."""
    paper = PaperBench()
    before = paper.state
    copy = replace(paper)
    performed("nsia", copy, "ipsi")
    assert copy.state.hours > before.hours
    assert paper.state is before


def test_on_days_makes_a_measurement() -> None:
    measurement = assays.paw_pressure.on_days(7, 1, hour=3.0)
    assert (measurement.assay, measurement.days, measurement.hour) == ("paw_pressure", (1, 7), 3.0)
    assert measurement.sides == SIDES
    assert assays.paw_pressure.on_days(1, sides=("ipsi",)).sides == ("ipsi",)
    assert assays.microdialysis.on_days(1).sides == ()


@pytest.fixture(autouse=True)
def _no_number_stays_changed() -> Iterator[None]:
    yield
    assert assays.parameters() == NUMBERS
