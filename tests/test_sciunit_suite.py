"""Findings as SciUnit tests: another laboratory's model is held against them, and judged as bluespot is."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from evidence_samples import OUTCOME, STAND_INS, finding

from core.errors import UserError
from experiments.evidence.evaluation import RunOptions, judge
from experiments.evidence.finding import Finding
from experiments.evidence.value import Value
from experiments.evidence.verdict import NOT_REPRODUCED, REPRODUCED
from experiments.protocol.arm import Arm
from experiments.running.matched_animals import AnimalRunner

SLICES: dict[str, Any] = {
    "outcomes": [
        {
            "says": "half-life",
            "slice": {"experiment": "uptake_half_life"},
            "expected": "value",
            "low": 2.0,
            "high": 4.0,
        }
    ],
    "study": None,
}


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """The module, imported where SciUnit writes its settings into a folder of the test."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        from experiments.evidence import sciunit_suite

        yield sciunit_suite


def foreign(suite: ModuleType, gain: float) -> Any:
    """A model of another laboratory, whose treated animals have a threshold that is higher by a share."""
    import sciunit

    class Foreign(sciunit.Model, suite.MeasuresAnimals):  # type: ignore[misc, name-defined]
        def animal_numbers(self, finding: Finding, arm: Arm, value: Value) -> Mapping[int, float]:
            assert (value.name, value.side, value.day, value.hour) == ("paw_pressure_threshold", "ipsi", 3, 1.0)
            level = 75.0 * (1.0 + gain) if arm.treatments else 75.0
            noise = np.random.default_rng([3, len(arm.treatments)]).normal(0.0, 2.0, finding.animals)
            return dict(enumerate((level + noise).tolist(), start=1))

    return Foreign(name=f"gain {gain:g}")


def test_another_model_is_held_against_a_finding(suite: ModuleType) -> None:
    test = suite.FindingTest(finding(animals=8))
    good, none = (test.judge(foreign(suite, gain)) for gain in (0.5, 0.0))
    assert (good.score, good.norm_score) == (REPRODUCED, 1.0)
    assert (none.score, none.norm_score) == (NOT_REPRODUCED, 0.0)
    (judged,) = good.related_data["judged"].judged
    assert judged.estimate.n == 8
    assert judged.estimate.value == pytest.approx(1.5, abs=0.05)
    assert judged.band is not None
    assert "target 1.5 [1.3, 1.7]: reproduced" in good.related_data["outcomes"][OUTCOME["says"]]


def test_a_suite_judges_several_models_by_all_findings(suite: ModuleType) -> None:
    lacking = finding("T3", study=None, outcomes=[], not_testable="There is no glia.")
    other = finding("T2", animals=8, outcomes=[OUTCOME | {"expected": "down"}])
    tests = suite.suite([finding("T1", animals=8), other, lacking])
    assert [test.name for test in tests.tests] == ["T1", "T2"], "what cannot be tested is left out"
    scores = tests.judge([foreign(suite, 0.5), foreign(suite, 0.0)])
    assert [[score.score for score in row] for row in scores.values.tolist()] == [
        [REPRODUCED, NOT_REPRODUCED],
        [NOT_REPRODUCED, NOT_REPRODUCED],
    ]
    with pytest.raises(UserError, match="T3: it cannot be tested"):
        suite.FindingTest(lacking)


def test_a_model_without_slices_is_not_judged_by_them(suite: ModuleType) -> None:
    import sciunit

    score = suite.FindingTest(finding(**SLICES)).judge(foreign(suite, 0.5))
    assert isinstance(score, sciunit.scores.NAScore)


def test_bluespot_is_judged_as_its_command_does(
    suite: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AnimalRunner, "installed", classmethod(lambda cls: STAND_INS))
    findings = [finding("T1"), finding("T2", animals=2, **SLICES)]
    options = RunOptions(tmp_path)
    rats = suite.VirtualRats(options, findings)
    scores = [suite.FindingTest(each).judge(rats) for each in findings]
    judged = judge(findings, options)
    assert [score.score for score in scores] == [each.verdict for each in judged]
    assert [score.related_data["judged"].judged for score in scores] == [each.judged for each in judged]


def test_nothing_else_needs_sciunit() -> None:
    root = Path(__file__).parents[1]
    users = {
        path.stem
        for package in ("bluespot", "core", "circuits", "drugs", "experiments", "results")
        for path in (root / package).rglob("*.py")
        if re.search(r"^\s*(from|import) .*sciunit", path.read_text("utf-8"), re.MULTILINE)
    }
    assert users == {"sciunit_suite"}


def test_without_sciunit_the_remedy_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sciunit", None)
    monkeypatch.delitem(sys.modules, "experiments.evidence.sciunit_suite", raising=False)
    with pytest.raises(UserError, match=r'pip install "bluespot\[sciunit\]"'):
        importlib.import_module("experiments.evidence.sciunit_suite")
