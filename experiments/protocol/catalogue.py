"""Names that a study can use: circuits, switches, assays and drugs. They are loaded on first use, not on import."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationInfo

from experiments.protocol.provided import provided
from experiments.protocol.spellings import read_name


@dataclass(frozen=True)
class Catalogue:
    """Names and what they stand for; `drug(name, where)` raises the `UserError` of a name it does not know."""

    circuits: Mapping[str, Any]
    switches: Mapping[str, str]
    assays: Mapping[str, Any]
    drug: Callable[[str, str], Any]


@cache
def installed() -> Catalogue:
    """The catalogue of this installation; imports Brian2, hence a second or two on the first call."""
    import circuits
    import drugs

    def drug(name: str, where: str) -> Any:
        return drugs.DRUGS[read_name("drug", name, drugs.DRUGS, where)]

    return Catalogue(circuits.CIRCUITS, circuits.SWITCHES, provided("assays"), drug)


def with_own_drugs(names: Catalogue, own: Mapping[str, Any], folder: Path) -> Catalogue:
    """The catalogue that also knows `own` drugs by their names, and drug files by their paths from `folder`."""
    from experiments.protocol.drug_file import ENDING, read_drug

    read = cache(lambda path: read_drug(path))

    def drug(name: str, where: str) -> Any:
        if name.endswith(ENDING):
            return read(folder / name)
        return own[name] if name in own else names.drug(name, where)

    return replace(names, drug=drug)


def drug_name(names: Catalogue, written: str, where: str) -> str:
    """The name of a drug as ours, of a drug file as it was written; `UserError` where there is no such drug."""
    from experiments.protocol.drug_file import ENDING

    drug = names.drug(written, where)
    return written if written.endswith(ENDING) else str(drug.name)


def of(info: ValidationInfo) -> Catalogue:
    """The catalogue a validation was given as its context, else the installed one."""
    return info.context if isinstance(info.context, Catalogue) else installed()
