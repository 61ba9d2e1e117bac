"""Drug files: TOML with the fields of `drugs.Drug`, each number with unit, source and status; read and written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

from brian2.units import Quantity, gram, kilogram, liter, mole, nM
from pydantic import AfterValidator, Field, ValidationError

from core.errors import UserError
from core.sourced import Sourced
from core.units import hour
from core.vocabulary import SITES
from core.written import shown
from drugs import DRUGS, Affinity, Drug, Metabolite, Substance, by_name
from drugs.disposition import Delivery, Disposition, Kinetics
from drugs.routes import delivery_of
from experiments.protocol.schema import HERE, Part, collected, mistakes
from experiments.protocol.sourced_table import Number, number_table, sourced
from experiments.protocol.spellings import plain_name
from experiments.protocol.toml_text import read_tables, read_text, toml_text

ENDING = ".toml"
_DRUG_NAME = re.compile(r"[a-z][a-z0-9_]*")
_UNITLESS = 1.0
_LIKE: dict[str, Quantity | float] = {
    "molar_mass": gram / mole,
    "constant": nM,
    "rate": 1 / hour,
    "half_life": hour,
    "equilibration_half_life": hour,
}
_PLACE_VOLUME, _BODY_VOLUME = liter, liter / kilogram


class AffinityTable(Part):
    """Affinity at a site, `[affinities.NET]`. efficacy: 0 for a blocker or antagonist, 1 for an agonist, or between."""

    constant: Number
    efficacy: Number | float = Field(default=0.0, description="0, 1, or a table with value and source")


class DeliveryTable(Part):
    """Numbers of one route, `[kinetics.routes."i.p."]`; which of them it takes is said by `drugs.routes`."""

    rate: Number | None = None
    bioavailability: Number | None = None
    volume: Number | None = None
    half_life: Number | None = None


class DispositionTable(Part):
    """Disposition, `[kinetics.disposition]`: volume, half-life, free fractions, delay between plasma and brain."""

    volume: Number
    half_life: Number
    unbound_plasma: Number
    unbound_brain_to_plasma: Number
    unbound_cord_to_plasma: Number
    equilibration_half_life: Number | None = None


class KineticsTable(Part):
    """Kinetics, `[kinetics]`: routes, and a disposition unless the drug is only given locally."""

    routes: dict[str, DeliveryTable] = Field(default_factory=dict, description='tables of routes such as "i.p."')
    disposition: DispositionTable | None = None


class MetaboliteTable(Part):
    """Active metabolite, `[[metabolites]]`; drug: a whole drug table, or the name of a bundled drug."""

    fraction: Number
    drug: DrugTable | str = Field(description="a table as that of a drug, or the name of a bundled one")


def check_drug_name(name: str, where: str = "name") -> None:
    """`UserError` unless the name can stand in a drug file and in the columns of results."""
    if not _DRUG_NAME.fullmatch(name):
        example = re.sub(r"^[^a-z]+", "", re.sub(r"[^a-z0-9_]+", "_", plain_name(name, "_").lower())) or "my_drug"
        raise UserError(
            f'{where} = {shown(name)}: expected a name of small letters, digits and _, such as "{example}".'
        )


def _a_drug_name(text: str) -> str:
    with collected():
        check_drug_name(text, HERE)
    return text


DrugName = Annotated[str, AfterValidator(_a_drug_name), Field(description="a name of small letters, digits and _")]


class DrugTable(Part):
    """A drug as a TOML file: name, class, molar mass, affinities by site, kinetics and active metabolites."""

    name: DrugName
    drug_class: str = Field(min_length=1, description='a class such as "SNRI"')
    molar_mass: Number
    affinities: dict[str, AffinityTable] = Field(default_factory=dict, description="tables of sites such as NET")
    kinetics: KineticsTable
    metabolites: tuple[MetaboliteTable, ...] = Field(default=(), description="a list of metabolites", strict=False)


def read_drug(path: str | Path, sites: tuple[str, ...] = ()) -> Drug:
    """Read a drug from a TOML file, as `bluespot drugs export` writes it.

    Parameters
    ----------
    path : str or Path
        The file.
    sites : tuple of str
        Sites of extensions that it may bind, besides those of the package.

    Returns
    -------
    Drug
        It is held to the same contract as the drugs that come with bluespot: each number has unit, source and status.

    Raises
    ------
    UserError
        With one line for each mistake, and where the name is that of a bundled drug of other numbers.
    """
    return parse_drug(read_tables(read_text(Path(path)), str(path)), str(path), sites)


def parse_drug(fields: Mapping[str, Any], where: str = "drug", sites: tuple[str, ...] = ()) -> Drug:
    """Build a drug from the tables of a file; `where` begins each line of the `UserError`.

    sites: those of extensions, which it may bind besides those of the package.
    """
    try:
        table = DrugTable.model_validate(fields)
    except ValidationError as error:
        raise UserError("\n".join(f"{where}: {line}" for line in mistakes(DrugTable, error))) from None
    reader = _Reader(where, sites)
    drug = reader.drug(table, "")
    wrong = reader.lines or reader.doubts
    if wrong or drug is None:
        raise UserError("\n".join(f"{where}: {line}" for line in wrong))
    if drug.name in DRUGS and drug != DRUGS[drug.name]:
        raise UserError(f'{where}: name = "{drug.name}": a bundled drug of other numbers has it; choose another name.')
    return drug


def is_bundled(drug: Substance) -> bool:
    """Whether a drug is one that comes with bluespot, so that its name says all of it."""
    return drug.name in DRUGS and DRUGS[drug.name] == drug


def own_drugs(given: Iterable[Substance]) -> dict[str, Substance]:
    """The drugs that are not bundled, by name; `UserError` for a name that stands for two."""
    found: dict[str, Substance] = {}
    for drug in given:
        known = found.setdefault(drug.name, drug)
        if known is not drug and known != drug:
            raise UserError(f'two drugs of different numbers are called "{drug.name}"; give each its own name.')
    own = {name: drug for name, drug in found.items() if not is_bundled(drug)}
    for name in own:
        check_drug_name(name, "name of a drug")
    return own


def tables_of(drug: Substance) -> dict[str, Any]:
    """The drug as the tables of its file, metabolites in full."""
    if drug.molar_mass is None:
        raise UserError(f"{drug.name} has no numbers to write down.")
    kinetics: dict[str, Any] = {"routes": {r: _fields(d) for r, d in drug.kinetics.routes.items()}}
    if drug.kinetics.disposition is not None:
        kinetics["disposition"] = _fields(drug.kinetics.disposition)
    found: dict[str, Any] = {
        "name": drug.name,
        "drug_class": drug.drug_class,
        "molar_mass": number_table(drug.molar_mass),
    }
    found["affinities"] = {site: _fields(affinity) for site, affinity in drug.affinities.items()}
    found["kinetics"] = kinetics
    if drug.metabolites:
        found["metabolites"] = [
            {"fraction": number_table(m.fraction), "drug": tables_of(m.drug)} for m in drug.metabolites
        ]
    return found


def write_drug(drug: Drug) -> str:
    """Write a drug as the text of a TOML file, which reads back as an equal drug.

    Parameters
    ----------
    drug : Drug
        Any but a vehicle, which has no numbers. Its metabolites are written in full.

    Returns
    -------
    str
        The text of the file: every number with unit, source, status and range.

    Raises
    ------
    UserError
        For a vehicle, and for a name that no file can have.
    """
    check_drug_name(drug.name)
    return toml_text(tables_of(drug))


def _fields(part: Affinity | Delivery | Disposition) -> dict[str, Any]:
    """The numbers of a part; what is None or stands at its default is left out."""
    given = {name: value for name, value in vars(part).items() if name in type(part).__dataclass_fields__}
    written = {name: number_table(value) if isinstance(value, Sourced) else value for name, value in given.items()}
    return {name: value for name, value in written.items() if value is not None and (name, value) != ("efficacy", 0.0)}


@dataclass
class _Reader:
    """Builds a drug from checked tables, and collects the mistakes in `lines`, so that all are told at once.

    doubts: ranges that do not hold their value, told where nothing else is wrong.
    """

    where: str
    sites: tuple[str, ...] = ()
    lines: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)

    def drug(self, table: DrugTable, path: str) -> Drug | None:
        """The drug of a table at a path of the file; None where a number of it cannot be."""
        before = len(self.lines)
        mass = self.number(table.molar_mass, gram / mole, f"{path}molar_mass")
        affinities = {site: self.affinity(a, f"{path}affinities.{site}") for site, a in table.affinities.items()}
        kinetics = self.kinetics(table.kinetics, f"{path}kinetics")
        made = (self.metabolite(m, f"{path}metabolites[{k}]") for k, m in enumerate(table.metabolites))
        metabolites = tuple(metabolite for metabolite in made if metabolite is not None)
        if len(self.lines) > before:
            return None
        own_sites = tuple(site for site in self.sites if site in affinities and site not in SITES)
        made_of = (table.name, table.drug_class, mass, affinities, kinetics, metabolites, own_sites)
        found: Drug | None = self.made(lambda: Drug(*made_of))
        return found

    def affinity(self, table: AffinityTable, path: str) -> Affinity:
        """The affinity of a table."""
        efficacy = table.efficacy
        if isinstance(efficacy, Number):
            return Affinity(
                self.number(table.constant, nM, f"{path}.constant"),
                self.number(efficacy, _UNITLESS, f"{path}.efficacy"),
            )
        return Affinity(self.number(table.constant, nM, f"{path}.constant"), efficacy)

    def kinetics(self, table: KineticsTable, path: str) -> Kinetics:
        """Routes and disposition."""
        made = {route: self.delivery(route, part, f"{path}.routes.{route}") for route, part in table.routes.items()}
        routes = {route: delivery for route, delivery in made.items() if delivery is not None}
        if table.disposition is None:
            return Kinetics(routes)
        return Kinetics(routes, Disposition(**self.numbers(table.disposition, f"{path}.disposition", _BODY_VOLUME)))

    def delivery(self, route: str, table: DeliveryTable, path: str) -> Delivery | None:
        """The delivery that belongs to the route, from the numbers that it takes and no others."""
        numbers = self.numbers(table, path, _PLACE_VOLUME)
        delivery: Delivery | None = self.made(lambda: delivery_of(route, numbers, path))
        return delivery

    def metabolite(self, table: MetaboliteTable, path: str) -> Metabolite | None:
        """A metabolite written in full or named."""
        fraction = self.number(table.fraction, _UNITLESS, f"{path}.fraction")
        named = table.drug
        drug = (
            self.made(lambda: by_name(named, f"{path}.drug"))
            if isinstance(named, str)
            else self.drug(named, f"{path}.drug.")
        )
        return None if drug is None else Metabolite(drug, fraction)

    def numbers(self, table: Part, path: str, volume: Quantity) -> dict[str, Sourced]:
        """All numbers of a table that are given, by their names."""
        given = {name: number for name in type(table).model_fields if (number := getattr(table, name)) is not None}
        like = {**_LIKE, "volume": volume}
        return {name: self.number(n, like.get(name, _UNITLESS), f"{path}.{name}") for name, n in given.items()}

    def number(self, table: Number, like: Quantity | float, path: str) -> Sourced:
        """A number under the contract of bundled ones; a stand-in where it breaks it, and the mistake is collected."""
        found, wrong, doubts = sourced(table, like, path)
        self.lines += wrong
        self.doubts += doubts
        return found

    def made(self, make: Callable[[], Any]) -> Any:
        """The result of `make`; None where it raises a `UserError`, whose lines are collected."""
        try:
            return make()
        except UserError as error:
            self.lines += str(error).split("\n")
            return None
