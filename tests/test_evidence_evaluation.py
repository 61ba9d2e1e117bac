"""Running findings: joint studies, finished animals kept, the command line, and that findings can fail."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any
from unittest.mock import ANY

import numpy as np
import pytest
from evidence_samples import OUTCOME, STAND_INS, TREATED, UNTREATED, VALUE, finding, finished_files

from circuits import sham
from core.errors import UserError
from experiments.commands.command_line import main
from experiments.evidence import evidence_report
from experiments.evidence.evaluation import RunOptions, judge, run_joint_study
from experiments.evidence.finding import bundled, chosen
from experiments.evidence.finding_variants import without
from experiments.evidence.joint_studies import joint_studies
from experiments.evidence.looks import present_hash
from experiments.evidence.readings import FinishedAnimals
from experiments.evidence.value import Value
from experiments.evidence.verdict import DIRECTION, NOT_REPRODUCED, REPRODUCED
from experiments.evidence.verdict_counts import count_verdicts
from experiments.running.matched_animals import AnimalRunner

NAIVE = {"name": "healthy", "circuit": "naive"}
OTHER = OUTCOME | {"arm": "injured", "reference": "healthy", "expected": "down", "target": 0.5, "low": 0.4, "high": 0.6}
SECOND: dict[str, Any] = {"arms": [UNTREATED | {"name": "injured"}, NAIVE], "outcomes": [OTHER]}


@pytest.fixture
def stand_ins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(AnimalRunner, "installed", classmethod(lambda cls: STAND_INS))
    return tmp_path / "evidence"


def test_arms_that_coincide_are_one_whatever_they_are_called() -> None:
    (group,) = joint_studies([finding("T1"), finding("T2", **SECOND, animals=6)])
    assert len(group.study.arms) == 3
    assert group.arms["T1"]["untreated"] == group.arms["T2"]["injured"]
    assert group.study.animals == 6


def test_other_times_are_another_study() -> None:
    later = [{"assay": "paw_pressure", "sides": ["ipsi"], "days": [3, 5], "hour": 1.0}]
    study = {"arms": [UNTREATED, TREATED], "assays": later}
    assert len(joint_studies([finding("T1"), finding("T2", study=study)])) == 2


def test_a_publication_has_animals_of_its_own() -> None:
    same, other = finding("T2", **SECOND), finding("T3", **SECOND, source="Somebody 2001")
    studies = {id: group.study for group in joint_studies([finding("T1"), same, other]) for id in group.findings}
    assert studies["T1"] is studies["T2"]
    assert studies["T3"].seed != studies["T1"].seed, "arms are shared within one publication only"
    (again,) = joint_studies([finding("T1")], seed=2)
    assert again.study.seed not in (studies["T1"].seed, studies["T3"].seed)
    assert finding("T1", keys=["Ito2018"], source="").seed(1) == finding("T9", keys=["Ito2018", "Kim1992"]).seed(1)


def test_the_seed_draws_other_animals_and_slices(stand_ins: Any, tmp_path: Path) -> None:
    response = {"says": "shift", "slice": {"experiment": "membrane_shift"}, "expected": "down", "unit": "mV"}
    one = finding(outcomes=[OUTCOME, response])
    first, other, again = (judge([one], RunOptions(stand_ins, seed=seed))[0].judged for seed in (1, 2, 1))
    assert first == again
    for k in range(2):
        assert first[k].estimate != other[k].estimate
    with pytest.raises(UserError, match="--seed = -1: expected a whole number"):
        judge([one], RunOptions(tmp_path, seed=-1))


def test_a_finding_alone_and_among_others_gives_the_same(stand_ins: Any, tmp_path: Path) -> None:
    pair = [finding("T1"), finding("T2", **SECOND, animals=6)]
    together = judge(pair, RunOptions(stand_ins))
    alone = [judge([one], RunOptions(tmp_path / f"alone-{one.id}"))[0] for one in pair]
    assert [one.judged for one in together] == [one.judged for one in alone]
    assert [one.verdict for one in together] == [REPRODUCED, REPRODUCED]
    assert [one.judged[0].estimate.n for one in together] == [4, 6], "each reads its own number of animals"


def test_finished_animals_are_not_run_again(stand_ins: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pair = [finding("T1"), finding("T2", **SECOND)]
    first = judge(pair[:1], RunOptions(stand_ins))
    known = set(finished_files(stand_ins).values())
    both = judge(pair, RunOptions(stand_ins))
    kept = [inode for name, inode in finished_files(stand_ins).items() if inode in known]
    assert len(kept) == 2 * len(known), "each animal of T1 stands in both studies, the same file"
    assert both[0].judged == first[0].judged
    before = finished_files(stand_ins)
    assert [one.judged for one in judge(pair, RunOptions(stand_ins))] == [one.judged for one in both]
    assert finished_files(stand_ins) == before


def test_studies_are_run_as_any_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("BLUESPOT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(AnimalRunner, "installed", classmethod(lambda cls: STAND_INS))
    with caplog.at_level("INFO", logger="bluespot"):
        (found,) = judge([finding("T1")], RunOptions(tmp_path / "evidence"))
    assert found.verdict == REPRODUCED
    assert "study 1 of 1, for T1" in caplog.messages


def test_an_animal_of_another_model_is_not_taken_over(stand_ins: Any) -> None:
    judge([finding("T1")], RunOptions(stand_ins))
    (manifest,) = stand_ins.rglob("manifest.json")
    content = json.loads(manifest.read_text("utf-8"))
    manifest.write_text(json.dumps(content | {"versions": {"bluespot": "0.0.1"}}), "utf-8")
    known = set(finished_files(stand_ins).values())
    judge([finding("T1"), finding("T2", **SECOND)], RunOptions(stand_ins))
    assert len([inode for inode in finished_files(stand_ins).values() if inode in known]) == len(known)


def test_without_alpha2_stand_ins_fail(stand_ins: Any) -> None:
    (whole,) = judge([finding("T1")], RunOptions(stand_ins))
    (cut,) = judge(without([finding("T1")], ["alpha2"]), RunOptions(stand_ins))
    assert whole.verdict == REPRODUCED
    assert cut.verdict == NOT_REPRODUCED
    assert not cut.too_few


def test_readings(stand_ins: Any) -> None:
    (group,) = joint_studies([finding("T1")])
    animals = FinishedAnimals.of(run_joint_study(group, RunOptions(stand_ins)))
    arm = group.study.arms[0].name

    def read(**fields: Any) -> dict[int, float]:
        return animals.read(arm, Value.model_validate({"day": 3, "hour": 1.0} | fields), most=2)

    assert read(name="mood") == pytest.approx({1: 73 / 24, 2: 73 / 24})
    assert read(name="locus_coeruleus_glutamate") == {1: 2.0, 2: 2.0}
    assert read(name="x_hertz", mean_over_hours=24.0) == pytest.approx({1: 61.0, 2: 61.0})
    assert read(**VALUE).keys() == {1, 2}
    with pytest.raises(UserError, match=r'no reading "moood"\. Nearest: mood'):
        read(name="moood")
    with pytest.raises(UserError, match="nothing was seen"):
        read(name="mood", day=2)


# --- the page and the command ----------------------------------------------------------------------------------


def test_the_page_needs_nothing_else(stand_ins: Any) -> None:
    found = judge([finding("T1", claim="Less < more"), finding("T2", **SECOND)], RunOptions(stand_ins))
    names = [path.name for path in evidence_report.write(found, count_verdicts(found, draws=20), stand_ins)]
    texts = ["evidence.json", "evidence.html", "evidence.md", "verdicts.toml"]
    assert names == [*texts, "evidence.png", "evidence.svg", "outcomes.svg"]
    text = (stand_ins / "evidence.html").read_text("utf-8")
    assert "Less &lt; more" in text
    assert "Nobody 2000" in text
    assert text.count("src=") == text.count('src="data:image/svg+xml;base64,') == 2
    assert 'href="http' not in text
    kept = tomllib.loads((stand_ins / "verdicts.toml").read_text("utf-8"))
    assert kept.keys() == {"T1", "T2"}
    assert kept["T1"] == {"verdict": "reproduced", "outcome": ANY, "estimate": ANY, "target": "1.5 [1.3, 1.7]"}
    content = json.loads((stand_ins / "evidence.json").read_text("utf-8"))
    assert content["verdicts"]["reproduced"] == 2
    assert content["findings"][0]["outcomes"][0]["target"] == {"value": 1.5, "low": 1.3, "high": 1.7}


def half_life_by_hand(compartment: str, peak: float) -> float:
    """Time in s in which noradrenaline falls from `peak` nM to half of it, transporters part saturated."""
    clearance = sham.transmitter("noradrenaline").clearance
    shares = {name: share.si for name, share in clearance.shares_of(compartment).items()}

    def per_second(level: float) -> float:
        left = {name: 1.0 / (1.0 + level / (1e6 * clearance.half_saturation[name].si)) for name in shares}
        return clearance.rate.si * level * (1.0 - sum(shares[name] * (1.0 - left[name]) for name in shares))

    levels = np.linspace(peak / 2.0, peak, 2001)
    return float(np.trapezoid([1.0 / per_second(level) for level in levels.tolist()], levels))


def test_slices_need_no_animals(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evidence", "--only", "D19", "--animals", "2", "--out", str(tmp_path), "--json"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert (content["options"]["seed"], content["options"]["animals"]) == (1, 2)
    assert json.loads((tmp_path / "evidence.json").read_text("utf-8"))["options"] == content["options"]
    (found,) = content["findings"]
    half_life, longer = found["outcomes"]
    assert half_life["estimate"] == pytest.approx(half_life_by_hand("locus_coeruleus", 310.0), rel=1e-4)
    assert half_life["verdict"] == "reproduced"
    assert longer["verdict"] == "reproduced"
    assert 3.0 <= longer["estimate"] <= 5.3


def test_a_run_ends_with_what_the_log_of_looks_needs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evidence", "--only", "D19", "--animals", "2", "--seed", "3", "--out", str(tmp_path)]) == 0
    assert f'For the log of looks: seed = 3, model = "{present_hash()}"' in capsys.readouterr().out


def test_an_unknown_id_is_one_line_and_runs_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evidence", "--only", "A1,A222", "--out", str(tmp_path / "out")]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert len(printed.err.splitlines()) == 1
    assert 'no finding "A222". Nearest: A22' in printed.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("option", "told"),
    [
        (("--animals", "0"), "--animals = 0: expected"),
        (("--size", "0"), "--size = 0.0: expected"),
        (("--switch-off", "alpah2"), '--switch-off: no switch "alpah2". Nearest: alpha2'),
    ],
)
def test_a_wrong_option_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: tuple[str, ...], told: str
) -> None:
    assert main(["evidence", "--only", "A12", "--out", str(tmp_path / "out"), *option]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert told in line
    assert not (tmp_path / "out").exists()


def test_the_list_runs_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["evidence", "--list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [each["id"] for each in listed] == list(bundled())
    assert not list(tmp_path.iterdir())


OWN = """
id = "{id}"
claim = "Duloxetine raises thresholds"
source = "Our own rats"
animals = 4

