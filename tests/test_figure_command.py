"""Figures by name, at any width and in any format; rasters in the terminal; the diagram of a circuit."""

from __future__ import annotations

from pathlib import Path

import matplotlib.image
import numpy as np
import pandas as pd
import pytest
from figure_samples import overlaps
from test_results_figures import legend, texts
from test_results_synthetic import ARMS, write_study

from bluespot import ligated, sham
from core.keys import stream
from core.records import EpochRecord, SpikeTrain
from core.stimulus_course import StimulusCourse
from experiments.commands.command_line import main
from experiments.commands.figure import _mm
from experiments.running.circuit_picture import circuit_picture
from results.figures.catalogue import SPIKE_FIGURES
from results.figures.circuit import draw_circuit
from results.figures.gallery import ANALYSIS_FIGURES, STUDY_FIGURES
from results.figures.names import FIGURE_LINES
from results.figures.spikes.responses import draw_histogram, draw_responses
from results.spikes.text_raster import text_raster


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_study(tmp_path_factory.mktemp("study") / "out", ARMS[2:4], 2, (-1, 3, 14, 15, 21))


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


# --- the command ----------------------------------------------------------------------------------------------


def test_every_figure_has_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    analyses = {name for name, _ in ANALYSIS_FIGURES.values()}
    assert set(FIGURE_LINES) == {*STUDY_FIGURES, *SPIKE_FIGURES, *analyses, "circuit"}
    assert main(["figure", "--list"]) == 0
    shown = capsys.readouterr().out
    assert all(name in shown for name in FIGURE_LINES)


@pytest.mark.parametrize(("text", "mm"), [("85mm", 85), ("8.5 cm", 85), ("85", 85), ("3.5in", 88.9)])
def test_a_width_is_read_with_its_unit(text: str, mm: float) -> None:
    assert _mm(text) == pytest.approx(mm)


