"""The notebooks of the gallery run, and give what they show; each has its line in the gallery."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from gallery_notebooks import NOTEBOOKS, executed, figures, run_study, texts

GALLERY = (Path(__file__).parents[1] / "docs" / "gallery.md").read_text("utf-8")
#: A notebook of the repository has small figures.
LARGEST = 200_000


def stored(notebook: Path) -> Any:
    read: Any = nbformat.read(notebook, as_version=4)  # type: ignore[no-untyped-call]
    return read


def title(notebook: Path) -> str:
    return str(stored(notebook).cells[0].source).splitlines()[0]


def test_there_are_a_dozen() -> None:
    assert len(NOTEBOOKS) >= 12


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_has_a_title_and_a_line_in_the_gallery(notebook: Path) -> None:
    assert title(notebook).startswith("# ")
    assert len(re.findall(rf"\(gallery/{re.escape(notebook.name)}\)", GALLERY)) == 1


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_stored_as_it_was_run_from_top_to_bottom(notebook: Path) -> None:
    counts = [cell.execution_count for cell in stored(notebook).cells if cell.cell_type == "code"]
    assert counts == list(range(1, len(counts) + 1)), "make gallery"
    assert figures(stored(notebook)) or any(texts(stored(notebook)))
    assert notebook.stat().st_size < LARGEST


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the study lies that notebooks read."""
    home = tmp_path_factory.mktemp("gallery")
    run_study(home)
    return home


@pytest.mark.slow
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_gives_what_it_shows(notebook: Path, folder: Path) -> None:
    again = executed(notebook, folder)
    assert texts(again) == texts(stored(notebook)), "make gallery"
    assert figures(again) == figures(stored(notebook))
