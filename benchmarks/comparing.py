"""Time, memory and written bytes of `compare` and `report` by the number of animals, each in a process of its own.

The animals are made up: two arms, three days, 23 populations and 18 averages in a rest and a pressed paw of each day.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from core.records import AnimalRecord, AssayValue, EpochRecord, SlowTable, SpikeTrain
from experiments.running.study_folder import STUDY_FILE
from results.files.store import Manifest, ManifestArm, animal_path, write_animal, write_manifest

#: Animals of both arms together.
CASES, LARGE_CASES = (40, 400), (40, 400, 4000)
ARMS = (ManifestArm("vehicle", "ligated", "vehicle"), ManifestArm("drug", "ligated", "a drug 10 mg/kg"))
DAYS = (-1, 13, 21)
POPULATIONS, CELLS, AVERAGES = 23, 20, 18

STUDY = """
name = "comparing"
animals = {animals}

[[arms]]
name = "vehicle"
circuit = "ligated"

[[arms]]
name = "drug"
circuit = "ligated"

[[arms.treatments]]
drug = "duloxetine"
dose = "10 mg/kg"
route = "s.c."
schedule = "daily"
from_day = 14

[[assays]]
assay = "paw_pressure"
days = [-1, 13, 21]
hour = 2.0
"""
#: Command -> (what it runs, the files that it writes).
COMMANDS = {
    "compare": (
        "from experiments.running.comparison import WantedComparison, compare_arms\n"
        "compare_arms(sys.argv[1], wanted=WantedComparison(figures=()))",
        "compare/*",
    ),
    "report": (
        "from experiments.commands.report import report\nfrom pathlib import Path\nreport(Path(sys.argv[1]))",
        "report.html",
    ),
}

_MEASURED = """
import json, resource, sys, time
began = time.perf_counter()
{command}
used = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({{
    "wall": time.perf_counter() - began, "processor": used.ru_utime + used.ru_stime, "rss": used.ru_maxrss
}}))
"""


def measure(large: bool = False) -> list[dict[str, Any]]:
    """One row per command and case; compare is without figures, and the start of Python is counted."""
    return [row for animals in (LARGE_CASES if large else CASES) for row in _rows(animals)]


def _rows(animals: int) -> Iterator[dict[str, Any]]:
    with tempfile.TemporaryDirectory(prefix="bluespot-benchmark-") as scratch:
        out = Path(scratch)
        write_study(out, animals // len(ARMS))
        for command, (program, written) in COMMANDS.items():
            found = _measured(program, scratch)
            yield {
                "command": command,
                "animals": animals,
                "wall_seconds": round(found["wall"], 1),
                "processor_seconds": round(found["processor"], 1),
                "memory_megabytes": round(found["rss"] / 1024),
                "written_megabytes": round(sum(file.stat().st_size for file in out.glob(written)) / 1e6, 2),
            }


def _measured(program: str, folder: str) -> dict[str, float]:
    command = [sys.executable, "-c", _MEASURED.format(command=program), folder]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(done.stderr)
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def write_study(out: Path, animals: int) -> None:
    """Write a study of made-up animals, so many in each arm."""
    (out / STUDY_FILE).write_text(STUDY.format(animals=animals), encoding="utf-8")
    write_manifest(out, Manifest("comparing", ARMS, tuple(range(1, animals + 1)), seed=1))
    for arm in ARMS:
        for animal in range(1, animals + 1):
            write_animal(made_up(arm, animal), animal_path(out, arm.name, animal))


def made_up(arm: ManifestArm, animal: int) -> AnimalRecord:
    """An animal whose rates, averages and thresholds are drawn."""
    rng = np.random.default_rng([animal, ARMS.index(arm)])
    hours = np.array([24.0 * day for day in DAYS])
    nothing = SlowTable(hours, {"drug_brain_nanomolar": rng.random(len(hours))}, {"drug_brain_nanomolar": "nM"})
    assays = tuple(
        AssayValue("paw_pressure", "paw_pressure_threshold", side, float(rng.normal(100, 20)), "g", day, 2.0)
        for day in DAYS
        for side in ("ipsi", "contra")
    )
    epochs = tuple(epoch for day in DAYS for epoch in _epochs(rng, day))
    return AnimalRecord("comparing", arm.name, animal, arm.circuit, epochs, assays, nothing, nothing, {"seed": 1})


def _epochs(rng: np.random.Generator, day: int) -> Iterator[EpochRecord]:
    for purpose, hour in (("rest", 1.0), ("paw_pressure", 2.0)):
        spikes = {f"population_{k}": _train(rng) for k in range(POPULATIONS)}
        averages = {f"transmitter_{k}_nanomolar": float(rng.gamma(4.0, 3.0)) for k in range(AVERAGES)}
        yield EpochRecord(f"{purpose}:ipsi@{24 * day + hour}h", purpose, 24 * day + hour, 2.0, spikes, averages)


def _train(rng: np.random.Generator) -> SpikeTrain:
    count = rng.poisson(5)
    return SpikeTrain(np.sort(rng.random(count)), rng.integers(0, CELLS, count).astype("u4"), CELLS)
