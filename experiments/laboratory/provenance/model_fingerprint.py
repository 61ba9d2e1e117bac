"""A hash of all numbers of the model, by which folders and files know whether two animals are of one model."""

from __future__ import annotations

import hashlib
from functools import cache

from brian2.units.fundamentalunits import get_dimensions

from core.sourced import Sourced, walk
from experiments.version import __version__


@cache
def model_fingerprint() -> str:
    """A hash that changes with the version of bluespot and with any number of a circuit, a drug or an assay."""
    import circuits
    import drugs
    from experiments.laboratory import assays

    owners = {
        **circuits.CIRCUITS,
        **drugs.DRUGS,
        "assays": {name.upper(): number for name, number in assays.parameters().items()},
    }
    numbers = (f"{name}.{path}={_plain(sourced)}" for name, owner in owners.items() for path, sourced in walk(owner))
    return hashlib.blake2b("\n".join([__version__, *numbers]).encode(), digest_size=16).hexdigest()


def _plain(number: Sourced) -> str:
    """Value in SI units and dimension; Brian2's own text of a unit depends on which units were used before."""
    return f"{float(number.value)!r} {get_dimensions(number.value)}"
