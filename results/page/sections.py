"""The parts of the page that show results: in short, timeline, arms, courses, response curves, spikes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
import pandas as pd

from results.analyses.analysis import Analysis
from results.comparison.arms import Comparison
from results.page.courses import MOST_POINTS, THRESHOLDS, Courses, course_plots, first_animals
from results.page.looks import ArmLook, arm_looks
from results.page.plots import Plot
from results.page.rasters import raster_plot
from results.page.responses import response_plots
from results.page.tables import closed_table, differences_table, model_table, short_table, summary_table, table
from results.page.texts import PageTexts
from results.page.timeline import timeline
from results.page.words import named, titled
from results.statistics.analysis import StatisticalAnalysis
from results.study import StudyResults

_COURSE_CAPTION = (
    "Lines: means of arms, with their 95 % intervals over animals. Small points: single animals, the first "
    f"{MOST_POINTS} of each arm. Dotted: surgery. Grey: days of dosing. Dashed: cut-off of the assay. Crosses without "
    "a line: after a manipulation, which the pointer names. Arms lie a little aside of one another, to be told apart."
)
_DIFFERENCES = (
    "<p>Differences of thresholds between arms at the last moment at which both were measured and nothing else had "
    "just been done. Animals of one number are virtual twins, the same animal in every arm, so that their differences "
    "are paired (Student's t). No laboratory has twins: beside them stand the interval and the p value that the same "
    "animals have as separate rats (Welch's t), which are those to hold beside an experiment. Intervals are of "
    "95&nbsp;% and not corrected for their number. p values are corrected by Holm's method, over all contrasts and "
    "times of a measure, so that an interval without 0 can stand beside a p above 0.05.</p>"
)
_AT_CUT_OFF = (
    "<p>A pair is at the cut-off where one of its animals did not withdraw before it, or both. Such an animal counts "
    "with the cut-off, so that the difference may be further from 0 than it is here; where all are at it, nothing is "
    "known of the difference.</p>"
)
#: What a test is of.
_TESTED = ("arm", "reference", "assay", "name", "side", "phase", "day", "hour")
_BANDS = (
    "<p>Firing rates at equal stimulus, means with 95&nbsp;% intervals over animals. A rising force is cut into "
    "bands. Lines join the bands that all animals of an arm reached; faint points, without intervals, are of those "
    "that had not withdrawn before, the least sensitive ones, and the pointer tells how many. The last band of "
    "an animal ends with its withdrawal, at which projection cells pass the criterion by definition. An assay that "
    "holds a force compares circuits without that.</p>"
)


@dataclass(frozen=True)
class Section:
    """A part of the page with its heading: name for links, heading, and HTML."""

    name: str
    heading: str
    body: str


def results_sections(
    study: StudyResults, comparison: Comparison, texts: PageTexts, plots: list[Plot]
) -> Iterator[Section]:
    """Sections with results; their plots are added to `plots`."""
    looks = arm_looks(study.manifest.arms)
    summary, differences = comparison.tables["assay_summary"], comparison.tables["assay_differences"]
    yield from _in_short(with_p_values(differences, comparison.statistics))
    days = summary["day"] if len(summary) else pd.Series([0])
    last = max([float(days.max()), *(stop for event in texts.events for _, stop in event.spans)])
    first = min([float(days.min()), *(start for event in texts.events for start, _ in event.spans)])
    yield Section("timeline", "Timeline", timeline(texts.events, first, last))
    yield Section("arms", "Arms", _arms(study, comparison))
    dosing = tuple(sorted({period for periods in comparison.dosing.values() for period in periods}))
    data = Courses(summary, first_animals(comparison.tables["assays"]), looks, dosing)
    for name, heading, assays in _families(summary):
        found = list(course_plots(data, assays))
        plots += found
        told = "".join(f"<p>{escape(texts.assays[assay])}</p>" for assay in assays if assay in texts.assays)
        own = differences[differences["assay"].isin(assays)]
        tables = summary_table(f"{heading}: arms", summary[summary["assay"].isin(assays)])
        tables += differences_table(f"{heading}: differences between arms", own)
        tables += "".join(model_table(heading, each, assays) for each in comparison.statistics)
        caption = f'<p class="quiet">{_animals(summary)} {_COURSE_CAPTION if len(plots) == len(found) else ""}</p>'
        yield Section(name, heading, f"{told}{_figures(found)}{caption}{tables}")
    yield from _spikes(study, comparison, looks, plots)
    yield from (_analysis(analysis) for analysis in comparison.analyses)


def _analysis(analysis: Analysis) -> Section:
    """What an analysis that the study asks for found, line by line, and its tables."""
    lines = escape("\n".join(analysis.sentences))
    tables = "".join(
        closed_table(name.replace("_", " "), [*map(str, rows.columns)], rows.itertuples(index=False, name=None))
        for name, rows in analysis.tables.items()
    )
    title = analysis.title[:1].upper() + analysis.title[1:]
    return Section(f"analysis-{analysis.name}", title, f'<pre class="scroll" tabindex="0">{lines}</pre>{tables}')


def _in_short(differences: pd.DataFrame) -> Iterator[Section]:
    """Differences in thresholds at the last moment without a manipulation."""
    plain = differences[_is_threshold(differences) & (differences["phase"] == "")]
    if plain.empty:
        return
    keys = ["name", "side", "arm", "reference"]
    last = plain.sort_values(["day", "hour"], kind="stable").groupby(keys, observed=True, sort=False).tail(1)
    measures = last.groupby(["name", "side"], observed=True, sort=False)
    order = sorted(measures.groups, key=lambda key: (list(last["name"]).index(key[0]), key[1] != "ipsi"))
    tables = "".join(short_table(titled(*key), measures.get_group(key)) for key in order)
    told = _DIFFERENCES + (_AT_CUT_OFF if last["censored"].any() else "")
    yield Section("short", "In short", f'{told}<div class="tables">{tables}</div>')


def with_p_values(differences: pd.DataFrame, statistics: Sequence[StatisticalAnalysis]) -> pd.DataFrame:
    """Differences with p values of their tests, corrected after Holm: `p` of twins, `p_unpaired` of separate rats."""
    tests = pd.concat([pd.DataFrame(), *(each.tables.get("statistics", pd.DataFrame()) for each in statistics)])
    if tests.empty:
        return differences.assign(p=np.nan, p_unpaired=np.nan)
    found = tests[tests["quantity"] == "value"].rename(columns={"p_paired_holm": "p", "p_unpaired_holm": "p_unpaired_"})
    found = found[[*_TESTED, "p", "p_unpaired_"]].rename(columns={"p_unpaired_": "p_unpaired"})
    plain = {name: str for name in _TESTED if name not in ("day", "hour")}
    return differences.astype(plain).merge(found.astype(plain), how="left", on=list(_TESTED))


def _is_threshold(rows: pd.DataFrame) -> pd.Series:
    return rows["name"].astype(str).str.endswith(THRESHOLDS)


def _families(summary: pd.DataFrame) -> Iterator[tuple[str, str, list[str]]]:
    """(name, heading, assays) of each section of courses: thresholds together, every other assay by itself."""
    assays = [str(assay) for assay in dict.fromkeys(summary["assay"])]
    thresholds = {str(assay) for assay in summary.loc[_is_threshold(summary), "assay"]}
    if thresholds:
        yield "thresholds", "Thresholds over days", [assay for assay in assays if assay in thresholds]
    for assay in assays:
        if assay not in thresholds:
            text = named(assay)
            yield assay.replace("_", "-"), text[0].upper() + text[1:], [assay]


def _spikes(
    study: StudyResults, comparison: Comparison, looks: Mapping[str, ArmLook], plots: list[Plot]
) -> Iterator[Section]:
    responses = list(response_plots(comparison.tables["rate_summary"], looks))
    if responses:
        plots += responses
        yield Section("responses", "Response curves", _BANDS + _figures(responses, single=True))
    raster = raster_plot(study, looks)
    if raster:
        plots.append(raster)
        yield Section("raster", "Spikes", _figures([raster], single=True))


def _animals(summary: pd.DataFrame) -> str:
    """How many animals a mean is of."""
    least, most = int(summary["n"].min()), int(summary["n"].max())
    return f"n = {most} animals in each arm." if least == most else f"n = {least} to {most} animals; the table tells."


def _figures(plots: Sequence[Plot], single: bool = False) -> str:
    inside = "".join(map(_figure, plots))
    return f'<div class="plots{" single" if single else ""}">{inside}</div>'


def _figure(plot: Plot) -> str:
    lists = "".join(
        f'<label>{escape(choice.name)} <select data-plot="{plot.key}" data-place="{k}">'
        + "".join(f'<option value="{escape(value)}">{escape(text)}</option>' for value, text in choice.options)
        + "</select></label>"
        for k, choice in enumerate(plot.choices)
    )
    choices = f'<div class="choices">{lists}</div>' if lists else ""
    caption = f"<figcaption>{escape(plot.caption)}</figcaption>" if plot.caption else ""
    height = plot.layout["height"]
    return (
        f"<figure><h3>{escape(plot.title)}</h3>{choices}"
        f'<div id="{plot.key}" class="plot" style="height: {height}px" role="img" '
        f'aria-label="{escape(plot.alternative)}"></div>{caption}</figure>'
    )


def _arms(study: StudyResults, comparison: Comparison) -> str:
    against: dict[str, list[str]] = {}
    for contrast in comparison.contrasts:
        against.setdefault(contrast.arm, []).append(contrast.reference)
    rows = (
        (arm.name, arm.circuit, arm.treatment, arm.manipulation or "none", len(comparison.finished.get(arm.name, ())),
         ", ".join(against.get(arm.name, [])) or "–")
        for arm in study.manifest.arms
    )  # fmt: skip
    caveats = "".join(f"<p><strong>{escape(line)}</strong></p>" for line in comparison.caveats)
    return caveats + table(("arm", "circuit", "treatment", "manipulation", "animals", "compared with"), rows)
