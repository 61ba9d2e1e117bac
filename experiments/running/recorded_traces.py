"""Traces of recorded epochs, as frame reports of SONATA: each epoch is run again, spike by spike, to record them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from core.errors import UserError
from core.vocabulary import COMPARTMENTS
from experiments.laboratory.epoch import Epoch
from experiments.laboratory.replay import replay
from experiments.laboratory.traces import Wanted
from results.exports.sonata_epochs import Report
from results.exports.wiring import Nodes, Wiring


def wanted_of(texts: Sequence[str], every_ms: float) -> Wanted | None:
    """What texts such as `ipsi_projection=v,g_ampa` ask for; None without texts.

    Raises
    ------
    UserError
        For a text of another form.
    """
    record: dict[str, list[str]] = {}
    for text in texts:
        name, equals, variables = text.partition("=")
        if not equals or not all([name, *variables.split(",")]):
            raise UserError(f'--record "{text}": expected names of variables, such as "ipsi_projection=v,g_ampa".')
        record.setdefault(name, []).extend(variables.split(","))
    return Wanted(record, every_ms) if record else None


def trace_reports(path: Path, label: str, wanted: Wanted, wiring: Wiring) -> list[Report]:
    """Run an epoch again and report what is wanted of it: of cells their own, of a compartment that of all its cells.

    Raises
    ------
    UserError
        For what cannot be recorded, and where the epoch comes out otherwise than it is in the file.
    """
    for name in wanted.record:
        if name in {each.name for each in wiring.fibres.types}:
            raise UserError(f"--record {name}: reports are of cells; fibres have their spikes only.")
    epoch = replay(path, label, None, wanted)
    columns: dict[str, list[tuple[np.ndarray, np.ndarray]]] = {}
    for place, found in epoch.traces.items():
        for variable, values in found.items():
            nodes = _nodes(place, values, wiring.cells)
            columns.setdefault(variable, []).append((nodes, np.broadcast_to(values.T, (len(nodes), len(values))).T))
    return [_report(variable, parts, epoch, wanted.every_ms) for variable, parts in columns.items()]


def _nodes(place: str, values: np.ndarray, cells: Nodes) -> np.ndarray:
    """The cells of a population, or those whose bodies lie in a compartment.

    A nucleus is both; what is recorded of a population has a column for each cell.
    """
    of_place = place in COMPARTMENTS and values.ndim == 1
    types = [each for each in cells.types if (each.facts["region"] if of_place else each.name) == place]
    if not types:
        raise UserError(f"--record {place}: no cell lies there, so there is no node that it could be reported of.")
    return np.concatenate([np.arange(each.start, each.start + each.count) for each in types])


def _report(variable: str, parts: Sequence[tuple[np.ndarray, np.ndarray]], epoch: Epoch, every_ms: float) -> Report:
    nodes = np.concatenate([nodes for nodes, _ in parts])
    order = np.argsort(nodes, kind="stable")
    values = np.concatenate([values for _, values in parts], axis=1)[:, order]
    unit, factor = _SHOWN.get(epoch.units[variable], (epoch.units[variable], 1.0))
    return Report(variable, unit, nodes[order], values * factor, every_ms, start_ms=every_ms)


#: SI unit of a trace -> the unit in which SONATA has it, and how many of it are in one.
_SHOWN: Mapping[str, tuple[str, float]] = {"V": ("mV", 1e3), "A": ("pA", 1e12), "S": ("nS", 1e9)}
