"""SONATA exports: what stands in them, by the rules of the format and as other people's readers see it."""

from __future__ import annotations

import csv
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import h5py
import libsonata
import numpy as np
import pytest
from export_samples import EPOCHS, STUDY, export_study
from small_animals import SIZE

from circuits.draw import AnimalDraw, draw_animal
from circuits.structure import structure
from core.errors import UserError
from core.records import AnimalRecord
from experiments.commands.command_line import main
from experiments.running.exporting import export_sonata
from results.exports.choice import Choice
from results.files.store import animal_path, read_animal, write_animal

ARM = "ligated-duloxetine"


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export_study(tmp_path_factory.mktemp("study"))


@pytest.fixture(scope="module")
def record(study: Path) -> AnimalRecord:
    return read_animal(animal_path(study, ARM, 2))


@pytest.fixture(scope="module")
def out(study: Path) -> Path:
    """One animal as a SONATA circuit."""
    assert export_sonata(animal_path(study, ARM, 2), study / "sonata", Choice()) == 1
    return study / "sonata"


@pytest.fixture(scope="module")
def draw() -> AnimalDraw:
    circuit = STUDY.arm(ARM).prepared_circuit()
    return draw_animal(circuit, structure(circuit, SIZE), STUDY.seed, 2)


def simulation(out: Path, number: int) -> Any:
    return json.loads((out / f"simulation_config_{number:03d}.json").read_text())


def test_nodes_have_the_parameters_that_were_drawn(out: Path, draw: AnimalDraw) -> None:
    circuit = libsonata.CircuitConfig.from_file(str(out / "circuit_config.json"))
    cells, fibres = (circuit.node_population(name) for name in ("cells", "fibres"))
    shape = draw.structure
    assert cells.size == sum(block.count for block in shape.blocks)
    assert fibres.size == sum(block.count for block in shape.fibres)
    for name, drawn, factor in (("V_th", "V_T", 1e3), ("C_m", "C", 1e12), ("tonic_ampa", "tonic_ampa", 1e9)):
        found = cells.get_attribute(name, cells.select_all())
        np.testing.assert_allclose(found, draw.cells[drawn][: cells.size] * factor, rtol=1e-12)
    for block in (*shape.blocks, *shape.fibres):
        population = cells if block in shape.blocks else fibres
        selected = population.match_values("mtype", block.name).flatten()
        np.testing.assert_array_equal(selected, np.arange(block.start, block.stop))
    roots = np.array(fibres.get_attribute("root", fibres.select_all()))
    np.testing.assert_array_equal(roots == "L5", draw.fibres["l5"][: fibres.size])


def test_edges_are_the_contacts_that_were_drawn(out: Path, draw: AnimalDraw) -> None:
    circuit = libsonata.CircuitConfig.from_file(str(out / "circuit_config.json"))
    for source in ("cells", "fibres"):
        edges = circuit.edge_population(f"{source}__cells__chemical")
        rows = [np.asarray(edges.source_nodes(edges.select_all())), np.asarray(edges.target_nodes(edges.select_all()))]
        rows += [edges.get_attribute(name, edges.select_all()) for name in ("syn_weight", "delay")]
        expected: list[tuple[float, ...]] = []
        for pathway in draw.structure.pathways:
            if pathway.from_afferents == (source == "fibres"):
                sign = -1e9 if pathway.inhibitory else 1e9
                sources, targets, weights = draw.contacts[pathway.name]
                weights = (weights * sign).astype("f4")
                delays = np.full(len(weights), pathway.delay_seconds * 1e3, "f4")
                expected += zip(sources, targets, weights, delays, strict=True)
        assert sorted(zip(*rows, strict=True)) == sorted(expected)
        assert len(expected) == edges.size > 100


