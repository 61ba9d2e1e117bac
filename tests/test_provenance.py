"""What a file says of how its animal was made is enough to make it again, and the same wherever it was made."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest
from small_animals import SIZE
from version_1_files import write_version_1

from circuits import ligated
from circuits.draw import draw_animal
from circuits.structure import structure
from core.records import AnimalRecord
from drugs import duloxetine
from experiments import Arm, Injection, Study
from experiments.laboratory import assays
from experiments.laboratory.animal import run_matched_animals
from experiments.laboratory.provenance.cells import drawn_cells
from experiments.laboratory.provenance.facts import study_text
from experiments.laboratory.provenance.machine import commit
from experiments.protocol.study_file import parse_study
from experiments.running.study_folder import prepare
from results.files.store import describe, inspect, read_animal, read_manifest, write_animal

OWN = replace(duloxetine, name="mine")
TREATED = Arm(
    ligated.without("alpha1"),
    [OWN.daily("10 mg/kg", route="s.c.", from_day=0)],
    name="treated",
    set={"cells.projection.capacitance": "90 pF"},
)
STUDY = Study(
    name="made",
    question="Of what is it made?",
    seed=5,
    animals=3,
    size=SIZE,
    arms=[Arm("sham", name="control"), TREATED],
    assays=assays.pinch.on_days(0, hour=3.0, sides=("ipsi",)),
    injections=[
        Injection(drug="idazoxan", dose="30 ug", on_days=0, hour=2.5),
        Injection(drug="idazoxan", dose="1 ug", on_days=-1, hour=-3.0, arms=["control"]),
    ],
)
ROOT = Path(__file__).resolve().parents[1]


def test_the_study_of_a_file_reads_back_with_its_own_drugs() -> None:
    alone = STUDY.only(["treated"])
    found = parse_study(study_text(alone, 3))
    assert found == alone.changed(question="", animals=3)
    assert found.fingerprint() == alone.fingerprint()
    assert found.own_drugs() == {"mine": OWN}
    assert parse_study(study_text(alone, 0)).animals == 1


def test_the_manifest_knows_the_fingerprint_of_each_arm(tmp_path: Path) -> None:
    prepare(STUDY, tmp_path)
    found = {arm.name: arm.fingerprint for arm in read_manifest(tmp_path).arms}
    assert found == {arm.name: STUDY.only([arm.name]).fingerprint() for arm in STUDY.arms}
    assert len(set(found.values())) == 2
    more = STUDY.changed(animals=9, question="Another?")
    assert found == {arm.name: more.only([arm.name]).fingerprint() for arm in more.arms}


def test_what_cells_and_fibres_drew_is_told_in_units_of_a_lab_book() -> None:
    circuit = TREATED.prepared_circuit()
    draw = draw_animal(circuit, structure(circuit, SIZE), 5, 1)
    cells, projection = drawn_cells(draw), draw.structure.block("ipsi_projection")
    assert {name: len(columns["threshold"]) for name, columns in cells.items() if "threshold" in columns} == {
        block.name: block.count for block in draw.structure.blocks
    }
    np.testing.assert_allclose(cells["ipsi_projection"]["threshold"], 1e3 * draw.cells["V_T"][projection.part], 1e-6)
    np.testing.assert_allclose(cells["ipsi_projection"]["capacitance"], 1e12 * draw.cells["C"][projection.part], 1e-6)
    fibres = draw.structure.block("ipsi_a_delta")
    root = cells["ipsi_a_delta"]["root"]
    np.testing.assert_array_equal(root == b"L5", draw.fibres["l5"][fibres.part])
    assert set(root.tolist()) == {b"L5", b"other"}
    np.testing.assert_allclose(
        cells["ipsi_a_delta"]["force_threshold"], draw.fibres["force_threshold"][fibres.part], 1e-6
    )


def test_the_commit_is_that_of_the_checkout_and_of_no_other(tmp_path: Path) -> None:
    assert commit(tmp_path) == ""
    (tmp_path / "site-packages").mkdir()
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    assert commit(tmp_path / "site-packages") == "", "somebody's checkout around an installed package is not ours"
    if (ROOT / ".git").exists():
        head = subprocess.run(["git", "-C", str(ROOT), "rev-parse", "HEAD"], capture_output=True, text=True, check=True)
        assert commit(ROOT).removesuffix("-dirty") == head.stdout.strip()


# --- one animal ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def record() -> AnimalRecord:
    return {record.arm: record for record in run_matched_animals(STUDY, 1)}["treated"]


@pytest.mark.slow
def test_an_animal_is_made_again_from_its_file_alone_byte_for_byte(record: AnimalRecord, tmp_path: Path) -> None:
    """Whatever other arms there were, and whatever is done to them earlier than anything in its own."""
    write_animal(record, tmp_path / "then.h5")
    facts = read_animal(tmp_path / "then.h5", spikes=False).provenance
    (again,) = run_matched_animals(parse_study(facts["study_toml"]), record.animal)
    write_animal(again, tmp_path / "now.h5")
    assert (tmp_path / "now.h5").read_bytes() == (tmp_path / "then.h5").read_bytes()


@pytest.mark.slow
def test_a_file_says_what_was_done_in_words(record: AnimalRecord, tmp_path: Path) -> None:
    path = tmp_path / "a.h5"
    write_animal(record, path)
    summary = inspect(path)
    with h5py.File(path) as file:
        assert summary["content_checksum"] == file.attrs["content_checksum"]
        assert file["machine/facts"].asstr()[()].count("processor") == 1
        assert "processor" not in file["provenance/facts"].asstr()[()]
    text = "\n".join(describe(summary))
    for words in (
        f"Format version 2, content checksum {summary['content_checksum']}, which all of it fits",
        "Given: mine 10 mg/kg s.c. daily from day 0; idazoxan 30 ug i.t. on day 0",
        "Switched off: alpha1",
        "Set: cells.projection.capacitance = 90 pF",
        "Injections: drug idazoxan, dose 30 ug, route i.t., on days 0, hour 2.5",
        "force ipsi to 81.6 g",
        "intrathecal idazoxan",
    ):
        assert words in text, words


@pytest.mark.slow
def test_a_file_of_version_1_is_read_and_what_it_tells_is_said_to_be_inferred(
    record: AnimalRecord, tmp_path: Path
) -> None:
    facts = {name: fact for name, fact in record.provenance.items() if name != "study_toml"}
    write_version_1(replace(record, provenance=facts), tmp_path / "a.h5")
    found, summary = read_animal(tmp_path / "a.h5"), inspect(tmp_path / "a.h5")
    assert [epoch.phase for epoch in found.epochs if epoch.purpose == "pinch"] == ["surgery + intrathecal idazoxan"]
    assert [value.value for value in found.assays] == [value.value for value in record.assays]
    assert (summary["inferred"], summary["content_checksum"]) == (True, "")
    text = "\n".join(describe(summary))
    assert "Format version 1, which has no checksums" in text
    assert "inferred from labels and assays" in text
