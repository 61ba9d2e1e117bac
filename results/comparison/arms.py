"""Compares the arms of a study folder: means of each arm, and paired differences from its references.

`Comparison.tables` holds these tables ([docs/comparing.md](../../docs/comparing.md) has their columns):

| table | one row for each |
|---|---|
| `assays` | value of an assay of an animal |
| `assay_summary`, `average_summary`, `rate_summary`, `recruitment_summary` | arm and measure: n, mean, SEM, interval |
| `assay_differences`, `average_differences`, ... | contrast and measure: difference and ratio over pairs of animals |
| `phase_differences` | arm, day and measure: after a manipulation minus before it, within the animals |
| `concentrations` | arm, drug at a place, and hour: mean and range over animals |

A measure is what was measured, at which moment, after which manipulation, on which side and under which stimulus.
Nothing is averaged over moments, phases, sides or strengths. Analyses that the study asks for add tables of their own
(`results.analyses`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path

import numpy as np
import pandas as pd

from results.analyses.analysis import Analysis
from results.analyses.effects import study_of
from results.analyses.registry import analyse
from results.comparison.animal_values import ALL, Scope
from results.comparison.contrasts import Contrast, alone, contrasts_of, samples
from results.comparison.frames import json_records, stacked
from results.comparison.gathering import UNEQUAL_STIMULUS, StudyData, dosing_days, gather
from results.comparison.measure_tables import difference_table, phase_table, summary_table
from results.comparison.report_text import lines
from results.comparison.writing import remove_earlier, write_tables
from results.files.atomic import write_text
from results.files.folder import GROWS, Manifest
from results.files.several import NOT_OF_ONE_MODEL, FiledStudy, filed
from results.statistics.analysis import StatisticalAnalysis
from results.statistics.analysis import analyse as analyse_statistics

#: Entry of the manifest: name of a measure -> where its assay ends without a withdrawal.
CUT_OFFS = "cut_offs"
#: So many flagged animals and populations are named in a line.
_MOST_NAMED = 5
#: What the epochs at rest are for; of the tables of epochs the folder has these rows (`Comparison.written`).
REST = "rest"


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
        Name -> DataFrame, as `results.comparison.arms` lists them.
    analyses
        What the study or the user asked for besides.
    statistics
        Statistical models and tests of the assays, in the same form, with their methods.
    notes
        What the report says of the whole comparison, one line each.
    """

    manifest: Manifest
    finished: Mapping[str, tuple[int, ...]]
    contrasts: tuple[Contrast, ...]
    dosing: Mapping[str, tuple[tuple[float, float], ...]]
    tables: Mapping[str, pd.DataFrame]
    analyses: tuple[Analysis, ...] = ()
    statistics: tuple[StatisticalAnalysis, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def flagged(self) -> tuple[str, ...]:
        """What is flagged in the animals that were compared, in one line; none where nothing is."""
        return flag_notes(self.tables["flags"]) if "flags" in self.tables else ()

    @property
    def caveats(self) -> tuple[str, ...]:
        """What stands below each figure: animals that lack what was added, folders of two models, what is flagged."""
        told = (note for note in self.notes if note.startswith(NOT_OF_ONE_MODEL) or note.endswith(GROWS))
        return (*told, *self.flagged)

    @property
    def written(self) -> dict[str, pd.DataFrame]:
        """The tables that are written by default.

        Those of epochs are not; of them `rest_summary` and `rest_differences` hold the epochs at rest, without what is
        0 in all arms at all times, and without differences between twins that are equal.
        """
        small = {name: self.tables[name] for name in ("assays", "assay_summary", "assay_differences")}
        small |= {name: self.tables[name] for name in ("phase_differences", "concentrations")}
        for kind, told in (("summary", _is_told), ("differences", _differs)):
            whole = (at_rest(self.tables[f"{name}_{kind}"]) for name in ("average", "rate"))
            small[f"rest_{kind}"] = stacked([table[told(table)] for table in whole])
        small |= {"flags": self.tables["flags"]} if len(self.tables["flags"]) else {}
        own = (item for analysis in (*self.statistics, *self.analyses) for item in analysis.tables.items())
        return {**small, **dict(own)}

    def write(self, folder: Path | str) -> list[Path]:
        """Write the tables of `written` as CSV, report.txt and methods.txt; earlier ones are replaced.

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
        texts = {"report.txt": "\n".join(self.report()) + "\n"}
        for each in self.statistics:
            texts["methods.txt"] = "\n\n".join([*each.methods, "\n".join(each.references)]) + "\n"
        files = write_tables(self.written, folder)
        for name, text in texts.items():
            write_text(folder / name, text, replace=True)
            files.append(folder / name)
        remove_earlier(folder, self.tables, files)
        return files

    def json(self) -> str:
        """The tables of `written`, and the analyses, as JSON text; NaN becomes null."""
        own = {analysis.name: analysis.record() for analysis in (*self.statistics, *self.analyses)}
        of_analyses = {name for record in own.values() for name in record["tables"]}
        content = {
            "study": self.manifest.study,
            "finished": {arm: list(animals) for arm, animals in self.finished.items()},
            "tables": {name: json_records(each) for name, each in self.written.items() if name not in of_analyses},
        }
        content |= {"analyses": own} if own else {}
        return json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False) + "\n"

    def report(self) -> list[str]:
        """Lines of the report: arms, assays, differences, averages and rates at rest, and analyses."""
        return list(self._report)

    @cached_property
    def _report(self) -> list[str]:
        return lines(self)

    def __str__(self) -> str:
        return "\n".join(self.report())


def compare(
    out: Path | str | FiledStudy,
    references: Mapping[str, str] | None = None,
    analyses: Iterable[str] = (),
    scope: Scope = ALL,
) -> Comparison:
    """Compare the arms of a study folder, or of several, as far as their animals are finished.

    Parameters
    ----------
    out
        The study folder; `results.files.several.filed` has several as one.
    references
        Arm -> the reference it is compared with, instead of those that follow from circuit, treatment and manipulation
        (`results.comparison.contrasts`).
    analyses
        Names of analyses besides those that the study asks for (`results.analyses.names`).
    scope
        Days and assays to compare; all by default.

    Returns
    -------
    Comparison
        Nothing is written; see `Comparison.write` and `results.figures.draw_study`.

    Raises
    ------
    UserError
        Where `out` is no study folder, a file is damaged, or a name is unknown.
    """
    filed_study = out if isinstance(out, FiledStudy) else filed(out)
    data = gather(filed_study, partial(contrasts_of, references=references), scope)
    wanted = tuple(data.sums["assay"].pairs)
    names = (*data.manifest.extra.get("analyses", ()), *analyses)
    study = study_of(data.manifest.arms, samples(data.assays) if names else {}, wanted)
    return Comparison(
        data.manifest,
        data.finished,
        wanted,
        dosing_days(data),
        _tables(data),
        analyse(study, names),
        _statistics(data, wanted),
        notes=(*filed_study.notes, *_notes(data, wanted)),
    )


def _notes(data: StudyData, wanted: tuple[Contrast, ...]) -> Iterator[str]:
    """What is said of the whole comparison."""
    if data.manifest.grows:
        yield GROWS
    if data.unequal:
        yield UNEQUAL_STIMULUS
    yield from flag_notes(data.flags)
    yield from _alone(data.manifest, wanted)


def _alone(manifest: Manifest, found: tuple[Contrast, ...]) -> tuple[str, ...]:
    """One line for the arms that are compared with none; none for a study of one arm."""
    names = alone(manifest.arms, found) if len(manifest.arms) > 1 else ()
    if not names:
        return ()
    return (
        f"Compared with no arm: {_first(names)}. None of this study has sham (or naive), vehicle or no manipulation in "
        "one respect and is equal in all others; --reference ARM=ARM chooses one.",
    )


def flag_notes(flags: pd.DataFrame) -> tuple[str, ...]:
    """One line of what is flagged and in which animals, for each report and figure that uses them; none for nothing."""
    if not len(flags):
        return ()
    what = _first(f"{name} {what}" for name, what in zip(flags["name"], flags["what"], strict=True))
    animals = _first(f"{arm} {animal}" for arm, animal in zip(flags["arm"], flags["animal"], strict=True))
    return (f"Flagged, for no circuit does this: {what}; in {animals}. The table of flags has all, with their times.",)


def _first(found: Iterable[str]) -> str:
    """The first of what is found, each once, and how many more there are."""
    every = list(dict.fromkeys(found))
    more = f" and {len(every) - _MOST_NAMED} more" if len(every) > _MOST_NAMED else ""
    return ", ".join(every[:_MOST_NAMED]) + more


def _statistics(data: StudyData, wanted: tuple[Contrast, ...]) -> tuple[StatisticalAnalysis, ...]:
    """The statistics of the assays; nothing where there are none."""
    first_doses = {arm.name: arm.first_dose_hours for arm in data.manifest.arms}
    found = analyse_statistics(data.assays, wanted, first_doses, data.manifest.extra.get(CUT_OFFS, {}))
    return (found,) if found.tables else ()


def at_rest(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of epochs at rest, without the columns that tell a stimulus."""
    told = [name for name in ("stimulus", "part", "from_strength", "to_strength", "strength_unit") if name in table]
    return table[table["assay"] == REST].drop(columns=told)


def _is_told(summary: pd.DataFrame) -> np.ndarray:
    """Which rows are of a name that is not 0 everywhere."""
    told = set(summary.loc[summary["mean"] != 0, "name"])
    found: np.ndarray = summary["name"].isin(told).to_numpy()
    return found


def _differs(differences: pd.DataFrame) -> np.ndarray:
    """Which rows are of pairs that are not all equal."""
    found: np.ndarray = ((differences["difference"] != 0) | (differences["sem"] != 0)).to_numpy()
    return found


def _tables(data: StudyData) -> dict[str, pd.DataFrame]:
    arms, cut_offs = list(data.finished), data.manifest.extra.get(CUT_OFFS, {})
    tables = {"assays": data.assays}
    phases = [phase_table(data.sums["assay"], arms)]
    phases += [at_rest(phase_table(data.sums[name], arms)) for name in ("average", "rate")]
    for name, sums in data.sums.items():
        tables[f"{name}_summary"] = summary_table(sums, arms, cut_offs)
        tables[f"{name}_differences"] = difference_table(sums)
    return {
        **tables,
        "phase_differences": stacked(phases),
        "concentrations": data.concentrations,
        "flags": data.flags,
    }
