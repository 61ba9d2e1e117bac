"""Units by name: the one table of those that are read and written, and those that Brian2 lacks."""

from __future__ import annotations

from brian2.units import (
    Hz,
    Quantity,
    amp,
    cm,
    gram,
    joule,
    kelvin,
    kilogram,
    liter,
    metre,
    mM,
    molar,
    mole,
    ms,
    mV,
    nA,
    nF,
    nM,
    nS,
    pA,
    pF,
    second,
    siemens,
    uM,
    uS,
    volt,
    watt,
)
from brian2.units.fundamentalunits import DIMENSIONLESS, get_dimensions

SECONDS_PER_HOUR = 3600.0

minute = 60 * second
hour = 3600 * second
day = 24 * hour
gram_force = 9.80665e-3 * kilogram * metre / second**2
millinewton = 1e-3 * kilogram * metre / second**2

#: Every unit that `core.quantities` reads and writes.
UNITS: dict[str, Quantity] = {
    "s": second, "ms": ms, "min": minute, "h": hour, "d": day,
    "V": volt, "mV": mV, "A": amp, "nA": nA, "pA": pA, "S": siemens, "uS": uS, "nS": nS,
    "nF": nF, "pF": pF, "Hz": Hz, "M": molar, "mM": mM, "uM": uM, "nM": nM,
    "g_force": gram_force, "mN": millinewton, "m": metre, "cm": cm, "L": liter, "mol": mole, "g": gram,
    "kg": kilogram, "K": kelvin, "J": joule, "W": watt,
}  # fmt: skip


def is_dimensionless(value: object) -> bool:
    """Whether a number carries no unit (a plain float or a ratio)."""
    return get_dimensions(value) is DIMENSIONLESS
