"""Populations of cells as figures show them: their order from skin to brainstem, names and colours."""

from __future__ import annotations

from collections.abc import Iterable

from core.vocabulary import SIDES
from results.figures.style import BLACK, BLUE, GREEN, GREY, ORANGE, PURPLE, SKY, VERMILLION, pretty

#: Afferents cold, excitatory cells warm, inhibitory ones green.
POPULATION_COLORS = {
    "a_beta": SKY,
    "a_delta": BLUE,
    "c_peptidergic": PURPLE,
    "c_nonpeptidergic": "#7D4F73",
    "pkc_gamma": ORANGE,
    "vertical": "#9A6A00",
    "parvalbumin": GREEN,
    "islet": "#00543E",
    "projection": VERMILLION,
    "forepaw_nociceptor": GREY,
    "paragigantocellularis": ORANGE,
    "locus_coeruleus_spinal": BLUE,
    "locus_coeruleus_ascending": SKY,
    "raphe": GREEN,
    "a11": PURPLE,
}
#: Name of the populations that belong to no side.
_BRAINSTEM = "brainstem"
_ORDER = list(POPULATION_COLORS)


def side_of(population: str) -> str:
    """Side of a population: "ipsi", "contra", or "" where it has none."""
    return next((side for side in SIDES if population.startswith(f"{side}_")), "")


def without_side(population: str) -> str:
    """Name of a population without its side."""
    side = side_of(population)
    return population.removeprefix(f"{side}_") if side else population


def population_color(population: str) -> str:
    """Colour of a population, the same on both sides."""
    return POPULATION_COLORS.get(without_side(population), BLACK)


def by_part(populations: Iterable[str]) -> dict[str, list[str]]:
    """Part of the body (ipsilateral, contralateral, brainstem) -> its populations, from skin to brain."""
    found = sorted(dict.fromkeys(populations), key=lambda name: _rank(without_side(name)))
    parts = {pretty(side): [name for name in found if side_of(name) == side] for side in SIDES}
    parts[_BRAINSTEM] = [name for name in found if not side_of(name)]
    return {part: names for part, names in parts.items() if names}


def _rank(name: str) -> int:
    return _ORDER.index(name) if name in _ORDER else len(_ORDER)
