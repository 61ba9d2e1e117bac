"""Compares the arms of a study folder: what each arm gave, and how it differs from its references."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from results.analyses.analysis import Analysis
from results.analyses.effects import study_of
from results.analyses.registry import analyse
from results.atomic import write_text
from results.contrasts import Contrast, contrasts, differences, phase_differences, samples, summary
from results.folder import Manifest
from results.gathering import StudyData, dosing_days, gather
from results.report import lines
from results.tables import Table

#: Tables with one row per animal and value; they are written as CSV only.
LONG_TABLES = ("assays", "averages", "rates", "concentrations")


@dataclass(frozen=True)
class Comparison:
    """All tables of one study.

    tables: `assays`, `averages` (of epochs) and `rates` (of populations), one row per animal and value; of each a
    `_summary` per arm and a `_differences` between arms (`assay_summary`, `rate_differences`, ...);
    `phase_differences` within arms; `concentrations`. Of averages and rates the summaries are over all epochs of one
    purpose and day (hour 0), while the differences are between epochs of the same hour, which both arms have.
    analyses: what the study asked for besides, each with tables of its own.
    finished: arm -> numbers of the animals read. dosing: arm -> (first, last) days of dosing.
    Intervals are of 95 %, one by one, not corrected for their number.
    """

    manifest: Manifest
    finished: Mapping[str, tuple[int, ...]]
    contrasts: tuple[Contrast, ...]
    dosing: Mapping[str, tuple[tuple[float, float], ...]]
    tables: Mapping[str, Table]
    analyses: tuple[Analysis, ...] = ()

    def write(self, folder: Path | str) -> list[Path]:
        """Write every table as CSV, summaries and differences as comparison.json, and report.txt; returns the paths.

        Raises UserError where the folder cannot be written. Files of an earlier comparison are replaced.
        """
        folder = Path(folder)
        own = (item for analysis in self.analyses for item in analysis.tables.items())
        texts = {f"{name}.csv": table.csv() for name, table in (*self.tables.items(), *own)}
        texts["comparison.json"] = self.json()
        texts["report.txt"] = "\n".join(self.report()) + "\n"
        for name, text in texts.items():
            write_text(folder / name, text, replace=True)
        return [folder / name for name in texts]

    def json(self) -> str:
        """Summaries and differences as JSON text, missing numbers as null."""
        content = {
            "study": self.manifest.study,
            "finished": {arm: list(animals) for arm, animals in self.finished.items()},
            "tables": {name: table.records() for name, table in self.tables.items() if name not in LONG_TABLES},
        }
        if self.analyses:
            content["analyses"] = {analysis.name: analysis.record() for analysis in self.analyses}
        return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"

    def report(self) -> list[str]:
        """The comparison in lines of text."""
        return lines(self.manifest, self.finished, self.contrasts, self.tables, self.analyses)

    def __str__(self) -> str:
        return "\n".join(self.report())


def compare(out: Path | str, references: Mapping[str, str] | None = None, analyses: Iterable[str] = ()) -> Comparison:
    """Compare the arms of the study folder `out`, as far as its animals are finished.

    analyses: by name, besides those the study itself asks for.

    References are chosen by circuit, treatment and manipulation (`contrasts`); `references` (arm -> reference)
    overrides them. Raises UserError where `out` is no study folder, a file is damaged, or a named arm or analysis is
    not there.
    """
    data = gather(out)
    wanted = contrasts(data.manifest.arms, references)
    names = (*data.manifest.extra.get("analyses", ()), *analyses)
    study = study_of(data.manifest.arms, samples(data.assays), wanted)
    return Comparison(
        data.manifest, data.finished, wanted, dosing_days(data), _tables(data, wanted), analyse(study, names)
    )


def _tables(data: StudyData, wanted: tuple[Contrast, ...]) -> dict[str, Table]:
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
