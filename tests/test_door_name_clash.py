"""A foreign package of the same name is told from bluespot's own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from bluespot.name_clash import LANDMARKS, foreign_packages


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A complete installation in which nothing is loaded yet."""
    for name, landmark in LANDMARKS.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("")
        (tmp_path / name / landmark).parent.mkdir(exist_ok=True)
        (tmp_path / name / f"{landmark}.py").write_text("")
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def test_our_own_packages_are_ours() -> None:
    assert foreign_packages() == []


def test_a_complete_installation_is_accepted(root: Any) -> None:
    assert foreign_packages(root) == []


def test_a_module_in_front_of_a_package_is_named(
    root: Any, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = tmp_path_factory.mktemp("other")
    (other / "drugs.py").write_text("")
    monkeypatch.syspath_prepend(str(other))
    (line,) = foreign_packages(root)
    assert f"{other}/drugs.py shadows bluespot's package drugs in {root}; " in line


def test_a_package_that_was_imported_already_counts(root: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    foreign = ModuleType("results")
    foreign.__file__ = "/elsewhere/results/__init__.py"
    monkeypatch.setitem(sys.modules, "results", foreign)
    (line,) = foreign_packages(root)
    assert line.startswith("/elsewhere/results shadows bluespot's package results")


def test_a_replaced_package_is_named(root: Any) -> None:
    (root / "circuits" / "circuit.py").unlink()
    (line,) = foreign_packages(root)
    assert "circuits lacks bluespot's own files; another project called circuits" in line


def test_a_missing_package_is_named_and_so_is_each_other(root: Any) -> None:
    for file in (root / "drugs").iterdir():
        file.unlink()
    (root / "drugs").rmdir()
    (root / "circuits" / "circuit.py").unlink()
    circuits, drugs = foreign_packages(root)
    assert "circuits lacks" in circuits
    assert "drugs" in drugs


def beside(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Python in a folder whose files it finds first, as it does those beside a script."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(folder), str(Path(__file__).parents[1])])}
    return subprocess.run([sys.executable, *command], capture_output=True, text=True, cwd=folder, env=environment)


@pytest.mark.parametrize("name", ["core", "experiments"])
def test_a_script_beside_a_file_of_such_a_name_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / f"{name}.py").write_text("")
    done = beside(tmp_path, "-c", "from bluespot import Study")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith(
        f"ImportError: {tmp_path}/{name}.py shadows bluespot's package {name}"
    )


@pytest.mark.parametrize("name", ["core", "experiments"])
def test_the_command_beside_a_file_of_such_a_name_says_so_in_one_line(tmp_path: Path, name: str) -> None:
    (tmp_path / f"{name}.py").write_text("")
    done = beside(tmp_path, "-m", "bluespot", "--version")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"error: {tmp_path}/{name}.py shadows bluespot's package {name}")
    assert len(done.stderr.splitlines()) == 1