def test_every_index_of_the_edges_finds_them(out: Path) -> None:
    """Rules of the format that some readers take on trust: ranges cover each edge of a node once, and no other."""
    for source in ("cells", "fibres"):
        name = f"{source}__cells__chemical"
        with h5py.File(out / "network" / f"{name}.h5") as file:
            population = file["edges"][name]
            assert population["source_node_id"].attrs["node_population"] == source
            assert population["target_node_id"].attrs["node_population"] == "cells"
            count = len(population["source_node_id"])
            for column in ("target_node_id", "edge_type_id", "edge_group_id", "edge_group_index", "0/syn_weight"):
                assert len(population[column]) == count
            for end, index in (("source", "source_to_target"), ("target", "target_to_source")):
                ids = population[f"{end}_node_id"][:]
                found = population[f"indices/{index}"]
                assert found["node_id_to_range"] == found["node_id_to_ranges"]
                ranges, edges = found["node_id_to_ranges"][:], found["range_to_edge_id"][:]
                for node, (first, last) in enumerate(ranges):
                    mine = [edge for start, stop in edges[first:last] for edge in range(start, stop)]
                    np.testing.assert_array_equal(mine, np.flatnonzero(ids == node))


def test_every_type_stands_in_its_table(out: Path, draw: AnimalDraw) -> None:
    """The tables are parted by blanks, so no text has any; numbers of types are those of nodes and edges."""
    for name, kind in (("cells", "node"), ("fibres", "node"), ("cells__cells__chemical", "edge")):
        lines = [line.split(" ") for line in (out / "network" / f"{name}_types.csv").read_text().splitlines()]
        assert {len(line) for line in lines} == {len(lines[0])}
        assert lines[0][0] == f"{kind}_type_id"
        with h5py.File(out / "network" / f"{name}.h5") as file:
            used = set(file[f"{kind}s/{name}/{kind}_type_id"][:].tolist())
        assert used == {int(line[0]) for line in lines[1:]}
    models = [json.loads(path.read_text()) for path in (out / "point_neuron_models").iterdir()]
    assert len(models) == len(draw.structure.blocks)
    assert all(model["V_reset"] < model["V_th"] < model["V_peak"] for model in models)


def test_spikes_of_an_epoch_begin_at_its_start(out: Path, record: AnimalRecord, draw: AnimalDraw) -> None:
    for number, epoch in enumerate(record.epochs):
        config = libsonata.SimulationConfig.from_file(str(out / f"simulation_config_{number:03d}.json"))
        assert config.run.tstop == epoch.seconds * 1e3
        reader = libsonata.SpikeReader(str(Path(config.output.output_dir) / config.output.spikes_file))
        assert sorted(reader.get_population_names()) == ["cells", "fibres"]
        for name, blocks in (("cells", draw.structure.blocks), ("fibres", draw.structure.fibres)):
            assert reader[name].sorting == "by_time"
            found = reader[name].get_dict()
            assert np.all(np.diff(found["timestamps"]) >= 0)
            for block in blocks:
                mine = (found["node_ids"] >= block.start) & (found["node_ids"] < block.stop)
                train = epoch.spikes[block.name]
                np.testing.assert_allclose(np.sort(found["timestamps"][mine]), train.seconds * 1e3, atol=1e-8)
                np.testing.assert_array_equal(
                    np.bincount(found["node_ids"][mine].astype("i8") - block.start, minlength=block.count),
                    np.bincount(train.index, minlength=block.count),
                )


def test_reports_hold_what_surrounds_each_cell(out: Path, record: AnimalRecord, draw: AnimalDraw) -> None:
    reader = libsonata.SomaReportReader(str(out / "output/001/noradrenaline.h5"))["cells"]
    assert (reader.times, reader.time_units, reader.data_units) == ((0.0, 2000.0, 2000.0), "ms", "nM")
    values = reader.get()
    for block in draw.structure.blocks:
        expected = record.epochs[1].averages[f"noradrenaline_{block.compartment}_nanomolar"]
        np.testing.assert_allclose(values.data[0, block.start : block.stop], expected, rtol=1e-6)


