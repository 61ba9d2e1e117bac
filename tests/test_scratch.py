"""What a killed process leaves is removed by the next one, and what a living one has is not."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from circuits.brian.compiling import _said_by
from core.scratch import PREFIX, TEMPORARY_FILES, Scratch, keep_alive, remove_abandoned
from results.exports.new_folder import new_folder
from results.files import parts
from results.files.atomic import write_text
from results.files.parts import part_of, remove_dead_parts

ROOT = Path(__file__).parents[1]


@contextlib.contextmanager
def other_process(code: str, *arguments: object) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """A process that runs `code`, prints a line, and waits for its end; the line."""
    script = f"import sys, time\n{code}\nsys.stdout.flush()\ntime.sleep(60)"
    with subprocess.Popen(
        [sys.executable, "-c", script, *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout.readline().strip()
        finally:
            process.kill()


SCRATCH = "from core.scratch import Scratch; it = Scratch(sys.argv[1]); (it.folder / 'a').touch(); print(it.folder)"


def test_scratch_of_a_killed_process_is_removed_and_that_of_a_living_one_stays(tmp_path: Path) -> None:
    with other_process(SCRATCH, tmp_path) as (process, line):
        mine = Scratch(tmp_path)
        assert {mine.folder, Path(line)} == set(tmp_path.iterdir())
        assert mine.folder.stat().st_mode & 0o777 == 0o700
        process.kill()
        process.wait()
        remove_abandoned(tmp_path)
        assert list(tmp_path.iterdir()) == [mine.folder]
    mine.close()
    mine.close()
    assert not list(tmp_path.iterdir())


def test_scratch_goes_with_its_process_but_not_with_one_forked_from_it(tmp_path: Path) -> None:
    script = f"""
import os, sys
{SCRATCH}
child = os.fork()
if child:
    os.waitpid(child, 0)
    print((it.folder / 'a').exists())
"""
    done = subprocess.run(
        [sys.executable, "-c", script, tmp_path], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert done.stdout.splitlines()[-1] == "True"
    assert not list(tmp_path.iterdir())


def test_scratch_is_kept_by_whoever_works_in_it_when_its_owner_is_dead(tmp_path: Path) -> None:
    with other_process(SCRATCH, tmp_path) as (owner, line):
        keep = "from core.scratch import keep_alive; print(keep_alive(sys.argv[1]))"
        with other_process(keep, Path(line, "worker")) as (worker, _):
            owner.kill()
            owner.wait()
            remove_abandoned(tmp_path)
            assert Path(line, "a").exists()
            worker.kill()
            worker.wait()
        remove_abandoned(tmp_path)
    assert not list(tmp_path.iterdir())


def test_nothing_but_scratch_is_removed(tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir()
    (tmp_path / f"{PREFIX}file").touch()
    (tmp_path / f"{PREFIX}link").symlink_to(tmp_path / "theirs")
    before = sorted(tmp_path.iterdir())
    remove_abandoned(tmp_path)
    remove_abandoned(tmp_path / "nowhere")
    keep_alive(tmp_path / "theirs" / "worker")
    assert sorted(tmp_path.iterdir()) == before


# --- parts --------------------------------------------------------------------------------------------------------

PART = """
from pathlib import Path
from results.files.parts import part_of
part = part_of(Path(sys.argv[1]))
part.touch()
print(part)
"""


def dead_part(path: Path) -> Path:
    """The part of a process that was killed."""
    with other_process(PART, path) as (_, line):
        return Path(line)


def test_what_a_killed_process_has_left_half_written_goes_with_the_next_file_of_the_folder(tmp_path: Path) -> None:
    left = dead_part(tmp_path / "table.csv")
    assert left.exists()
    write_text(tmp_path / "other.csv", "new")
    assert [path.name for path in tmp_path.iterdir()] == ["other.csv"]


def test_so_does_what_is_left_of_a_folder(tmp_path: Path) -> None:
    left = dead_part(tmp_path / "exported")
    left.unlink()
    left.mkdir()
    (left / "a").touch()
    with new_folder(tmp_path / "new") as part:
        (part / "a").touch()
    assert [path.name for path in tmp_path.iterdir()] == ["new"]


def test_parts_of_living_processes_and_files_of_others_stay(tmp_path: Path) -> None:
    ours = part_of(tmp_path / "a")
    kept = [ours.name, ours.name.replace(f"-{os.getpid()}.", f"-{os.getppid()}."), "a.part", ".a.123.part", ".b-1.part"]
    for name in kept:
        (tmp_path / name).touch()
    remove_dead_parts(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(kept)


def test_parts_of_another_machine_stay_for_a_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left = dead_part(tmp_path / "a")
    monkeypatch.setattr(parts, "_machine", lambda: "abcdef")
    remove_dead_parts(tmp_path)
    assert left.exists()
    os.utime(left, (time.time() - 25 * 3600,) * 2)
    remove_dead_parts(tmp_path)
    assert not left.exists()


def test_no_link_is_followed_to_other_parts(tmp_path: Path) -> None:
    for name in ("mine", "theirs"):
        (tmp_path / name).mkdir()
    left = dead_part(tmp_path / "theirs" / "a")
    (tmp_path / "mine" / "link").symlink_to(tmp_path / "theirs")
    remove_dead_parts(tmp_path / "mine", below=True)
    assert left.exists()
    remove_dead_parts(tmp_path, below=True)
    assert not left.exists()


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGHUP])
def test_a_script_that_is_stopped_amid_a_file_leaves_no_part(tmp_path: Path, stop: signal.Signals) -> None:
    code = "from results.files.atomic import new_file; made = new_file(sys.argv[1]); print(made.__enter__())"
    with other_process(code, tmp_path / "a") as (process, line):
        assert Path(line).exists()
        process.send_signal(stop)
        assert process.wait(20.0) != 0
    assert not list(tmp_path.iterdir())


# --- what builds a program ----------------------------------------------------------------------------------------

BUILD = "from circuits.brian.compiling import _said_by; print(flush=True); _said_by(['sh', '-c', sys.argv[1]], 0)"


def lives(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM])
def test_what_builds_a_program_ends_with_whoever_waits_for_it(tmp_path: Path, how: signal.Signals) -> None:
    file = tmp_path / "process"
    with other_process(BUILD, f"sleep 60 & echo $! > {file}; wait") as (process, _):
        limit = time.monotonic() + 20.0
        while not (file.exists() and file.read_text().strip()):
            assert time.monotonic() < limit
            time.sleep(0.05)
        assert lives(int(file.read_text()))
        process.send_signal(how)
        process.wait(20.0)
        while lives(int(file.read_text())):
            assert time.monotonic() < limit
            time.sleep(0.05)


def test_what_a_build_says_and_how_it_ends() -> None:
    assert _said_by(["sh", "-c", "echo out; echo err >&2; exit 3"], 0) == (3, "out\nerr\n")
    assert _said_by(["cat"], 0) == (0, "")


def test_tasks_that_overlap_in_one_process_give_the_folder_for_temporary_files_back(tmp_path: Path) -> None:
    """Threads share it: whichever of them ends last, it is the one of before again."""
    before = tempfile.gettempdir()
    first, second = TEMPORARY_FILES.are_in(str(tmp_path)), TEMPORARY_FILES.are_in(str(tmp_path))
    first.__enter__()
    second.__enter__()
    assert tempfile.gettempdir() == str(tmp_path)
    first.__exit__(None, None, None)
    assert tempfile.gettempdir() == str(tmp_path)
    second.__exit__(None, None, None)
    assert tempfile.gettempdir() == before
