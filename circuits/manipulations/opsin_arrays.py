"""What the compiled program is told of opsins under light, and what these do to afferent spikes.

The program reads six numbers of each cell and adds a conductance and a current between two times; in the dark both
are 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from circuits.draw import AnimalDraw, ranks
from circuits.manipulations.optogenetics import OpsinActivation
from core.errors import UserError
from core.records import SpikeTrain


def opsin_arrays(draw: AnimalDraw, opsins: Iterable[OpsinActivation]) -> dict[str, np.ndarray]:
    """What the program is told of every cell; zeros (and a period that divides) in the dark.

    The first `share` of a block's cells, by their own random numbers, carry the opsin.
    """
    structure = draw.structure
    values = {
        f"light_{what}": np.zeros(structure.cells) for what in ("start", "stop", "pulse", "conductance", "current")
    }
    values["light_period"] = np.ones(structure.cells)
    taken: set[str] = set()
    for opsin in opsins:
        rank = ranks(structure.blocks, draw.uniform["lit"])
        for block in (b for b in structure.blocks if b.name in opsin.blocks):
            if block.name in taken:
                raise UserError(f"{block.name} is lit twice in one epoch; one light at a time falls on a population.")
            taken.add(block.name)
            carriers = block.start + np.nonzero(rank[block.part] < opsin.share)[0]
            for what, number in _numbers(opsin).items():
                values[f"light_{what}"][carriers] = number
    return values


def _numbers(opsin: OpsinActivation) -> Mapping[str, float]:
    steady = opsin.period <= 0.0
    return {
        "start": opsin.start,
        "stop": opsin.stop,
        "period": 1e6 if steady else opsin.period,
        "pulse": 1e6 if steady else opsin.pulse,
        "conductance": opsin.conductance,
        "current": opsin.conductance * opsin.reversal + opsin.current,
    }


def trains_under_light(
    draw: AnimalDraw, opsins: Iterable[OpsinActivation], trains: Mapping[str, SpikeTrain], seconds: float
) -> dict[str, SpikeTrain]:
    """The afferent spikes under light: silenced fibres conduct none, stimulated ones fire once a pulse more."""
    found, rank = dict(trains), ranks(draw.structure.fibres, draw.uniform["lit_fibre"])
    for opsin in opsins:
        for block in (b for b in draw.structure.fibres if b.name in opsin.blocks):
            carries = rank[block.part] < opsin.share
            train = found[block.name]
            found[block.name] = (
                _silenced(train, opsin, carries) if opsin.silences else _driven(train, opsin, carries, seconds)
            )
    return found


def _silenced(train: SpikeTrain, opsin: OpsinActivation, carries: np.ndarray) -> SpikeTrain:
    kept = ~(carries[train.index] & (train.seconds >= opsin.start) & (train.seconds < opsin.stop))
    return SpikeTrain(train.seconds[kept], train.index[kept], train.cells)


def _driven(train: SpikeTrain, opsin: OpsinActivation, carries: np.ndarray, seconds: float) -> SpikeTrain:
    if opsin.period <= 0.0:
        return train
    first, last = max(0.0, opsin.start), min(seconds, opsin.stop)
    begin = int(np.ceil((first - opsin.start) / opsin.period - 1e-9))
    times = opsin.start + opsin.period * np.arange(
        begin, max(begin, int(np.ceil((last - opsin.start) / opsin.period - 1e-9)))
    )
    fibres = np.nonzero(carries)[0]
    moments = np.concatenate([train.seconds, np.repeat(times, len(fibres))])
    index = np.concatenate([train.index, np.tile(fibres, len(times))]).astype("u4")
    order = np.lexsort((index, moments))
    return SpikeTrain(moments[order], index[order], train.cells)
