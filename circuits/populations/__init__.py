"""The populations of cells and fibres, as data: primary afferents, dorsal horn, brainstem."""

from circuits.populations.brainstem import BRAINSTEM
from circuits.populations.dorsal_horn import DORSAL_HORN
from circuits.populations.primary_afferents import AFFERENTS

CELLS = DORSAL_HORN + BRAINSTEM

__all__ = ["AFFERENTS", "BRAINSTEM", "CELLS", "DORSAL_HORN"]
