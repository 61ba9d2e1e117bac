"""Counts of verdicts with intervals over draws of animals, findings that contradict, and the words for all of it."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from evidence_samples import OUTCOME, finding

from experiments.evidence import evidence_report
from experiments.evidence.estimation import AnimalNumbers
from experiments.evidence.value import Value
from experiments.evidence.verdict import NOT_REPRODUCED, NOT_TESTABLE, REPRODUCED, JudgedFinding, judge_animals
from experiments.evidence.verdict_counts import Share, contradictions, count_verdicts
from experiments.evidence.verdict_words import counts_in_words, estimate_in_words, target_in_words

PLAIN = OUTCOME | {"statistic": "difference", "target": None, "low": None, "high": None}


def judged(id: str = "T1", gain: float = 20.0, animals: int = 12, **fields: Any) -> JudgedFinding:
    """A finding whose treated animals gain something, with noise of 10."""
    noise = np.random.default_rng([animals, 4]).normal(0.0, 10.0, (2, animals))
    outcomes = fields.pop("outcomes", [PLAIN])
    one = finding(id=id, outcomes=outcomes, **fields)

    def read(arm: str, value: Value) -> Mapping[int, float]:
        level = 100.0 + gain if arm == "treated" else 100.0
        return dict(enumerate((level + noise[int(arm == "treated")]).tolist(), start=1))

    return judge_animals(one, [AnimalNumbers.of_arms(outcome, read) for outcome in one.outcomes])


def shares(found: list[JudgedFinding], verdict: str = REPRODUCED) -> dict[str, Share]:
    return {each.group: each.verdicts[verdict] for each in count_verdicts(found)}


def test_roles_are_counted_apart_and_a_contradicting_finding_apart_from_them() -> None:
    found = [
        judged("T1", role="construction"),
        judged("T2", role="fit"),
        judged("T3", role="check", gain=40.0),
        judged("T4", role="check", gain=-40.0),
        judged("T5", role="check", gain=40.0, contradicts=["T6"]),
        judged("T6", role="fit", gain=-40.0, contradicts=["T5"]),
    ]
    counts = count_verdicts(found)
    assert [(each.group, each.findings) for each in counts] == [
        ("construction", 1),
        ("fit", 1),
        ("check", 2),
        ("fit and check", 3),
        ("contradicting", 2),
    ]
    assert [each.verdicts[REPRODUCED].number for each in counts] == [1, 1, 1, 2, 1]
    assert [each.verdicts[NOT_REPRODUCED].number for each in counts] == [0, 0, 1, 1, 1]


def test_what_is_sure_has_no_width_and_what_is_not_has_one() -> None:
    sure = shares([judged(f"T{k}", gain=80.0, source=f"Nobody {k} 2000") for k in range(4)])
    assert sure["fit"] == (4, 4, 4)
    assert shares([judged(gain=10.0)])["fit"][1:] == (0, 1)


def test_the_interval_is_that_of_verdicts_judged_anew() -> None:
    """Of one finding: the share of draws in which it is reproduced, drawn here in another way."""
    one = judged(gain=12.0, animals=16)
    numbers = one.numbers[0].values
    generator = np.random.default_rng(9)
    found = [
        judge_animals(one.finding, [AnimalNumbers(one.numbers[0].definition, numbers[generator.integers(0, 16, 16)])])
        for _ in range(300)
    ]
    share = np.mean([each.verdict == REPRODUCED for each in found])
    many = [judged(f"T{k}", gain=12.0, animals=16, source=f"Nobody {k} 2000") for k in range(40)]
    _, low, high = shares(many)["fit"]
    half = 1.96 * math.sqrt(40 * share * (1 - share))
    assert low == pytest.approx(40 * share - half, abs=3.0)
    assert high == pytest.approx(40 * share + half, abs=3.0)


def test_findings_of_one_publication_draw_the_same_animals() -> None:
    def interval(of: str) -> tuple[int, ...]:
        found = [judged(f"T{k}", gain=9.0, animals=16, source=of.format(k)) for k in range(10)]
        return shares(found)["fit"][1:]

    assert interval("Nobody 2000") == (0, 10), "all of them at once, or none"
    low, high = interval("Nobody {} 2000")
    assert 0 < low < high < 10


def test_what_cannot_be_tested_is_no_finding_of_a_count() -> None:
    lacking = JudgedFinding(finding("T2", study=None, outcomes=[], not_testable="There is no glia."), ())
    (group, _) = count_verdicts([judged(gain=80.0), lacking])
    assert group.findings == 1
    assert tuple(group.verdicts[NOT_TESTABLE]) == (1, 1, 1)
    assert tuple(group.verdicts[REPRODUCED]) == (1, 1, 1)
    assert count_verdicts([]) == ()


def test_each_contradiction_is_told_once_and_none_of_what_was_not_run() -> None:
    one, other, third = (
        judged("T1", contradicts=["T2", "T9"]),
        judged("T2", contradicts=["T1"]),
        judged("T3", contradicts=["T9"]),
    )
    assert list(contradictions([one, other, third])) == [(one, other)]


# --- what is written ------------------------------------------------------------------------------------------


def test_both_verdicts_stand_in_one_row_of_every_report(tmp_path: Path) -> None:
    pair = [
        judged("T1", gain=80.0, claim="It helps | much.", contradicts=["T2"]),
        judged("T2", gain=80.0, claim="It does not help.", contradicts=["T1"], outcomes=[PLAIN | {"expected": "down"}]),
    ]
    counts = count_verdicts(pair, draws=20)
    evidence_report.write(pair, counts, tmp_path)
    content = json.loads((tmp_path / "evidence.json").read_text("utf-8"))
    assert content["contradictions"] == [{"T1": REPRODUCED, "T2": NOT_REPRODUCED}]
    assert content["counts"][0]["group"] == "contradicting"
    assert content["counts"][0]["verdicts"][REPRODUCED] == {"number": 1, "low": 1, "high": 1}
    markdown = (tmp_path / "evidence.md").read_text("utf-8")
    assert "| T1: It helps / much. | reproduced | T2: It does not help. | not reproduced |" in markdown
    assert "| contradicting | 2 | 1 [1, 1] | 0 [0, 0] | 0 [0, 0] | 1 [1, 1] | 0 [0, 0] |" in markdown
    rows = (tmp_path / "evidence.html").read_text("utf-8").split("</tr>")
    (row,) = (each for each in rows if "It helps" in each and "It does not" in each)
    assert row.index("<b>reproduced</b>") < row.index("It does not") < row.index("<b>not reproduced</b>")
    assert evidence_report.contradiction_rows(pair)[0][2::3] == (REPRODUCED, NOT_REPRODUCED)


def test_the_band_of_a_repeated_vehicle_is_shown_everywhere(tmp_path: Path) -> None:
    one = judged(gain=80.0)
    band = one.judged[0].band
    assert band is not None
    words = f"[{band[0]:.3g}, {band[1]:.3g}]"
    (row,) = evidence_report.rows([one])
    assert row[evidence_report.EVIDENCE_COLUMNS.index("repeated vehicle")] == words
    evidence_report.write([one], count_verdicts([one], draws=20), tmp_path)
    assert json.loads((tmp_path / "evidence.json").read_text("utf-8"))["findings"][0]["outcomes"][0][
        "repeated_vehicle"
    ] == list(band)
    assert words in (tmp_path / "evidence.html").read_text("utf-8")
    assert f"| {words} | up | 12 | 1 of 1 | reproduced |" in (tmp_path / "evidence.md").read_text("utf-8")


def test_counts_are_one_line() -> None:
    found = [judged("T1", gain=80.0), judged("T2", gain=80.0, role="check", source="Nobody 2001")]
    assert counts_in_words(count_verdicts(found, draws=20)) == (
        "reproduced [95 % over draws of animals]: fit 1 of 1 [1, 1], check 1 of 1 [1, 1], fit and check 2 of 2 [2, 2]"
    )


def test_a_dose_that_is_not_reached_is_told_so() -> None:
    doses = {"statistic": "half_effect_dose", "doses": {"untreated": 1.0, "treated": 10.0}, "maximum": 900.0}
    one = judged(outcomes=[PLAIN | doses | {"expected": "value", "low": 1.0, "high": 10.0}])
    assert estimate_in_words(one.judged[0]) == "not reached"
    assert one.verdict == NOT_REPRODUCED
    least = finding(outcomes=[PLAIN | {"expected": "at least", "low": -5.0}]).outcomes[0]
    assert target_in_words(least) == "at least -5"
