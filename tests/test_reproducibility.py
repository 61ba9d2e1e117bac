"""The same bytes again: on repetition, in another order, beside a population that has nothing to do with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from circuits import ligated
from circuits.circuit import Circuit
from circuits.draw import draw_animal
from circuits.epoch import EpochResult, run_epoch
from circuits.simulation import Workplace, program
from circuits.slow_clock import first_state
from circuits.stimulus import BIN, Stimulus
from circuits.structure import structure
from core.exposure import NO_DRUG
from core.records import AnimalRecord
from drugs import duloxetine, vehicle
from experiments import Arm, Study, assays
from experiments.animal import run_litter

pytestmark = pytest.mark.slow

SIZE = 0.1


def strong_stimulus() -> Stimulus:
    force = np.linspace(0.0, 500.0, round(1.0 / BIN))
    return Stimulus(1.0, force={"ipsi": force, "contra": force}, capsaicin={"": np.ones(len(force))})


def run(circuit: Circuit) -> EpochResult:
    """A strongly stimulated second of a ligated animal on day 14."""
    draw = draw_animal(circuit, structure(circuit, SIZE), 3, 0)
    workplace = Workplace(program(draw.structure, {t.name: t.autoreceptor for t in circuit.transmitters}))
    workplace.wire(draw.contacts)
    try:
        return run_epoch(workplace, circuit, draw, first_state(14 * 24.0), NO_DRUG, strong_stimulus(), "pinched")
    finally:
        workplace.close()


@pytest.fixture(scope="module")
def plain() -> EpochResult:
    return run(ligated)


def same(left: EpochResult, right: EpochResult) -> Iterator[bool]:
    for name, train in left.spikes.items():
        other = right.spikes[name]
        yield train.seconds.tobytes() == other.seconds.tobytes() and train.index.tobytes() == other.index.tobytes()


def test_the_same_epoch_again_gives_the_same_bytes(plain: EpochResult) -> None:
    assert sum(len(train.seconds) for train in plain.spikes.values()) > 500
    assert all(same(plain, run(ligated)))


@pytest.mark.parametrize("cells", [30, 160])
def test_an_unrelated_population_changes_no_spike_of_another(plain: EpochResult, cells: int) -> None:
    islet = next(population for population in ligated.cells if population.name == "islet")
    stranger = replace(islet, name="stranger", standard=islet.standard.with_value(cells))
    shifted = replace(ligated, cells=(stranger, *ligated.cells))
    assert all(same(plain, run(shifted)))


def records(treatments: list[object]) -> dict[str, AnimalRecord]:
    study = Study(
        name="order",
        size=SIZE,
        animals=1,
        arms=[Arm(ligated, treatment, name=name) for name, treatment in treatments],  # type: ignore[misc]
        assays=[assays.paw_pressure.on_days(2, sides=("ipsi",))],
    )
    return {record.arm: record for record in run_litter(study, 0)}


def spikes(record: AnimalRecord) -> list[bytes]:
    return [train.seconds.tobytes() for epoch in record.epochs for train in epoch.spikes.values()]


def test_the_order_of_arms_does_not_matter_and_no_dose_is_vehicle() -> None:
    drug = ("drug", duloxetine.daily("10 mg/kg", route="s.c.", from_day=1))
    nothing = ("nothing", duloxetine.daily("0 mg/kg", route="s.c.", from_day=1))
    control = ("control", vehicle.daily("0 mg/kg", from_day=1))
    first, second = records([drug, nothing, control]), records([control, drug])
    assert spikes(first["drug"]) == spikes(second["drug"])
    assert spikes(first["control"]) == spikes(second["control"])
    assert spikes(first["nothing"]) == spikes(first["control"]) != spikes(first["drug"])
