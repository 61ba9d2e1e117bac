"""Where each agent stands: blocks without gaps, padded ends, and a wiring whose in-degree does not depend on size."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from circuits import ligated, naive, sham
from circuits.populations.population import AfferentPopulation, CellPopulation, scaled
from circuits.structure import VECTOR, compartment_index, padded, structure
from core.errors import UserError
from core.sourced import ASSUMED, Sourced
from core.vocabulary import COMPARTMENTS, SIDES

SIZES = (0.01, 0.1, 0.35, 1.0, 3.0)


@pytest.mark.parametrize("size", SIZES)
def test_blocks_follow_one_another_without_a_gap(size: Any) -> None:
    shape = structure(ligated, size)
    for blocks, total in ((shape.blocks, shape.cells), (shape.fibres, shape.afferents)):
        assert blocks[0].start == 0
        for before, after in pairwise(blocks):
            assert after.start == before.start + before.count
        end = blocks[-1].start + blocks[-1].count
        assert end <= total < end + VECTOR
        assert total % VECTOR == 0
        assert all(block.count >= 2 for block in blocks)


@pytest.mark.parametrize(("count", "total"), [(1, 16), (15, 16), (16, 16), (17, 32)])
def test_padding_goes_to_the_next_multiple(count: int, total: int) -> None:
    assert padded(count) == total


@pytest.mark.parametrize("size", SIZES)
def test_counts_are_the_standard_times_the_size(size: Any) -> None:
    shape = structure(ligated, size)
    populations: tuple[CellPopulation | AfferentPopulation, ...] = (*ligated.cells, *ligated.afferents)
    for population in populations:
        blocks = [b for b in (*shape.blocks, *shape.fibres) if b.population == population.name]
        assert [b.side for b in blocks] == (list(SIDES) if population.sided else [""])
        assert {b.count for b in blocks} == {scaled(population.standard, size)}


def test_a_tiny_population_still_has_cells() -> None:
    assert scaled(Sourced(30, ASSUMED, "for a test"), 1e-6) == 2


@pytest.mark.parametrize("size", [0.1, 1.0, 3.0])
def test_in_degree_does_not_depend_on_size(size: float) -> None:
    shape = structure(ligated, size)
    wires = {(wire.name, wire.in_degree) for pathway in shape.pathways for wire in pathway.wires}
    assert wires == {(w.name, w.in_degree) for pathway in structure(ligated, 0.35).pathways for w in pathway.wires}
    for pathway in shape.pathways:
        assert pathway.contacts == sum(wire.target.count * wire.in_degree for wire in pathway.wires)


def test_memory_grows_linearly_with_size() -> None:
    one, ten = structure(ligated, 1.0), structure(ligated, 10.0)
    contacts = [sum(pathway.contacts for pathway in shape.pathways) for shape in (one, ten)]
    assert contacts[1] == pytest.approx(10 * contacts[0], rel=0.02)
    assert ten.cells == pytest.approx(10 * one.cells, rel=0.02)


def test_every_projection_is_wired_once_per_target_block() -> None:
    shape = structure(ligated, 0.1)
    wires = [wire for pathway in shape.pathways for wire in pathway.wires]
    assert len({wire.name for wire in wires}) == len(wires)
    for projection in ligated.projections:
        mine = [wire for wire in wires if wire.projection == projection.name]
        targets = [block for block in shape.blocks if block.population == projection.target]
        assert [wire.target for wire in mine] == targets
        for wire in mine:
            assert {block.population for block in wire.sources} == {projection.source}
            sides = {block.side for block in wire.sources}
            if wire.target.side:
                assert sides == {wire.target.side}, "a sided target hears its own side only"
            else:
                assert sides in ({""}, set(SIDES)), "an unsided target hears both sides"


def test_pathways_share_delay_sign_and_kind_of_source() -> None:
    shape = structure(ligated, 0.1)
    by_name = {projection.name: projection for projection in ligated.projections}
    fibres = {population.name for population in ligated.afferents}
    for pathway in shape.pathways:
        projections = [by_name[wire.projection] for wire in pathway.wires]
        assert {p.inhibitory for p in projections} == {pathway.inhibitory}
        assert {p.source in fibres for p in projections} == {pathway.from_afferents}
        delays = {ligated.synapses.delays[p.delay_class].si for p in projections}
        assert delays == {pathway.delay_seconds}


def test_sham_naive_and_ligated_share_one_structure() -> None:
    assert structure(sham, 0.1) == structure(ligated, 0.1) == structure(naive, 0.1)


def test_switching_off_changes_no_structure() -> None:
    """So that a manipulated animal runs the same compiled program."""
    assert structure(ligated.without("alpha2", "noradrenaline_release"), 0.1) == structure(ligated, 0.1)


def test_no_biology_but_counts_and_delays_shapes_a_program() -> None:
    changed = ligated.with_value("cells.projection.leak", ligated.cells[0].leak.value * 3)
    assert structure(changed, 0.1) == structure(ligated, 0.1)
    slower = ligated.with_value("synapses.delays.c", ligated.synapses.delays["c"].value * 2)
    assert structure(slower, 0.1) != structure(ligated, 0.1)


def test_the_cells_that_release_are_those_of_every_source() -> None:
    shape = structure(ligated, 0.1)
    sources = {release.source for transmitter in ligated.transmitters for release in transmitter.releases}
    assert {block.population for block in shape.releasing} == sources
    assert {block.name for block in shape.releasing} == set(ligated.sources)
    assert shape.releasing == tuple(sorted(shape.releasing, key=lambda block: block.start))
    inside = [k for block in shape.releasing for k in range(block.start, block.stop)]
    assert shape.releasing_cells.tolist() == inside


def test_a_block_is_found_by_its_name_and_knows_its_compartment() -> None:
    shape = structure(ligated, 0.1)
    block = shape.block("contra_projection")
    assert (block.population, block.side, block.compartment) == ("projection", "contra", "dorsal_horn_contra")
    assert COMPARTMENTS[compartment_index(block)] == "dorsal_horn_contra"
    assert shape.block("raphe").compartment == "raphe"


def test_one_more_population_stands_behind_the_others() -> None:
    copy = replace(ligated.cells[0], name="bystander", standard=Sourced(30, ASSUMED, "for a test"))
    before, after = structure(ligated, 0.1), structure(ligated.with_population(copy), 0.1)
    assert after.blocks[: len(before.blocks)] == before.blocks
    assert [b.name for b in after.blocks[len(before.blocks) :]] == ["ipsi_bystander", "contra_bystander"]
    assert after.pathways == before.pathways


@pytest.mark.parametrize("size", [0.0, -1.0, float("nan")])
def test_a_size_of_nothing_is_refused(size: Any) -> None:
    with pytest.raises(UserError, match=r"size = .*: expected a scale of all populations above 0"):
        structure(sham, size)
