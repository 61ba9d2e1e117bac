"""Numbers of the whole animal: potentials, body, roots, and what scales one animal against another."""

from __future__ import annotations

from brian2.units import metre, ms, mV

from core.sourced import ASSUMED, Sourced

POTASSIUM_REVERSAL = Sourced(
    -88 * mV, "Sonohata2004", "reversal of the current evoked by noradrenaline; North1984 the same"
)

CONDUCTION_DISTANCE = Sourced(
    0.10 * metre, ASSUMED, "hind paw to dorsal root of a 250 g rat", low=0.07 * metre, high=0.14 * metre
)
CONDUCTION_SPREAD = Sourced(
    0.2, ASSUMED, "s.d. of the logarithm of conduction velocity within a class", low=0.1, high=0.4
)
L5_SHARE = Sourced(0.5, ASSUMED, "hind-paw afferents whose root is L5; the others are L4", low=0.35, high=0.65)

NOISE_TIME = Sourced(10 * ms, ASSUMED, "correlation time of membrane noise", low=2 * ms, high=30 * ms)

#: Animal-to-animal coefficients of variation of what scales a whole animal.
VARIABILITY = {
    "mechanical_sensitivity": Sourced(0.10, ASSUMED, "force reaching the receptors; thresholds of a group scatter by 10-20 %", low=0.05, high=0.25),
    "excitatory_strength": Sourced(0.03, ASSUMED, "all excitatory weights of an animal", low=0.0, high=0.1),
    "inhibitory_strength": Sourced(0.03, ASSUMED, "all inhibitory weights of an animal", low=0.0, high=0.1),
    "monoamine_release": Sourced(0.15, ASSUMED, "release per spike", low=0.05, high=0.3),
    "injury_extent": Sourced(0.10, ASSUMED, "amplitude of every difference that the injury makes", low=0.0, high=0.3),
}  # fmt: skip
