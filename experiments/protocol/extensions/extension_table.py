"""The tables of an extension: those of its TOML file, and those by which a study carries it."""

from __future__ import annotations

from typing import Any

from pydantic import Field, field_validator

from experiments.protocol.extensions.assay_table import AssayTable
from experiments.protocol.extensions.circuit_tables import (
    AddedAgonistTable,
    AddedTransporterTable,
    CouplingTable,
    ReceptorTable,
    TransmitterTable,
)
from experiments.protocol.schema import HERE, Listed, Part, refusal


class ProgramAssay(Part):
    """What a study says of an assay that a Python file holds: all but how it is done, so that results can be read."""

    name: str
    sides: Listed[str] = ()
    usual_sides: Listed[str] | None = None
    unit: str
    seconds: float
    epochs: int
    description: str
    cut_offs: dict[str, float] = Field(default_factory=dict)


class ExtensionFile(Part):
    """An extension as a TOML file: assays, parts of circuits, injuries, drugs."""

    assays: Listed[AssayTable] = Field(default=(), description="tables of assays, [[assays]]")
    transmitters: Listed[TransmitterTable] = Field(default=(), description="tables of transmitters, [[transmitters]]")
    transporters: Listed[AddedTransporterTable] = Field(
        default=(), description="tables of transporters, [[transporters]]"
    )
    receptors: Listed[ReceptorTable] = Field(default=(), description="tables of receptors, [[receptors]]")
    agonists: Listed[AddedAgonistTable] = Field(default=(), description="tables of agonists, [[agonists]]")
    couplings: Listed[CouplingTable] = Field(default=(), description="tables of couplings, [[couplings]]")
    injuries: Listed[dict[str, Any]] = Field(default=(), description="tables of injuries, [[injuries]]")
    drugs: Listed[dict[str, Any]] = Field(default=(), description="tables of drugs, [[drugs]]")

    @field_validator("assays")
    @classmethod
    def _names_differ(cls, assays: tuple[AssayTable, ...]) -> tuple[AssayTable, ...]:
        names = [assay.name for assay in assays]
        lines = [f'{HERE}: two assays are called "{name}".' for name in dict.fromkeys(names) if names.count(name) > 1]
        if lines:
            raise refusal(*lines)
        return assays


class ExtensionTable(ExtensionFile):
    """An extension in a study that was written down, `[[extensions]]`: the name of its file, and what was in it.

    program: the text of a Python file. program_assays: what is told of the assays in it.
    """

    name: str = Field(min_length=1, max_length=100, description="the name of a file")
    program: str = Field(default="", description="the text of a Python file")
    program_assays: Listed[ProgramAssay] = Field(default=(), description="tables of assays")

    @field_validator("name")
    @classmethod
    def _is_a_file_name(cls, name: str) -> str:
        if name.startswith(".") or any(letter in name for letter in '/\\:*?"<>|\0'):
            raise refusal(f'{HERE} = "{name}": expected the name of a file, such as "mine.toml".')
        return name
