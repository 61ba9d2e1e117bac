"""Where the populations of a circuit stand in a drawing of it: skin below, brainstem above."""

from __future__ import annotations

from collections.abc import Sequence

#: Where the populations stand that are known; any other stands in a row of its own on top.
POPULATION_PLACES = {
    "a_beta": (0.12, 0.0),
    "a_delta": (0.38, 0.0),
    "c_peptidergic": (0.63, 0.0),
    "c_nonpeptidergic": (0.88, 0.0),
    "parvalbumin": (0.115, 1.62),
    "pkc_gamma": (0.385, 1.62),
    "islet": (0.685, 1.62),
    "vertical": (0.50, 2.92),
    "projection": (0.63, 4.1),
    "paragigantocellularis": (0.79, 5.0),
    "raphe": (0.11, 6.1),
    "a11": (0.34, 6.1),
    "locus_coeruleus_spinal": (0.57, 6.1),
    "locus_coeruleus_ascending": (0.80, 6.1),
    "forepaw_nociceptor": (0.895, 3.8),
}
#: Populations whose names take two lines in the circuit.
NARROW_NAMES = {
    "c_peptidergic": "C\npeptidergic",
    "c_nonpeptidergic": "C non-\npeptidergic",
    "paragigantocellularis": "paragiganto-\ncellularis",
    "locus_coeruleus_spinal": "LC\nspinal",
    "locus_coeruleus_ascending": "LC\nascending",
    "forepaw_nociceptor": "forepaw\nnociceptor",
}
#: Projections that go around a box, and how far they bend.
PROJECTION_BENDS = {
    ("c_nonpeptidergic", "vertical"): 0.5,
    ("a_delta", "projection"): 0.16,
    ("c_peptidergic", "projection"): -0.1,
    ("c_peptidergic", "vertical"): -0.05,
}
#: The dorsal horn: left and lower edge, width and height.
HORN = (0.015, 0.66, 0.765, 4.0)
#: Row of populations that are not known, and width and height of a box.
SPARE_ROW, BOX = 7.2, (0.19, 0.62)


def population_places(names: Sequence[str]) -> dict[str, tuple[float, float]]:
    """Population -> middle of its box; those that are not known stand in a row of their own on top."""
    spare = [name for name in names if name not in POPULATION_PLACES]
    row = {name: ((k + 0.5) / len(spare), SPARE_ROW) for k, name in enumerate(spare)}
    return {name: POPULATION_PLACES.get(name) or row[name] for name in names}


def at_the_edge(box: tuple[float, float], other: tuple[float, float]) -> tuple[float, float]:
    """Where the line to the other one leaves a box."""
    across, up = other[0] - box[0], other[1] - box[1]
    shares = [half / abs(way) for half, way in zip((BOX[0] / 2, BOX[1] / 2), (across, up), strict=True) if way]
    share = min([1.0, *shares])
    return box[0] + share * across, box[1] + share * up
