"""Roles of findings, and what a role may not be: a check that the model was built on, a fit that nothing is fitted to.

| role | what a finding of it is |
|---|---|
| construction | a number of the model was computed from the publication, so that the finding tests the building only |
| fit | a calibration names it: numbers were, or will be, moved to it |
| check | no number and no calibration names it or its publication |

A role that nobody proposed is drawn by the hash of what identifies the publication, so that it knows nothing of the
model: one in three is fitted to, two are checked.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping

from core.sourced import Sourced, walk
from experiments.evidence import calibration, finding
from experiments.evidence.bibliography import entries
from experiments.evidence.calibration import Calibration
from experiments.evidence.finding import Finding, Role
from experiments.evidence.parameters import numbers
from experiments.protocol.catalogue import extended
from experiments.protocol.extensions.installed import bundled as extensions

#: What the hash of a publication leaves when divided by their number -> role.
HASHED_ROLES: tuple[Role, ...] = ("fit", "check", "check")


def hashed_role(hashed: str) -> Role:
    """The role of a publication by the hash of its DOI, or of what stands for one (`hashed_name`)."""
    digest = hashlib.sha256(hashed.lower().removeprefix("https://doi.org/").encode()).hexdigest()
    return HASHED_ROLES[int(digest, 16) % len(HASHED_ROLES)]


def hashed_name(entry: Mapping[str, str]) -> str:
    """What identifies a publication: its DOI, else "pmid:" with its number, else "title:" with letters and digits."""
    if entry.get("doi"):
        return entry["doi"]
    if entry.get("pmid"):
        return f"pmid:{entry['pmid']}"
    title = re.sub(r"[^a-z0-9]", "", entry.get("title", "").lower())
    return f"title:{title}" if title else ""


def bundled_faults() -> list[str]:
    """What is wrong with the roles of the findings that come with bluespot; nothing, or a test fails."""
    model = {path: number for _, path, number in numbers()} | dict(_of_injuries())
    return list(faults(finding.bundled(), model, calibration.bundled().values()))


def _of_injuries() -> Iterator[tuple[str, Sourced]]:
    """Every number of the injuries that come along as extensions, by the name of its circuit and its path there."""
    for name in extensions():
        found = extended(name)
        for table in found.extensions[0].table.injuries:
            yield from walk(found.circuits[table["name"]].differences, f"{table['name']}.differences")


def faults(
    findings: Mapping[str, Finding], model: Mapping[str, Sourced], calibrations: Iterable[Calibration]
) -> Iterator[str]:
    """Yield one line for each role that is not what it says, and for each contradiction that one side leaves out.

    Parameters
    ----------
    findings
        Id -> finding.
    model
        Path -> number, of all numbers of the model.
    calibrations
        All of them.
    """
    fitted = {id: each.name for each in calibrations for id in each.named}
    for one in findings.values():
        named = list(_named_by_numbers(one, model))
        if one.role == "check":
            yield from (f"{one.id}: a check, but {place}." for place in named)
            if one.id in fitted:
                yield f"{one.id}: a check, but the calibration {fitted[one.id]} names it."
        if one.role == "fit" and one.id not in fitted:
            yield f"{one.id}: to be fitted to, but no calibration names it."
        if one.role == "construction" and not named:
            yield f"{one.id}: said to be of construction, but no number names it or its publication."
        yield from _wrongly_assigned(one)
        for other in one.contradicts:
            if other not in findings or one.id not in findings[other].contradicts:
                yield f"{one.id}: it contradicts {other}, which does not say so of {one.id}."


def _named_by_numbers(one: Finding, model: Mapping[str, Sourced]) -> Iterator[str]:
    words = re.compile("|".join([rf"(?<![\w.-]){re.escape(one.id)}(?![\w-])", *map(_mention, one.keys)]))
    for path, number in model.items():
        if number.source in one.keys:
            yield f"{path} is taken from {number.source}"
        elif found := words.search(number.note):
            yield f'the note of {path} names "{found[0]}"'


def _mention(key: str) -> str:
    """Pattern of a publication in a text: its key, or the first author with the year."""
    entry = entries().get(key, {})
    author = re.escape(entry.get("author", "").split(",")[0].split(" and ")[0])
    prose = rf"|\b{author}\b[^;()]{{0,30}}?\b{entry['year']}\b" if author and "year" in entry else ""
    return rf"\b{re.escape(key)}\b{prose}"


def _wrongly_assigned(one: Finding) -> Iterator[str]:
    if one.role_by is None:
        yield f"{one.id}.role_by: missing; expected how the role was assigned."
    if one.role_by == "named" and one.role == "check":
        yield f'{one.id}: a check whose role_by is "named"; what is named is no check.'
    if one.role_by == "hash":
        hashed = hashed_name(entries()[one.keys[0]]) if one.keys else ""
        if not hashed:
            yield f"{one.id}: its role is by a hash, and its first publication has no DOI, PMID or title."
        elif one.role != hashed_role(hashed):
            yield f"{one.id}: {one.role}, but the hash of {hashed} says {hashed_role(hashed)}."
