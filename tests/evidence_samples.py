"""Findings and stand-in animals, whose thresholds follow from what their arm says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from cohort_samples import Report, plan

from core.keys import stream
from core.records import AnimalRecord, AssayValue, EpochRecord, SlowTable
from experiments import Study
from experiments.evidence.finding import Finding
from experiments.protocol.arm import Arm
from experiments.running.matched_animals import AnimalRunner

ASSAYS = [{"assay": "paw_pressure", "sides": ["ipsi"], "days": [1, 3], "hour": 1.0}]
DULOXETINE = {"drug": "duloxetine", "dose": "10 mg/kg", "route": "s.c.", "schedule": "once", "on_day": 3}
VALUE = {"name": "paw_pressure_threshold", "side": "ipsi", "day": 3, "hour": 1.0}
OUTCOME: dict[str, Any] = {
    "says": "threshold, duloxetine over vehicle",
    "statistic": "ratio",
    "value": VALUE,
    "arm": "treated",
    "reference": "untreated",
    "expected": "up",
    "target": 1.5,
    "low": 1.3,
    "high": 1.7,
}
TREATED = {"name": "treated", "circuit": "ligated", "treatments": [DULOXETINE]}
UNTREATED = {"name": "untreated", "circuit": "ligated"}


def finding(id: str = "T1", arms: list[dict[str, Any]] | None = None, animals: int = 4, **changes: Any) -> Finding:
    study = {"arms": arms or [UNTREATED, TREATED], "assays": ASSAYS}
    fields = {"id": id, "claim": "A claim.", "source": "Nobody 2000", "role": "fit", "animals": animals}
    return Finding.model_validate(fields | {"study": study, "outcomes": [OUTCOME]} | changes)


def threshold(arm: Arm, number: int, seed: int) -> float:
    """Half under ligation; half more under a drug, unless alpha2 is off."""
    level = (75.0 if arm.circuit == "ligated" else 150.0) + float(stream(seed, number).normal(0.0, 2.0))
    return level * 1.5 if arm.treatments and "alpha2" not in arm.switch_off else level


def run_matched_animals(study: Study, number: int, report: Report) -> Iterator[AnimalRecord]:
    for arm in study.arms:
        times = [(day, 24.0 * day + assay.hour) for assay in study.assays for day in assay.days]
        hours = np.array([hour for _, hour in times])
        level = threshold(arm, number, study.seed)
        values = tuple(
            AssayValue("paw_pressure", "paw_pressure_threshold", "ipsi", level, "g", day, hour - 24.0 * day)
            for day, hour in times
        )
        rest = {"noradrenaline_dorsal_horn_ipsi_nanomolar": 10.0}
        epochs = tuple(EpochRecord(f"rest {h}", "rest", h, 1.0, {}, rest | {"x_hertz": h}) for h in hours)
        slow = SlowTable(hours, {"mood": hours / 24.0, "glutamate_clearance": np.full(len(hours), 0.5)})
        report(1.0)
        yield AnimalRecord(study.name, arm.name, number, arm.circuit, epochs, values, slow, slow, {"seed": study.seed})


STAND_INS = AnimalRunner(plan, run_matched_animals)


def finished_files(out: Path) -> dict[str, int]:
    """Path of each finished animal in a folder -> its inode: equal where it is one file."""
    return {str(path.relative_to(out)): path.stat().st_ino for path in sorted(out.rglob("animals/*/*.h5"))}
