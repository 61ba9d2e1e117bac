"""Circuits with the transmitters, receptors, couplings and injuries of extensions, as if they came with the package."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from brian2.units import Quantity, nM, second

from core.errors import UserError, unknown_name
from core.sourced import Sourced
from experiments.protocol.extensions.circuit_tables import (
    AddedTransporterTable,
    AgonistTable,
    ClearanceTable,
    CouplingTable,
    ReceptorTable,
    TransmitterTable,
)
from experiments.protocol.extensions.extension import Extension
from experiments.protocol.extensions.extension_table import ExtensionTable
from experiments.protocol.sourced_table import Number, sourced

if TYPE_CHECKING:
    from circuits import Circuit
    from circuits.receptors import Agonist, Coupling, Receptor
    from circuits.transmitters import Clearance, Transmitter

_PLAIN = 1.0
#: The circuit that an injury changes.
UNINJURED_CIRCUIT = "sham"
#: Kinds of parts that a circuit has by name -> what an error calls one.
_KINDS = {"transmitters": "transmitter", "receptors": "receptor", "couplings": "coupling"}


def extended_circuits(circuits: Mapping[str, Circuit], extensions: Iterable[Extension]) -> dict[str, Circuit]:
    """Name -> circuit with all that the extensions add.

    Raises
    ------
    UserError
        For a number that cannot be, a name that stands for two things, and one that stands for nothing; each line
        begins with the name of the file.
    """
    found, given = dict(circuits), tuple(extensions)
    for extension in given:
        if has_parts(extension):
            found = {name: _extended(circuit, extension) for name, circuit in found.items()}
    for extension in given:
        found |= _injured(found, extension)
    return found


def _injured(circuits: Mapping[str, Circuit], extension: Extension) -> dict[str, Circuit]:
    """The circuits of the injuries of an extension, by name."""
    if not extension.table.injuries:
        return {}
    from circuits import injured
    from circuits.injuries.reading import read_injury

    added: dict[str, Circuit] = {}
    for k, table in enumerate(extension.table.injuries):
        where = f"{extension.name}: injuries[{k}]"
        injury = read_injury(table, where)
        if injury.name in circuits or injury.name in added:
            raise UserError(f'{where}.name = "{injury.name}": there is a circuit of this name; choose another.')
        added[injury.name] = injured(injury, circuits[UNINJURED_CIRCUIT])
    return added


def has_parts(extension: Extension) -> bool:
    """Whether it adds anything to circuits."""
    table = extension.table
    return bool(table.transmitters or table.transporters or table.receptors or table.agonists or table.couplings)


def sites_of(extensions: Iterable[Extension]) -> tuple[str, ...]:
    """Sites that drugs can bind besides those of the package: receptors, transporters and enzymes of extensions."""
    found: dict[str, None] = {}
    for extension in extensions:
        found |= dict.fromkeys(receptor.name for receptor in extension.table.receptors)
        found |= dict.fromkeys(added.name for added in extension.table.transporters)
        for transmitter in extension.table.transmitters:
            found |= dict.fromkeys(transmitter.clearance.shares)
    return tuple(found)


def _extended(circuit: Circuit, extension: Extension) -> Circuit:
    table = extension.table
    reader = _Reader(extension.name)
    transmitters = reader.all(table.transmitters, "transmitters", _transmitter)
    receptors = reader.all(table.receptors, "receptors", _receptor)
    couplings = reader.all(table.couplings, "couplings", _coupling)
    agonists = reader.all(table.agonists, "agonists", _agonist)
    transporters = reader.all(table.transporters, "transporters", _transporter)
    reader.lines += _unknown_scales(table, extension.name)
    reader.raise_mistakes()
    own = {"transmitters": transmitters, "receptors": receptors, "couplings": couplings}
    for kind, parts in own.items():
        _check_names(kind, parts, [each.name for each in getattr(circuit, kind)], extension.name)
    cleared = {transmitter.name: transmitter for transmitter in (*circuit.transmitters, *transmitters)}
    for k, (entry, (share, half)) in enumerate(zip(table.transporters, transporters, strict=True)):
        where = f"{extension.name}: transporters[{k}]"
        if entry.transmitter not in cleared:
            raise unknown_name("transmitter", entry.transmitter, cleared, f"{where}.transmitter")
        cleared[entry.transmitter] = _cleared_too(cleared[entry.transmitter], entry.name, share, half, where)
    known = {receptor.name: receptor for receptor in (*circuit.receptors, *receptors)}
    for name in (name for transmitter in cleared.values() for name in transmitter.clearance.shares):
        if name in known:
            raise UserError(f'{extension.name}: "{name}" clears a transmitter, and a receptor has this name.')
    for k, (added, agonist) in enumerate(zip(table.agonists, agonists, strict=True)):
        where = f"{extension.name}: agonists[{k}]"
        if added.receptor not in known:
            raise unknown_name("receptor", added.receptor, known, f"{where}.receptor")
        receptor = known[added.receptor]
        if agonist.name in receptor.agonists:
            raise UserError(f'{where}.name = "{agonist.name}": it acts at {receptor.name} already.')
        known[added.receptor] = replace(receptor, others=(*receptor.others, agonist))
    try:
        return replace(
            circuit,
            transmitters=tuple(cleared.values()),
            receptors=tuple(known.values()),
            couplings=(*circuit.couplings, *couplings),
        )
    except UserError as error:
        raise UserError(f"{extension.name}: {error}") from None


def _cleared_too(transmitter: Transmitter, name: str, share: Sourced, half: Sourced, where: str) -> Transmitter:
    """The transmitter with one transporter or enzyme more, which takes its share of what the others leave."""
    clearance = transmitter.clearance
    if name in clearance.shares:
        raise UserError(f'{where}.name = "{name}": it clears {transmitter.name} already.')
    for place, shares in {"": clearance.shares, **clearance.shares_in}.items():
        left = 1.0 - sum(each.si for each in shares.values())
        if not 0.0 <= share.si <= left:
            raise UserError(
                f"{where}.share = {share.si:g}: expected a share from 0 to what the others leave of {transmitter.name}"
                f"{' in ' + place if place else ''}, {left:g}."
            )
    added = replace(
        clearance,
        shares={**clearance.shares, name: share},
        half_saturation={**clearance.half_saturation, name: half},
        shares_in={place: {**shares, name: share} for place, shares in clearance.shares_in.items()},
    )
    return replace(transmitter, clearance=added)


def _unknown_scales(table: ExtensionTable, file: str) -> list[str]:
    """One line for each slow quantity that does not exist."""
    from circuits.moment import slow_quantities

    told = [(f"couplings[{k}].scaled_by", each.scaled_by) for k, each in enumerate(table.couplings)]
    for k, transmitter in enumerate(table.transmitters):
        where = f"transmitters[{k}]"
        told.append((f"{where}.autoreceptor_scaled_by", transmitter.autoreceptor_scaled_by))
        told += [(f"{where}.releases[{j}].scaled_by", each.scaled_by) for j, each in enumerate(transmitter.releases)]
        told += [(f"{where}.tones[{j}].scaled_by", each.scaled_by) for j, each in enumerate(transmitter.tones)]
    known = slow_quantities()
    unknown = [(where, name) for where, name in told if name and name not in known]
    return [str(unknown_name("slow quantity", name, known, f"{file}: {where}")) for where, name in unknown]


def _check_names(kind: str, parts: tuple[Any, ...], taken: list[str], where: str) -> None:
    seen = dict.fromkeys(taken, "the model has")
    for part in parts:
        if part.name in seen:
            raise UserError(
                f'{where}: {_KINDS[kind]} "{part.name}": {seen[part.name]} one of this name; choose another.'
            )
        seen[part.name] = "the file has"


class _Reader:
    """Makes parts of tables, and collects the mistakes of their numbers, so that all are told at once."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.lines: list[str] = []

    def all(self, tables: Iterable[Any], kind: str, make: Any) -> tuple[Any, ...]:
        """The parts of some tables; what cannot be made is left out, and told by `raise_mistakes`."""
        found = []
        for k, table in enumerate(tables):
            before = len(self.lines)
            try:
                part = make(self, table, f"{self.file}: {kind}[{k}]")
            except UserError as error:
                if len(self.lines) == before:
                    self.lines += [f"{self.file}: {kind}[{k}]: {line}" for line in str(error).split("\n")]
                continue
            found.append(part)
        return tuple(found)

    def number(self, table: Number, like: Quantity | float, where: str) -> Sourced:
        """A number under the contract of the package's own; a stand-in where it breaks it."""
        found, mistakes, doubts = sourced(table, like, where)
        self.lines += [*mistakes, *doubts]
        return found

    def raise_mistakes(self) -> None:
        """Raise the mistakes that were collected."""
        if self.lines:
            raise UserError("\n".join(dict.fromkeys(self.lines)))


