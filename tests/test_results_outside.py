"""Nothing in a results folder, and nothing in a file of it, leads to what lies elsewhere or takes more than it has."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from cohort_samples import QUICK, small_study
from test_results_synthetic import ARMS, animal_record, write_study

from core.errors import UserError
from experiments.running.cohort import run
from experiments.running.comparison import WantedComparison, compare_arms
from results.files.arrays import AllBut, Groups, read_arrays
from results.files.atomic import write_text
from results.files.folder import animal_path, read_manifest
from results.files.inspection import inspect
from results.files.parts import part_of
from results.files.store import read_animal, read_attributes, write_animal
from results.files.trailer import add_trailer
from results.study import open_study

HOURS = "slow_state/hours"


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of an animal that has nothing to do with the one that is read."""
    path = tmp_path_factory.mktemp("other") / "other.h5"
    write_animal(animal_record(ARMS[0], 1, (0, 14)), path)
    return path


def virtual(file: h5py.File, other: Path) -> None:
    layout = h5py.VirtualLayout((3,), "f8")
    layout[:] = h5py.VirtualSource(str(other), HOURS, (3,))
    file.create_virtual_dataset(HOURS, layout)


def in_a_large_piece(file: h5py.File, other: Path) -> None:
    """One value, in a piece of 3 GB that a reader unpacks whole."""
    file.create_dataset(HOURS, (1,), "f8", maxshape=(None,), chunks=(400_000_000,), compression="gzip")


def many_that_are_large(file: h5py.File, other: Path) -> None:
    for k in range(20):
        file.create_dataset(f"slow_state/{k}", (7_000_000,), "f8", chunks=(1_000_000,), compression="gzip")


def deep(file: h5py.File, other: Path) -> None:
    file.create_group("slow_state/" + "/".join("abcdefghij"))


def texts_of_any_length(file: h5py.File, other: Path) -> None:
    file[HOURS] = ["1", "2"]


#: What is put in the place of the hours, and what is said of it.
PUT: dict[str, tuple[Callable[[h5py.File, Path], object], str]] = {
    "external": (lambda file, other: file.update({HOURS: h5py.ExternalLink(str(other), HOURS)}), "is a link"),
    "soft": (lambda file, other: file.update({HOURS: h5py.SoftLink("/epochs/hours")}), "is a link"),
    "hard": (lambda file, other: file.update({HOURS: file["epochs/hours"]}), "has several names"),
    "circle": (lambda file, other: file.update({HOURS: file["/"]}), "has several names"),
    "elsewhere": (
        lambda file, other: file.create_dataset(HOURS, (3,), "f8", external=[(str(other), 0, 24)]),
        "lie in another file",
    ),
    "virtual": (virtual, "lie in another file"),
    "enormous": (lambda file, other: file.create_dataset(HOURS, (2**45,), "f8", chunks=(1000,)), "it declares"),
    "never written": (lambda file, other: file.create_dataset(HOURS, (2**45,), "f8"), "it declares"),
    "packed": (
        lambda file, other: file.create_dataset(HOURS, (400_000_000,), "f8", chunks=(1_000_000,), compression="gzip"),
        "it declares",
    ),
    "in a large piece": (in_a_large_piece, "it declares"),
    "many": (many_that_are_large, "it declares"),
    "deep": (deep, "lies deeper"),
    "texts": (texts_of_any_length, "its values have another type"),
    "a type": (lambda file, other: file.update({HOURS: np.dtype("f8")}), "is neither a group nor a dataset"),
}


@pytest.mark.parametrize("kind", PUT)
def test_a_file_that_leads_elsewhere_or_claims_too_much_is_refused_though_its_trailer_fits(
    kind: str, tmp_path: Path, other: Path
) -> None:
    """Whoever writes such a file writes a trailer that fits, for it is no signature."""
    path = tmp_path / "a.h5"
    write_animal(animal_record(ARMS[0], 1, (0, 14)), path)
    assert read_animal(path).animal == 1
    words = in_place_of_the_hours(path, kind, other)
    for read in (read_animal, read_attributes, lambda path: read_arrays(path, ("slow_state",))):
        with pytest.raises(UserError, match=rf"^{path}: it is damaged: .*{words}[^\n]*$"):
            read(path)


@pytest.mark.parametrize("kind", PUT)
def test_what_is_read_later_is_refused_then(kind: str, tmp_path: Path, other: Path) -> None:
    """Links are looked at when a file is opened, datasets when they are to be read, by whichever reader."""
    path = tmp_path / "a.h5"
    write_animal(animal_record(ARMS[0], 1, (0, 14)), path)
    words = in_place_of_the_hours(path, kind, other)
    of_links = words in ("is a link", "has several names", "lies deeper")
    with pytest.raises(UserError, match=words) if of_links else contextlib.nullcontext():
        assert set(read_arrays(path, ("assays",)).columns) == {"assays"}
    later: tuple[Groups, ...] = (("slow_state",), {"slow_state": AllBut("_rate")}, ("assays", "slow_state"))
    for groups in later:
        with pytest.raises(UserError, match=rf"^{path}: it is damaged: .*{words}[^\n]*$"):
            read_arrays(path, groups)
    with pytest.raises(UserError, match=rf"^{path}: it is damaged: .*{words}[^\n]*$"):
        read_animal(path)


