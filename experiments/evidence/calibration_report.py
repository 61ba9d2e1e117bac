"""The report of a calibration: rows of two tables for a terminal, and calibration.json."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from experiments.evidence.fit import Fit, FittedParameter
from experiments.evidence.residual import residual
from experiments.evidence.verdict import JudgedOutcome
from experiments.evidence.verdict_words import target_in_words
from experiments.version import __version__
from results.files.atomic import write_text

PARAMETER_COLUMNS = ("parameter", "in use", "fitted", "95 % width", "range", "remark")
OUTCOME_COLUMNS = ("id", "outcome", "target", "before", "after", "residual", "verdict")
CALIBRATION_FILE = "calibration.json"


def write(fit: Fit, out: Path, command: str, evaluations: int) -> Path:
    """Write `calibration.json` into a folder, replacing an earlier one.

    Parameters
    ----------
    fit
        Result of the calibration.
    out
        The folder.
    command
        That gives this result again.
    evaluations
        How many points the folder remembers.

    Returns
    -------
    Path
        Of the file.
    """
    content = as_dictionary(fit, command, evaluations)
    write_text(out / CALIBRATION_FILE, json.dumps(content, indent=1, ensure_ascii=False) + "\n", replace=True)
    return out / CALIBRATION_FILE


def as_dictionary(fit: Fit, command: str, evaluations: int) -> dict[str, Any]:
    """JSON-ready dict of a fit; numbers that do not exist are None."""
    return {
        "version": __version__,
        "command": command,
        "calibration": fit.calibration.model_dump(mode="json"),
        "evaluations": evaluations,
        "cost": {"before": fit.cost_before, "after": fit.cost_after},
        "message": fit.message,
        "parameters": [_parameter(each) for each in fit.parameters],
        "outcomes": list(_outcomes(fit)),
    }


def parameter_rows(fit: Fit) -> Iterator[tuple[str, ...]]:
    """Yield one row for each parameter; an end of an interval outside the range is left open."""
    for each in fit.parameters:
        write_one = each.parameter.written
        ends = ("" if end is None else f"{write_one(end)}" for end in (each.low, each.high))
        width = "to ".join(f"{end} " for end in ends).strip() if each.determined else "not determined"
        span = f"{write_one(each.parameter.low)} to {write_one(each.parameter.high)}"
        remark = f"at the {each.edge} end of its range" if each.edge else ""
        yield each.parameter.name, str(write_one(each.parameter.value)), str(write_one(each.value)), width, span, remark


def outcome_rows(fit: Fit) -> Iterator[tuple[str, ...]]:
    """Yield one row for each outcome of the findings; those that do not count have no residual."""
    for each in _outcomes(fit):
        before, after = each["before"], each["after"]
        moved = f"{_short(before['residual'])} -> {_short(after['residual'])}" if each["counts"] else "does not count"
        verdict = (
            after["verdict"] if before["verdict"] == after["verdict"] else f"{before['verdict']} -> {after['verdict']}"
        )
        yield (
            each["finding"],
            each["says"],
            each["target_in_words"],
            _short(before["estimate"]),
            _short(after["estimate"]),
            moved,
            verdict,
        )


def headline(fit: Fit, evaluations: int) -> str:
    """One line: cost before and after, number of points, and how the fit ended."""
    return f"cost {fit.cost_before:.3g} -> {fit.cost_after:.3g}; {evaluations} points in the folder; {fit.message}"


def _parameter(each: FittedParameter) -> dict[str, Any]:
    parameter = each.parameter
    return {
        "paths": list(parameter.paths),
        "status": list(parameter.status),
        "in_use": parameter.written(parameter.value),
        "fitted": parameter.written(each.value),
        "low": None if each.low is None else parameter.written(each.low),
        "high": None if each.high is None else parameter.written(each.high),
        "range": [parameter.written(parameter.low), parameter.written(parameter.high)],
        "edge": each.edge or None,
        "determined": each.determined,
        "profile": [{"value": parameter.written(value), "cost": cost} for value, cost in each.profile],
    }


def _outcomes(fit: Fit) -> Iterator[dict[str, Any]]:
    for before, after in zip(fit.before, fit.after, strict=True):
        counted = {k for k, _ in fit.calibration.counted(before.finding)}
        for k, (first, last) in enumerate(zip(before.judged, after.judged, strict=True)):
            yield {
                "finding": before.finding.id,
                "says": first.outcome.says,
                "unit": first.outcome.unit,
                "target_in_words": target_in_words(first.outcome),
                "target": {"value": first.outcome.target, "low": first.outcome.low, "high": first.outcome.high},
                "counts": k in counted,
                "before": _seen(first),
                "after": _seen(last),
            }


def _seen(each: JudgedOutcome) -> dict[str, Any]:
    numbers = {"estimate": each.estimate.value, "low": each.estimate.low, "high": each.estimate.high}
    return {
        **{key: None if math.isnan(value) else value for key, value in numbers.items()},
        "n": each.estimate.n,
        "residual": residual(each.outcome, each.estimate),
        "verdict": each.verdict,
    }


def _short(number: float | None) -> str:
    return "-" if number is None else f"{number:.3g}"
