"""Saline, the vehicle: a drug that binds to nothing, by every route and in any dose, so it needs no special case."""

from __future__ import annotations

from core.vocabulary import ROUTES
from drugs.disposition import Kinetics, Nowhere
from drugs.drug import Drug

vehicle = Drug(
    name="vehicle",
    drug_class="vehicle",
    kinetics=Kinetics(routes={route: Nowhere() for route in ROUTES}),
)
