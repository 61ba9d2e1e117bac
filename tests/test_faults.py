"""Exceptions that nobody has foreseen: one line that says what and where, and a log file with the rest."""

from __future__ import annotations

import importlib.util
import os
import py_compile
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from core import quantities
from core.faults import damaged_bytecode, in_a_line, write_log

ROOT = Path(__file__).parents[1]


def error_of(text: str) -> Exception:
    """What reading a quantity raises; `text` has no unit that bluespot knows."""
    try:
        quantities.read_quantity(text, 1.0)
    except Exception as error:
        return error
    raise AssertionError(text)


def test_an_exception_is_told_with_the_line_of_bluespot_that_it_came_from() -> None:
    line = in_a_line(error_of("1 nonsense"))
    assert line.startswith("UserError: ")
    assert "(core/" in line
    assert line.endswith(")")
    assert "\n" not in line
    assert in_a_line(EOFError()) == "EOFError"
    with pytest.raises(TypeError) as caught:
        len(3)  # type: ignore[arg-type]
    assert in_a_line(caught.value).endswith(f"({__file__}, line {caught.tb.tb_lineno})")


def test_a_log_holds_the_traceback_and_the_last_twenty_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BLUESPOT_CACHE", str(tmp_path))
    logs = [write_log(error_of("1 nonsense"), "bluespot 1.2") for _ in range(23)]
    assert logs[-1] is not None
    assert logs[-1].parent == tmp_path / "faults"
    assert logs[-1].stat().st_mode & 0o777 == 0o600
    text = logs[-1].read_text()
    assert all(part in text for part in ("bluespot 1.2", "Python 3", "Traceback", "nonsense"))
    assert len(list((tmp_path / "faults").iterdir())) == 20


def test_where_the_cache_folder_takes_no_log_the_temporary_folder_does_and_none_is_no_new_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("BLUESPOT_CACHE", str(tmp_path / "file"))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    log = write_log(EOFError(), "bluespot")
    assert log is not None
    assert log.parent == tmp_path
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "file"))
    assert write_log(EOFError(), "bluespot") is None


@pytest.mark.parametrize("module", ["core/errors", "experiments/commands/lists", "circuits/injury"])
def test_a_compiled_file_that_is_cut_short_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    cut = cut_bytecode(tmp_path, monkeypatch, module)
    done = command(tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    why = "it is cut short or damaged (EOFError: marshal data too short); remove it, Python makes it again."
    assert done.stderr.strip() == f"error: {cut}: {why}"


def test_a_cut_file_that_even_this_needs_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cut_bytecode(tmp_path, monkeypatch, "core/faults")
    done = command(tmp_path)
    said = "error: EOFError: marshal data too short. bluespot cannot be imported; install it again.\n"
    assert (done.returncode, done.stderr) == (1, said)


def cut_bytecode(folder: Path, monkeypatch: pytest.MonkeyPatch, module: str) -> Path:
    """Compile a module to where Python looks with that folder as its prefix, and cut the file short."""
    monkeypatch.setattr(sys, "pycache_prefix", str(folder))
    path = Path(importlib.util.cache_from_source(str(ROOT / f"{module}.py")))
    py_compile.compile(str(ROOT / f"{module}.py"), str(path), doraise=True)
    path.write_bytes(path.read_bytes()[:40])
    return path


def command(folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": str(folder)}
    line = [sys.executable, "-m", "bluespot", "switches"]
    return subprocess.run(line, capture_output=True, text=True, env=environment, timeout=120)


def test_other_exceptions_are_not_taken_for_damaged_files() -> None:
    assert damaged_bytecode(error_of("1 nonsense")) == ""
    assert damaged_bytecode(EOFError("from elsewhere")) == ""


def test_a_file_never_gets_the_place_of_a_standard_stream_that_is_closed(tmp_path: Path) -> None:
    code = (
        "import sys; from bluespot.__main__ import _fill_standard_streams as fill; "
        "fill(); file = open('file', 'w'); file.write(str(file.fileno()))"
    )
    line = f"'{sys.executable}' -c \"{code}\" <&- >&- 2>&-"
    subprocess.run(["bash", "-c", line], check=True, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert int((tmp_path / "file").read_text()) > 2
