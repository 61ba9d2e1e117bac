"""Figures of analyses: what they say of units, animals and intervals, and that they are drawn without a warning."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from matplotlib.figure import Figure
from test_results_analyses import dose_study, dosed, dosing, mixture, onset_study, synthetic
from test_results_figures import texts

from core.errors import UserError
from results.analyses import effects
from results.analyses.effects import AnalysedStudy
from results.analyses.hill import Hill
from results.analyses.names import ANALYSES
from results.analyses.registry import analyse
from results.comparison.arms import Comparison
from results.figures import (
    draw_antagonists,
    draw_dose_response,
    draw_isobologram,
    draw_onsets,
    draw_ranking,
    draw_study,
    save,
)
from results.figures.gallery import ANALYSIS_FIGURES
from results.files.folder import Manifest


@pytest.fixture(autouse=True)
def no_warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.fixture(autouse=True)
def fewer_resamples(monkeypatch: pytest.MonkeyPatch) -> None:
    """Enough to draw intervals; each resample fits every curve anew."""
    monkeypatch.setattr(effects, "RESAMPLES", 100)


def compared(study: AnalysedStudy, *names: str) -> Comparison:
    finished = {arm.name: (1,) for arm in study.arms}
    return Comparison(Manifest("synthetic", study.arms, (1,)), finished, (), {}, {}, analyse(study, names))


def order_study() -> AnalysedStudy:
    arms = {
        dosed(circuit="sham"): 120.0,
        dosed(dosing("a", 10.0), circuit="sham"): 121.0,
        dosed(): 70.0,
        dosed(dosing("a", 10.0)): 110.0,
        dosed(manipulation="idazoxan"): 65.0,
        dosed(dosing("a", 10.0), manipulation="idazoxan"): 66.0,
    }
    return synthetic(arms)


@pytest.mark.parametrize(
    ("draw", "study", "name", "words"),
    [
        (
            draw_dose_response,
            dose_study(Hill(70, 60, 1.5, 1.2)),
            "dose-response",
            (
                "dose (mg/kg)",
                "treated minus vehicle (g)",
                "a, ligated (n = 6)",
                "95 % interval over pairs",
                "day 14 +2 h",
            ),
        ),
        (
            draw_isobologram,
            mixture(0.3),
            "combination",
            ("a (mg/kg)", "b (mg/kg)", "interaction index 0.", "95 % interval", "synergistic, n = 6"),
        ),
        (
            draw_onsets,
            onset_study(2.0, 7.0),
            "onset",
            ("days from the first dose", "share of the settled effect", "mood index", "(n = 6)", "95 % interval"),
        ),
        (
            draw_ranking,
            order_study(),
            "ranking",
            ("treated minus vehicle (g)", "ligated (n = 6)", "sham (n = 6)", "SNRI", "95 % interval over pairs"),
        ),
        (
            draw_antagonists,
            order_study(),
            "antagonists",
            ("treated minus vehicle (g)", "taken away", "alone, 95 % interval", "ligated"),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_figure_says_what_it_shows(
    draw: Callable[[Comparison], Figure], study: AnalysedStudy, name: str, words: tuple[str, ...], tmp_path: Path
) -> None:
    figure = draw(compared(study, name))
    shown = texts(figure)
    assert [word for word in words if word not in shown] == []
    assert all(path.stat().st_size > 5000 for path in save(figure, tmp_path, name))


@pytest.mark.parametrize("draw", [draw_dose_response, draw_isobologram, draw_onsets, draw_ranking, draw_antagonists])
def test_without_the_analysis_there_is_nothing_to_draw(draw: Callable[[Comparison], Figure]) -> None:
    with pytest.raises(UserError, match="to draw"):
        draw(compared(order_study()))


def test_a_flat_curve_is_drawn_as_points_only(tmp_path: Path) -> None:
    figure = draw_dose_response(compared(dose_study(Hill(70, 0.0, 1.0, 1.0)), "dose-response"))
    assert save(figure, tmp_path, "flat")


def test_every_analysis_has_a_figure() -> None:
    assert list(ANALYSIS_FIGURES) == list(ANALYSES)


def test_the_gallery_draws_what_the_study_asked_for(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    comparison = compared(order_study(), "ranking")
    many = [*comparison.manifest.arms, *(dosed(dosing("x", float(k))) for k in range(1, 20))]
    wide = Comparison(Manifest("synthetic", tuple(many), (1,)), {}, (), {}, {}, comparison.analyses)
    assert {path.stem for path in draw_study(wide, tmp_path)} == {"ranking"}
    assert caplog.messages == [
        f"thresholds, neuromodulators, rates: not drawn; they show at most 12 arms, and the study has {len(many)}."
    ]


def test_a_figure_that_was_asked_for_and_cannot_be_drawn_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    flat = dose_study(Hill(70, 0.0, 1.0, 1.0))
    comparison = compared(flat, "combination")
    wide = replace(comparison, manifest=replace(comparison.manifest, arms=comparison.manifest.arms * 3))
    assert not draw_study(wide, tmp_path)
    assert "isobologram: not drawn; the study synthetic has no combination to draw." in caplog.messages
