"""Chooses from the results of a study what a figure of spikes shows: epochs, strengths, and their title."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from core.errors import UserError
from core.records import EpochRecord, SpikeTrain
from core.vocabulary import SIDES
from results.figures.spikes.rasters import draw_raster
from results.figures.spikes.responses import draw_histogram, draw_responses
from results.figures.style import pretty
from results.figures.timecourse import day_and_hour_told
from results.files.reading import read_animal
from results.frames.selection import chosen as rows_of
from results.frames.spikes import trains
from results.spikes.responses import responses
from results.study import StudyResults

#: Bins of a peristimulus histogram in seconds.
_BIN = 0.05
#: Populations whose responses are drawn where none is named, on the side that was touched.
_USUAL = ("pkc_gamma", "vertical", "parvalbumin", "islet", "projection", "locus_coeruleus_spinal")
_NO_STIMULUS = "no epoch had a stimulus"


def draw_study_raster(study: StudyResults, chosen: Mapping[str, Any], width_mm: float) -> Figure:
    """Draw the raster of one epoch of a study.

    Parameters
    ----------
    study
        Of the study.
    chosen
        What is meant: arm, animal, epoch (its label or position), assay, day, side, phase; and population, the names of
        those to draw. The first epoch with a stimulus by default.
    width_mm
        Of the figure.

    Raises
    ------
    UserError
        For what the study does not have.
    """
    wanted = dict(chosen)
    populations = wanted.pop("population", None)
    row = _first_epoch(study, wanted)
    title = f"{row['arm']}, animal {row['animal']}: {_what(row)}"
    return draw_raster(epoch_record(study, row, populations), title=title, width_mm=width_mm)


def epoch_record(study: StudyResults, row: Mapping[str, Any], populations: Sequence[str] | None = None) -> EpochRecord:
    """One epoch of a study with its spikes, given as a row of its epochs.

    Raises UserError for a population that it has not.
    """
    path = next(file for arm, number, file in study.finished if (arm.name, number) == (row["arm"], row["animal"]))
    epochs = study.epochs
    one = epochs[
        (epochs["arm"] == row["arm"]) & (epochs["animal"] == row["animal"]) & (epochs["epoch"] == row["epoch"])
    ]
    names = list(populations) if populations else None
    found = {
        each.population: SpikeTrain(each.seconds, each.cell.astype("u4"), each.cells)
        for each in trains(one, {(row["arm"], row["animal"]): path}, names)
    }
    return replace(read_animal(path, spikes=False).epochs[int(row["epoch"])], spikes=found)


def _first_epoch(study: StudyResults, wanted: dict[str, Any]) -> Mapping[str, Any]:
    label = wanted.pop("epoch", None)
    if label is not None:
        wanted["epoch" if str(label).isdigit() else "label"] = int(label) if str(label).isdigit() else label
    rows = rows_of(study.epochs, wanted, "epochs")
    pressed = rows[rows["stimulus"] != ""]
    found: Mapping[str, Any] = (pressed if len(pressed) else rows).iloc[0].to_dict()
    return found


def draw_study_responses(study: StudyResults, chosen: Mapping[str, Any], width_mm: float) -> Figure:
    """Draw response curves of a study: by default of force on the ipsilateral paw on the last day without an injection.

    Raises UserError where no epoch had a stimulus.
    """
    rates = study.rates
    if not (rates["part"] == "during").any():
        old = (rates["part"] == "whole").any()
        why = "its files are of format version 1; run the study again" if old else _NO_STIMULUS
        raise UserError(f"the study {study.manifest.study} has no response curves to draw: {why}.")
    wanted = {name: value for name, value in chosen.items() if name not in ("animal", "epoch")}
    during = rows_of(rates[rates["part"].isin(["before", "during"])], wanted, "rates")
    found = _one_condition(responses(during))
    if "population" not in chosen:
        side = str(found["side"].iloc[0])
        shown = [f"{side}_{name}" if side in SIDES else name for name in _USUAL]
        usual = found[found["population"].isin([*shown, *_USUAL])]
        found = usual if len(usual) else found
    return draw_responses(found, study.manifest.arms, _what(found.iloc[0].to_dict()), width_mm=width_mm)


def draw_study_histogram(study: StudyResults, chosen: Mapping[str, Any], width_mm: float) -> Figure:
    """Draw peristimulus histograms of a study: by default of the projection cells, as `draw_study_responses`."""
    wanted = {name: value for name, value in chosen.items() if name not in ("population", "epoch")}
    epochs = study.epochs[study.epochs["stimulus"] != ""]
    if not len(epochs):
        raise UserError(f"the study {study.manifest.study} has no histogram to draw: {_NO_STIMULUS}.")
    epochs = rows_of(epochs, wanted, "epochs")
    shown = _one_condition(epochs)
    keys = {name: shown[name].iloc[0] for name in ("purpose", "day", "hour", "phase", "side", "stimulus")}
    assay = keys.pop("purpose")
    strengths = shown["strength"].dropna()
    if strengths.nunique() > 1 and _steady(shown):
        keys["strength"] = float(strengths.max())
    populations = chosen.get("population") or _outputs(study)
    found = study.histogram(_BIN, _shared_span(shown), population=populations, assay=assay, **keys)
    return draw_histogram(found, study.manifest.arms, _what(shown.iloc[0].to_dict()), width_mm=width_mm)


def _steady(epochs: pd.DataFrame) -> bool:
    """Whether the strengths are those of several stimuli, and not how far a rising one came in each animal."""
    return bool((epochs.groupby("strength", observed=True)["arm"].nunique() == epochs["arm"].nunique()).any())


def _shared_span(epochs: pd.DataFrame) -> tuple[float, float] | None:
    """Whole bins around the onset that all epochs have."""
    if epochs["onset"].isna().any():
        return None
    before = np.floor(epochs["onset"].min() / _BIN + 1e-9) * _BIN
    after = np.floor((epochs["seconds"] - epochs["onset"]).min() / _BIN + 1e-9) * _BIN
    return -float(min(before, 1.0)), float(after)


def _outputs(study: StudyResults) -> list[str]:
    names = [str(name) for name in study.rates["population"].cat.categories]
    return [name for name in names if name.endswith("projection")] or names


def _one_condition(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows of one stimulus, side, assay and moment: force on the ipsilateral paw, last day, no injection."""
    plain = rows[rows["phase"] == ""] if (rows["phase"] == "").any() else rows
    plain = plain[plain["day"] == plain["day"].max()]
    for name, first in (("stimulus", "force"), ("side", "ipsi"), ("purpose", None)):
        values = list(dict.fromkeys(plain[name]))
        plain = plain[plain[name] == (first if first in values else values[0])]
    return plain[plain["hour"] == plain["hour"].max()]


def _what(row: Mapping[str, Any]) -> str:
    """`paw pressure, force, ipsilateral, day 28 +2 h`."""
    side, phase = str(row["side"]), str(row["phase"])
    words = [
        pretty(str(row["purpose"])), str(row["stimulus"]), pretty(side) if side else "",
        day_and_hour_told(row["day"], round(float(row["hour"]), 2)), f"after {phase}" if phase else "",
    ]  # fmt: skip
    return ", ".join(filter(None, words))
