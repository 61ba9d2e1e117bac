"""Drugs as data, and what a course of doses does to every site of every compartment at any hour.

`from drugs import duloxetine, vehicle` gives the drugs themselves; each stands in a file of its own name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from core.errors import unknown_name
from core.sourced import Sourced, walk
from drugs.amitriptyline import amitriptyline
from drugs.binding import exposure, transporter_occupancy
from drugs.drug import Affinity, Drug, Metabolite, regimens_of
from drugs.duloxetine import duloxetine
from drugs.idazoxan import idazoxan
from drugs.kinetics import Unbound, concentration_table, unbound_concentrations
from drugs.nortriptyline import nortriptyline
from drugs.regimen import BODY_WEIGHT, SCHEDULES, Regimen
from drugs.vehicle import vehicle

__all__ = [
    "BODY_WEIGHT",
    "DRUGS",
    "SCHEDULES",
    "Affinity",
    "Drug",
    "Metabolite",
    "Regimen",
    "Unbound",
    "amitriptyline",
    "by_name",
    "concentration_table",
    "duloxetine",
    "exposure",
    "idazoxan",
    "nortriptyline",
    "parameters",
    "regimens_of",
    "transporter_occupancy",
    "unbound_concentrations",
    "vehicle",
]

#: Every drug by its name; a new drug is its file and its name here.
DRUGS: dict[str, Drug] = {drug.name: drug for drug in (vehicle, duloxetine, amitriptyline, nortriptyline, idazoxan)}


def by_name(name: str, where: str = "") -> Drug:
    """The drug called `name`; `UserError` with the nearest names where there is none."""
    if name not in DRUGS:
        raise unknown_name("drug", name, DRUGS, where)
    return DRUGS[name]


def parameters() -> Iterator[tuple[str, Sourced]]:
    """Every number of every drug, once, by its dotted path: `duloxetine.affinities.NET.constant`.

    A metabolite that is a drug of its own is listed under its own name; below its parent stands only the fraction.
    """
    yield "regimen.body_weight", BODY_WEIGHT
    for name, drug in DRUGS.items():
        yield from walk(replace(drug, metabolites=()), name)
        for metabolite in drug.metabolites:
            path = f"{name}.metabolites.{metabolite.name}"
            yield f"{path}.fraction", metabolite.fraction
            if metabolite.name not in DRUGS:
                yield from walk(metabolite.drug, f"{path}.drug")
