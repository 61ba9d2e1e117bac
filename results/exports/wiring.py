"""The circuit of one animal as tables: who stands where, with which parameters, and who contacts whom how strongly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class NodeType:
    """The agents of one population on one side: `count` of them from node `start` on.

    Attributes
    ----------
    name
        Such as "ipsi_projection", as spikes are recorded under it.
    start, count
        Which nodes they are.
    facts
        Column -> text without blanks, such as side "ipsi".
    """

    name: str
    start: int
    count: int
    facts: Mapping[str, str]


@dataclass(frozen=True)
class Nodes:
    """A SONATA population of nodes.

    Attributes
    ----------
    name
        "cells" or "fibres".
    types
        In the order of their nodes.
    columns
        Attribute -> its value in each node, (nodes,): numbers, or text.
    units
        Attribute -> its unit.
    """

    name: str
    types: tuple[NodeType, ...]
    columns: Mapping[str, np.ndarray]
    units: Mapping[str, str] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many nodes there are."""
        return sum(each.count for each in self.types)


@dataclass(frozen=True)
class Edges:
    """Contacts of one population of nodes on the cells.

    Attributes
    ----------
    source
        Name of the population of nodes from which they come.
    types
        Projections onto one side each, such as "islet_to_vertical:ipsi", with their facts.
    type_index
        int (contacts,): type of each contact.
    sources, targets
        int (contacts,): nodes.
    weights
        float (contacts,): peak conductance in nS, negative where it inhibits.
    delays
        float (contacts,): in ms.
    """

    source: str
    types: tuple[tuple[str, Mapping[str, str]], ...]
    type_index: np.ndarray
    sources: np.ndarray
    targets: np.ndarray
    weights: np.ndarray
    delays: np.ndarray


@dataclass(frozen=True)
class Wiring:
    """One animal's cells, fibres and contacts, as they were drawn, with what all cells share.

    Attributes
    ----------
    cells, fibres
        The nodes that are simulated, and those whose spikes are given.
    edges
        Contacts of the fibres and of the cells on the cells.
    shared
        Name -> number of what all synapses share: time constants in ms.
    dt_ms
        Integration step of its epochs.
    """

    cells: Nodes
    fibres: Nodes
    edges: tuple[Edges, ...]
    shared: Mapping[str, float]
    dt_ms: float
