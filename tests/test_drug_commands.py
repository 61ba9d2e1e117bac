"""`bluespot drugs`: the list, every number of one, a file to begin with, and the figure of a course."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.axes import Axes

from core.errors import UserError
from core.sourced import ASSUMED, FITTED, walk
from core.units import hour
from drugs import DRUGS, amitriptyline, duloxetine, idazoxan
from experiments.commands.command_line import main
from experiments.commands.drugs import _regimen, drug_entry, transporter_ratio
from experiments.laboratory.courses import course_of
from experiments.protocol.drug_file import read_drug
from results.figures import draw_course
from results.figures.style import pretty


def told(capsys: pytest.CaptureFixture[str], *arguments: Any) -> Any:
    assert main(["drugs", *arguments]) == 0
    return capsys.readouterr().out


def refused(capsys: pytest.CaptureFixture[str], *arguments: Any) -> Any:
    assert main(["drugs", *arguments]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    return lines[0]


def test_the_list_stands_by_class(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(told(capsys, "--json"))
    assert {entry["name"] for entry in found} == set(DRUGS)
    classes = [entry["class"] for entry in found]
    assert classes == sorted(classes, key=classes.index)
    first = {entry["name"]: entry for entry in found}["duloxetine"]
    assert first["transporter_ratio"] == "9.4:1:300"
    fate = duloxetine.kinetics.disposition
    assert fate is not None
    assert first["half_life_hours"] == pytest.approx(float(fate.half_life.value / hour))
    own = {id(number): number.source in (ASSUMED, FITTED) for _, number in walk(duloxetine)}
    assert first["numbers"] == {"sourced": len(own) - sum(own.values()), "assumed": sum(own.values())}
    assert min(first["numbers"].values()) > 2
    text = told(capsys)
    assert all(entry["name"] in text and entry["class"] in text for entry in found)


def test_numbers_are_counted_once_and_metabolites_apart() -> None:
    for drug in DRUGS.values():
        counted = sum(drug_entry(drug)["numbers"].values())
        below = sum(1 for path, _ in walk(drug) if path.startswith("metabolites.") and not path.endswith("fraction"))
        assert counted >= len(list(walk(drug))) - below


@pytest.mark.parametrize(("name", "ratio"), [("reboxetine", "1:120:-"), ("gabapentin", ""), ("mirtazapine", "1:-:-")])
def test_the_ratio_of_transporters_says_which_is_strongest(name: str, ratio: str) -> None:
    assert transporter_ratio(DRUGS[name]) == ratio


def test_every_number_is_shown_with_its_source(capsys: pytest.CaptureFixture[str]) -> None:
    text = told(capsys, "show", "amitriptyline")
    entry = json.loads(told(capsys, "show", "amitriptyline", "--json"))
    rows = {row["number"]: row for row in entry["parameters"]}
    assert rows["affinities.NET.constant"]["value"] == "35 nM"
    assert rows["kinetics.routes.i.p..bioavailability"]["range"] == "0.2 to 0.6"
    assert rows["metabolites.nortriptyline.fraction"]["status"] == "assumed"
    own = {path for path, _ in walk(amitriptyline) if not path.startswith("metabolites.")}
    assert own < set(rows)
    assert all(row["source"] and row["status"] for row in rows.values())
    assert entry["about"].startswith("Amitriptyline, a tricyclic")
    assert "Active metabolites, with numbers of their own: nortriptyline." in text


def test_an_exported_drug_is_shown_by_its_path(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    assert told(capsys, "export", "duloxetine", "--name", "mine", "--out", str(path)) == ""
    assert read_drug(path).affinities == duloxetine.affinities
    assert told(capsys, "show", str(path)).startswith("mine: SNRI")
    assert told(capsys, "export", "duloxetine", "--name", "mine") == path.read_text("utf-8")
    assert "there is such a file already" in refused(capsys, "export", "reboxetine", "--out", str(path))
    assert read_drug(path).name == "mine"


def test_a_course_is_drawn(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    lines = told(capsys, "plot", "duloxetine", "--dose", "10 mg/kg", "--route", "s.c.", "--out", str(tmp_path))
    assert lines.splitlines() == [str(tmp_path / "duloxetine.png"), str(tmp_path / "duloxetine.svg")]
    assert all((tmp_path / f"duloxetine.{kind}").stat().st_size > 10_000 for kind in ("png", "svg"))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["show", "duloxetin"], 'no drug "duloxetin". Nearest: duloxetine'),
        (["show", "none.toml"], "none.toml: cannot be read as text"),
        (["export", "vehicle"], "vehicle has no numbers to write down"),
        (["plot", "duloxetine", "--dose", "10", "--out", "x"], '--dose = "10": expected a dose per body weight'),
        (["plot", "duloxetine", "--dose", "10 mg", "--out", "x"], 'dose "10 mg" of duloxetine i.p.: expected a dose'),
        (["plot", "idazoxan", "--dose", "1 mg/kg", "--out", "x"], 'idazoxan has no numbers for the route "i.p."'),
        (["plot", "vehicle", "--dose", "1 mg/kg", "--out", "x"], "vehicle does nothing; there is nothing to draw."),
        (["plot", "duloxetine", "--dose", "1 mg/kg", "--schedule", "dayly", "--out", "x"], 'no schedule "dayly"'),
        (["plot", "duloxetine", "--dose", "1 mg/kg", "--route", "i.c.v.", "--out", "x"], "no cerebral ventricle"),
        (["plot", "duloxetine", "--dose", "1 mg/kg", "--schedule", "q0.1h", "--out", "x"], "from 1 hour to 60 days"),
        (["plot", "duloxetine", "--dose", "1 mg/kg", "--circuit", "shem", "--out", "x"], 'no circuit "shem"'),
        (["plot", "duloxetine", "--dose", "0 mg/kg", "--out", "x"], "no drug arrives in dorsal horn, ipsilateral"),
    ],
)
def test_mistakes_are_one_line(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    sentence: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert sentence in refused(capsys, *arguments)
    assert not list(tmp_path.iterdir())


# --- the figure -----------------------------------------------------------------------------------------------


def test_a_course_in_an_injured_animal_begins_two_weeks_after_and_counts_from_its_own_first_day() -> None:
    course = course_of(amitriptyline.daily("10 mg/kg", until_day=1), 3, "ligated")
    assert course.doses == (0.0, 24.0)
    assert "day 0 is day 14 after injury" in course.setting
    assert set(course.concentrations) == {"amitriptyline", "nortriptyline"}
    before = course.hours < 0.0
    assert before.any()
    np.testing.assert_allclose(course.transmitters["noradrenaline"][before], 100.0, atol=0.5)
    assert course.transmitters["noradrenaline"].max() > 150.0


def test_a_local_injection_is_drawn_where_it_is_given() -> None:
    course = course_of(idazoxan.intra_locus_coeruleus("1 ug"), 1)
    assert course.place == "locus_coeruleus"
    assert course.occupancy["alpha2A"].max() > 0.9
    assert "dopamine" not in course.transmitters
    spinal = course_of(idazoxan.intrathecal("30 ug"), 1)
    assert spinal.place == "dorsal_horn_ipsi"


def named(axes: Axes) -> list[str]:
    """What the legend of a panel says."""
    legend = axes.get_legend()
    assert legend is not None
    return [text.get_text() for text in legend.get_texts()]


def test_the_figure_has_what_it_says() -> None:
    course = course_of(duloxetine.daily("10 mg/kg", route="s.c.", until_day=2), 4)
    figure = draw_course(course)
    concentration, occupancy, transmitters = figure.axes
    assert concentration.get_yscale() == "log"
    assert [axes.get_ylabel().split("\n")[0] for axes in figure.axes] == [
        "unbound drug (nM)",
        "sites held by drug (%)",
        "extracellular level",
    ]
    assert occupancy.get_ylim() == (0.0, 102.0)
    *drawn, steady = named(transmitters)
    assert {"noradrenaline", "serotonin", "dopamine"} <= set(drawn)
    why, still = steady.replace("\n", " ").split(": ")
    assert why == "within 5 %"
    assert sorted([*drawn, *still.split(", ")]) == sorted(map(pretty, course.transmitters))
    assert transmitters.get_xlabel() == "days from the start of day 0"
    assert "duloxetine 10 mg/kg s.c. daily" in concentration.get_title(loc="left")


def test_a_transmitter_is_drawn_where_it_moves_and_looks_like_no_other() -> None:
    course = course_of(duloxetine.once("10 mg/kg", route="s.c."), 1)
    names = [f"transmitter_{k}" for k in range(6)]
    levels = {name: np.linspace(100.0, 90.0 - k, len(course.hours)) for k, name in enumerate(names)}
    still = np.linspace(96.0, 104.0, len(course.hours))
    axes = draw_course(replace(course, transmitters={"noradrenaline": still} | levels)).axes[2]
    assert named(axes) == [*(f"transmitter {k}" for k in range(6)), "within 5 %:\nnoradrenaline"]
    lines = [line for line in axes.get_lines() if str(line.get_label()).startswith("transmitter")]
    assert len({(line.get_color(), line.get_linestyle()) for line in lines}) == len(names)
    assert [np.asarray(line.get_ydata())[-1] for line in lines] == [90.0 - k for k in range(6)]


def test_an_unknown_circuit_is_told() -> None:
    with pytest.raises(UserError, match='no circuit "shem"'):
        course_of(duloxetine.once("1 mg/kg"), 1, "shem")


@pytest.mark.parametrize(
    ("route", "schedule", "read"),
    [
        ("oral", "t.i.d.", "duloxetine 10 mg/kg p.o. every 8 h from day 0"),
        ("i.p.", "in drinking water", "duloxetine 10 mg/kg per day in drinking water from day 0"),
        ("i.p.", "q 12 h", "duloxetine 10 mg/kg i.p. twice daily from day 0"),
    ],
)
def test_a_course_is_read_as_in_a_study(route: str, schedule: str, read: str) -> None:
    assert str(_regimen(duloxetine, "10 mg/kg", route, schedule, None)) == read
