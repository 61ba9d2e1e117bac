"""What README and docs print runs: every block of Python as it stands, every line of the command in its parser.

A block runs in an empty folder of its own. A comment above it can say what it needs to be short, and nothing else can:

    <!-- test: small -->             its studies run with one animal of a tenth of the size, in two arms
    <!-- test: after bluespot ... --> the command ran there before, in small as well
    <!-- test: stand-in for NAME -->  a package that is not installed is replaced by one that does nothing
"""

from __future__ import annotations

import re
import shlex
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import MagicMock

import pytest
import typer
from small_animals import SIZE

from circuits import ligated
from circuits.brian.recording import recordable
from circuits.structure import structure
from experiments.commands.command_line import app
from experiments.protocol.study import Study

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
_BLOCK = re.compile(r"((?:^<!-- test: [^\n]* -->\n+)*)^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_MARK = re.compile(r"<!-- test: (small|after (?:bluespot .*)|stand-in for \w+) -->")
#: Blocks with one of these simulate.
_SLOW = ("Animal(", ".run(")
_INLINE = re.compile(r"`(bluespot (?!->)[^`]+)`")


@dataclass(frozen=True)
class Block:
    """One block of Python of a page. marks: what the comments above it say."""

    page: str
    line: int
    code: str
    marks: tuple[str, ...]

    @property
    def slow(self) -> bool:
        return any(word in self.code for word in _SLOW) or any(mark.startswith("after") for mark in self.marks)


def blocks() -> Iterator[Block]:
    for page in PAGES:
        text = page.read_text("utf-8")
        for match in _BLOCK.finditer(text):
            comments = [line for line in match[1].splitlines() if line]
            marks = tuple(_MARK.fullmatch(comment)[1] for comment in comments)  # type: ignore[index]
            yield Block(page.name, text[: match.start(2)].count("\n") + 1, match[2], marks)


def parameters() -> list[object]:
    marks = {True: [pytest.mark.slow], False: []}
    return [pytest.param(block, id=f"{block.page}:{block.line}", marks=marks[block.slow]) for block in blocks()]


@contextmanager
def in_small(folder: Path) -> Iterator[None]:
    """Studies run with one animal of a tenth of the size in two arms, in this process, into `folder`."""
    really = Study.run

    def run(self: Study, out: str | Path, workers: int | None = None, scheduler: str | None = None) -> Any:
        short = self.only([arm.name for arm in self.arms[:2]]).changed(animals=1, size=SIZE, analyses=())
        return really(short, folder / str(out).lstrip("/"))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Study, "run", run)
        yield


@contextmanager
def standing_in(name: str) -> Iterator[None]:
    module = ModuleType(name)
    module.__getattr__ = lambda attribute: MagicMock(name=attribute)  # type: ignore[method-assign]
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, name, module)
        yield


@pytest.mark.parametrize("block", parameters())
def test_a_block_runs_as_it_is_printed(
    block: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, finished: Callable[[str], Path]
) -> None:
    monkeypatch.chdir(tmp_path)
    for mark in block.marks:
        if mark.startswith("after"):
            shutil.copytree(finished(mark.removeprefix("after bluespot ")), tmp_path, dirs_exist_ok=True)
    missing = [mark.removeprefix("stand-in for ") for mark in block.marks if mark.startswith("stand-in")]
    small = in_small(tmp_path) if "small" in block.marks else nullcontext()
    with small, standing_in(missing[0]) if missing else nullcontext():
        exec(compile(block.code, f"{block.page}:{block.line}", "exec"), {"__name__": "__main__"})


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """A line `run STUDY --out DIR` -> a folder where it was done in small, once for all blocks."""

    @cache
    def folder_of(line: str) -> Path:
        folder = tmp_path_factory.mktemp("finished")
        run_in_small(line, folder)
        return folder

    return folder_of


def run_in_small(line: str, folder: Path) -> None:
    """`run STUDY --out DIR` with a small study in place of that."""
    words = shlex.split(line)
    assert words[0] == "run"
    assert words[2] == "--out"
    from experiments import read_study

    with in_small(folder):
        read_study(words[1]).run(words[3])


def test_there_are_blocks_and_all_their_comments_are_understood() -> None:
    found = list(blocks())
    assert {block.page for block in found} >= {"README.md", "pharmacy.md"}
    text = "".join(page.read_text("utf-8") for page in PAGES)
    assert sum(len(block.marks) for block in found) == len(re.findall(r"<!-- test:", text)), (
        "a comment that no block has"
    )
    assert len(found) == text.count("\n```python\n")


def test_the_page_on_one_animal_names_all_that_can_be_recorded() -> None:
    section = (
        (ROOT / "docs" / "animal.md").read_text("utf-8").partition("## What can be recorded")[2].partition("## ")[0]
    )
    rows = [line.split("|") for line in section.splitlines() if line.startswith("|")]
    told = {(name, row[3].strip()) for row in rows for name in re.findall(r"`([^`]+)`", row[2])}
    units = recordable(structure(ligated, SIZE))
    assert told == {*units["cells"].items(), *units["fibres"].items()}


# --- the command -----------------------------------------------------------------------------------------------


def command_lines() -> Iterator[tuple[str, str]]:
    """(place, line) of every call of the command: in lines of code, and between backticks."""
    for page in PAGES:
        text = page.read_text("utf-8")
        for number, line in enumerate(text.splitlines(), 1):
            if re.match(r"( {4}|\t)(\S+ )?bluespot ", line):
                yield f"{page.name}:{number}", line[line.index("bluespot ") :]
        for match in _INLINE.finditer(text):
            yield f"{page.name}:{text[: match.start()].count(chr(10)) + 1}", " ".join(match[1].split())


LINES = dict.fromkeys(command_lines())


def words_of(line: str) -> list[str]:
    """The arguments of the first command of a line; what is optional there is taken for given."""
    words = shlex.split(line.replace("[", " ").replace("]", " "), comments=True)
    ends = [k for k, word in enumerate(words) if word in ("|", ">", "&&", ";", "...")]
    return words[1 : ends[0] if ends else len(words)]


def parse(words: list[str]) -> None:
    """Raises where there is no such command or option; an argument that is left out is none."""
    command = typer.main.get_command(app)
    while words and not words[0].startswith("-") and hasattr(command, "commands"):
        command, words = command.commands[words[0]], words[1:]
    if not words:
        return
    try:
        command.make_context("bluespot", list(words))
    except typer.Exit:
        return
    except Exception as error:
        if type(error).__name__ != "MissingParameter":
            raise


@pytest.mark.parametrize(("place", "line"), LINES, ids=[place for place, _ in LINES])
def test_a_line_of_the_command_is_one(place: Any, line: Any) -> None:
    parse(words_of(line))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("rum x", "rum"),
        ("run x --outt y", "outt"),
        ("drugs shwo x", "shwo"),
        ("--jsn", "jsn"),
        ("run x --out y z", "z"),
        ("run x --out y --workers many", "integer"),
    ],
)
def test_a_line_that_is_none_is_noticed(line: str, told: str) -> None:
    with pytest.raises(Exception, match=told):
        parse(words_of(f"bluespot {line}"))


def test_there_are_lines() -> None:
    assert len(LINES) > 50
