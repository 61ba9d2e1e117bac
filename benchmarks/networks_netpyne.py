"""The benchmark network as a NetPyNE user writes it: NEURON's parts described by rules, contacts as lists.

Contacts share a cell's two synapses (`oneSynPerNetcon = False`), as in NEURON; NetPyNE's default is a synapse of
its own for each contact.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.networks import Measured, Network, Parameters
from benchmarks.networks_neuron import compile_mechanism, geometry, start_from


def simulate(network: Network, folder: Path) -> Measured:
    """One thread, NEURON's fixed step."""
    from netpyne import sim

    began = time.perf_counter()
    compile_mechanism(folder)
    sim.create(_description(network), _settings(network), output=False)
    soma = [cell.secs["soma"] for cell in sim.net.cells]
    synapses = [{part["label"]: part["hObj"] for part in section["synMechs"]} for section in soma]
    handler = start_from(
        network,
        [section["hObj"](0.5) for section in soma],
        [parts["excites"] for parts in synapses],
        [parts["inhibits"] for parts in synapses],
    )
    built, start = time.perf_counter(), time.process_time()
    sim.runSim()
    ran = time.process_time() - start
    del handler
    return Measured(built - began, ran, np.array(sim.simData["spkid"]).astype("i8"))


def _settings(network: Network) -> Any:
    from netpyne import specs

    settings = specs.SimConfig()
    settings.duration, settings.dt = 1e3 * network.seconds, network.parameters.step
    settings.hParams["v_init"] = network.parameters.E_leak
    settings.oneSynPerNetcon = settings.verbose = settings.progressBar = False
    settings.recordTraces = {}
    return settings


def _description(network: Network) -> Any:
    from netpyne import specs

    shape, rules = network.parameters, specs.NetParams()
    rules.cellParams["integrator"] = {"secs": {"soma": _section(shape)}}
    rules.popParams["cells"] = {"cellType": "integrator", "numCells": shape.cells}
    for name, reversal, tau in (
        ("excites", shape.E_excitatory, shape.tau_excitatory),
        ("inhibits", shape.E_inhibitory, shape.tau_inhibitory),
    ):
        rules.synMechParams[name] = {"mod": "ExpSyn", "tau": tau, "e": reversal}
    for name, excites, weight in (
        ("excites", True, shape.weight_excitatory),
        ("inhibits", False, shape.weight_inhibitory),
    ):
        mine = network.excites == excites
        rules.connParams[name] = {
            "preConds": {"pop": "cells"},
            "postConds": {"pop": "cells"},
            "connList": np.stack([network.sources[mine], network.targets[mine]], axis=1).tolist(),
            "weight": 1e-3 * weight,
            "delay": shape.delay,
            "synMech": name,
            "sec": "soma",
            "loc": 0.5,
        }
    return rules


def _section(shape: Parameters) -> dict[str, Any]:
    form = geometry(shape)
    spikes = {"limit": shape.threshold, "reset": shape.reset, "refractory": shape.refractory}
    return {
        "geom": {"L": form["L"], "diam": form["diam"], "cm": form["cm"]},
        "mechs": {"pas": {"g": form["g_pas"], "e": shape.E_leak}},
        "pointps": {"spikes": {"mod": "FireAndReset", "loc": 0.5, **spikes}},
        "threshold": shape.threshold,
    }
