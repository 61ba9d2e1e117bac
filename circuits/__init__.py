"""The animal: circuits, their injury, their slow state, and the spiking epochs run on them."""

from circuits.circuit import CIRCUITS, SWITCHES, Circuit, ligated, naive, sham

__all__ = ["CIRCUITS", "SWITCHES", "Circuit", "ligated", "naive", "sham"]
