"""Own data beside a study: forms of tables, places in the study, differences, predictive checks, verdicts, mistakes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from assay_samples import ARMS as SAMPLE_ARMS
from assay_samples import CONTRASTS, DAYS, assay_frame
from scipy import stats
from test_results_synthetic import ARMS, write_study

from core.errors import UserError
from experiments.commands.command_line import main
from experiments.evidence.own_data import _judge
from experiments.protocol.spellings import WRITTEN_FOR
from results.figures.own_data import draw_own_data
from results.files.folder import ManifestArm
from results.own_data.comparing import DRAW_SEED, DRAWS, OwnComparison, compare_own
from results.own_data.matching import MatchedData, match
from results.own_data.reading import OwnData, read_own_data
from results.statistics.grids import Grids, grids

ROOT = Path(__file__).parents[1]
TIDY = """arm,animal,day,hour,assay,side,value,unit
SNL + vehicle,1,21,2,paw_pressure,ipsi,60,g
SNL + vehicle,2,21,2,paw_pressure,ipsi,72,g
SNL + vehicle,3,21,2,paw_pressure,ipsi,66,g
SNL + drug,4,21,2,paw_pressure,ipsi,95,g
SNL + drug,5,21,2,paw_pressure,ipsi,101,g
SNL + drug,6,21,2,paw_pressure,ipsi,110,g
"""


@pytest.fixture(scope="module")
def study() -> Grids:
    return grids(assay_frame())


def read(tmp_path: Path, text: str | bytes) -> OwnData:
    path = tmp_path / "rats.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_own_data(path)


def matched(tmp_path: Path, text: str | bytes, study: Grids, **chosen: str) -> MatchedData:
    return match(read(tmp_path, text), study, WRITTEN_FOR, chosen)


def compared(tmp_path: Path, text: str, study: Grids) -> OwnComparison:
    return compare_own(matched(tmp_path, text, study), study, CONTRASTS)


# --- forms of tables --------------------------------------------------------------------------------------------


def test_all_forms_of_a_table_are_read_alike(tmp_path: Path, study: Grids) -> None:
    """Commas, semicolons with decimal commas, tabs, a byte order mark, UTF-16, and the wide table of Prism."""
    plain = matched(tmp_path, TIDY, study).rows[["matched", "column", "value"]]
    semicolons = TIDY.replace(",", ";").replace("60", "60,0")
    remarks = "# assay: Randall-Selitto\n# side: ipsilateral\n# unit: g\n"
    wide = remarks + "Day,SNL + vehicle,,,SNL + drug,,\n21,60,72,66,95,101,110\n"
    numbered = remarks + "Day,SNL + vehicle:1,SNL + vehicle:2,SNL + vehicle:3,SNL + drug:1,SNL + drug:2,SNL + drug:3\n"
    named = remarks + ",SNL + vehicle,,,SNL + drug,,\n,Rat a,Rat b,Rat c,Rat d,Rat e,Rat f\n21,60,72,66,95,101,110\n"
    others: list[str | bytes] = [
        semicolons, TIDY.replace(",", "\t"), TIDY.encode("utf-8-sig"), TIDY.encode("utf-16"),
        TIDY.replace("\n", "\r\n"), wide, numbered + "21,60,72,66,95,101,110\n", named,
    ]  # fmt: skip
    for other in others:
        pd.testing.assert_frame_equal(matched(tmp_path, other, study).rows[["matched", "column", "value"]], plain)


def test_a_published_table_takes_sem_or_sd(tmp_path: Path) -> None:
    head = "# source: Somebody 2001\narm,day,mean,{},n\nligated-vehicle,21,60,{},9\n"
    sem, sd = (read(tmp_path, head.format(*words)) for words in (("sem", "4"), ("SD", "12")))
    assert sem.published
    assert sem.source == "Somebody 2001"
    assert sem.rows["sd"].tolist() == sd.rows["sd"].tolist() == [12.0]


def test_forces_in_millinewton_are_told_in_grams(tmp_path: Path, study: Grids) -> None:
    text = TIDY.replace(",g\n", ",mN\n").replace("60", "588.399")
    assert matched(tmp_path, text, study).rows["value"][0] == pytest.approx(60.0, abs=1e-9)


def test_an_empty_cell_is_no_value(tmp_path: Path, study: Grids) -> None:
    rows = matched(tmp_path, TIDY.replace(",72,", ",NA,").replace(",66,", ",,"), study).rows
    assert rows["value"].tolist() == [60, 95, 101, 110]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("", ""), None),
        ((TIDY, ""), "rats.csv: it is empty; expected a table with a row of titles."),
        ((TIDY, "arm,day,value\n"), "rats.csv: it has a row of titles and nothing below it."),
        (("day", "when"), "rats.csv: row 1: no column day.| It has: arm, animal, when"),
        (("value", "valeu"), 'rats.csv: row 1: no column value. Nearest: "valeu".'),
        ((",72,", ',"72,5",'), 'rats.csv: row 3, column value: "72,5": expected a decimal point, 72.5, because'),
        ((",72,", ",72,5,"), "rats.csv: row 3: it has 9 cells, and there are 8 titles (a decimal comma?)."),
        ((",72,", ","), "rats.csv: row 3: it has 7 cells, and there are 8 titles."),
        ((",72,", ",72 g,"), 'rats.csv: row 3, column value: "72 g": expected a number.'),
        ((",72,", ",1e999,"), 'rats.csv: row 3, column value: "1e999": expected a number.'),
        ((",21,2,", ",21.5,2,"), 'rats.csv: row 2, column day: "21.5": expected a whole number.'),
        ((",21,2,", ",,2,"), 'rats.csv: row 2, column day: "": expected a day from surgery.'),
        (("SNL + vehicle,1", ",1"), 'rats.csv: row 2, column arm: "": expected the name of an arm.'),
        (("vehicle,2,", "vehicle,1,"), "row 3: animal 1 of SNL + vehicle has a value of day 21 already, in row 2."),
        ((",g\n", ",kg\n"), 'rats.csv: row 2: unit "kg": expected one of g, gf, mN, N, s,'),
        ((",g\n", ",s\n"), 'rats.csv: row 2: unit "s": the study has paw_pressure_threshold in g.'),
        (("ipsi", "left"), 'rats.csv: row 2: no side "left".'),
        (("ipsi", "contra"), 'rats.csv: row 2: side "contra": the study measured paw_pressure_threshold on: ipsi.'),
        (("paw_pressure", "von_frey"), 'rats.csv: row 2: no assay "von_frey".'),
        (("SNL + drug", "SNL + another"), 'rats.csv: row 5: no arm of the study is "SNL + another".'),
        (("SNL + drug", "SNL + drug + another"), 'rats.csv: row 5: no arm of the study is "SNL + drug + another".'),
        (("SNL + drug", "ligated-drag"), 'row 5: no arm of the study is "ligated-drag". Nearest: '),
        (("SNL + drug", "SNL vehicle"), '"SNL + vehicle" and "SNL vehicle" are both taken for ligated'),
        (("SNL + drug", "rats"), 'say which by --match|Say which is meant by --match "rats=ARM".'),
        ((",21,", ",22,"), "rats.csv: no row has a place in the study."),
        (("arm,animal,day,hour,assay,side,value,unit", "a,b,c,d,e,f,g,h"), "row 1: the columns a, b, c, d, e"),
    ],
)  # fmt: skip
def test_each_mistake_is_one_clear_line(
    tmp_path: Path, study: Grids, change: tuple[str, str], told: str | None
) -> None:
    text = TIDY.replace(*change) if change[0] else TIDY
    if told is None:
        assert len(matched(tmp_path, text, study).rows) == 6
        return
    with pytest.raises(UserError) as caught:
        matched(tmp_path, text, study)
    first = str(caught.value).splitlines()[0]
    assert any(part in first for part in told.split("|"))


def test_bytes_that_are_no_text_are_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"byte 9 is no UTF-8; save the table as CSV in UTF-8"):
        read(tmp_path, b"arm,day,\n\xe4")
    with pytest.raises(UserError, match="cannot be read"):
        read_own_data(tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("n", "sem", "told"),
    [
        ("1", "4", "expected a number of animals, 2 to 10000"),
        ("9" * 22, "4", "2 to 10000"),
        ("6.5", "4", "a whole number"),
        ("6", "-4", "a number of 0 or more"),
    ],
)
def test_a_published_row_that_cannot_be_is_told(tmp_path: Path, n: str, sem: str, told: str) -> None:
    with pytest.raises(UserError, match=told):
        read(tmp_path, f"arm,day,mean,sem,n\nsham-vehicle,21,140,{sem},{n}\n")


# --- places in the study ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("ligated-drug", "ligated-drug"),
        ("Ligated_Drug", "ligated-drug"),
        ("SNL, drug i.p.", "ligated-drug"),
        ("Chung model + Drug", "ligated-drug"),
        ("L5 SNL saline", "ligated-vehicle"),
        ("SNL", "ligated-vehicle"),
        ("sham operated", "sham-vehicle"),
        ("sham surgery, drug", "sham-drug"),
    ],
)
def test_an_arm_is_found_by_its_words(tmp_path: Path, study: Grids, theirs: str, ours: str) -> None:
    found = matched(tmp_path, f"arm,day,value,unit\n{theirs!r},21,60,g\n".replace("'", '"'), study)
    assert found.rows["matched"].tolist() == [ours]


def test_an_arm_may_be_said(tmp_path: Path, study: Grids) -> None:
    text = "arm,day,value\nA,21,60\nB,21,70\n"
    found = matched(tmp_path, text, study, A="ligated-drug", B="sham-drug")
    assert found.rows["matched"].tolist() == ["ligated-drug", "sham-drug"]
    with pytest.raises(UserError, match=r'--match: rats.csv: no arm "C"'):
        matched(tmp_path, text, study, C="sham-drug")
    with pytest.raises(UserError, match=r'--match: no arm "shm-drug"\. Nearest: sham-drug'):
        matched(tmp_path, text, study, A="shm-drug")


def test_doses_tell_arms_of_one_drug_apart(tmp_path: Path) -> None:
    arms = {f"dose-{mg}": ("ligated", f"drug {mg} mg/kg", 0.0) for mg in (3, 10, 30)}
    study = grids(assay_frame(arms=arms))
    assert matched(tmp_path, "arm,day,value\nSNL drug 10 mg/kg,21,60\n", study).rows["matched"].tolist() == ["dose-10"]
    with pytest.raises(UserError, match='no arm of the study is "SNL drug 20 mg/kg"'):
        matched(tmp_path, "arm,day,value\nSNL drug 20 mg/kg,21,60\n", study)
    with pytest.raises(
        UserError, match=r'arm "SNL drug" may be dose-3, dose-10, dose-30; say which by --match "SNL drug=ARM"'
    ):
        matched(tmp_path, "arm,day,value\nSNL drug,21,60\n", study)


def test_what_is_taken_or_left_out_is_told_by_row(tmp_path: Path, study: Grids) -> None:
    found = matched(tmp_path, "arm,day,value\nsham,21,140\nsham,22,141\nsham,23,140\n", study)
    assert len(found.rows) == 1
    assert found.notes == (
        'rats.csv: "sham" is sham-vehicle.',
        "rats.csv: row 2: no unit is told; g is taken.",
        "rats.csv: rows 3 to 4: the study did not measure paw_pressure_threshold ipsi then (day 22, 23; it has "
        f"{', '.join(map(str, DAYS))}); left out.",
    )


def test_the_hour_chooses_among_the_measures_of_a_day(tmp_path: Path) -> None:
    frame = assay_frame()
    study = grids(pd.concat([frame, frame.assign(hour=5.0)]))
    found = matched(tmp_path, "arm,day,hour,value,unit\nsham,21,4.5,140,g\n", study)
    assert study.measurements["hour"].iloc[found.rows["column"].iloc[0]] == 5.0
    with pytest.raises(UserError, match="the study measured paw_pressure_threshold at hours 2, 5; say the hour"):
        matched(tmp_path, "arm,day,value,unit\nsham,21,140,g\n", study)


# --- differences, checks and verdicts ---------------------------------------------------------------------------


def test_differences_are_those_of_welch(tmp_path: Path, study: Grids) -> None:
    own = compared(tmp_path, TIDY, study)
    row = own.groups.set_index("arm").loc["ligated-vehicle"]
    model = study.values["ligated-vehicle"][:, int(row["column"])]
    expected = stats.ttest_ind([60, 72, 66], model, equal_var=False)
    assert row["difference"] == pytest.approx(66 - model.mean())
    assert row["p"] == pytest.approx(expected.pvalue, rel=1e-9)
    interval = expected.confidence_interval()
    assert (row["difference_low"], row["difference_high"]) == pytest.approx((interval.low, interval.high), rel=1e-9)
    contrast = own.contrasts.iloc[0]
    between = stats.ttest_ind([95, 101, 110], [60, 72, 66], equal_var=False).confidence_interval()
    assert (contrast["own_low"], contrast["own_high"]) == pytest.approx((between.low, between.high), rel=1e-9)
    assert contrast["own_mean"] == pytest.approx(36.0)


def test_a_published_mean_gives_what_its_animals_give(tmp_path: Path, study: Grids) -> None:
    values = np.array([60.0, 72.0, 66.0])
    sem = values.std(ddof=1) / np.sqrt(3)
    raw = compared(tmp_path, TIDY, study).groups.set_index("arm").loc["ligated-vehicle"]
    text = f"arm,day,mean,sem,n,unit\nligated-vehicle,21,66,{sem:.12f},3,g\n"
    table = compared(tmp_path, text, study).groups.set_index("arm").loc["ligated-vehicle"]
    names = ["own_mean", "own_low", "own_high", "difference", "difference_low", "difference_high", "p"]
    assert table[names].to_numpy(float) == pytest.approx(raw[names].to_numpy(float), rel=1e-9)
    assert table["checks"] == 1


def test_predicted_intervals_are_those_of_draws_of_the_same_size(tmp_path: Path, study: Grids) -> None:
    row = compared(tmp_path, TIDY, study).groups.set_index("arm").loc["ligated-vehicle"]
    values = study.values["ligated-vehicle"][:, int(row["column"])]
    drawn = values[np.random.default_rng(DRAW_SEED).integers(0, len(values), (DRAWS, 3))]
    low, high = np.percentile(np.median(drawn, axis=1), [2.5, 97.5])
    assert (row["q50_low"], row["q50_high"]) == pytest.approx((low, high), rel=1e-12)
    assert row["q50_own"] == 66
    assert row["checks"] == 3


def test_animals_of_the_model_are_predicted_by_it_and_others_are_not(tmp_path: Path, study: Grids) -> None:
    """Of tables drawn from the model nine in ten checks and more lie inside; of rats 60 g higher hardly one."""
    column = study.course(study.measures()[0])[DAYS.index(21)]
    values = study.values["sham-vehicle"][:, column]
    rng = np.random.default_rng(3)
    inside = {0: 0, 60: 0}
    for shift in inside:
        for _ in range(20):
            lines = [f"sham,21,{value + shift:.3f},g" for value in rng.choice(values, 6)]
            found = compared(tmp_path, "arm,day,value,unit\n" + "\n".join(lines), study)
            inside[shift] += int(found.groups["checks_inside"].iloc[0])
    assert inside[0] >= 54
    assert inside[60] == 0


def test_arms_of_the_model_that_do_not_differ_yet_are_no_contrast(tmp_path: Path, study: Grids) -> None:
    own = compared(tmp_path, TIDY.replace(",21,2,", ",13,2,"), study)
    assert len(own.groups) == 2
    assert not len(own.contrasts)


@pytest.mark.parametrize(
    ("own", "model", "verdict", "too_few"),
    [
        ((20.0, 40.0), (30.0, 25.0, 35.0), "reproduced", False),
        ((20.0, 40.0), (60.0, 50.0, 70.0), "direction only", False),
        ((20.0, 40.0), (10.0, -5.0, 25.0), "not reproduced", True),
        ((20.0, 40.0), (-10.0, -15.0, -5.0), "not reproduced", False),
        ((-40.0, -20.0), (-30.0, -35.0, -25.0), "reproduced", False),
        ((-10.0, 10.0), (1.0, -4.0, 6.0), "reproduced", False),
        ((-10.0, 10.0), (30.0, 20.0, 40.0), "not reproduced", False),
        ((-10.0, 10.0), (8.0, 2.0, 14.0), "not reproduced", True),
    ],
)
def test_contrasts_are_judged_by_the_rules_of_the_evidence(
    own: tuple[float, float], model: tuple[float, float, float], verdict: str, too_few: bool
) -> None:
    numbers = {"own_low": own[0], "own_high": own[1], "own_mean": sum(own) / 2, "own_n": 6, "model_n": 6}
    numbers |= dict(zip(("model_mean", "model_low", "model_high"), model, strict=True)) | {"model_sem": 2.0}
    place = {"name": "paw_pressure_threshold", "side": "ipsi", "unit": "g", "day": 21, "hour": 2.0}
    judged = _judge({**numbers, **place, "arm": "a", "reference": "b"}, "contrast")
    assert judged is not None
    assert (judged.verdict, judged.too_few) == (verdict, too_few)


def test_a_figure_has_a_panel_for_each_arm_and_says_how_many_animals(tmp_path: Path, study: Grids) -> None:
    own = compared(tmp_path, TIDY.replace("SNL + drug", "SNL + drug $1 and $2"), study)
    arms = [ManifestArm(name, circuit, treatment) for name, (circuit, treatment, _) in SAMPLE_ARMS.items()]
    figure = draw_own_data(own, study, arms, width_mm=85.0)
    titles = [axes.get_title() for axes in figure.axes]
    assert titles[0].splitlines() == ["SNL + vehicle, ipsilateral", "own n = 3, model n = 6"]
    assert "$1 and $2" in titles[1]
    assert {axes.get_ylabel() for axes in figure.axes} == {"paw pressure threshold (g)"}
    figure.savefig(tmp_path / "figure.png")
    tops = {axes.get_ylim() for axes in figure.axes}
    assert len(tops) == 1
    assert next(iter(tops))[1] > own.groups["model_high"].max()


def test_one_own_animal_has_no_verdict(tmp_path: Path, study: Grids) -> None:
    row = compared(tmp_path, "arm,day,value,unit\nsham,21,140,g\n", study).groups.iloc[0]
    assert np.isnan([row["own_low"], row["difference_low"], row["p"]]).all()
    assert _judge(row.to_dict(), "arm") is None


# --- the command ------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    arms = [replace(arm, treatment=arm.treatment.replace("duloxetine", "drugone")) for arm in ARMS[2:4]]
    return write_study(tmp_path_factory.mktemp("study"), tuple(arms), 3, (-1, 14, 21))


def test_the_command_writes_table_figure_and_report(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "rats.csv"
    path.write_text(TIDY.replace("SNL + drug", "SNL + drugone"))
    line = ["compare", str(folder), "--data", str(path), "--figure", "none"]
    assert main(line) == 0
    told = capsys.readouterr().out
    assert "OWN DATA: rats.csv beside the study" in told
    assert "SNL + drugone - SNL + vehicle: 36.0 [" in told
    compare = folder / "compare"
    assert "OWN DATA" in (compare / "report.txt").read_text("utf-8")
    table = pd.read_csv(compare / "own-data.csv")
    assert table["kind"].tolist() == ["arm", "arm", "contrast"]
    assert set(table["verdict"]) <= {"reproduced", "direction only", "not reproduced"}
    assert (compare / "own-data.png").stat().st_size > 5000
    assert main([*line, "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["own_data"]["rows"]) == 3
    assert main(line[:2] + line[4:]) == 0
    assert not (compare / "own-data.csv").exists(), "it is of an earlier comparison"


@pytest.mark.parametrize(
    ("case", "told"),
    [
        ((TIDY.replace(",g\n", ",kg\n"),), 'unit "kg"'),
        ((TIDY, "--match", "SNL"), '--match "SNL": expected two arms'),
        (("",), "it is empty"),
    ],
)
def test_the_command_tells_a_mistake_in_one_line(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], case: tuple[str, ...], told: str
) -> None:
    path = tmp_path / "rats.csv"
    text, *more = case
    path.write_text(text.replace("SNL + drug", "SNL + drugone"))
    assert main(["compare", str(folder), "--data", str(path), "--figure", "none", *more]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert len(printed.err.splitlines()) == 1
    assert told in printed.err


def test_the_tables_of_the_docs_are_read() -> None:
    rats = read_own_data(ROOT / "docs" / "own-data" / "made-up-rats.csv")
    ito = read_own_data(ROOT / "docs" / "own-data" / "ito-2018.csv")
    assert rats.rows.groupby("arm", sort=False)["animal"].nunique().tolist() == [7, 7, 8]
    assert ito.published
    assert "10.1213/ANE.0000000000002380" in ito.source
