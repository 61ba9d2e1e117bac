"""Other people's readers open what is exported, by the very lines that docs/exports.md prints for each."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from export_samples import export_study

from core.records import AnimalRecord
from experiments.commands.command_line import main
from results.files.store import animal_path, read_animal

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "exports.md"
ARM = "ligated-duloxetine"

pytestmark = pytest.mark.skipif(
    not all(map(importlib.util.find_spec, ("bluepysnap", "bmtk"))), reason="of the extra readers"
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which the page's blocks stand, after its lines of the command."""
    home = tmp_path_factory.mktemp("readers")
    export_study(home / "runs" / "quick-look")
    section = PAGE.read_text("utf-8").split("## Readers, tried")[1]
    lines = [line.strip() for line in section.splitlines() if line.startswith("    bluespot export ")]
    assert len(lines) == 2
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(home)
        for line in lines:
            assert main(shlex.split(line)[1:]) == 0
    return home


@pytest.fixture(scope="module")
def record(folder: Path) -> AnimalRecord:
    return read_animal(animal_path(folder / "runs" / "quick-look", ARM, 1))


@pytest.fixture(scope="module")
def read(folder: Path) -> Any:
    """What the readers found."""
    command = [sys.executable, str(ROOT / "tests" / "run_readers.py"), str(PAGE)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_every_block_runs(read: Any) -> None:
    assert [found["error"] for _, found in read["blocks"] if "error" in found] == []
    headings = {heading for heading, _ in read["blocks"]}
    assert headings == {"libsonata", "bluepysnap", "bmtk", "Neo and Elephant", "NWB", "pandas, xarray and h5py"}


def test_every_reader_finds_the_same_rate(read: Any, record: AnimalRecord) -> None:
    """Of the projection cells in the epoch of the page, counted here from the record."""
    train = record.epochs[3].spikes["ipsi_projection"]
    expected = len(train.seconds) / train.cells / record.epochs[3].seconds
    assert expected > 1.0
    assert [found["rate"] for _, found in read["blocks"] if "rate" in found] == pytest.approx([expected] * 8)


def test_libsonata_reads_the_spikes_of_an_animals_own_file(read: Any, record: AnimalRecord) -> None:
    own = next(found for heading, found in read["blocks"] if heading == "libsonata" and "rate" not in found)
    assert own["spikes"] == len(record.epochs[3].spikes["ipsi_projection"].seconds) > 1


def test_bmtk_opens_the_spikes_of_an_animals_own_file(read: Any, record: AnimalRecord) -> None:
    names = record.epochs[0].spikes
    expected = {name: sum(len(epoch.spikes[name].seconds) for epoch in record.epochs) for name in names}
    assert read["own_file"] == expected


def test_bluepysnap_finds_nothing_wrong(read: Any) -> None:
    assert read["validated"] == []


def test_bmtk_draws_the_rate_of_each_cell_that_fired(read: Any, record: AnimalRecord) -> None:
    drawn = 0
    for name, train in record.epochs[3].spikes.items():
        if name in read["plotted"]:
            counts = np.bincount(train.index, minlength=train.cells)
            expected = np.sort(counts[counts > 0]) / record.epochs[3].seconds
            assert read["plotted"][name] == pytest.approx(expected.tolist())
            drawn += len(expected)
    assert drawn > 20


def test_bmtk_draws_a_report(read: Any) -> None:
    (frames, cells), label = read["reported"]
    assert frames == 1, "one frame, which lasts the epoch"
    assert cells > 100
    assert label.startswith("noradrenaline")


def test_the_table_names_the_versions_that_are_installed_or_newer() -> None:
    """A reader that is older than the table says was not tried."""
    table = PAGE.read_text("utf-8").split("## Readers, tried")[1].split("### ")[0]
    told = dict(re.findall(r"(libsonata|bluepysnap|bmtk|pynwb|nwbinspector|pandas|h5py) (\d[\d.]*)", table))
    assert len(told) == 7
    for name, version in told.items():
        major = int(importlib.metadata.version(name).split(".")[0])
        assert major <= int(version.split(".")[0]), f"{name}: try the new one, and write its version into the table"


@pytest.mark.skipif(shutil.which("h5dump") is None, reason="h5dump is not installed (apt-get install hdf5-tools)")
def test_h5dump_reads_plain_and_packed_files(folder: Path, record: AnimalRecord) -> None:
    own = Path("animals") / ARM / f"{ARM}-001.h5"
    for path in (folder / "runs/quick-look" / own, folder / "packed" / own, folder / "circuit/network/cells.h5"):
        done = subprocess.run(["h5dump", str(path)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-1000:]
        assert len(done.stdout) > 10_000
