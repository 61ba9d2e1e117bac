"""Compare the arms of a study folder, and write the comparison as tables and figures into it."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

from core.errors import UserError, unknown_name
from results.files.folder import COMPARE, MANIFEST
from results.files.inside import inside
from results.files.parts import remove_dead_parts

if TYPE_CHECKING:
    from results.comparison.arms import Comparison
    from results.exports.tables import Form
    from results.files.several import FiledStudy

#: Folder of the tables of single animals, beside those of the comparison.
FRAMES_FOLDER = "frames"
#: In place of the names of all figures.
ALL_FIGURES = "all"


@dataclass(frozen=True)
class ComparisonFiles:
    """A comparison of arms, and the files it was written to.

    Attributes
    ----------
    comparison : Comparison
        Tables of the assays and epochs, arm against arm.
    files : tuple of Path
        Tables and figures, in the folder `compare` of the study folder.
    """

    comparison: Comparison
    files: tuple[Path, ...]

    def report(self) -> str:
        """Return the whole comparison as text, and where its tables and figures are. To be printed."""
        return self._text(self.comparison)

    def summary(self) -> str:
        """Return the comparison of the assays as text, without the averages of epochs at rest. To be printed."""
        tables = dict(self.comparison.tables)
        tables |= {name: tables[name].iloc[:0] for name in ("average_summary", "rate_summary")}
        return self._text(replace(self.comparison, tables=tables))

    def _text(self, comparison: Comparison) -> str:
        lines = comparison.report()
        if self.files:
            lines = [*lines, "", f"{len(self.files)} tables and figures are in {self.files[0].parent}"]
        return "\n".join(lines)


@dataclass(frozen=True)
class WantedComparison:
    """What is asked of a comparison; everything by default.

    Attributes
    ----------
    days : tuple of int
        Days to compare; all where empty.
    assays : tuple of str
        Assays to compare, "rest" for rest; all where empty.
    figures : tuple of str, optional
        Names of the figures to draw, "all" or "none". By default those that answer the study
        (`results.figures.gallery.usual_figures`), or none where days or assays are chosen.
    tables : str
        "csv" or "parquet" writes every table whole, and those of single animals, besides.
    into : Path, optional
        Folder for what comes of several study folders; what comes of one goes into the folder itself.
    """

    days: tuple[int, ...] = ()
    assays: tuple[str, ...] = ()
    figures: tuple[str, ...] | None = None
    tables: str = ""
    into: Path | None = None

    def top(self, folders: Sequence[Path]) -> Path:
        """The folder for all that comes of a comparison of these study folders.

        Raises
        ------
        UserError
            Where `into` lacks for several folders, is given for one, or is the folder of a study; for a link that leads
            out of the folder.
        """
        if len(folders) == 1:
            if self.into is not None:
                raise UserError(f"--out {self.into}: it is for several folders; of one, all goes to its {COMPARE}.")
            return inside(folders[0], COMPARE)
        if self.into is None:
            raise UserError("--out: several folders are compared; name a folder for what comes of it.")
        if (self.into / MANIFEST).exists():
            raise UserError(f"--out {self.into}: it is the folder of a study; choose another folder.")
        return self.into

    def place(self, folders: Sequence[Path]) -> Path:
        """Where the files go: chosen days and assays have a folder of their own. Raises UserError as `top`."""
        days = [f"day{day}" for day in sorted(self.days)]
        return inside(self.top(folders), *filter(None, ["_".join((*days, *sorted(self.assays)))]))

    @property
    def drawn(self) -> tuple[str, ...] | None:
        """Names of the figures to draw, None for those that answer the study."""
        if self.figures is None:
            return () if self.days or self.assays else None
        return tuple(name for name in self.figures if name != "none")


def compare_arms(
    out: Path | str | FiledStudy,
    references: Mapping[str, str] | None = None,
    analyses: Iterable[str] = (),
    wanted: WantedComparison | None = None,
) -> ComparisonFiles:
    """Compare the arms of a study folder as far as its animals are finished, and write OUT/compare.

    Parameters
    ----------
    out : path
        The folder of the study; `results.files.several.filed` has several as one, with `wanted.into`.
    references : mapping of arm to arm, optional
        The arm that another one is compared with, where that is not the arm that follows from their treatments.
    analyses : names, optional
        Analyses besides those that the study asks for, such as "dose-response".
    wanted : WantedComparison, optional
        Which days, assays and figures; everything by default.

    Returns
    -------
    ComparisonFiles
        `print(compare_arms(out).report())` shows it.

    Raises
    ------
    UserError
        Where the folder holds no study, where a link leads out of it, and for an unknown arm, analysis, day, assay or
        figure.
    """
    from results.comparison.animal_values import Scope
    from results.comparison.arms import compare
    from results.files.several import FiledStudy, filed

    study = out if isinstance(out, FiledStudy) else filed(out)
    wanted = wanted or WantedComparison()
    figures = wanted.drawn
    scope = Scope(frozenset(wanted.days), frozenset(wanted.assays))
    folder = wanted.place(study.folders)
    remove_dead_parts(wanted.top(study.folders), below=True)
    comparison = compare(study, references, (*analyses, *_analyses_of(figures)), scope)
    files = comparison.write(folder)
    if figures != ():
        from results.figures.gallery import draw_study, usual_figures

        files += draw_study(comparison, folder, _names(figures, usual_figures(comparison)))
    if wanted.tables:
        files += _write_all(comparison, study, folder, wanted)
    return ComparisonFiles(comparison, tuple(files))


def _names(figures: tuple[str, ...] | None, usual: Sequence[str]) -> Sequence[str] | None:
    """Names of the figures to draw, None for all."""
    if figures is None:
        return usual
    return None if ALL_FIGURES in figures else figures


def _analyses_of(figures: tuple[str, ...] | None) -> list[str]:
    """The analyses that these figures show; UserError for a name that no figure has."""
    if not figures:
        return []
    from results.figures.gallery import ANALYSIS_FIGURES, STUDY_FIGURES

    shown = {figure: analysis for analysis, (figure, _) in ANALYSIS_FIGURES.items()}
    for name in figures:
        if name not in (ALL_FIGURES, *STUDY_FIGURES, *shown):
            raise unknown_name("figure", name, (ALL_FIGURES, *STUDY_FIGURES, *shown))
    return [shown[name] for name in figures if name in shown]


def _write_all(comparison: Comparison, study: FiledStudy, folder: Path, wanted: WantedComparison) -> list[Path]:
    """Write every table whole, and the frames of the study, some animals at a time."""
    from results.comparison.writing import write_tables
    from results.exports.choice import Choice
    from results.exports.tables import write_tables as write_frames
    from results.study import results_of

    frames, form = inside(folder, FRAMES_FOLDER), cast("Form", wanted.tables)
    tables = {**comparison.tables, **comparison.written}
    shutil.rmtree(frames, ignore_errors=True)
    choice = Choice(days=wanted.days, epochs=wanted.assays)
    return [
        *write_tables(tables, folder, form),
        *(frames / name for name in write_frames(results_of(study), frames, choice, form)),
    ]
