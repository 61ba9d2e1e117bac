"""Shapley values: what each of several mechanisms adds to an effect (Shapley 1953).

They follow from the effect under all combinations of the mechanisms. The value of a mechanism is what it adds when it
joins those that already act, averaged over every order in which they may join. The values add up to the difference
between all acting and none, however the mechanisms interact. As in game theory, mechanisms are called players, sets of
them coalitions, and the effect of a set its worth.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from math import factorial

import numpy as np

Coalition = frozenset[str]


def coalitions(players: Sequence[str]) -> Iterator[Coalition]:
    """Yield all 2**n subsets of the players, the smallest first."""
    for size in range(len(players) + 1):
        yield from map(frozenset, combinations(players, size))


def shapley_values(worth: Mapping[Coalition, np.ndarray]) -> dict[str, np.ndarray]:
    """Shapley value of each player, animal by animal.

    Parameters
    ----------
    worth
        Coalition -> effect in each animal with just these players acting, (n,); for every coalition.

    Returns
    -------
    dict
        Player -> its value in each animal, (n,).

    Raises
    ------
    ValueError
        Where a coalition is missing.
    """
    players = _players(worth)
    return {player: _value(player, players, worth) for player in players}


def joined_first(worth: Mapping[Coalition, np.ndarray], player: str) -> np.ndarray:
    """Effect of the player alone, (n,): what it adds where no other player acts."""
    found: np.ndarray = worth[Coalition([player])] - worth[Coalition()]
    return found


def joined_last(worth: Mapping[Coalition, np.ndarray], player: str) -> np.ndarray:
    """Effect that is lost, (n,), where only this player is taken away from all."""
    everyone = Coalition(_players(worth))
    found: np.ndarray = worth[everyone] - worth[everyone - {player}]
    return found


def _players(worth: Iterable[Coalition]) -> list[str]:
    given = set(worth)
    players = sorted(Coalition().union(*given))
    missing = [sorted(each) for each in coalitions(players) if each not in given]
    if missing or len(given) != 2 ** len(players):
        raise ValueError(f"the worth of every coalition of {players} is needed; missing: {missing}")
    return players


def _value(player: str, players: Sequence[str], worth: Mapping[Coalition, np.ndarray]) -> np.ndarray:
    others = [each for each in players if each != player]
    count = len(players)
    total = np.zeros_like(worth[Coalition()], float)
    for before in coalitions(others):
        weight = factorial(len(before)) * factorial(count - len(before) - 1) / factorial(count)
        total += weight * (worth[before | {player}] - worth[before])
    return total
