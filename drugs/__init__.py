"""Drugs as data, and what a course of doses does to every site of every compartment at any hour.

`from drugs import duloxetine, vehicle` gives the drugs themselves; each stands in a file of its own name.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from core.errors import unknown_name
from core.sourced import Sourced, walk
from drugs import typical_kinetics
from drugs.binding import exposure, transporter_occupancy
from drugs.drug import Drug, Treatment, regimens_of
from drugs.kinetics import Unbound, concentration_table, unbound_concentrations
from drugs.library.amitriptyline import amitriptyline
from drugs.library.atipamezole import atipamezole
from drugs.library.atropine import atropine
from drugs.library.bupropion import bupropion
from drugs.library.citalopram import citalopram
from drugs.library.clomipramine import clomipramine
from drugs.library.clonidine import clonidine
from drugs.library.cnqx import cnqx
from drugs.library.desipramine import desipramine
from drugs.library.desmethylclomipramine import desmethylclomipramine
from drugs.library.desmetramadol import desmetramadol
from drugs.library.desvenlafaxine import desvenlafaxine
from drugs.library.dexmedetomidine import dexmedetomidine
from drugs.library.duloxetine import duloxetine
from drugs.library.escitalopram import escitalopram
from drugs.library.fluoxetine import fluoxetine
from drugs.library.gabapentin import gabapentin
from drugs.library.hydroxybupropion import hydroxybupropion
from drugs.library.idazoxan import idazoxan
from drugs.library.imipramine import imipramine
from drugs.library.ketanserin import ketanserin
from drugs.library.maprotiline import maprotiline
from drugs.library.methysergide import methysergide
from drugs.library.milnacipran import milnacipran
from drugs.library.mirtazapine import mirtazapine
from drugs.library.norfluoxetine import norfluoxetine
from drugs.library.nortriptyline import nortriptyline
from drugs.library.ondansetron import ondansetron
from drugs.library.paroxetine import paroxetine
from drugs.library.prazosin import prazosin
from drugs.library.pregabalin import pregabalin
from drugs.library.propranolol import propranolol
from drugs.library.reboxetine import reboxetine
from drugs.library.sertraline import sertraline
from drugs.library.sulpiride import sulpiride
from drugs.library.tapentadol import tapentadol
from drugs.library.tramadol import tramadol
from drugs.library.valproate import valproate
from drugs.library.vehicle import vehicle
from drugs.library.venlafaxine import venlafaxine
from drugs.library.way100635 import way100635
from drugs.library.yohimbine import yohimbine
from drugs.regimen import BODY_WEIGHT, Regimen
from drugs.substance import Affinity, Metabolite, Substance

__all__ = [
    "BODY_WEIGHT",
    "DRUGS",
    "Affinity",
    "Drug",
    "Metabolite",
    "Regimen",
    "Substance",
    "Treatment",
    "Unbound",
    "amitriptyline",
    "atipamezole",
    "atropine",
    "bupropion",
    "by_name",
    "citalopram",
    "clomipramine",
    "clonidine",
    "cnqx",
    "concentration_table",
    "desipramine",
    "desmethylclomipramine",
    "desmetramadol",
    "desvenlafaxine",
    "dexmedetomidine",
    "duloxetine",
    "escitalopram",
    "exposure",
    "fluoxetine",
    "gabapentin",
    "hydroxybupropion",
    "idazoxan",
    "imipramine",
    "ketanserin",
    "maprotiline",
    "methysergide",
    "milnacipran",
    "mirtazapine",
    "norfluoxetine",
    "nortriptyline",
    "ondansetron",
    "parameters",
    "paroxetine",
    "prazosin",
    "pregabalin",
    "propranolol",
    "reboxetine",
    "regimens_of",
    "sertraline",
    "sulpiride",
    "tapentadol",
    "tramadol",
    "transporter_occupancy",
    "unbound_concentrations",
    "valproate",
    "vehicle",
    "venlafaxine",
    "way100635",
    "yohimbine",
]

#: Every drug by its name; a new drug is its file and its name here.
DRUGS: dict[str, Drug] = {
    drug.name: drug
    for drug in (
        vehicle,
        duloxetine,
        amitriptyline,
        nortriptyline,
        imipramine,
        desipramine,
        clomipramine,
        desmethylclomipramine,
        maprotiline,
        milnacipran,
        venlafaxine,
        desvenlafaxine,
        fluoxetine,
        norfluoxetine,
        paroxetine,
        citalopram,
        escitalopram,
        sertraline,
        reboxetine,
        bupropion,
        hydroxybupropion,
        mirtazapine,
        gabapentin,
        pregabalin,
        tapentadol,
        tramadol,
        desmetramadol,
        valproate,
        clonidine,
        dexmedetomidine,
        idazoxan,
        yohimbine,
        atipamezole,
        prazosin,
        propranolol,
        way100635,
        ketanserin,
        ondansetron,
        methysergide,
        sulpiride,
        atropine,
        cnqx,
    )
}


def by_name(name: str, where: str = "") -> Drug:
    """The drug called `name`; `UserError` with the nearest names where there is none."""
    if name not in DRUGS:
        raise unknown_name("drug", name, DRUGS, where)
    return DRUGS[name]


def parameters() -> Iterator[tuple[str, Sourced]]:
    """List every number of every drug by its dotted path: `duloxetine.affinities.NET.constant`.

    Typical kinetics, which many drugs share, are listed once and before them. A metabolite that is a drug of its own
    is listed under its own name; below its parent stands only the fraction.

    Yields
    ------
    (str, Sourced)
        Path and number.
    """
    yield "regimen.body_weight", BODY_WEIGHT
    typical = dict(typical_kinetics.parameters())
    yield from typical.items()
    known = set(map(id, typical.values()))
    for name, drug in DRUGS.items():
        own = walk(replace(drug, metabolites=()), name)
        yield from ((path, number) for path, number in own if id(number) not in known)
        for metabolite in drug.metabolites:
            path = f"{name}.metabolites.{metabolite.name}"
            yield f"{path}.fraction", metabolite.fraction
            if metabolite.name not in DRUGS:
                yield from walk(metabolite.drug, f"{path}.drug")
