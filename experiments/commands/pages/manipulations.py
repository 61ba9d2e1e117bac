"""The list of manipulations that `bluespot manipulations` prints: injections, lesions, light, anaesthetics."""

from __future__ import annotations

from circuits.manipulations.anaesthesia import ANAESTHETICS, Anaesthetic
from circuits.manipulations.lesions import AGENTS, KNOCK_DOWNS, Agent
from circuits.manipulations.optogenetics import OPSINS
from core.quantities import write_quantity
from core.sourced import Sourced
from core.vocabulary import SIDES
from experiments.protocol.manipulations.injection import INJECTION_ROUTES
from experiments.protocol.manipulations.optogenetics import BLOCKS


def as_dictionaries() -> list[dict[str, str]]:
    """The manipulations as dictionaries: table of the study file, name, route, description, defaults."""
    rows = [
        {
            "table": "arms.injections",
            "name": "any drug",
            "route": route,
            "description": f"{place}: reaches this place alone",
            "defaults": "by the drug's own file",
        }
        for route, place in INJECTION_ROUTES.items()
    ]
    rows += [*map(_lesion, AGENTS), *map(_knock_down, KNOCK_DOWNS), _silencing(), _stimulation()]
    return [*rows, *map(_anaesthetic, ANAESTHETICS)]


def _lesion(agent: Agent) -> dict[str, str]:
    lost = [f"{name} {_percent(share)}" for name, share in agent.cells.items()]
    lost += [f"{name.replace('_in_', ' in ')} {_percent(share)}" for name, share in agent.terminals.items()]
    return {
        "table": "arms.lesions",
        "name": agent.name,
        "route": agent.route,
        "description": agent.description,
        "defaults": f"{', '.join(lost)}, after {write_quantity(agent.complete_after.value)}",
    }


def _knock_down(protein: str) -> dict[str, str]:
    numbers = KNOCK_DOWNS[protein]
    return {
        "table": "arms.knock_downs",
        "name": protein,
        "route": "intra-LC",
        "description": "less glutamate is cleared in the locus coeruleus",
        "defaults": f"{_percent(numbers.extent)}, after {write_quantity(numbers.complete_after.value)}",
    }


def _silencing() -> dict[str, str]:
    strength, ends = OPSINS.silencing_conductance.value, OPSINS.silencing_reversal.value
    return {
        "table": "arms.silencing",
        "name": ", ".join(name for name in BLOCKS if not name.startswith(SIDES)),
        "route": "light",
        "description": "hyperpolarises cells, blocks fibres, in assays or for hours; on one side: ipsi_...",
        "defaults": f"{write_quantity(strength)} that ends at {write_quantity(ends)}",
    }


def _stimulation() -> dict[str, str]:
    strength, rate, pulse = OPSINS.stimulation_conductance.value, OPSINS.frequency.value, OPSINS.pulse.value
    return {
        "table": "arms.stimulation",
        "name": "the same populations",
        "route": "light",
        "description": "depolarises cells in pulses or steadily, makes fibres fire, in assays or for hours",
        "defaults": f"{write_quantity(strength)} at {write_quantity(rate)}, pulses of {write_quantity(pulse)}",
    }


def _anaesthetic(agent: Anaesthetic) -> dict[str, str]:
    left = [f"{name} {_percent(getattr(agent, name))}" for name in ("noradrenaline", "serotonin")]
    opened = [
        f"{name} {write_quantity(number.value)}"
        for name, number in (("locus_coeruleus", agent.locus_coeruleus), ("raphe", agent.raphe))
    ]
    return {
        "table": "arms.anaesthesia",
        "name": agent.name,
        "route": "",
        "description": f"{agent.description}; for hours or in assays",
        "defaults": f"release left by a spike: {', '.join(left)}; potassium conductance: {', '.join(opened)}",
    }


def _percent(share: Sourced) -> str:
    return f"{100 * float(share.value):g} %"
