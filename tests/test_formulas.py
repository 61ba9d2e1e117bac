"""Every formula of docs/model.md says what the code that runs does: both are evaluated at the same random points."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import cache, partial
from typing import Any

import brian2
import numpy as np
import pytest
from added_parts import ADDED
from brian2.units import nM
from small_animals import SEED, SIZE, TRANSMITTERS, bound, disturbed_state

from circuits import ligated, plasticity
from circuits.brian import equations, functions, plain
from circuits.brian.network import FIELD_STEP_MS, MODULATION_STEP_MS, NOISE_STEP_MS
from circuits.draw import draw_animal
from circuits.epoch import prepare
from circuits.fields import (
    PREDICTED_SLOWING,
    PREDICTED_TOE,
    activation,
    autoinhibition,
    modulation,
    quanta,
    tones,
    uptake,
)
from circuits.formulas import epoch, periphery, slow
from circuits.formulas.formula import Formula, evaluated
from circuits.formulas.latex import printed
from circuits.formulas.symbols import symbols
from circuits.injury import QUANTITIES, Difference, Recovery, of_extent, quantities, scale_of
from circuits.manipulations.lesions import ramp
from circuits.moment import WHOLE, Moment
from circuits.plasticity import Drive
from circuits.receptors import open_share, weight
from circuits.slow_clock import advance, observe
from circuits.stimulus import BIN, MAXIMUM_HEAT_RATE, SKIN_TEMPERATURE, Stimulus, fibre_rates
from circuits.structure import TransmitterShape, structure
from circuits.transmitters import Tone
from core.exposure import Exposure, SiteBinding
from core.keys import stream
from core.records import SpikeTrain
from core.sourced import ASSUMED, Sourced
from core.vocabulary import COMPARTMENTS, NERVE
from experiments.laboratory.assays.plantar_heat import HEAT_FLUX, SKIN_THERMAL_INERTIA, warming
from experiments.laboratory.assays.withdrawal import WITHDRAWAL_WINDOW, smoothed_rate

GROUPS = {
    "cell": epoch.cell_formulas(ligated),
    "opsins": epoch.opsin_formulas(),
    "synapses": epoch.synapse_formulas(),
    "transmitters": epoch.transmitter_formulas(),
    "injury": slow.INJURY_FORMULAS,
    "drugs": slow.DRUG_FORMULAS,
    "told": slow.TOLD_FORMULAS,
    "plasticity": slow.PLASTICITY_FORMULAS,
    "draw": periphery.DRAW_FORMULAS,
    "afferents": periphery.AFFERENT_FORMULAS,
    "read-out": periphery.READ_OUT_FORMULAS,
}
FORMULAS = {formula.name: formula for group in GROUPS.values() for formula in group}
DT_MS, POINTS = 0.1, 200
#: Name of a formula -> what gives (its value, the code's value) at random points.
CHECKS: dict[str, Callable[[np.random.Generator], tuple[Any, Any]]] = {}


def checked(function: Callable[..., Any], name: str, rng: np.random.Generator) -> Any:
    return function(rng, FORMULAS[name])


def checks(*names: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    def kept(function: Callable[..., Any]) -> Callable[..., Any]:
        for name in names:
            CHECKS[name] = partial(checked, function, name)
        return function

    return kept


def varied(node: Any, rng: np.random.Generator) -> Any:
    """A copy of a tree of numbers in which each is multiplied by its own random factor."""
    if isinstance(node, Sourced):
        return replace(node, value=node.value * rng.uniform(0.5, 1.5), low=None, high=None)
    if is_dataclass(node) and not isinstance(node, type):
        return replace(node, **{each.name: varied(getattr(node, each.name), rng) for each in fields(node)})
    if isinstance(node, dict):
        return {name: varied(each, rng) for name, each in node.items()}
    return tuple(varied(each, rng) for each in node) if isinstance(node, tuple) else node


DRUGS = bound(
    {
        "NET": SiteBinding(block=4.0),
        "SERT": SiteBinding(block=0.7),
        "alpha2A": SiteBinding(drive=0.8, held=1.2, block=0.5),
        "5-HT1A": SiteBinding(block=2.0),
        "alpha2delta": SiteBinding(block=1.0),
        "AMPA": SiteBinding(block=0.3),
        "Nav_open": SiteBinding(block=0.6),
        "Nav_inactivated": SiteBinding(block=0.3),
        "Nav_resting": SiteBinding(block=0.01),
        "HDAC": SiteBinding(block=0.2),
    }
)


_SODIUM_CHANNELS = next(c for c in ligated.plain_couplings if c.name == "sodium_channel_on_ectopic")


@cache
def moment() -> Moment:
    """An injured animal of which everything has moved, with drugs at most sites."""
    return Moment(ligated, disturbed_state(), DRUGS, draw_animal(ligated, structure(ligated, SIZE), SEED, 0))


@cache
def told() -> dict[str, Any]:
    """What an epoch of it is told."""
    return dict(prepare(moment(), Stimulus(0.1), "test", DT_MS)[0].arguments)


def of_block(name: str, variable: str) -> np.ndarray:
    return np.asarray(told()[f"cells.{variable}"])[moment().draw.structure.block(name).part]


# --- the fast program's own texts ------------------------------------------------------------------------------


def fast_names(rng: np.random.Generator) -> dict[str, Any]:
    """Random values of every variable of a cell, and the program's constants, after its slower code has run."""
    shape = moment().draw.structure
    one = rng.uniform
    values: dict[str, Any] = {
        "v": one(-0.095, -0.015, POINTS), "w": one(-5e-11, 2e-10, POINTS), "g_ampa": one(0, 5e-9, POINTS),
        "g_nmda": one(0, 2e-9, POINTS), "g_gaba": one(0, 9e-9, POINTS), "C": one(2e-11, 1e-10, POINTS),
        "g_leak": one(5e-10, 5e-9, POINTS), "E_leak": one(-0.08, -0.05, POINTS), "V_T": one(-0.055, -0.035, POINTS),
        "slope": one(1e-3, 3e-3, POINTS), "a": one(0, 2e-9, POINTS), "b": one(0, 5e-11, POINTS),
        "tau_w": one(0.05, 0.5, POINTS), "V_r": one(-0.07, -0.05, POINTS), "E_gaba": one(-0.08, -0.05, POINTS),
        "bias": one(0, 1e-10, POINTS), "sigma": one(0, 1e-11, POINTS), "tonic_ampa": one(0, 1e-9, POINTS),
        "tonic_gaba": one(0, 1e-9, POINTS), "potassium_pool": one(0, 2e-8, POINTS),
        "potassium_power": one(1, 4, POINTS), "gain": one(0.2, 2, POINTS), "release_base": one(0.2, 1, POINTS),
        "noise": one(-1e-11, 1e-11, POINTS), "noise_id": rng.integers(0, 2**31, POINTS), "t": 0.123,
    }  # fmt: skip
    numbers = {name.removeprefix("cells."): v for name, v in told().items() if name.startswith("cells.")}
    values |= {name: number for name, number in numbers.items() if np.ndim(number) == 0}
    values |= {f"light_{what}": 0.0 for what in ("start", "stop", "pulse", "conductance", "current")}
    values["light_period"] = 1.0
    for receptor, effect in (*shape.cell_effects, *shape.fibre_effects):
        unit = {"girk": 1.0, "current": 1e-11, "release": 1.0}[effect]
        values[equations.symbol(receptor)] = one(0, 1, POINTS)
        values[equations.coefficient(effect, receptor)] = unit * one(0 if effect == "girk" else -1, 1, POINTS)
    return values


