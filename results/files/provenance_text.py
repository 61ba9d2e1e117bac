"""What was done to an animal and with what it was made, in lines of text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_PACKAGES = (("brian2_version", "Brian2"), ("numpy_version", "NumPy"), ("scipy_version", "SciPy"))
_MACHINE = ("processor", "machine", "system", "python_version")
#: Kinds of manipulations whose tables of a study file are told by these of their keys, in this order.
_TOLD = (
    "drug",
    "agent",
    "protein",
    "populations",
    "dose",
    "route",
    "on_day",
    "on_days",
    "hour",
    "lasts_hours",
    "assays",
)


def provenance_lines(facts: Mapping[str, Any], machine: Mapping[str, Any]) -> Iterator[str]:
    """Yield what was done, which model and versions made it, and on which machine, as far as a file says.

    Parameters
    ----------
    facts, machine
        Of an `AnimalRecord`.
    """
    if "doses" in facts:
        yield f"Given: {'; '.join(facts['doses']) or 'nothing'}"
    if facts.get("switch_off"):
        yield f"Switched off: {', '.join(facts['switch_off'])}"
    if facts.get("set"):
        yield "Set: " + ", ".join(f"{name} = {value}" for name, value in facts["set"].items())
    for kind, tables in dict(facts.get("manipulations", {})).items():
        yield f"{kind.replace('_', ' ').capitalize()}: {'; '.join(map(_table, tables))}"
    if "model" in facts:
        yield f"Numbers of the model {facts['model']}, protocol of the arm {facts.get('fingerprint', '?')}"
    yield f"Made with {', '.join(_versions(facts))}"
    known = [str(machine[name]) for name in _MACHINE if machine.get(name)]
    if known:
        yield f"On {', '.join(known)}" + (f"; commit {machine['commit']}" if machine.get("commit") else "")


def _versions(facts: Mapping[str, Any]) -> Iterator[str]:
    yield f"bluespot {facts.get('bluespot_version') or '?'}"
    yield from (f"{name} {facts[key]}" for key, name in _PACKAGES if key in facts)
    yield str(facts.get("compiler") or "an unknown compiler")


def _table(table: Mapping[str, Any]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {_words(table[name])}" for name in _TOLD if name in table)


def _words(value: Any) -> str:
    return " and ".join(map(str, value)) if isinstance(value, list) else str(value)