def _clearance(reader: _Reader, table: ClearanceTable, where: str) -> Clearance:
    from circuits.transmitters import Clearance

    if table.shares.keys() != table.half_saturation.keys():
        odd = ", ".join(sorted(table.shares.keys() ^ table.half_saturation.keys()))
        raise UserError(f"{odd}: expected a share and a half_saturation of each transporter or enzyme.")
    shares = {name: reader.number(each, _PLAIN, f"{where}.shares.{name}") for name, each in table.shares.items()}
    if not 0.0 <= sum(share.si for share in shares.values()) <= 1.0 or any(share.si < 0 for share in shares.values()):
        raise UserError("clearance.shares: expected shares of 0 or more that sum to at most 1.")
    halves = {
        name: reader.number(each, nM, f"{where}.half_saturation.{name}") for name, each in table.half_saturation.items()
    }
    return Clearance(
        _above_zero(reader.number(table.rate, 1 / second, f"{where}.rate"), "clearance.rate"), shares, halves
    )


def _transmitter(reader: _Reader, table: TransmitterTable, where: str) -> Transmitter:
    from circuits.transmitters import Release, Tone, Transmitter

    brake = table.autoinhibition
    return Transmitter(
        name=table.name,
        clearance=_clearance(reader, table.clearance, f"{where}.clearance"),
        releases=tuple(
            Release(each.source, each.compartment, reader.number(each.quantum, nM, f"{where}.releases[{k}].quantum"),
                    each.scaled_by)
            for k, each in enumerate(table.releases)
        ),
        autoreceptor=table.autoreceptor,
        autoinhibition=None if brake is None else reader.number(brake, _PLAIN, f"{where}.autoinhibition"),
        autoreceptor_scaled_by=table.autoreceptor_scaled_by,
        terminal_transporter=table.terminal_transporter,
        tones=tuple(
            Tone(each.compartment, reader.number(each.level, nM, f"{where}.tones[{k}].level"), each.scaled_by)
            for k, each in enumerate(table.tones)
        ),
    )  # fmt: skip


