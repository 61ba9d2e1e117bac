"""Results of studies: their frames, files and statistics, the comparison of arms, and the figures.

`results.open("runs/...")` gives the results of a study as frames of pandas, spikes and grids (`results.study`).
`results.files.store` explains the file format, and reads and writes it. `results.comparison.arms` compares arms,
`results.analyses` has what a study may ask for besides, and `results.figures` draws.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from results.study import StudyResults


def open(*folders: Path | str) -> StudyResults:
    """Open the results of a study, or of several as one; what they hold is read when it is asked for.

    Parameters
    ----------
    *folders
        Of the study, such as "runs/ligation-vs-sham". Of several, arms of one name that are not the same are called
        after their folder too, and animals that are others have other numbers (docs/comparing.md).

    Raises
    ------
    UserError
        Where one is no folder of a study.
    """
    from results.study import open_study

    return open_study(*folders)
