"""What the compiled program is told of light, and what light does to afferent spikes.

The program reads six numbers of each cell and adds a conductance and a current between two times; in the dark both
are 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from circuits.manipulations.light import Light
from circuits.structure import Block, Structure
from core.errors import UserError
from core.records import SpikeTrain


def light_arrays(structure: Structure, lights: Iterable[Light], rank: np.ndarray) -> dict[str, np.ndarray]:
    """What the program is told of every cell; zeros (and a period that divides) without light.

    rank: (cells,) place of each cell among those of its block, 0..1: the first `share` carry the opsin.
    """
    values = {
        f"light_{what}": np.zeros(structure.cells) for what in ("start", "stop", "pulse", "conductance", "current")
    }
    values["light_period"] = np.ones(structure.cells)
    taken: dict[str, Light] = {}
    for light in lights:
        for block in (b for b in structure.blocks if b.name in light.blocks):
            if block.name in taken:
                raise UserError(f"{block.name} is lit twice in one epoch; one light at a time falls on a population.")
            taken[block.name] = light
            lit = block.start + np.nonzero(rank[block.part] < light.share)[0]
            for what, number in _numbers(light).items():
                values[f"light_{what}"][lit] = number
    return values


def _numbers(light: Light) -> Mapping[str, float]:
    steady = light.period <= 0.0
    return {
        "start": light.start,
        "stop": light.stop,
        "period": 1e6 if steady else light.period,
        "pulse": 1e6 if steady else light.pulse,
        "conductance": light.conductance,
        "current": light.conductance * light.reversal + light.current,
    }


def lit_trains(
    structure: Structure, lights: Iterable[Light], trains: Mapping[str, SpikeTrain], rank: np.ndarray, seconds: float
) -> dict[str, SpikeTrain]:
    """The afferent spikes under light: silenced fibres conduct none, stimulated ones fire once a pulse more."""
    found = dict(trains)
    for light in lights:
        for block in (b for b in structure.fibres if b.name in light.blocks):
            carries = rank[block.part] < light.share
            train = found[block.name]
            found[block.name] = (
                _silenced(train, light, carries) if light.silences else _driven(train, light, carries, seconds)
            )
    return found


def _silenced(train: SpikeTrain, light: Light, carries: np.ndarray) -> SpikeTrain:
    kept = ~(carries[train.index] & (train.seconds >= light.start) & (train.seconds < light.stop))
    return SpikeTrain(train.seconds[kept], train.index[kept], train.cells)


def _driven(train: SpikeTrain, light: Light, carries: np.ndarray, seconds: float) -> SpikeTrain:
    if light.period <= 0.0:
        return train
    first, last = max(0.0, light.start), min(seconds, light.stop)
    begin = int(np.ceil((first - light.start) / light.period - 1e-9))
    times = light.start + light.period * np.arange(
        begin, max(begin, int(np.ceil((last - light.start) / light.period - 1e-9)))
    )
    fibres = np.nonzero(carries)[0]
    moments = np.concatenate([train.seconds, np.repeat(times, len(fibres))])
    index = np.concatenate([train.index, np.tile(fibres, len(times))]).astype("u4")
    order = np.lexsort((index, moments))
    return SpikeTrain(moments[order], index[order], train.cells)


def ranks(blocks: Iterable[Block], uniform: np.ndarray) -> np.ndarray:
    """The place of each agent among those of its block by its own random number: (rank + 1/2) / count; 1 elsewhere."""
    places = np.ones(len(uniform))
    for block in blocks:
        places[block.part] = (np.argsort(np.argsort(uniform[block.part])) + 0.5) / block.count
    return places
