"""Made-up frames of assays, as `study.assays` has them, for the tests of statistics and of own data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from results.comparison.contrasts import Contrast

#: Arm -> (circuit, treatment, gain of the threshold per day from day 14 on).
ARMS: Mapping[str, tuple[str, str, float]] = {
    "sham-vehicle": ("sham", "vehicle", 0.0),
    "sham-drug": ("sham", "drug", 0.5),
    "ligated-vehicle": ("ligated", "vehicle", 0.0),
    "ligated-drug": ("ligated", "drug", 4.0),
}
CONTRASTS = (
    Contrast("treatment", "sham-drug", "sham-vehicle"),
    Contrast("circuit", "ligated-vehicle", "sham-vehicle"),
    Contrast("treatment", "ligated-drug", "ligated-vehicle"),
    Contrast("circuit", "ligated-drug", "sham-drug"),
)
FIRST_DOSES = {"sham-drug": 14 * 24.0, "ligated-drug": 14 * 24.0}
DAYS = (-1, 3, 13, 15, 21, 28)


def assay_frame(
    animals: int = 6,
    days: Sequence[int] = DAYS,
    arms: Mapping[str, tuple[str, str, float]] = ARMS,
    cut_off: float = np.inf,
    twins: bool = True,
) -> pd.DataFrame:
    """Thresholds of animals that share an offset with their twins; arms differ from surgery and from day 14 on."""
    rng = np.random.default_rng(7)
    shared = rng.normal(0, 10, animals)
    rows = []
    noise: dict[tuple[str, int, int], float] = {}
    for place, (arm, (circuit, treatment, gain)) in enumerate(arms.items()):
        for animal in range(animals):
            own = rng.normal(0, 5)
            for day in days:
                # What happened so far: arms of one history have the same animals, value for value.
                dosed = treatment if day >= 14 else "vehicle"
                history = (f"{circuit if day > 0 else 'sham'}-{dosed}", animal, day)
                injury = -50.0 if circuit == "ligated" and day > 0 else 0.0
                late = own if day >= 14 else 0.0
                value = 120 + injury + shared[animal] + gain * max(0, day - 13) + late
                value += noise.setdefault(history, float(rng.normal(0, 4)))
                number = animal + 1 + (0 if twins else 100 * place)
                rows.append((arm, circuit, treatment, "", number, day, min(value, cut_off), value >= cut_off))
    columns = ["arm", "circuit", "treatment", "manipulation", "animal", "day", "value", "censored"]
    frame = pd.DataFrame(rows, columns=columns).assign(
        assay="paw_pressure", name="paw_pressure_threshold", side="ipsi", phase="", unit="g", hour=2.0
    )
    text = ["arm", "circuit", "treatment", "manipulation", "assay", "name", "side", "phase", "unit"]
    return frame.astype(dict.fromkeys(text, "category"))
