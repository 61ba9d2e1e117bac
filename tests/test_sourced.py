"""Sourced numbers: what one needs, where they stand in a tree, and how another value is put in."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from brian2.units import mV, nM, pF, second

from core.errors import UserError
from core.sourced import ASSUMED, Sourced, walk, with_value


@dataclass(frozen=True)
class Cell:
    name: str
    capacitance: Sourced
    share: Sourced
    routes: dict[str, Sourced] = field(default_factory=dict)


def number(value: Any, **facts: Any) -> Any:
    return Sourced(value, ASSUMED, "for a test", **facts)


TREE = {
    "cells": (Cell("islet", number(80 * pF), number(0.5)), Cell("projection", number(90 * pF), number(0.25))),
    "drug": Cell("drug", number(3 * pF), number(0.1), {"i.p.": number(2 * nM), "i.p.slow": number(1 * nM)}),
    "delays": [number(1 * second), number(2 * second)],
}
PATHS = dict(walk(TREE))


def test_every_number_has_a_path() -> None:
    assert list(PATHS) == [
        "cells.islet.capacitance",
        "cells.islet.share",
        "cells.projection.capacitance",
        "cells.projection.share",
        "drug.capacitance",
        "drug.share",
        "drug.routes.i.p.",
        "drug.routes.i.p.slow",
        "delays.0",
        "delays.1",
    ]


@pytest.mark.parametrize("path", PATHS)
def test_a_value_is_put_in_at_its_path_and_nowhere_else(path: Any) -> None:
    changed = dict(walk(with_value(TREE, path, 2.0 * PATHS[path].value)))
    assert list(changed) == list(PATHS)
    assert {other for other in PATHS if changed[other] != PATHS[other]} == {path}
    assert changed[path].value == 2.0 * PATHS[path].value


def test_a_value_may_be_text_and_keeps_source_and_range() -> None:
    one = number(80 * pF, low=60 * pF, high=120 * pF)
    assert one.with_value("90 pF") == number(90 * pF, low=60 * pF, high=120 * pF)
    assert with_value(TREE, "cells.islet.capacitance", "0.09 nF")["cells"][0].capacitance.value == 90 * pF
    assert with_value(TREE, "drug.routes.i.p.", "5 µM")["drug"].routes["i.p."].value == 5000 * nM


@pytest.mark.parametrize("value", ["90", "90 mV", 90, 90 * mV, None, [90], True, "ninety", float("nan") * pF])
def test_what_is_no_such_number_is_told_with_its_path(value: Any) -> None:
    with pytest.raises(UserError, match=r'^cells\.islet\.capacitance = .*: expected a quantity such as "80 pF"'):
        with_value(TREE, "cells.islet.capacitance", value)
    with pytest.raises(UserError, match=r'^value = .*: expected a quantity such as "80 pF"'):
        number(80 * pF).with_value(value)


@pytest.mark.parametrize("path", ["cells.islet.capacity", "cells.islet", "", "cells", 3])
def test_a_path_that_leads_to_no_number_is_told_with_the_nearest(path: Any) -> None:
    with pytest.raises(UserError, match=rf'^no parameter "{path}"\..* Allowed: cells\.islet\.capacitance, '):
        with_value(TREE, path, 1 * pF)


def test_names_that_are_too_many_for_a_line_are_counted() -> None:
    many = {f"number_{k}": number(float(k)) for k in range(200)}
    with pytest.raises(UserError, match=r'^no parameter "number_1x"\. Nearest: number_1.* There are 200\.$'):
        with_value(many, "number_1x", 1.0)


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (lambda: Sourced(1.0, ASSUMED), "needs a note"),
        (lambda: Sourced(1.0, "Key2001", status="sure"), 'status "sure" is none of seen, '),
        (lambda: Sourced(1.0, "Key2001", status="memory"), 'status "memory" is none of seen, assumed, fitted, derived'),
        (lambda: Sourced(1 * pF, "Key2001", low=0.5), "has another dimension"),
    ],
)
def test_a_number_without_what_it_needs_is_refused(make: Any, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        make()
