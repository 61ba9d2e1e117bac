"""The command: exit status, one line per mistake on stderr, results on stdout, as JSON where asked for."""

from __future__ import annotations

import gc
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cohort_samples import QUICK, TEXT, small_study
from study_samples import STUDY

from circuits.brian import compiling
from core.errors import UserError
from experiments.commands.command_line import main
from experiments.running import cohort, comparison
from experiments.running.matched_animals import AnimalRunner
from experiments.version import __version__

ROOT = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def _sample_animals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder of its own, with quick stand-ins for the animals."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BLUESPOT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(AnimalRunner, "installed", classmethod(lambda cls: QUICK))


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small study that was run."""
    out = tmp_path_factory.mktemp("finished")
    cohort.run(small_study(2), out, runner=QUICK)
    return out


def command(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(ROOT)} | settings
    line = [sys.executable, "-m", "bluespot", *arguments]
    return subprocess.run(line, capture_output=True, text=True, env=environment, timeout=120)


def errors_of(capsys: pytest.CaptureFixture[str], *arguments: str, status: int = 2) -> list[str]:
    assert main(list(arguments)) == status
    printed = capsys.readouterr()
    assert printed.out == ""
    return printed.err.splitlines()


def json_of(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert main([*arguments, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_help_comes_without_the_imports_that_take_seconds() -> None:
    assert command("--help").returncode == 0
    slow = "print([m for m in ('brian2', 'numpy', 'h5py', 'pydantic', 'distributed') if m in sys.modules])"
    code = f"import sys, experiments.commands.command_line; {slow}"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("arguments", [["--help"], ["drugs", "--help"]])
def test_each_command_says_what_it_does_in_a_line_that_is_shown_whole(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    assert main(arguments) == 0
    commands = capsys.readouterr().out.partition("Commands:\n")[2].splitlines()
    assert len(commands) >= 3
    assert not [line for line in commands if "..." in line or not line.endswith(".")]


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"bluespot {__version__}\n"


def test_each_mistake_is_one_line_on_stderr_and_the_status_is_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = STUDY.replace('"duloxetine"', '"duloxetin"').replace("animals = 2", "animals = -2")
    (tmp_path / "mine.toml").write_text(text)
    lines = errors_of(capsys, "validate", "mine.toml")
    assert [line.split(":")[:2] for line in lines] == [["error", " mine.toml"]] * 2
    assert lines[1].startswith(
        'error: mine.toml: arms[1].treatments[0].drug: no drug "duloxetin". Nearest: duloxetine, '
    )


def test_a_mistake_shows_no_traceback_in_a_real_process(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine")
    done = command("run", "quick-look", "--out", "file")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("error: --out file: this is a file; ")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["valdate"], "error: No such command 'valdate'"),
        (["run", "quick-look"], "error: Missing option '--out'"),
        (["run", "quick-look", "--out", "out", "--workers", "many"], "error: Invalid value for '--workers'"),
        (["run", "quick-look", "--out", "out", "--workers", "0"], "error: workers = 0: expected a whole number"),
        (["evidence", "--workers", "0"], "error: workers = 0: expected a whole number"),
        (["validate", "quick-look", "--animals", "0"], "error: --animals = 0: expected a whole number of animals"),
        (["validate", "quick-look", "--size=-1"], "error: --size = -1.0: expected a scale of all populations above 0"),
        (["validate", "quick-lok"], "error: quick-lok: no such file, and no bundled study has that name. Nearest"),
        (["run", "nothing.toml", "--out", "out"], "error: nothing.toml: no such file"),
        (["inspect", "nothing.h5"], "error: nothing.h5: there is no such file or folder."),
        (["compare", "."], "error: .: no manifest.json in it"),
        (["parameters", "shem"], 'error: no circuit "shem". Nearest: sham.'),
        (["compare", ".", "--reference", "a"], 'error: --reference "a": expected two arms'),
    ],
)
def test_mistakes_on_the_command_line(capsys: pytest.CaptureFixture[str], arguments: list[str], line: str) -> None:
    (told,) = errors_of(capsys, *arguments)
    assert told.startswith(line)


@pytest.mark.parametrize(
    "arguments",
    [
        ("run", "quick-look"),
        ("attribute", "quick-look"),
        ("evidence",),
        ("calibrate",),
        ("sensitivity",),
        ("drugs", "plot", "duloxetine", "--dose", "10 mg/kg"),
    ],
)
def test_a_file_where_a_folder_is_wanted_is_told_by_every_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    (tmp_path / "file").write_text("mine")
    (told,) = errors_of(capsys, *arguments, "--out", "file")
    assert told == "error: --out file: this is a file; expected a folder, which is made if need be."
    assert (tmp_path / "file").read_text() == "mine"


def test_a_fault_of_the_program_is_one_line_and_1(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(study: Any) -> Any:
        raise ZeroDivisionError("no number")

    runner = AnimalRunner(broken, QUICK.run)
    monkeypatch.setattr(AnimalRunner, "installed", classmethod(lambda cls: runner))
    lines = errors_of(capsys, "run", "quick-look", "--out", "out", status=1)
    told = re.fullmatch(
        r"error: ZeroDivisionError: no number \(experiments/running/matched_animals\.py, line \d+\)\. "
        r"This is a fault of bluespot; (\S+) has the details\.",
        lines[-1],
    )
    assert told
    log = Path(told[1]).read_text()
    assert f"bluespot {__version__}" in log
    assert log.rstrip().endswith("ZeroDivisionError: no number")
    monkeypatch.setenv("BLUESPOT_TRACEBACK", "1")
    assert any("Traceback" in line for line in errors_of(capsys, "run", "quick-look", "--out", "out", status=1))


def test_ctrl_c_is_130(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(study: Any) -> Any:
        raise KeyboardInterrupt

    runner = AnimalRunner(interrupted, QUICK.run)
    monkeypatch.setattr(AnimalRunner, "installed", classmethod(lambda cls: runner))
    assert errors_of(capsys, "run", "quick-look", "--out", "out", status=130)[-1] == "stopped"


def test_run_says_what_it_will_take_and_compares(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compiling, "compiler", lambda: "g++")
    (tmp_path / "small.toml").write_text(TEXT)
    assert main(["run", "small.toml", "--out", "out", "--workers", "1", "--animals", "2", "--seed", "3"]) == 0
    printed = capsys.readouterr()
    assert "small: 2 arms x 2 animals, days -1 to 1, size 1, seed 3" in printed.err
    assert "8 epochs, 16 simulated s, at most 8 kB in out; about " in printed.err
    assert "with 1 worker, of which 25 s to compile the model, once (" in printed.err
    assert "ligated-vehicle" in printed.out
    assert (tmp_path / "out" / "compare" / "report.txt").is_file()
    assert len(list(tmp_path.glob("out/animals/*/*.h5"))) == 4


@pytest.mark.slow
def test_run_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "small.toml").write_text(TEXT)
    told = json_of(capsys, "run", "small.toml", "--out", "out", "--animals", "2", "--workers", "1")
    assert (told["study"], told["animals"], told["arms"]) == ("small", 2, ["sham-vehicle", "ligated-vehicle"])
    assert told["comparison"]["finished"] == {"sham-vehicle": [1, 2], "ligated-vehicle": [1, 2]}
    assert main(["run", "small.toml", "--out", "out", "--animals", "2", "--no-compare"]) == 0
    printed = capsys.readouterr()
    assert "4 of 4 animals are finished in out and kept." in printed.err
    assert printed.out == "4 animals in out\n"


def test_validate(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["validate", "ligation-vs-sham"]) == 0
    printed = capsys.readouterr().out
    for part in (
        "6 arms x 6 animals",
        "duloxetine 10 mg/kg s.c. daily from day 14",
        "intrathecal idazoxan 30 ug on day 28",
    ):
        assert part in printed
    told = json_of(capsys, "validate", "quick-look", "--animals", "3")
    assert told["study"]["animals"] == 3
    assert told["plan"]["epochs"] > 0


def test_compare_leaves_garbage_collection_as_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    usual, during = gc.get_threshold(), []

    def failing(*_: object) -> None:
        during.append(gc.get_threshold())
        raise UserError("no study")

    monkeypatch.setattr(comparison, "compare_arms", failing)
    assert main(["compare", "."]) == 2
    assert during[0][0] > usual[0]
    assert gc.get_threshold() == usual


def test_inspect_and_compare(finished: Path, capsys: pytest.CaptureFixture[str]) -> None:
    summary = json_of(capsys, "inspect", str(finished))
    assert (summary["kind"], summary["finished"]) == ("study", 4)
    animal = next(finished.glob("animals/*/*.h5"))
    assert json_of(capsys, "inspect", str(animal))["kind"] == "animal"
    assert main(["inspect", str(animal)]) == 0
    assert "Epochs" in capsys.readouterr().out
    summary = json_of(capsys, "inspect", str(finished / "cohort.h5"))
    assert (summary["kind"], summary["animals"]) == ("cohort", {"ligated-vehicle": [1, 2], "sham-vehicle": [1, 2]})
    assert main(["inspect", str(finished / "cohort.h5")]) == 0
    assert capsys.readouterr().out.splitlines()[0].startswith("Links to the spikes of 4 animals")
    assert "tables" in json_of(capsys, "compare", str(finished))
    assert main(["compare", str(finished), "--figure", "none", "--tables", "parquet"]) == 0
    assert "paw_pressure_threshold" in capsys.readouterr().out
    assert (finished / "compare" / "frames" / "rates.parquet").is_file()
    assert (finished / "compare" / "rate_summary.parquet").is_file()


def test_report_writes_one_page(finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(finished)]) == 0
    page = finished / "report.html"
    assert capsys.readouterr().out.startswith(f"{page}: 4 animals in 2 arms, ")
    assert "What the model is known to get wrong" in page.read_text("utf-8")
    assert main(["report", str(finished), "--out", str(tmp_path / "mine.html")]) == 0
    assert (tmp_path / "mine.html").read_bytes() == page.read_bytes()
    assert main(["report", str(tmp_path)]) == 2
    assert "no manifest.json in it" in capsys.readouterr().err


def test_compare_asks_for_less(finished: Path, capsys: pytest.CaptureFixture[str]) -> None:
    day = max(
        row["day"] for row in json_of(capsys, "compare", str(finished), "--figure", "none")["tables"]["assay_summary"]
    )
    some = finished / "compare" / f"day{day}_paw_pressure"
    asked = ["compare", str(finished), "--day", str(day), "--assay", "paw_pressure"]
    assert main([*asked, "--figure", "thresholds"]) == 0
    assert "rest" not in capsys.readouterr().out.lower()
    assert {path.name for path in some.glob("*.png")} == {"thresholds.png"}
    assert main([*asked, "--figure", "all"]) == 0
    assert "tables and figures are in" in capsys.readouterr().out
    assert {path.stem for path in some.glob("*.png")} == {"thresholds", "rates"}, "no rest was chosen"
    for arguments, line in (
        (["--day", "99"], "nothing was measured on day 99; the days are "),
        (["--assay", "paw"], 'no assay "paw". Allowed: paw_pressure'),
        (["--figure", "threshold"], 'no figure "threshold". Nearest: thresholds'),
        (["--tables", "xlsx"], 'no form of tables "xlsx". Allowed: csv, parquet'),
    ):
        (told,) = errors_of(capsys, "compare", str(finished), *arguments)
        assert line in told


@pytest.mark.parametrize(
    ("listing", "names"),
    [
        ("studies", ["ligation-vs-sham", "quick-look"]),
        ("drugs", ["duloxetine", "amitriptyline", "idazoxan", "vehicle"]),
        ("assays", ["paw_pressure", "von_frey", "microdialysis"]),
        ("switches", ["alpha2", "noradrenaline_release"]),
        ("parameters", ["l5_share", "cells.projection.capacitance"]),
    ],
)
def test_listings(capsys: pytest.CaptureFixture[str], listing: str, names: list[str]) -> None:
    assert main([listing]) == 0
    text = capsys.readouterr().out
    told = json.dumps(json_of(capsys, listing))
    assert all(name in text and f'"{name}"' in told for name in names)


def test_parameters_are_found_in_lower_case_and_what_is_not_found_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert any("NET" in entry["path"] for entry in json_of(capsys, "parameters", "sham", "--like", "net"))
    (line,) = errors_of(capsys, "parameters", "sham", "--like", "capacitence")
    assert line.startswith('error: --like "capacitence": no parameter of sham has this in its path. Nearest: ')
    assert "capacitance" in line


def test_parameters_can_be_narrowed(capsys: pytest.CaptureFixture[str]) -> None:
    told = json_of(capsys, "parameters", "sham", "--like", "projection.capacitance")
    assert [entry["path"] for entry in told] == ["cells.projection.capacitance"]
    assert told[0]["value"] == "80 pF"


def test_a_folder_that_shadows_a_package_is_named(tmp_path: Path) -> None:
    (tmp_path / "circuits").mkdir()
    (tmp_path / "circuits" / "__init__.py").write_text("")
    done = command("drugs", PYTHONPATH=os.pathsep.join([str(tmp_path), str(ROOT)]))
    assert done.returncode == 2
    assert done.stderr.startswith(f"error: {tmp_path / 'circuits'} shadows bluespot's package circuits in {ROOT};")


@pytest.mark.parametrize("words", [["validate"], ["inspect"], ["export", "none", "--csv"]])
def test_a_name_that_no_file_can_have_is_a_mistake_of_the_user(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, 300 * "a"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line == f"error: '{60 * 'a'}'...: no file or folder can have so long a name."
