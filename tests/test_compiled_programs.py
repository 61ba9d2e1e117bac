"""Where compiled programs are kept: a folder that cannot be written is told at once, a damaged program is rebuilt."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from cohort_samples import QUICK, small_study
from small_animals import animal, compiled, disturbed_state, same_spikes, strong_stimulus

from circuits import ligated
from circuits.brian import compiling
from circuits.brian.compiling import check_cache
from circuits.circuit import Circuit
from core.cache_folder import cache_folder
from core.errors import UserError
from experiments.running.cohort import run
from experiments.running.speed import expected_speed, remember_speed


def fake(folder: Path) -> Path:
    """A program as a build leaves it, of files that hold nothing of use."""
    (folder / "static_arrays").mkdir(parents=True)
    (folder / "main").write_bytes(b"\x7fELF")
    (folder / "main").chmod(0o755)
    (folder / "static_arrays" / "sources").write_bytes(bytes(8))
    (folder / "digests.txt").write_text(compiling._digests(folder), "utf-8")
    return folder


@pytest.fixture
def unwritable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A cache folder in which nothing can be made, not even by root: it lies in a file."""
    (tmp_path / "file").touch()
    place = str(tmp_path / "file" / "cache")
    monkeypatch.setenv("BLUESPOT_CACHE", place)
    return place


def test_a_cache_folder_that_cannot_be_written_is_told_by_name(unwritable: str) -> None:
    with pytest.raises(UserError, match="set BLUESPOT_CACHE") as caught:
        check_cache()
    assert unwritable in str(caught.value)
    with pytest.raises(UserError, match="set BLUESPOT_CACHE"):
        compiled(ligated)


def test_a_home_that_cannot_be_written_is_told_by_name(unwritable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BLUESPOT_CACHE")
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    monkeypatch.setenv("HOME", unwritable)
    with pytest.raises(UserError, match="set BLUESPOT_CACHE") as caught:
        check_cache()
    assert str(Path(unwritable) / ".cache" / "bluespot") in str(caught.value)


@pytest.mark.usefixtures("unwritable")
def test_a_run_is_refused_before_any_animal_is_begun(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="set BLUESPOT_CACHE"):
        run(small_study(1), tmp_path / "out", runner=QUICK)
    assert not list(tmp_path.rglob("*.h5"))


@pytest.mark.usefixtures("unwritable")
def test_without_a_compiler_no_cache_folder_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CXX", "no-such-compiler")
    check_cache()
    assert compiled(ligated).folder is None


def test_a_cache_folder_that_holds_programs_need_not_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BLUESPOT_CACHE", str(tmp_path))
    fake(tmp_path / "programs" / "0")
    monkeypatch.setattr(compiling, "_writable", lambda folder: pytest.fail("tried to write"))
    check_cache()


def test_a_cache_folder_is_looked_for_from_where_the_command_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Programs run in folders of their own, where a relative path would lead elsewhere."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BLUESPOT_CACHE", "cache")
    assert cache_folder() == tmp_path / "cache"
    monkeypatch.setenv("BLUESPOT_CACHE", "~/cache")
    assert cache_folder() == Path.home() / "cache"


