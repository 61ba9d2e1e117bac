"""Compares the arms of a study folder: means of each arm, and paired differences from its references.

`Comparison.tables` holds these tables, and `Comparison.write` makes a CSV file of each:

| table | one row for each |
|---|---|
| `assays` | value of an assay of an animal |
| `averages` | average of an epoch of an animal, such as a transmitter level |
| `rates` | population in an epoch of an animal, Hz per cell |
| `concentrations` | arm, drug at a place, and hour: mean and range over animals |
| `assay_summary`, `average_summary`, `rate_summary` | arm and measure: n, mean, SEM, 95 % interval |
| `assay_differences`, `average_differences`, `rate_differences` | contrast and measure: paired difference and ratio |
| `phase_differences` | arm, day and measure: after a manipulation minus before it, paired |

A measure is what was measured, on which side, when, and after which manipulation
(`results.comparison.contrasts.Measure`). The summaries of averages and rates are over all epochs of one purpose and
day, and have hour 0 there; their differences are between epochs of the same hour. Analyses that the study asks for add
tables of their own (`results.analyses`).

Columns: `day` is the day from surgery, `hour` the hour of that day. `low` and `high` are the ends of the 95 % interval
of the mean or difference, `ratio_low` and `ratio_high` those of the ratio. `n` counts animals and `pairs` pairs of
animals; `censored` counts those that reached the cut-off of the assay, so that their true value is higher.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from results.analyses.analysis import Analysis
from results.analyses.effects import study_of
from results.analyses.registry import analyse
from results.comparison.contrasts import Contrast, contrasts, differences, phase_differences, samples, summary
from results.comparison.frames import csv_text, json_records
from results.comparison.gathering import StudyData, dosing_days, gather
from results.comparison.report_text import lines
from results.files.atomic import write_text
from results.files.folder import Manifest

#: Tables with one row for each animal and value; they are written as CSV only.
LONG_TABLES = ("assays", "averages", "rates", "concentrations")


@dataclass(frozen=True)
class Comparison:
    """The comparison of a study's arms. Intervals are of 95 % and not corrected for their number.

    Attributes
    ----------
    manifest
        Of the study.
    finished
        Arm -> numbers of the animals that were read.
    contrasts
        Which arm is compared with which.
    dosing
        Arm -> (first, last) days of each dosing period.
    tables
        Name -> table, as `results.comparison.arms` lists them.
    analyses
        What the study or the user asked for besides.
    """

    manifest: Manifest
    finished: Mapping[str, tuple[int, ...]]
    contrasts: tuple[Contrast, ...]
    dosing: Mapping[str, tuple[tuple[float, float], ...]]
    tables: Mapping[str, pd.DataFrame]
    analyses: tuple[Analysis, ...] = ()

    def write(self, folder: Path | str) -> list[Path]:
        """Write every table as CSV, comparison.json and report.txt; files of an earlier comparison are replaced.

        Parameters
        ----------
        folder
            Made where it does not exist.

        Returns
        -------
        list of Path
            The files.

        Raises
        ------
        UserError
            Where the folder cannot be written.
        """
        folder = Path(folder)
        own = (item for analysis in self.analyses for item in analysis.tables.items())
        texts = {f"{name}.csv": csv_text(table) for name, table in (*self.tables.items(), *own)}
        texts["comparison.json"] = self.json()
        texts["report.txt"] = "\n".join(self.report()) + "\n"
        for name, text in texts.items():
            write_text(folder / name, text, replace=True)
        return [folder / name for name in texts]

    def json(self) -> str:
        """Summaries, differences and analyses as JSON text; NaN becomes null."""
        content = {
            "study": self.manifest.study,
            "finished": {arm: list(animals) for arm, animals in self.finished.items()},
            "tables": {name: json_records(table) for name, table in self.tables.items() if name not in LONG_TABLES},
        }
        if self.analyses:
            content["analyses"] = {analysis.name: analysis.record() for analysis in self.analyses}
        return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"

    def report(self) -> list[str]:
        """Lines of the report: arms, assays, differences, averages at rest, and analyses."""
        return lines(self.manifest, self.finished, self.contrasts, self.tables, self.analyses)

    def __str__(self) -> str:
        return "\n".join(self.report())


def compare(out: Path | str, references: Mapping[str, str] | None = None, analyses: Iterable[str] = ()) -> Comparison:
    """Compare the arms of a study folder, as far as its animals are finished.

    Parameters
    ----------
    out
        The study folder.
    references
        Arm -> the reference it is compared with, instead of those that follow from circuit, treatment and manipulation
        (`results.comparison.contrasts`).
    analyses
        Names of analyses besides those that the study asks for (`results.analyses.names`).

    Returns
    -------
    Comparison
        Nothing is written; see `Comparison.write` and `results.figures.draw_study`.

    Raises
    ------
    UserError
        Where `out` is no study folder, a file is damaged, or a name is unknown.
    """
    data = gather(out)
    wanted = contrasts(data.manifest.arms, references)
    names = (*data.manifest.extra.get("analyses", ()), *analyses)
    study = study_of(data.manifest.arms, samples(data.assays), wanted)
    return Comparison(
        data.manifest, data.finished, wanted, dosing_days(data), _tables(data, wanted), analyse(study, names)
    )


def _tables(data: StudyData, wanted: tuple[Contrast, ...]) -> dict[str, pd.DataFrame]:
    assays = samples(data.assays)
    return {
        "assays": data.assays,
        "assay_summary": summary(assays),
        "assay_differences": differences(assays, wanted),
        "phase_differences": phase_differences(assays),
        "averages": data.averages,
        "average_summary": summary(samples(data.averages, by_day=True)),
        "average_differences": differences(samples(data.averages), wanted),
        "rates": data.rates,
        "rate_summary": summary(samples(data.rates, by_day=True)),
        "rate_differences": differences(samples(data.rates), wanted),
        "concentrations": data.concentrations,
    }
