"""Forces and temperatures of stimuli as plain numbers, read from quantities or text with a unit."""

from __future__ import annotations

import re
from contextlib import suppress

from brian2.units import Quantity, gram, kelvin, second

from core.errors import UserError
from core.quantities import read_quantity
from core.stimulus_course import SKIN_TEMPERATURE
from core.units import gram_force, millinewton

#: Beyond these a unit has been mistaken: newtons for millinewtons, kelvins or degrees Fahrenheit for degrees Celsius.
STRONGEST_FORCE, HOTTEST = 20_000.0, 60.0
_CELSIUS = re.compile(r"\s*([-+]?[0-9]+(?:\.[0-9]*)?)\s*(?:°\s*C|deg\s*C|C|celsius)\s*", re.IGNORECASE)


def millinewtons(given: str | Quantity, where: str) -> float:
    """A force in mN; a mass is taken as the force of its weight."""
    value = None
    with suppress(UserError):
        value = float(read_quantity(given, gram) / gram) * float(gram_force / millinewton)
    if value is None:
        value = float(read_quantity(given, millinewton, where, "800 mN") / millinewton)
    if not 0.0 < value <= STRONGEST_FORCE:
        raise UserError(f'{where} = "{given}": expected a force above 0 and at most {STRONGEST_FORCE / 1e3:g} N.')
    return value


def millinewtons_per_second(given: str | Quantity, where: str = "ramp: speed") -> float:
    """A rise of force in mN/s; g/s are taken as the force of that weight."""
    value = None
    with suppress(UserError):
        value = float(read_quantity(given, gram / second) / (gram / second)) * float(gram_force / millinewton)
    if value is None:
        value = float(read_quantity(given, millinewton / second, where, "32 g/s") / (millinewton / second))
    if not 0.0 < value <= STRONGEST_FORCE:
        raise UserError(f'{where} = "{given}": expected a rise above 0 and at most {STRONGEST_FORCE / 1e3:g} N/s.')
    return value


def celsius(given: str | Quantity, where: str = "heat: temperature") -> float:
    """A temperature of the skin in degrees Celsius."""
    match = _CELSIUS.fullmatch(given) if isinstance(given, str) else None
    value = float(match[1]) if match else float(read_quantity(given, kelvin, where, "50 degC") / kelvin) - 273.15
    if not SKIN_TEMPERATURE < value <= HOTTEST:
        raise UserError(
            f'{where} = "{given}": expected more than {SKIN_TEMPERATURE:g} and at most {HOTTEST:g} degC; '
            "cold is not modelled."
        )
    return value
