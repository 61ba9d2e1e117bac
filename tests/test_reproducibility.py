"""Same inputs, same bytes: on repetition, in another process, whoever else is in the circuit, in whatever order."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from small_animals import DAY, SEED, SIZE, SmallAnimal, animal, disturbed_state, same_spikes, strong_stimulus

from circuits import Circuit, ligated, sham
from circuits.epoch import EpochResult
from core.doses import parse_dose
from core.sourced import ASSUMED, Sourced
from drugs import duloxetine, exposure
from experiments import Arm, Study
from experiments.laboratory import assays
from experiments.laboratory.animal import run_matched_animals

#: All of it compiles and simulates.
pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def rat() -> Iterator[SmallAnimal]:
    with animal(ligated) as found:
        yield found


def hard_epoch(rat: SmallAnimal, label: str = "hard") -> EpochResult:
    """Everything at once, so that every population fires and any difference grows."""
    return rat.epoch(strong_stimulus(1.5), disturbed_state(), label=label)


def digest(result: EpochResult) -> str:
    total = hashlib.blake2b(digest_size=16)
    for name in sorted(result.spikes):
        train = result.spikes[name]
        total.update(name.encode() + train.seconds.tobytes() + train.index.tobytes())
    total.update(repr(sorted(result.averages.items())).encode())
    return total.hexdigest()


def test_an_epoch_repeats_bit_for_bit(rat: SmallAnimal) -> None:
    first = hard_epoch(rat)
    hard_epoch(rat, "another")
    assert digest(hard_epoch(rat)) == digest(first)
    assert all(len(first.spikes[f"ipsi_{p}"].seconds) for p in ("projection", "islet", "vertical", "parvalbumin"))


def test_a_new_process_gives_the_same_bytes(rat: SmallAnimal) -> None:
    code = """
from circuits import ligated
from small_animals import animal
from test_reproducibility import digest, hard_epoch
with animal(ligated) as rat:
    print(digest(hard_epoch(rat)))
"""
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONHASHSEED": "7"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    assert done.stdout.strip() == digest(hard_epoch(rat))


def with_bystanders(population: str, count: int, first: bool = False) -> Circuit:
    """`ligated` with an unrelated copy of a population, `count` cells strong on each side it is on."""
    original = ligated.cell_population(population)
    copy = replace(original, name="bystander", standard=Sourced(count / SIZE, ASSUMED, "for a test"))
    larger = ligated.with_population(copy)
    return replace(larger, cells=(larger.cells[-1], *larger.cells[:-1])) if first else larger


SHIFTS = [
    pytest.param("islet", 3, False, id="3 islet cells behind"),
    pytest.param("raphe", 16, True, id="16 raphe cells in front"),
    pytest.param("projection", 5, True, id="5 projection cells in front"),
]


@pytest.mark.parametrize(("population", "count", "first"), SHIFTS)
def test_an_unrelated_population_changes_no_other_spike(
    rat: SmallAnimal, population: Any, count: Any, first: Any
) -> None:
    """Standing in front, it moves every other cell to another index, to another lane of the vector loops."""
    with animal(with_bystanders(population, count, first)) as larger:
        crowded = hard_epoch(larger)
        starts = {block.name: block.start for block in rat.draw.structure.blocks}
        moved = [b.start - starts[b.name] for b in larger.draw.structure.blocks if b.population != "bystander"]
        assert all(shift > 0 for shift in moved) == first
    alone = hard_epoch(rat)
    assert same_spikes(alone, crowded)
    bystanders = {name for name in crowded.spikes if "bystander" in name}
    assert bystanders
    assert crowded.spikes.keys() - bystanders == alone.spikes.keys()
    for name, value in alone.averages.items():
        assert crowded.averages[name] == value, name


def test_dose_zero_is_vehicle_spike_for_spike(rat: SmallAnimal) -> None:
    state = disturbed_state()
    stimulus = strong_stimulus(1.0)
    nothing = rat.epoch(stimulus, state)
    regimen = duloxetine.daily("0 mg/kg", route="s.c.", from_day=14, until_day=28)
    zero = rat.epoch(stimulus, state, exposure(regimen, state.hours))
    some = rat.epoch(stimulus, state, exposure(replace(regimen, dose=parse_dose("10 mg/kg")), state.hours + 2.0))
    assert digest(nothing) == digest(zero)
    assert digest(nothing) != digest(some)


def test_before_surgery_a_ligated_animal_is_the_sham_animal(rat: SmallAnimal) -> None:
    state = replace(disturbed_state(), hours=-DAY)
    before, other = (rat.epoch(strong_stimulus(1.0), state, circuit=circuit) for circuit in (sham, ligated))
    assert digest(before) == digest(other)


def test_another_seed_or_number_is_another_animal(rat: SmallAnimal) -> None:
    mine = hard_epoch(rat)
    for change in ({"number": 1}, {"seed": SEED + 1}):
        with animal(ligated, **change) as other:
            assert not same_spikes(mine, hard_epoch(other))


def test_a_study_in_double_precision_holds_other_bits_of_nearly_the_same_animal() -> None:
    """Rounding moves single spikes late in an epoch, not how much a population fires."""
    study = Study(
        name="precision",
        arms=(Arm("ligated"),),
        animals=1,
        size=SIZE,
        assays=(assays.pinch.on_days(0, hour=1.0),),
        first_day=0,
    )
    single, double = (next(run_matched_animals(study.changed(precision=p), 1)) for p in ("single", "double"))
    assert double.provenance["numerics"]["precision"] == "double"
    counts = [sum(len(train.seconds) for train in record.epochs[0].spikes.values()) for record in (single, double)]
    assert counts[0] == pytest.approx(counts[1], rel=0.02)
    assert any(one.averages != other.averages for one, other in zip(single.epochs, double.epochs, strict=True))
