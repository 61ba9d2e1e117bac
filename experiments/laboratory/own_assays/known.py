"""All assays that a study can name: those that come with bluespot, and those of its extensions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache

from core.errors import UserError
from experiments.laboratory.assays import ASSAYS, Assay
from experiments.laboratory.own_assays.described import described_assay
from experiments.laboratory.own_assays.programs import assays_of_program, told_assay
from experiments.protocol.extensions.extension import Extension


def known_assays(extensions: tuple[Extension, ...]) -> Mapping[str, Assay]:
    """Every assay by its name.

    Parameters
    ----------
    extensions : tuple of Extension
        What a study has besides the bundled assays. The program of one is run if it is named; of one that is not, what
        the study tells of its assays has to do, and they cannot be measured.

    Raises
    ------
    UserError
        For two assays of one name, and for a mistake in a table or a program.
    """
    if not extensions:
        return ASSAYS
    return _known(tuple((extension, extension.named, extension.name) for extension in extensions))


@lru_cache(maxsize=32)
def _known(extensions: tuple[tuple[Extension, bool, str], ...]) -> Mapping[str, Assay]:
    found, owners = dict(ASSAYS), dict.fromkeys(ASSAYS, "bluespot itself")
    for extension, _, _ in extensions:
        for assay in _assays_of(extension):
            if assay.name in found:
                raise UserError(
                    f'{extension.name}: assay "{assay.name}": '
                    f"{owners[assay.name]} has one of this name; choose another."
                )
            found[assay.name], owners[assay.name] = replace(assay, origin=extension.name), extension.name
    return found


def _assays_of(extension: Extension) -> Iterator[Assay]:
    yield from (
        described_assay(table, f"{extension.name}: assays[{k}]") for k, table in enumerate(extension.table.assays)
    )
    if extension.program and extension.named:
        yield from assays_of_program(extension.name, extension.program).values()
    elif extension.program:
        yield from (told_assay(extension.name, table) for table in extension.table.program_assays)
