"""What an epoch's stimuli say: their columns in results, and the windows that they cut an epoch into."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from core.records import EpochRecord
from core.stimulus_course import BANDS, BIN, StimulusCourse, Window, applied_stimuli, windows


def course(kind: str, side: str, *pieces: tuple[float, float]) -> StimulusCourse:
    """(seconds, value) one after another."""
    return StimulusCourse(kind, side, np.concatenate([np.full(round(s / BIN), value) for s, value in pieces]))


def rising(side: str = "ipsi", lead: float = 0.5, speed: float = 32.0, most: float = 250.0) -> StimulusCourse:
    time = (np.arange(831) + 1) * BIN
    return StimulusCourse("force", side, np.clip((time - lead) * speed, 0.0, most))


def test_an_epoch_without_a_stimulus_is_one_window_of_rest() -> None:
    nothing = course("force", "ipsi", (3.0, 0.0))
    for stimuli in ((), (nothing,), (course("heat", "contra", (3.0, 32.0)),)):
        assert windows(stimuli, 3.0) == (Window("rest", 0.0, 3.0),)
        assert applied_stimuli(stimuli, 3.0).stimulus == applied_stimuli(stimuli, 3.0).unit == ""


def test_a_steady_stimulus_has_a_before_a_during_and_an_after() -> None:
    pinch = course("force", "contra", (1.0, 0.0), (1.0, 80.0), (1.5, 0.0))
    assert windows((pinch,), 3.5) == (
        Window("before", 0.0, 1.0, 0.0, 0.0, "g"),
        Window("during", 1.0, 2.0, 80.0, 80.0, "g"),
        Window("after", 2.0, 3.5, 0.0, 0.0, "g"),
    )
    found = applied_stimuli((pinch,), 3.5)
    assert (found.stimulus, found.side, found.strength, found.unit, found.onset) == ("force", "contra", 80.0, "g", 1.0)


@pytest.mark.parametrize("seconds", [8.31, 5.29, 1.0, 0.55])
def test_a_rising_force_is_cut_into_bands_up_to_the_end_of_the_epoch(seconds: float) -> None:
    found = windows((rising(),), seconds)
    assert found[0] == Window("before", 0.0, 0.5, 0.0, 0.0, "g")
    assert [window.start for window in found[1:]] == [window.stop for window in found[:-1]], "no gap, no overlap"
    assert found[-1].stop == seconds, "the withdrawal ends the last band"
    applied = rising().values
    for window in found[1:]:
        inside = applied[round(window.start / BIN) : round(window.stop / BIN)]
        assert window.part == "during"
        assert (window.low, window.high) in zip(BANDS["g"], BANDS["g"][1:], strict=False)
        assert np.all((inside > window.low) & (inside <= window.high))
    assert applied_stimuli((rising(),), seconds).strength == pytest.approx((seconds - 0.5) * 32, abs=1e-9)


def test_beyond_the_last_edge_there_is_one_more_band() -> None:
    strong = rising(speed=100.0, most=400.0)
    assert [(w.low, w.high) for w in windows((strong,), 8.31)][-1] == (250.0, np.inf)


def test_steps_are_cut_at_the_steps_and_strokes_stay_together() -> None:
    steps = course("force", "ipsi", (0.5, 0.0), (1.0, 10.0), (1.0, 30.0), (0.05, 60.0))
    assert [(w.part, w.start, w.stop, w.low, w.high) for w in windows((steps,), 2.55)][1:] == [
        ("during", 0.5, 1.5, 10.0, 10.0),
        ("during", 1.5, 2.5, 30.0, 30.0),
        ("during", 2.5, 2.55, 60.0, 60.0),
    ]
    strokes = course("brush", "ipsi", (0.5, 0.0), (0.4, 1.0), (0.3, 0.0), (0.4, 1.0), (0.5, 0.0))
    assert windows((strokes,), 2.1)[1] == Window("during", 0.5, 1.6, 1.0, 1.0, "1")


def test_what_touches_a_hind_paw_leads_and_the_forepaw_is_told() -> None:
    capsaicin = course("capsaicin", "", (8.31, 0.6))
    found = applied_stimuli((capsaicin, rising("contra")), 2.5)
    assert (found.stimulus, found.side, found.unit, found.onset) == ("force+capsaicin", "contra", "g", 0.5)
    assert found.strength == pytest.approx(64.0)
    alone = applied_stimuli((capsaicin,), 5.0)
    assert (alone.stimulus, alone.side, alone.strength, alone.unit) == ("capsaicin", "", 0.6, "1")
    assert windows((capsaicin,), 5.0) == (Window("during", 0.0, 5.0, 0.6, 0.6, "1"),)
    two = applied_stimuli((rising("contra"), course("heat", "ipsi", (1.0, 32.0), (7.31, 50.0))), 8.31)
    assert (two.stimulus, two.side, two.unit, two.onset) == ("force+heat", "both", "g", 0.5)


def test_a_stimulus_that_the_epoch_did_not_come_to_was_not_applied() -> None:
    late = course("force", "ipsi", (2.0, 0.0), (1.0, 80.0))
    assert windows((late,), 1.0) == (Window("rest", 0.0, 1.0),)
    epoch = EpochRecord("e", "pinch", 1.0, 2.3, {}, {}, stimuli=(late,))
    assert epoch.applied.strength == 80.0
    assert replace(epoch, seconds=1.0).applied.strength == 0.0
    assert epoch.windows[-1] == Window("during", 2.0, 2.3, 80.0, 80.0, "g")
