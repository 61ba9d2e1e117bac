"""The band that a withdrawal cut short, in windows and in rates (`test_comparison_stimulus.py` has both of a study)."""

from __future__ import annotations

import numpy as np

from results.comparison.cut_bands import cut_short


def test_it_is_the_last_of_an_epoch_if_the_stimulus_rises_in_it() -> None:
    windows = {
        "epoch": np.array([0, 1, 1, 1, 2, 2, 2, 3, 3]),
        "part": np.array(
            ["rest", "before", "during", "during", "before", "during", "after", "before", "during"], object
        ),
        "low": np.array([0.0, 0, 0, 10, 0, 0, 0, 0, 60]),
        "high": np.array([0.0, 0, 10, 20, 0, 10, 0, 0, 60]),
    }
    assert np.flatnonzero(cut_short(windows)).tolist() == [3]
    assert not len(cut_short({name: column[:0] for name, column in windows.items()}))


def test_epochs_of_one_number_in_two_animals_are_two_epochs() -> None:
    rows = {
        "animal": np.array([1, 1, 2, 2]),
        "epoch": np.zeros(4, int),
        "part": np.full(4, "during", object),
        "low": np.array([0.0, 10, 0, 10]),
        "high": np.array([10.0, 20, 10, 20]),
    }
    assert cut_short(rows, ("animal", "epoch")).tolist() == [False, True, False, True]
    assert cut_short(rows).tolist() == [False, False, False, True]
