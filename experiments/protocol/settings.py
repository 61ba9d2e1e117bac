"""Switches and parameters that an arm names: what is wrong with them, and how their values are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from core.errors import UserError, nearest
from core.quantities import read_quantity, write_quantity
from core.sourced import Sourced
from core.written import shown
from experiments.protocol.schema import HERE


def no_switch(name: str, switches: Mapping[str, str]) -> str:
    """The mistake of a switch that does not exist."""
    return _not_listed("switch", name, switches, HERE, "`bluespot switches` lists them all")


def wrong_settings(settings: Mapping[str, Any], known: Mapping[str, Sourced]) -> list[str]:
    """One line for each parameter that does not exist or cannot have its value, alone or beside the others."""
    from circuits.bounds import contradictions  # not on import: it needs Brian2

    lines = [line for path, value in settings.items() for line in wrong_setting(path, value, known)]
    if lines:
        return lines
    numbers = {path: read_quantity(value, known[path].value, path) for path, value in settings.items()}
    told = contradictions(numbers, known)
    return [f"{HERE}.{path} = {shown(settings[path])}: {sentence}." for path, sentence in told]


def wrong_setting(path: str, value: Any, known: Mapping[str, Sourced]) -> list[str]:
    """One line for a parameter that does not exist, or cannot have this value."""
    from circuits.bounds import bounds_of

    if path not in known:
        return [_not_listed("parameter", path, known, HERE, "`bluespot parameters` lists them all")]
    try:
        quantity = read_quantity(value, known[path].value, f"{HERE}.{path}")
    except UserError as error:
        return [str(error)]
    bounds = bounds_of(path, quantity)
    if bounds is not None and not bounds.hold(quantity):
        return [f"{HERE}.{path} = {shown(value)}: expected {bounds}."]
    return []


def unlikely_settings(settings: Mapping[str, Any], known: Mapping[str, Sourced]) -> Iterator[str]:
    """One sentence for each parameter that is set far from what is likely; 0 takes something away on purpose."""
    from circuits.bounds import likely_range

    for path, value in settings.items():
        number, (low, high) = float(read_quantity(value, known[path].value, path)), likely_range(known[path])
        rounding = 1e-9 * max(abs(low), abs(high))
        if number != 0.0 and not low - rounding <= number <= high + rounding:
            yield f"{path} = {value} lies outside of what is likely ({_range(known[path], low, high)})"


def _range(known: Sourced, low: float, high: float) -> str:
    """The ends of a range, given in SI, in the unit of the number."""
    unit = 1.0 if isinstance(known.value, float | int) else known.value / known.si if known.si else 1.0
    ends = (write_quantity(low * unit), write_quantity(high * unit))
    return " to ".join(f"{end:g}" if isinstance(end, float) else end for end in ends)


def written(value: Any, like: Any) -> str | float:
    """A value as a study file has it."""
    return value if isinstance(value, str) else write_quantity(read_quantity(value, like, "value"))


def _not_listed(kind: str, name: str, known: Mapping[str, Any], where: str, all_of_them: str) -> str:
    """The mistake of an unknown name where there are too many to list: nearest ones, and the command that lists all."""
    close = nearest(name, known)
    hint = f" Nearest: {', '.join(close)};" if close else ""
    return f'{where}: no {kind} "{name}".{hint} {all_of_them}.'
