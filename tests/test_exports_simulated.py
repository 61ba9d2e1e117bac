"""Exports of an animal that was simulated: its cells are those that ran, and what is recorded of epochs is reported."""

from __future__ import annotations

from pathlib import Path

import libsonata
import numpy as np
import pytest
from export_samples import STUDY

from circuits.circuit import ligated
from circuits.structure import structure
from experiments.commands.command_line import main
from experiments.laboratory.animal import run_matched_animals
from experiments.laboratory.single_animal import Animal
from experiments.running.study_folder import prepare
from results.files.store import animal_path, read_animal, write_animal

LABEL = "paw_pressure:ipsi@26.0000h"
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of an animal of a tenth of the size, which is given duloxetine on day 1."""
    study = STUDY.only(["ligated-duloxetine"]).changed(animals=1)
    folder = tmp_path_factory.mktemp("study")
    prepare(study, folder)
    (record,) = run_matched_animals(study, 1)
    write_animal(record, animal_path(folder, record.arm, 1))
    return animal_path(folder, record.arm, 1)


@pytest.fixture(scope="module")
def out(path: Path) -> Path:
    out = path.parents[2] / "circuit"
    record = ["--record", "ipsi_projection=v,g_ampa", "--record", "dorsal_horn_ipsi=noradrenaline", "--every", "1"]
    assert main(["export", str(path), "--sonata", str(out), "--epoch", LABEL, *record]) == 0
    return out


#: Column of a file's cells -> attribute of the nodes.
_ATTRIBUTES = {
    "threshold": "V_th",
    "rest": "E_L",
    "capacitance": "C_m",
    "leak": "g_L",
    "subthreshold_adaptation": "a",
    "spike_adaptation": "b",
    "adaptation_time": "tau_w",
    "bias": "I_e",
    "tonic_glutamate": "tonic_ampa",
    "tonic_gaba": "tonic_gaba",
    "force_threshold": "force_threshold",
    "heat_threshold": "heat_threshold",
    "delay": "conduction_delay",
}


def test_the_cells_are_those_that_ran(path: Path, out: Path) -> None:
    """The file holds what each cell and fibre drew when it was simulated; the export has drawn it again."""
    circuit = libsonata.CircuitConfig.from_file(str(out / "circuit_config.json"))
    held = read_animal(path, spikes=False).cells
    shape = structure(ligated, 1.0)
    assert set(held) == {block.name for block in (*shape.blocks, *shape.fibres)}
    for name, drawn in held.items():
        population = circuit.node_population("fibres" if "root" in drawn else "cells")
        nodes = population.match_values("mtype", name)
        for column, values in drawn.items():
            if column != "root":
                found = population.get_attribute(_ATTRIBUTES[column], nodes)
                np.testing.assert_allclose(found, values, rtol=1e-6, err_msg=f"{name} {column}")
        if "root" in drawn:
            roots = np.array(population.get_attribute("root", nodes))
            np.testing.assert_array_equal(roots == "L5", np.array(drawn["root"]).astype(str) == "L5")


def test_traces_are_reports(path: Path, out: Path) -> None:
    record = read_animal(path, spikes=False)
    number = [epoch.label for epoch in record.epochs].index(LABEL)
    assert [each.name for each in out.glob("simulation_config_*")] == [f"simulation_config_{number:03d}.json"]
    again = Animal.replay(path, LABEL, {"ipsi_projection": ["v"], "dorsal_horn_ipsi": ["noradrenaline"]}, every_ms=1.0)
    reports = {
        name: libsonata.SomaReportReader(str(out / "output" / f"{number:03d}" / f"{name}.h5"))["cells"]
        for name in ("v", "g_ampa", "noradrenaline", "serotonin")
    }
    assert {name: report.data_units for name, report in reports.items()} == {
        "v": "mV",
        "g_ampa": "nS",
        "noradrenaline": "nM",
        "serotonin": "nM",
    }
    voltage = reports["v"].get()
    np.testing.assert_allclose(voltage.data, again.traces["ipsi_projection"]["v"] * 1e3, rtol=1e-6)
    np.testing.assert_allclose(voltage.times, again.times * 1e3, atol=1e-6)
    noradrenaline = reports["noradrenaline"].get()
    expected = again.traces["dorsal_horn_ipsi"]["noradrenaline"]
    assert noradrenaline.data.shape[1] > voltage.data.shape[1], "around each cell of the dorsal horn"
    np.testing.assert_allclose(
        noradrenaline.data, np.repeat(expected[:, None], noradrenaline.data.shape[1], 1), rtol=1e-6
    )
    assert len(reports["serotonin"].get().data) == 1, "its mean stays"
    configured = libsonata.SimulationConfig.from_file(str(out / f"simulation_config_{number:03d}.json"))
    assert configured.report("v").dt == 1.0
    assert configured.list_report_names == {"v", "g_ampa", *(each.name for each in ligated.transmitters)}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--record", "ipsi_projection=v"], "name them by --epoch"),
        (["--record", "ipsi_projection", "--epoch", LABEL], "expected names of variables"),
        (["--record", "ipsi_projecton=v", "--epoch", LABEL], "Nearest: ipsi_projection"),
        (["--record", "ipsi_a_delta=release", "--epoch", LABEL], "fibres have their spikes only"),
        (["--record", "forebrain=noradrenaline", "--epoch", LABEL], "no cell lies there"),
    ],
)
def test_what_cannot_be_recorded_is_told(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], words: str
) -> None:
    assert main(["export", str(path), "--sonata", str(tmp_path / "out"), *options]) == 2
    error = capsys.readouterr().err.splitlines()
    assert len(error) == 1
    assert words in error[0]
    assert not list(tmp_path.iterdir())
