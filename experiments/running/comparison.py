"""What the comparison of a finished study shows: on the terminal, and as tables and figures in its folder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from results.folder import COMPARE

if TYPE_CHECKING:
    from results.comparison import Comparison


@dataclass(frozen=True)
class Findings:
    """The comparison itself, and the files it was written to."""

    comparison: Comparison
    files: tuple[Path, ...]

    def report(self) -> list[str]:
        """Print the whole comparison and where its tables and figures are; returns the lines."""
        return self._print(self.comparison)

    def summary(self) -> list[str]:
        """As `report`, but of the assays only: without the averages of epochs at rest."""
        rest = self.comparison.tables["average_summary"]
        tables = {**self.comparison.tables, "average_summary": rest.where(arm="")}
        return self._print(replace(self.comparison, tables=tables))

    def _print(self, comparison: Comparison) -> list[str]:
        lines = comparison.report()
        if self.files:
            lines = [*lines, "", f"{len(self.files)} tables and figures are in {self.files[0].parent}"]
        print("\n".join(lines))
        return lines


def compare_arms(
    out: Path | str, references: Mapping[str, str] | None = None, analyses: Iterable[str] = ()
) -> Findings:
    """Compare the arms of a study folder as far as its animals are finished, and write OUT/compare.

    references: arm -> the arm it is compared with, where that is not to follow from their treatments. analyses:
    by name, besides those the study asks for.
    """
    from results.comparison import compare
    from results.figures import draw_study

    comparison, folder = compare(out, references, analyses), Path(out) / COMPARE
    return Findings(comparison, (*comparison.write(folder), *draw_study(comparison, folder)))
