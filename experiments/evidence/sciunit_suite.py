"""Findings as SciUnit tests, by which any model is judged that says what it measured in its animals.

SciUnit is an extra, `bluespot[sciunit]`; nothing else imports this module.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from core.errors import UserError
from experiments.evidence import evaluation
from experiments.evidence.estimation import AnimalNumbers, Band, Read, finding_numbers
from experiments.evidence.evaluation import RunOptions
from experiments.evidence.finding import Finding, bundled
from experiments.evidence.slice_experiments import SliceExperiment
from experiments.evidence.value import Value
from experiments.evidence.verdict import DIRECTION, REPRODUCED, VERDICTS, JudgedFinding, judge_finding
from experiments.evidence.verdict_words import band_in_words, estimate_in_words, target_in_words, verdict_in_words
from experiments.protocol.arm import Arm
from results.statistics.intervals import Estimate

try:
    import sciunit
except ImportError:
    raise UserError('sciunit_suite needs SciUnit, which is not installed: pip install "bluespot[sciunit]".') from None

#: What an outcome says -> its estimate, and what a repeated vehicle shows.
Prediction = Mapping[str, tuple[Estimate, Band]]


class MeasuresAnimals(sciunit.Capability):
    """The model has animals in arms, and says what was measured in them."""

    def animal_numbers(self, finding: Finding, arm: Arm, value: Value) -> Mapping[int, float]:
        """Numbers of the animals of one arm.

        Parameters
        ----------
        finding
            It asks for `finding.animals` of each arm; `finding.study` has all arms and days.
        arm
            Its circuit (injury), treatments and everything else that is done to it.
        value
            What is read: `name` such as "paw_pressure_threshold", `side`, `day` and `hour` from surgery, and
            `mean_over_hours` before that time where a mean is wanted.

        Returns
        -------
        mapping of int to float
            Animal number -> its number. Animals of one number are compared in pairs; where those of different arms have
            nothing in common, their order is free.
        """
        raise NotImplementedError


class MeasuresSlices(sciunit.Capability):
    """The model has slices of the spinal cord, and says what was measured in them."""

    def slice_numbers(self, finding: Finding, experiment: SliceExperiment) -> Mapping[int, float]:
        """Numbers of the animals whose slices are taken.

        Parameters
        ----------
        finding
            `finding.sliced` says which animals they are taken from.
        experiment
            What is measured and what is in the bath.

        Returns
        -------
        mapping of int to float
            Animal number -> its number.
        """
        raise NotImplementedError


class VerdictScore(sciunit.Score):
    """A verdict, such as "reproduced"; `related_data["judged"]` has the estimates behind it."""

    _allowed_types = (str,)
    _best, _worst = REPRODUCED, VERDICTS[-1]
    _description = "Whether the model reproduces a published finding, by the rules of bluespot's evidence."

    @property
    def norm_score(self) -> float:
        """1 for "reproduced", a half for "direction only", 0 otherwise."""
        return {REPRODUCED: 1.0, DIRECTION: 0.5}.get(str(self.score), 0.0)

    def __str__(self) -> str:
        judged = self.related_data.get("judged")
        return str(self.score) if judged is None else verdict_in_words(judged)


class FindingTest(sciunit.Test):
    """Whether a model reproduces one published finding.

    Parameters
    ----------
    finding : Finding
        One that can be tested.

    Raises
    ------
    UserError
        For a finding that says why it cannot be tested.
    """

    score_type = VerdictScore

    def __init__(self, finding: Finding) -> None:
        if finding.not_testable:
            raise UserError(f"{finding.id}: it cannot be tested. {finding.not_testable}")
        self.finding = finding
        self.description = f"{finding.claim} {finding.citation}"
        needed = {MeasuresAnimals: False, MeasuresSlices: False}
        for outcome in finding.outcomes:
            needed[MeasuresAnimals if outcome.slice is None else MeasuresSlices] = True
        self.required_capabilities = tuple(capability for capability, wanted in needed.items() if wanted)
        published = {outcome.says: target_in_words(outcome) for outcome in finding.outcomes}
        super().__init__(published, name=finding.id)

    def generate_prediction(self, model: Any) -> Prediction:
        """Estimate every outcome from the animals of the model."""
        outcomes = [outcome.says for outcome in self.finding.outcomes]
        numbers = _numbers(self.finding, model)
        return {says: (each.estimate(), each.band()) for says, each in zip(outcomes, numbers, strict=True)}

    def compute_score(self, observation: Mapping[str, str], prediction: Prediction) -> VerdictScore:
        """Judge the estimates."""
        judged = judge_finding(self.finding, *map(list, zip(*prediction.values(), strict=True)))
        return VerdictScore(judged.verdict, {"judged": judged, "outcomes": _told(judged)})


class VirtualRats(sciunit.Model, MeasuresAnimals, MeasuresSlices):
    """bluespot itself, which runs what is missing of the studies when it is first asked.

    Parameters
    ----------
    options : RunOptions
        Where and how the studies are run.
    findings : iterable of Finding, optional
        Whose studies are run together; by default all that come with bluespot.
    """

    def __init__(self, options: RunOptions, findings: Iterable[Finding] | None = None) -> None:
        super().__init__(name="bluespot")
        self.options = options
        self.findings = tuple(bundled().values() if findings is None else findings)
        self._readers: Mapping[str, Read] | None = None

    def animal_numbers(self, finding: Finding, arm: Arm, value: Value) -> Mapping[int, float]:
        """Numbers of simulated animals."""
        if self._readers is None:
            self._readers = evaluation.read_studies(self.findings, self.options)
        return self._readers[finding.id](arm.name, value)

    def slice_numbers(self, finding: Finding, experiment: SliceExperiment) -> Mapping[int, float]:
        """Numbers of slices of drawn animals."""
        return evaluation.measured_slices(finding, experiment, self.options)


def suite(findings: Iterable[Finding] | None = None) -> Any:
    """The findings as a SciUnit test suite.

    Parameters
    ----------
    findings
        By default all that come with bluespot; those that cannot be tested are left out.

    Returns
    -------
    sciunit.TestSuite
    """
    chosen = bundled().values() if findings is None else findings
    tests = [FindingTest(each) for each in chosen if not each.not_testable]
    return sciunit.TestSuite(tests, name="bluespot's findings")


def _numbers(finding: Finding, model: Any) -> Iterator[AnimalNumbers]:
    arms = {arm.name: arm for arm in finding.study.arms} if finding.study is not None else {}
    return finding_numbers(
        finding,
        lambda name, value: model.animal_numbers(finding, arms[name], value),
        lambda experiment: model.slice_numbers(finding, experiment),
    )


def _told(judged: JudgedFinding) -> dict[str, str]:
    """What each outcome says -> estimate, repeated vehicle, target and verdict in one line."""
    return {
        each.outcome.says: f"{estimate_in_words(each)}; repeated vehicle {band_in_words(each.band)}; "
        f"target {target_in_words(each.outcome)}: {verdict_in_words(each)}"
        for each in judged.judged
    }
