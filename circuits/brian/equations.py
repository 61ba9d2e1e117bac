"""The equations of cells, fibres and transmitter fields as Brian2 reads them; every number of biology enters as data.

Cells are adaptive exponential integrate-and-fire (Brette & Gerstner 2005) with AMPA, NMDA (magnesium block of
Medlock2022's public code, there from Jahr & Stevens 1990, as a Boltzmann function) and GABA-A / glycine conductances.
Receptors act through linked activations of their compartment. What changes seldom is worked out seldom:
`steady_conductance` and `steady_current` (leak, tonic synapses, potassium conductance, bias) with the receptors,
`current` with the noise, and once an epoch the reciprocals by which a step multiplies (`per_C` is 1/C).

Receptors that open potassium channels through G proteins share the channels of a cell: `potassium_pool` is the
conductance of all of them, and what is open of it rises with the sum of the receptors, to the power `potassium_power`.
"""

from __future__ import annotations

from collections.abc import Collection

from circuits.fields import MOST_RELEASE
from circuits.structure import Structure, TransmitterShape

FAST_CELL = """
dv/dt = (current - w + leak_slope*exponential((v - V_T)*per_slope)
         - (steady_conductance + g_ampa + g_nmda*logistic((v - V_magnesium)/magnesium_slope) + g_gaba)*v
         + g_gaba*E_gaba)*per_C : volt
dw/dt = (a*(v - E_leak) - w)*per_tau_w : amp
dg_ampa/dt = -g_ampa/ampa_decay : siemens
dg_nmda/dt = -g_nmda/nmda_decay : siemens
dg_gaba/dt = -g_gaba/gaba_decay : siemens
noise : amp
steady_current : amp
steady_conductance : siemens
current : amp
per_C : 1/farad
per_tau_w : Hz
per_slope : 1/volt
leak_slope : amp
release : 1
gain : 1 (constant)
release_base : 1 (constant)
C : farad (constant)
g_leak : siemens (constant)
E_leak : volt (constant)
V_T : volt (constant)
slope : volt (constant)
a : siemens (constant)
b : amp (constant)
tau_w : second (constant)
V_r : volt (constant)
E_gaba : volt (constant)
bias : amp (constant)
sigma : amp (constant)
tonic_ampa : siemens (constant)
tonic_gaba : siemens (constant)
potassium_pool : siemens (constant)
potassium_power : 1 (constant)
noise_id : integer (constant)
compartment : integer (constant)
light_start : second (constant)
light_stop : second (constant)
light_period : second (constant)
light_pulse : second (constant)
light_conductance : siemens (constant)
light_current : amp (constant)
noise_key : integer (shared, constant)
noise_decay : 1 (shared, constant)
noise_step : 1 (shared, constant)
E_K : volt (shared, constant)
V_magnesium : volt (shared, constant)
magnesium_slope : volt (shared, constant)
V_spike : volt (shared, constant)
step : second (shared, constant)
ampa_decay : second (shared, constant)
nmda_decay : second (shared, constant)
gaba_decay : second (shared, constant)
"""
THRESHOLD = "v > V_spike"
RESET = "v = V_r; w += b"
FAST_NOISE = """
noise = noise_decay*noise + noise_step*sigma*keyed_noise(noise_id, int(t/ms + 0.5), noise_key)
current = steady_current + noise
"""
#: What stays as it is all through an epoch, worked out at its start: divisions have no place in the loop over cells.
CONSTANTS = """
per_C = 1/C
per_tau_w = 1/tau_w
per_slope = 1/slope
leak_slope = g_leak*slope
"""

FIBRE = """
compartment : integer (constant)
release : 1
release_base : 1 (constant)
"""
FIBRE_THRESHOLD = "afferent_fires(i, t_in_timesteps) > 0"

#: 1 while light falls on a cell: between its two times, in steady light or within a pulse.
_LIT = (
    "int(t + 0.05*ms >= light_start)*int(t + 0.05*ms < light_stop)*int(t + 0.05*ms - light_start"
    " - light_period*floor((t + 0.05*ms - light_start)/light_period) < light_pulse)"
)
_UNIT = {"girk": "1", "current": "amp", "release": "1"}


