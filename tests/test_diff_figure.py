"""The picture of a diff: what differs is marked, its labels do not overlap, and its files are as asked for."""

from __future__ import annotations

import io
from dataclasses import replace
from itertools import combinations
from pathlib import Path

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch
from matplotlib.text import Text

from bluespot import ligated, sham
from experiments.commands.command_line import main
from experiments.running.diff import compare_two
from experiments.running.diff.operands import Given
from experiments.running.diff.picture import picture
from experiments.running.diff.rows import DiffRow
from results.figures.diff import TEXT_POINTS, draw_diff

OTHER = (
    ligated.with_value("cells.projection.capacitance", "90 pF")
    .with_value("projections.islet_to_vertical.weight", "1.2 nS")
    .with_value("transmitters.serotonin.releases.raphe_in_dorsal_horn_ipsi.quantum", "1 nM")
    .without("serotonin3_on_inhibitory")
)


def texts(figure: Figure) -> list[Text]:
    return [each for each in figure.findobj(Text) if each.get_text().strip() and each.get_visible()]


@pytest.mark.parametrize(("a", "b"), [("sham", "ligated"), (ligated, OTHER), ("quick-look", "ligation-vs-sham")])
def test_no_label_lies_on_another_at_85_mm(a: Given, b: Given) -> None:
    figure = draw_diff(picture(compare_two(a, b)))
    assert figure.get_figwidth() * 25.4 == pytest.approx(85)
    FigureCanvasAgg(figure).print_figure(io.BytesIO())
    boxes = [(each.get_text(), each.get_window_extent()) for each in texts(figure)]
    assert len(boxes) > 15
    assert not [
        (one, other)
        for (one, box), (other, another) in combinations(boxes, 2)
        if box.shrunk(0.96, 0.8).overlaps(another.shrunk(0.96, 0.8))
    ]
    assert min(float(each.get_fontsize()) for each in texts(figure)) >= TEXT_POINTS - 0.5
    edges = figure.bbox.expanded(1.001, 1.001)
    assert not [text for text, box in boxes if not (edges.containsx(box.x1) and edges.containsx(box.x0))]


def test_cells_of_the_dorsal_horn_stand_on_it_and_only_what_comes_from_above_goes_to_it() -> None:
    axes = draw_diff(picture(compare_two("sham", "ligated"))).axes[0]
    boxes = [patch.get_extents() for patch in axes.patches if isinstance(patch, FancyBboxPatch)]
    horn = max(boxes, key=lambda each: each.width * each.height)
    inside = [each for each in boxes if each is not horn and horn.contains(each.x0, each.y0)]
    assert len(inside) == 5
    assert all(horn.contains(each.x1, each.y1) for each in inside)
    dotted = [patch for patch in axes.patches if isinstance(patch, FancyArrowPatch) and patch.get_linestyle() == ":"]
    assert len(dotted) == 3


def test_populations_and_projections_that_differ_are_marked() -> None:
    drawn = picture(compare_two(ligated, OTHER))
    assert {each.name for each in drawn.populations if each.differs} >= {"projection", "islet"}
    differing = {(each.source, each.target) for each in drawn.connections if each.differs}
    assert differing == {("islet", "vertical"), ("raphe", "")}
    assert [number.name for number in drawn.ratios][:2] == [
        "transmitters.serotonin.releases.raphe_in_dorsal_horn_ipsi.quantum",
        "projections.islet_to_vertical.weight",
    ]


def test_the_injury_is_numbered_where_it_acts() -> None:
    drawn = picture(compare_two(sham, ligated))
    names = {number.mark: number.name for number in drawn.injury}
    found = {each.name: {names[mark] for mark in each.marks} for each in drawn.populations}
    assert found["locus_coeruleus_ascending"] == {"glt1_loss"}
    assert {"ectopic_rate", "l5_input"} <= found["a_beta"]
    assert "nociceptor_sensitisation" not in found["a_beta"]
    assert found["vertical"] == {"gaba_reversal_shift"}
    assert not found["raphe"]
    assert {name for marks in found.values() for name in marks} == set(names.values())


def test_of_each_population_the_rate_that_differs_most_is_drawn() -> None:
    place = {"population": "ipsi_projection"}
    rows = tuple(
        DiffRow("rates", f"ipsi_projection, day {day} hour 2", "1", f"{b}", "Hz", a_value=1.0, b_value=b, low=b - 1.2,
                high=b - 0.8, place=place)
        for day, b in ((1, 1.5), (2, 9.0), (3, 0.5))
    )  # fmt: skip
    found = compare_two("sham", "naive")
    drawn = picture(replace(found, rows=rows))
    (rate,) = drawn.rates
    assert (rate.name, rate.b, rate.low) == ("ipsi_projection, day 2 hour 2", 9.0, 7.8)
    assert drawn.notes == ("not drawn as bars: rates 2",)
    figure = draw_diff(drawn)
    assert {"1 → 9 Hz", "ipsi_projection, day 2 hour 2"} <= {text.get_text() for text in texts(figure)}


def test_equal_things_are_drawn_without_a_mark() -> None:
    drawn = picture(compare_two("sham", "naive"))
    assert not drawn.injury + drawn.ratios
    assert drawn.headline == "no difference"
    assert not any(each.differs or each.marks for each in drawn.populations)


@pytest.mark.parametrize(("ending", "begins"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")])
def test_the_ending_chooses_the_kind_of_file(ending: str, begins: bytes, tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert main(["diff", "sham", "ligated", "--out", str(tmp_path / f"{name}.{ending}")]) == 0
    one, two = ((tmp_path / f"{name}.{ending}").read_bytes() for name in ("one", "two"))
    assert one.startswith(begins)
    assert one == two


@pytest.mark.parametrize("name", ["there.png", "picture.doc", "file/below.png"])
def test_a_picture_that_cannot_be_written_is_told(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "there.png").write_text("kept", "utf-8")
    (tmp_path / "file").write_text("kept", "utf-8")
    assert main(["diff", "sham", "ligated", "--out", str(tmp_path / name)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert (tmp_path / "there.png").read_text("utf-8") == "kept"
