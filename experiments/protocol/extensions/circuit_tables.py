"""Transmitters, receptors and couplings as tables of an extension, in the fields of the package's own entries."""

from __future__ import annotations

from pydantic import Field

from experiments.protocol.schema import Listed, Part
from experiments.protocol.sourced_table import Number

_A_NUMBER = 'a table such as { value = "30 nM", source = "Key2001" }'


class ReleaseTable(Part):
    """Release of one population into one compartment, `[[transmitters.releases]]`."""

    source: str = Field(description='a population such as "islet"')
    compartment: str = Field(description='a compartment such as "dorsal_horn_ipsi"')
    quantum: Number = Field(description=_A_NUMBER)
    scaled_by: str = ""


class ToneTable(Part):
    """Release at a constant rate, `[[transmitters.tones]]`."""

    compartment: str = Field(description='a compartment such as "dorsal_horn_ipsi"')
    level: Number = Field(description=_A_NUMBER)
    scaled_by: str = ""


class ClearanceTable(Part):
    """How a transmitter goes, `[transmitters.clearance]`: at which rate, and by which transporters or enzymes."""

    rate: Number = Field(description='a table such as { value = "0.5 1/s", source = "Key2001" }')
    shares: dict[str, Number] = Field(default_factory=dict, description="tables of numbers by transporter or enzyme")
    half_saturation: dict[str, Number] = Field(default_factory=dict, description="tables of numbers, as shares has")


class TransmitterTable(Part):
    """A transmitter, `[[transmitters]]`."""

    name: str = Field(description="a name of letters, digits and _")
    clearance: ClearanceTable
    releases: Listed[ReleaseTable] = Field(default=(), description="tables of releases")
    tones: Listed[ToneTable] = Field(default=(), description="tables of tones")
    autoreceptor: str = ""
    autoinhibition: Number | None = None
    autoreceptor_scaled_by: str = ""
    terminal_transporter: str = ""


class AgonistTable(Part):
    """What acts at a receptor beside its own agonist, `[[receptors.others]]`."""

    name: str = Field(description='a transmitter such as "enkephalin", or an earlier receptor')
    half_activation: Number = Field(description=_A_NUMBER)
    efficacy: Number = Field(description='a table such as { value = 1.0, source = "Key2001" }')


class AddedAgonistTable(AgonistTable):
    """Another agonist of a receptor that is there already, `[[agonists]]`."""

    receptor: str = Field(description='a receptor such as "M"')


class AddedTransporterTable(Part):
    """What clears a transmitter that is there already beside what the model has, `[[transporters]]`."""

    transmitter: str = Field(description='a transmitter such as "acetylcholine"')
    name: str = Field(min_length=1, max_length=40, description='a name such as "AChE"')
    share: Number = Field(description='a table such as { value = 0.9, source = "Key2001" }')
    half_saturation: Number = Field(description=_A_NUMBER)


class ReceptorTable(Part):
    """A receptor, `[[receptors]]`."""

    name: str = Field(min_length=1, max_length=40, description='a name such as "mu"')
    agonist: str = Field(description='a transmitter such as "enkephalin", or an earlier receptor')
    half_activation: Number = Field(description=_A_NUMBER)
    hill: Number = Field(description='a table such as { value = 1.0, source = "Key2001" }')
    others: Listed[AgonistTable] = Field(default=(), description="tables of other agonists")


class CouplingTable(Part):
    """What an active receptor does to some populations, `[[couplings]]`."""

    name: str = Field(min_length=1, max_length=80, description='a name such as "mu_on_c_terminals"')
    group: str = Field(min_length=1, max_length=80, description='a family of receptors such as "opioid"')
    receptor: str = Field(description='a receptor such as "mu"')
    effect: str = Field(description='"girk", "current" or "release"')
    targets: Listed[str] = Field(min_length=1, description='a list of populations such as ["c_peptidergic"]')
    strength: Number = Field(description='a table such as { value = "5 pA", source = "Key2001" }')
    share: Number = Field(description='a table such as { value = 0.8, source = "Key2001" }')
    scaled_by: str = ""
