"""Traces of chosen cells: the compiled program gives those that NumPy gives, and recording moves no spike."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, cast

import brian2
import numpy as np
import pytest
from small_animals import (
    BOUND_RECEPTORS,
    SIZE,
    TRANSMITTERS,
    SmallAnimal,
    animal,
    bound,
    disturbed_state,
    strong_stimulus,
)

from circuits import ligated
from circuits.brian import equations
from circuits.brian.epoch_data import EpochInputs, EpochOutputs, Program, Recording, Simulator
from circuits.brian.recording import CELL_VARIABLES, FIBRE_VARIABLES, arrays, recordable, samples
from circuits.epoch import prepare
from circuits.stimulus import Watch
from circuits.structure import structure
from core.errors import UserError
from core.exposure import SiteBinding
from core.vocabulary import COMPARTMENTS
from experiments.laboratory.bench import EpochCache

SHAPE = structure(ligated, SIZE)
PROGRAM = Program(SHAPE, 0.1, "single", None)
INPUTS = EpochInputs(1.0, {"cells.compartment": np.arange(SHAPE.cells) % len(COMPARTMENTS)}, np.zeros((1, 2), "i4"))


@pytest.fixture(scope="module")
def hurt() -> Iterator[SmallAnimal]:
    with animal(ligated) as found:
        yield found


def told(rat: SmallAnimal, seconds: float = 0.2, watch: Watch | None = None, **changed: Any) -> EpochInputs:
    drugs = bound(dict.fromkeys(BOUND_RECEPTORS, SiteBinding(block=0.2, drive=0.06, held=0.1)))
    stimulus = replace(strong_stimulus(seconds), watch=watch)
    return replace(prepare(rat.moment(disturbed_state(), drugs), stimulus, "test", 0.1)[0], **changed)


def everything(rat: SmallAnimal) -> tuple[Recording, ...]:
    """Each variable of each group, of the first agent of every block and of every compartment."""
    shape = rat.draw.structure
    places = {
        "cells": tuple(block.start for block in shape.blocks),
        "fibres": tuple(block.start for block in shape.fibres),
        "fields": tuple(range(len(COMPARTMENTS))),
    }
    return tuple(
        Recording(group, variable, places[group])
        for group, variables in recordable(shape).items()
        for variable in variables
    )


def spikes_and_means(outputs: EpochOutputs) -> bytes:
    means = [side[x].tobytes() for side in (outputs.means, outputs.last) for x in TRANSMITTERS]
    return b"".join([outputs.step.tobytes(), outputs.cell.tobytes(), *means])


@pytest.mark.slow
@pytest.mark.parametrize("compiler", ["g++", "no-such-compiler"])
def test_recording_changes_no_spike(compiler: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CXX", compiler)
    with animal(ligated) as rat:
        plain = rat.simulator.run(told(rat))
        recorded = rat.simulator.run(told(rat, record=everything(rat)))
        again = rat.simulator.run(told(rat))
    assert len(plain.step) > 100
    assert spikes_and_means(plain) == spikes_and_means(recorded) == spikes_and_means(again)
    assert not plain.traces
    assert plain.trace_times.shape == (0,)
    assert not again.traces


@pytest.mark.slow
def test_the_compiled_program_s_traces_are_those_of_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    found = []
    for compiler in ("g++", "no-such-compiler"):
        monkeypatch.setenv("CXX", compiler)
        with animal(ligated, precision="double") as rat:
            found.append(rat.simulator.run(told(rat, record=everything(rat), record_step_ms=0.5)))
    compiled, interpreted = found
    assert compiled.trace_times.tobytes() == interpreted.trace_times.tobytes()
    assert list(compiled.traces) == list(interpreted.traces)
    for name, trace in compiled.traces.items():
        assert trace.shape == interpreted.traces[name].shape
        assert trace.shape[0] == 400
        scale = np.abs(trace).max()
        np.testing.assert_allclose(trace, interpreted.traces[name], rtol=1e-6, atol=1e-9 * scale, err_msg=str(name))
    assert [name for name, trace in compiled.traces.items() if not np.ptp(trace)] in ([], [("fields", "watched_rate")])


@pytest.mark.slow
def test_a_cell_that_fires_stands_at_its_reset_voltage_in_that_step_s_sample(hurt: SmallAnimal) -> None:
    cells = tuple(range(hurt.draw.structure.blocks[-1].start))
    inputs = told(hurt, record=(Recording("cells", "v", cells),))
    outputs = hurt.simulator.run(inputs)
    v, fired = outputs.traces["cells", "v"], np.isin(outputs.cell, cells)
    assert v.shape == (outputs.steps, len(cells))
    reset = np.asarray(inputs.arguments["cells.V_r"], "f4")[outputs.cell[fired]]
    assert fired.sum() > 50
    assert (v[outputs.step[fired], outputs.cell[fired]] == reset).all()
    assert v.max() < inputs.arguments["cells.V_spike"]
    np.testing.assert_allclose(outputs.trace_times[[0, -1]], [1e-4, outputs.steps * 1e-4])


@pytest.mark.slow
def test_agents_have_the_receptors_and_transmitters_of_their_compartment(hurt: SmallAnimal) -> None:
    place = int(np.asarray(hurt.draw.cells["compartment"])[3])
    names = ("serotonin", "5-HT1A", "alpha2A")
    record = [Recording("cells", name, (3,)) for name in names] + [
        Recording("fields", name, (place,)) for name in names
    ]
    traces = hurt.simulator.run(told(hurt, record=tuple(record))).traces
    for name in names:
        assert traces["cells", name].tobytes() == traces["fields", name].tobytes()
        assert traces["cells", name][-1] > 0


@pytest.mark.slow
def test_a_longer_recording_step_takes_each_so_many_th_sample(hurt: SmallAnimal) -> None:
    record = (Recording("cells", "g_ampa", (9, 4)), Recording("fibres", "release", (2,)))
    every = hurt.simulator.run(told(hurt, record=record))
    some = hurt.simulator.run(told(hurt, record=record, record_step_ms=0.7))
    assert len(some.trace_times) == 2000 // 7
    np.testing.assert_allclose(some.trace_times, every.trace_times[6::7])
    for name, trace in some.traces.items():
        assert (trace == every.traces[name][6::7]).all()


@pytest.mark.slow
@pytest.mark.parametrize("compiler", ["g++", "no-such-compiler"])
def test_traces_are_as_long_as_an_epoch_that_ends_early(compiler: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CXX", compiler)
    watch = Watch("ipsi", 8.0, 0.1)
    with animal(ligated) as rat:
        outputs = rat.simulator.run(told(rat, 0.6, watch, record=(Recording("cells", "v", (0, 1)),)))
    assert 500 < outputs.steps < 6000
    assert outputs.traces["cells", "v"].shape == (outputs.steps, 2)
    assert outputs.trace_times.shape == (outputs.steps,)


@pytest.mark.parametrize(
    ("recording", "message"),
    [
        (Recording("cell", "v", (0,)), 'no group "cell". Nearest: cells'),
        (Recording("cells", "g_amp", (0,)), 'no variable of cells "g_amp". Nearest: g_ampa'),
        (Recording("cells", "alpha2a", (0,)), "Nearest: alpha2A"),
        (Recording("cells", "r_alpha2A", (0,)), "alpha2A"),
        (Recording("fibres", "v", (0,)), "Allowed: .*release"),
        (Recording("cells", "v", (SHAPE.cells,)), f"whole numbers from 0 to {SHAPE.cells - 1}"),
        (Recording("cells", "v", (-1,)), "whole numbers from 0"),
        (
            Recording("cells", "v", (1.5,)),  # type: ignore[arg-type]
            "whole numbers from 0",
        ),
        (Recording("cells", "v", ()), "one or more whole numbers"),
    ],
)
def test_what_cannot_be_recorded_is_told_with_what_can(recording: Any, message: str) -> None:
    with pytest.raises(UserError, match=message):
        samples(replace(INPUTS, record=(recording,)), PROGRAM)


def test_the_same_variable_twice_is_refused() -> None:
    with pytest.raises(UserError, match="twice"):
        samples(replace(INPUTS, record=(Recording("cells", "v", (0,)), Recording("cells", "v", (1,)))), PROGRAM)


@pytest.mark.parametrize("step_ms", [0.0, 0.05, 0.25, -0.1])
def test_a_recording_step_that_is_no_multiple_of_the_integration_step_is_refused(step_ms: float) -> None:
    record = (Recording("cells", "v", (0,)),)
    with pytest.raises(UserError, match=r"every 0\.1 ms"):
        samples(replace(INPUTS, record=record, record_step_ms=step_ms), PROGRAM)
    assert samples(replace(INPUTS, record=record, record_step_ms=0.3), PROGRAM).every == 3


def test_recordings_are_looked_up_in_the_arrays_that_programs_offer() -> None:
    for group, variables in recordable(SHAPE).items():
        given = {**INPUTS.arguments, "fibres.compartment": np.zeros(SHAPE.afferents, "i4")}
        inputs = replace(INPUTS, arguments=given)
        for variable in variables:
            ((name, _),) = samples(replace(inputs, record=(Recording(group, variable, (0,)),)), PROGRAM).columns
            assert name in arrays(SHAPE)


@pytest.mark.parametrize(("text", "units"), [(equations.FAST_CELL, CELL_VARIABLES), (equations.FIBRE, FIBRE_VARIABLES)])
def test_units_are_those_of_the_equations(text: Any, units: Any) -> None:
    described = {name: equation for name, equation in brian2.Equations(text).items() if name in units}
    assert set(described) == set(units)
    for name, unit in units.items():
        expected = {"V": brian2.volt, "A": brian2.amp, "S": brian2.siemens, "1": 1}[unit]
        assert brian2.have_same_dimensions(described[name].unit, expected), name


def test_all_that_changes_in_a_cell_can_be_recorded() -> None:
    once = {"per_C", "per_tau_w", "per_slope", "leak_slope"}
    changing = {
        name for name, equation in brian2.Equations(equations.FAST_CELL).items() if "constant" not in equation.flags
    }
    assert changing - once == set(CELL_VARIABLES)


def test_a_bench_does_not_take_an_epoch_with_recordings_for_one_without() -> None:
    class Counting:
        program = PROGRAM

        def run(self, inputs: EpochInputs) -> EpochOutputs:
            traces = {(r.group, r.variable): np.zeros((1, len(r.index))) for r in inputs.record}
            return EpochOutputs(1, np.zeros(0, "i8"), np.zeros(0, "i4"), {}, {}, traces)

    cache = EpochCache(cast(Simulator, Counting()))
    one, other = (replace(INPUTS, record=(Recording("cells", name, (0,)),)) for name in ("v", "w"))
    for _ in range(2):
        assert list(cache.run(INPUTS).traces) == []
        assert list(cache.run(one).traces) == [("cells", "v")]
        assert list(cache.run(other).traces) == [("cells", "w")]
        cache.run(replace(one, record_step_ms=0.2))
    assert cache.epochs == 4
