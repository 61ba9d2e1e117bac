"""The simulated rat: its circuits and their injury, what changes over weeks, and the spiking epochs run on them."""

from circuits.circuit import CIRCUITS, SWITCHES, Circuit, injured, ligated, naive, sham
from circuits.injury import Difference, Injury, Recovery

__all__ = [
    "CIRCUITS",
    "SWITCHES",
    "Circuit",
    "Difference",
    "Injury",
    "Recovery",
    "injured",
    "ligated",
    "naive",
    "sham",
]
