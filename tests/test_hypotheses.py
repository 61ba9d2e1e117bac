"""Candidate answers to open questions: their files, their runs on the same animals, their ranking and the command."""

from __future__ import annotations

import csv
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from evidence_samples import OUTCOME, STAND_INS, finding, finished_files
from figure_samples import overlaps
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import experiments
from circuits import ligated
from core.errors import UserError
from core.quantities import read_quantity
from experiments.commands.command_line import main
from experiments.commands.hypotheses import HypothesisOptions, allowed_findings, look_line
from experiments.evidence import candidate_runs, evaluation
from experiments.evidence import finding as findings_module
from experiments.evidence.bibliography import entries
from experiments.evidence.candidate_ranking import COUNTED, Counts, Standing, ranked, standings
from experiments.evidence.candidate_runs import JudgedQuestion, judge_questions
from experiments.evidence.evaluation import RunOptions, judge
from experiments.evidence.finding import Finding
from experiments.evidence.looks import present_hash
from experiments.evidence.question import Question, bundled, chosen
from experiments.evidence.verdict import NOT_REPRODUCED, REPRODUCED
from experiments.evidence.verdict_counts import Share, group_of
from experiments.protocol.catalogue import installed
from experiments.protocol.toml_text import toml_text
from experiments.running.cohort import CohortError
from experiments.running.matched_animals import AnimalRunner
from results.figures import CandidateRow, draw_hypotheses

WITH, SLOW = {"name": "with", "says": "It acts"}, {"plasticity.repair.time": "5 d"}
WITHOUT = {"name": "without", "says": "It does not", "switch_off": ["alpha2"]}
SLOWLY = {"name": "slowly", "says": "It acts slowly", "set": SLOW}


def question(*candidates: dict[str, Any], name: str = "acting") -> Question:
    fields = {"name": name, "question": "Does it act?", "candidates": candidates or (WITH, WITHOUT, SLOWLY)}
    return Question.model_validate(fields)


@pytest.fixture
def stand_ins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(AnimalRunner, "installed", classmethod(lambda cls: STAND_INS))
    return tmp_path / "evidence"


# --- the files ---------------------------------------------------------------------------------------------------

CANDIDATES = [(one, each) for one in bundled().values() for each in one.candidates]


def test_there_are_questions_of_two_to_four_candidates() -> None:
    assert len(bundled()) >= 3
    assert all(2 <= len(one.candidates) <= 4 for one in bundled().values())


@pytest.mark.parametrize(("one", "candidate"), CANDIDATES, ids=lambda each: each.name)
def test_a_bundled_candidate_is_an_arm_of_the_model(one: Any, candidate: Any) -> None:
    known = dict(ligated.parameters())
    assert set(dict(candidate.changes[0])) <= known.keys()
    assert set(candidate.changes[1]) <= set(installed().switches)
    assert set(candidate.sources) <= entries().keys()
    assert candidate.default == (candidate is one.default) == (candidate.changes == ((), ()))


@pytest.mark.parametrize(("one", "candidate"), CANDIDATES, ids=lambda each: each.name)
def test_what_a_bundled_candidate_sets_lies_within_its_range(one: Any, candidate: Any) -> None:
    for path, written in candidate.changes[0]:
        number = dict(ligated.parameters())[path]
        value = float(read_quantity(written, number.value, path))
        assert number.low is None or value >= float(number.low), path
        assert number.high is None or value <= float(number.high), path


def test_no_bundled_question_names_a_finding() -> None:
    """A candidate is told by what it is in the animal, not by what it would reproduce."""
    words = re.compile(rf"\b({'|'.join(findings_module.bundled())})\b")
    for one in bundled().values():
        assert not any(words.search(text) for text in (one.question, *(each.says for each in one.candidates)))


def test_a_candidate_holds_in_every_arm_that_has_its_numbers() -> None:
    (output,) = (each for each in bundled()["sensitisation"].candidates if each.name == "output")
    (ligation,) = output.applied([findings_module.bundled()["E16"]])
    assert ligation.study is not None
    settings = {arm.circuit: arm.set for arm in ligation.study.arms}
    assert settings["ligated"] == dict(output.changes[0])
    assert settings["sham"].keys() == {path for path in settings["ligated"] if path.startswith("plasticity.")}
    (direct,) = (each for each in bundled()["alpha2-action"].candidates if each.name == "direct")
    (cut,) = direct.applied([findings_module.bundled()["E16"]])
    assert cut.study is not None
    assert {arm.switch_off for arm in (*cut.study.arms, cut.sliced)} == {("acetylcholine_release",)}


