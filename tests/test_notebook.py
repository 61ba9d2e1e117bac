"""The ten lines of README in a Jupyter kernel: they run as printed, and what they give shows itself."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

README = (Path(__file__).parents[1] / "README.md").read_text("utf-8")


def ten_lines() -> str:
    """The block of README that has one animal under its hands."""
    blocks: list[str] = re.findall(r"^```python\n(.*?)^```$", README, re.M | re.S)
    return next(code for code in blocks if "with Animal(" in code)


@pytest.mark.slow
def test_the_ten_lines_run_in_a_kernel_and_each_result_shows_itself(tmp_path: Path) -> None:
    code = ten_lines()
    calls = [call.strip() for call in code.strip().splitlines()[-1].split(";")]
    cells = [code, *calls, "epoch", "rat"]
    written: Any = nbformat.v4  # untyped
    notebook = written.new_notebook(cells=[written.new_code_cell(cell) for cell in cells])
    NotebookClient(notebook, timeout=600, kernel_name="python3", resources={"metadata": {"path": tmp_path}}).execute()
    shown = [cell.outputs[0].data for cell in notebook.cells]
    rates, spikes, traces, raster, epoch, rat = shown[1:]
    assert "'ipsi_projection'" in rates["text/plain"]
    assert spikes["text/plain"].startswith("SpikeTrain(seconds=array(")
    assert "v" in traces["text/plain"]
    assert {"image/png"} <= shown[0].keys() & raster.keys()
    assert "pinch on the ipsilateral hind paw" in epoch["text/html"]
    assert "duloxetine 10 mg/kg s.c. on day 14" in rat["text/html"]