[[study.arms]]
name = "untreated"
circuit = "ligated"

[[study.arms]]
name = "treated"
circuit = "ligated"

[[study.arms.treatments]]
drug = "{drug}"
dose = "10 mg/kg"
route = "s.c."
schedule = "once"
on_day = 3

[[study.assays]]
assay = "paw_pressure"
sides = ["ipsi"]
days = [3]
hour = 1.0

[[outcomes]]
says = "threshold, treated minus untreated"
statistic = "difference"
value = {{ name = "paw_pressure_threshold", side = "ipsi", day = 3, hour = 1.0 }}
arm = "treated"
reference = "untreated"
expected = "up"
unit = "g"
"""


def own_folder(tmp_path: Path, **files: str) -> Path:
    folder = tmp_path / "mine"
    folder.mkdir()
    for name, text in files.items():
        (folder / f"{name}.toml").write_text(text, "utf-8")
    return folder


def test_a_reader_has_findings_of_their_own(stand_ins: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = own_folder(tmp_path, R1=OWN.format(id="R1", drug="duloxetine"), R2=OWN.format(id="R2", drug="own/my.toml"))
    (folder / "own").mkdir()
    assert main(["drugs", "export", "duloxetine", "--name", "mine", "--out", str(folder / "own" / "my.toml")]) == 0
    capsys.readouterr()
    arguments = ["evidence", "--findings", str(folder), "--out", str(stand_ins), "--seed", "7", "--json"]
    assert main(arguments) == 0
    told = json.loads(capsys.readouterr().out)["findings"]
    assert [(each["id"], each["source"], each["role"]) for each in told] == [
        ("R1", "Our own rats", "check"),
        ("R2", "Our own rats", "check"),
    ]
    assert {each["verdict"] for each in told} == {"reproduced"}
    assert main([*arguments, "--only", "A1"]) == 2
    assert 'no finding "A1". Nearest: R1' in capsys.readouterr().err


def test_mistakes_of_own_findings_name_file_and_field(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = OWN.format(id="R1", drug="duloxetine")
    folder = own_folder(
        tmp_path, R1=text.replace('"Our own rats"', "3"), R2=text, R3=OWN.format(id="R3", drug="duloxetin")
    )
    assert main(["evidence", "--findings", str(folder), "--list"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 3
    assert "R1.toml: source = 3: expected citations" in lines[0]
    assert 'R2.toml: id = "R1": expected the name of the file, "R2"' in lines[1]
    assert 'R3.toml: study.arms[1].treatments[0].drug: no drug "duloxetin"' in lines[2]


@pytest.mark.parametrize(("name", "told"), [("empty", "no findings there"), ("nowhere", "no such folder")])
def test_a_folder_without_findings_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str, told: str
) -> None:
    (tmp_path / "empty").mkdir()
    assert main(["evidence", "--findings", str(tmp_path / name), "--list"]) == 2
    assert told in capsys.readouterr().err


# --- findings can fail -----------------------------------------------------------------------------------------

SMALL = 0.1


@pytest.mark.slow
def test_real_animals_are_the_same_alone_and_among_others(tmp_path: Path) -> None:
    findings = chosen("A12,A13")
    together = judge(findings, RunOptions(tmp_path / "together", size=SMALL, animals=2))
    for k, one in enumerate(findings):
        (alone,) = judge([one], RunOptions(tmp_path / one.id, size=SMALL, animals=2))
        assert repr(alone.judged) == repr(together[k].judged), "by their digits: NaN is not equal to itself"


@pytest.mark.slow
def test_findings_that_need_alpha2_fail_without_it(tmp_path: Path) -> None:
    """The brake on the locus coeruleus and the slice: none is left.

    No finding that checks the model is evaluated here, since that would be a look at it.
    """
    verdicts = {}
    for name, switches in (("on", ()), ("off", ("alpha2",))):
        options = RunOptions(tmp_path / name, size=0.25, animals=12)
        found = judge(without(chosen("C3,D9"), switches), options)
        verdicts[name] = {one.finding.id: one.verdict for one in found}
    assert set(verdicts["on"].values()) <= {REPRODUCED, DIRECTION}, verdicts
    assert set(verdicts["off"].values()) == {NOT_REPRODUCED}, verdicts
