"""Random drugs under random courses: the closed form against a stiff solver, superposition, and no molecule lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from brian2.units import gram, kilogram, liter, mole, nM
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from core.sourced import ASSUMED, Sourced
from core.units import hour
from drugs import DRUGS, Regimen, unbound_concentrations
from drugs.disposition import Absorption, Bolus, Delivery, Disposition, Infusion, Kinetics, LocalVolume
from drugs.drug import Drug
from drugs.exponentials import convolved_exponentials
from drugs.substance import Affinity, Metabolite, Substance

ROUTES = ("i.p.", "p.o.", "i.v.", "minipump")


def number(value: Any) -> Any:
    return Sourced(value, ASSUMED, "for a test")


fractions = st.floats(0.05, 1.0)
half_lives = st.floats(0.2, 40.0)
delays = st.none() | st.floats(0.1, 12.0)


@st.composite
def dispositions(draw: Any) -> Any:
    delay = draw(delays)
    return Disposition(
        volume=number(draw(st.floats(0.3, 30.0)) * liter / kilogram),
        half_life=number(draw(half_lives) * hour),
        unbound_plasma=number(draw(fractions)),
        unbound_brain_to_plasma=number(draw(fractions)),
        unbound_cord_to_plasma=number(draw(fractions)),
        equilibration_half_life=None if delay is None else number(delay * hour),
    )


@st.composite
def random_drugs(draw: Any, depth: Any = 2) -> Any:
    """A drug with up to two generations of metabolites."""
    routes: dict[str, Delivery] = {
        "i.p.": Absorption(number(draw(st.floats(0.1, 8.0)) / hour), number(draw(fractions))),
        "p.o.": Absorption(number(draw(st.floats(0.1, 2.0)) / hour), number(draw(fractions))),
        "i.v.": Bolus(),
        "minipump": Infusion(number(draw(fractions))),
    }
    made = draw(st.lists(random_drugs(depth=depth - 1), max_size=1)) if depth else []
    return Drug(
        name=f"molecule{depth}",
        drug_class="random",
        molar_mass=number(draw(st.floats(150.0, 500.0)) * gram / mole),
        affinities={"NET": Affinity(number(5 * nM))},
        kinetics=Kinetics(routes, draw(dispositions())),
        metabolites=tuple(Metabolite(drug, number(draw(fractions))) for drug in made),
    )


@st.composite
def courses(draw: Any, drug: Any) -> Any:
    """Any schedule by any route, days missed among them."""
    route = draw(st.sampled_from(ROUTES))
    schedule = "minipump" if route == "minipump" else draw(st.sampled_from(("once", "daily", "twice daily")))
    first = draw(st.integers(0, 2))
    last = first if schedule == "once" else first + draw(st.integers(0, 3))
    dose = f"{draw(st.floats(0.1, 50.0))} mg/kg"
    course = Regimen(drug, dose, route, schedule, first, last, draw(st.floats(0.0, 23.0)))
    missable = list(range(first + 1, last + 1)) if schedule in ("daily", "twice daily") else []
    return course.missing(*draw(st.lists(st.sampled_from(missable), max_size=2))) if missable else course


@st.composite
def treatments(draw: Any, most: Any = 1) -> Any:
    drug = draw(random_drugs())
    return [draw(courses(drug)) for _ in range(draw(st.integers(1, most)))]


@dataclass(frozen=True)
class Chain:
    """One molecule of a drug in the solver's state: where its body and its effect site stand, and what feeds it."""

    drug: Substance
    body: int
    parent: int | None
    formed_per_hour: float


def fate_of(drug: Substance) -> Disposition:
    assert drug.kinetics.disposition is not None
    return drug.kinetics.disposition


def chains(drug: Substance, parent: int | None = None, formed: float = 0.0, start: int = 1) -> list[Chain]:
    found = [Chain(drug, start, parent, formed)]
    for metabolite in drug.metabolites:
        rate = fate_of(drug).elimination_per_hour * float(metabolite.fraction.value)
        found += chains(metabolite.drug, start, rate, start + 2 * len(found))
    return found


def system(course: Regimen) -> tuple[np.ndarray, list[Chain], float]:
    """Matrix (per hour) over depot, bodies and effect sites, the chains, and the fraction that is absorbed."""
    delivery, molecules = course.drug.kinetics.routes[course.route], chains(course.drug)
    matrix = np.zeros((1 + 2 * len(molecules), 1 + 2 * len(molecules)))
    absorbed = float(getattr(delivery, "bioavailability", number(1.0)).value)
    if isinstance(delivery, Absorption):
        rate = float(delivery.rate.value * hour)
        matrix[0, 0], matrix[1, 0] = -rate, rate * absorbed
    for chain in molecules:
        fate, body = fate_of(chain.drug), chain.body
        matrix[body, body] -= fate.elimination_per_hour
        if chain.parent is not None:
            matrix[body, chain.parent] += chain.formed_per_hour
        if fate.equilibration_per_hour is not None:
            matrix[body + 1, body], matrix[body + 1, body + 1] = (
                fate.equilibration_per_hour,
                -fate.equilibration_per_hour,
            )
    return matrix, molecules, absorbed


