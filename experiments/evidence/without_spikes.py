"""Judges findings without spikes: every animal is the average one of a forecast, and no animal is run.

An outcome that only spikes tell has no estimate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from experiments.evidence.estimation import finding_numbers
from experiments.evidence.evaluation import RunOptions, measured_slices
from experiments.evidence.finding import Finding
from experiments.evidence.finding_variants import with_settings
from experiments.evidence.forecast_readings import ForecastArms
from experiments.evidence.uncertain import uncertain_of_drugs
from experiments.evidence.verdict import JudgedFinding, judge_animals


def judge_without_spikes(
    findings: Sequence[Finding], settings: Mapping[str, str | float], options: RunOptions
) -> list[JudgedFinding]:
    """Judge findings at a point of parameter space by the average animals of their arms.

    Parameters
    ----------
    findings
        What is judged.
    settings
        Path of a number of the circuit or of a drug -> its value with unit; empty for the model in use.
    options
        How many animals an arm has, which are all the same, and the seed of slices.

    Returns
    -------
    list of JudgedFinding
        One for each, in their order. What only spikes tell has NaN estimates, judged as not reproduced.
    """
    of_drugs = {path: value for path, value in settings.items() if path in uncertain_of_drugs()}
    of_circuit = {path: value for path, value in settings.items() if path not in of_drugs}
    changed = with_settings(findings, of_circuit)
    return [_judged(finding, of_drugs, options) for finding in changed]


def _judged(finding: Finding, of_drugs: Mapping[str, str | float], options: RunOptions) -> JudgedFinding:
    measured = partial(measured_slices, finding, options=options)
    if finding.study is None:
        return judge_animals(finding, list(finding_numbers(finding, lambda arm, value: {}, measured)))
    arms = ForecastArms(finding.study, options.animals or finding.animals, of_drugs)
    return judge_animals(finding, list(finding_numbers(finding, arms.read, measured)))
