"""The list of all numbers: complete, readable back, and the page of the docs as it would be written now."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from brian2.units.fundamentalunits import get_dimensions

from circuits import ligated
from circuits.manipulations import parameters as manipulation_parameters
from core.quantities import read_quantity
from drugs import parameters as drug_parameters
from experiments.commands.pages.parameters import (
    PARAMETER_COMMAND,
    PARAMETER_PAGE,
    as_rows,
    page,
    write,
)
from experiments.evidence import slice_experiments
from experiments.evidence.parameters import PARTS, numbers
from experiments.laboratory import assays

NUMBERS = {(part, path): number for part, path, number in numbers()}


def test_the_page_is_up_to_date() -> None:
    assert PARAMETER_PAGE.read_text("utf-8") == page(), f"the numbers have changed; run `{PARAMETER_COMMAND}`"


def test_it_holds_every_number_once() -> None:
    paths = [path for _, path in NUMBERS]
    assert len(set(paths)) == len(paths) == len(as_rows())
    everything = [*ligated.parameters(), *drug_parameters(), *manipulation_parameters()]
    everything += [*assays.parameters().items(), *slice_experiments.parameters().items()]
    assert sorted(paths) == sorted(path for path, _ in everything)
    assert {part for part, _ in NUMBERS} == set(PARTS)


@pytest.mark.parametrize("part", PARTS)
def test_what_is_written_reads_back(part: Any) -> None:
    """The texts may be copied into a study file."""
    for row in (row for row in as_rows() if row.part == part):
        number = NUMBERS[part, row.path]
        for text, value in ((row.value, number.value), (row.low, number.low), (row.high, number.high)):
            assert (text == "") == (value is None)
            if value is not None:
                read = read_quantity(text, number.value, row.path)
                assert get_dimensions(read) == get_dimensions(value)
                assert float(read) == pytest.approx(float(value), rel=1e-5, abs=1e-30), row


def test_units_are_those_a_reader_expects() -> None:
    rows = {row.path: row for row in as_rows()}
    units = {
        "cells.projection.capacitance": "pF",
        "cells.projection.rest": "mV",
        "cells.projection.leak": "nS",
        "afferents.a_beta.peak_rate": "Hz",
        "afferents.a_beta.conduction_velocity": "m/s",
        "afferents.c_peptidergic.force_threshold": "mN",
        "transmitters.noradrenaline.clearance.rate": "1/s",
        "receptors.alpha2A.half_activation": "nM",
        "duloxetine.affinities.NET.constant": "nM",
        "duloxetine.kinetics.disposition.volume": "L/kg",
        "duloxetine.molar_mass": "g/mol",
        "paw_pressure_speed": "g_force/s",
    }
    assert {path: rows[path].value.split(" ")[1] for path in units} == units


def test_a_table_cell_cannot_break_its_table() -> None:
    lines = [line for line in page().splitlines() if line.startswith("| `")]
    assert len(lines) == len(NUMBERS)
    assert all(line.replace("\\|", "").count("|") == 7 for line in lines)


def test_it_is_written_where_it_is_asked_to(tmp_path: Path) -> None:
    write(tmp_path / "here.md")
    assert (tmp_path / "here.md").read_text("utf-8") == page()