def in_place_of_the_hours(path: Path, kind: str, other: Path) -> str:
    """Put something in the place of the hours of a file, with a trailer that fits; what is said of it."""
    put, words = PUT[kind]
    with h5py.File(path, "r+") as file:
        del file[HOURS]
        put(file, other)
    add_trailer_alone(path)
    return words


def add_trailer_alone(path: Path) -> None:
    """Append a trailer of the whole file; that of its datasets would follow links."""
    add_trailer(path, ())


def test_a_circle_that_a_file_denies_ends(tmp_path: Path, other: Path) -> None:
    """Whoever makes a file may write into each object that it has one name."""
    path = tmp_path / "a.h5"
    write_animal(animal_record(ARMS[0], 1, (0, 14)), path)
    in_place_of_the_hours(path, "circle", other)
    with h5py.File(path) as file:
        count = h5py.h5o.get_info(file.id).addr + 4
    with path.open("r+b") as raw:
        raw.seek(count)
        assert raw.read(4) == bytes([2, 0, 0, 0])
        raw.seek(count)
        raw.write(bytes([1, 0, 0, 0]))
    add_trailer_alone(path)
    with pytest.raises(UserError, match=f"{HOURS} has several names"):
        read_animal(path)


@pytest.fixture
def study(tmp_path: Path) -> Path:
    return write_study(tmp_path / "study", ARMS[:2], 1, (0, 14))


def moved_out(place: Path, elsewhere: Path) -> None:
    shutil.move(place, elsewhere / place.name)
    place.symlink_to(elsewhere / place.name)


READ: dict[str, Callable[[Path], Any]] = {
    "compare": compare_arms,
    "frames": lambda out: open_study(out).assays,
    "write": lambda out: write_animal(animal_record(ARMS[0], 2, (0,)), animal_path(out, ARMS[0].name, 2)),
}


@pytest.mark.parametrize("read", READ)
@pytest.mark.parametrize("place", ["animals", "animals/sham-vehicle"])
def test_links_out_of_the_folder_are_not_followed(study: Path, tmp_path: Path, place: str, read: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    moved_out(study / place, elsewhere)
    with pytest.raises(
        UserError, match=rf"^{study / place}: it is a link that leads out of the folder of its study, to"
    ):
        READ[read](study)
    assert len(list(elsewhere.rglob("*.h5"))) == (2 if place == "animals" else 1)


@pytest.mark.parametrize("place", ["manifest.json", "animals/sham-vehicle/sham-vehicle-001.h5"])
def test_a_file_that_is_a_link_out_of_the_folder_is_not_read(study: Path, tmp_path: Path, place: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    moved_out(study / place, elsewhere)
    with pytest.raises(UserError, match=rf"^{study / place}: it is a link that leads out"):
        open_study(study)
    if place.startswith("animals"):
        assert any(str(study / place) in line for line in inspect(study)["damaged"])


def test_a_link_within_the_folder_and_one_to_the_folder_are_followed(study: Path, tmp_path: Path) -> None:
    (study / "animals").rename(study / "moved")
    (study / "animals").symlink_to("moved")
    (tmp_path / "link").symlink_to(study)
    assert len(open_study(tmp_path / "link").animals) == 2


@pytest.mark.parametrize("place", ["compare", "compare/frames"])
def test_nothing_is_compared_into_another_folder(study: Path, tmp_path: Path, place: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (study / place).parent.mkdir(exist_ok=True)
    (study / place).symlink_to(elsewhere)
    with pytest.raises(UserError, match="it is a link that leads out of the folder"):
        compare_arms(study, wanted=WantedComparison(figures=("none",), tables="csv"))
    assert not list(elsewhere.iterdir())


@pytest.mark.parametrize("name", [".running", "study.toml", "manifest.json"])
def test_a_run_writes_through_no_link(tmp_path: Path, name: str) -> None:
    out, mine = tmp_path / "out", tmp_path / "mine"
    out.mkdir()
    mine.write_text("mine")
    (out / name).symlink_to(mine)
    with pytest.raises(UserError, match=str(out)) as caught:
        run(small_study(1), out, runner=QUICK)
    assert "\n" not in str(caught.value)
    assert mine.read_text() == "mine"


def test_a_file_is_not_written_through_a_link_that_stands_in_place_of_its_part(tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.write_text("mine")
    part_of(tmp_path / "a.txt").symlink_to(mine)
    write_text(tmp_path / "a.txt", "new")
    assert ((tmp_path / "a.txt").read_text(), mine.read_text()) == ("new", "mine")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "mine"]


def test_the_checks_do_not_refuse_what_runs_write(study: Path) -> None:
    assert read_manifest(study).animals == (1,)
    assert not inspect(study)["damaged"]