_STEADY_CURRENTS = ("g_leak*E_leak", "tonic_gaba*E_gaba", "g_girk*E_K", "bias", "lit*light_current")


def symbol(receptor: str) -> str:
    """A receptor's name as an identifier: `5-HT1A` -> `r_5HT1A`."""
    return "r_" + receptor.replace("-", "")


def coefficient(effect: str, receptor: str) -> str:
    """The variable that holds each agent's share of a coupling, such as `girk_r_alpha2A`."""
    return f"{effect}_{symbol(receptor)}"


def agent_equations(base: str, effects: tuple[tuple[str, str], ...]) -> str:
    """`base` plus the coefficients and linked activations of the couplings present."""
    linked = dict.fromkeys(symbol(receptor) for receptor, _ in effects)
    lines = [f"{name} : 1 (linked)" for name in linked]
    lines += [f"{coefficient(effect, receptor)} : {_UNIT[effect]} (constant)" for receptor, effect in effects]
    return base + "\n".join(lines) + "\n"


def modulation_code(effects: tuple[tuple[str, str], ...], cells: bool) -> str:
    """Code for what the receptors change, run every few milliseconds.

    It sets the release factor and, in cells, the sums of all conductances and currents that change no faster.
    """
    lines = []
    if cells:
        girk = " + ".join(_terms(effects, "girk")) or "0.0"
        lines = [
            f"opening = ({girk})**potassium_power",
            "g_girk = potassium_pool*opening/(1 + opening)",
            f"lit = {_LIT}",
            "steady_conductance = g_leak + tonic_ampa + tonic_gaba + g_girk + lit*light_conductance",
            f"steady_current = {' + '.join([*_STEADY_CURRENTS, *_terms(effects, 'current')])}",
        ]
    terms = _terms(effects, "release")
    lines.append(f"release = release_base*clip({' + '.join(['1.0', *terms])}, 0.0, {MOST_RELEASE})")
    return "\n".join(lines)


def _terms(effects: tuple[tuple[str, str], ...], effect: str) -> list[str]:
    return [f"{coefficient(e, receptor)}*{symbol(receptor)}" for receptor, e in effects if e == effect]


def of_agonist(receptor: str, what: str, agonist: str) -> str:
    """The variable that a receptor has for one of its further agonists: `r_D2_half_noradrenaline`."""
    return f"{symbol(receptor)}_{what}_{agonist.replace('-', '')}"


def modulator(transmitter: str, receptor: str) -> str:
    """The variable that holds how a receptor changes the release of a transmitter: `dopamine_by_r_M`."""
    return f"{transmitter}_by_{symbol(receptor)}"


def field_equations(structure: Structure) -> str:
    """Variables of the compartments: transmitter concentrations (nM), receptor activations, and what they need.

    `x_released` is what was released since the last field step.
    """
    lines = [
        "field_step : second (shared, constant)",
        "stop_time : second (shared, constant)",
        "stopped : integer",
        "samples : 1",
        "watched : 1",
        "watched_rate : Hz",
        "watched_cells : 1 (constant)",
        "watch_criterion : Hz (constant)",
        "watch_from : second (shared, constant)",
        "watch_step : second (shared, constant)",
        "watch_decay : 1 (shared, constant)",
    ]
    for transmitter in structure.transmitters:
        lines += _transmitter_equations(transmitter)
    for receptor, agonists in structure.receptors:
        r = symbol(receptor)
        others = [of_agonist(receptor, what, agonist) for agonist in agonists[1:] for what in ("half", "efficacy")]
        constants = [*(f"{r}_{what}" for what in ("half", "hill", "block", "drive", "held")), *others]
        lines += [f"{r} : 1"] + [f"{name} : 1 (constant)" for name in constants]
    return "\n".join(lines)


