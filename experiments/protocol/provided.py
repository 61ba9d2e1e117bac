"""What the floors above provide to a protocol: named here by its place, and looked up when it is first asked for.

A protocol must not import what carries it out. Two names of it are needed all the same: the assays that a measurement
can ask for, and the function behind `Study.run`.
"""

from __future__ import annotations

from functools import cache
from pkgutil import resolve_name
from typing import Any

PROVIDERS = {
    "assays": "experiments.laboratory.own_assays.known:known_assays",
    "run": "experiments.running.cohort:run_study",
}


@cache
def provided(name: str) -> Any:
    """The object of `PROVIDERS` by that name; imports its module on the first call."""
    return resolve_name(PROVIDERS[name])