def test_a_simulation_says_when_it_was(out: Path) -> None:
    found = simulation(out, 3)["metadata"]
    assert found["duloxetine_cord_nanomolar"] == 56.0
    assert (found["day"], found["hour"], found["purpose"]) == (1, 2.0, "paw_pressure")
    assert (found["side"], found["stimulus"], found["strength"], found["unit"]) == ("ipsi", "force", 123.0, "g")
    assert "stimulus" not in simulation(out, 2)["metadata"], "what is empty at rest"
    rows = list(csv.DictReader((out / "epochs.csv").open()))
    assert [row["label"] for row in rows] == [label for label, *_ in EPOCHS]
    assert all((out / row["simulation_config"]).is_file() for row in rows)
    about = (out / "README.txt").read_text()
    assert about.startswith("Animal 2 of arm ligated-duloxetine (ligated) of the study small")
    assert "This is not the whole model" in about


def test_animals_and_epochs_are_chosen_and_nothing_is_overwritten(
    study: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "chosen"
    command = ["export", str(study), "--sonata", str(out), "--animal", "1", "--day", "1", "--epoch", "rest"]
    assert main(command) == 0
    assert capsys.readouterr().out == f"{out}: 2 animals as SONATA circuits\n"
    assert sorted(path.name for path in out.iterdir()) == ["ligated-duloxetine-001", "sham-vehicle-001"]
    for folder in out.iterdir():
        assert [path.name for path in folder.glob("simulation_config*")] == ["simulation_config_002.json"]
    before = sorted(out.rglob("*"))
    assert main(command) == 2
    assert capsys.readouterr().err.splitlines() == [
        f"error: {out} exists already and is not overwritten; remove it, or name another place."
    ]
    assert sorted(out.rglob("*")) == before


@pytest.mark.parametrize(
    ("choice", "words"),
    [
        (Choice(arms=["ligated-duloxetin"]), "Nearest: ligated-duloxetine"),
        (Choice(animals=[7]), "no animal 7. It has 1, 2."),
        (Choice(days=[5]), "no epoch on day 5. It has days -1, 1."),
        (Choice(epochs=["pinsh"]), "Nearest: pinch"),
        (Choice(days=[1], epochs=["pinch"]), "no epoch is of pinch and on day 1 as well"),
    ],
)
def test_what_is_not_there_is_told_and_leaves_nothing(study: Path, tmp_path: Path, choice: Choice, words: str) -> None:
    with pytest.raises(UserError, match=words) as raised:
        export_sonata(study, tmp_path / "out", choice)
    assert "\n" not in str(raised.value)
    assert not list(tmp_path.iterdir())


def test_a_file_holds_all_that_its_circuit_is_drawn_from(study: Path, out: Path, tmp_path: Path) -> None:
    """Away from its folder it gives the same files."""
    shutil.copyfile(animal_path(study, ARM, 2), tmp_path / "alone.h5")
    export_sonata(tmp_path / "alone.h5", tmp_path / "out", Choice())
    for name in ("cells", "fibres", "cells__cells__chemical", "fibres__cells__chemical"):
        path = Path("network") / f"{name}.h5"
        assert (tmp_path / "out" / path).read_bytes() == (out / path).read_bytes()


def test_an_older_file_needs_the_study_of_its_folder(study: Path, record: AnimalRecord, tmp_path: Path) -> None:
    """It does not hold its study; without one, or with another one, its cells cannot be drawn again."""
    facts = {name: fact for name, fact in record.provenance.items() if name != "study_toml"}
    path = animal_path(tmp_path, ARM, 2)
    write_animal(replace(record, provenance=facts), path)
    with pytest.raises(UserError, match=r"study\.toml"):
        export_sonata(path, tmp_path / "out", Choice())
    (tmp_path / "study.toml").write_text((study / "study.toml").read_text().replace("seed = 3", "seed = 4"))
    with pytest.raises(UserError, match="it was run with seed 3"):
        export_sonata(path, tmp_path / "out", Choice())
    assert not (tmp_path / "out").exists()
    shutil.copyfile(study / "study.toml", tmp_path / "study.toml")
    assert export_sonata(path, tmp_path / "out", Choice()) == 1
