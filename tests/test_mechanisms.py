"""What the relief goes through: cut the path, and the gain is gone; leave it, and it is there."""

from __future__ import annotations

import numpy as np
import pytest

from circuits import ligated, sham
from drugs import duloxetine
from experiments import Arm, Study, assays
from experiments.animal import run_litter

pytestmark = pytest.mark.slow

ANIMALS, SIZE = 4, 0.25
DULOXETINE = duloxetine.daily("10 mg/kg", route="s.c.", from_day=14)
CUTS = ("alpha2", "noradrenaline_release")


@pytest.fixture(scope="module")
def thresholds() -> dict[str, np.ndarray]:
    """Arm -> mean paw-pressure threshold (g) of the ligated paw over the first two dosing days, (animals,)."""
    arms = [
        Arm(ligated, treatment, switch_off=off)
        for off in ((), *((cut,) for cut in CUTS))
        for treatment in ((), DULOXETINE)
    ]
    study = Study(
        name="cuts",
        size=SIZE,
        animals=ANIMALS,
        arms=arms,
        assays=[assays.paw_pressure.on_days(14, 15, sides=("ipsi",))],
    )
    records = [record for number in range(ANIMALS) for record in run_litter(study, number)]
    return {
        arm.name: np.array([np.mean([v.value for v in r.assays]) for r in records if r.arm == arm.name])
        for arm in study.arms
    }


def gain(thresholds: dict[str, np.ndarray], suffix: str = "") -> float:
    return float(np.mean(thresholds[f"ligated-duloxetine{suffix}"] - thresholds[f"ligated-vehicle{suffix}"]))


def test_duloxetine_raises_the_ligated_threshold(thresholds: dict[str, np.ndarray]) -> None:
    assert gain(thresholds) > 15.0


@pytest.mark.parametrize("cut", CUTS)
def test_the_gain_is_gone_without_the_path(thresholds: dict[str, np.ndarray], cut: str) -> None:
    assert abs(gain(thresholds, f"-without-{cut}")) < gain(thresholds) / 3


@pytest.fixture(scope="module")
def units() -> dict[tuple[str, str, str], float]:
    """(arm, reading, side) -> value of one sham and one ligated animal of the standard size on day 21."""
    study = Study(
        name="units",
        animals=1,
        arms=[Arm(sham), Arm(ligated)],
        assays=[assays.locus_coeruleus_recording.on_days(21), assays.microdialysis.on_days(21, hour=2.1)],
    )
    return {(r.arm, v.name, v.side): v.value for r in run_litter(study, 0) for v in r.assays}


def test_locus_coeruleus_rests_bursts_and_pauses(units: dict[tuple[str, str, str], float]) -> None:
    rates = {what: units["sham-vehicle", f"locus_coeruleus_{what}_rate", ""] for what in ("rest", "burst", "pause")}
    assert 1.0 <= rates["rest"] <= 5.0
    assert rates["burst"] > 3 * rates["rest"]
    assert rates["pause"] < rates["rest"] / 2


def test_basal_noradrenaline_is_raised_in_the_ligated_cord(units: dict[tuple[str, str, str], float]) -> None:
    reading = ("microdialysis_noradrenaline", "ipsi")
    assert units["ligated-vehicle", *reading] > 1.3 * units["sham-vehicle", *reading]
