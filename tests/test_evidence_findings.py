"""The findings that come along: all of them parse, none is missing, and a mistake in one is told in one line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from evidence_samples import OUTCOME, TREATED, UNTREATED

from core.errors import UserError
from experiments.evidence.finding import bundled, chosen, read_finding
from experiments.evidence.joint_studies import joint_studies
from experiments.protocol.toml_text import toml_text

FIT = ["A1", "A2", "A3", "A5", "A6", "A18", "A19", "A20", "A21", "C2", "C3", "C15", "D1", "D9", "D19", "E16", "F8"]
CHECK = ["A7", "A8", "A10", "A11", "A12", "A13", "A15", "A16", "A22", "A24", "A32", "B1", "B3", "B4", "B8", "F1", "F14"]


def test_all_findings_are_there_those_to_fit_first() -> None:
    assert list(bundled()) == FIT + CHECK
    assert {each.id for each in bundled().values() if each.role == "fit"} == set(FIT)


@pytest.mark.parametrize("id", FIT + CHECK)
def test_a_finding_says_what_and_whence(id: Any) -> None:
    found = bundled()[id]
    assert found.claim
    assert any(letter.isdigit() for letter in found.source), "a citation has a year"
    assert found.outcomes or found.not_testable
    for outcome in found.outcomes:
        assert outcome.low is None or outcome.high is None or outcome.low < outcome.high
        if outcome.target is not None:
            assert outcome.low is None or outcome.low <= outcome.target
            assert outcome.high is None or outcome.target <= outcome.high
    if found.study is not None:
        named = {name for outcome in found.outcomes for name in outcome.arms}
        assert named == {arm.name for arm in found.study.arms}, "every arm is used by an outcome"


def test_the_page_in_docs_tells_of_all_findings() -> None:
    lines = (Path(__file__).parents[1] / "docs" / "evidence.md").read_text("utf-8").split("\n")
    assert [line.split(" | ")[0].removeprefix("| ") for line in lines if line.count(" | ") == 7][1:] == FIT + CHECK


def test_findings_of_one_protocol_are_simulated_once() -> None:
    findings = tuple(bundled().values())
    with_study = [found for found in findings if found.study is not None]
    groups = joint_studies(findings)
    assert len(groups) < len(with_study) / 2
    assert {id for group in groups for id in group.findings} == {found.id for found in with_study}
    arms = sum(len(group.study.arms) for group in groups)
    assert arms < sum(len(found.study.arms) for found in with_study if found.study) * 0.7


def written(tmp_path: Path, **changes: Any) -> Any:
    study = {"arms": [UNTREATED, TREATED], "assays": [{"assay": "paw_pressure", "days": [3], "hour": 1.0}]}
    fields = {"id": "X1", "claim": "c", "source": "s 2000", "role": "fit", "study": study, "outcomes": [OUTCOME]}
    path = tmp_path / "X1.toml"
    path.write_text(toml_text(fields | changes), "utf-8")
    return path


def test_a_finding_is_one_file(tmp_path: Path) -> None:
    assert read_finding(written(tmp_path)).outcomes[0].target == 1.5


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"outcomes": [OUTCOME | {"statistic": "rato"}]}, 'no statistic "rato". Nearest: ratio'),
        ({"outcomes": [OUTCOME | {"arm": "treatd"}]}, 'no arm "treatd". Nearest: treated'),
        ({"outcomes": [OUTCOME | {"value": OUTCOME["value"] | {"day": 4}}]}, "nothing is measured on day 4"),
        ({"outcomes": [{k: v for k, v in OUTCOME.items() if k != "reference"}]}, "outcomes[0].reference: missing"),
        ({"outcomes": [OUTCOME | {"expected": "same", "low": 0.9} | {"high": None}]}, "needs low and high"),
        ({"outcomes": []}, "expected outcomes, or not_testable"),
        ({"role": "fitt"}, 'role = "fitt"'),
        ({"id": "X2"}, "expected the name of the file"),
        ({"colour": "blue"}, 'no key "colour"'),
    ],
)
def test_a_mistake_in_a_finding_is_one_line(tmp_path: Path, changes: Any, told: str) -> None:
    outcomes = changes.get("outcomes", [OUTCOME])
    changes = changes | {"outcomes": [{k: v for k, v in o.items() if v is not None} for o in outcomes]}
    with pytest.raises(UserError) as caught:
        read_finding(written(tmp_path, **changes))
    (line,) = str(caught.value).split("\n")
    assert line.startswith("X1.toml: ")
    assert told in line


def test_findings_are_chosen_by_id() -> None:
    assert [found.id for found in chosen("A3, A1")] == ["A1", "A3"]
    assert len(chosen("")) == len(bundled())
    with pytest.raises(UserError, match='no finding "A99"'):
        chosen("A1,A99")
