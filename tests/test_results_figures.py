from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from matplotlib.container import ErrorbarContainer
from matplotlib.figure import Figure
from test_results_synthetic import ARMS, pinch_epoch, write_study

from core.errors import UserError
from core.records import EpochRecord, SpikeTrain
from results.comparison.arms import Comparison, compare
from results.comparison.frames import where
from results.figures import draw_neuromodulators, draw_raster, draw_rates, draw_study, draw_thresholds, save
from results.figures.style import COLORS, GREY, arm_styles, drugs_of
from results.files.folder import ManifestArm


@pytest.fixture(autouse=True)
def no_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.fixture(scope="module")
def comparison(tmp_path_factory: pytest.TempPathFactory) -> Comparison:
    return compare(write_study(tmp_path_factory.mktemp("study"), ARMS[1:5], 3, (-1, 14, 21)))


def texts(figure: Figure) -> str:
    legends = [text.get_text() for legend in figure.legends for text in legend.get_texts()]
    axes = [a.get_title() + "|" + a.get_ylabel() + "|" + a.get_xlabel() for a in figure.axes]
    return "\n".join([*legends, *axes, *(text.get_text() for a in figure.axes for text in a.texts)])


def test_a_drug_has_one_colour_and_a_circuit_one_line() -> None:
    styles = arm_styles(ARMS)
    assert styles["sham-duloxetine"].color == styles["ligated-duloxetine"].color
    assert styles["sham-duloxetine"].line != styles["ligated-duloxetine"].line
    assert styles["ligated-vehicle"].line == styles["ligated-fluoxetine"].line
    looks = {(look.color, look.line, look.marker) for look in styles.values()}
    assert len(looks) == len(ARMS)


def test_drugs_of_one_class_are_told_apart() -> None:
    drugs = ["vehicle", "fluoxetine 1 mg/kg", "paroxetine 1 mg/kg", "x", "y + z", "w", "v", "u"]
    arms = [ManifestArm(f"a{k}", "ligated", drug) for k, drug in enumerate(drugs)]
    colors = [look.color for look in arm_styles(arms).values()]
    assert len(set(colors[:7])) == 7
    assert {color.upper() for color in colors[1:]} == {*COLORS, GREY}


def test_doses_are_no_part_of_a_drugs_name() -> None:
    assert (
        drugs_of(ManifestArm("a", "sham", "duloxetine 10 mg/kg s.c. daily from day 14 + idazoxan 30 ug"))
        == "duloxetine + idazoxan"
    )
    assert drugs_of(ManifestArm("a", "sham", "")) == "vehicle"


def test_thresholds_show_units_n_intervals_and_days(comparison: Comparison, tmp_path: Path) -> None:
    figure = draw_thresholds(comparison)
    shown = texts(figure)
    for words in (
        "ligated-duloxetine (n = 3)", "mean, 95 % interval over animals", "one animal", "cut-off", "ipsilateral",
        "paw pressure threshold (g)", "von Frey threshold (g)", "days from surgery", "surgery", "dosing",
    ):  # fmt: skip
        assert words in shown
    assert len(figure.axes) == 4
    assert save(figure, tmp_path, "thresholds") == [tmp_path / "thresholds.png", tmp_path / "thresholds.svg"]


def test_the_means_drawn_are_those_of_the_table(comparison: Comparison) -> None:
    axes = draw_thresholds(comparison, ["paw_pressure_threshold"]).axes[0]
    drawn = [
        container.lines[0].get_ydata() for container in axes.containers if isinstance(container, ErrorbarContainer)
    ]
    table = where(comparison.tables["assay_summary"], name="paw_pressure_threshold", side="ipsi", phase="")
    for values, arm in zip(drawn, comparison.manifest.arms, strict=True):
        np.testing.assert_array_equal(values, where(table, arm=arm.name)["mean"])


def test_other_figures_are_drawn(comparison: Comparison, tmp_path: Path) -> None:
    shown = texts(draw_neuromodulators(comparison))
    for words in ("noradrenaline (nM)", "dopamine (nM)", "unbound drug (nM)", "locus coeruleus"):
        assert words in shown
    assert "LC coeruleospinal" in texts(draw_rates(comparison))
    names = sorted(path.name for path in draw_study(comparison, tmp_path))
    assert names == [f"{f}.{kind}" for f in ("neuromodulators", "rates", "thresholds") for kind in ("png", "svg")]


def test_equal_figures_are_equal_bytes(comparison: Comparison, tmp_path: Path) -> None:
    for folder in ("a", "b"):
        save(draw_thresholds(comparison), tmp_path / folder, "f")
    for name in ("f.png", "f.svg"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    assert not re.search(rb"<dc:date>", (tmp_path / "a/f.svg").read_bytes())


def test_one_animal_has_no_interval_but_a_figure(tmp_path: Path) -> None:
    arms = (ARMS[2], replace(ARMS[3], dosing_days=((14.0, 15.0),)), replace(ARMS[4], dosing_days=((14.0, 21.0),)))
    comparison = compare(write_study(tmp_path / "out", arms, 1, (0,)))
    for draw in (draw_thresholds, draw_neuromodulators, draw_rates):
        draw(comparison).canvas.draw()
    assert "(n = 1)" in texts(draw_thresholds(comparison))


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


def test_a_raster_shows_every_spike_and_the_stimulus(tmp_path: Path) -> None:
    epoch = pinch_epoch()
    figure = draw_raster(epoch, (1.5, 2.5))
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
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert "Aβ (40)" in labels
    png, svg = save(figure, tmp_path, "raster")
    assert png.stat().st_size > 10_000
    assert svg.stat().st_size < 1_000_000, "spikes are not rasterized"


def test_a_raster_of_silence_is_drawn(tmp_path: Path) -> None:
    silent = {"raphe": SpikeTrain(np.empty(0), np.empty(0, "u4"), 3)}
    save(draw_raster(EpochRecord("e", "rest", 0.0, 1.0, silent, {})), tmp_path, "raster")
    with pytest.raises(UserError, match="holds no spikes"):
        draw_raster(EpochRecord("e", "rest", 0.0, 1.0, {}, {}))
