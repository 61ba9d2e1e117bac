"""Names that a study can use: circuits, switches, assays and drugs. They are loaded on first use, not on import."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from pydantic import ValidationInfo

from core.errors import UserError
from experiments.protocol.extensions.circuit_parts import extended_circuits, sites_of
from experiments.protocol.extensions.extension import Extension, alike, together
from experiments.protocol.extensions.reading import read_extension, read_extensions
from experiments.protocol.provided import provided
from experiments.protocol.spellings import read_name


@dataclass(frozen=True)
class Catalogue:
    """What a study can name: circuits, switches, assays and drugs, those of extensions among them.

    Attributes
    ----------
    circuits : mapping of str to Circuit
        By name.
    switches : mapping of str to str
        What can be switched off -> what that is.
    assays : mapping of str to Assay
        By name.
    drug : callable
        `drug(name)` is the drug of a name; it raises the `UserError` of a name it does not know, which begins with
        `where` if that is given.
    extensions : tuple of Extension
        What has been added to the package's own.
    """

    circuits: Mapping[str, Any]
    switches: Mapping[str, str]
    assays: Mapping[str, Any]
    drug: Callable[..., Any]
    extensions: tuple[Extension, ...] = ()


@cache
def installed() -> Catalogue:
    """The catalogue of this installation; imports Brian2, hence a second or two on the first call."""
    import circuits
    import drugs

    def drug(name: str, where: str = "") -> Any:
        return drugs.DRUGS[read_name("drug", name, drugs.DRUGS, where)]

    return Catalogue(circuits.CIRCUITS, circuits.SWITCHES, provided("assays")(()), drug)


def extended(*files: str | Path) -> Catalogue:
    """All that a study can name, with what files from outside add.

    `read_study("mine.toml", extended("hold.py"))` takes in an assay that stands in a Python file, which is run. What is
    there is found by name: `extended("hold.py").assays["hold60"]`.

    Parameters
    ----------
    *files : str or Path
        TOML files, Python files, and names of bundled or installed extensions.

    Returns
    -------
    Catalogue
        The bundled circuits, switches, assays and drugs, and those of the files.

    Raises
    ------
    UserError
        With one line for each mistake of a file.
    """
    return with_extensions(installed(), [read_extension(file, named=True) for file in files])


def named_by_user(entries: object, where: str) -> Catalogue:
    """The installed catalogue with the extensions that a script names, whose Python files are run.

    where: what begins each line of the error.
    """
    listed = entries if isinstance(entries, list | tuple) else (entries,)
    try:
        return with_extensions(installed(), read_extensions(listed, by_user=True)) if listed else installed()
    except UserError as error:
        raise UserError("\n".join(f"{where}: {line}" for line in str(error).split("\n"))) from None


def with_extensions(names: Catalogue, extensions: Iterable[Extension]) -> Catalogue:
    """The catalogue with more extensions; one that it has already is not added twice."""
    wanted = together((*names.extensions, *extensions))
    if alike(wanted, names.extensions):
        return names
    base = extended_by(wanted)
    own = own_drugs_of(wanted)

    def drug(name: str, where: str = "") -> Any:
        return own[name] if name in own else names.drug(name, where)

    return replace(base, drug=drug)


def extended_by(extensions: Iterable[Extension]) -> Catalogue:
    """The catalogue of this installation with extensions, but for their drugs."""
    wanted = tuple((extension, extension.named, extension.name) for extension in extensions)
    return _extended(wanted) if wanted else installed()


def circuit_of(name: str, extensions: Iterable[Extension]) -> Any:
    """The circuit of a name, with what extensions add."""
    return extended_by(extensions).circuits[name]


@lru_cache(maxsize=32)
def _extended(wanted: tuple[tuple[Extension, bool, str], ...]) -> Catalogue:
    """The catalogue with extensions; equal ones may have other names, or be named or not."""
    extensions = tuple(extension for extension, _, _ in wanted)
    assays = provided("assays")(extensions)
    told = tuple(_telling(each, assays) for each in extensions)
    circuits = extended_circuits(installed().circuits, extensions)
    switches = {name: text for circuit in circuits.values() for name, text in circuit.switches.items()}
    return replace(installed(), circuits=circuits, switches=switches, assays=assays, extensions=told)


def _telling(extension: Extension, assays: Mapping[str, Any]) -> Extension:
    """An extension that tells what assays are in its program."""
    if not extension.program or not extension.named:
        return extension
    return extension.telling(assay for assay in assays.values() if assay.origin == extension.name)


def own_drugs_of(extensions: Iterable[Extension]) -> dict[str, Any]:
    """The drugs of extensions by name; they may bind the sites that any of them adds."""
    from experiments.protocol.drug_file import parse_drug

    extensions = tuple(extensions)
    found: dict[str, Any] = {}
    for extension in extensions:
        for k, entry in enumerate(extension.table.drugs):
            drug = parse_drug(entry, f"{extension.name}: drugs[{k}]", sites_of(extensions))
            if found.setdefault(drug.name, drug) != drug:
                raise UserError(f'{extension.name}: drugs[{k}].name = "{drug.name}": another drug has it.')
    return found


def with_own_drugs(names: Catalogue, own: Mapping[str, Any], folder: Path) -> Catalogue:
    """The catalogue that also knows `own` drugs by their names, and drug files by their paths from `folder`."""
    from experiments.protocol.drug_file import ENDING, read_drug

    sites = sites_of(names.extensions)
    read = cache(lambda path: read_drug(path, sites))

    def drug(name: str, where: str = "") -> Any:
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
