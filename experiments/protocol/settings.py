"""Switches and parameters that an arm names: what is wrong with them, and how their values are written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from brian2.units import amp, farad, volt
from brian2.units.fundamentalunits import get_dimensions

from core.errors import UserError, nearest
from core.quantities import read_quantity, write_quantity
from experiments.protocol.schema import HERE, shown

#: What may be negative: a voltage, a current, a number without a unit.
_OF_EITHER_SIGN = (volt, amp, 1.0)


def no_switch(name: str, switches: Mapping[str, str]) -> str:
    """The mistake of a switch that does not exist."""
    return _not_listed("switch", name, switches, HERE, "`bluespot switches` lists them all")


def wrong_setting(path: str, value: Any, known: Mapping[str, Any]) -> list[str]:
    """One line for a parameter that does not exist, or cannot have this value."""
    if path not in known:
        return [_not_listed("parameter", path, known, HERE, "`bluespot parameters` lists them all")]
    try:
        quantity = read_quantity(value, known[path], f"{HERE}.{path}")
    except UserError as error:
        return [str(error)]
    dimension, number = get_dimensions(quantity), float(quantity)
    if dimension == get_dimensions(farad) and number <= 0.0:
        return [f"{HERE}.{path} = {shown(value)}: a capacitance lies above 0."]
    if dimension not in map(get_dimensions, _OF_EITHER_SIGN) and number < 0.0:
        return [f"{HERE}.{path} = {shown(value)}: only voltages, currents and plain numbers may be negative."]
    return []


def written(value: Any, like: Any) -> str | float:
    """A value as a study file has it."""
    return value if isinstance(value, str) else write_quantity(read_quantity(value, like, "value"))


def _not_listed(kind: str, name: str, known: Mapping[str, Any], where: str, all_of_them: str) -> str:
    """The mistake of an unknown name where there are too many to list: nearest ones, and the command that lists all."""
    close = nearest(name, known)
    hint = f" Nearest: {', '.join(close)};" if close else ""
    return f'{where}: no {kind} "{name}".{hint} {all_of_them}.'
