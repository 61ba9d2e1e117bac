"""An animal's own values: keyed by name, so that sham and ligated, every arm, and a larger circuit share them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from small_animals import SEED, SIZE

from circuits import ligated, sham
from circuits.draw import AnimalDraw, draw_animal
from circuits.structure import structure
from core.sourced import ASSUMED, Sourced


def drawn(circuit: Any = ligated, size: float = SIZE, seed: int = SEED, number: int = 0) -> AnimalDraw:
    return draw_animal(circuit, structure(circuit, size), seed, number)


def by_block(draw: AnimalDraw) -> dict[tuple[str, str], bytes]:
    """Every drawn column, block by block."""
    parts: dict[tuple[str, str], bytes] = {}
    for blocks, groups in (
        (draw.structure.blocks, {"cells": draw.cells}),
        (draw.structure.fibres, {"fibres": draw.fibres}),
    ):
        for block in blocks:
            rows = block.part
            for group, columns in groups.items():
                parts |= {(block.name, f"{group}.{name}"): column[rows].tobytes() for name, column in columns.items()}
    for use, numbers in draw.uniform.items():
        blocks = draw.structure.fibres if len(numbers) == draw.structure.afferents else draw.structure.blocks
        for block in blocks:
            parts[block.name, use] = numbers[block.part].tobytes()
    return parts


def wires(draw: AnimalDraw) -> dict[str, tuple[bytes, ...]]:
    """Contacts of each wire, sources and targets counted within their blocks."""
    found: dict[str, tuple[bytes, ...]] = {}
    for pathway in draw.structure.pathways:
        sources, targets, weights = draw.contacts[pathway.name]
        start = 0
        for wire in pathway.wires:
            part = slice(start, start + wire.contacts)
            heard = np.concatenate([np.arange(b.start, b.stop) for b in wire.sources])
            found[wire.name] = (
                np.searchsorted(heard, sources[part]).tobytes(),
                (targets[part] - wire.target.start).tobytes(),
                weights[part].tobytes(),
            )
            start += wire.contacts
    return found


def test_sham_and_ligated_animals_of_one_number_share_everything() -> None:
    one, other = drawn(sham), drawn(ligated)
    assert by_block(one) == by_block(other)
    assert wires(one) == wires(other)
    assert one.factors == other.factors


@pytest.mark.parametrize("standard", [30, 160])
@pytest.mark.parametrize("position", ["last", "first"])
def test_an_unrelated_population_changes_no_other_draw(standard: int, position: str) -> None:
    bystander = replace(ligated.cells[1], name="bystander", standard=Sourced(standard, ASSUMED, "for a test"))
    larger = ligated.with_population(bystander)
    if position == "first":
        larger = replace(larger, cells=(larger.cells[-1], *larger.cells[:-1]))
    before, after = drawn(ligated), drawn(larger)
    kept = {key: value for key, value in by_block(after).items() if "bystander" not in key[0]}
    assert kept == by_block(before)
    assert wires(after) == wires(before)
    assert after.factors == before.factors


@pytest.mark.parametrize("change", [{"seed": SEED + 1}, {"number": 1}])
def test_another_seed_or_number_changes_every_draw(change: Any) -> None:
    one, other = drawn(), drawn(**change)
    assert all(a != b for a, b in zip(one.factors.values(), other.factors.values(), strict=True))
    # What is zero in every cell is no draw.
    same = [key for key, value in by_block(one).items() if by_block(other)[key] == value and np.any(value)]
    still = {name.partition(".")[2] or name for _, name in same}
    potassium = {"potassium_pool", "potassium_power"}
    assert still <= {"slope", "V_r", "E_gaba", "sigma", "compartment", "l5", "heat_threshold"} | potassium
    assert not [name for name, value in wires(one).items() if wires(other)[name][2] == value[2]]


def test_an_animal_s_columns_do_not_depend_on_how_many_others_are_drawn() -> None:
    first = by_block(drawn(number=3))
    for number in range(3):
        drawn(number=number)
    assert by_block(drawn(number=3)) == first


@pytest.mark.parametrize("size", [SIZE, 1.0])
def test_weights_have_the_stated_mean_and_spread(size: Any) -> None:
    spread = ligated.synapses.weight_spread.si
    by_name = {projection.name: projection for projection in ligated.projections}
    for number in range(2):
        draw = drawn(size=size, number=number)
        for pathway in draw.structure.pathways:
            weights = draw.contacts[pathway.name][2]
            assert (weights > 0).all()
            factor = draw.factors["inhibitory_strength" if pathway.inhibitory else "excitatory_strength"]
            start, scores = 0, []
            for wire in pathway.wires:
                mean = by_name[wire.projection].weight.si * factor
                scores.append(np.log(weights[start : start + wire.contacts] / mean) / spread + spread / 2)
                start += wire.contacts
            score = np.concatenate(scores)
            assert abs(score.mean()) < 4 / np.sqrt(len(score))
            assert abs(score.std() - 1) < 4 / np.sqrt(2 * len(score))


def test_the_mean_weight_itself_is_the_stated_one() -> None:
    """The lognormal is shifted so that its mean, not its median, is the number in the table."""
    draw = drawn(size=3.0)
    pathway = max(draw.structure.pathways, key=lambda p: p.contacts)
    by_name = {projection.name: projection.weight.si for projection in ligated.projections}
    expected = np.repeat([by_name[w.projection] for w in pathway.wires], [w.contacts for w in pathway.wires])
    factor = draw.factors["inhibitory_strength" if pathway.inhibitory else "excitatory_strength"]
    ratio = draw.contacts[pathway.name][2] / expected / factor
    assert ratio.mean() == pytest.approx(1.0, abs=4 * ratio.std() / np.sqrt(len(ratio)))


def test_contacts_of_a_target_come_from_all_parts_of_the_source() -> None:
    """One from each stratum, so that a source is heard twice only where it lies on a border of two."""
    draw = drawn(size=1.0)
    for pathway in draw.structure.pathways:
        sources, targets, _ = draw.contacts[pathway.name]
        start = 0
        for wire in pathway.wires:
            part = slice(start, start + wire.contacts)
            start += wire.contacts
            assert (np.bincount(targets[part] - wire.target.start) == wire.in_degree).all()
            heard = np.concatenate([np.arange(b.start, b.stop) for b in wire.sources])
            rows = np.searchsorted(heard, sources[part]).reshape(wire.target.count, wire.in_degree)
            assert (heard[rows].ravel() == sources[part]).all(), "all contacts come from the wire's own sources"
            width = len(heard) / wire.in_degree
            borders = np.arange(wire.in_degree) * width
            assert (rows >= np.floor(borders)).all()
            assert (rows < np.ceil(borders + width)).all()
            assert (np.diff(rows, axis=1) == 0).mean() < 0.05


def test_every_source_is_heard_about_equally_often() -> None:
    draw = drawn(size=3.0)
    for pathway in draw.structure.pathways:
        start = 0
        for wire in pathway.wires:
            sources = draw.contacts[pathway.name][0][start : start + wire.contacts]
            start += wire.contacts
            heard = np.concatenate([np.arange(b.start, b.stop) for b in wire.sources])
            counts = np.bincount(np.searchsorted(heard, sources), minlength=len(heard))
            expected = wire.contacts / len(heard)
            assert abs(counts - expected).max() < 6 * np.sqrt(expected) + 1


def test_padding_cells_can_never_fire() -> None:
    draw = drawn()
    last = draw.structure.blocks[-1]
    tail = slice(last.start + last.count, None)
    assert draw.structure.cells > last.start + last.count, "a size at which something is padded"
    assert (draw.cells["sigma"][tail] == 0).all()
    assert (draw.cells["bias"][tail] == 0).all()
    assert (draw.cells["V_T"][tail] > 0.05).all()
    targets = np.concatenate([contacts[1] for contacts in draw.contacts.values()])
    assert targets.max() < last.start + last.count


def test_the_stated_share_of_fibres_belongs_to_the_cut_root() -> None:
    draw = drawn(size=1.0)
    share = ligated.l5_share.si
    for block in draw.structure.fibres:
        cut = draw.fibres["l5"][block.part]
        assert abs(cut.mean() - (share if block.side else 0.0)) <= 1 / block.count


def test_cells_scatter_as_stated() -> None:
    draw = drawn(size=3.0)
    for block in draw.structure.blocks:
        population = ligated.cell_population(block.population)
        rows = block.part
        rest = draw.cells["E_leak"][rows]
        spread = population.spread_potential.si
        assert abs(rest.mean() - population.rest.si) < 4 * spread / np.sqrt(block.count)
        logs = np.log(draw.cells["C"][rows] / population.capacitance.si)
        assert abs(logs.std() - population.spread.si) < 4 * logs.std() / np.sqrt(2 * block.count)
