"""The statistics of a study: mixed models, planned contrasts, censored means, sample sizes, and how they are told.

`analyse` gives tables, sentences for the report, and the methods paragraph. docs/comparing.md explains the choices.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from results.analyses.analysis import Analysis
from results.comparison.contrasts import Contrast
from results.statistics.censored_values import censored_means
from results.statistics.contrast_tests import VALUE, contrast_tests
from results.statistics.corrections import with_corrections
from results.statistics.designs import Stage, spans, stages
from results.statistics.grids import WHAT, WHEN, Grids, grids
from results.statistics.methods import CLUSTER, CONTRAST, COURSES, MODEL, TOBIT, TWIN, methods, references
from results.statistics.mixed_models import CLUSTERS, CourseModel, NoModelError, course_data, fit_models
from results.statistics.model_terms import model_contrasts, primary, term_tests
from results.statistics.sample_sizes import least_pairs, least_per_arm, smallest_effect, smallest_paired_effect
from results.statistics.sentences import sentences

#: Endings of the measures that the report tells of, and whose models are also tested by the likelihood ratio.
TOLD_ENDINGS = ("_threshold", "_latency")
TITLE = "STATISTICS: models over time, arm minus reference [95 %], p by Holm's method"
#: The tables of the statistics; each is a CSV file of that name.
CONTRASTS, TERMS, MODEL_CONTRASTS, CENSORED, SAMPLE_SIZES = (
    "statistics", "statistics_models", "statistics_model_contrasts", "statistics_censored", "statistics_sample_sizes",
)  # fmt: skip


@dataclass(frozen=True)
class StatisticalAnalysis(Analysis):
    """The statistics of a study.

    Its tables are

    - `statistics`: tests of each contrast, quantity (value, change, percent_mpe, area), measure and time, paired and
      unpaired, corrected, with Hedges' g
    - `statistics_models`: tests of the terms of the models over time
    - `statistics_model_contrasts`: planned contrasts of these models; without an hour, meaned over the times
    - `statistics_censored`: Tobit and plain means of arms with animals at the cut-off
    - `statistics_sample_sizes`: n for a power of 80 %, and the difference that this n shows

    Attributes
    ----------
    methods, references
        The methods paragraph, sentence by sentence, and what it cites.
    """

    methods: tuple[str, ...] = ()
    references: tuple[str, ...] = ()


@dataclass
class _Models:
    """Rows of the tables of models, and why measures have none: (stage, reason) -> measures."""

    terms: list[dict[str, object]] = field(default_factory=list)
    contrasts: list[dict[str, object]] = field(default_factory=list)
    missing: dict[tuple[Stage, str], list[tuple[str, ...]]] = field(default_factory=dict)
    kinds: set[str] = field(default_factory=set)


def analyse(
    assays: pd.DataFrame,
    contrasts: Iterable[Contrast],
    first_doses: Mapping[str, float] | None = None,
    cut_offs: Mapping[str, float] | None = None,
) -> StatisticalAnalysis:
    """Analyse the assays of a study.

    Parameters
    ----------
    assays
        Tidy frame with one row for each value: columns arm, circuit, treatment, manipulation, animal, assay, name,
        side, phase, unit, day, hour, value, censored.
    contrasts
        Which arm is compared with which; those of arms without a value are left out.
    first_doses
        Arm -> hours from surgery to its first dose, infinite where it has none. Without it arms count as different
        from the surgery on.
    cut_offs
        Name of a measure -> where its assay ends. One that an animal has reached is known without.
    """
    values = grids(assays)
    wanted = [c for c in contrasts if c.arm in values.arms.index and c.reference in values.arms.index]
    doses = first_doses or {}
    models = _models(values, wanted, doses)
    tested = [contrast_tests(values, span, cut_offs or {}) for span in spans(wanted, values.arms, doses)]
    tests = _corrected_tests(pd.concat(tested, ignore_index=True) if tested else pd.DataFrame())
    frames = {
        CONTRASTS: tests.drop(columns=["hours", "pooled_sd"], errors="ignore"),
        TERMS: pd.DataFrame(models.terms),
        MODEL_CONTRASTS: _corrected_models(pd.DataFrame(models.contrasts)),
        CENSORED: censored_means(values),
        SAMPLE_SIZES: _sample_sizes(tests),
    }
    frames = {name: frame for name, frame in frames.items() if len(frame)}
    told = methods(frozenset(_used(models, tests, frames))) if frames else ()
    shown = [measure for measure in values.measures() if measure[1].endswith(TOLD_ENDINGS)]
    lines = sentences(frames, shown or values.measures()[:3], models.missing) if frames else ()
    return StatisticalAnalysis("statistics", TITLE, frames, lines, told, references(told))


def _models(values: Grids, contrasts: Sequence[Contrast], doses: Mapping[str, float]) -> _Models:
    """Fit the models of every measure in every stage."""
    found = _Models()
    hours = values.measurements["hours"].to_numpy(float)
    for stage in stages(values.arms, doses):
        times = np.unique(hours[(hours > stage.after) & (hours <= stage.until)])
        for measure in values.measures():
            if not any(hours[column] in times for column in values.course(measure)):
                continue
            try:
                data = course_data(values, measure, stage.arms, times)
                fitted = list(fit_models(data))
            except NoModelError as error:
                found.missing.setdefault((stage, str(error)), []).append(measure)
                continue
            for model in fitted:
                ratio = model is primary(fitted) and measure[1].endswith(TOLD_ENDINGS)
                label = _label(measure, model)
                found.kinds.add(model.kind)
                found.terms += [{**label, **row, **_sizes(model)} for row in term_tests(model, values.arms, ratio)]
                found.contrasts += [{**label, **row} for row in model_contrasts(model, contrasts)]
    return found


def _label(measure: tuple[str, ...], model: CourseModel) -> dict[str, object]:
    times = model.data.times
    return {**dict(zip(WHAT, measure, strict=True)), "model": model.kind, "from_hours": times[0], "to_hours": times[-1]}


def _sizes(model: CourseModel) -> dict[str, object]:
    data = model.data
    boundary = ", ".join(model.boundary())
    return {
        "animals": len(np.unique(data.animal)), "numbers": len(np.unique(data.number)), "values": len(data.value),
        "censored": int(data.censored.sum()),
        **{f"variance_{name}": model.variances.get(name, np.nan) for name in ("number", "animal", "residual")},
        "left_out": ", ".join(data.left_out),
        "note": f"variance at its boundary, 0: {boundary}" if boundary else "",
    }  # fmt: skip


def _corrected_tests(tests: pd.DataFrame) -> pd.DataFrame:
    families = ["quantity", "assay", "name", "side"]
    return with_corrections(tests, families, ["p_paired", "p_unpaired", "p_logrank"]) if len(tests) else tests


def _corrected_models(table: pd.DataFrame) -> pd.DataFrame:
    """Contrasts over all times are one family, those at single times another."""
    if not len(table):
        return table
    families = [*WHAT, "model", "from_hours", "all_times"]
    table = with_corrections(table.assign(all_times=table["hours"].isna()), families, ["p"])
    return table.drop(columns="all_times")


def _sample_sizes(tests: pd.DataFrame) -> pd.DataFrame:
    """For each contrast of values: n that shows the difference seen, and the difference that this n shows."""
    if not len(tests):
        return tests
    rows = tests[tests["quantity"] == VALUE].reset_index(drop=True)
    spread = rows["sem"] * np.sqrt(rows["pairs"])
    with np.errstate(divide="ignore", invalid="ignore"):
        paired = (rows["difference"] / spread).to_numpy(float)
        unpaired = (rows["difference_unpaired"] / rows["pooled_sd"]).to_numpy(float)
    least_paired = np.array([smallest_paired_effect(int(pairs)) for pairs in rows["pairs"]])
    sizes = zip(rows["n"], rows["n_reference"], strict=True)
    least_unpaired = np.array([smallest_effect(int(n), int(m)) for n, m in sizes])
    return rows[["contrast", "arm", "reference", *WHAT, *WHEN, "pairs", "n", "n_reference"]].assign(
        sd_of_differences=spread, pooled_sd=rows["pooled_sd"],
        pairs_for_difference=least_pairs(paired), per_arm_for_difference=least_per_arm(unpaired),
        detectable_paired=least_paired * spread, detectable_unpaired=least_unpaired * rows["pooled_sd"],
    )  # fmt: skip


def _used(models: _Models, tests: pd.DataFrame, frames: Mapping[str, pd.DataFrame]) -> Iterator[str]:
    if models.kinds - {CLUSTERS}:
        yield MODEL
    if CLUSTERS in models.kinds:
        yield CLUSTER
    if len(tests):
        yield CONTRAST
    if len(tests) and (tests["pairs"] > 0).any():
        yield TWIN
    if len(tests) and (tests["quantity"] != VALUE).any():
        yield COURSES
    if CENSORED in frames:
        yield TOBIT
