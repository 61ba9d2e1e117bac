"""The report of a study as a page: what it holds, and what follows from its study and its comparison."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from test_results_synthetic import ARMS, animal_record
from version_1_files import write_version_1

import results
from experiments.commands.command_line import main
from results.analyses.analysis import Analysis
from results.comparison.arms import Comparison, compare
from results.files.store import Manifest, ManifestArm, animal_path, write_manifest
from results.page.courses import MOST_POINTS
from results.page.document import _sample, page
from results.page.looks import CONTROL_COLOR, DRUG_COLORS, arm_looks, contrast
from results.page.made_with import checksum_of_all
from results.page.rasters import raster_plot
from results.page.responses import MOST_MOMENTS, response_plots
from results.page.tables import difference_rows, short_table, table
from results.page.texts import Event, Miss, PageTexts, Reference
from results.page.timeline import timeline
from results.page.words import estimate, named, number
from results.study import StudyResults

BANDS = ((0.0, 10.0), (10.0, 20.0), (20.0, np.inf))
TEXTS = PageTexts(
    question="Does it <relieve> & when?",
    events=(
        Event("surgery", "surgery", ((0.0, 0.0),)),
        Event("dosing", "duloxetine 10 mg/kg", ((14.0, 28.0),), ("ligated-duloxetine",)),
        Event("assay", "paw pressure, hour 2", tuple((float(day), float(day)) for day in (-1, 3, 28))),
    ),
    assays={"paw_pressure": "Withdrawal threshold under a rising force."},
    methods={"Animals": ("Virtual rats.", "They were drawn once.")},
    references=(Reference("Ito2018", "Ito S (2018) Duloxetine.", "10.1213/x", "duloxetine"),),
    misses=(Miss("A7", "It grows slowly", "Matsuoka 2016", "not reproduced", "It does not.", ("duloxetine",)),),
    reproduced={"construction": (8, 8), "fit": (14, 16), "check": (5, 10)},
    not_modelled="dendrites.",
    provenance={"bluespot": "0.1.0"},
)


def rate_summary() -> pd.DataFrame:
    """Rates of two populations in bands of force on two days, of two arms."""
    rows = [
        (
            arm,
            "held_force",
            name,
            "ipsi",
            "",
            "Hz",
            day,
            2.0,
            "force",
            "during",
            low,
            high,
            "g",
            6,
            rate,
            0.1,
            rate - 1,
            rate + 1,
        )
        for arm, gain in (("sham-vehicle", 1.0), ("ligated-vehicle", 3.0))
        for name in ("ipsi_islet", "ipsi_projection", "contra_projection")
        for day in (-1, 28)
        for k, (low, high) in enumerate(BANDS)
        for rate in [gain * (k + 1)]
    ]
    columns = [
        "arm", "assay", "name", "side", "phase", "unit", "day", "hour", "stimulus", "part", "from_strength",
        "to_strength", "strength_unit", "n", "mean", "sem", "low", "high",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("report")
    write_manifest(out, Manifest("a <study>", ARMS, (1, 2), seed=7))
    for arm in ARMS:
        for animal in (1, 2):
            own = replace(animal_record(arm, animal), study="a <study>")
            write_version_1(own, animal_path(out, arm.name, animal))
    return out


@pytest.fixture(scope="module")
def study(folder: Path) -> StudyResults:
    return results.open(folder)


@pytest.fixture(scope="module")
def comparison(folder: Path) -> Comparison:
    found = compare(folder)
    return replace(found, tables={**found.tables, "rate_summary": rate_summary()})


@pytest.fixture(scope="module")
def html(study: StudyResults, comparison: Comparison) -> str:
    return page(study, comparison, TEXTS)


@pytest.fixture(scope="module")
def plots(html: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(
        re.findall(r'<script type="application/json" id="plots">(.*?)</script>', html)[0]
    )
    return found


def test_the_page_is_one_file_that_asks_for_nothing(html: str) -> None:
    own = re.sub(r"<script>.*?</script>", "", html, flags=re.DOTALL)
    assert html.count("<script>") == 2
    assert "plotly.js v" in html
    assert not re.findall(r"<link|<img|<iframe|@import|src=|url\(", own)
    assert "default-src 'none'" in own


def test_what_is_written_is_escaped(html: str) -> None:
    assert "Does it &lt;relieve&gt; &amp; when?" in html
    assert "<h3>Animals</h3><p>Virtual rats.</p><p>They were drawn once.</p>" in html
    assert "<h1>a &lt;study&gt;</h1>" in html


def test_the_page_has_all_its_parts_in_order(html: str) -> None:
    headings = [unescape(text) for text in re.findall(r'<h2 id="[\w-]+">(.*?)</h2>', html)]
    assert headings == [
        "In short",
        "Timeline",
        "Arms",
        "Thresholds over days",
        "Response curves",
        "Methods",
        "What the model is known to get wrong",
        "References",
        "Provenance",
    ]
    names = re.findall(r' id="([^"]+)"', re.sub(r"<script>.*?</script>", "", html, flags=re.DOTALL))
    assert len(names) == len(set(names)), "a name stands twice"
    assert set(re.findall(r'href="#([\w-]+)"', html)) <= set(names)


def test_every_plot_says_what_it_shows(html: str, plots: Mapping[str, Any]) -> None:
    told = dict(re.findall(r'<div id="(plot-[^"]+)" class="plot" [^>]*role="img" aria-label="([^"]*)"', html))
    assert set(told) == set(plots)
    assert all(len(text) > 40 for text in told.values())
    assert "ligated-vehicle" in told["plot-paw_pressure_threshold-ipsi"]


def test_means_and_intervals_are_those_of_the_comparison(comparison: Comparison, plots: Mapping[str, Any]) -> None:
    summary = comparison.tables["assay_summary"]
    rows = summary[(summary.arm == "ligated-vehicle") & (summary["name"] == "paw_pressure_threshold")]
    rows = rows[(rows.side == "ipsi") & (rows.phase == "")].sort_values("day")
    position = [arm.name for arm in ARMS].index("ligated-vehicle")
    traces = plots["plot-paw_pressure_threshold-ipsi"]["traces"]
    (trace,) = (t for t in traces if t["meta"] == position and t["mode"] == "lines+markers")
    assert trace["y"] == pytest.approx(rows["mean"].tolist(), rel=1e-4)
    assert trace["error_y"]["array"] == pytest.approx((rows["high"] - rows["mean"]).tolist(), rel=1e-4, nan_ok=True)
    assert len(trace["x"]) == len(trace["text"]) == len(rows)


def test_what_was_read_after_a_manipulation_stands_apart(plots: Mapping[str, Any]) -> None:
    content = plots["plot-paw_pressure_threshold-ipsi"]
    after = [t for t in content["traces"] if "idazoxan" in " ".join(t.get("text", []))]
    assert after
    assert all(t["mode"] == "markers" for t in after)
    assert content["layout"]["annotations"][0]["text"] == "× intrathecal idazoxan"


def test_both_paws_have_one_scale(plots: Mapping[str, Any]) -> None:
    ipsi, contra = (
        plots[f"plot-paw_pressure_threshold-{side}"]["layout"]["yaxis"]["range"] for side in ("ipsi", "contra")
    )
    assert ipsi == contra


def test_of_many_animals_some_are_drawn(tmp_path: Path) -> None:
    count = MOST_POINTS + 3
    write_manifest(tmp_path, Manifest("synthetic", ARMS[:1], tuple(range(1, count + 1)), seed=7))
    for animal in range(1, count + 1):
        write_version_1(animal_record(ARMS[0], animal, (-1, 3)), animal_path(tmp_path, ARMS[0].name, animal))
    html = page(results.open(tmp_path), compare(tmp_path), PageTexts())
    content = json.loads(re.findall(r'id="plots">(.*?)</script>', html)[0])["plot-paw_pressure_threshold-ipsi"]
    points = [t for t in content["traces"] if t["mode"] == "markers" and "text" not in t]
    moments = set(points[0]["x"])
    assert len(moments) == 3, "two days, and one after a manipulation"
    assert len(points[0]["x"]) == MOST_POINTS * len(moments)
    assert f"the first {MOST_POINTS} of each arm" in html


def test_arms_of_one_moment_stand_beside_one_another(tmp_path: Path) -> None:
    """As in a study of doses, where all arms are measured once."""
    write_manifest(tmp_path, Manifest("synthetic", ARMS, (1, 2), seed=7))
    for arm in ARMS:
        for animal in (1, 2):
            own = animal_record(arm, animal, (14,))
            own = replace(own, assays=tuple(value for value in own.assays if not value.phase))
            write_version_1(own, animal_path(tmp_path, arm.name, animal))
    html = page(results.open(tmp_path), compare(tmp_path), PageTexts())
    content = json.loads(re.findall(r'id="plots">(.*?)</script>', html)[0])["plot-paw_pressure_threshold-ipsi"]
    assert content["layout"]["xaxis"]["ticktext"] == [arm.name for arm in ARMS]
    assert [t["x"] for t in content["traces"] if "text" in t] == [[float(k)] for k in range(len(ARMS))]
    assert "All at day 14, 2 h." in html


def test_an_analysis_has_a_part_of_its_own(study: StudyResults, comparison: Comparison) -> None:
    found = Analysis(
        "onset", "days to half", {"onset": pd.DataFrame({"arm": ["a"], "days": [1.23456]})}, ("One <line>.",)
    )
    html = page(study, replace(comparison, analyses=(found,)), PageTexts())
    part = re.findall(r'<section id="analysis-onset".*?</section>', html)[0]
    assert "Days to half" in part
    assert "One &lt;line&gt;." in part
    assert '<td class="number">1.23</td>' in part


def test_response_curves_stand_for_population_and_moment(plots: Mapping[str, Any]) -> None:
    content = plots["plot-response-held_force-ipsi"]
    assert list(content["views"]) == [
        f"{name}|day {day}, 2 h" for name in ("ipsi_projection", "ipsi_islet") for day in ("28", "−1")
    ]
    shown = content["views"]["ipsi_projection|day 28, 2 h"]
    assert content["traces"] == shown
    assert [trace["y"] for trace in shown] == [[1.0, 2.0, 3.0], [3.0, 6.0, 9.0]]
    assert shown[0]["x"] == [5.0, 15.0, 20.0]
    assert "above 20 g" in shown[0]["text"][-1]
    few = rate_summary().assign(n=lambda rows: np.where(rows.from_strength == 20.0, 2, 6))
    line, faint = next(response_plots(few, arm_looks(ARMS))).traces[:2]
    assert (line["x"], line["mode"]) == ([5.0, 15.0], "lines+markers")
    assert (faint["x"], faint["mode"], faint["opacity"]) == ([20.0], "markers", 0.45)
    assert list(response_plots(rate_summary().query("to_strength == 10"), arm_looks(ARMS))) == []


def test_of_many_moments_the_last_without_a_manipulation_is_shown_first() -> None:
    days = (-1, 1, 2, 7, 13, 14, 15, 17, 21, 28)
    many = pd.concat([rate_summary().query("day == 28").assign(day=day) for day in days])
    after = rate_summary().query("day == 28").assign(hour=3.5, phase="intrathecal idazoxan")
    (plot,) = response_plots(pd.concat([many, after]), arm_looks(ARMS))
    told = [text for _, text in plot.choices[1].options]
    assert told[0] == "day 28, 2 h"
    assert "day 28, 3.5 h, intrathecal idazoxan" in told
    assert len(told) == len(set(told)) == MOST_MOMENTS


def test_differences_say_where_animals_do_not_vary_or_are_at_the_cut_off() -> None:
    row = {"arm": "a", "reference": "b", "unit": "g", "day": 28, "hour": 2.5, "pairs": 6, "censored": 0}
    some = {"difference": -0.75, "low": -1.96, "high": 0.47, "unpaired_low": -2.0, "unpaired_high": 0.5}
    none = {"difference": 0.0, **dict.fromkeys(("low", "high", "unpaired_low", "unpaired_high"), np.nan)}
    p = {"p": 0.1234, "p_unpaired": 1.0}
    html = short_table("Threshold", pd.DataFrame([row | some | p, row | none | {"censored": 6, "p": np.nan}]))
    cells = re.findall(r"<td[^>]*>(.*?)</td>", re.sub(r"</?span[^>]*>", "", html))
    assert cells[:3] == ["a − b", "−0.75 [−1.96, 0.47] g, p = 0.12", "−0.75 [−2.00, 0.50] g, p = 1.00"]
    assert cells[3:] == ["a − b; 6 of 6 pairs at the cut-off", "0 g, all equal", "0 g, all equal"]
    assert '<span class="whole">[−1.96, 0.47] g,</span> <span class="whole">p = 0.12</span>' in html
    assert "n = 6 pairs</caption>" in html
    assert 'class="copy"' in html


def test_tables_to_copy_have_a_number_in_each_cell(comparison: Comparison) -> None:
    columns, rows = difference_rows(comparison.tables["assay_differences"])
    assert len(columns) == len(set(columns))
    for row in rows:
        assert len(row) == len(columns)
        assert not [cell for cell in row if "[" in str(cell)]


def test_parts_say_how_many_animals_a_mean_is_of(html: str, plots: Mapping[str, Any]) -> None:
    assert "n = 2 animals in each arm." in html
    assert plots["plot-paw_pressure_threshold-ipsi"]["layout"]["yaxis"]["title"]["text"] == "force (g)"
    assert f"2 virtual rats, each in {len(ARMS)} arms (n = 2 in each arm)" in html


def test_a_study_without_a_stimulus_has_no_raster(study: StudyResults) -> None:
    assert raster_plot(study, arm_looks(study.manifest.arms)) is None


def test_a_timeline_says_in_words_what_it_draws() -> None:
    late = Event("assay", "von Frey", ((-1 + 2.5 / 24,) * 2, (674.3 / 24,) * 2))
    assert 'aria-label="von Frey: measured on day −1, 28"' in timeline([late], -1, 28)
    drawn = timeline(TEXTS.events, -1, 28)
    assert 'aria-label="duloxetine 10 mg/kg: given from day 14 to 28"' in drawn
    assert 'aria-label="paw pressure, hour 2: measured on day −1, 3, 28"' in drawn
    assert drawn.count("<circle") == 4
    assert re.findall(r'text-anchor="middle">([^<]+)<', drawn) == ["0", "7", "14", "21", "28"]


def test_the_page_says_what_the_model_was_made_from(html: str) -> None:
    assert "Of 34 published findings that the model was held against, it reproduces 27: 8 of 8 from which" in html
    assert "14 of 16 to which numbers were fitted or may be" in html
    assert "5 of 10 that check it, since no number comes from them.</p>" in html


def test_provenance_tells_what_the_files_say(html: str) -> None:
    facts = dict(re.findall(r"<dt>(.*?)</dt><dd>(.*?)</dd>", html))
    assert facts["seed"] == "7"
    assert facts["compiler flags"] == "-O3"
    assert "checksum of all animals" not in facts, "files of version 1 have none"
    found = [("a", 1, "12"), ("a", 2, "34")]
    assert checksum_of_all(found) != checksum_of_all(found[::-1])
    assert checksum_of_all([("a", 1, ""), *found]) == ""


def test_colours_stand_out_from_white() -> None:
    assert contrast("#000000") == pytest.approx(21)
    assert min(contrast(color) for color in (*DRUG_COLORS, CONTROL_COLOR)) > 3
    looks = arm_looks(ARMS)
    assert looks["sham-duloxetine"].color == looks["ligated-duloxetine"].color != looks["ligated-vehicle"].color
    assert len(set(looks.values())) == len(looks), "two arms look alike"
    doses = [ManifestArm(f"d{k}", "ligated", f"duloxetine {k} mg/kg") for k in range(6)]
    markers = [_sample(look) for look in arm_looks(doses).values()]
    assert len(set(markers)) == 6, "the legend tells doses apart"


def test_a_long_table_is_cut_and_says_so() -> None:
    cut = table(("a",), [(k,) for k in range(500)], "long")
    assert cut.count("<tr>") == 401
    assert "the first 400 of 500 rows" in cut


@pytest.mark.parametrize(
    ("shown", "told"),
    [
        (number(float("nan")), "–"),
        (number(-0.12345), "−0.123"),
        (number(12345.6), "12,346"),
        (estimate(93.8, 55.3, 132.4, "g"), "94 [55, 132] g"),
        (estimate(0.5, float("nan"), float("nan"), "1"), "0.5"),
        (estimate(0.0, 0.0, 0.0, "g"), "0 [0, 0] g"),
        (named("ipsi_pkc_gamma"), "PKCγ cells, ipsilateral"),
        (named("microdialysis_noradrenaline"), "microdialysis noradrenaline"),
    ],
)
def test_numbers_and_names(shown: str, told: str) -> None:
    assert shown == told


def test_a_file_that_is_no_page_is_not_replaced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "notes.txt").write_text("kept", "utf-8")
    assert main(["report", str(tmp_path), "--out", str(tmp_path / "notes.txt")]) == 2
    assert "nothing was changed" in capsys.readouterr().err
    assert (tmp_path / "notes.txt").read_text("utf-8") == "kept"
