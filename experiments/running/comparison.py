"""Compare the arms of a study folder, and write the comparison as tables and figures into it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from results.files.folder import COMPARE

if TYPE_CHECKING:
    from results.comparison.arms import Comparison


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


def compare_arms(
    out: Path | str, references: Mapping[str, str] | None = None, analyses: Iterable[str] = ()
) -> ComparisonFiles:
    """Compare the arms of a study folder as far as its animals are finished, and write OUT/compare.

    Parameters
    ----------
    out : path
        The folder of the study.
    references : mapping of arm to arm, optional
        The arm that another one is compared with, where that is not the arm that follows from their treatments.
    analyses : names, optional
        Analyses besides those that the study asks for, such as "dose-response".

    Returns
    -------
    ComparisonFiles
        `print(compare_arms(out).report())` shows it.

    Raises
    ------
    UserError
        Where the folder holds no study, and for an unknown arm or analysis.
    """
    from results.comparison.arms import compare
    from results.figures import draw_study

    comparison, folder = compare(out, references, analyses), Path(out) / COMPARE
    return ComparisonFiles(comparison, (*comparison.write(folder), *draw_study(comparison, folder)))
