"""Memory of a worker and time by the days and the animals of a study, each in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

#: (days, animals), and the size of the circuit: small, and the standard one.
CASES = ((7, 1), (28, 1), (84, 1), (7, 4))
SMALL, STANDARD = 0.25, 1.0

_ONE = """
import json, resource, sys, time
days, animals, size, out = json.loads(sys.argv[1])
from circuits import ligated
from drugs import duloxetine
from experiments import Arm, Study, animal, assays
treated = duloxetine.daily("10 mg/kg", route="s.c.", from_day=1)
measured = assays.paw_pressure.on_days(*range(7, days + 1, 7), sides=("ipsi",))
study = Study(name="days", arms=[Arm(ligated), Arm(ligated, treated)], animals=animals, size=size, assays=measured)
def now():
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(each.ru_utime + each.ru_stime for each in used), used[0].ru_maxrss
began, processor = time.perf_counter(), now()[0]
study.run(out)
seconds, memory = now()
print(json.dumps({
    "wall": time.perf_counter() - began, "processor": seconds - processor, "rss": memory,
    "simulated": animal.plan(study).simulated_seconds,
}))
"""


def measure(large: bool = False) -> list[dict[str, Any]]:
    """One row per case; memory: the most that the process held which runs the animals, its programs apart."""
    size = STANDARD if large else SMALL
    _run(7, 1, size)
    return [_row(days, animals, size) for days, animals in CASES]


def _run(days: int, animals: int, size: float) -> tuple[dict[str, Any], int]:
    with tempfile.TemporaryDirectory(prefix="bluespot-benchmark-") as scratch:
        out = Path(scratch, "study")
        order = json.dumps([days, animals, size, str(out)])
        done = subprocess.run([sys.executable, "-c", _ONE, order], capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(done.stderr)
        return json.loads(done.stdout), sum(file.stat().st_size for file in out.glob("animals/*/*.h5"))


def _row(days: int, animals: int, size: float) -> dict[str, Any]:
    found, written = _run(days, animals, size)
    return {
        "days": days,
        "animals_per_arm": animals,
        "size": size,
        "simulated_seconds": round(found["simulated"]),
        "wall_seconds": round(found["wall"], 1),
        "processor_seconds": round(found["processor"], 1),
        "processor_per_simulated_second": round(found["processor"] / found["simulated"], 4),
        "memory_megabytes": round(found["rss"] / 1024),
        "results_megabytes": round(written / 1e6, 1),
    }
