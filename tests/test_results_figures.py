"""Figures of studies: readable at the width of a column, for studies of any shape, and the same bytes each time."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from figure_samples import STUDIES, drawn_texts, overlaps
from matplotlib.figure import Figure
from matplotlib.text import Text
from test_results_synthetic import ARMS, pinch_epoch, write_study

from core.errors import UserError
from core.records import EpochRecord, SpikeTrain
from core.stimulus_course import StimulusCourse
from results.analyses import effects
from results.comparison.arms import Comparison, compare
from results.comparison.frames import where
from results.figures import draw_neuromodulators, draw_raster, draw_rates, draw_study, draw_thresholds, save, save_as
from results.figures.gallery import ANALYSIS_FIGURES, STUDY_FIGURES
from results.figures.style import COLORS, SMALL, arm_styles, drugs_of, power_of_ten
from results.files.folder import ManifestArm


@pytest.fixture(autouse=True)
def no_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.fixture(scope="module")
def studies(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Comparison]:
    resamples, effects.RESAMPLES = effects.RESAMPLES, 60
    folder = tmp_path_factory.mktemp("studies")
    found = {name: make(folder) for name, make in STUDIES.items()}
    effects.RESAMPLES = resamples
    return found


@pytest.fixture(scope="module")
def comparison(studies: dict[str, Comparison]) -> Comparison:
    return studies["main"]


def texts(figure: Figure) -> str:
    """All texts of a figure: titles, axes, legends, notes."""
    return "\n".join(text.get_text() for text in figure.findobj(Text) if text.get_visible())


def legend(figure: Figure) -> list[str]:
    return [text.get_text() for each in figure.legends for text in each.get_texts()]


# --- readable -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("study", STUDIES)
def test_at_85_mm_no_label_lies_on_another_and_none_is_too_small(study: str, studies: dict[str, Comparison]) -> None:
    comparison = studies[study]
    figures = STUDY_FIGURES | dict(ANALYSIS_FIGURES[analysis.name] for analysis in comparison.analyses)
    wrong = {}
    for name, draw in figures.items():
        figure = draw(comparison, width_mm=85)
        assert figure.get_figwidth() * 25.4 == pytest.approx(85)
        assert min(size for *_, size in drawn_texts(figure)) >= SMALL
        wrong[name] = overlaps(figure)
    assert {name: pairs for name, pairs in wrong.items() if pairs} == {}


def test_arms_that_differ_in_their_injury_alone_have_panels_of_both_paws(studies: dict[str, Comparison]) -> None:
    figure = draw_thresholds(studies["injuries"])
    panels = [axes for axes in figure.axes if axes.get_visible()]
    names = ["naive", "ligated", "constricted", "partially ligated", "spared nerve", "diabetic", "a", "b"]
    assert [axes.get_title() for axes in panels] == 2 * names
    injured, other, whole = "#D55E00", "#0072B2", "#7F7F7F"
    for axes in panels[: len(names)]:
        every = [(line.get_color(), np.asarray(line.get_xydata())[:, 1]) for line in axes.lines]
        lines = {color: values for color, values in every if len(values) == 8}
        assert set(lines) == {injured, other, whole}
        assert (lines[injured][2] < 0.7 * lines[whole][2]) == (axes.get_title() == "ligated")
        assert lines[other][2] > 0.8 * lines[whole][2]


def test_overlapping_labels_are_found() -> None:
    figure = Figure(figsize=(3, 2))
    figure.text(0.5, 0.5, "one word")
    figure.text(0.55, 0.5, "another")
    figure.text(0.95, 0.1, "beyond the edge")
    assert overlaps(figure) == [("one word", "another"), ("beyond the edge", "edge")]


def test_a_width_that_no_figure_has_is_refused(comparison: Comparison) -> None:
    with pytest.raises(UserError, match="width_mm = 8: expected the width of a figure in mm, 60 to 1000"):
        draw_thresholds(comparison, width_mm=8)


# --- arms -----------------------------------------------------------------------------------------------------


def test_a_drug_has_one_colour_and_a_circuit_one_line() -> None:
    styles = arm_styles(ARMS)
    assert styles["sham-duloxetine"].color == styles["ligated-duloxetine"].color
    assert styles["sham-duloxetine"].line != styles["ligated-duloxetine"].line
    assert styles["ligated-vehicle"].line == styles["ligated-fluoxetine"].line
    looks = {(look.color, str(look.line), look.marker) for look in styles.values()}
    assert len(looks) == len(ARMS)


def test_drugs_of_one_class_are_told_apart_though_there_are_more_than_colours() -> None:
    drugs = ["vehicle", "fluoxetine 1 mg/kg", "paroxetine 1 mg/kg", "x", "y + z", "w", "v", "u", "t"]
    arms = [ManifestArm(f"a{k}", "ligated", drug) for k, drug in enumerate(drugs)]
    looks = [(look.color.upper(), look.marker) for look in arm_styles(arms).values()]
    assert len(set(looks)) == len(drugs)
    assert {color for color, _ in looks[1:]} == set(COLORS)


def test_the_colour_of_a_dose_is_darker_the_higher_it_is(studies: dict[str, Comparison]) -> None:
    arms = studies["doses"].manifest.arms
    styles = arm_styles(arms)
    for circuit in ("sham", "ligated"):
        colors = [styles[arm.name].color for arm in arms if arm.circuit == circuit and drugs_of(arm) != "vehicle"]
        brightness = [sum(int(color[k : k + 2], 16) for k in (1, 3, 5)) for color in colors]
        assert len(set(colors)) == 6
        assert brightness == sorted(brightness, reverse=True)
    assert styles["sham-duloxetine-10"].color == styles["ligated-duloxetine-10"].color


def test_doses_are_no_part_of_a_drugs_name_and_stand_in_the_legend(comparison: Comparison) -> None:
    arm = ManifestArm("a", "sham", "duloxetine 10 mg/kg s.c. daily from day 14 + idazoxan 30 ug")
    assert drugs_of(arm) == "duloxetine + idazoxan"
    assert drugs_of(ManifestArm("a", "sham", "")) == "vehicle"
    assert arm_styles([arm])["a"].label == "sham, duloxetine 10 mg/kg s.c. daily + idazoxan 30 µg"
    assert "ligated, duloxetine 10 mg/kg (n = 3)" in legend(draw_thresholds(comparison))


def test_the_legend_has_each_arm_that_has_a_point_and_no_other(comparison: Comparison) -> None:
    shown = [text for text in legend(draw_thresholds(comparison)) if "(n = " in text]
    assert shown == [f"{look.label} (n = 3)" for look in arm_styles(comparison.manifest.arms).values()]
    tables = dict(comparison.tables)
    for name in ("assay_summary", "assays", "assay_differences"):
        tables[name] = tables[name][tables[name]["arm"] != "ligated-fluoxetine"]
    without = legend(draw_thresholds(replace(comparison, tables=tables)))
    assert not [text for text in without if "fluoxetine" in text]


# --- thresholds -----------------------------------------------------------------------------------------------


def test_panels_name_assay_side_and_unit(comparison: Comparison) -> None:
    figure = draw_thresholds(comparison)
    titles = [axes.get_title() for axes in figure.axes[:4]]
    assert titles == [
        f"{what}, {side}" for what in ("paw pressure", "von Frey") for side in ("ipsilateral", "contralateral")
    ]
    assert {axes.get_ylabel() for axes in figure.axes[:4]} == {"threshold (g)"}
    shown = texts(figure)
    for words in ("days from surgery", "surgery", "duloxetine", "intrathecal idazoxan", "cut-off", "one animal"):
        assert words in shown
    assert "95 % interval over the animals" in shown.replace("\n", " ")
    assert "differs from vehicle" in shown.replace("\n", " ")


def lines_of(figure: Figure, panel: int, marker: str) -> np.ndarray:
    """Heights of the points with that marker in a panel."""
    points = [
        line for line in figure.axes[panel].lines if line.get_marker() == marker and line.get_linestyle() == "None"
    ]
    return np.concatenate([np.asarray(line.get_ydata(), float) for line in points] or [np.empty(0)])


def test_readings_under_an_injection_are_drawn_and_marked(comparison: Comparison) -> None:
    figure = draw_thresholds(comparison)
    phases = comparison.tables["assay_summary"]
    phases = phases[(phases["phase"] != "") & (phases["side"] == "ipsi") & (phases["name"] == "paw_pressure_threshold")]
    np.testing.assert_allclose(np.sort(lines_of(figure, 0, "X")), np.sort(phases["mean"]))
    assert "after intrathecal idazoxan" in legend(figure)


def test_arms_are_drawn_once_as_long_as_their_animals_are_the_same(tmp_path: Path) -> None:
    """Two arms whose animals have the same numbers until the first dose on day 14."""
    comparison = compare(write_study(tmp_path / "out", ARMS[2:4], 3, (-1, 3, 14, 21)))
    tables = dict(comparison.tables)
    for name in ("assays", "assay_summary"):
        table = tables[name].astype({"arm": object})
        before = table[(table["arm"] == "ligated-vehicle") & (table["day"] < 14)]
        own = table[(table["arm"] != "ligated-duloxetine") | (table["day"] >= 14)]
        tables[name] = pd.concat([own, before.assign(arm="ligated-duloxetine")], ignore_index=True)
    figure = draw_thresholds(replace(comparison, tables=tables), ["paw_pressure_threshold"])
    drawn = [line for line in figure.axes[0].lines if line.get_marker() == "o" and line.get_linestyle() != "None"]
    counts = [len(np.atleast_1d(line.get_xdata())) for line in drawn]
    marked = [line.get_markevery() for line in drawn]
    assert counts == [4, 3], "the treated arm begins at the last time that it shares"
    assert marked == [[0, 1, 2, 3], [1, 2]], "and has no point of its own there"
    assert "drawn once" in texts(figure).replace("\n", " ")


def test_animals_at_the_cut_off_are_marked_and_intervals_end_there(comparison: Comparison) -> None:
    figure = draw_thresholds(comparison)
    summary = where(
        comparison.tables["assay_summary"], name="von_frey_threshold", side="ipsi", arm="ligated-duloxetine"
    )
    arrows = [line for line in figure.axes[2].lines if line.get_marker() == 10]
    cut = {tuple(np.round(np.atleast_1d(line.get_xdata()))) for line in arrows}
    days = summary["day"][(summary["censored"] > 0) & (summary["day"] >= 14)]
    assert tuple(days) in cut, "those of its own, after the first dose"
    ends = [np.asarray(path.vertices)[:, 1].max() for each in figure.axes[2].collections for path in each.get_paths()]
    assert max(ends) <= 15.0
    assert "some animals at the cut-off: mean too low" in legend(figure)


def test_contrasts_are_marked_on_the_days_on_which_arms_differ(comparison: Comparison) -> None:
    table = where(comparison.tables["assay_differences"], name="paw_pressure_threshold", side="ipsi", phase="")
    table = where(table, contrast="treatment", arm="ligated-duloxetine")
    sure = table[(table["low"] > 0) | (table["high"] < 0)]
    marks = [line for line in draw_thresholds(comparison).axes[0].lines if line.get_marker() == (6, 2, 0)]
    days = {tuple(np.round(np.atleast_1d(line.get_xdata()))) for line in marks}
    assert tuple(sure["day"]) in days


def test_doses_of_a_single_day_are_rows_and_more_arms_than_lines_a_map(studies: dict[str, Comparison]) -> None:
    rows = draw_thresholds(studies["doses"])
    labels = [label.get_text() for label in rows.axes[0].get_yticklabels()]
    assert labels[:3] == ["sham", "vehicle", "duloxetine 0.3 mg/kg i.p. daily"]
    assert len(labels) == 16
    assert "n = 3 animals in each arm" in texts(rows).replace("\n", " ")
    maps = draw_thresholds(studies["many"])
    assert len(maps.axes[0].images) == 1
    assert [label.get_text() for label in maps.axes[0].get_yticklabels()] == labels


# --- the others -----------------------------------------------------------------------------------------------


def test_transmitters_that_are_nowhere_are_told(comparison: Comparison) -> None:
    tables = dict(comparison.tables)
    table = tables["average_summary"].copy()
    gone = table["name"] == "dopamine_forebrain_nanomolar"
    table.loc[gone, ["mean", "low", "high"]] = 0.0
    shown = texts(draw_neuromodulators(replace(comparison, tables=tables | {"average_summary": table})))
    for words in ("noradrenaline (nM)", "dopamine (nM)", "drug (nM)", "locus coeruleus", "0 in all arms"):
        assert words in shown


def test_the_drug_is_drawn_from_its_first_dose_on(comparison: Comparison) -> None:
    panel = draw_neuromodulators(comparison).axes[9]
    assert panel.get_yscale() == "log"
    assert {label.get_text() for label in panel.get_yticklabels()} <= {power_of_ten(10.0**k) for k in range(-9, 9)}
    for line in panel.lines:
        days, drug = np.asarray(line.get_xdata(), float), np.asarray(line.get_ydata(), float)
        if line.get_marker() == ".":
            assert np.nanmin(days[np.isfinite(drug)]) >= 14


def test_powers_of_ten_are_letters() -> None:
    assert [power_of_ten(value) for value in (0.01, 1.0, 1e12)] == ["10⁻²", "10⁰", "10¹²"]


def test_rates_show_rest_by_population_and_silent_ones_are_named(comparison: Comparison) -> None:
    figure = draw_rates(comparison)
    shown = texts(figure).replace("\n", " ").replace("\N{NO-BREAK SPACE}", " ")
    for words in ("rest, day 28", "LC coeruleospinal", "brainstem", "rate (Hz per cell)", "Silent in all arms"):
        assert words in shown
    for axes in figure.axes:
        starts = [
            np.asarray(path.vertices)[:, 0].min()
            for each in axes.collections
            for path in each.get_paths()
            if len(np.asarray(path.vertices))
        ]
        assert min(starts, default=0.0) >= 0.0, "no interval reaches below 0 Hz"


def test_one_animal_has_no_interval_but_a_figure(studies: dict[str, Comparison]) -> None:
    for draw in (draw_thresholds, draw_neuromodulators, draw_rates):
        assert "one animal each" in texts(draw(studies["one"]))


def test_what_is_not_there_is_told_or_left_out(comparison: Comparison, tmp_path: Path) -> None:
    tables = {name: where(table, arm="none") for name, table in comparison.tables.items()}
    empty = replace(comparison, tables=tables)
    for draw, words in (
        (draw_thresholds, "no thresholds"),
        (draw_neuromodulators, "no transmitters"),
        (draw_rates, "no epochs"),
    ):
        with pytest.raises(UserError, match=words):
            draw(empty)
    assert draw_study(empty, tmp_path) == []
    with pytest.raises(UserError, match="no epochs of pinch"):
        draw_rates(comparison, "pinch")


# --- files ----------------------------------------------------------------------------------------------------


def test_all_figures_of_a_study_are_written(comparison: Comparison, tmp_path: Path) -> None:
    names = sorted(path.name for path in draw_study(comparison, tmp_path))
    assert names == ["neuromodulators.png", "rates.png", "thresholds.png"]
    assert all(path.stat().st_size < 1_000_000 for path in tmp_path.iterdir())


def test_equal_figures_are_equal_bytes_in_every_format_and_text_stays_text(
    studies: dict[str, Comparison], tmp_path: Path
) -> None:
    for folder in ("a", "b"):
        figure = draw_rates(studies["one"], width_mm=85)
        save(figure, tmp_path / folder, "f")
        for kind in ("pdf", "eps"):
            save_as(figure, tmp_path / folder / f"f.{kind}")
    for kind in ("png", "svg", "pdf", "eps"):
        first, second = ((tmp_path / folder / f"f.{kind}").read_bytes() for folder in ("a", "b"))
        assert first == second, kind
    svg = (tmp_path / "a/f.svg").read_text()
    assert "LC coeruleospinal</text>" in svg
    assert not re.search("<dc:date>", svg)
    assert b"/CIDFontType2" in (tmp_path / "a/f.pdf").read_bytes(), "fonts of PDF are TrueType, so that text is text"
    with pytest.raises(UserError, match=r'f.bmp: "bmp" is no format of a figure; expected png, svg, pdf or eps'):
        save_as(figure, tmp_path / "f.bmp")


# --- rasters --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [85, 170])
def test_a_raster_shows_every_spike_and_the_stimulus(width: float, tmp_path: Path) -> None:
    epoch = pinch_epoch()
    figure = draw_raster(epoch, (1.5, 2.5), width_mm=width)
    dots = sum(np.size(line.get_xdata()) for axes in figure.axes for line in axes.lines if line.get_marker() == ".")
    assert dots == sum(len(train.seconds) for train in epoch.spikes.values())
    shown = texts(figure)
    for words in (
        "ipsilateral",
        "contralateral",
        "brainstem",
        "rate (Hz per cell)",
        "time in the epoch (s)",
        "stimulus",
    ):
        assert words in shown
    assert "pinch, day 14 +2 h" in shown, "its title is in words"
    assert "Aβ (40)" in shown
    assert overlaps(figure) == []
    png, svg = save(figure, tmp_path, "raster")
    assert png.stat().st_size > 10_000
    assert svg.stat().st_size < 1_000_000, "spikes are not rasterized"


def test_the_course_of_a_stimulus_stands_above_its_raster() -> None:
    force = np.zeros(400)
    force[150:250] = np.linspace(0, 80, 100)
    figure = draw_raster(replace(pinch_epoch(), stimuli=(StimulusCourse("force", "ipsi", force),)), width_mm=85)
    assert "force (g)" in texts(figure)
    (line,) = figure.axes[0].lines
    assert np.max(np.asarray(line.get_ydata(), float)) == 80.0
    assert "pinch, ipsilateral, day 14 +2 h" in texts(figure)


def test_a_side_without_a_spike_is_named_and_not_drawn() -> None:
    epoch = pinch_epoch()
    quiet = {
        name: SpikeTrain(np.empty(0), np.empty(0, "u4"), train.cells) if name.startswith("contra") else train
        for name, train in epoch.spikes.items()
    }
    figure = draw_raster(replace(epoch, spikes=quiet))
    assert "contralateral" not in [axes.get_title() for axes in figure.axes]
    assert "Silent: contralateral." in texts(figure)


def test_a_raster_of_silence_is_drawn(tmp_path: Path) -> None:
    silent = {"raphe": SpikeTrain(np.empty(0), np.empty(0, "u4"), 3)}
    save(draw_raster(EpochRecord("e", "rest", 0.0, 1.0, silent, {})), tmp_path, "raster")
    with pytest.raises(UserError, match="holds no spikes"):
        draw_raster(EpochRecord("e", "rest", 0.0, 1.0, {}, {}))
