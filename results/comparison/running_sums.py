"""Running means and spreads (Welford 1962) and paired differences over animals, for many measures at once.

An animal is added and forgotten, so that memory does not grow with their number.
"""

from __future__ import annotations

import numpy as np


class RunningSums:
    """Mean and sum of squared deviations of one arm, each of shape (rows, columns).

    Attributes
    ----------
    n, mean, squares
        Animals, mean, and sum of squared deviations from it.
    censored
        Animals at the cut-off.
    """

    def __init__(self) -> None:
        self.n, self.mean, self.squares, self.censored = np.zeros((4, 0, 0))

    def add(self, values: np.ndarray, censored: np.ndarray) -> None:
        """Add one animal: its values, NaN for what was not measured, and whether each was at the cut-off."""
        self._grow(values.shape)
        rows, columns = values.shape
        n, mean, squares = (array[:rows, :columns] for array in (self.n, self.mean, self.squares))
        there = np.isfinite(values)
        n += there
        off = np.where(there, values - mean, 0.0)
        mean += off / np.maximum(n, 1.0)
        squares += off * np.where(there, values - mean, 0.0)
        self.censored[:rows, :columns] += there & censored

    def _grow(self, shape: tuple[int, ...]) -> None:
        for name in ("n", "mean", "squares", "censored"):
            setattr(self, name, grown(getattr(self, name), shape))


class PairedSums:
    """Running sums of one contrast: of the arm, of its reference and of the difference, over pairs of animals."""

    def __init__(self) -> None:
        self.arm, self.reference, self.difference = RunningSums(), RunningSums(), RunningSums()

    def add(self, arm: np.ndarray, reference: np.ndarray, censored: np.ndarray) -> None:
        """Add one pair: both animals' values in the same rows and columns; what either lacks is left out."""
        difference = arm - reference
        there = np.isfinite(difference)
        self.arm.add(np.where(there, arm, np.nan), censored)
        self.reference.add(np.where(there, reference, np.nan), censored)
        self.difference.add(difference, censored)

    @property
    def products(self) -> np.ndarray:
        """Sum of products of the deviations of arm and reference from their means."""
        found: np.ndarray = (self.arm.squares + self.reference.squares - self.difference.squares) / 2
        return found


def grown(array: np.ndarray, shape: tuple[int, ...], fill: float = 0.0) -> np.ndarray:
    """The array, or a larger copy of it that has at least `shape`; new places hold `fill`."""
    if all(have >= want for have, want in zip(array.shape, shape, strict=True)):
        return array
    room = [max(have, want) for have, want in zip(array.shape, shape, strict=True)]
    larger = np.full(room, fill)
    larger[tuple(slice(0, length) for length in array.shape)] = array
    return larger