_KNOWN = {
    "exponential": functions.exponential.pyfunc,
    "logistic": functions.logistic.pyfunc,
    "keyed_noise": functions.keyed_noise.pyfunc,
    "clip": np.clip,
    "floor": np.floor,
    "int": lambda x: np.asarray(x).astype("i8"),
    "ms": 1e-3,
    "siemens": 1.0,
}


def run(code: str, values: dict[str, Any]) -> dict[str, Any]:
    """The values after lines of the program's own code."""
    after = dict(values)
    exec(code, {"__builtins__": {}, **_KNOWN}, after)
    return after


def derivative(text: str, variable: str, values: dict[str, Any]) -> Any:
    """The right-hand side of one differential equation of a Brian2 text."""
    right = str(brian2.Equations(text)[variable].expr)
    return eval(right.replace("\n", " "), {"__builtins__": {}, **_KNOWN}, values)


def effects() -> tuple[tuple[str, str], ...]:
    """The couplings of cells and fibres, as one agent would have them."""
    shape = moment().draw.structure
    return tuple(dict.fromkeys((*shape.cell_effects, *shape.fibre_effects)))


def plain_names(values: dict[str, Any]) -> dict[str, Any]:
    """The same point in the letters of the formulas."""
    kinetics = ligated.synapses
    names = {
        **values,
        "tau_ampa": kinetics.ampa_decay.si, "tau_nmda": kinetics.nmda_decay.si, "tau_gaba": kinetics.gaba_decay.si,
        "magnesium_half": kinetics.magnesium_half.si, "magnesium_slope": 1e3 * kinetics.magnesium_slope.si,
        "tau_noise": ligated.noise_time.si, "noise_clock": NOISE_STEP_MS * 1e-3,
    }  # fmt: skip
    for name in ("opening", "g_potassium", "I_steady", "release"):
        names[name] = FORMULAS[name].value(names)
    for name in FORMULAS:
        if name.startswith("I_") and name != "I_steady":
            names[name] = FORMULAS[name].value(names)
    return names


@checks("v", "w", "g_ampa", "g_nmda", "g_gaba")
def cell(rng: Any, formula: Any) -> Any:
    values = fast_names(rng)
    after = run(equations.CONSTANTS + equations.modulation_code(effects(), True), values)
    after["current"] = after["steady_current"] + after["noise"]
    return formula.value(plain_names(values)), derivative(equations.FAST_CELL, formula.name, after)


@checks("I_leak", "I_spike", "I_ampa", "I_nmda", "I_gaba", "I_potassium", "I_steady")
def currents(rng: Any, formula: Any) -> Any:
    """One current each: what it adds to C dv/dt, by taking it out of the program's equation."""
    values = fast_names(rng)
    off = {
        "I_leak": {"g_leak": 0.0}, "I_spike": {"slope": 1e-30}, "I_ampa": {"g_ampa": 0.0, "tonic_ampa": 0.0},
        "I_nmda": {"g_nmda": 0.0}, "I_gaba": {"g_gaba": 0.0, "tonic_gaba": 0.0},
        "I_potassium": {name: 0.0 for name in values if name.startswith("girk_")},
        "I_steady": {"bias": 0.0, **{name: 0.0 for name in values if name.startswith("current_")}},
    }[formula.name]  # fmt: skip

    def net(values: dict[str, Any]) -> Any:
        after = run(equations.CONSTANTS + equations.modulation_code(effects(), True), values)
        after["current"] = after["steady_current"]
        return derivative(equations.FAST_CELL, "v", after) * values["C"]

    with np.errstate(over="ignore"):
        ours, rest = formula.value(plain_names(values)), net({**values, **off})
    if formula.name == "I_leak":  # the leak stands in the spike's current too
        rest = rest + plain_names(values)["I_spike"]
    return ours + rest, net(values)


@checks("light")
def light(rng: Any, formula: Any) -> Any:
    """Within a pulse, and between two pulses: what light adds to the program's conductance and current."""
    values, start = fast_names(rng), rng.uniform(0.05, 0.1)
    values |= {"light_start": start, "light_stop": 0.2, "light_period": 0.02, "light_pulse": 0.01}
    values |= {"light_conductance": rng.uniform(0, 1e-8), "light_current": rng.uniform(-1e-9, 1e-9)}
    lit, dark = (run(equations.modulation_code(effects(), True), v) for v in (values, {**values, "light_stop": 0.0}))
    current, conductance = (lit[name] - dark[name] for name in ("steady_current", "steady_conductance"))
    on = float((values["t"] + 5e-5 - start) % 0.02 < 0.01)
    return formula.value({**values, "lit": on}), current - conductance * values["v"]


@checks("opening", "g_potassium")
def potassium(rng: Any, formula: Any) -> Any:
    values = fast_names(rng)
    after = run(equations.modulation_code(effects(), True), values)
    values["opening"] = FORMULAS["opening"].value(values)
    return formula.value(values), after["opening" if formula.name == "opening" else "g_girk"]


@checks("release")
def release(rng: Any, formula: Any) -> Any:
    values = fast_names(rng)
    return formula.value(values), run(equations.modulation_code(effects(), False), values)["release"]


