"""Figures of analyses: what they say of units, animals and intervals, and that they are drawn without a warning."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from figure_samples import overlaps
from matplotlib.figure import Figure
from test_results_analyses import PAW, dose_study, dosed, dosing, mixture, onset_study, synthetic
from test_results_figures import texts

from core.errors import UserError
from results.analyses import effects
from results.analyses.effects import AnalysedStudy
from results.analyses.hill import Hill
from results.analyses.names import ANALYSES
from results.analyses.registry import analyse
from results.comparison.arms import Comparison
from results.figures import (
    EvidenceRow,
    draw_antagonists,
    draw_dose_response,
    draw_evidence,
    draw_isobologram,
    draw_onsets,
    draw_ranking,
    draw_sensitivity,
    draw_study,
    draw_verdicts,
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


#: Tables of a study without a value.
TABLES = {
    "assays": pd.DataFrame(columns=["arm", "name", "side", "unit", "assay"]),
    "assay_summary": pd.DataFrame(columns=["arm", "name", "side", "unit"]),
    "assay_differences": pd.DataFrame(columns=["arm", "name", "side", "unit"]),
    "average_summary": pd.DataFrame(columns=["arm", "assay", "name", "phase"]),
    "rate_summary": pd.DataFrame(columns=["arm", "assay", "name", "phase", "part", "day"]),
    "concentrations": pd.DataFrame(columns=["arm", "name"]),
}


def compared(study: AnalysedStudy, *names: str) -> Comparison:
    finished = {arm.name: (1,) for arm in study.arms}
    return Comparison(Manifest("synthetic", study.arms, (1,)), finished, (), {}, TABLES, analyse(study, names))


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
                "paw pressure threshold (g)",
                "a, ligated (n = 6): ED50 1.",
                "vehicle, at dose 0",
                "ED50, 95 % interval",
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
            ("treated minus vehicle (g)", "taken away", "alone", "+ idazoxan", "ligated (n = 6)"),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_figure_says_what_it_shows(
    draw: Callable[..., Figure], study: AnalysedStudy, name: str, words: tuple[str, ...], tmp_path: Path
) -> None:
    figure = draw(compared(study, name), width_mm=85)
    shown = " ".join(texts(figure).replace("\N{NO-BREAK SPACE}", " ").split())
    assert overlaps(figure) == []
    assert [word for word in words if word not in shown] == []
    assert all(path.stat().st_size > 5000 for path in save(figure, tmp_path, name))


@pytest.mark.parametrize("draw", [draw_dose_response, draw_isobologram, draw_onsets, draw_ranking, draw_antagonists])
def test_without_the_analysis_there_is_nothing_to_draw(draw: Callable[..., Figure]) -> None:
    with pytest.raises(UserError, match="to draw"):
        draw(compared(order_study()))


def test_a_flat_curve_is_drawn_as_points_only(tmp_path: Path) -> None:
    figure = draw_dose_response(compared(dose_study(Hill(70, 0.0, 1.0, 1.0)), "dose-response"))
    assert save(figure, tmp_path, "flat")


def test_every_analysis_has_a_figure() -> None:
    assert list(ANALYSIS_FIGURES) == list(ANALYSES)


def test_the_gallery_draws_what_the_study_asked_for_whatever_the_number_of_arms(tmp_path: Path) -> None:
    comparison = compared(order_study(), "ranking")
    many = [*comparison.manifest.arms, *(dosed(dosing("x", float(k))) for k in range(1, 20))]
    wide = Comparison(Manifest("synthetic", tuple(many), (1,)), {}, (), {}, TABLES, comparison.analyses)
    assert {path.stem for path in draw_study(wide, tmp_path)} == {"ranking"}


def test_effects_under_antagonists_are_those_of_every_time_after_the_first_dose() -> None:
    """Day -1, before the drug, was drawn alone once: all zeros."""
    early = PAW._replace(day=-1)
    grams = {True: {early: 70.0, PAW: 110.0}, False: {early: 70.0, PAW: 68.0}}
    study = synthetic(
        {
            dosed(*drug, manipulation=manipulation): grams[bool(drug) and not manipulation]
            for drug in ((), (dosing("a", 10.0),))
            for manipulation in ("", "idazoxan")
        }
    )
    figure = draw_antagonists(compared(study, "antagonists"))
    titles = [axes.get_title().replace("\N{NO-BREAK SPACE}", " ") for axes in figure.axes]
    assert titles == ["paw pressure threshold, ipsilateral, day 14 +2 h"]
    assert figure.axes[0].get_xlim()[1] > 30


def test_panels_of_one_unit_have_one_axis_and_one_order() -> None:
    later = PAW._replace(day=21)
    arms = {
        dosed(): {PAW: 70.0, later: 70.0},
        dosed(dosing("a", 10.0)): {PAW: 90.0, later: 100.0},
        dosed(dosing("b", 10.0, "TCA")): {PAW: 80.0, later: 150.0},
    }
    figure = draw_ranking(compared(synthetic(arms), "ranking"))
    first, second = figure.axes[:2]
    assert first.get_xlim() == second.get_xlim()
    assert [label.get_text()[0] for label in first.get_yticklabels()] == ["a", "b"]
    assert "Order: by the effect in paw pressure threshold, ipsilateral, day 14" in texts(figure).replace("\n", " ")


def test_the_legend_of_a_dose_response_has_no_curve_that_is_not_drawn() -> None:
    figure = draw_dose_response(compared(dose_study(Hill(70, 0.0, 1.0, 1.0)), "dose-response"))
    labels = [text.get_text() for each in figure.legends for text in each.get_texts()]
    assert labels == ["a, ligated (n = 6)", "vehicle, at dose 0"]
    assert "effect not distinguishable from zero" in texts(figure)


def test_a_figure_that_was_asked_for_and_cannot_be_drawn_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    comparison = compared(dose_study(Hill(70, 0.0, 1.0, 1.0)), "combination")
    assert not draw_study(comparison, tmp_path)
    assert "isobologram: not drawn; the study synthetic has no combination to draw." in caplog.messages


@pytest.mark.parametrize("width", [85, 170])
def test_evidence_sensitivity_and_courses_are_readable(width: float) -> None:
    long = "contralateral threshold 30 min after forepaw capsaicin, duloxetine over vehicle"
    found = [
        EvidenceRow(
            f"A{k} {long if k % 3 == 0 else 'NSIA'}", (1.0 + k, 0.5 + k, 1.5 + k), 1.0, target, True, "reproduced"
        )
        for k, target in enumerate([(1.5, 1.2, 2.0), (None, None, None)] * 4)
    ]
    assert overlaps(draw_evidence(found, width_mm=width)) == []
    four = ["reproduced", "not reproduced", "direction only", "not shown"]
    marks = {f"A{k}": four * (k % 5 + 1) for k in range(30)}
    assert (
        overlaps(draw_verdicts({"fit: 1 of 30": marks, "check: 0 of 1": {"B1": ["not shown"]}}, width_mm=width)) == []
    )
    factors, outcomes = [f"group {k} of numbers" for k in range(5)], [("A1", long), ("A8", "NSIA")]
    sizes = [(factor, *outcome, 0.4) for factor in factors for outcome in outcomes]
    effects_of = pd.DataFrame(sizes, columns=["factor", "finding", "outcome", "mu_star"])
    summary = pd.DataFrame({"factor": factors, "flips": range(5), "verdicts": [9] * 5})
    assert overlaps(draw_sensitivity(effects_of, summary, width_mm=width)) == []
