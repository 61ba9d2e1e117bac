"""The equations of cells, fibres and transmitter fields as Brian2 reads them; every number of biology enters as data.

Cells are adaptive exponential integrate-and-fire (Brette & Gerstner 2005) with AMPA, NMDA (magnesium block of
Jahr & Stevens 1990) and GABA-A / glycine conductances. Receptors act through linked activations of their compartment.
"""

from __future__ import annotations

from collections.abc import Mapping

from circuits.structure import Structure

CELL = """
dv/dt = (g_leak*(E_leak - v) + g_leak*slope*exp(clip((v - V_T)/slope, -20.0, 8.0)) - w + bias + modulation + noise
         - (g_ampa + tonic_ampa + g_nmda/(1 + magnesium*exp(-v/magnesium_slope)))*v
         + (g_gaba + tonic_gaba)*(E_gaba - v) + g_girk*(E_K - v))/C : volt
dw/dt = (a*(v - E_leak) - w)/tau_w : amp
dg_ampa/dt = -g_ampa/ampa_decay : siemens
dg_nmda/dt = -g_nmda/nmda_decay : siemens
dg_gaba/dt = -g_gaba/gaba_decay : siemens
noise : amp
modulation : amp
g_girk : siemens
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
noise_id : integer (constant)
compartment : integer (constant)
noise_key : integer (shared, constant)
noise_decay : 1 (shared, constant)
noise_step : 1 (shared, constant)
E_K : volt (shared, constant)
magnesium : 1 (shared, constant)
magnesium_slope : volt (shared, constant)
ampa_decay : second (shared, constant)
nmda_decay : second (shared, constant)
gaba_decay : second (shared, constant)
"""
THRESHOLD = "v > -20*mV"
RESET = "v = V_r; w += b"
NOISE = "noise = noise_decay*noise + noise_step*sigma*keyed_noise(noise_id, int(t/ms + 0.5), noise_key)"

FIBRE = """
cursor : integer
next_step : integer
compartment : integer (constant)
release : 1
release_base : 1 (constant)
"""
FIBRE_THRESHOLD = "t_in_timesteps >= next_step"
FIBRE_RESET = "cursor += 1; next_step = afferent_step(cursor)"

_UNIT = {"girk": "siemens", "current": "amp", "release": "1"}

#: effect of a receptor -> the quantity it adds to
_SUM = {"girk": "g_girk", "current": "modulation"}


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
    """What the receptors set, run every few milliseconds: potassium conductance, current and release factor."""
    lines = []
    for effect, quantity in _SUM.items() if cells else ():
        terms = _terms(effects, effect)
        lines.append(f"{quantity} = {' + '.join(terms) or '0*' + _UNIT[effect]}")
    terms = _terms(effects, "release")
    lines.append(f"release = release_base*clip({' + '.join(['1.0', *terms])}, 0.0, 10.0)")
    return "\n".join(lines)


def _terms(effects: tuple[tuple[str, str], ...], effect: str) -> list[str]:
    return [f"{coefficient(e, receptor)}*{symbol(receptor)}" for receptor, e in effects if e == effect]


TRANSMITTERS = ("noradrenaline", "serotonin", "dopamine")


def field_equations(structure: Structure) -> str:
    """Concentrations (nM) and receptor activations of the compartments. `x_released`: quanta since the last field
    step.
    """
    lines = [
        "field_step : second (shared, constant)",
        "stop_time : second (shared, constant)",
        "stopped : integer",
        "samples : 1",
    ]
    for x in TRANSMITTERS:
        lines += [
            f"{x} : 1",
            f"{x}_released : 1",
            f"{x}_sum : 1",
            f"{x}_other : Hz (constant)",
            f"{x}_autoinhibition : 1 (constant)",
        ]
        lines += [f"{x}_uptake{k} : Hz (constant)\n{x}_km{k} : 1 (constant)" for k in (1, 2)]
    for receptor, _ in structure.receptors:
        r = symbol(receptor)
        lines += [f"{r} : 1"] + [f"{r}_{what} : 1 (constant)" for what in ("half", "hill", "block", "drive", "held")]
    return "\n".join(lines)


def activation_code(structure: Structure) -> str:
    """Gaddum / Hill competition of transmitter and drugs at each receptor; acetylcholine follows active alpha2A."""
    lines = []
    for receptor, transmitter in structure.receptors:
        r = symbol(receptor)
        source = symbol("alpha2A") if transmitter == "acetylcholine" else transmitter
        lines += [
            f"u_{r} = ({source}/{r}_half)**{r}_hill",
            f"{r} = (u_{r} + {r}_drive)/(1 + u_{r} + {r}_block + {r}_held)",
        ]
    return "\n".join(lines)


def clearance_code(autoreceptors: Mapping[str, str]) -> str:
    """One field step: release with terminal autoinhibition, two saturable transporters, the rest."""
    lines = []
    for x in TRANSMITTERS:
        uptake = " + ".join(f"{x}_uptake{k}*{x}_km{k}/({x}_km{k} + {x})" for k in (1, 2))
        lines += [
            f"{x} += {x}_released*clip(1 - {x}_autoinhibition*{symbol(autoreceptors[x])}, 0.0, 1.0)"
            f" - field_step*{x}*({uptake} + {x}_other)",
            f"{x}_released = 0",
            f"{x}_sum += {x}",
        ]
    return "\n".join([*lines, "samples += 1"])


VOLUME = "\n".join(f"{x}_quantum : 1 (constant)" for x in TRANSMITTERS)
VOLUME_ON_PRE = "\n".join(f"{x}_released_post += {x}_quantum" for x in TRANSMITTERS)

SYNAPSE = "weight : siemens (constant)\nnmda_ratio : 1 (shared, constant)"
EXCITES = "g_ampa_post += weight*release_pre*gain_post\ng_nmda_post += nmda_ratio*weight*release_pre*gain_post"
INHIBITS = "g_gaba_post += weight*release_pre"