@checks("noise")
def noise(rng: Any, formula: Any) -> Any:
    values = fast_names(rng)
    xi = _KNOWN["keyed_noise"](values["noise_id"], int(values["t"] / 1e-3 + 0.5), values["noise_key"])
    after = run(equations.FAST_NOISE, {**values, "steady_current": 0.0})["noise"]
    return formula.value({**plain_names(values), "xi": xi}), after


@checks("reset", "reset_adaptation")
def reset(rng: Any, formula: Any) -> Any:
    values = fast_names(rng)
    return formula.value(values), run(equations.RESET.replace("; ", "\n"), values)[formula.left]


@checks("excites", "excites_nmda", "inhibits")
def spike(rng: Any, formula: Any) -> Any:
    names = ("g_ampa", "g_nmda", "g_gaba", "gain", "weight", "release", "nmda_ratio")
    values = {name: rng.uniform(0, 1, POINTS) for name in names}
    fast = {**values, "release_pre": values["release"], "gain_post": values["gain"]}
    fast |= {f"{name}_post": values[name] for name in names[:3]}
    code = equations.FAST_INHIBITS if formula.name == "inhibits" else equations.FAST_EXCITES
    return formula.value(values), run(code, {k: np.array(v) for k, v in fast.items()})[f"{formula.left}_post"]


@checks("transmitter", "transmitter_step")
def transmitter(rng: Any, formula: Any) -> Any:
    """With two transporters, a tone, an autoreceptor and another receptor on the terminals."""
    values = {name: rng.uniform(0.1, 2.0) for name in ("X", "X_other", "X_released", "X_tone")}
    values |= {name: rng.uniform(0.1, 2.0, 2) for name in ("X_T", "X_T_half")}
    values |= {"X_by_r": np.array([-rng.uniform(), rng.uniform(-1, 2)]), "r": rng.uniform(size=2)}
    step, x = FIELD_STEP_MS * 1e-3, "dopamine"
    fast = {"field_step": step, "samples": 0.0, x: values["X"], f"{x}_sum": 0.0}
    fast |= {f"{x}_{what}": values[f"X_{what}"] for what in ("released", "other", "tone")}
    fast |= {f"{x}_uptake{k + 1}": values["X_T"][k] for k in (0, 1)}
    fast |= {f"{x}_km{k + 1}": values["X_T_half"][k] for k in (0, 1)}
    fast |= {f"{x}_autoinhibition": -values["X_by_r"][0], f"{x}_by_r_M": values["X_by_r"][1]}
    fast |= {"r_D2": values["r"][0], "r_M": values["r"][1]}
    shape = replace(moment().draw.structure, transmitters=(TransmitterShape(x, "D2", 2, True, ("M",)),))
    after = run(equations.clearance_code(shape), fast)[x]
    ours = formula.value({**values, "transmitter_clock": step, "X_fed": values["X_released"] / step})
    return ours, after if formula.name == "transmitter_step" else (after - values["X"]) / step


@checks("released")
def released(rng: Any, formula: Any) -> Any:
    values = {"X_released": rng.uniform(), "quantum": rng.uniform()}
    volume = equations.volume_on_pre(moment().draw.structure)
    code = [line for line in volume.splitlines() if line.startswith("serotonin")]
    fast = {"serotonin_released_post": values["X_released"], "serotonin_quantum": values["quantum"]}
    return formula.value(values), run("\n".join(code), fast)["serotonin_released_post"]


@checks("bound", "activation")
def active(rng: Any, formula: Any) -> Any:
    """With two agonists, of which the second has an efficacy of its own."""
    values = {name: rng.uniform(0.1, 3.0) for name in ("r_hill", "r_drive", "r_block", "r_held")}
    values |= {"X": rng.uniform(0.1, 3.0, 2), "r_half": rng.uniform(0.1, 3.0, 2)}
    values["X_efficacy"] = np.array([1.0, rng.uniform()])
    values["X_bound"] = FORMULAS["bound"].value(values)
    fast = {f"r_D2_{what}": values[f"r_{what}"] for what in ("hill", "drive", "block", "held")}
    fast |= {"dopamine": values["X"][0], "serotonin": values["X"][1], "r_D2_half": values["r_half"][0]}
    fast |= {"r_D2_half_serotonin": values["r_half"][1], "r_D2_efficacy_serotonin": values["X_efficacy"][1]}
    shape = replace(moment().draw.structure, receptors=(("D2", ("dopamine", "serotonin")),))
    after = run(equations.activation_code(shape), fast)
    if formula.name == "bound":
        return values["X_bound"], np.array([after["u_r_D2"], after["r_D2_u_serotonin"]])
    return formula.value(values), after["r_D2"]


# --- the slow clock and what an epoch is told ------------------------------------------------------------------


@checks("recovery")
def recovery(rng: Any, formula: Any) -> Any:
    def days(low: float, high: float) -> Sourced:
        return Sourced(rng.uniform(low, high) * 86400 * brian2.second, ASSUMED, "any")

    healing = Recovery(Sourced(rng.uniform(), ASSUMED, "any"), days(0, 20), days(1, 20))
    t = rng.uniform(0, 40)
    values = {"t": t, "y_healed": healing.share.si}
    values |= {"y_heals": healing.onset.si / 86400, "y_healing": healing.time_constant.si / 86400}
    return formula.value(values), healing.left(24 * t)


@checks("difference")
def difference(rng: Any, formula: Any) -> Any:
    def hours(low: float, high: float) -> Sourced:
        return Sourced(rng.uniform(low, high) * 3600 * brian2.second, ASSUMED, "any")

    name, sham = "gaba_reversal_shift", QUANTITIES["gaba_reversal_shift"][0]
    each = Difference(name, name, Sourced(rng.uniform() * brian2.volt, ASSUMED, "any"), hours(0, 100), hours(1, 200))
    t, extent = rng.uniform(0, 300), rng.uniform(0.5, 1.5)
    values = {"y_sham": sham, "extent": extent, "y_amplitude": each.amplitude.si, "t": t}
    values |= {"y_onset": each.onset.si / 3600, "y_time": each.time_constant.si / 3600, "y_left": 1.0}
    return formula.value(values), of_extent(quantities((each,), t), extent)[name]


@checks("lesion")
def lesion(rng: Any, formula: Any) -> Any:
    t, start, length, lost = rng.uniform(0, 10), rng.uniform(0, 10), rng.uniform(1, 5), rng.uniform()
    values = {"t": t, "t_lesion": start, "lesion_time": length, "lost": lost}
    return formula.value(values), 1.0 - lost * ramp(t - start, length)


