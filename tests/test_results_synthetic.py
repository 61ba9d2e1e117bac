"""A synthetic study folder whose every number is known, for the tests of what reads it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from core.keys import stream
from core.records import AnimalRecord, AssayValue, EpochRecord, SlowTable, SpikeTrain
from results.files.store import Manifest, ManifestArm, animal_path, read_animal, write_animal, write_manifest

DAYS = (-1, 3, 7, 14, 15, 17, 21, 28)
CUT_OFF = 250.0
RATES_HERTZ = {
    "a_beta": (40, 6.0),
    "a_delta": (30, 3.0),
    "c_peptidergic": (60, 1.5),
    "c_nonpeptidergic": (60, 1.0),
    "pkc_gamma": (45, 4.0),
    "vertical": (75, 3.0),
    "parvalbumin": (22, 12.0),
    "islet": (45, 6.0),
    "projection": (20, 5.0),
}
BRAINSTEM = {
    "forepaw_nociceptor": (20, 0.0),
    "locus_coeruleus_ascending": (56, 2.0),
    "locus_coeruleus_spinal": (24, 2.2),
    "raphe": (30, 1.2),
    "a11": (15, 2.0),
}
ARMS = (
    ManifestArm("sham-vehicle", "sham", "vehicle"),
    ManifestArm("sham-duloxetine", "sham", "duloxetine 10 mg/kg", dosing_days=((14.0, 28.0),)),
    ManifestArm("ligated-vehicle", "ligated", "vehicle"),
    ManifestArm("ligated-duloxetine", "ligated", "duloxetine 10 mg/kg", dosing_days=((14.0, 28.0),)),
    ManifestArm("ligated-fluoxetine", "ligated", "fluoxetine 10 mg/kg", dosing_days=((14.0, 28.0),)),
    ManifestArm("ligated-duloxetine-DSP-4", "ligated", "duloxetine 10 mg/kg", "DSP-4", dosing_days=((14.0, 28.0),)),
)


def poisson(rng: np.random.Generator, cells: int, hertz: float, seconds: float) -> SpikeTrain:
    """A homogeneous Poisson population on the 0.1 ms grid."""
    ticks = np.sort(rng.integers(0, round(seconds * 1e4), rng.poisson(cells * hertz * seconds)))
    return SpikeTrain(ticks / 1e4, rng.integers(0, cells, ticks.size).astype("u4"), cells)


def pinch_epoch(seed: int = 1, seconds: float = 4.0, stimulus: tuple[float, float] = (1.5, 2.5)) -> EpochRecord:
    """An epoch in which ipsilateral fibres and cells and the brainstem answer a stimulus."""
    rng = stream(seed, "pinch")
    spikes = {}
    for side in ("ipsi", "contra"):
        for name, (cells, hertz) in RATES_HERTZ.items():
            base = poisson(rng, cells, hertz, seconds)
            spikes[f"{side}_{name}"] = _driven(rng, base, 8 * hertz, stimulus) if side == "ipsi" else base
    for name, (cells, hertz) in BRAINSTEM.items():
        base = poisson(rng, cells, hertz, seconds)
        spikes[name] = _driven(rng, base, 8.0, stimulus) if name.startswith("locus") else base
    return EpochRecord("pinch day 14", "pinch", 14 * 24 + 2.0, seconds, spikes, {"locus_coeruleus_rate_hertz": 3.1})


def _driven(rng: np.random.Generator, base: SpikeTrain, hertz: float, stimulus: tuple[float, float]) -> SpikeTrain:
    more = poisson(rng, base.cells, hertz, stimulus[1] - stimulus[0])
    seconds = np.concatenate([base.seconds, np.round(more.seconds + stimulus[0], 4)])
    order = np.argsort(seconds, kind="stable")
    return SpikeTrain(seconds[order], np.concatenate([base.index, more.index])[order], base.cells)


def relief(arm: ManifestArm, day: int) -> float:
    """Share of the injury's effect on the threshold that is gone."""
    if day < 14 or not arm.treatment.startswith(("duloxetine", "fluoxetine")):
        return 0.0
    share = min(1.0, (day - 13) / 4) * (0.9 if arm.treatment.startswith("duloxetine") else 0.2)
    return share * (0.3 if arm.manipulation else 1.0)


def threshold(arm: ManifestArm, animal: int, side: str, day: int) -> float:
    """Paw withdrawal threshold, g: 120 or so, 50 after ligation, an own offset for every animal."""
    rng = stream("threshold", animal, side, day)
    injured = arm.circuit == "ligated" and side == "ipsi" and day > 0
    mean = 125 - 70 * injured * (1 - relief(arm, day))
    own = stream("threshold", arm.name, animal, side, day)
    shared = 6 * stream("animal", animal).standard_normal() + 4 * rng.standard_normal()
    return float(mean + shared + 2 * own.standard_normal())