MISTAKES = [
    ((WITH, WITHOUT | {"switch_off": ["alpah2"]}), 'candidates[1].switch_off: no switch "alpah2". Nearest: alpha2'),
    ((WITH, SLOWLY | {"set": {"plasticity.repair.tiem": "5 d"}}), "plasticity.repair.tiem"),
    ((WITH, SLOWLY | {"set": {"plasticity.repair.time": "5 mV"}}), "plasticity.repair.time"),
    ((WITH, WITHOUT | {"sources_for": ["Ito2081"]}), 'candidates[1]: no publication "Ito2081". Nearest: Ito2018'),
    ((WITH,), "candidates"),
    ((WITHOUT, SLOWLY), "candidates: none is the default"),
    ((WITH, WITH | {"name": "also"}), 'candidates: "also" changes what "with" does'),
    ((WITH, WITHOUT | {"name": "with"}), 'candidates: two are called "with".'),
]


@pytest.mark.parametrize(("candidates", "told"), MISTAKES, ids=[told for _, told in MISTAKES])
def test_a_mistake_in_a_file_is_one_line(tmp_path: Path, candidates: tuple[dict[str, Any], ...], told: str) -> None:
    path = tmp_path / "acting.toml"
    content = {"name": "acting", "question": "Does it act?", "candidates": list(candidates)}
    path.write_text(toml_text(content), "utf-8")
    with pytest.raises(UserError) as caught:
        chosen([str(path)])
    (line,) = str(caught.value).split("\n")
    assert line.startswith("acting.toml: ")
    assert told in line