def _transmitter_equations(shape: TransmitterShape) -> list[str]:
    x = shape.name
    found = [f"{x} : 1", f"{x}_released : 1", f"{x}_sum : 1", f"{x}_other : Hz (constant)"]
    found += [f"{x}_autoinhibition : 1 (constant)"] if shape.autoreceptor else []
    found += [f"{x}_tone : Hz (constant)"] if shape.tonic else []
    found += [f"{modulator(x, receptor)} : 1 (constant)" for receptor in shape.modulators]
    numbers = range(1, shape.transporters + 1)
    return found + [f"{x}_uptake{k} : Hz (constant)\n{x}_km{k} : 1 (constant)" for k in numbers]


def activation_code(structure: Structure) -> str:
    """Gaddum / Hill competition of agonists and drugs at each receptor."""
    lines, names = [], [receptor for receptor, _ in structure.receptors]
    for receptor, agonists in structure.receptors:
        r = symbol(receptor)
        driven, bound = [f"u_{r}"], [f"u_{r}"]
        lines.append(f"u_{r} = ({_source(agonists[0], names)}/{r}_half)**{r}_hill")
        for agonist in agonists[1:]:
            u, half, efficacy = (of_agonist(receptor, what, agonist) for what in ("u", "half", "efficacy"))
            lines.append(f"{u} = ({_source(agonist, names)}/{half})**{r}_hill")
            driven.append(f"{efficacy}*{u}")
            bound.append(u)
        lines.append(f"{r} = ({' + '.join(driven)} + {r}_drive)/(1 + {' + '.join(bound)} + {r}_block + {r}_held)")
    return "\n".join(lines)


def _source(agonist: str, receptors: Collection[str]) -> str:
    """The variable that an agonist is: a concentration, or the active share of a receptor."""
    return symbol(agonist) if agonist in receptors else agonist


def clearance_code(structure: Structure) -> str:
    """One field step: release with the receptors on terminals, saturable transporters, the rest."""
    lines = []
    for shape in structure.transmitters:
        x = shape.name
        uptake = [f"{x}_uptake{k}*{x}_km{k}/({x}_km{k} + {x})" for k in range(1, shape.transporters + 1)]
        lines += [
            f"{x} += {_let_go(shape)} - field_step*{x}*({' + '.join([*uptake, f'{x}_other'])})",
            f"{x}_released = 0",
            f"{x}_sum += {x}",
        ]
    return "\n".join([*lines, "samples += 1"])


def _let_go(shape: TransmitterShape) -> str:
    """What terminals let go in a field step: of spikes and tone what the receptors on them leave."""
    x = shape.name
    released = f"({x}_released + field_step*{x}_tone)" if shape.tonic else f"{x}_released"
    left = f"1 - {x}_autoinhibition*{symbol(shape.autoreceptor)}" if shape.autoreceptor else "1"
    left += "".join(f" + {modulator(x, receptor)}*{symbol(receptor)}" for receptor in shape.modulators)
    return released if left == "1" else f"{released}*clip({left}, 0.0, {MOST_RELEASE})"


def volume(structure: Structure) -> str:
    """What a releasing cell's link to a compartment holds: a quantum of each transmitter."""
    return "\n".join(f"{x}_quantum : 1 (constant)" for x in structure.transmitter_names)


def volume_on_pre(structure: Structure) -> str:
    """What its spike does there."""
    return "\n".join(f"{x}_released_post += {x}_quantum" for x in structure.transmitter_names)


#: The animal under an experimenter's eye: the smoothed rate of the cells that are watched in each compartment.
WATCH = """
watched_rate = watch_decay*watched_rate + (1 - watch_decay)*watched/(watched_cells*watch_step)
watched = 0
"""
WATCH_ON_PRE = "watched_post += 1"
STOP = "stopped = stop_if(t >= stop_time - 0.05*ms or (t >= watch_from and watched_rate >= watch_criterion))"

SYNAPSE = "weight : siemens (constant)\nnmda_ratio : 1 (shared, constant)"
FAST_EXCITES = "g_ampa_post += weight*release_pre*gain_post\ng_nmda_post += nmda_ratio*weight*release_pre*gain_post"
FAST_INHIBITS = "g_gaba_post += weight*release_pre"
