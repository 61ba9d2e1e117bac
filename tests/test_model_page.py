"""docs/model.md is what the code gives, holds every number of the circuit with its source, and is sound Markdown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from circuits import ligated, sham
from circuits.structure import structure
from experiments.commands.pages.model import MODEL_COMMAND, MODEL_PAGE, page, write
from experiments.commands.pages.model_tables import PageTable, number, tables


def test_the_page_is_up_to_date() -> None:
    assert MODEL_PAGE.read_text("utf-8") == page(), f"the model or its words have changed; run `{MODEL_COMMAND}`"


def test_it_holds_every_number_of_the_circuit_with_its_source() -> None:
    text = page()
    missing = [
        path
        for path, value in ligated.parameters()
        if not path.endswith("clearance.rate") and f"{number(value)}" not in text
    ]
    assert not missing
    assert all(number(t.clearance.rate, rates=True) in text for t in ligated.transmitters)


def test_a_changed_number_changes_the_tables() -> None:
    changed = ligated.with_value("cells.vertical.leak", "1.23 nS").with_value(
        "projections.islet_to_projection.weight", "0.77 nS"
    )
    rows = {table.name: table.rows for table in tables(changed)}
    assert any("1.23 nS" in cell for row in rows["B2"] for cell in row)
    assert any("0.77 nS" in cell for row in rows["C1"] for cell in row)


def test_contacts_and_differences_are_counted() -> None:
    rows = {table.name: table.rows for table in tables(ligated)}
    shape = structure(ligated, 1.0)
    assert sum(int(row[-1]) for row in rows["C1"]) == sum(pathway.contacts for pathway in shape.pathways)
    assert len(rows["E3"]) == len(ligated.differences)
    assert not next(table for table in tables(sham) if table.name == "E3").rows


def test_a_switched_off_coupling_is_told() -> None:
    rows = next(table for table in tables(ligated.without("alpha2")) if table.name == "D3").rows
    off = {row[0] for row in rows if row[-1] == "switched off"}
    assert off == {c.name.replace("_", " ") for c in ligated.couplings if c.group == "alpha2"}


@pytest.mark.parametrize("table", tables(ligated), ids=lambda table: table.name)
def test_every_row_has_all_columns(table: PageTable) -> None:
    assert table.rows
    assert all(len(row) == len(table.columns) for row in table.rows)


def test_the_page_is_sound_markdown() -> None:
    lines = page().splitlines()
    assert sum(line == "$$" for line in lines) % 2 == 0
    tables_of_lines = re.findall(r"(?:^\|.*\|$\n)+", "\n".join(lines) + "\n", re.MULTILINE)
    for found in tables_of_lines:
        counts = {line.replace("\\|", "").count("|") for line in found.splitlines()}
        assert len(counts) == 1
    prose = [line for line in lines if not line.startswith("|") and "\\" not in line]
    assert all(len(line) <= 120 for line in prose)
    links = re.findall(r"\]\(([a-z.]+)\)", page())
    assert links
    assert all((MODEL_PAGE.parent / link).exists() for link in links)


def test_it_is_written_where_it_is_asked_to(tmp_path: Path) -> None:
    write(tmp_path / "here.md")
    assert (tmp_path / "here.md").read_text("utf-8") == page()
