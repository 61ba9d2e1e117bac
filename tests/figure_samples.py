"""Comparisons of synthetic studies of many shapes, for the tests of figures."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from typing import Any
from unittest import mock

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.transforms import Bbox
from test_results_analyses import dosed, dosing
from test_results_synthetic import ARMS, write_study

from results.comparison.arms import Comparison, compare
from results.files.folder import ManifestArm

DOSES = (0.3, 1.0, 3.0, 10.0, 30.0, 100.0)


def dose_arms() -> tuple[ManifestArm, ...]:
    """Two circuits, vehicle and six doses of one drug: 14 arms."""
    doses = [dosing("duloxetine", dose) for dose in DOSES]
    return tuple(
        arm
        for circuit in ("sham", "ligated")
        for arm in (dosed(circuit=circuit), *(dosed(dose, circuit=circuit) for dose in doses))
    )


def antagonist_arms() -> tuple[ManifestArm, ...]:
    """Vehicle and two drugs, each alone and under two antagonists."""
    drugs = [(), (dosing("duloxetine", 10.0),), (dosing("fluoxetine", 10.0, "SSRI"),)]
    under = ["", "idazoxan 30 ug i.t. on day 14", "DSP-4"]
    return tuple(dosed(*drug, manipulation=manipulation) for drug in drugs for manipulation in under)


def main_like(folder: Path) -> Comparison:
    """Five arms over four weeks, an injection on the last day."""
    return compare(write_study(folder / "main", ARMS[:5], 3))


def doses(folder: Path) -> Comparison:
    """Fourteen arms, measured once, as dose-response studies are."""
    return compare(write_study(folder / "doses", dose_arms(), 3, (14,)), analyses=["dose-response"])


def fourteen_arms(folder: Path) -> Comparison:
    """Fourteen arms over four weeks."""
    return compare(write_study(folder / "many", dose_arms(), 2))


def one_animal(folder: Path) -> Comparison:
    """One animal in each of two arms."""
    return compare(write_study(folder / "one", ARMS[2:4], 1, (-1, 3, 14, 15, 21)))


def antagonists(folder: Path) -> Comparison:
    """Drugs with and without antagonists, measured before treatment and on two days of it."""
    names = ["antagonists", "ranking"]
    return compare(write_study(folder / "antagonists", antagonist_arms(), 3, (-1, 15, 21)), analyses=names)


def injuries(folder: Path) -> Comparison:
    """Nine circuits over four weeks, none with a drug."""
    names = ("naive", "sham", "ligated", "constricted", "partially_ligated", "spared_nerve", "diabetic", "a", "b")
    return compare(write_study(folder / "injuries", tuple(ManifestArm(name, name, "vehicle") for name in names), 3))


STUDIES: dict[str, Callable[[Path], Comparison]] = {
    "main": main_like,
    "doses": doses,
    "many": fourteen_arms,
    "one": one_animal,
    "antagonists": antagonists,
    "injuries": injuries,
}


def drawn_texts(figure: Figure) -> list[tuple[str, Bbox, float]]:
    """(text, box in pixels, size in points) of every text that is really drawn, as the renderer places it."""
    found: list[tuple[str, Bbox, float]] = []
    draw = Text.draw

    def recorded(self: Text, renderer: Any, *args: Any, **more: Any) -> None:
        draw(self, renderer, *args, **more)
        if self.get_text().strip() and self.get_visible():
            found.append((self.get_text(), self.get_window_extent(renderer), float(self.get_fontsize())))

    figure.set_dpi(120)
    with mock.patch.object(Text, "draw", recorded):
        FigureCanvasAgg(figure).draw()  # type: ignore[no-untyped-call]
    return found


def overlaps(figure: Figure) -> list[tuple[str, str]]:
    """Pairs of texts whose boxes lie on one another, and texts that leave the figure."""
    texts = drawn_texts(figure)
    pairs = [
        (one, other)
        for (one, box, _), (other, another, _) in combinations(texts, 2)
        if box.shrunk(0.98, 0.8).overlaps(another.shrunk(0.98, 0.8))
    ]
    edges = figure.bbox.padded(2.0)
    outside = [(text, "edge") for text, box, _ in texts if not _inside(edges, box)]
    return pairs + outside


def _inside(edges: Bbox, box: Bbox) -> bool:
    across, up = (box.x0, box.x1), (box.y0, box.y1)
    return all(map(edges.containsx, across)) and all(map(edges.containsy, up))
