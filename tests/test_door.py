"""The one import: what it promises, that it is documented, quick, and known to type checkers."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import bluespot
from drugs import DRUGS

ROOT = Path(__file__).parents[1]
PROMISED = sorted(set(bluespot.__all__) - {"__version__"})


def type_checking_imports() -> set[str]:
    """What a type checker takes to be in the module: the imports below `if TYPE_CHECKING`."""
    tree = ast.parse((ROOT / "bluespot" / "__init__.py").read_text("utf-8"))
    (block,) = (node for node in tree.body if isinstance(node, ast.If))
    return {alias.name for node in block.body for alias in node.names}  # type: ignore[attr-defined]


def test_type_checkers_and_python_know_the_same_names() -> None:
    assert type_checking_imports() == set(bluespot.__all__) == set(bluespot._HOMES)
    assert bluespot.__all__ == sorted(bluespot.__all__)


@pytest.mark.parametrize("name", PROMISED)
def test_what_is_promised_is_there_and_says_what_it_is(name: Any) -> None:
    value = getattr(bluespot, name)
    text = inspect.getdoc(value)
    assert text
    assert len(text.splitlines()[0]) > 15
    assert text.splitlines()[0] != inspect.getdoc(type(value)) or inspect.ismodule(value)


#: A mistake takes its text; a drug has the fields of `Substance`.
WITHOUT_SECTIONS = {"Drug", "UserError"}


def callables() -> dict[str, object]:
    """Promised classes and functions, and what the promised module of stimuli has."""
    found = {name: getattr(bluespot, name) for name in PROMISED}
    found |= {f"stimuli.{name}": getattr(bluespot.stimuli, name) for name in bluespot.stimuli.__all__}
    return {name: value for name, value in found.items() if inspect.isclass(value) or inspect.isfunction(value)}


@pytest.mark.parametrize("name", sorted(set(callables()) - WITHOUT_SECTIONS))
def test_what_is_called_says_what_it_takes(name: Any) -> None:
    sections = inspect.getdoc(callables()[name]) or ""
    assert "Parameters\n-----" in sections or "Attributes\n-----" in sections


def methods() -> list[object]:
    """Public methods of an animal and an epoch that take something."""
    found = [value for kind in (bluespot.Animal, bluespot.Epoch) for value in vars(kind).values()]
    found = [getattr(value, "__func__", value) for value in found]
    public = [value for value in found if inspect.isfunction(value) and not value.__name__.startswith("_")]
    return [value for value in public if set(inspect.signature(value).parameters) - {"self"}]


@pytest.mark.parametrize("method", methods(), ids=lambda method: method.__qualname__)
def test_every_parameter_of_an_animal_and_an_epoch_is_explained(method: Any) -> None:
    text = (inspect.getdoc(method) or "").partition("Parameters\n")[2]
    for name in set(inspect.signature(method).parameters) - {"self"}:
        assert f"{name}\n" in text or f"{name}, " in text or f", {name}" in text, name


def test_each_drug_can_be_imported_by_its_name() -> None:
    assert {name: getattr(bluespot, name) for name in DRUGS} == DRUGS
    assert set(dir(bluespot)) == {*bluespot.__all__, *DRUGS}


def test_a_name_that_is_not_there_is_told_with_the_nearest() -> None:
    with pytest.raises(AttributeError, match=r"bluespot has no 'duloxetin'.* Nearest: duloxetine"):
        _ = bluespot.duloxetin
    with pytest.raises(AttributeError, match="Nearest: Study"):
        _ = bluespot.Studdy
    with pytest.raises(ImportError, match="cannot import name 'duloxetin'"):
        exec("from bluespot import duloxetin")


def test_the_import_loads_nothing_until_something_is_asked_for() -> None:
    """Not even the five packages: the user's own may stand in front of them, and that is to be told."""
    heavy = ("brian2", "numpy", "pydantic", "matplotlib", "h5py", "core", "circuits", "drugs", "experiments", "results")
    code = f"import sys, bluespot; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout == "[]\n"


def test_python_m_bluespot_is_the_command() -> None:
    done = subprocess.run([sys.executable, "-m", "bluespot", "--version"], capture_output=True, text=True, cwd=ROOT)
    assert (done.returncode, done.stdout) == (0, f"bluespot {bluespot.__version__}\n")


@pytest.mark.slow
def test_a_type_checker_knows_what_the_names_are(tmp_path: Path) -> None:
    """Without our settings, as in a user's project."""
    (tmp_path / "mine.py").write_text(
        "from bluespot import Study, duloxetine, ligated\n"
        "reveal_type(Study)\nreveal_type(duloxetine)\nreveal_type(ligated)\n"
    )
    line = [sys.executable, "-m", "mypy", "--ignore-missing-imports", "--cache-dir", str(tmp_path), "mine.py"]
    done = subprocess.run(line, capture_output=True, text=True, cwd=tmp_path, env={"MYPYPATH": str(ROOT)})
    for kind in ("experiments.protocol.study.Study", "drugs.drug.Drug", "circuits.circuit.Circuit"):
        assert kind in done.stdout, done.stdout


@pytest.mark.slow
def test_a_type_checker_takes_what_the_parts_of_a_study_take_and_nothing_else(tmp_path: Path) -> None:
    """Lists, single parts and tables where the fields hold tuples; no unknown field, no text for a number."""
    (tmp_path / "mine.py").write_text(
        "from bluespot import Arm, Injection, Lesion, Measurement, Study, duloxetine, ligated, vehicle\n"
        "once = Injection(drug='idazoxan', dose='30 ug', on_days=3)\n"
        "arms = [Arm(ligated, [duloxetine.daily('10 mg/kg'), vehicle], injections=once, lesions={'agent': 'DSP-4'})]\n"
        "pinch = Measurement(assay='pinch', days=range(3))\n"
        "Study(name='mine', arms=arms, animals=1, assays=pinch, analyses='onset')\n"
        "Study(name='mine', arms=arms, animals='1', assays=pinch)\n"
        "Study(name='mine', arms=arms, animal=1, assays=pinch)\n"
        "Arm(ligated, 3)\n"
        "Lesion(agent='DSP-4')\n"
    )
    line = [sys.executable, "-m", "mypy", "--ignore-missing-imports", "--cache-dir", str(tmp_path), "mine.py"]
    done = subprocess.run(line, capture_output=True, text=True, cwd=tmp_path, env={"MYPYPATH": str(ROOT)})
    wrong = {
        int(line.split(":")[1]) for line in done.stdout.split("\n") if line.startswith("mine.py") and "error" in line
    }
    assert wrong == {6, 7, 8, 9}, done.stdout
