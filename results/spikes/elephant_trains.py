"""Spike trains as Neo has them, for Elephant, which measures them.

Both belong to the extra `analysis` and are imported when a measure is first asked for.
"""

from __future__ import annotations

import contextlib
import logging
import warnings
from collections.abc import Iterator
from typing import Any

import numpy as np

from core.errors import UserError
from core.records import SpikeTrain
from results.spikes.readouts import Window, by_cell


@contextlib.contextmanager
def elephant_needed() -> Iterator[None]:
    """Around an import of Elephant or Neo: UserError that says what to install where they are missing."""
    try:
        yield
    except ImportError as error:
        raise UserError(
            f'measures of spike trains need Elephant ({error}): pip install "bluespot[analysis]".'
        ) from error


@contextlib.contextmanager
def quiet_elephant() -> Iterator[None]:
    """Without what Elephant has to say of its binning and of calls that grow old, on stderr and as warnings.

    A spike within rounding of the edge of a bin belongs to the next bin, as it should; each is told otherwise.
    """
    with elephant_needed():
        from elephant.utils import logger

    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)


def cell_trains(train: SpikeTrain, window: Window) -> list[np.ndarray]:
    """Spike times (s) of each cell in a window, one array for each cell, empty ones too."""
    seconds, index = by_cell(train, window)
    return np.split(seconds, np.searchsorted(index, np.arange(1, train.cells)))


def neo_trains(train: SpikeTrain, window: Window) -> list[Any]:
    """The cells that fire in a window, each as a `neo.SpikeTrain` from its start to its stop.

    Silent cells are left out: they have neither a correlation nor a synchrony with others.
    """
    with elephant_needed():
        import neo

    start, stop = window
    return [
        neo.SpikeTrain(times, units="s", t_start=start, t_stop=stop)
        for times in cell_trains(train, window)
        if len(times)
    ]
