"""Files of animals that differ in circuit, drugs, what is done to them and what was recorded; spikes are made up.

One bit of a file is changed at a time. What reads the file must refuse it, or read the same numbers as before.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
from export_samples import sample_record
from test_results_store import assert_same_record

from core.errors import UserError
from core.keys import stream
from core.records import AnimalRecord, EpochRecord, SpikeTrain
from drugs import clonidine, duloxetine, gabapentin, vehicle
from experiments import Arm, Injection, KnockDown, Lesion, Study
from experiments.laboratory import assays
from experiments.laboratory.provenance.cells import UNITS_OF_CELLS
from experiments.laboratory.provenance.machine import machine
from experiments.running.verification import verify
from results.files.arrays import read_arrays
from results.files.store import read_animal, write_animal

CIRCUITS = ("naive", "sham", "ligated")
TREATMENTS: tuple[Any, ...] = (
    vehicle,
    duloxetine.daily("10 mg/kg", route="s.c.", from_day=1),
    [clonidine.once("0.1 mg/kg", route="i.p.", on_day=1, hour=1.5), gabapentin.daily("30 mg/kg", from_day=0)],
)
DONE: tuple[dict[str, Any], ...] = (
    {},
    {"injections": [Injection(drug="idazoxan", dose="30 ug", on_days=1, hour=1.75)]},
    {"lesions": [Lesion(agent="DSP-4", on_day=-7)], "set": {"cells.projection.capacitance": "90 pF"}},
    {"knock_downs": [KnockDown(on_day=1)], "switch_off": ["alpha2"]},
)


def varied_record(number: int) -> AnimalRecord:
    """An animal; those of other numbers have other circuits, drugs, epochs and recorded populations."""
    kinds = list(product(CIRCUITS, TREATMENTS, DONE))
    circuit, treatments, done = kinds[number % len(kinds)]
    arm = Arm(circuit, treatments, name="varied", **done)
    measured = assays.paw_pressure.on_days(1, sides=("ipsi",))
    study = Study(name="varied", seed=number, size=(0.05, 0.1)[number % 2], animals=1, arms=[arm], assays=[measured])
    rng = stream("varied", number)
    record = sample_record(study.effective_arms[0], 1, study)
    epochs = tuple(_recorded(epoch, rng) for epoch in record.epochs[: rng.integers(1, len(record.epochs) + 1)])
    known = machine() if number % 3 else {}
    cells = {name: {"threshold": rng.normal(-50, 3, 5).astype("f4")} for name in list(epochs[0].spikes)[:3]}
    if number % 2:
        return replace(record, epochs=epochs, machine=known)
    return replace(record, epochs=epochs, machine=known, cells=_whole(cells, epochs[0]), cell_units=UNITS_OF_CELLS)


def _whole(cells: dict[str, dict[str, np.ndarray]], epoch: EpochRecord) -> dict[str, dict[str, np.ndarray]]:
    """A value for each cell."""
    return {
        name: {key: np.resize(column, epoch.spikes[name].cells) for key, column in columns.items()}
        for name, columns in cells.items()
    }


def _recorded(epoch: EpochRecord, rng: np.random.Generator) -> EpochRecord:
    """An epoch of which some populations were not recorded, some are silent, and some fire as none does."""
    spikes: dict[str, SpikeTrain] = {}
    for name, train in epoch.spikes.items():
        kind = rng.integers(12)
        if kind == 0:
            spikes[name] = replace(train, seconds=train.seconds[:0], index=train.index[:0])
        elif kind == 1:
            seconds = np.sort(rng.uniform(0.0, epoch.seconds, round(400 * epoch.seconds * train.cells)))
            spikes[name] = replace(
                train, seconds=seconds, index=rng.integers(0, train.cells, len(seconds)).astype("u4")
            )
        elif kind != 2:
            spikes[name] = train
    return replace(epoch, spikes=spikes or dict(epoch.spikes))


def flipped_bits(count: int, files: int, folder: Path, seed: int = 1) -> Iterator[tuple[str, str]]:
    """(what was changed, what is wrong with what came of it) for so many bits of so many files.

    In a tenth of them the trailer, which has a checksum of the whole file, was cut off.
    """
    pick = random.Random(seed)
    for number in range(files):
        whole = folder / f"whole-{number}.h5"
        write_animal(varied_record(number), whole)
        yield f"file {number}, untouched", "; ".join(verify(whole).faults)
        content, record = whole.read_bytes(), read_animal(whole)
        bare = content[: content.index(b"\n# bluespot: first byte")]
        for k in range(count // files + (number < count % files)):
            source = bare if pick.randrange(10) == 0 else content
            place, bit = pick.randrange(len(source)), pick.randrange(8)
            path = folder / f"{number}-{k}.h5"
            path.write_bytes(source[:place] + bytes([source[place] ^ 1 << bit]) + source[place + 1 :])
            yield f"file {number}, bit {bit} of byte {place}", _same_or_told(path, whole, record)
            path.unlink()
        whole.unlink()


def _same_or_told(path: Path, whole: Path, record: AnimalRecord) -> str:
    """What is wrong with what comes of a file; "" where it is refused, found by `verify`, or says what it said."""
    try:
        found, arrays, first = read_animal(path), read_arrays(path), read_arrays(whole)
    except UserError as error:
        return "" if str(error).startswith(f"{path}: it is ") else f"not named: {error}"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    if verify(path).faults:
        return ""
    try:
        assert_same_record(record, found)
        assert record.machine == found.machine
        assert arrays.attributes == first.attributes
        for name, columns in first.columns.items():
            for key, column in columns.items():
                np.testing.assert_array_equal(arrays[name][key], column)
    except AssertionError:
        return "other numbers without a word"
    return ""
