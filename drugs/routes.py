"""Numbers that each route needs: what to state for a drug that is given that way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields

from core.errors import UserError, unknown_name
from core.sourced import Sourced
from core.vocabulary import ROUTES
from drugs.disposition import TISSUE_OF_ROUTE, Absorption, Bolus, Delivery, Infusion, LocalVolume

#: route -> how the drug is delivered by it.
DELIVERIES: Mapping[str, type[Absorption | Bolus | Infusion | LocalVolume]] = {
    route: LocalVolume if route in TISSUE_OF_ROUTE else {"i.v.": Bolus, "minipump": Infusion}.get(route, Absorption)
    for route in ROUTES
}


def delivery_of(route: str, numbers: Mapping[str, Sourced], where: str) -> Delivery:
    """The delivery by a route from the numbers it takes; `UserError` where one is missing or has no place there."""
    if route not in DELIVERIES:
        raise unknown_name("route", route, ROUTES, where)
    kind = DELIVERIES[route]
    needed = [field.name for field in fields(kind)]
    if set(numbers) != set(needed):
        has = " and ".join(numbers) or "nothing"
        raise UserError(f"{where} has {has}; the route {route} takes {' and '.join(needed) or 'no number'}.")
    return kind(**numbers)