def test_a_question_of_ones_own_is_a_file(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    known = Path(experiments.__file__).parent / "evidence" / "hypotheses" / "sensitisation.toml"
    path.write_text(known.read_text("utf-8").replace('name = "sensitisation"', 'name = "mine"'), "utf-8")
    (mine,) = chosen([str(path)])
    assert mine.candidates == bundled()["sensitisation"].candidates
    with pytest.raises(UserError, match="no such file"):
        chosen([str(tmp_path / "other.toml")])
    (tmp_path / "more").mkdir()
    (tmp_path / "more" / "mine.toml").write_text(path.read_text("utf-8"), "utf-8")
    with pytest.raises(UserError, match='two are called "mine"'):
        chosen([str(path), str(tmp_path / "more" / "mine.toml")])


# --- the runs ----------------------------------------------------------------------------------------------------


def verdicts(judged: JudgedQuestion) -> dict[str, list[str]]:
    return {name: [one.verdict for one in found] for name, found in judged.found.items()}


def test_candidates_are_judged_on_the_same_animals_and_equal_ones_once(stand_ins: Path) -> None:
    questions = [question(), question(WITH | {"name": "still"}, WITHOUT, name="again")]
    first, second = judge_questions(questions, [finding("T1")], RunOptions(stand_ins))
    expected = {"with": [REPRODUCED], "without": [NOT_REPRODUCED], "slowly": [REPRODUCED]}
    assert verdicts(first) == expected
    assert first.found["with"] is second.found["still"]
    assert first.found["without"] is second.found["without"]
    assert first.found["with"][0].finding.id == "T1"
    (plain,) = judge([finding("T1")], RunOptions(stand_ins))
    assert plain.judged == first.found["with"][0].judged, "the default is the model as it stands"
    assert len(set(finished_files(stand_ins).values())) == 3 * 2 * 4, "three candidates, two arms, four animals"


def test_a_stopped_run_goes_on_and_finished_animals_are_kept(stand_ins: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options = RunOptions(stand_ins)
    judge_questions([question(WITH, WITHOUT)], [finding("T1")], options)
    known = set(finished_files(stand_ins).values())
    monkeypatch.setattr(candidate_runs, "POINTS_PER_STUDY", 2)
    (more,) = judge_questions([question()], [finding("T1")], options)
    assert known <= set(finished_files(stand_ins).values())
    assert len(set(finished_files(stand_ins).values())) == 3 * 2 * 4
    before = finished_files(stand_ins)
    (again,) = judge_questions([question()], [finding("T1")], options)
    assert finished_files(stand_ins) == before
    assert {name: [one.judged for one in found] for name, found in again.found.items()} == {
        name: [one.judged for one in found] for name, found in more.found.items()
    }


def test_a_candidate_that_cannot_be_simulated_takes_no_other_along(
    stand_ins: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    whole = evaluation.judge

    def broken(findings: Any, options: Any) -> Any:
        if any(arm.set for one in findings for arm in one.study.arms):
            raise CohortError("1 of 1 animals are not finished")
        return whole(findings, options)

    monkeypatch.setattr(evaluation, "judge", broken)
    with caplog.at_level("INFO", logger="bluespot"):
        (found,) = judge_questions([question()], [finding("T1")], RunOptions(stand_ins))
    assert verdicts(found) == {"with": [REPRODUCED], "without": [NOT_REPRODUCED], "slowly": [NOT_REPRODUCED]}
    assert "slowly (acting) cannot be simulated: 1 of 1 animals are not finished" in caplog.messages
    (group,) = standings([found], draws=5)
    assert [each.candidate for each in group.standings] == ["with", "without", "slowly"]


# --- the ranking -------------------------------------------------------------------------------------------------


def by_name(found: tuple[Standing, ...]) -> dict[str, Standing]:
    return {each.candidate: each for each in found}


@st.composite
def counted(draw: st.DrawFn) -> dict[str, Counts]:
    """Counts of two to four candidates, of all animals and of one to eight draws."""
    draws = draw(st.integers(1, 8))
    shape = (draw(st.integers(2, 4)), len(COUNTED), 1 + draws)
    counts = draw(arrays(np.int64, shape, elements=st.integers(0, 5)))
    return {f"candidate-{k}": own for k, own in enumerate(counts)}


@given(counted())
def test_draws_are_shared_out_and_the_default_differs_from_itself_by_nothing(counts: dict[str, Counts]) -> None:
    found = ranked(counts, "candidate-0")
    assert sum(each.first for each in found) == pytest.approx(1.0)
    assert set(by_name(found)["candidate-0"].against_default.values()) == {Share(0, 0, 0)}
    assert [each.rank for each in found] == sorted(each.rank for each in found)
    assert found[0].rank == 1


@given(counted())
def test_a_rank_is_one_more_than_the_number_of_better_ones(counts: dict[str, Counts]) -> None:
    found = by_name(ranked(counts, "candidate-0"))
    for name, own in counts.items():
        better = [other for other in counts.values() if tuple(other[:, 0]) > tuple(own[:, 0])]
        assert found[name].rank == 1 + len(better)


@given(counted(), st.randoms(use_true_random=False))
def test_the_order_of_candidates_does_not_matter(counts: dict[str, Counts], random: Any) -> None:
    names = list(counts)
    random.shuffle(names)
    one, other = by_name(ranked(counts, "candidate-0")), by_name(ranked({k: counts[k] for k in names}, "candidate-0"))
    for name in names:
        assert one[name].rank == other[name].rank
        assert one[name].first == pytest.approx(other[name].first)
        assert one[name].against_default == other[name].against_default


@given(counted(), st.integers(0, len(COUNTED) - 1))
def test_more_is_never_worse(counts: dict[str, Counts], measure: int) -> None:
    raised = counts | {"candidate-1": counts["candidate-1"] + (np.arange(len(COUNTED)) == measure)[:, None]}
    before, after = (by_name(ranked(each, "candidate-0"))["candidate-1"] for each in (counts, raised))
    assert after.rank <= before.rank
    assert after.first >= before.first - 1e-12


@given(counted())
def test_differences_are_paired_by_the_draws(counts: dict[str, Counts]) -> None:
    """One more in each draw is one more for sure, however much the draws differ."""
    paired = {"default": counts["candidate-0"], "other": counts["candidate-0"] + 1}
    other = by_name(ranked(paired, "default"))["other"]
    assert set(other.against_default.values()) == {Share(1, 1, 1)}
    assert (other.rank, other.first) == (1, 1.0)


def test_findings_decide_before_outcomes_and_only_those_of_a_group_count(stand_ins: Path) -> None:
    lower = OUTCOME | {"says": "ratio, lower", "expected": "down", "target": None, "low": None, "high": None}
    findings = [
        finding("T1"),
        finding("T2", outcomes=[OUTCOME, lower]),
        finding("T3", role="check"),
        finding("T4", role="check", keys=["Ito2018"], source=""),
        finding("T5", role="fit", contradicts=["T3"]),
    ]
    asked = question(WITH | {"sources_for": ["Ito2018"]}, WITHOUT)
    (judged,) = judge_questions([asked], findings, RunOptions(stand_ins))
    fit, check, contradicting = standings([judged], draws=20)
    assert [(each.group, each.findings, each.outcomes) for each in (fit, check, contradicting)] == [
        ("fit", 2, 3),
        ("check", 1, 1),
        ("contradicting", 1, 1),
    ]
    best, worst = fit.standings
    assert (best.candidate, best.rank, best.first, worst.rank) == ("with", 1, 1.0, 2)
    assert [best.counts[name].number for name in COUNTED] == [1, 1, 2, 2]
    assert worst.against_default[COUNTED[0]].number == -1
    assert fit.decided


def test_candidates_that_are_the_same_animals_are_equal_in_every_draw(stand_ins: Path) -> None:
    (judged,) = judge_questions([question(WITH, SLOWLY)], [finding("T1", animals=3)], RunOptions(stand_ins))
    (group,) = standings([judged], draws=30)
    assert [(each.rank, each.first) for each in group.standings] == [(1, 0.5), (1, 0.5)]
    assert set(group.standings[1].against_default.values()) == {Share(0, 0, 0)}
    assert not group.decided


# --- roles -------------------------------------------------------------------------------------------------------


def options(**changes: Any) -> HypothesisOptions:
    return replace(HypothesisOptions((), with_checks=False, only=False, own=False, json=False), **changes)


def test_without_the_option_only_findings_of_role_fit_are_run() -> None:
    every = tuple(findings_module.bundled().values())
    fits = allowed_findings(every, options())
    assert {(one.role, group_of(one)) for one in fits} == {("fit", "fit")}
    checks = allowed_findings(every, options(with_checks=True))
    assert {group_of(one) for one in checks} == {"fit", "check", "contradicting"}
    assert not any(one.not_testable for one in (*fits, *checks))


def some(group: str, testable: bool = True) -> Finding:
    return next(
        one
        for one in findings_module.bundled().values()
        if group_of(one) == group and testable != bool(one.not_testable)
    )


@pytest.mark.parametrize(
    ("group", "told"),
    [("check", "is of role check"), ("contradicting", "contradicts another"), ("construction", "of role construction")],
)
def test_a_finding_that_may_not_be_run_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], group: str, told: str
) -> None:
    only = f"{some('fit').id},{some(group).id}"
    assert main(["evidence", "--hypotheses", "--only", only, "--out", str(tmp_path / "out")]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"error: --only: {some(group).id} ")
    assert told in line
    assert not (tmp_path / "out").exists()


def test_checks_alone_rank_nothing() -> None:
    with pytest.raises(UserError, match="ranked by findings of role fit, and none was chosen"):
        allowed_findings([some("check")], options(with_checks=True, only=True))
    with pytest.raises(UserError, match="cannot be tested"):
        allowed_findings([some("fit"), some("fit", testable=False)], options(only=True))


# --- the command -------------------------------------------------------------------------------------------------


@pytest.fixture
def small_suite(stand_ins: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A suite of one fit and one check, which stand-in animals can be read for."""
    known = {"T1": finding("T1"), "T2": finding("T2", role="check")}
    monkeypatch.setattr(findings_module, "bundled", lambda: known)
    return stand_ins


COMMAND = ("evidence", "--hypotheses", "alpha2-action,coeruleus-brake")


def test_the_command_writes_and_prints_and_tells_of_a_look(
    small_suite: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*COMMAND, "--out", str(small_suite), "--animals", "3", "--workers", "1"]) == 0
    told = capsys.readouterr().out
    assert "coeruleus-brake: kept (default) and lost are equal; these findings do not decide" in told
    assert "log of looks" not in told
    assert "T2" not in told
    assert main([*COMMAND, "--out", str(small_suite), "--animals", "3", "--workers", "1", "--with-checks"]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    under = "under the candidates of alpha2-action, coeruleus-brake"
    assert last == f'For the log of looks: seed = 1, model = "{present_hash()}", findings = ["T1", "T2"], {under}'
    names = ["hypotheses.json", "hypotheses.csv", "hypothesis-outcomes.csv", "hypotheses.png", "hypotheses-column.svg"]
    assert all((small_suite / name).is_file() for name in names)
    with (small_suite / "hypotheses.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 5 * 2 * len(COUNTED), "five candidates in two groups"
    assert {row["measure"] for row in rows} == set(COUNTED)
    assert all(int(row["low"]) <= int(row["high"]) <= int(row["of"]) for row in rows)


def test_the_command_as_json(small_suite: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = [*COMMAND, "--out", str(small_suite), "--only", "T1", "--animals", "3", "--workers", "1", "--json"]
    assert main(arguments) == 0
    content = json.loads(capsys.readouterr().out)
    assert content == json.loads((small_suite / "hypotheses.json").read_text("utf-8"))
    assert [each["name"] for each in content["questions"]] == ["alpha2-action", "coeruleus-brake"]
    assert content["options"]["findings"] == ["T1"]
    assert content["decided"]["coeruleus-brake"] is False
    assert {each["candidate"] for each in content["outcomes"]} == {"both", "direct", "cholinergic", "kept", "lost"}
    assert {each["verdict"] for each in content["outcomes"]} == {"reproduced"}


def test_the_list_runs_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["evidence", "--hypotheses", "--list", "--json"]) == 0
    assert [each["name"] for each in json.loads(capsys.readouterr().out)] == list(bundled())
    assert main(["evidence", "--hypotheses", "sensitisation", "--list"]) == 0
    told = capsys.readouterr().out
    assert "What sensitises the dorsal horn" in told
    assert "alpha2-action" not in told
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--hypotheses", "alpha2-actoin"), '--hypotheses: no hypothesis "alpha2-actoin". Nearest: alpha2-action'),
        (("--hypotheses", "--only", "A222"), '--only: no finding "A222"'),
        (("--hypotheses", "--switch-off", "alpha2"), "--switch-off: a candidate has switches of its own"),
        (("--hypotheses", "--only", "D9", "--animals", "0"), "--animals = 0: expected"),
        (("--hypotheses", "--only", "D9", "--size", "0"), "--size = 0.0: expected"),
        (("alpha2-action",), "names of hypotheses go with --hypotheses"),
        (("--with-checks",), "--with-checks: it goes with --hypotheses"),
    ],
)
def test_a_wrong_option_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], told: str
) -> None:
    assert main(["evidence", *arguments, "--out", str(tmp_path / "out")]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert told in line
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("width", [85, 170])
def test_the_figure_is_readable_in_a_column_and_on_a_page(width: float) -> None:
    groups = {"fit": [f"A{k}" for k in range(29)], "check": [f"R{k}" for k in range(100, 130)]}
    kinds = ("reproduced", "direction only", "not shown", "not reproduced")
    ids = [id for each in groups.values() for id in each]
    marks = {id: kinds[k % 4] for k, id in enumerate(ids)}
    rows = [
        CandidateRow(one.name, f"{each.name}{' (default)' if each.default else ''}: 10 [8, 11]", marks)
        for one in bundled().values()
        for each in one.candidates
    ]
    figure = draw_hypotheses(rows, groups, width_mm=width)
    assert overlaps(figure) == []
    assert figure.get_figwidth() == pytest.approx(width / 25.4)


def test_a_look_is_told_in_one_line() -> None:
    about = {"seed": 2, "model": "abc", "findings": ["A1", "B1"], "hypotheses": ["x"]}
    assert look_line(about) == (
        'For the log of looks: seed = 2, model = "abc", findings = ["A1", "B1"], under the candidates of x'
    )