@checks("occupancy")
def occupancy(rng: Any, formula: Any) -> Any:
    binding = SiteBinding(block=rng.uniform(0, 5), held=rng.uniform(0, 5))
    return formula.value({"block": binding.block, "held": binding.held}), binding.occupancy


@checks("plain_coupling")
def plain_coupling(rng: Any, formula: Any) -> Any:
    coupling = next(c for c in ligated.plain_couplings if c.name == "alpha2delta_on_afferent_release")
    occupied = SiteBinding(block=rng.uniform(0, 5))
    exposure = Exposure({coupling.compartment: {coupling.site: occupied}})
    alone = ligated.without("alpha2delta_traffic_on_afferent_release")
    now = replace(moment(), exposure=exposure, circuit=alone)
    scale = now.injury[coupling.scaled_by]
    values = {
        "z": WHOLE[coupling.quantity],
        "z_strength": coupling.strength.si,
        "o": occupied.occupancy,
        "z_scale": scale,
    }
    return formula.value(values), now.quantities[coupling.quantity]


@checks("channels_used", "channels_held", "competition")
def held_sites(rng: Any, formula: Any) -> Any:
    use, rate = varied(_SODIUM_CHANNELS.use, rng), rng.uniform(0.1, 30.0)
    bound_to = [SiteBinding(block=rng.uniform(0, 3)) for _ in range(3)]
    values = {
        "f": rate, "use_time": use.vulnerable_time.si, "idle": use.inactivated.si,
        **{f"b_{name}": each.block for name, each in zip(("open", "inactivated", "resting"), bound_to, strict=True)},
    }  # fmt: skip
    values["used"] = FORMULAS["channels_used"].value(values)
    if formula.name == "channels_used":
        alone = [SiteBinding(block=1.0), SiteBinding(), SiteBinding()]
        held = use.occupancy(alone, rate)
        return formula.value(values), held / (1.0 - held)
    if formula.name == "channels_held":
        held = use.occupancy(bound_to, rate)
        return formula.value(values), held / (1.0 - held)
    coupling = next(c for c in ligated.plain_couplings if c.name == "alpha2delta_on_ectopic")
    drug = SiteBinding(block=rng.uniform(0, 5000))
    assert coupling.competitor is not None
    values = {"block": drug.block, "held": drug.held, "b_own": coupling.competitor.si}
    return formula.value(values), coupling.held(Exposure({NERVE: {"alpha2delta": drug}}), 20.0, 0.9)


@checks("uptake", "half_saturation", "other_loss")
def clearance(rng: Any, formula: Any) -> Any:
    found = varied(ligated.transmitter("noradrenaline"), rng)
    binding, left = SiteBinding(block=rng.uniform(0, 5), held=rng.uniform(0, 5)), rng.uniform()
    exposure = Exposure({"raphe": {"NET": binding}})
    fast = uptake(found, exposure, "raphe", {"transporter_left.NET.raphe": left})
    shares = np.array([share.si for share in found.clearance.shares.values()])
    values = {"X_rate": found.clearance.rate.si, "left": left, "block": binding.block, "held": binding.held}
    values["T_share"] = shares if formula.name == "other_loss" else shares[0]
    values["T_half"] = found.clearance.half_saturation["NET"].si * 1e6
    return formula.value(values), {"uptake": fast.rate[0], "half_saturation": fast.half[0]}.get(
        formula.name, fast.other
    )


@checks("coupling")
def coupling(rng: Any, formula: Any) -> Any:
    found = next(c for c in ligated.couplings if c.name == "alpha2_autoreceptor_soma")
    name, block = "locus_coeruleus_ascending", moment().draw.structure.block("locus_coeruleus_ascending")
    now = replace(moment(), circuit=ligated.with_value(f"couplings.{found.name}.share", rng.uniform(0.2, 0.8)))
    share = next(c for c in now.circuit.couplings if c.name == found.name).share.si
    given = np.asarray(prepare(now, Stimulus(0.1), "test", DT_MS)[0].arguments["cells.girk_r_alpha2A"])[block.part]
    power = ligated.cell_population(name).potassium_power.si
    values = {"c_open": found.strength.si, "potassium_power": power}
    strength = FORMULAS["girk_weight"].value(values)
    values = {"c_strength": strength, "c_scale": now.quantities[found.scaled_by], "c_share": share}
    assert moment().draw.structure.block(name).count == len(given)
    ours = [formula.value({**values, "u": u}) for u in moment().draw.uniform[found.name][block.part]]
    return np.array(ours), given


@checks("girk_weight")
def girk_weight(rng: Any, formula: Any) -> Any:
    share, power = rng.uniform(0.0, 0.99), rng.uniform(1.0, 4.0)
    assert open_share(weight(share, power), power) == pytest.approx(share)
    return formula.value({"c_open": share, "potassium_power": power}), weight(share, power)


@checks("gain", "gaba_reversal", "gaba_release")
def horn(rng: Any, formula: Any) -> Any:
    now, q = moment(), moment().quantities
    values = {
        "S_gain": ligated.plasticity.sensitisation.gain.si, "S": now.state.variables["sensitisation_ipsi"],
        "x": q["excitation_ipsi"], "E_gaba_mean": ligated.cell_population("vertical").gaba_reversal.si,
        "E_gaba_shift": q["gaba_reversal_shift"], "gaba_loss": q["gaba_release_loss"],
    }  # fmt: skip
    block = "ipsi_islet" if formula.name == "gaba_release" else "ipsi_vertical"
    return formula.value(values), of_block(block, formula.left)


@checks("glutamate", "lc_gain", "lc_glutamate", "lc_gaba")
def locus_coeruleus(rng: Any, formula: Any) -> Any:
    name, half = "locus_coeruleus_spinal", rng.uniform(0.5, 2.0)
    now = replace(moment(), circuit=ligated.with_value("plasticity.repair.evoked_half", half))
    clearance = rng.uniform(0.2, 2.0)
    variables = {**now.state.variables, "glutamate_clearance": clearance}
    now = replace(now, state=replace(now.state, variables=variables))
    q, own, part = now.quantities, now.draw.cells, now.draw.structure.block(name).part
    values = {
        "z_glutamate": q["locus_coeruleus_glutamate"], "U": clearance, "x": q["excitation_locus_coeruleus"],
        "z_gaba": q["locus_coeruleus_gaba"], "Gamma_half": half,
        "Gamma_power": ligated.plasticity.repair.evoked_power.si,
        "tonic_ampa_own": own["tonic_ampa"][part], "tonic_gaba_own": own["tonic_gaba"][part],
    }  # fmt: skip
    values["Gamma"] = FORMULAS["glutamate"].value(values)
    given: Mapping[str, Any] = prepare(now, Stimulus(0.1), "test", DT_MS)[0].arguments
    if formula.name == "glutamate":
        return formula.value(values), given["cells.tonic_ampa"][part] / own["tonic_ampa"][part] / values["x"]
    return formula.value(values), given[f"cells.{formula.left}"][part]


