"""Time and memory of the main job from cold: an empty program cache, no results, two workers.

    python benchmarks/main_job.py [--study ligation-vs-sham] [--workers 2] [--json]

Prints wall time, the share that compiling took, the largest process and the size of the results. The figures of the
machine they were last measured on stand in benchmarks/README.md.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def measure(study: str, workers: int) -> dict[str, object]:
    """Run `bluespot run STUDY` into a new folder with a new cache; seconds, megabytes and what the machine is."""
    with tempfile.TemporaryDirectory(prefix="bluespot-benchmark-") as scratch:
        out, cache = Path(scratch, "out"), Path(scratch, "cache")
        command = [
            sys.executable,
            "-m",
            "experiments.commands.command_line",
        ]
        began = time.perf_counter()
        done = subprocess.run(
            [*command, "run", study, "--out", str(out), "--workers", str(workers)],
            env={**os.environ, "BLUESPOT_CACHE": str(cache)},
            capture_output=True,
            text=True,
        )
        seconds = time.perf_counter() - began
        if done.returncode:
            sys.exit(done.stderr)
        files = sum(file.stat().st_size for file in out.rglob("*.h5"))
    return {
        "study": study,
        "workers": workers,
        "wall_seconds": round(seconds, 1),
        "largest_process_megabytes": round(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024, 1),
        "results_megabytes": round(files / 1e6, 1),
        "cores": os.cpu_count(),
        "machine": platform.machine(),
        "python": platform.python_version(),
    }


def main() -> None:
    """Measure and print a table or JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--study", default="ligation-vs-sham")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    found = measure(given.study, given.workers)
    print(json.dumps(found) if given.json else "\n".join(f"{name:28} {value}" for name, value in found.items()))


if __name__ == "__main__":
    main()
