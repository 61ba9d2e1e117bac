"""A substance as data: what it binds to, how a rat takes it up and gets rid of it, what active products it leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from brian2.units import gram, mole, nM

from core.errors import UserError
from core.sourced import Sourced
from core.vocabulary import SITES, TRANSPORTERS, unknown_site
from drugs.disposition import Kinetics
from drugs.limits import require_fraction, require_positive

GRAM_PER_MOLE = gram / mole


@dataclass(frozen=True)
class Affinity:
    """How strongly a drug binds at one site, and what binding does there.

    Parameters
    ----------
    constant : Sourced
        Equilibrium dissociation constant, a molar concentration such as 7.5 nM.
    efficacy : Sourced or float
        0 for an antagonist or blocker and 1 for a full agonist, by definition and so without a source; a partial
        agonist's is a `Sourced` number in 0..1.
    """

    constant: Sourced
    efficacy: Sourced | float = 0.0

    def check(self, site: str, where: str) -> None:
        """Raise `UserError` for a constant of another dimension, or an efficacy that cannot be."""
        require_positive(self.constant, nM, "7.5 * nM", f"{where}.constant")
        if isinstance(self.efficacy, Sourced):
            require_fraction(self.efficacy, f"{where}.efficacy")
        elif self.efficacy not in (0, 1):
            raise UserError(f"{where}.efficacy is {self.efficacy}; it is 0, 1, or a Sourced number between.")
        if site in TRANSPORTERS and self.activation > 0.0:
            raise UserError(f"{where}.efficacy is {self.activation:g}; a drug blocks a transporter, efficacy 0.")

    @cached_property
    def nanomolar(self) -> float:
        """The constant in nM."""
        return float(self.constant.value / nM)

    @cached_property
    def activation(self) -> float:
        """The efficacy as a number in 0..1."""
        return self.efficacy.si if isinstance(self.efficacy, Sourced) else float(self.efficacy)


@dataclass(frozen=True)
class Metabolite:
    """An active product of a drug.

    Parameters
    ----------
    drug : Substance
        The product, with numbers of its own.
    fraction : Sourced
        The share of the parent's elimination, in moles, that becomes the product; in 0..1.
    """

    drug: Substance
    fraction: Sourced

    @property
    def name(self) -> str:
        """The metabolite's own name."""
        return self.drug.name


@dataclass(frozen=True, repr=False)
class Substance:
    """What a drug is before anybody gives it: affinities by site, kinetics by route, active metabolites.

    Parameters
    ----------
    name : str
        In a study file and in results.
    drug_class : str
        Such as "SNRI"; drugs are listed by it.
    molar_mass : Sourced or None
        Of the form whose dose is counted (free base); None only for a vehicle.
    affinities : mapping of str to Affinity
        By site, such as "NET"; a site that is not named is not bound.
    kinetics : Kinetics
        The routes it can be given by, and its fate in the body.
    metabolites : tuple of Metabolite
        Active products; their fractions add up to 1 at most.
    own_sites : tuple of str
        Sites that it may bind besides those of `core.vocabulary.SITES`: receptors and enzymes of extensions.

    Raises
    ------
    UserError
        In one sentence, for any number that is out of its range, of another dimension or without a source.
    """

    name: str
    drug_class: str
    molar_mass: Sourced | None = None
    affinities: Mapping[str, Affinity] = field(default_factory=dict)
    kinetics: Kinetics = field(default_factory=Kinetics)
    metabolites: tuple[Metabolite, ...] = ()
    own_sites: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.molar_mass is not None:
            require_positive(self.molar_mass, GRAM_PER_MOLE, "297.4 * gram / mole", f"{self.name}.molar_mass")
        elif not self.inert:
            raise UserError(f"{self.name} binds to sites, and has no molar mass to turn its dose into a concentration.")
        for site, affinity in self.affinities.items():
            if site not in SITES and site not in self.own_sites:
                raise unknown_site(site, self.own_sites, f"{self.name}.affinities")
            affinity.check(site, f"{self.name}.affinities[{site}]")
        self.kinetics.check(f"{self.name}.kinetics")
        self._check_metabolites()

    def __str__(self) -> str:
        return self.name

    def __repr__(self) -> str:
        bound = ", ".join(self.affinities) or "no site"
        return f'{type(self).__name__}("{self.name}": {self.drug_class}, binds {bound})'

    @property
    def inert(self) -> bool:
        """Whether neither the drug nor a metabolite binds to anything."""
        return not self.affinities and not self.metabolites

    @cached_property
    def nanomole_per_milligram(self) -> float:
        """Amount of substance in 1 mg; 0 for a vehicle."""
        return 0.0 if self.grams_per_mole is None else 1e6 / self.grams_per_mole

    @property
    def grams_per_mole(self) -> float | None:
        """The molar mass as a plain number; None for a vehicle."""
        return None if self.molar_mass is None else float(self.molar_mass.value / GRAM_PER_MOLE)

    def _check_metabolites(self) -> None:
        for metabolite in self.metabolites:
            where = f"{self.name}.metabolites.{metabolite.name}"
            require_fraction(metabolite.fraction, f"{where}.fraction")
            if self.kinetics.disposition is None or metabolite.drug.kinetics.disposition is None:
                raise UserError(f"{where}: parent and metabolite both need a disposition.")
        total = sum(metabolite.fraction.si for metabolite in self.metabolites)
        if total > 1.0 + 1e-12:
            raise UserError(f"{self.name}.metabolites take up {total:g} of its elimination; a fraction lies in 0..1.")