def solved(course: Regimen, hours: np.ndarray) -> list[np.ndarray]:
    """Free drug in brain, molecule by molecule, by an implicit solver restarted at each dose."""
    matrix, molecules, absorbed = system(course)
    nanomole = course.dose.milligram * course.drug.nanomole_per_milligram
    onsets, signs = course.events(float(hours[-1]))
    state, inflow = np.zeros(len(matrix)), np.zeros(len(matrix))
    amounts = np.zeros((len(matrix), hours.size))
    for onset, sign, end in zip(onsets, signs, [*onsets[1:], hours[-1] + 1e-6], strict=True):
        if course.route == "minipump":
            inflow[1] += sign * nanomole * absorbed / 24.0
        else:
            state[1 if course.route == "i.v." else 0] += sign * nanomole
        wanted = (hours >= onset) & (hours < end)
        run = solve_ivp(
            lambda _, y, u: matrix @ y + u,
            (onset, end),
            state,
            "LSODA",
            np.append(hours[wanted], end),
            args=(inflow.copy(),),
            rtol=1e-11,
            atol=1e-12 * nanomole,
            jac=lambda _, y, u: matrix,
        )
        amounts[:, wanted], state = run.y[:, :-1], run.y[:, -1].copy()
    sites = [c.body if fate_of(c.drug).equilibration_per_hour is None else c.body + 1 for c in molecules]
    factors = [fate_of(chain.drug).brain_nanomolar for chain in molecules]
    return [amounts[site] * factor for site, factor in zip(sites, factors, strict=True)]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(treatments())
def test_the_closed_form_is_what_a_stiff_solver_finds(treatment: Any) -> None:
    hours = np.linspace(0.0, 170.0, 97)
    for course in treatment:
        found = [entry.brain for entry in unbound_concentrations(course, hours, before=np.inf)]
        for one, other in zip(found, solved(course, hours), strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-6, atol=1e-6 * max(other.max(), 1e-12))


@pytest.mark.parametrize("name", [n for n, d in DRUGS.items() if d.kinetics.disposition is not None])
def test_every_bundled_drug_is_what_a_stiff_solver_finds(name: Any) -> None:
    drug = DRUGS[name]
    hours = np.linspace(0.0, 100.0, 67)
    for route, delivery in drug.kinetics.routes.items():
        if isinstance(delivery, LocalVolume):
            continue
        course = (
            drug.minipump("5 mg/kg", until_day=1)
            if route == "minipump"
            else drug.twice_daily("5 mg/kg", route=route, until_day=2).missing(1)
        )
        found = [entry.brain for entry in unbound_concentrations(course, hours, before=np.inf)]
        for one, other in zip(found, solved(course, hours), strict=True):
            np.testing.assert_allclose(one, other, rtol=1e-6, atol=1e-6 * other.max())


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(treatments(most=3))
def test_courses_superpose(treatment: Any) -> None:
    hours = np.linspace(-5.0, 200.0, 60)
    together = unbound_concentrations(treatment, hours)
    apart = [entry for course in treatment for entry in unbound_concentrations(course, hours)]
    for one, other in zip(together, apart, strict=True):
        assert one.drug is other.drug
        for place in ("cord", "locus_coeruleus", "brain"):
            np.testing.assert_array_equal(getattr(one, place), getattr(other, place))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(treatments(), st.floats(0.1, 10.0))
def test_twice_the_dose_is_twice_the_drug(treatment: Any, factor: Any) -> None:
    hours = np.linspace(0.0, 200.0, 60)
    for course in treatment:
        more = Regimen(
            course.drug,
            f"{course.dose.milligram * factor!r} mg/kg",
            course.route,
            course.schedule,
            course.from_day,
            course.until_day,
            course.hour,
            missed_days=course.missed_days,
        )
        for one, other in zip(unbound_concentrations(course, hours), unbound_concentrations(more, hours), strict=True):
            np.testing.assert_allclose(other.brain, factor * one.brain, rtol=1e-9, atol=1e-12 * one.brain.max())


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)
@given(treatments(), st.floats(0.0, 300.0))
def test_every_molecule_given_is_waiting_in_the_body_or_gone(treatment: Any, at: Any) -> None:
    course = treatment[0]
    delivery, fate = course.drug.kinetics.routes[course.route], course.drug.kinetics.disposition
    if fate.equilibration_half_life is not None or isinstance(delivery, Infusion):
        return  # the body is not seen at once, or the dose is a flow
    onsets, signs = course.events(at)
    elapsed, steps = at - onsets, delivery.steps_per_hour
    given_so_far = course.dose.milligram * course.drug.nanomole_per_milligram * len(onsets)
    each = given_so_far / max(1, len(onsets))
    absorbed = delivery.gain / (steps[0] if steps else 1.0)
    waiting = each * sum(convolved_exponentials(elapsed, steps)) if steps else 0.0
    rates = (*steps, fate.elimination_per_hour, 0.0)
    gone = each * delivery.gain * fate.elimination_per_hour * float(convolved_exponentials(elapsed, rates) @ signs)
    body = float(unbound_concentrations(course, at, before=np.inf)[0].brain) / fate.brain_nanomolar
    assert absorbed * waiting + body + gone == pytest.approx(absorbed * given_so_far, rel=1e-9, abs=1e-9)
