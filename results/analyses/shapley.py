"""What each of several mechanisms adds to an effect, from the effect under all combinations of them (Shapley 1953).

A mechanism's value is what it adds to the effect when it joins those that already act, averaged over every order in
which they may join. The values add up to the difference between all acting and none, whatever they do to one another.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from math import factorial

import numpy as np

Coalition = frozenset[str]


def coalitions(players: Sequence[str]) -> Iterator[Coalition]:
    """All 2**n subsets of the players, the smallest first."""
    for size in range(len(players) + 1):
        yield from map(frozenset, combinations(players, size))


def shapley_values(worth: Mapping[Coalition, np.ndarray]) -> dict[str, np.ndarray]:
    """Player -> value (n,), one for each animal.

    worth: coalition -> effect (n,) with just these acting, of every coalition. Raises ValueError where one is missing.
    """
    players = _players(worth)
    return {player: _value(player, players, worth) for player in players}


def joined_first(worth: Mapping[Coalition, np.ndarray], player: str) -> np.ndarray:
    """What the player adds where no other one acts, (n,)."""
    return worth[Coalition([player])] - worth[Coalition()]


def joined_last(worth: Mapping[Coalition, np.ndarray], player: str) -> np.ndarray:
    """What is lost where it alone is taken from all, (n,)."""
    everyone = Coalition(_players(worth))
    return worth[everyone] - worth[everyone - {player}]


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
