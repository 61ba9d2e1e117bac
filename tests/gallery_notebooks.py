"""The notebooks of docs/gallery: found, run, and written again with what they give (`make gallery`).

They share one small study, `quick-look`, and one size of animals, so that one program is compiled for all of them.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).parents[1] / "docs" / "gallery"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
#: The study whose results notebooks read, and where they look for them.
STUDY, RESULTS = "quick-look", "runs/quick-look"
_TEXTS = ("text/plain", "text/html")


def run_study(folder: Path) -> None:
    """Run the study that notebooks read, as the line that they print does."""
    from experiments import read_study

    read_study(STUDY).run(folder / RESULTS)


def executed(notebook: Path, folder: Path) -> Any:
    """The notebook with what its cells give when they are run in a folder."""
    read: Any = nbformat.read(notebook, as_version=4)  # type: ignore[no-untyped-call]
    NotebookClient(read, timeout=600, kernel_name="python3", resources={"metadata": {"path": folder}}).execute()
    for cell in read.cells:
        cell.metadata.pop("execution", None)  # times of day
    read.metadata = {"kernelspec": read.metadata.kernelspec, "language_info": {"name": "python"}}
    return read


def texts(notebook: Any) -> list[str]:
    """All that the cells print or show, one text for each cell, figures aside.

    What a cell prints may come in several pieces, as it happens to be sent.
    """
    return ["".join(map(_text, cell.outputs)) for cell in notebook.cells if cell.cell_type == "code"]


def figures(notebook: Any) -> int:
    """How many figures the cells show."""
    outputs = (output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs)
    return sum("image/png" in output.get("data", {}) for output in outputs)


def _text(output: Mapping[str, Any]) -> str:
    if "text" in output:
        return str(output["text"])
    shown = output.get("data", {})
    return "" if "image/png" in shown else next((shown[kind] for kind in _TEXTS if kind in shown), "")


def write_all(names: list[str]) -> None:
    """Run the notebooks of these names, or all of them, and write them with what they give."""
    with tempfile.TemporaryDirectory() as scratch:
        run_study(Path(scratch))
        for notebook in NOTEBOOKS:
            if not names or notebook.stem in names:
                nbformat.write(executed(notebook, Path(scratch)), notebook)  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    write_all(sys.argv[1:])
