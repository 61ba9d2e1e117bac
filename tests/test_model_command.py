"""`bluespot model`: the tables of an arm, and a script that runs where bluespot is not, like bluespot."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_animals import SIZE

from benchmarks.plain_agreement import other_noises, wanted
from circuits import ligated
from circuits.brian import plain
from experiments.commands.command_line import main
from experiments.laboratory.animal import run_matched_animals
from experiments.laboratory.animal_script import EpochWanted, animal_script, reach
from experiments.laboratory.assays import pinch
from experiments.laboratory.timetable import Stop
from experiments.protocol.arm import Arm
from experiments.protocol.study import Study

PACKAGES = ("bluespot", "core", "circuits", "drugs", "experiments", "results", "benchmarks")
#: Refuses bluespot's packages to the interpreter that it is put on the path of.
REFUSAL = f"""
import sys

class Refusal:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {PACKAGES!r}:
            raise ModuleNotFoundError(f"{{name}} is refused")

sys.meta_path.insert(0, Refusal())
"""


def without_bluespot(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a folder as where bluespot is not installed."""
    (folder / "refusal").mkdir(exist_ok=True)
    (folder / "refusal" / "sitecustomize.py").write_text(REFUSAL, "utf-8")
    environment = {**os.environ, "PYTHONPATH": str(folder / "refusal")}
    return subprocess.run([sys.executable, *words], capture_output=True, text=True, cwd=folder, env=environment)


def printed_rates(text: str) -> dict[str, tuple[float, float]]:
    """Population -> rates of the script and of bluespot."""
    rows = [line.split() for line in text.splitlines()[1:]]
    return {name: (float(here), float(there)) for name, here, there in rows}


def lines_of(error: str) -> list[str]:
    return [line for line in error.splitlines() if line.startswith("error: ")]


def test_tables_are_shown_for_a_circuit(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["model", "sham"]) == 0
    shown = capsys.readouterr().out
    assert all(f"Table {name}." in shown for name in ("A", "B1", "B2", "C1", "D3", "E1", "F1"))
    assert "None: this circuit is uninjured." in shown


def test_json_holds_every_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["model", "--json"]) == 0
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    by_name = {table["table"]: table for table in found}
    assert by_name["B1"]["rows"][0]["population"] == "pkc gamma"
    assert len(by_name["E3"]["rows"]) == 13


def test_an_arm_of_a_study_shows_what_it_changes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    study = tmp_path / "study.toml"
    study.write_text(
        'name = "changed"\nanimals = 1\n[[arms]]\nname = "leaky"\ncircuit = "ligated"\nswitch_off = ["alpha2"]\n'
        '[arms.set]\n"cells.vertical.leak" = "1.23 nS"\n[[assays]]\nassay = "pinch"\ndays = [14]\n',
        "utf-8",
    )
    assert main(["model", "leaky", "--study", str(study)]) == 0
    shown = capsys.readouterr().out
    assert "1.23 nS" in shown
    assert "switched off" in shown


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["nix"], 'no circuit "nix"'),
        (["--study", "quick-look", "nix"], "no arm"),
        (["--day", "3"], "--brian2"),
        (["--brian2"], "--day is missing"),
        (["--brian2", "--day", "-9"], "begins on day -1"),
        (["--brian2", "--day", "3", "--hour", "99"], "hour"),
        (["--brian2", "--day", "3", "--epoch", "sleep"], "Allowed: pinch:contra, pinch:ipsi, rest."),
        (["--brian2", "--day", "3", "--size", "-1"], "size"),
    ],
)
def test_mistakes_are_one_line(words: Any, told: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["model", *words]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    (line,) = lines_of(captured.err)
    assert told in line


def test_a_file_is_not_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.py").write_text("mine", "utf-8")
    assert main(["model", "--brian2", "--day", "3", "--out", str(tmp_path / "mine.py")]) == 2
    assert (tmp_path / "mine.py").read_text("utf-8") == "mine"
    assert "nothing was changed" in capsys.readouterr().err


@pytest.mark.slow
def test_the_script_runs_where_bluespot_is_not(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Through the command, to the end, with bluespot's packages refused; no line of it needs one."""
    script = tmp_path / "rat.py"
    words = ["model", "--brian2", "ligated", "--day", "2", "--epoch", "pinch:ipsi", "--size", str(SIZE)]
    assert main([*words, "--out", str(script)]) == 0
    assert capsys.readouterr().out == f"{script}\n"
    assert without_bluespot(tmp_path, "-c", "import core").returncode != 0
    done = without_bluespot(tmp_path, "rat.py", "--seconds", "0.2")
    assert done.returncode == 0, done.stderr[-2000:]
    assert len(printed_rates(done.stdout)) == sum(2 if cell.sided else 1 for cell in ligated.cells)
    text = script.read_text("utf-8")
    imported = {node.module for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ImportFrom)}
    standard = {"__future__", "collections", "dataclasses", "typing"}
    assert {str(name).split(".")[0] for name in imported} == {*standard, "brian2"}
    code = text.partition("PACKED = ")[0]
    assert all(len(line) <= 120 for line in code.splitlines())
    assert plain.CELL in text
    told = ("BSD 3-Clause License", "given nothing", "seed 1", "day 2, hour 2", "Slow state", "40 * pF", "(Luz2014)")
    assert all(words in text for words in told)


@pytest.mark.slow
def test_rates_of_the_script_lie_within_those_of_other_noises(tmp_path: Path) -> None:
    """A pinch of the ligated paw on day 2: each population's count lies among the program's under other noises."""
    sought = wanted("ligated", "pinch:ipsi", SIZE, day=2)
    reached = reach(sought)
    (tmp_path / "rat.py").write_text(animal_script(sought, reached), "utf-8")
    done = without_bluespot(tmp_path, "rat.py")
    assert done.returncode == 0, done.stderr[-2000:]
    rates, others = printed_rates(done.stdout), other_noises(reached, 8)
    assert {name: there for name, (_, there) in rates.items()} == pytest.approx(reached.rates, rel=1e-3, abs=1e-3)
    for block in reached.plain.structure.blocks:
        seconds = block.count * reached.plain.inputs.seconds
        spikes = others[block.name] * seconds
        spread = np.sqrt(spikes.var(ddof=1) + spikes.mean() + 1.0)
        assert abs(rates[block.name][0] * seconds - spikes.mean()) < 4 * spread, block.name
    assert sum(here for here, _ in rates.values()) > 10


@pytest.mark.slow
def test_the_animal_is_the_one_of_the_study() -> None:
    """Its history makes the same stops: the epoch is the study's own pinch, to the last spike of each population."""
    study = Study(
        name="scripted",
        arms=(Arm("ligated", name="ligated"),),
        animals=1,
        size=SIZE,
        assays=(pinch.on_days(1, 3, sides=("ipsi",)),),
    )
    (record,) = run_matched_animals(study, 1)
    (epoch,) = (e for e in record.epochs if e.label.startswith("pinch:ipsi") and e.hours > 48)
    reached = reach(EpochWanted(study, "ligated", 1, Stop.asked_for(3, 2.0), "pinch:ipsi"))
    assert reached.rates == {name: epoch.averages[f"{name}_rate_hertz"] for name in reached.rates}
    fibres = {name: len(train.seconds) for name, train in epoch.spikes.items() if "c_" in name or "a_" in name}
    found = {name: len(train.seconds) for name, train in reached.result.spikes.items() if name in fibres}
    assert found == fibres
