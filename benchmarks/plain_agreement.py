"""Rates of scripts in plain Brian2 beside bluespot's own program, which runs each epoch with several other noises.

`python -m benchmarks.plain_agreement` prints a table for sham and ligated on day 14, at rest and under a pinch: of each
population the mean rate and its s.d. over noises in bluespot, and the rates of the script with two seeds. Some quarter
of an hour of processor time at size 1.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from circuits.brian.compiling import program
from circuits.brian.running import open_simulator
from experiments.commands.terminal import print_table
from experiments.laboratory.animal_script import EPOCHS, EpochWanted, Reached, animal_script, reach
from experiments.laboratory.assays import pinch
from experiments.laboratory.timetable import Stop
from experiments.protocol.arm import Arm
from experiments.protocol.study import Study

DAY, HOUR, NOISES, SEEDS = 14, 2.0, 12, (1, 2)


def wanted(circuit: str, epoch: str, size: float = 1.0, day: int = DAY) -> EpochWanted:
    """An epoch of animal 1 of a circuit."""
    study = Study(name=circuit, arms=(Arm(circuit, name=circuit),), animals=1, size=size, assays=(pinch.on_days(0),))
    return EpochWanted(study, circuit, 1, Stop.asked_for(day, HOUR), epoch)


def other_noises(reached: Reached, noises: int) -> dict[str, np.ndarray]:
    """Population -> its mean rate (Hz) under each of several noises, all else the same, in bluespot's own program."""
    plain = reached.plain
    simulator = open_simulator(program(plain.structure))
    simulator.wire(plain.contacts)
    found: dict[str, list[float]] = {block.name: [] for block in plain.structure.blocks}
    try:
        for k in range(noises):
            key = plain.inputs.arguments["cells.noise_key"] + 7919 * (k + 1)
            inputs = replace(plain.inputs, arguments={**plain.inputs.arguments, "cells.noise_key": key})
            cell = simulator.run(inputs).cell
            for block in plain.structure.blocks:
                spikes = np.sum((cell >= block.start) & (cell < block.stop))
                found[block.name].append(float(spikes) / block.count / inputs.seconds)
    finally:
        simulator.close()
    return {name: np.array(rates) for name, rates in found.items()}


def script_rates(script: Path, seed: int) -> dict[str, float]:
    """Population -> the rate (Hz) that a script prints, run in a process that does not see bluespot."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [sys.executable, str(script), "--seed", str(seed)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=script.parent, env=environment, check=True)
    rows = (line.split() for line in done.stdout.splitlines()[1:])
    return {name: float(rate) for name, rate, _ in rows}


def rows_of(circuit: str, epoch: str, size: float, noises: int) -> Iterator[dict[str, Any]]:
    """One row for each population that fires."""
    sought = wanted(circuit, epoch, size)
    reached = reach(sought)
    with tempfile.TemporaryDirectory(prefix="bluespot-benchmark-") as scratch:
        script = Path(scratch, "animal.py")
        script.write_text(animal_script(sought, reached), "utf-8")
        plain = [script_rates(script, seed) for seed in SEEDS]
    for name, seen in other_noises(reached, noises).items():
        mean, deviation = float(seen.mean()), float(seen.std(ddof=1))
        shown = {"circuit": circuit, "epoch": epoch, "population": name, "bluespot": f"{mean:.3f} +/- {deviation:.3f}"}
        rates = {f"script, seed {seed}": f"{found[name]:.3f}" for seed, found in zip(SEEDS, plain, strict=True)}
        far = max(abs(found[name] - mean) for found in plain)
        yield {**shown, **rates, "farthest, s.d.": f"{far / deviation:.1f}" if deviation else f"{far:.3f} Hz"}


def main() -> None:
    """Print all rows as a table."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--size", type=float, default=1.0)
    parser.add_argument("--noises", type=int, default=NOISES)
    given = parser.parse_args()
    epochs = [epoch for epoch in EPOCHS if not epoch.endswith("contra")]
    rows = [
        row for circuit in ("sham", "ligated") for e in epochs for row in rows_of(circuit, e, given.size, given.noises)
    ]
    print_table(list(rows[0]), [list(row.values()) for row in rows])


if __name__ == "__main__":
    main()
