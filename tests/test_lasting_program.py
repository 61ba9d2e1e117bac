"""The compiled program stays up between epochs: none leaves a trace in the next, and it ends in every way a run can."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from small_animals import SmallAnimal, animal, disturbed_state, same_spikes, strong_stimulus

from circuits import ligated
from circuits.brian.epoch_data import EpochInputs
from circuits.brian.running import CompiledSimulator
from circuits.epoch import prepare
from circuits.stimulus import Stimulus

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
#: Simulated seconds that take long enough to be interrupted.
LONG = 600.0

#: A process that says who simulates for it, and then simulates for long.
SCRIPT = f"""
from small_animals import animal
from circuits import ligated
from circuits.stimulus import Stimulus
with animal(ligated) as rat:
    rat.epoch(Stimulus(0.1))
    print("ready", flush=True)
    rat.epoch(Stimulus({LONG}))
"""


@pytest.fixture
def rat() -> Iterator[SmallAnimal]:
    with animal(ligated) as found:
        yield found


def inputs(rat: SmallAnimal, seconds: float) -> EpochInputs:
    return prepare(rat.moment(), Stimulus(seconds), "test", 0.1)[0]


def outputs(rat: SmallAnimal, told: EpochInputs) -> bytes:
    """All that a program of its own gives of an epoch."""
    assert isinstance(rat.simulator, CompiledSimulator)
    simulator = CompiledSimulator(rat.simulator.program, rat.simulator.program_folder)
    try:
        simulator.wire(rat.draw.contacts)
        found = simulator.run(told)
    finally:
        simulator.close()
    numbers = (found.step, found.cell, *found.means.values(), *found.last.values())
    return b"".join(column.tobytes() for column in numbers)


def test_vectors_of_eight_and_of_sixteen_numbers_give_the_same_bytes(
    rat: SmallAnimal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the processor has the wider ones; elsewhere both are narrow."""
    told = prepare(rat.moment(disturbed_state()), strong_stimulus(3.0), "test", 0.1)[0]
    wide = outputs(rat, told)
    assert len(wide) > 10_000
    monkeypatch.setenv("BLUESPOT_NARROW", "1")
    assert outputs(rat, told) == wide


def children(pid: int) -> list[int]:
    """Living processes that a process has started; zombies left out."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            facts = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(facts[1]) == pid and facts[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def programs(pid: int) -> list[int]:
    return [child for child in children(pid) if b"--results_dir" in Path(f"/proc/{child}/cmdline").read_bytes()]


def wait_for(condition: Callable[[], object], seconds: float = 20.0) -> None:
    limit = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < limit, "it did not happen in time"
        time.sleep(0.005)


def epochs(pid: int) -> list[int]:
    return [epoch for program in programs(pid) for epoch in children(program)]


def amid_an_epoch(act: Callable[[int, int], None]) -> threading.Thread:
    """Do something to the program and the process of its epoch, as soon as there is one."""

    def wait_and_act() -> None:
        wait_for(lambda: epochs(os.getpid()))
        (program,) = programs(os.getpid())
        act(program, children(program)[0])

    thread = threading.Thread(target=wait_and_act)
    thread.start()
    return thread


def test_an_epoch_leaves_nothing_for_the_next(rat: SmallAnimal) -> None:
    first = rat.epoch(strong_stimulus(0.3), disturbed_state())
    (program,) = programs(os.getpid())
    rat.epoch(Stimulus(0.2), label="another")
    again = rat.epoch(strong_stimulus(0.3), disturbed_state())
    assert programs(os.getpid()) == [program]
    assert same_spikes(first, again)
    assert first.averages == again.averages
    with animal(ligated) as twin:
        assert same_spikes(twin.epoch(strong_stimulus(0.3), disturbed_state()), first)


def test_what_an_epoch_is_not_told_is_as_at_the_beginning(rat: SmallAnimal) -> None:
    told = inputs(rat, 0.2)
    without = replace(told, arguments={name: value for name, value in told.arguments.items() if name != "cells.w"})
    expected = rat.simulator.run(without)
    rat.simulator.run(replace(told, arguments={**told.arguments, "cells.w": np.full(rat.draw.structure.cells, 1e-9)}))
    again = rat.simulator.run(without)
    assert (again.step.tobytes(), again.cell.tobytes()) == (expected.step.tobytes(), expected.cell.tobytes())


def test_other_contacts_count_from_the_next_epoch_on(rat: SmallAnimal) -> None:
    with animal(ligated, number=1) as other:
        expected = other.epoch(strong_stimulus(0.3), disturbed_state())
        rat.epoch(Stimulus(0.1))
        rat.simulator.wire(other.draw.contacts)
        twin = SmallAnimal(ligated, other.draw, rat.simulator)
        assert same_spikes(twin.epoch(strong_stimulus(0.3), disturbed_state()), expected)


@pytest.mark.parametrize("which", ["program", "epoch"])
def test_a_program_that_is_killed_is_one_error_and_the_next_epoch_runs(rat: SmallAnimal, which: str) -> None:
    expected = rat.epoch(Stimulus(0.2))
    killer = amid_an_epoch(lambda program, epoch: os.kill(program if which == "program" else epoch, signal.SIGSEGV))
    if which == "program":
        # The process of the epoch goes on alone; nobody is left to hear of the next one.
        rat.simulator.run(inputs(rat, 20.0))
    else:
        with pytest.raises(RuntimeError, match=r"the epoch's program failed \(-11\)"):
            rat.simulator.run(inputs(rat, LONG))
    killer.join()
    wait_for(lambda: not programs(os.getpid()))
    assert same_spikes(rat.epoch(Stimulus(0.2)), expected)


def test_inputs_that_do_not_fit_are_an_error_that_names_them(rat: SmallAnimal) -> None:
    told = inputs(rat, 0.1)
    for name, value, said in (
        ("cells.C", np.ones(3), "cells.C: its values are of another number or precision"),
        ("cells.nonsense", 1.0, "the model has no cells.nonsense"),
    ):
        with pytest.raises(RuntimeError, match=said):
            rat.simulator.run(replace(told, arguments={**told.arguments, name: value}))
    assert rat.simulator.run(told).steps == 1000


def test_ctrl_c_ends_the_epoch_and_leaves_no_process(rat: SmallAnimal) -> None:
    expected = rat.epoch(Stimulus(0.2))
    interrupter = amid_an_epoch(lambda program, epoch: signal.raise_signal(signal.SIGINT))
    with pytest.raises(KeyboardInterrupt):
        rat.simulator.run(inputs(rat, LONG))
    interrupter.join()
    assert not programs(os.getpid())
    assert same_spikes(rat.epoch(Stimulus(0.2)), expected)


def test_a_closed_simulator_leaves_neither_process_nor_folder() -> None:
    with animal(ligated) as rat:
        rat.epoch(Stimulus(0.1))
        assert isinstance(rat.simulator, CompiledSimulator)
        folder = rat.simulator.folder
        assert len(programs(os.getpid())) == 1
    assert not programs(os.getpid())
    assert not folder.exists()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_is_left_of_a_process_that_is_killed_amid_an_epoch(how: signal.Signals) -> None:
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT],
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        wait_for(lambda: epochs(process.pid))
        left = [*programs(process.pid), *epochs(process.pid)]
        process.send_signal(how)
        process.wait(20.0)
    wait_for(lambda: not any(_lives(pid) for pid in left))


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False