@checks("quantum")
def quantum(rng: Any, formula: Any) -> Any:
    found, left = ligated.transmitter("noradrenaline").releases[0], rng.uniform()
    q = {**moment().quantities, f"terminals_left.{found.name}": left}
    factor, count = rng.uniform(0.5, 2), moment().draw.structure.block(found.source).count
    values = {"q": found.quantum.si * 1e6, "F": factor, "left": left, "q_scale": q[found.scaled_by], "N": count}
    whole = quanta(ligated.transmitter("noradrenaline"), q, factor)[found.source, found.compartment]
    usual = moment().quanta["noradrenaline"][found.source, found.compartment]
    shape = moment().draw.structure
    first = int(np.searchsorted(shape.releasing_cells, shape.block(found.source).start))
    share = told()["volume.noradrenaline_quantum"][first * len(COMPARTMENTS) + COMPARTMENTS.index(found.compartment)]
    share /= usual
    return formula.value(values), whole * share


@checks("autoinhibition")
def brake(rng: Any, formula: Any) -> Any:
    found, sensitivity = varied(ligated.transmitter("noradrenaline"), rng), rng.uniform()
    assert found.autoinhibition
    values = {"X_brake": found.autoinhibition.si, "X_brake_scale": sensitivity}
    return formula.value(values), -autoinhibition(found, {"alpha2_terminal_sensitivity": sensitivity})


@checks("modulation")
def modulated(rng: Any, formula: Any) -> Any:
    coupling = replace(varied(ADDED[-1], rng), scaled_by="alpha2_terminal_sensitivity")
    scale = rng.uniform()
    values = {"c_strength": coupling.strength.si, "c_share": coupling.share.si, "c_scale": scale}
    found = modulation("dynorphin", [coupling], {coupling.scaled_by: scale}, "dorsal_horn_ipsi")
    return formula.value(values), found["alpha2A"]


@checks("tone")
def tone(rng: Any, formula: Any) -> Any:
    found, scale = varied(ligated.transmitter("noradrenaline"), rng), rng.uniform()
    level, taken = rng.uniform(1, 50), found.clearance
    tones_of = replace(
        found, tones=(Tone("raphe", Sourced(level * nM, ASSUMED, "random"), "alpha2_terminal_sensitivity"),)
    )
    values = {
        "X_level": level, "X_rate": taken.rate.si, "X_tone_scale": scale,
        "T_share": np.array([share.si for share in taken.shares.values()]),
        "T_half": np.array([1e6 * taken.half_saturation[name].si for name in taken.shares]),
    }  # fmt: skip
    return formula.value(values), tones(tones_of, {"alpha2_terminal_sensitivity": scale})["raphe"]


@checks("balance")
def balance(rng: Any, formula: Any) -> Any:
    now, place, found = moment(), "dorsal_horn_ipsi", ligated.transmitter("noradrenaline")
    level, left = now.levels["noradrenaline"][COMPARTMENTS.index(place)], now.uptakes["noradrenaline"][place]
    fed = {source: q for (source, where), q in now.quanta["noradrenaline"].items() if where == place}
    values = {
        "X": level, "X_T": np.array(left.rate), "X_T_half": np.array(left.half), "X_other": left.other,
        "X_gain": sum(q * now.rates[source] for source, q in fed.items()), "r": now.active("alpha2A", place),
        "X_by_r": -autoinhibition(found, now.quantities), "X_tone": 0.0,
    }  # fmt: skip
    assert formula.value(values) == pytest.approx(left.cleared(level))
    return formula.value(values), evaluated(formula.left, values)


@checks("expected_rate", "expected_conductance")
def expected_rate(rng: Any, formula: Any) -> Any:
    """With another receptor that opens the same channels, held as it was seen."""
    name, cells = "locus_coeruleus_ascending", ligated.cell_population("locus_coeruleus_ascending")
    observed = replace(moment().state.observed, others={name: rng.uniform(0.0, 0.5)})
    now = replace(moment(), state=replace(moment().state, observed=observed))
    own = now.opening_weights(name)["alpha2A"]
    values = {
        "f_seen": observed.rates[name], "brake_slope": PREDICTED_SLOWING, "brake_toe": PREDICTED_TOE,
        "s_held": observed.others[name], "s_auto": own,
        "potassium_pool": 1e9 * cells.potassium_pool.si, "potassium_power": cells.potassium_power.si,
    }  # fmt: skip
    conductance = FORMULAS["expected_conductance"]
    values["G_seen"] = conductance.value({**values, "r": observed.brakes[name]})
    values["G_auto"] = conductance.value({**values, "r": now.active("alpha2A", "locus_coeruleus")})
    if formula.name == "expected_rate":
        return formula.value(values), now.rates[name]
    toe, scale = PREDICTED_TOE, PREDICTED_SLOWING * PREDICTED_TOE
    opened = toe * np.log(np.expm1(values["f_seen"] / scale) / np.expm1(now.rates[name] / scale))
    return values["G_auto"], values["G_seen"] + opened


@checks("first_potential", "first_adaptation")
def start(rng: Any, formula: Any) -> Any:
    """With the random numbers of this epoch's own stream: phases first, then adaptations."""
    name, draw = "locus_coeruleus_spinal", moment().draw
    numbers, count = stream(draw.seed, draw.number, "phase", "test", name), draw.structure.block(name).count
    u = [numbers.random(count), numbers.random(count)][formula.name == "first_adaptation"]
    values = {each: of_block(name, each) for each in ("V_r", "V_T", "b", "tau_w")} | {"f": moment().rates[name]}
    return formula.value({**values, "u": u}), of_block(name, formula.left)


def random_drive(rng: np.random.Generator) -> Drive:
    numbers = [each.name for each in fields(Drive) if each.name != "nociceptive"]
    nociceptive = {"ipsi": rng.uniform(0, 0.4), "contra": rng.uniform(0, 0.4)}
    rising = rng.uniform(0.05, 0.45, len(numbers))
    return Drive(nociceptive, **dict(zip(numbers, rising, strict=True)))


