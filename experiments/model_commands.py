"""The commands that are about the model itself, not about a study."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from experiments.terminal import AsJson, print_json


def calibrate(
    animals: Annotated[int, typer.Option(min=2, help="Sham animals to measure.")] = 12,
    seed: Annotated[int, typer.Option(min=0, help="Seed of their draws.")] = 1,
    json: AsJson = False,
) -> None:
    """Measure untreated sham animals and say which withdrawal criterion gives them the published threshold.

    Nothing is changed: the criterion in use stands in experiments/assays.py.
    """
    from experiments.calibration import calibrate as measure

    found = measure(animals, seed)
    if json:
        print_json(asdict(found))
    else:
        print("\n".join(found.report()))
