"""What the page of a study tells besides its results: question, timeline, methods, references, misses, provenance."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from experiments.evidence.bibliography import entries, publications
from experiments.evidence.misses import NOT_MODELLED, counts, misses
from experiments.evidence.study_events import events
from experiments.evidence.study_methods import methods
from experiments.evidence.study_sources import sources_used
from experiments.laboratory.own_assays.known import known_assays
from experiments.protocol.study import Study
from experiments.protocol.treatment import VEHICLE
from results.files.folder import Manifest
from results.page.texts import PageTexts, Reference
from results.statistics.analysis import StatisticalAnalysis

#: A publication that the description of an assay names.
_CITATION = re.compile(r"([A-Z]\w+)(?: et al\.)? (\d{4})")
#: The publication of the simulator.
_BRIAN = "Stimberg2019"


def texts_of(study: Study, manifest: Manifest, statistics: Sequence[StatisticalAnalysis] = ()) -> PageTexts:
    """All texts of the page of a study, as far as the study and the model tell them.

    Parameters
    ----------
    study
        As its folder holds it.
    manifest
        Of the folder.
    statistics
        Of its comparison, for their methods and references.
    """
    given = {regimen.drug.name: None for arm in study.effective_arms for regimen in arm.treatments}
    return PageTexts(
        question=study.question,
        events=tuple(events(study)),
        assays={name: told[0].upper() + told[1:].rstrip(".") + "." for name, told in _described(study).items()},
        methods=_methods(study, manifest) | _of_statistics(statistics),
        references=_references(study, statistics),
        misses=misses([name for name in given if name != VEHICLE]),
        reproduced=counts(),
        not_modelled=NOT_MODELLED,
        provenance=_provenance(manifest.extra),
    )


def _described(study: Study) -> dict[str, str]:
    """Assay of a study -> what is done in it."""
    known = known_assays(study.extensions)
    return {each.assay: known[each.assay].description for each in study.assays}


def _methods(study: Study, manifest: Manifest) -> dict[str, tuple[str, ...]]:
    """Heading -> the one paragraph of each part of the methods."""
    return {heading: (" ".join(sentences),) for heading, sentences in methods(study, manifest)}


def _of_statistics(statistics: Sequence[StatisticalAnalysis]) -> dict[str, tuple[str, ...]]:
    paragraphs = tuple(dict.fromkeys(paragraph for each in statistics for paragraph in each.methods))
    return {"Statistics": paragraphs} if paragraphs else {}


def _references(study: Study, statistics: Sequence[StatisticalAnalysis]) -> tuple[Reference, ...]:
    """In the order of the alphabet: sources of numbers, the simulator, and what the statistics cite."""
    used = sources_used(study)
    for assay, told in _described(study).items():
        for name, year in _CITATION.findall(told):
            key = f"{name}{year}"
            used[key] = (*used.get(key, ()), assay.replace("_", " "))
    used |= {_BRIAN: ("simulation",)}
    known = [key for key in used if key in entries()]
    found = [Reference(each.key, each.text, each.doi, ", ".join(used[each.key])) for each in publications(known)]
    found += [_own_reference(key, used[key]) for key in used if key not in entries()]
    cited = dict.fromkeys(text for each in statistics for text in each.references)
    for k, text in enumerate(cited):
        told, _, doi = text.removesuffix(".").partition(" doi ")
        found.append(Reference(f"statistics-{k}", told if doi else text, doi, "statistics"))
    return tuple(sorted(found, key=lambda each: each.text.lower()))


def _own_reference(source: str, uses: tuple[str, ...]) -> Reference:
    """A source of somebody's own drug or extension: as its file has it, with its DOI where it is one."""
    doi = source.removeprefix("doi:") if source.startswith("doi:") else ""
    return Reference(source, "Source of an own file" if doi else source, doi, ", ".join(uses))


def _provenance(extra: Mapping[str, Any]) -> dict[str, str]:
    versions = {str(name): str(version) for name, version in extra.get("versions", {}).items()}
    told = {"fingerprint of the study": "fingerprint", "fingerprint of the model": "model", "size": "size"}
    return {**versions, **{name: str(extra[key]) for name, key in told.items() if key in extra}}