def test_a_figure_is_as_wide_and_in_the_format_as_asked(
    folder: Path, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["figure", "thresholds", str(folder), "--width", "85mm"]) == 0
    assert capsys.readouterr().out == "thresholds.png\n"
    assert matplotlib.image.imread("thresholds.png").shape[1] == pytest.approx(85 / 25.4 * 300, abs=1)
    assert main(["figure", "raster", str(folder), "--arm", "ligated-vehicle", "--day", "14", "--format", "svg"]) == 0
    svg = (here / "raster.svg").read_text()
    assert "ligated-vehicle, animal 1: rest, day 14 +1 h</text>" in svg
    assert main(["figure", "rates", str(folder), "--out", "r.pdf"]) == 0
    assert (here / "r.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["thresholds", "DIR", "--width", "wide"], '--width "wide": expected a width such as 85mm'),
        (["thresholds", "DIR", "--width", "8mm"], "expected the width of a figure in mm, 60 to 1000"),
        (["thresholds", "DIR", "--format", "bmp"], '--format "bmp": expected png, svg, pdf or eps.'),
        (["treshold", "DIR"], 'no figure "treshold". Nearest: thresholds'),
        (["thresholds"], "no folder of a study"),
        (["thresholds", "DIR", "--day", "3"], "--day is for figures of spikes"),
        (["raster", "DIR", "--population", "ipsi_projecton"], "Nearest: ipsi_projection"),
        (["raster", "DIR", "--arm", "ligated"], "Nearest: ligated-"),
        (["dose_response", "DIR"], "no dose-response to draw"),
        (["response-curves", "DIR"], "no response curves to draw: no epoch had a stimulus"),
        (["psth", "DIR"], "no histogram to draw: no epoch had a stimulus"),
        (["circuit", "DIR"], "no study.toml in it"),
    ],
)
def test_mistakes_are_one_line(
    arguments: list[str], words: str, folder: Path, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["figure", *(str(folder) if each == "DIR" else each for each in arguments)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert words in line
    assert list(here.iterdir()) == []


# --- rasters in the terminal ----------------------------------------------------------------------------------


def test_a_raster_in_the_terminal_has_a_dot_for_each_spike_its_stimulus_and_seconds() -> None:
    spikes = {"projection": SpikeTrain(np.array([0.1, 1.0, 3.9]), np.array([0, 19, 5], "u4"), 20)}
    force = np.zeros(400)
    force[200:] = np.linspace(0, 80, 200)
    epoch = EpochRecord("pinch", "pinch", 0.0, 4.0, spikes, {}, stimuli=(StimulusCourse("force", "ipsi", force),))
    title, stimulus, band, axis, seconds = text_raster(epoch, 60)
    assert title == "pinch  (4 s)"
    assert stimulus.strip().startswith("force to 80 g |")
    assert stimulus.endswith("█")
    assert stimulus.split("|")[1][:18].strip() == ""
    assert band.startswith("projection (20) |")
    dots = [bin(ord(letter) - 0x2800).count("1") for letter in band.split("|")[1]]
    assert sum(dots) == 3
    assert [k for k, dot in enumerate(dots) if dot] == [1, 10, 41]
    assert seconds.split() == ["s", "0", "1", "2", "3", "4"]
    assert {len(line) for line in (stimulus, band, axis)} == {60}


def test_inspect_shows_or_draws_the_raster_of_an_epoch(
    folder: Path, here: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = str(folder / "animals/ligated-vehicle/ligated-vehicle-001.h5")
    choice = ["--epoch", "rest day 14", "--population", "raphe", "--population", "ipsi_projection"]
    assert main(["inspect", file, "--raster", *choice]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "rest day 14  (1 s)"
    assert [line.split("(")[0].strip() for line in lines if "(" in line][1:] == ["raphe", "ipsi_projection"]
    assert main(["inspect", file, "--raster", *choice, "--out", "r.png"]) == 0
    assert (here / "r.png").stat().st_size > 5000
    capsys.readouterr()
    assert main(["inspect", file, "--raster", "--epoch", "rest day 15x"]) == 2
    assert "Nearest: rest day 15" in capsys.readouterr().err
    assert main(["inspect", file, "--population", "raphe"]) == 2
    assert "it belongs to --raster" in capsys.readouterr().err


# --- response curves and histograms ---------------------------------------------------------------------------


def curves() -> pd.DataFrame:
    rows = []
    for arm in ARMS[:3]:
        for animal in (1, 2, 3):
            noise = stream("curve", arm.name, animal)
            for low, high in ((0.0, 10.0), (10.0, 20.0), (20.0, 60.0), (60.0, np.inf)):
                for population in ("ipsi_projection", "ipsi_vertical", "contra_projection"):
                    rate = 0.0 if population.startswith("contra") else low + abs(noise.normal())
                    rows.append((arm.name, animal, population, low, high, "g", rate, min(1.0, rate / 60)))
    return pd.DataFrame(rows, columns=["arm", "animal", "population", "low", "high", "unit", "rate", "recruited"])


@pytest.mark.parametrize("width", [85, 170])
def test_response_curves_show_rate_and_recruited_share_against_force(width: float) -> None:
    figure = draw_responses(curves(), ARMS, "paw pressure", width_mm=width)
    assert overlaps(figure) == []
    shown = texts(figure)
    for words in ("force (g)", "rate (Hz per cell)", "share of cells that fire", "projection, ipsilateral"):
        assert words in shown
    assert "contralateral" not in shown, "a population that does not answer has no panel"
    assert legend(figure) == ["sham, vehicle (n = 3)", "sham, duloxetine 10 mg/kg (n = 3)", "ligated, vehicle (n = 3)"]
    line = next(line for line in figure.axes[0].lines if line.get_marker() == "o")
    assert np.asarray(line.get_xdata()).tolist() == [5.0, 15.0, 40.0, 60.0]


@pytest.mark.parametrize("width", [85, 170])
def test_a_histogram_has_the_onset_and_intervals(width: float) -> None:
    rows = [
        (arm.name, animal, population, seconds, float(animal + (10 if seconds > 0 else 0)))
        for arm in ARMS[:3]
        for animal in (1, 2, 3)
        for population in ("ipsi_projection", "raphe")
        for seconds in (np.arange(-10, 20) + 0.5) * 0.05
    ]
    frame = pd.DataFrame(rows, columns=["arm", "animal", "population", "seconds", "rate"])
    figure = draw_histogram(frame, ARMS, width_mm=width)
    assert overlaps(figure) == []
    assert "bins of 50 ms" in texts(figure)
    bands = figure.axes[0].collections
    assert len(bands) == 3
    assert max(np.asarray(path.vertices)[:, 1].max() for path in bands[0].get_paths()) > 12


# --- the circuit ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [85, 170])
def test_the_diagram_of_a_circuit_is_readable_and_marks_the_injury(width: float) -> None:
    picture = circuit_picture(ligated, "ligated")
    figure = draw_circuit(picture, width_mm=width)
    assert overlaps(figure) == []
    shown = texts(figure).replace("\n", " ")
    for words in ("dorsal horn", "projection", "changed by the injury", "7 GABA reversal shift", "1 L5 input loss"):
        assert words in shown
    marked = {each.name for each in picture.populations if each.marks}
    assert {"projection", "islet", "a_beta", "locus_coeruleus_spinal"} <= marked
    assert not marked & {"raphe", "a11"}


def test_a_diagram_is_that_of_its_circuit() -> None:
    assert not any(each.marks for each in circuit_picture(sham, "sham").populations)
    off = circuit_picture(ligated.without("alpha2"), "off")
    assert "alpha2A" not in {each.receptor for each in off.couplings}
    assert "Switched off: alpha2." in " ".join(off.notes)
    stronger = ligated.with_value("projections.islet_to_vertical.weight", "3 nS")
    assert max(each.strength for each in circuit_picture(stronger, "x").projections) > max(
        each.strength for each in circuit_picture(ligated, "y").projections
    )
    sizes = {each.name: each.cells for each in circuit_picture(sham, "small", 0.5).populations}
    assert sizes["projection"] == 20