def animal_record(arm: ManifestArm, animal: int, days: tuple[int, ...] = DAYS) -> AnimalRecord:
    """One animal: rest epochs on each day, two assays, an injection on the last day."""
    epochs = tuple(rest_epoch(arm, animal, day) for day in days)
    assays = [a for day in days for a in assay_values(arm, animal, day)]
    last = [replace(a, phase="intrathecal idazoxan", hour=3.0, value=0.7 * a.value) for a in assays[-4:-2]]
    hours = np.arange(days[0] * 24.0, days[-1] * 24.0 + 24, 2.0)
    dosed = (hours >= 14 * 24) * (arm.treatment != "vehicle")
    drug = arm.treatment.split()[0]
    concentration = {} if drug == "vehicle" else {
        f"{drug}_dorsal_horn_ipsi_nanomolar": dosed * 80 * np.exp(-(hours % 24) / 6),
        f"{drug}_forebrain_nanomolar": dosed * 60 * np.exp(-(hours % 24) / 7),
        f"{drug}_locus_coeruleus_nanomolar": dosed * 50 * np.exp(-(hours % 24) / 7),
    }  # fmt: skip
    return AnimalRecord(
        study="synthetic",
        arm=arm.name,
        animal=animal,
        circuit=arm.circuit,
        epochs=epochs,
        assays=(*assays, *last),
        slow_state=SlowTable(hours, {"sensitisation_ipsi": np.tanh(hours / 200)}, {"sensitisation_ipsi": "1"}),
        concentrations=SlowTable(hours, concentration, dict.fromkeys(concentration, "nM")),
        provenance={"seed": 7, "bluespot_version": "0.1.0", "flags": ["-O3"], "cpu": "x86-64-v3"},
    )


def rest_epoch(arm: ManifestArm, animal: int, day: int) -> EpochRecord:
    """A second of rest with raised noradrenaline after ligation and under duloxetine."""
    rng = stream("rest", animal, day, arm.name)
    late = day >= 14 and arm.circuit == "ligated"
    drug = arm.treatment.split()[0] if day >= 14 else "vehicle"
    noradrenaline = 10 * (1 + 0.4 * late) * (2.5 if drug == "duloxetine" else 1.0) * (0.2 if arm.manipulation else 1.0)
    serotonin = 5 * (2.2 if drug in ("duloxetine", "fluoxetine") else 1.0)
    noise = stream("noise", animal, day).normal(1, 0.08, 12)
    averages = {"locus_coeruleus_rate_hertz": 2.0 * noise[0]}
    for k, place in enumerate(("dorsal_horn_ipsi", "dorsal_horn_contra", "locus_coeruleus", "forebrain")):
        averages[f"noradrenaline_{place}_nanomolar"] = noradrenaline * noise[1 + k]
        averages[f"serotonin_{place}_nanomolar"] = serotonin * noise[5 + k]
        averages[f"dopamine_{place}_nanomolar"] = 5 * noise[9 + k % 3]
    spikes = {f"{side}_projection": poisson(rng, 20, 2 + late, 1.0) for side in ("ipsi", "contra")}
    spikes |= {name: poisson(rng, cells, hertz * (1 + 0.3 * late), 1.0) for name, (cells, hertz) in BRAINSTEM.items()}
    return EpochRecord(f"rest day {day}", "rest", day * 24.0 + 1.0, 1.0, spikes, averages)


def assay_values(arm: ManifestArm, animal: int, day: int) -> list[AssayValue]:
    """Paw pressure and von Frey thresholds, both sides; on the contralateral side von Frey reaches its cut-off."""
    found = []
    for side in ("ipsi", "contra"):
        grams = threshold(arm, animal, side, day)
        found.append(AssayValue("paw_pressure", "paw_pressure_threshold", side, grams, "g", day, 2.0))
        hair = min(15.0, grams / 8)
        found.append(AssayValue("von_frey", "von_frey_threshold", side, hair, "g", day, 2.0, censored=hair == 15.0))
    return [found[0], found[2], found[1], found[3]]


def write_study(
    out: Path, arms: tuple[ManifestArm, ...] = ARMS, animals: int = 6, days: tuple[int, ...] = DAYS
) -> Path:
    """A whole study folder."""
    write_manifest(out, Manifest("synthetic", arms, tuple(range(1, animals + 1)), seed=7))
    for arm in arms:
        for animal in range(1, animals + 1):
            write_animal(animal_record(arm, animal, days), animal_path(out, arm.name, animal))
    return out


def test_the_synthetic_study_is_readable(tmp_path: Path) -> None:
    out = write_study(tmp_path, ARMS[:1], 1, (0, 1))
    record = read_animal(animal_path(out, "sham-vehicle", 1))
    assert [epoch.label for epoch in record.epochs] == ["rest day 0", "rest day 1"]
