"""The findings that come along: all of them parse, none is missing, and a mistake in one is told in one line."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from evidence_samples import OUTCOME, TREATED, UNTREATED

from core.errors import UserError
from experiments.evidence import finding as finding_module
from experiments.evidence.finding import ROLES, Finding, bundled, chosen, read_finding
from experiments.evidence.joint_studies import joint_studies
from experiments.protocol.study import Study
from experiments.protocol.toml_text import toml_text

FOLDER = Path(finding_module.__file__).with_name("findings")
IDS = sorted(path.stem for path in FOLDER.glob("*.toml"))


def test_all_findings_are_there_by_role() -> None:
    roles = [each.role for each in bundled().values()]
    assert sorted(bundled()) == IDS
    assert roles == sorted(roles, key=ROLES.index)
    assert set(roles) == set(ROLES)


@pytest.mark.parametrize("id", IDS)
def test_a_finding_says_what_and_whence(id: Any) -> None:
    found = bundled()[id]
    assert found.claim
    assert found.keys
    assert not found.source, "the citation is that of the bibliography"
    assert found.outcomes or found.not_testable
    for outcome in found.outcomes:
        assert outcome.low is None or outcome.high is None or outcome.low < outcome.high
        if outcome.target is not None:
            assert outcome.low is None or outcome.low <= outcome.target
            assert outcome.high is None or outcome.target <= outcome.high
    if found.study is not None:
        named = {name for outcome in found.outcomes for name in outcome.arms}
        assert named == {arm.name for arm in found.study.arms}, "every arm is used by an outcome"


def _with_study() -> list[Any]:
    """Each finding that has a study, and the study."""
    return [pytest.param(found, found.study, id=id) for id, found in sorted(bundled().items()) if found.study]


@pytest.mark.parametrize(("found", "study"), _with_study())
def test_rats_that_limits_call_awake_are_not_anaesthetised(found: Finding, study: Study) -> None:
    if "rats here are awake" in found.limits:
        assert not study.anaesthesia
        assert not [arm.name for arm in study.arms if arm.anaesthesia]


@pytest.mark.parametrize(("found", "study"), _with_study())
def test_a_blocker_given_alone_is_told(found: Finding, study: Study) -> None:
    """The share that it takes away is held against rats that had the blocker only, which abstracts seldom print."""
    compared = {outcome.blocked_reference for outcome in found.outcomes}
    if any(arm.treatments or arm.injections for arm in study.arms if arm.name in compared):
        assert "alone" in f"{found.claim} {found.limits}"


@pytest.mark.parametrize(("found", "study"), _with_study())
def test_the_side_of_an_injury_that_is_read_is_told(found: Finding, study: Study) -> None:
    injured = any(arm.circuit not in ("naive", "sham") for arm in study.arms)
    read = any(outcome.value is not None and outcome.value.side == "ipsi" for outcome in found.outcomes)
    if injured and read:
        told = f"{found.claim} {found.limits}".replace("to either side", "").replace("ipsilateral dorsal horn", "")
        assert re.search(r"\bsides?\b|\binjured (paw|side|one)\b|ipsilateral|\blimb\b", told)


def test_a_citation_is_that_of_the_bibliography() -> None:
    told = bundled()["A21"].citation
    assert told.startswith("Kimura M, Suto T")
    assert "(2015)" in told
    assert bundled()["C2"].citation.count("Journal of Physiology") == 2, "each of its publications"
    assert bundled()["N36"].citation.startswith("(2013) Prolonged"), "no authors were printed"


def test_findings_of_one_publication_are_simulated_once() -> None:
    known = bundled()
    groups = joint_studies(known.values())
    served = [id for group in groups for id in group.findings]
    assert sorted(served) == sorted(id for id, found in known.items() if _reads_animals(found))
    assert all(len({known[id].publication for id in group.findings}) == 1 for group in groups)
    assert len({group.study.seed for group in groups}) == len({known[id].publication for id in served})
    (shared,) = (group for group in groups if "A10" in group.findings)
    assert set(shared.findings) >= {"A10", "A11", "A12", "A13"}
    wanted = [known[id].study for id in ("A10", "A11", "A12", "A13")]
    assert len(shared.study.arms) < sum(len(study.arms) for study in wanted if study is not None) * 0.7


def _reads_animals(found: Finding) -> bool:
    """Whether an outcome reads from an animal: not from a slice, and not what follows from doses alone."""
    return any(outcome.value is not None and not outcome.value.of_drugs for outcome in found.outcomes)


TARGETED = {key: value for key, value in OUTCOME.items() if key not in ("low", "high")}
PRINTED = {key: value for key, value in TARGETED.items() if key != "target"} | {
    "published": {"value": 1.5, "low": 1.2, "high": 1.8}
}
WITH_ERROR = PRINTED | {"published": {"value": 1.5, "sem": 0.15}}
NOTHING = OUTCOME | {"says": "nothing", "expected": "same", "target": None, "low": 0.9, "high": 1.1}
MOOD = {"name": "mood", "day": 3, "hour": 1.0}


STUDY = {"arms": [UNTREATED, TREATED], "assays": [{"assay": "paw_pressure", "days": [3], "hour": 1.0}]}


def written(tmp_path: Path, **changes: Any) -> Any:
    fields = {"id": "X1", "claim": "c", "keys": ["Ito2018"], "role": "fit", "study": STUDY, "outcomes": [OUTCOME]}
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
        ({"outcomes": [OUTCOME, OUTCOME]}, "another outcome says the same"),
        ({"outcomes": [TARGETED | {"low": 1.3}]}, "target = 1.5 needs low and high"),
        ({"outcomes": [TARGETED | {"expected": "at least"}]}, "needs low and no high"),
        ({"outcomes": [OUTCOME | {"expected": "at least"}]}, "needs low and no high"),
        (
            {"outcomes": [PRINTED | {"low": 1.25, "high": 1.8}]},
            "low = 1.25: the published interval, [1.2, 1.8], is cut open",
        ),
        ({"outcomes": [PRINTED | {"low": 1.1}]}, "outcomes[0].high: the published interval, [1.2, 1.8], is cut open"),
        ({"outcomes": [PRINTED | {"high": 1.9}]}, "outcomes[0].low: the published interval, [1.2, 1.8], is cut open"),
        ({"outcomes": [WITH_ERROR | {"low": 1.3, "high": 1.8}]}, "the published interval, [1.2, 1.8], is cut open"),
        ({"outcomes": [PRINTED | {"target": 1.6}]}, "target = 1.6: expected 1.5, which was published"),
        ({"outcomes": [NOTHING]}, 'outcomes[0].control: missing; expected = "same" needs'),
        ({"outcomes": [NOTHING | {"control": "thresholds"}]}, 'control: no outcome "thresholds"'),
        (
            {"outcomes": [OUTCOME, NOTHING | {"control": OUTCOME["says"], "value": MOOD}]},
            "control: it reads paw_pressure",
        ),
        ({"outcomes": [OUTCOME | {"expected": "value"}, NOTHING | {"control": OUTCOME["says"]}]}, 'it expects "value"'),
        ({"keys": []}, "keys: missing; expected a list of keys"),
        ({"keys": ["Ito2081"]}, 'keys[0]: no publication "Ito2081". Nearest: Ito2018'),
        ({"added_arms": ["treatd"]}, 'added_arms[0]: no arm "treatd". Nearest: treated'),
        ({"contradicts": ["X1"]}, "contradicts: it names the finding itself"),
        ({"role_by": "lot"}, 'role_by = "lot"'),
        ({"study": STUDY | {"seed": 4}}, "study.seed = 4: expected none; it follows from the publication and --seed"),
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


@pytest.mark.parametrize(
    ("outcome", "target", "ends"),
    [
        (PRINTED, 1.5, (1.2, 1.8)),
        (PRINTED | {"low": 1.0, "high": 2.0}, 1.5, (1.0, 2.0)),
        (WITH_ERROR, 1.5, (1.2, 1.8)),
        (WITH_ERROR | {"published": {"value": 1.5, "sd": 0.45, "n": 9}}, 1.5, (1.2, 1.8)),
        (PRINTED | {"published": {"low": 1.2, "high": 1.8}}, None, (1.2, 1.8)),
        (WITH_ERROR | {"published": {"arm": 3.0, "reference": 2.0}, "low": 1.1, "high": 1.9}, 1.5, (1.1, 1.9)),
        (PRINTED | {"expected": "at least", "low": 1.1}, 1.5, (1.1, None)),
    ],
)
def test_what_was_printed_is_the_target(tmp_path: Path, outcome: Any, target: Any, ends: Any) -> None:
    (found,) = read_finding(written(tmp_path, outcomes=[outcome])).outcomes
    assert (found.target, found.low, found.high) == pytest.approx((target, *ends))


def test_a_control_reads_the_same_as_the_outcome_without_an_effect(tmp_path: Path) -> None:
    without = {key: value for key, value in NOTHING.items() if value is not None} | {"control": OUTCOME["says"]}
    assert read_finding(written(tmp_path, outcomes=[OUTCOME, without])).outcomes[1].control == OUTCOME["says"]


def test_findings_are_chosen_by_id() -> None:
    assert [found.id for found in chosen("A3, A1, C2")] == ["C2", "A1", "A3"]
    assert len(chosen("")) == len(bundled())
    with pytest.raises(UserError, match='no finding "A99"'):
        chosen("A1,A99")