@checks("sensitisation_goal", "sensitisation", "clearance_goal", "clearance", "desensitisation", "mood", "traffic")
def slow_variables(rng: Any, formula: Any) -> Any:
    numbers, drive = varied(ligated.plasticity, rng), random_drive(rng)
    state = {name: rng.uniform(0, 1) for name in disturbed_state().variables}
    shortfall = rng.uniform()
    slopes = plasticity.rates_of_change(numbers, state, replace(drive, glt1_loss=drive.glt1_loss * shortfall))
    s, repair, auto, mood = numbers.sensitisation, numbers.repair, numbers.serotonin1A, numbers.mood
    values = {
        "d": drive.nociceptive["ipsi"], "d_half": s.half_drive.si, "d_power": s.power.si,
        "tau_rise": s.rise_time.si / 3600, "tau_decay": s.decay_time.si / 3600, "S": state["sensitisation_ipsi"],
        "glt1_loss": drive.glt1_loss, "z_shortfall": shortfall, "r_LC": drive.alpha2_locus_coeruleus,
        "r_alpha1": drive.alpha1_locus_coeruleus, "U_alpha1": repair.alpha1_share.si,
        "U_floor": repair.activation_floor.si, "U_span": repair.activation_span.si, "glt1_left": drive.glt1_left,
        "U": state["glutamate_clearance"], "tau_U": repair.time.si / 3600,
        "s": state["serotonin1A_sensitivity"], "s_depth": auto.depth.si, "s_floor": auto.floor.si,
        "s_span": auto.span.si, "r": drive.serotonin1A_raphe, "tau_s": auto.time.si / 3600,
        "M": state["mood"], "M_serotonin": mood.serotonin_weight.si, "e_serotonin": drive.serotonin_forebrain,
        "M_noradrenaline": mood.noradrenaline_weight.si, "e_noradrenaline": drive.noradrenaline_forebrain,
        "tau_M": mood.time.si / 3600, "A": state["alpha2delta_missing"], "A_depth": numbers.traffic.depth.si,
        "o": drive.alpha2delta_ganglion / (1 + drive.alpha2delta_ganglion + numbers.traffic.competitor.si),
        "tau_A": numbers.traffic.time.si / 3600,
    }  # fmt: skip
    values |= {name: FORMULAS[name].value(values) for name in ("sensitisation_goal", "clearance_goal")}
    values |= {"S_goal": values["sensitisation_goal"], "U_goal": values["clearance_goal"]}
    if formula.name == "sensitisation_goal":
        time = values["tau_rise"] if slopes["sensitisation_ipsi"] > 0 else values["tau_decay"]
        return formula.value(values), values["S"] + slopes["sensitisation_ipsi"] * time
    if formula.name == "clearance_goal":
        return formula.value(values), values["U"] + slopes["glutamate_clearance"] * values["tau_U"]
    names = {"S": "sensitisation_ipsi", "U": "glutamate_clearance", "s": "serotonin1A_sensitivity", "M": "mood"}
    names["A"] = "alpha2delta_missing"
    return formula.value(values), slopes[names[formula.left[1]]]


@checks("excess")
def excess(rng: Any, formula: Any) -> Any:
    """The mood of an animal at rest follows the excess alone: its slope is weight x excess / time."""
    now, number = (
        replace(moment(), circuit=ligated.with_value("plasticity.mood.serotonin_weight", 0.0)),
        ligated.plasticity.mood,
    )
    now = replace(now, state=replace(now.state, variables={**now.state.variables, "mood": 0.0}))
    step = 0.001
    level = now.levels["noradrenaline"][COMPARTMENTS.index("forebrain")]
    rise = advance(now, lambda hours: DRUGS, now.state.hours + step).state.variables["mood"]
    seen = rise / -np.expm1(-step / (number.time.si / 3600)) / number.noradrenaline_weight.si
    return formula.value({"X": level, "X_rest": now.state.reference["noradrenaline"]}), seen


@checks("relaxation")
def relaxation(rng: Any, formula: Any) -> Any:
    circuit = ligated.with_value("plasticity.alpha2_soma.depth", rng.uniform(0.2, 0.7))
    now, h = replace(moment(), circuit=circuit), rng.uniform(0.1, 1.0)
    before, process = now.state.variables["alpha2_soma_sensitivity"], circuit.plasticity.alpha2_soma
    goal = 1 - process.depth.si * plasticity.excess(now.active("alpha2A", "locus_coeruleus"), process)
    after = advance(now, lambda hours: DRUGS, now.state.hours + h).state.variables["alpha2_soma_sensitivity"]
    return formula.value({"s": before, "s_goal": goal, "h": h, "tau_s": process.time.si / 3600}), after


@checks("nociceptive_drive", "fibre_release")
def drive(rng: Any, formula: Any) -> Any:
    """With couplings of random strength and share, one of them scaled; strong ones leave nothing of the release."""
    scaled, strength = "alpha2_soma_sensitivity", rng.choice([0.7, 6.0])
    every = [c for c in ligated.couplings if c.effect == "release" and "c_peptidergic" in c.targets]
    found = [replace(varied(c, rng), scaled_by=scaled) if c.strength.si < 0 else varied(c, rng) for c in every]
    factors = [strength if c.scaled_by else 1.0 for c in found]
    found = [replace(c, strength=c.strength.with_value(c.strength.si * f)) for c, f in zip(found, factors, strict=True)]
    now = replace(moment(), circuit=replace(ligated, couplings=tuple(found)))
    shape, q = now.draw.structure, now.quantities
    averages = {f"{b.name}_rate_hertz": rng.uniform(0, 2) for b in (*shape.blocks, *shape.fibres)}
    averages |= {f"{x}_{place}_nanomolar": rng.uniform(1, 40) for x in TRANSMITTERS for place in COMPARTMENTS}
    values = {
        "c_strength": np.array([c.strength.si for c in found]), "c_share": np.array([c.share.si for c in found]),
        "c_scale": np.array([q[c.scaled_by] if c.scaled_by else 1.0 for c in found]), "rho_0": q["afferent_release"],
        "r": np.array([_active(now, c.receptor, averages) for c in found]),
        "f_C": averages["ipsi_c_peptidergic_rate_hertz"], "f_V": averages["ipsi_vertical_rate_hertz"],
        "f_P": averages["ipsi_projection_rate_hertz"], "d_output": ligated.plasticity.sensitisation.output_weight.si,
    }  # fmt: skip
    values |= {f"f_{name}": averages[f"ipsi_a_{name}_rate_hertz"] for name in ("beta", "delta")}
    values["d_a"] = ligated.plasticity.sensitisation.a_fibre_weight.si
    values["rho_C"] = FORMULAS["fibre_release"].value(values)
    values |= {f"rho_{name}": _fibre_release(now, averages, f"a_{name}") for name in ("beta", "delta")}
    seen = observe(now, averages).state.drive["ipsi"]
    if formula.name == "nociceptive_drive":
        return formula.value(values), seen
    a_fibres = (values["rho_beta"] * values["f_beta"] + values["rho_delta"] * values["f_delta"]) / 2
    others = values["d_a"] * a_fibres + values["d_output"] * (values["f_V"] + values["f_P"])
    return formula.value(values), (seen - others) / values["f_C"]


