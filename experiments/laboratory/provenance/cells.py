"""What each cell and fibre of an animal drew, in the units of a lab book."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from circuits.draw import AnimalDraw
from circuits.structure import Block

#: Column -> (parameter of `AnimalDraw.cells`, factor to its unit, unit).
_CELLS = {
    "threshold": ("V_T", 1e3, "mV"),
    "rest": ("E_leak", 1e3, "mV"),
    "capacitance": ("C", 1e12, "pF"),
    "leak": ("g_leak", 1e9, "nS"),
    "subthreshold_adaptation": ("a", 1e9, "nS"),
    "spike_adaptation": ("b", 1e12, "pA"),
    "adaptation_time": ("tau_w", 1e3, "ms"),
    "bias": ("bias", 1e12, "pA"),
    "tonic_glutamate": ("tonic_ampa", 1e9, "nS"),
    "tonic_gaba": ("tonic_gaba", 1e9, "nS"),
}
#: The same of `AnimalDraw.fibres`.
_FIBRES = {
    "force_threshold": ("force_threshold", 1.0, "mN"),
    "heat_threshold": ("heat_threshold", 1.0, "degC"),
    "delay": ("delay", 1e3, "ms"),
}
UNITS_OF_CELLS = {name: unit for name, (_, _, unit) in (_CELLS | _FIBRES).items()}


def drawn_cells(draw: AnimalDraw) -> dict[str, dict[str, np.ndarray]]:
    """Population -> column -> float32 of each cell or fibre; of fibres also the dorsal root, "L5" or "other"."""
    roots = np.where(draw.fibres["l5"], b"L5", b"other")
    fibres = {
        block.name: {"root": roots[block.part], **_columns(draw.fibres, block, _FIBRES)}
        for block in draw.structure.fibres
    }
    return fibres | {block.name: _columns(draw.cells, block, _CELLS) for block in draw.structure.blocks}


def _columns(
    drawn: Mapping[str, np.ndarray], block: Block, columns: Mapping[str, tuple[str, float, str]]
) -> dict[str, np.ndarray]:
    return {
        name: (drawn[parameter][block.part] * factor).astype("f4") for name, (parameter, factor, _) in columns.items()
    }
