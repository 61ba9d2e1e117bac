"""A drug is its affinities, its kinetics in the rat and its active metabolites, nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from brian2.units import gram, mole, nM

from core.errors import UserError, unknown_name
from core.quantities import Dose, parse_dose
from core.sourced import Sourced
from core.vocabulary import SITES, TRANSPORTERS
from drugs.disposition import Kinetics
from drugs.limits import require_fraction, require_positive
from drugs.regimen import Regimen

GRAM_PER_MOLE = gram / mole


@dataclass(frozen=True)
class Affinity:
    """Equilibrium dissociation constant at a site (a molar concentration), and what binding does there.

    efficacy: 0 for an antagonist or blocker and 1 for a full agonist, by definition and so without a source; a
    partial agonist's is a `Sourced` number in 0..1.
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
        return float(self.efficacy.value if isinstance(self.efficacy, Sourced) else self.efficacy)


@dataclass(frozen=True)
class Metabolite:
    """An active product: `fraction` of the parent's elimination, in moles, that becomes `drug`."""

    drug: Drug
    fraction: Sourced

    @property
    def name(self) -> str:
        """The metabolite's own name."""
        return self.drug.name


@dataclass(frozen=True)
class Drug:
    """A drug as data: `affinities` by site, `kinetics` by route, active `metabolites`.

    molar_mass: of the form whose dose is counted (free base); None only for a vehicle. Everything wrong in the
    numbers is a `UserError` of one sentence, raised on construction.
    """

    name: str
    drug_class: str
    molar_mass: Sourced | None = None
    affinities: Mapping[str, Affinity] = field(default_factory=dict)
    kinetics: Kinetics = field(default_factory=Kinetics)
    metabolites: tuple[Metabolite, ...] = ()

    def __post_init__(self) -> None:
        if self.molar_mass is not None:
            require_positive(self.molar_mass, GRAM_PER_MOLE, "297.4 * gram / mole", f"{self.name}.molar_mass")
        elif not self.inert:
            raise UserError(f"{self.name} binds to sites, and has no molar mass to turn its dose into a concentration.")
        for site, affinity in self.affinities.items():
            if site not in SITES:
                raise unknown_name("site", site, SITES, f"{self.name}.affinities")
            affinity.check(site, f"{self.name}.affinities[{site}]")
        self.kinetics.check(f"{self.name}.kinetics")
        self._check_metabolites()

    def __str__(self) -> str:
        return self.name

    @property
    def inert(self) -> bool:
        """Whether neither the drug nor a metabolite binds to anything."""
        return not self.affinities and not self.metabolites

    @cached_property
    def nanomole_per_milligram(self) -> float:
        """Amount of substance in 1 mg; 0 for a vehicle."""
        return 0.0 if self.molar_mass is None else 1e6 / float(self.molar_mass.value / GRAM_PER_MOLE)

    def once(self, dose: str | Dose, *, route: str = "i.p.", on_day: int = 0, hour: float = 0.0) -> Regimen:
        """One dose on one day, `hour` hours after that day's hour of dosing."""
        return Regimen(self, self._parsed(dose), route, "once", on_day, on_day, hour)

    def daily(
        self,
        dose: str | Dose,
        *,
        route: str = "i.p.",
        from_day: int = 0,
        until_day: int | None = None,
        hour: float = 0.0,
    ) -> Regimen:
        """One dose every day, first and last day included; without `until_day` it goes on."""
        return Regimen(self, self._parsed(dose), route, "daily", from_day, until_day, hour)

    def twice_daily(
        self,
        dose: str | Dose,
        *,
        route: str = "i.p.",
        from_day: int = 0,
        until_day: int | None = None,
        hour: float = 0.0,
    ) -> Regimen:
        """`dose` at `hour` and again 12 hours later, every day."""
        return Regimen(self, self._parsed(dose), route, "twice daily", from_day, until_day, hour)

    def minipump(
        self, dose_per_day: str | Dose, *, from_day: int = 0, until_day: int | None = None, hour: float = 0.0
    ) -> Regimen:
        """A constant infusion of `dose_per_day` from `hour` of the first day to the end of the last one."""
        return Regimen(self, self._parsed(dose_per_day), "minipump", "minipump", from_day, until_day, hour)

    def titrated(
        self,
        doses: Mapping[int, str | Dose],
        *,
        route: str = "i.p.",
        schedule: str = "daily",
        until_day: int | None = None,
        hour: float = 0.0,
    ) -> tuple[Regimen, ...]:
        """Steps of dose: the doses by the day from which each is given, until the next (`{14: "3 mg/kg", 17: ...}`).

        By minipump, schedule and route are both "minipump". `UserError` without a dose.
        """
        if not doses:
            raise UserError(f"a titration of {self.name} without a dose; give them by day, such as {{14: '3 mg/kg'}}.")
        days = sorted(doses)
        ends = [*(day - 1 for day in days[1:]), until_day]
        return tuple(
            Regimen(self, self._parsed(doses[day]), route, schedule, day, end, hour)
            for day, end in zip(days, ends, strict=True)
        )

    def loaded(
        self,
        loading_dose: str | Dose,
        dose: str | Dose,
        *,
        route: str = "i.p.",
        schedule: str = "daily",
        from_day: int = 0,
        until_day: int | None = None,
        hour: float = 0.0,
    ) -> tuple[Regimen, Regimen]:
        """`loading_dose` once on the first day, `dose` by the schedule from the day after."""
        loading = self.once(loading_dose, route=route, on_day=from_day, hour=hour)
        return loading, Regimen(self, self._parsed(dose), route, schedule, from_day + 1, until_day, hour)

    def intrathecal(self, dose: str | Dose, *, on_day: int = 0, hour: float = 0.0) -> Regimen:
        """One injection of an amount such as "30 ug" at the lumbar cord; it reaches both dorsal horns only."""
        return self.once(dose, route="i.t.", on_day=on_day, hour=hour)

    def intra_locus_coeruleus(self, dose: str | Dose, *, on_day: int = 0, hour: float = 0.0) -> Regimen:
        """One injection of an amount such as "1 ug" at the locus coeruleus; it reaches nothing else."""
        return self.once(dose, route="intra-LC", on_day=on_day, hour=hour)

    def _parsed(self, dose: str | Dose) -> Dose:
        return parse_dose(dose, f"dose of {self.name}")

    def _check_metabolites(self) -> None:
        for metabolite in self.metabolites:
            where = f"{self.name}.metabolites.{metabolite.name}"
            require_fraction(metabolite.fraction, f"{where}.fraction")
            if self.kinetics.disposition is None or metabolite.drug.kinetics.disposition is None:
                raise UserError(f"{where}: parent and metabolite both need a disposition.")
        total = sum(float(metabolite.fraction.value) for metabolite in self.metabolites)
        if total > 1.0 + 1e-12:
            raise UserError(f"{self.name}.metabolites take up {total:g} of its elimination; a fraction lies in 0..1.")


def regimens_of(treatment: Regimen | Drug | Iterable[Regimen | Drug]) -> tuple[Regimen, ...]:
    """The regimens of a treatment: one, several, or a vehicle by its bare name (which injects no drug).

    `UserError` for the bare name of a drug that does something, since nobody could say how it was given, and for
    whatever is no treatment.
    """
    if isinstance(treatment, Regimen):
        return (treatment,)
    if isinstance(treatment, Drug):
        if treatment.inert:
            return ()
        raise UserError(
            f"{treatment.name} is a drug, not a treatment; say how it is given, "
            f'such as {treatment.name}.daily("10 mg/kg", route="i.p.", from_day=14).'
        )
    if isinstance(treatment, str | Mapping) or not isinstance(treatment, Iterable):
        raise UserError(
            f"{treatment!r} is no treatment; expected a regimen, such as "
            'duloxetine.daily("10 mg/kg", route="i.p.", from_day=14), or several in a list.'
        )
    return tuple(regimen for part in treatment for regimen in regimens_of(part))
