"""The methods of a study in sentences: animals, drugs, treatments, measurements, simulation."""

from __future__ import annotations

import re
from collections.abc import Iterator

from core.days import day_and_hour, hours_from_surgery
from drugs.substance import Substance
from experiments.evidence.study_events import SIDE_WORDS, with_micro
from experiments.evidence.study_sources import counts_by_status, drugs_used
from experiments.laboratory.assays.withdrawal import WITHDRAWAL_RATE, WITHDRAWAL_WINDOW
from experiments.protocol.arm import Arm
from experiments.protocol.manipulations.injection import Injection
from experiments.protocol.measurement import Measurement
from experiments.protocol.study import Study
from experiments.protocol.treatment import VEHICLE
from results.files.folder import Manifest
from results.page.words import named, number

#: A drug's strongest sites are told.
_MOST_SITES = 4
#: Sites that their short names do not tell.
_SITES = {"M": "muscarinic receptors"}
_SPELLINGS = {"l5": "L5", "a": "A", "c": "C", "gaba": "GABA", "glt1": "GLT-1", "contra": "(contralateral)"}


def methods(study: Study, manifest: Manifest) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield (heading, sentences) of each part of the methods.

    Parameters
    ----------
    study
        As its folder holds it.
    manifest
        Of the folder, for the versions of packages.
    """
    yield "Animals", tuple(_animals(study, manifest))
    drugs = drugs_used(study)
    if drugs:
        yield "Drugs", (_CONSTANTS, *(_drug(drug) for drug in drugs))
    given = tuple(_given(study))
    if given:
        yield "Treatments", given
    yield "Measurements", tuple(_measured(assay) for assay in study.assays)
    yield "Simulation", tuple(_simulation(study, manifest))


_CONSTANTS = (
    "Numbers are equilibrium dissociation constants, of at most "
    f"{_MOST_SITES} sites to which a drug binds best; it acts at its other sites too."
)


def _animals(study: Study, manifest: Manifest) -> Iterator[str]:
    size = "" if study.size == 1 else f"{study.size:g} times "
    yield (
        f"{len(manifest.animals)} virtual rats were simulated in each of {len(study.arms)} arms, with seed "
        f"{study.seed} and {size}the standard number of cells. Animals of one number are the same animal in every arm: "
        "cells, contacts and noise are drawn once."
    )
    injured = [arm for arm in study.effective_arms if arm.prepared_circuit().differences]
    if injured:
        differences = injured[0].prepared_circuit().differences
        names = ", ".join(_worded(difference.name) for difference in differences)
        had = _listed([arm.name for arm in injured])
        yield f"On day 0 {had} had spinal nerve ligation, which is {len(differences)} changes: {names}."
    yield from (_changed(arm) for arm in study.effective_arms if arm.switch_off or arm.set)


def _worded(name: str) -> str:
    """`gaba_release_loss` -> `GABA release loss`."""
    return " ".join(_SPELLINGS.get(word, word) for word in name.split("_"))


def _changed(arm: Arm) -> str:
    off = f"without {_listed(arm.switch_off)}" if arm.switch_off else ""
    numbers = ", ".join(f"{path} = {value}" for path, value in arm.set.items())
    return f"{arm.name} was simulated {' and '.join(filter(None, (off, f'with {numbers}' if numbers else '')))}."


def _drug(drug: Substance) -> str:
    """A drug with its strongest sites, by the concentration that binds half of each."""
    sites = sorted(drug.affinities.items(), key=lambda item: item[1].constant.si)[:_MOST_SITES]
    told = [
        f"{_SITES.get(site, site)} {_nanomolar(each.constant.si)} nM ({_cited(each.constant.source)})"
        for site, each in sites
    ]
    metabolites = [metabolite.name for metabolite in drug.metabolites]
    also = f"; its active metabolite is {_listed(metabolites)}" if metabolites else ""
    binds = f" binds {_listed(told)}" if told else " binds nothing"
    return f"{_capital(drug.name)} ({drug.drug_class}){binds}{also}."


def _given(study: Study) -> Iterator[str]:
    to: dict[str, list[str]] = {}
    for arm in study.effective_arms:
        treatments = [str(each) for each in arm.treatments if each.drug.name != VEHICLE]
        injections = [_injected(each) for each in study.injections_of(arm.name)]
        done = (*arm.lesions, *arm.knock_downs, *arm.silencing, *arm.stimulation, *arm.anaesthesia)
        others = [str(each) for each in done]
        for text in (*treatments, *injections, *others):
            to.setdefault(text, []).append(arm.name)
    for text, arms in to.items():
        who = "all arms" if len(arms) == len(study.arms) else _listed(arms)
        yield f"{_capital(with_micro(text))}, in {who}."


def _injected(injection: Injection) -> str:
    moments = [day_and_hour(hours_from_surgery(day, injection.hour)) for day in injection.on_days]
    when = _listed([f"day {day}, {hour:g} h" for day, hour in moments])
    times = f", {injection.times} times, every {injection.every_hours:g} h" if injection.times > 1 else ""
    return f"{injection.phase} {injection.dose} on {when}{times}"


def _measured(assay: Measurement) -> str:
    sides = f", {_listed([SIDE_WORDS[side] for side in assay.sides])}" if assay.sides else ""
    days = _listed([number(float(day)) for day in assay.days])
    when = f"days {days}" if len(assay.days) > 1 else f"day {days}"
    return f"{_capital(named(assay.assay))}{sides}: {assay.hour:g} h after the dosing hour of {when}."


def _simulation(study: Study, manifest: Manifest) -> Iterator[str]:
    versions = manifest.extra.get("versions", {})
    brian = f"Brian2 {versions['brian2']}" if "brian2" in versions else "Brian2"
    yield (
        f"Spikes were simulated with {brian} (Stimberg et al. 2019), in {study.precision} precision, in epochs "
        "that last seconds. Between them a slow clock moved drugs, transmitters, injury and sensitisation over days. A "
        "withdrawal is read from the spikes of lamina I projection cells: their mean rate, smoothed exponentially with "
        f"a time constant of {1e3 * WITHDRAWAL_WINDOW.si:g} ms, passes one criterion, {WITHDRAWAL_RATE.si:g} Hz per "
        "cell, which was set once, on untreated sham animals."
    )
    counts = counts_by_status(study)
    read = counts.get("seen", 0)
    others = _listed([f"{counts[name]} {name}" for name in ("assumed", "fitted", "derived") if counts.get(name)])
    yield f"These animals have {sum(counts.values())} numbers of biology: {read} read in publications, {others}."


def _nanomolar(constant: float) -> str:
    return f"{constant * 1e6:.3g}"  # SI: mol/m3


def _cited(key: str) -> str:
    """`Bymaster2001` -> `Bymaster 2001`, as the list of references begins; ASSUMED and the like in small letters."""
    found = re.fullmatch(r"(\D+)(\d{4}\w?)", key)
    return f"{found[1]} {found[2]}" if found else key.lower()


def _listed(words: list[str] | tuple[str, ...]) -> str:
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
