"""`bluespot benchmarks`: names, table, JSON; plain Brian2 has the circuit of bluespot. Nothing is timed."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from brian2 import Synapses

from benchmarks import catalogue, comparing, gpu, networks, plain_run
from benchmarks.catalogue import BENCHMARKS, Benchmark
from benchmarks.floor import afferents_in_order, build, run, write_inputs
from benchmarks.networks import SIMULATORS, Parameters, Simulator, draw, in_new_process
from benchmarks.plain_brian2 import NUMPY, Manner, joined, order
from benchmarks.repetition import in_turns
from benchmarks.sample import rising, sample, wired
from circuits.brian.plain import build as build_plain
from experiments import read_study
from experiments.commands import benchmarks as command
from experiments.commands.command_line import main
from experiments.running.study_folder import STUDY_FILE
from results.comparison.arms import compare

SMALL = 0.1


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two stand-ins, one of which says whether it was asked for the large cases."""
    rows: dict[str, Callable[[bool], list[dict[str, object]]]] = {
        "first": lambda large: [{"what": "a", "seconds": 1.5}],
        "second": lambda large: [{"large": large}],
    }
    known = {name: Benchmark(f"question of {name}", name) for name in rows}
    monkeypatch.setattr(catalogue, "BENCHMARKS", known)
    monkeypatch.setattr(Benchmark, "measure", lambda self, large=False: rows[self.place](large))


@pytest.mark.parametrize("name", BENCHMARKS)
def test_every_entry_names_a_function(name: Any) -> None:
    module, function = BENCHMARKS[name].place.split(":")
    assert callable(getattr(import_module(f"benchmarks.{module}"), function))


@pytest.mark.usefixtures("quick")
def test_table_shows_each_benchmark_and_the_machine(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["benchmarks"]) == 0
    shown = capsys.readouterr().out
    assert all(word in shown for word in ("first", "seconds", "1.5", "second", "load_average"))


@pytest.mark.usefixtures("quick")
def test_json_holds_the_chosen_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["benchmarks", "second", "--large", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["benchmarks"] == {"second": [{"large": True}]}
    assert {"processor", "cores", "load_average"} <= set(found["machine"])


def test_unknown_name_is_one_line_with_the_nearest(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["benchmarks", "kernal"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert "Nearest: kernel" in told.err


def test_installation_without_benchmarks_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(command, "_ROOT", tmp_path)
    monkeypatch.chdir(tmp_path)
    assert main(["benchmarks", "kernel"]) == 2
    assert "checkout" in capsys.readouterr().err


def test_turns_call_each_once_a_round() -> None:
    called: list[str] = []

    def called_as(name: str) -> str:
        called.append(name)
        return name

    found = in_turns({name: partial(called_as, name) for name in "ab"}, 3)
    assert found == {"a": ["a"] * 3, "b": ["b"] * 3}
    assert called == ["a", "b", "b", "a", "a", "b"]


@pytest.mark.slow
def test_plain_brian2_has_the_same_cells_and_contacts(tmp_path: Path) -> None:
    sampled = sample(rising(0.1), SMALL)
    network = build_plain(order(sampled, NUMPY, tmp_path).model)
    shape = sampled.structure
    cells = {block.name: len(network[block.name]) for block in shape.blocks}
    assert cells == {block.name: block.count for block in shape.blocks}
    contacts = sum(len(part) for part in network.objects if "_to_" in part.name and isinstance(part, Synapses))
    assert contacts == sum(len(sources) for sources, _, _ in sampled.draw.contacts.values())


@pytest.mark.slow
def test_plain_brian2_and_the_floor_fire_like_bluespot(tmp_path: Path) -> None:
    sampled = sample(rising(1.0), SMALL)
    simulator = wired(sampled)
    try:
        ours = len(simulator.run(sampled.inputs).cell)
    finally:
        simulator.close()
    found = plain_run.carried_out(sampled, NUMPY, tmp_path / "plain")
    joined = plain_run.carried_out(sampled, NUMPY, tmp_path / "joined", Manner(joined=True, single=True))
    write_inputs(sampled, tmp_path / "floor")
    loop = len(run(build(), tmp_path / "floor").cell)
    assert ours > 100
    assert np.allclose([sum(found["counts"].values()), joined["counts"]["cells"], loop], ours, rtol=0.15)


def test_joined_blocks_have_all_contacts_of_the_pairs(tmp_path: Path) -> None:
    sampled = sample(rising(0.1), SMALL)
    shape = joined(sampled.structure)
    model = order(sampled, NUMPY, tmp_path, Manner(joined=True)).model
    assert [len(c.weights) for c in model.contacts] == [p.contacts for p in sampled.structure.pathways]
    assert [block.count for block in shape.blocks] == [sampled.structure.cells]
    assert [block.count for block in shape.fibres] == [sampled.structure.afferents]
    assert all(
        whole.contacts >= pathway.contacts
        for whole, pathway in zip(shape.pathways, sampled.structure.pathways, strict=True)
    )


def test_without_brian2cuda_the_card_is_a_row_that_says_how(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gpu, "find_spec", lambda name: None)
    (row,) = gpu.measure()
    assert row["build_s"].startswith("not installed: pip install brian2cuda")


def test_afferents_end_with_the_epoch() -> None:
    sampled = sample(rising(0.1), SMALL)
    steps, fibres = afferents_in_order(sampled)
    assert len(steps) == len(fibres) > 0
    assert np.all(np.diff(steps) >= 0)
    assert steps.max() < 1000


def test_the_benchmark_network_is_drawn_firing_with_the_contacts_asked_for() -> None:
    shape = Parameters(excitatory=320, inhibitory=80, chance=0.1)
    network = draw(0.1, shape)
    assert len(network.sources) == pytest.approx(0.1 * 400 * 399, rel=0.05)
    assert np.all(network.sources != network.targets)
    assert np.all(np.diff(network.sources) >= 0)
    assert np.sum(network.excites) == np.sum(network.sources < 320)
    assert np.mean(network.g_excitatory) > 1.0
    assert np.mean(network.g_inhibitory) > 1.0
    assert np.all(network.v <= shape.threshold)


def test_a_simulator_that_is_not_installed_is_a_row_that_says_how(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Simulator, "version", property(lambda self: "" if self.distribution else "2.9"))
    told = {"build": 1.0, "run": 2.0, "excitatory_hz": 20.0, "inhibitory_hz": 20.0}
    monkeypatch.setattr(networks, "in_new_process", lambda name, seconds: told)
    rows = networks.measure()
    assert len({tuple(row) for row in rows}) == 1
    assert [row["simulator"] for row in rows if "pip install" in row["version"]] == ["NEST", "NEURON", "NetPyNE"]
    assert [row["times_bluespot"] for row in rows] == [1.0, 1.0, "", "", ""]


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name, simulator in SIMULATORS.items() if simulator.version])
def test_every_installed_simulator_fires_at_the_network_s_rate(name: Any) -> None:
    """That of the NumPy loop from which all start, and of the review's figures: about 20 Hz."""
    told = in_new_process(name, 0.3)
    assert 15.0 < told["excitatory_hz"] < 27.0
    assert 15.0 < told["inhibitory_hz"] < 27.0
    assert told["run"] > 0.0


def test_made_up_study_of_comparing_is_one_that_compare_and_report_take(tmp_path: Path) -> None:
    comparing.write_study(tmp_path, 2)
    assert compare(tmp_path).finished == {arm.name: (1, 2) for arm in comparing.ARMS}
    assert [arm.name for arm in read_study(tmp_path / STUDY_FILE).arms] == [arm.name for arm in comparing.ARMS]
