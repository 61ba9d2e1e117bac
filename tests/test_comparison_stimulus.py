"""What is compared at equal stimulus only: phases, hours, sides, filaments and bands of force stand apart.

Every number is worked out again from the raw spikes of made-up animals.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from core.keys import stream
from core.records import AnimalRecord, AssayValue, EpochRecord, SlowTable, SpikeTrain
from core.stimulus_course import BIN, StimulusCourse
from results.comparison.arms import Comparison, compare
from results.comparison.cut_bands import cut_short
from results.comparison.frames import rows_of, where
from results.files.folder import ManifestArm
from results.files.store import Manifest, animal_path, write_animal, write_manifest
from results.study import open_study

ARMS = (ManifestArm("sham", "sham", "vehicle"), ManifestArm("ligated", "ligated", "vehicle"))
ANIMALS = (1, 2, 3, 4)
CELLS = 10
#: Day, hour and phase of rests, and the rate in them: two on one day with a dose between, in light that lasts hours,
#: before and after a lesion in mid-study, and before and after an injection.
RESTS = {
    (14, 0.0, ""): 1.0,
    (14, 1.5, ""): 4.0,
    (20, 1.0, "light on raphe"): 2.0,
    (20, 9.0, "light on raphe"): 6.0,
    (21, 0.0, ""): 1.0,
    (21, 8.0, "DSP-4 lesion"): 9.0,
    (28, 2.0, ""): 0.3,
    (28, 3.5, "intrathecal idazoxan"): 6.0,
}
#: Grams a second of the rising force, and seconds before it.
SPEED, LEAD = 32.0, 0.5
#: Withdrawal of each arm, s from the start of the epoch.
WITHDRAWAL = {"sham": 4.1, "ligated": 2.3}


def train(rng: np.random.Generator, hertz: float, seconds: float, start: float = 0.0) -> SpikeTrain:
    ticks = np.sort(rng.integers(0, round((seconds - start) * 1e4), rng.poisson(CELLS * hertz * (seconds - start))))
    return SpikeTrain(start + ticks / 1e4, rng.integers(0, CELLS, ticks.size).astype("u4"), CELLS)


def ramp(side: str) -> StimulusCourse:
    """A force that rises to 250 g, as it is planned."""
    time = np.arange(round(10 / BIN)) * BIN
    return StimulusCourse("force", side, np.clip((time - LEAD + BIN) * SPEED, 0.0, 250.0) * (time >= LEAD))


def filament(side: str, grams: float) -> StimulusCourse:
    return StimulusCourse("force", side, np.where(np.arange(200) * BIN >= LEAD, grams, 0.0))


def epochs(arm: str, animal: int) -> Iterator[EpochRecord]:
    rng = stream("stimulus", arm, animal)
    for (day, hour, phase), hertz in RESTS.items():
        spikes = {"ipsi_projection": train(rng, hertz, 3.0)}
        averages = {"noradrenaline_dorsal_horn_ipsi_nanomolar": float(rng.normal(10 * hertz, 0.5))}
        yield EpochRecord(f"rest@{day}+{hour}", "rest", 24 * day + hour, 3.0, spikes, averages, phase)
    for side in ("ipsi", "contra"):
        seconds = WITHDRAWAL[arm] + 0.07 * animal
        spikes = {"ipsi_projection": train(rng, 12.0 if side == "ipsi" else 0.2, seconds, LEAD)}
        yield EpochRecord(f"paw_pressure:{side}", "paw_pressure", 24 * 28 + 2.0, seconds, spikes, {}, "", (ramp(side),))
    for trial, grams in enumerate((2.0, 10.0, 2.0)):
        spikes = {"ipsi_projection": train(rng, grams, 2.0, LEAD)}
        stimuli = (filament("ipsi", grams),)
        yield EpochRecord(f"von_frey:{trial}", "von_frey", 24 * 28 + 2.5, 2.0, spikes, {}, "", stimuli)


def recorded(arm: ManifestArm, animal: int) -> AnimalRecord:
    nothing = SlowTable(np.empty(0), {})
    grams = AssayValue("paw_pressure", "paw_pressure_threshold", "ipsi", 50.0 + animal, "g", 28, 2.0)
    found = tuple(epochs(arm.name, animal))
    return AnimalRecord("stimulus", arm.name, animal, arm.circuit, found, (grams,), nothing, nothing, {})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("stimulus")
    write_manifest(out, Manifest("stimulus", ARMS, ANIMALS))
    for arm in ARMS:
        for animal in ANIMALS:
            write_animal(recorded(arm, animal), animal_path(out, arm.name, animal))
    return out


@pytest.fixture(scope="module")
def comparison(folder: Path) -> Comparison:
    return compare(folder)


def rates(arm: str, label: str, start: float = 0.0, stop: float = np.inf) -> np.ndarray:
    """Rate of every animal in a stretch of an epoch, from the raw spikes; NaN where its epoch ends before."""
    found = []
    for animal in ANIMALS:
        (epoch,) = (each for each in epochs(arm, animal) if each.label == label)
        seconds, end = epoch.spikes["ipsi_projection"].seconds, min(stop, epoch.seconds)
        inside = np.sum((seconds >= start) & (seconds < end))
        found.append(inside / (CELLS * (end - start)) if end > start else np.nan)
    return np.array(found)


def only(table: pd.DataFrame, **equal: Any) -> dict[str, Any]:
    (row,) = rows_of(where(table, **equal))
    return row


@pytest.mark.parametrize(("day", "hour", "phase"), RESTS)
def test_rests_of_one_day_are_never_averaged(comparison: Comparison, day: int, hour: float, phase: str) -> None:
    """The rest after a dose, in light, after a lesion or an injection is another measure than the one before it."""
    place = {"day": day, "hour": hour, "phase": phase, "assay": "rest", "arm": "ligated"}
    row = only(comparison.tables["rate_summary"], **place)
    expected = rates("ligated", f"rest@{day}+{hour}")
    assert (row["part"], row["n"], row["unit"]) == ("rest", 4, "Hz")
    assert (row["mean"], row["sem"]) == pytest.approx((expected.mean(), stats.sem(expected)))
    average = only(comparison.tables["average_summary"], **place)
    assert average["mean"] == pytest.approx(10 * RESTS[day, hour, phase], abs=1.5)


def test_the_report_shows_the_last_day_before_and_after_the_injection(comparison: Comparison) -> None:
    text = "\n".join(comparison.report())
    before, after = text.split("AT REST on day 28 +2 h:")[1].split("AT REST on day 28 +3.5 h, intrathecal idazoxan:")
    for part, label in ((before, "rest@28+2.0"), (after, "rest@28+3.5")):
        mean = rates("ligated", label).mean()
        (line,) = (line for line in part.splitlines() if line.strip().startswith("ipsi_projection (Hz)"))
        assert float(line.split()[-4]) == pytest.approx(mean, abs=0.01)


def test_what_an_injection_changes_at_rest_is_that_within_the_animal(comparison: Comparison) -> None:
    row = only(comparison.tables["phase_differences"], arm="sham", phase="intrathecal idazoxan", unit="Hz")
    difference = rates("sham", "rest@28+3.5") - rates("sham", "rest@28+2.0")
    assert (row["assay"], row["reference_hour"], row["pairs"]) == ("rest", 2.0, 4)
    assert (row["difference"], row["sem"]) == pytest.approx((difference.mean(), stats.sem(difference)))


def test_the_pressed_paw_and_the_other_one_are_two_measures(comparison: Comparison) -> None:
    table = where(comparison.tables["rate_summary"], assay="paw_pressure", arm="sham", part="during")
    means = table.groupby("side", observed=True)["mean"].mean()
    assert means["ipsi"] > 8.0
    assert means["contra"] < 1.0
    assert set(table["stimulus"]) == {"force"}


@pytest.mark.parametrize(("low", "high"), [(0.0, 10.0), (10.0, 20.0), (30.0, 45.0)])
def test_circuits_are_compared_in_bands_of_force(comparison: Comparison, low: float, high: float) -> None:
    band = {"assay": "paw_pressure", "side": "ipsi", "part": "during", "from_strength": low, "to_strength": high}
    row = only(comparison.tables["rate_differences"], **band)
    start, stop = (LEAD + np.floor(edge / SPEED / BIN) * BIN for edge in (low, high))
    sham, ligated = (rates(arm, "paw_pressure:ipsi", start, stop) for arm in ("sham", "ligated"))
    assert row["pairs"] == 4
    assert row["difference"] == pytest.approx((ligated - sham).mean(), rel=1e-9)
    assert row["strength_unit"] == "g"


def test_the_band_in_which_an_animal_withdraws_is_not_compared(comparison: Comparison) -> None:
    """Its force ends within the band; what is left are bands whose whole rise the animal has felt."""
    table = where(comparison.tables["rate_summary"], assay="paw_pressure", side="ipsi", part="during")
    for arm, seconds in WITHDRAWAL.items():
        forces = [(seconds + 0.07 * animal - LEAD) * SPEED for animal in ANIMALS]
        for row in rows_of(where(table, arm=arm)):
            assert row["n"] == sum(force > row["to_strength"] for force in forces)


def test_a_force_that_one_arm_did_not_reach_is_compared_with_nothing(comparison: Comparison) -> None:
    reached = {
        arm: set(where(comparison.tables["rate_summary"], arm=arm, assay="paw_pressure", part="during")["to_strength"])
        for arm in WITHDRAWAL
    }
    assert max(reached["ligated"]) < max(reached["sham"])
    compared = where(comparison.tables["rate_differences"], assay="paw_pressure", part="during")
    assert set(compared["to_strength"]) == reached["ligated"]


@pytest.mark.parametrize("grams", [2.0, 10.0])
def test_filaments_are_never_pooled_and_repetitions_are_averaged_first(comparison: Comparison, grams: float) -> None:
    place = {"assay": "von_frey", "arm": "sham", "part": "during", "from_strength": grams, "to_strength": grams}
    row = only(comparison.tables["rate_summary"], **place)
    trials = [trial for trial, force in enumerate((2.0, 10.0, 2.0)) if force == grams]
    each = np.mean([rates("sham", f"von_frey:{trial}", LEAD) for trial in trials], axis=0)
    assert (row["n"], row["mean"]) == (4, pytest.approx(each.mean()))


def test_what_is_around_a_steady_stimulus_is_that_of_its_strength(comparison: Comparison) -> None:
    """What follows 10 g does not follow 2 g; around a rising force the device rests."""
    summary = comparison.tables["rate_summary"]
    before = summary[summary["part"] == "before"]
    found = before.groupby(["assay", "arm"], observed=True)["from_strength"].agg(lambda grams: sorted(set(grams)))
    assert found.to_dict() == {
        **{("von_frey", arm.name): [2.0, 10.0] for arm in ARMS},
        **{("paw_pressure", arm.name): [0.0] for arm in ARMS},
    }
    assert (before["from_strength"] == before["to_strength"]).all()


def test_recruitment_is_the_share_of_cells_with_a_spike(comparison: Comparison) -> None:
    row = only(comparison.tables["recruitment_summary"], assay="rest", arm="sham", day=28, hour=2.0)
    shares = [
        np.unique(next(e for e in epochs("sham", k) if e.label == "rest@28+2.0").spikes["ipsi_projection"].index).size
        for k in ANIMALS
    ]
    assert row["mean"] == pytest.approx(np.mean(shares) / CELLS)
    assert 0 <= row["low"] <= row["high"] <= 1 or np.isnan(row["low"])


def test_nothing_is_said_of_stimuli_that_are_not_told(comparison: Comparison) -> None:
    assert comparison.notes == ()


def test_the_band_of_a_withdrawal_is_the_same_one_in_windows_and_in_rates(folder: Path) -> None:
    """`compare` leaves it out by the windows of an animal, `diff` by the rates of a study."""
    study, animal = open_study(folder), ["arm", "animal", "epoch"]
    place = [*animal, "low", "high"]
    windows, rates = (frame[cut_short(frame, animal)] for frame in (study.windows, study.rates))
    assert len(windows) == len(ARMS) * len(ANIMALS) * 2
    assert windows[place].to_numpy().tolist() == rates[place].drop_duplicates().to_numpy().tolist()
    withdrew = SPEED * (windows["stop"] - LEAD)
    assert ((windows["low"] < withdrew) & (withdrew < windows["high"])).all()