def _fibre_release(now: Moment, averages: dict[str, float], fibres: str) -> float:
    """The formula for the receptors that the terminals of a class of fibres have."""
    found = [c for c in now.circuit.couplings if c.effect == "release" and fibres in c.targets]
    values = {
        "c_strength": np.array([c.strength.si for c in found]),
        "c_share": np.array([c.share.si for c in found]),
        "c_scale": np.array([scale_of(c.scaled_by, now.quantities, "ipsi") for c in found]),
        "r": np.array([_active(now, c.receptor, averages) for c in found]),
        "rho_0": now.quantities["afferent_release"],
    }
    return float(FORMULAS["fibre_release"].value(values))


def _active(now: Moment, receptor: str, averages: dict[str, float]) -> float:
    found = ligated.receptor(receptor)
    followed = not ligated.has_transmitter(found.agonist)
    level = (
        _active(now, found.agonist, averages) if followed else averages[f"{found.agonist}_dorsal_horn_ipsi_nanomolar"]
    )
    return activation(found, level, now.exposure.at("dorsal_horn_ipsi", receptor))


# --- draw, afferents, read-out ---------------------------------------------------------------------------------


def redrawn(path: str, value: Any) -> Any:
    circuit = ligated.with_value(path, value)
    return draw_animal(circuit, structure(circuit, SIZE), SEED, 0)


@checks("lognormal", "normal")
def parameter(rng: Any, formula: Any) -> Any:
    """With another spread the same random numbers give what the formula says."""
    population, block = ligated.cell_population("vertical"), moment().draw.structure.block("ipsi_vertical")
    if formula.name == "lognormal":
        name, mean, spread, path = "C", population.capacitance.si, population.spread, "spread"
        xi = np.log(moment().draw.cells[name][block.part] / mean) / spread.si
    else:
        name, mean, spread, path = "V_T", population.threshold.si, population.spread_potential, "spread_potential"
        xi = (moment().draw.cells[name][block.part] - mean) / spread.si
    other = redrawn(f"cells.vertical.{path}", 1.7 * spread.value)
    return formula.value({"p_mean": mean, "p_spread": 1.7 * spread.si, "xi": xi}), other.cells[name][block.part]


@checks("weight")
def contact_weight(rng: Any, formula: Any) -> Any:
    pathway = next(p for p in moment().draw.structure.pathways if p.inhibitory)
    wire, spread = pathway.wires[0], ligated.synapses.weight_spread.si
    mean, factor = ligated.projection(wire.projection).weight.si, moment().factors["inhibitory_strength"]
    drawn = moment().draw.contacts[pathway.name][2][: wire.contacts]
    xi = (np.log(drawn / mean / factor) + spread**2 / 2) / spread
    other = redrawn("synapses.weight_spread", 1.3 * spread).contacts[pathway.name][2][: wire.contacts]
    return formula.value({"weight_mean": mean, "weight_spread": 1.3 * spread, "xi": xi, "F_strength": factor}), other


@checks("delay")
def delay(rng: Any, formula: Any) -> Any:
    other = redrawn("conduction_spread", 0.0)
    block = moment().draw.structure.block("ipsi_a_delta")
    velocity = ligated.afferent_population("a_delta").conduction_velocity.si
    return formula.value({"distance": ligated.conduction_distance.si, "velocity": velocity}), other.fibres["delay"][
        block.part
    ]


@checks("mechanical_drive", "adaptation", "mechanical_rate", "heat_rate", "heat_threshold", "afferent_rate")
def fibres(rng: Any, formula: Any) -> Any:
    """Rates under a steady stimulus: adaptation goes its own exponential way, all else stays."""
    circuit = ligated.with_value("differences.spontaneous_c_fibres.amplitude", 0.9)
    for what in ("brush_rate", "chemical_rate"):
        circuit = circuit.with_value(f"afferents.c_peptidergic.{what}", rng.uniform(5, 20) * brian2.Hz)
    circuit = circuit.with_value("differences.l5_input_loss.amplitude", -rng.uniform(0.2, 0.8))
    now, population = replace(moment(), circuit=circuit), circuit.afferent_population("c_peptidergic")
    block = now.draw.structure.block("ipsi_c_peptidergic")
    bins, k = 60, int(rng.integers(0, 60))
    force, skin, brush, capsaicin = rng.uniform(50, 300), rng.uniform(30, 50), rng.uniform(), rng.uniform()

    def steady(level: float) -> dict[str, np.ndarray]:
        return {"ipsi": np.full(bins, level)}

    stimulus = Stimulus(bins * BIN, steady(force), steady(skin), steady(brush), steady(capsaicin))
    seen = fibre_rates(now, block, stimulus)[k]
    draw, q, part = now.draw, now.quantities, block.part
    values = {
        "F_force": now.factors["mechanical_sensitivity"], "force": force, "h_sensitised": q["nociceptor_sensitisation"],
        "force_threshold": draw.fibres["force_threshold"][part], "force_span": 1e3 * population.saturating_force.si,
        "f_peak": population.peak_rate.si, "D_adapted": population.adapted_share.si, "T_skin": skin,
        "T_rest": SKIN_TEMPERATURE, "T_own": draw.fibres["heat_threshold"][part], "heat_gain": population.heat_gain.si,
        "f_heat_most": MAXIMUM_HEAT_RATE, "f_brush": population.brush_rate.si, "brush": brush,
        "f_chemical": population.chemical_rate.si, "capsaicin": capsaicin, "tau_D": population.adaptation_time.si,
        "l5_left": np.where(draw.fibres["l5"][part], q["l5_input"], 1.0),
    }  # fmt: skip
    fires = ~draw.fibres["l5"][part] & (draw.uniform["c_spontaneous"][part] < q["c_spontaneous_share"])
    values["f_spontaneous"] = np.where(fires, q["c_spontaneous_rate"], 0.0)
    values["D"] = FORMULAS["mechanical_drive"].value(values)
    # solution of the equation for D_slow from 0; its derivative at the end of the bin is the formula's value
    values["D_slow"] = values["D"] * -np.expm1(-(k + 1) * BIN / values["tau_D"])
    if formula.name == "adaptation":
        return formula.value(values), values["D"] * np.exp(-(k + 1) * BIN / values["tau_D"]) / values["tau_D"]
    values["f_force"], values["T_threshold"] = (
        FORMULAS[n].value(values) for n in ("mechanical_rate", "heat_threshold")
    )
    values["f_heat"] = FORMULAS["heat_rate"].value(values)
    return FORMULAS["afferent_rate"].value(values), seen


