"""The simulated rat: its circuits and their injury, what changes over weeks, and the spiking epochs run on them."""

from circuits.circuit import CIRCUITS, SWITCHES, Circuit, ligated, naive, sham

__all__ = ["CIRCUITS", "SWITCHES", "Circuit", "ligated", "naive", "sham"]
