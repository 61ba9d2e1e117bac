"""Output that goes wrong: closed, a full disk, a reader or terminal that has gone. One line, and no traceback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from experiments.commands import lists
from experiments.commands.command_line import main
from experiments.commands.terminal import printing

ROOT = Path(__file__).parents[1]
BLUESPOT = f"'{sys.executable}' -m bluespot"


def shell(line: str) -> subprocess.CompletedProcess[str]:
    """A line of bash in which `bluespot` is the command."""
    line = f'bluespot() {{ {BLUESPOT} "$@"; }}; set -o pipefail; {line}'
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(["bash", "-c", line], capture_output=True, text=True, env=environment, timeout=120)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("bluespot --help >&-", "error: cannot write the result to stdout: it is closed.\n"),
        ("bluespot --version >&-", "error: cannot write the result to stdout: it is closed.\n"),
        ("bluespot --version >/dev/full", "error: cannot write the result to stdout: No space left on device.\n"),
        ("bluespot --help >/dev/full", "error: cannot write: No space left on device.\n"),
    ],
)
def test_stdout_that_takes_nothing_is_one_line_and_2(line: str, told: str) -> None:
    done = shell(line)
    assert (done.stderr, done.returncode) == (told, 2)


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Logs of faults go there."""
    monkeypatch.setenv("BLUESPOT_CACHE", str(tmp_path / "cache"))


@pytest.mark.parametrize("json", [[], ["--json"]])
def test_tables_and_json_are_written_as_any_result(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, json: list[Any] | list[str]
) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    assert main(["switches", *json]) == 2
    assert capsys.readouterr().err == "error: cannot write the result to stdout: it is closed.\n"


def test_stderr_that_is_closed_does_not_put_notes_into_the_result() -> None:
    done = shell("bluespot valdate 2>&-")
    assert (done.stdout, done.returncode) == ("", 2)


def test_a_reader_that_has_gone_is_141_without_a_word() -> None:
    done = shell("bluespot parameters --json | head -n 1")
    assert (done.stdout, done.stderr, done.returncode) == ("[\n", "", 141)


def test_an_end_of_file_that_we_did_not_ask_for_is_a_fault_and_not_a_stop(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(text: object) -> None:
        raise EOFError("the file ended early")

    monkeypatch.setattr(lists, "print_json", broken)
    assert main(["switches", "--json"]) == 1
    (line,) = capsys.readouterr().err.splitlines()[-1:]
    assert line.startswith("error: EOFError: the file ended early (experiments/commands/lists.py, line ")


def test_a_broken_pipe_that_is_not_stdout_is_a_fault_and_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(text: object) -> None:
        raise BrokenPipeError(32, "Broken pipe")

    monkeypatch.setattr(lists, "print_json", broken)
    assert main(["switches", "--json"]) == 1
    assert "BrokenPipeError" in capsys.readouterr().err


def test_a_terminal_that_has_gone_takes_no_notes(monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone:
        def write(self, text: str) -> int:
            raise OSError(5, "Input/output error")

    monkeypatch.setattr(sys, "stderr", Gone())
    printing.note("stopped")


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_any_command_in_order(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, stop: Any
) -> None:
    before = signal.getsignal(stop)
    monkeypatch.setattr(lists, "print_json", lambda content: os.kill(os.getpid(), stop))
    assert main(["switches", "--json"]) == 130
    assert capsys.readouterr().err == "stopped\n"
    assert signal.getsignal(stop) == before


def test_nohup_is_respected(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        monkeypatch.setattr(lists, "print_json", lambda content: os.kill(os.getpid(), signal.SIGHUP))
        assert main(["switches", "--json"]) == 0
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)