@checks("skin")
def skin(rng: Any, formula: Any) -> Any:
    t = rng.uniform(0.1, 20)
    values = {"t": t, "T_rest": SKIN_TEMPERATURE, "flux": HEAT_FLUX.si, "inertia": SKIN_THERMAL_INERTIA.si, "pi": np.pi}
    return formula.value(values), SKIN_TEMPERATURE + warming(np.array(t))


@checks("smoothed_rate")
def smoothed(rng: Any, formula: Any) -> Any:
    train = SpikeTrain(np.sort(rng.uniform(0, 1, 80)), np.zeros(80, "u4"), 4)
    rate = smoothed_rate(train, 1.0)
    n = np.bincount((train.seconds / BIN + 1e-6).astype(int), minlength=100)
    values = {"P": rate[:-1], "bin": BIN, "window": WITHDRAWAL_WINDOW.si, "n": n[1:], "N": train.cells}
    decay = np.exp(-BIN / WITHDRAWAL_WINDOW.si)
    fast = {"watch_decay": decay, "watched_rate": rate[:-1], "watched": n[1:], "watched_cells": 4, "watch_step": BIN}
    assert np.allclose(run(equations.WATCH, fast)["watched_rate"], rate[1:])
    return formula.value(values), rate[1:]


# --- the tests -------------------------------------------------------------------------------------------------


def test_every_formula_is_checked() -> None:
    assert set(CHECKS) == set(FORMULAS)
    assert sum(map(len, GROUPS.values())) == len(FORMULAS)


@pytest.mark.parametrize("name", FORMULAS)
def test_a_formula_says_what_the_code_does(name: Any) -> None:
    for seed in range(5):
        ours, code = CHECKS[name](np.random.default_rng(seed))
        mine, theirs = np.broadcast_arrays(ours, code)
        np.testing.assert_allclose(mine, theirs, rtol=1e-5, atol=1e-25, err_msg=name)


def test_the_texts_of_events_and_clocks_are_those_that_run() -> None:
    assert plain.THRESHOLD == equations.THRESHOLD == "v > V_spike"
    assert [
        float(clock / brian2.ms) for clock in (plain.TRANSMITTER_CLOCK, plain.NOISE_CLOCK, plain.RECEPTOR_CLOCK)
    ] == [
        FIELD_STEP_MS,
        NOISE_STEP_MS,
        MODULATION_STEP_MS,
    ]
    assert f", {functions.LOWEST:g}, {functions.HIGHEST:g})" in FORMULAS["I_spike"].right


def test_every_letter_is_explained_and_no_symbol_is_left_over() -> None:
    known = symbols(ligated)
    used = {name for formula in FORMULAS.values() for name in formula.names}
    effects = ("girk_", "current_", "release_r_")
    assert {name for name in set(known) - used if not name.startswith(effects)} == {"V_spike"}
    assert all(formula.latex(known) for formula in FORMULAS.values())


@pytest.mark.parametrize("group", GROUPS)
def test_no_letter_means_two_things_in_one_section(group: Any) -> None:
    known = symbols(ligated)
    names = {name for formula in GROUPS[group] for name in formula.names}
    letters = [known[name].latex for name in names]
    assert len(set(letters)) == len(letters)


@pytest.mark.parametrize(
    ("expression", "latex"),
    [
        ("a*(b - c)/d", r"\frac{A \left(B - C\right)}{D}"),
        ("a - (b - c)", r"A - \left(B - C\right)"),
        ("-a*b + c", "-A B + C"),
        ("a + -b/c", r"A + \left(-\frac{B}{C}\right)"),
        ("-a/b", r"-\frac{A}{B}"),
        ("-a*b/c", r"-\frac{A B}{C}"),
        ("(a/b)**c", r"{\left(\frac{A}{B}\right)}^{C}"),
        ("a**2", "{A}^{2}"),
        ("clip(a + b, 0, 1)", r"\left[A + B\right]_{0}^{1}"),
        ("total(a*b, 'T') + c", r"\sum_{T} A B + C"),
        ("c*total(a + b, 'T')", r"C \sum_{T} \left(A + B\right)"),
        ("a if b < c else d", r"\begin{cases}A & \text{if } B \lt C \cr D & \text{otherwise}\end{cases}"),
        ("sqrt(a)*exp(-b)", r"\sqrt{A} \exp\left(-B\right)"),
        ("max(0, a - 0.5)", r"\max\left(0, A - 0.5\right)"),
    ],
)
def test_latex_reads_as_the_expression(expression: str, latex: str) -> None:
    assert printed(expression, {name: name.upper() for name in "abcd"}) == latex


def test_latex_of_what_has_none_is_refused() -> None:
    with pytest.raises(ValueError, match="no LaTeX"):
        printed("a @ b", {"a": "a", "b": "b"})
    with pytest.raises(KeyError):
        Formula("x", "x", "y", "").latex({})


def test_markdown_takes_nothing_from_the_formulas() -> None:
    """No backslash before a sign, which Markdown drops, and no sign that opens HTML."""
    for formula in FORMULAS.values():
        text = formula.latex(symbols(ligated))
        backslashes = [text[k + 1] for k, letter in enumerate(text[:-1]) if letter == "\\"]
        assert all(letter.isalpha() for letter in backslashes)
        assert "<" not in text
        assert ast.parse(formula.right, mode="eval")