def _receptor(reader: _Reader, table: ReceptorTable, where: str) -> Receptor:
    from circuits.receptors import Receptor

    half = reader.number(table.half_activation, _half_like(table.half_activation), f"{where}.half_activation")
    hill = reader.number(table.hill, _PLAIN, f"{where}.hill")
    others = tuple(_agonist(reader, each, f"{where}.others[{k}]") for k, each in enumerate(table.others))
    return Receptor(table.name, table.agonist, _above_zero(half, "half_activation"), _above_zero(hill, "hill"), others)


def _agonist(reader: _Reader, table: AgonistTable, where: str) -> Agonist:
    from circuits.receptors import Agonist

    half = reader.number(table.half_activation, _half_like(table.half_activation), f"{where}.half_activation")
    efficacy = reader.number(table.efficacy, _PLAIN, f"{where}.efficacy")
    if not 0.0 <= efficacy.si <= 10.0:
        raise UserError(f"efficacy = {efficacy.si:g}: expected 0 for an antagonist, 1 for the receptor's own agonist.")
    return Agonist(table.name, _above_zero(half, "half_activation"), efficacy)


def _transporter(reader: _Reader, table: AddedTransporterTable, where: str) -> tuple[Sourced, Sourced]:
    """Share of the clearance, half-saturation."""
    share = reader.number(table.share, _PLAIN, f"{where}.share")
    return share, _above_zero(reader.number(table.half_saturation, nM, f"{where}.half_saturation"), "half_saturation")


def _half_like(number: Number) -> Quantity | float:
    """A concentration, or a plain number where a receptor stands in place of a transmitter."""
    return _PLAIN if isinstance(number.value, int | float) else nM


def _coupling(reader: _Reader, table: CouplingTable, where: str) -> Coupling:
    from circuits.receptors import COUPLING_EFFECTS, Coupling

    if table.effect not in COUPLING_EFFECTS:
        raise unknown_name("effect", table.effect, COUPLING_EFFECTS, "effect")
    strength = reader.number(table.strength, COUPLING_EFFECTS[table.effect], f"{where}.strength")
    share = reader.number(table.share, _PLAIN, f"{where}.share")
    if not 0.0 <= share.si <= 1.0:
        raise UserError(f"share = {share.si:g}: expected a share of 0 to 1.")
    return Coupling(
        table.name, table.group, table.receptor, table.effect, table.targets, strength, share, table.scaled_by
    )


def _above_zero(number: Sourced, what: str) -> Sourced:
    if not number.si > 0.0:
        raise UserError(f"{what} = {number.value}: expected a number above 0.")
    return number