def test_the_folder_of_programs_is_closed_to_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that was open is closed; the folder around it, which a user may have named, is left as it is."""
    monkeypatch.setenv("BLUESPOT_CACHE", str(tmp_path / "cache"))
    (tmp_path / "cache" / "programs").mkdir(parents=True)
    (tmp_path / "cache" / "programs").chmod(0o777)
    (tmp_path / "cache").chmod(0o755)
    check_cache()
    assert (tmp_path / "cache" / "programs").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "cache").stat().st_mode & 0o777 == 0o755


@pytest.mark.parametrize("make", [compiled, lambda _: check_cache()])
def test_programs_that_another_user_could_replace_are_not_run(
    make: Callable[[Circuit], object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache"
    monkeypatch.setenv("BLUESPOT_CACHE", str(cache))
    fake(cache / "programs" / "0")
    cache.chmod(0o777)
    with pytest.raises(
        UserError, match=rf"^{cache}/programs: .*\(other users can write to {cache}\); set BLUESPOT_CACHE"
    ):
        make(ligated)


@pytest.mark.parametrize("text", ["[1]", "[" * 90_000, '{"1": null}', "garbage", '{"1": "nan"}', "1" * 10_000])
def test_garbage_in_place_of_speeds_is_taken_for_none(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BLUESPOT_CACHE", str(tmp_path))
    (tmp_path / "speed.json").write_text(text)
    assert not expected_speed(1.0).measured


def test_speeds_are_not_written_through_a_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BLUESPOT_CACHE", str(tmp_path / "cache"))
    (tmp_path / "cache").mkdir()
    (tmp_path / "mine").write_text("mine")
    (tmp_path / "cache" / "speed.json").symlink_to(tmp_path / "mine")
    remember_speed(1.0, 100.0, 20.0)
    assert (tmp_path / "mine").read_text() == "mine"
    assert expected_speed(1.0).value == 5.0


def emptied(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.mkdir()


def replaced_by_a_file(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.touch()


def linked(folder: Path) -> None:
    (folder / "main").rename(folder.parent / "main")
    (folder / "main").symlink_to(folder.parent / "main")


def piped(folder: Path) -> None:
    (folder / "digests.txt").unlink()
    os.mkfifo(folder / "digests.txt")


DAMAGES: dict[str, Callable[[Path], object]] = {
    "garbage": lambda folder: (folder / "main").write_bytes(b"garbage"),
    "a script": lambda folder: (folder / "main").write_text("#!/bin/sh\nexit 0\n"),
    "no longer executable": lambda folder: (folder / "main").chmod(0o644),
    "no program": lambda folder: (folder / "main").unlink(),
    "no contacts": lambda folder: (folder / "static_arrays" / "sources").unlink(),
    "other contacts": lambda folder: (folder / "static_arrays" / "sources").write_bytes(bytes(4)),
    "no digests": lambda folder: (folder / "digests.txt").unlink(),
    "digests of something else": lambda folder: (folder / "digests.txt").write_bytes(b"\xff\xfe"),
    "a program that others can write to": lambda folder: (folder / "main").chmod(0o777),
    "contacts in a folder that others can write to": lambda folder: (folder / "static_arrays").chmod(0o777),
    "a link to the same program": linked,
    "a pipe": piped,
    "an enormous one": lambda folder: os.truncate(folder / "main", 2**40),
    "an empty folder": emptied,
    "a file": replaced_by_a_file,
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_program_is_not_taken_for_a_whole_one(damage: str, tmp_path: Path) -> None:
    folder = fake(tmp_path / "program")
    assert compiling._whole(folder)
    DAMAGES[damage](folder)
    assert not compiling._whole(folder)


@pytest.mark.slow
def test_a_damaged_program_is_built_again_beside_modules_of_the_user_s_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file `core.py` beside a user's script has the name of one of our packages, and does not get into the build."""
    with animal(ligated) as rat:
        expected = rat.epoch(strong_stimulus(0.2), disturbed_state())
        kept = rat.simulator.program.folder
    assert kept is not None
    folder = tmp_path / "cache" / kept.parent.name / kept.name
    shutil.copytree(kept, folder)
    (tmp_path / "core.py").write_text("raise RuntimeError('not ours')\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BLUESPOT_CACHE", str(tmp_path / "cache"))
    assert compiled(ligated).folder == folder
    DAMAGES["a script"](folder)
    with animal(ligated) as rat:
        assert rat.simulator.program.folder == folder
        assert same_spikes(rat.epoch(strong_stimulus(0.2), disturbed_state()), expected)
    left = sorted(path.name for path in folder.parent.iterdir())
    assert left == [folder.name, f"{folder.name}.lock"]
