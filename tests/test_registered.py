"""A file that was added but registered nowhere is told: drugs, assays and commands."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from drugs import DRUGS
from experiments.commands.command_line import app
from experiments.laboratory.assays import ASSAYS, Assay

ROOT = Path(__file__).parents[1]


def modules(folder: str) -> list[str]:
    return sorted(path.stem for path in (ROOT / folder).glob("*.py") if path.stem != "__init__")


@pytest.mark.parametrize("name", modules("drugs/library"))
def test_a_drug_file_is_registered(name: str) -> None:
    assert name in DRUGS, f"drugs/library/{name}.py: import it in drugs/__init__.py, and add it to DRUGS and __all__"


@pytest.mark.parametrize("name", modules("experiments/laboratory/assays"))
def test_an_assay_file_is_registered(name: str) -> None:
    module = import_module(f"experiments.laboratory.assays.{name}")
    made = [value for value in vars(module).values() if isinstance(value, Assay)]
    own = [assay for assay in made if assay.perform.__module__ == module.__name__]
    assert all(ASSAYS.get(assay.name) is assay for assay in own), f"{name}: add it to ASSAYS and __all__ of the folder"


#: The command line itself, and what an option of another command does.
NO_COMMANDS = {"command_line", "hypotheses"}


@pytest.mark.parametrize("name", sorted(set(modules("experiments/commands")) - NO_COMMANDS))
def test_a_module_of_commands_is_registered(name: str) -> None:
    families = [group.typer_instance for group in app.registered_groups if group.typer_instance]
    commands = [command for each in (app, *families) for command in each.registered_commands]
    homes = {command.callback.__module__ for command in commands if command.callback}
    assert f"experiments.commands.{name}" in homes, f"{name}: register its command in command_line.py"


def test_there_are_files_to_look_at() -> None:
    assert len(modules("drugs/library")) > 40
    assert {"brush", "nsia"} <= set(modules("experiments/laboratory/assays"))
    assert {"run", "drugs"} <= set(modules("experiments/commands"))
