"""Where an animal's processor time goes: its compiled program, and the Python around it by part."""

from __future__ import annotations

import cProfile
import resource
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from circuits import ligated
from circuits.brian.compiling import program
from circuits.brian.running import CompiledSimulator
from circuits.epoch import prepare
from circuits.stimulus import afferent_spikes
from circuits.structure import structure
from drugs import duloxetine
from experiments import Arm, Study, assays
from experiments.laboratory.animal import run_matched_animals
from experiments.laboratory.bench import Bench
from results.files.store import write_animal

SEED, DAYS = 4242, 14
#: Part -> the function in which its time is spent, none within another's but the trains, which belong to the inputs.
PARTS: Mapping[str, Any] = {
    "slow clock": Bench.advance,
    "afferent trains": afferent_spikes,
    "other inputs of epochs": prepare,
    "to and from the program": CompiledSimulator.run,
    "writing the file": write_animal,
}


def measure(large: bool = False) -> list[dict[str, Any]]:
    """One animal in two arms, one of them dosed daily, in this process; large: at the standard size.

    times_program: over the processor time of the compiled program.
    """
    study = _study(1.0 if large else 0.25)
    program(structure(ligated, study.size))
    python, simulating = _spent(study)
    profile = cProfile.Profile(time.process_time)
    profile.enable()
    _run(study)
    profile.disable()
    shares = _shares(profile)
    rows = {"compiled program": simulating, **{name: python * share for name, share in shares.items()}}
    rows["all other Python"] = python * (1.0 - sum(shares.values()))
    rows["all"] = python + simulating
    return [
        {"what": what, "processor_seconds": round(seconds, 2), "times_program": round(seconds / simulating, 3)}
        for what, seconds in rows.items()
    ]


def _study(size: float) -> Study:
    treated = duloxetine.daily("10 mg/kg", route="s.c.", from_day=1, until_day=DAYS)
    measured = assays.paw_pressure.on_days(1, DAYS // 2, DAYS, sides=("ipsi",))
    return Study(
        name="animal", arms=[Arm(ligated), Arm(ligated, treated)], animals=1, size=size, seed=SEED, assays=measured
    )


def _run(study: Study) -> None:
    with tempfile.TemporaryDirectory(prefix="bluespot-benchmark-") as out:
        for record in run_matched_animals(study, 1):
            write_animal(record, Path(out, f"{record.arm}.h5"))


def _spent(study: Study) -> tuple[float, float]:
    """Processor seconds of this process and of the programs that it ran."""
    began = _now()
    _run(study)
    ended = _now()
    return ended[0] - began[0], ended[1] - began[1]


def _now() -> tuple[float, float]:
    own, programs = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime, programs.ru_utime + programs.ru_stime


def _shares(profile: cProfile.Profile) -> dict[str, float]:
    """Share of the profiled time in each of PARTS, with all that these call but another part."""
    entries = profile.getstats()
    whole = sum(entry.inlinetime for entry in entries)
    of_code = {entry.code: entry.totaltime for entry in entries}
    seconds = {part: of_code[function.__code__] for part, function in PARTS.items()}
    seconds["other inputs of epochs"] -= seconds["afferent trains"]
    return {part: spent / whole for part, spent in seconds.items()}
