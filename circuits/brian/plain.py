"""The model as plain Brian2: its equations once, with units, one group of cells for each population.

Nothing here is made fast, and nothing is hidden: this is how one writes the model down. bluespot's own program
(`circuits.brian.network`) computes the same and is tested against it; docs/model.md prints these equations;
`bluespot model --brian2` copies this module into its scripts, so it needs Brian2 and NumPy alone.

A model is handed over as data, a `PlainModel`; `build` makes a Brian2 network of it:

    network = build(model)
    network.run(3 * second)
    rate = network["spikes_ipsi_projection"].num_spikes / (40 * 3 * second)
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from brian2 import (
    Network,
    NeuronGroup,
    Quantity,
    SpikeGeneratorGroup,
    SpikeMonitor,
    Synapses,
    defaultclock,
    linked_var,
    ms,
)

#: Cells move with every step of the simulation, transmitters and noise every ms, receptors and light every 5 ms.
TRANSMITTER_CLOCK, NOISE_CLOCK, RECEPTOR_CLOCK = 1 * ms, 1 * ms, 5 * ms

#: An adaptive exponential integrate-and-fire cell (Brette & Gerstner 2005) with conductance synapses. Glutamate
#: currents reverse at 0 mV; the magnesium block of NMDA receptors is that of Medlock2022's public code, there
#: from Jahr & Stevens (1990). `cell_equations` adds g_potassium, I_steady and release, which follow the receptors that
#: a population has.
CELL = """
dv/dt = (I_leak + I_spike + I_ampa + I_nmda + I_gaba + I_potassium + I_steady + noise - w)/C : volt
dw/dt = (a*(v - E_leak) - w)/tau_w : amp
dg_ampa/dt = -g_ampa/tau_ampa : siemens
dg_nmda/dt = -g_nmda/tau_nmda : siemens
dg_gaba/dt = -g_gaba/tau_gaba : siemens
I_leak = g_leak*(E_leak - v) : amp
I_spike = g_leak*slope*exp(clip((v - V_T)/slope, -20, 8)) : amp
I_ampa = -(g_ampa + tonic_ampa)*v : amp
I_nmda = -g_nmda*v/(1 + exp(-magnesium_slope*v)/magnesium_half) : amp
I_gaba = (g_gaba + tonic_gaba)*(E_gaba - v) : amp
I_potassium = g_potassium*(E_K - v) : amp
C : farad (constant)            # membrane capacitance
g_leak : siemens (constant)     # leak conductance
E_leak : volt (constant)        # rest potential
V_T : volt (constant)           # threshold of spike initiation
slope : volt (constant)         # how sharply a spike begins
a : siemens (constant)          # adaptation below threshold
b : amp (constant)              # adaptation added by a spike
tau_w : second (constant)       # time of adaptation
V_r : volt (constant)           # reset potential
E_gaba : volt (constant)        # reversal of GABA-A and glycine currents
bias : amp (constant)           # pacemaker or tonic drive
sigma : amp (constant)          # standard deviation of the noise
tonic_ampa : siemens (constant) # from inputs outside the model
tonic_gaba : siemens (constant) # from inputs outside the model
potassium_pool : siemens (constant) # of all channels that receptors open through G proteins
potassium_power : 1 (constant)  # how many G proteins open one together
gain : 1 (constant)             # of evoked excitation: sensitisation, drugs
release_base : 1 (constant)     # release of its terminals without receptors
place : integer (constant)      # its compartment
noise : amp                     # moved by NOISE
"""
THRESHOLD = "v > V_spike"
RESET = "v = V_r; w += b"
#: An Ornstein-Uhlenbeck current of standard deviation sigma, exact in steps of its clock.
NOISE = "noise = noise*exp(-noise_clock/tau_noise) + sigma*sqrt(1 - exp(-2*noise_clock/tau_noise))*randn()"

#: What a spike does to the cell it reaches: `gain` is the receiving cell's, `release` the sending terminal's.
CONTACT = "weight : siemens (constant)"
EXCITES = "g_ampa_post += weight*{release}*gain_post; g_nmda_post += nmda_ratio*weight*{release}*gain_post"
INHIBITS = "g_gaba_post += weight*{release}"

#: A transmitter X in one compartment: what spikes have released since the last step comes in, and what is released as a
#: tone, both changed by the receptors r on the terminals; saturable transporters T take it up, the rest is lost at one
#: rate.
TRANSMITTER = """
{X} += ({released})*clip({left}, 0, 10) - transmitter_clock*{X}*({loss})
{X}_released = 0*mM
"""
TONIC = "transmitter_clock*{X}_tone"
TERMINALS = "{X}_by_{r}*{r}"
UPTAKE = "{X}_{T}*{X}_{T}_half/({X}_{T}_half + {X})"
RELEASE = "{X}_released_post += quantum"
FIELD = """
{X} : mM
{X}_released : mM
{X}_other : Hz (constant)
"""
TONE = "{X}_tone : mM/second (constant)\n"
TERMINAL = "{X}_by_{r} : 1 (constant)\n"
TRANSPORTER = """
{X}_{T} : Hz (constant)
{X}_{T}_half : mM (constant)
"""

#: The active share of a receptor r to which agonists X bind, the first of efficacy 1, beside drugs (Gaddum / Hill):
#: `block` is the sum of C/Ki over antagonists, `held` over agonists, `drive` the latter with each times its efficacy.
ACTIVATION = "{r} = ({active} + {r}_drive)/(1 + {bound} + {r}_block + {r}_held)"
BOUND = "({X}/{r}_half)**{r}_hill"
ALSO_BOUND = "({X}/{r}_half_{X})**{r}_hill"
RECEPTOR = """
{r} : 1
{r}_half : {unit} (constant)
{r}_hill : 1 (constant)
{r}_block : 1 (constant)
{r}_drive : 1 (constant)
{r}_held : 1 (constant)
"""
AGONIST = """
{r}_half_{X} : {unit} (constant)
{r}_efficacy_{X} : 1 (constant)
"""
#: How a cell (and contacts on it) knows how active a receptor is in its compartment.
NEAR = """
{r} : 1
{r}_near : 1 (linked)
"""

#: Light on a cell, steady or in pulses, between two times.
LIGHT = """
lit : 1
light_start : second (constant)
light_stop : second (constant)
light_period : second (constant)
light_pulse : second (constant)
light_conductance : siemens (constant)
light_current : amp (constant)
"""
SHINE = """
since = t + half_step - light_start
within = since - light_period*floor(since/light_period)
lit = int(since >= 0*half_step)*int(t + half_step < light_stop)*int(within < light_pulse)
"""
LIT_CURRENT = "lit*(light_current - light_conductance*v)"


@dataclass(frozen=True)
class Cells:
    """One population. values: variable of `CELL` -> one quantity for all cells, or one for each.

    girk, current, release: receptor -> its weight among those that open potassium channels, depolarising current,
    relative change of the release from terminals that it brings about at full activation; the same, or one number for
    each cell.
    """

    count: int
    values: Mapping[str, Any]
    girk: Mapping[str, Any] = field(default_factory=dict)
    current: Mapping[str, Any] = field(default_factory=dict)
    release: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Fibres:
    """One population of afferents, which fire at given times. release_base, release: as of cells."""

    count: int
    index: np.ndarray
    times: Quantity
    release_base: Any = 1.0
    release: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class SynapticContacts:
    """Contacts of one population on another: sources and targets by number, a weight for each, one delay."""

    source: str
    target: str
    inhibitory: bool
    sources: np.ndarray
    targets: np.ndarray
    weights: Quantity
    delay: Quantity


@dataclass(frozen=True)
class VolumeRelease:
    """What one spike of a cell of `source` adds to a transmitter: quantum[cell, compartment]."""

    source: str
    transmitter: str
    quantum: Quantity


@dataclass(frozen=True)
class PlainModel:
    """An animal for one epoch.

    constants: those of `CELL` that all cells share. compartments: their names. transmitters: name -> its transporters.
    terminals: transmitter -> receptors on its terminals. receptors: name -> what activates it, transmitters or earlier
    receptors that stand in the place of one. fields: variable of `FIELD`, `TRANSPORTER`, `RECEPTOR` and the like -> one
    value for all compartments or one for each.
    """

    constants: Mapping[str, Any]
    compartments: Sequence[str]
    transmitters: Mapping[str, Sequence[str]]
    terminals: Mapping[str, Sequence[str]]
    receptors: Mapping[str, Sequence[str]]
    fields: Mapping[str, Any]
    cells: Mapping[str, Cells]
    fibres: Mapping[str, Fibres]
    contacts: Sequence[SynapticContacts]
    releases: Sequence[VolumeRelease]


def build(model: PlainModel) -> Network:
    """The network: a group for each population, named after it, and a `spikes_...` monitor for each of cells."""
    fields = compartments(model)
    groups = {name: population(model, name, fields) for name in model.cells}
    groups |= {
        name: SpikeGeneratorGroup(fibres.count, fibres.index, fibres.times, name=name)
        for name, fibres in model.fibres.items()
    }
    synapses = [synaptic(model, number, groups) for number in range(len(model.contacts))]
    volume = [volume_transmission(release, groups[release.source], fields) for release in model.releases]
    monitors = [SpikeMonitor(groups[name], name=f"spikes_{name}") for name in model.cells]
    return Network(fields, *groups.values(), *synapses, *volume, *monitors)


def compartments(model: PlainModel) -> NeuronGroup:
    """The transmitters and the active shares of their receptors, one member of the group for each compartment."""
    equations, steps, activations = [], [], []
    for x in model.transmitters:
        equations += transmitter_equations(model, x)
        steps.append(transmitter_step(model, x))
    for r, agonists in model.receptors.items():
        units = ["mM" if agonist in model.transmitters else "1" for agonist in agonists]
        equations.append(RECEPTOR.format(r=r, unit=units[0]))
        equations += [AGONIST.format(r=r, X=x, unit=u) for x, u in zip(agonists[1:], units[1:], strict=True)]
        activations.append(activation(r, agonists))
    clocks = {"transmitter_clock": TRANSMITTER_CLOCK}
    group = NeuronGroup(len(model.compartments), "".join(equations), name="compartments", namespace=clocks)
    # Where clocks meet: transmitters first, then receptors, what cells know of them, noise, and the cells themselves.
    group.run_regularly("".join(steps), dt=TRANSMITTER_CLOCK, order=-1)
    group.run_regularly("\n".join(activations), dt=RECEPTOR_CLOCK)
    set_values(group, model.fields)
    return group


def transmitter_equations(model: PlainModel, x: str) -> list[str]:
    """The variables of a transmitter."""
    tone = [TONE.format(X=x)] if f"{x}_tone" in model.fields else []
    terminals = (TERMINAL.format(X=x, r=r) for r in model.terminals[x])
    return [FIELD.format(X=x), *tone, *terminals, *(TRANSPORTER.format(X=x, T=t) for t in model.transmitters[x])]


def transmitter_step(model: PlainModel, x: str) -> str:
    """What a transmitter does in a step of its clock."""
    tone = [TONIC.format(X=x)] if f"{x}_tone" in model.fields else []
    terminals = [TERMINALS.format(X=x, r=r) for r in model.terminals[x]]
    uptake = [UPTAKE.format(X=x, T=t) for t in model.transmitters[x]]
    return TRANSMITTER.format(
        X=x,
        released=" + ".join([f"{x}_released", *tone]),
        left=" + ".join(["1", *terminals]),
        loss=" + ".join([f"{x}_other", *uptake]),
    )


def activation(r: str, agonists: Sequence[str]) -> str:
    """The active share of a receptor with these agonists, its own first."""
    own = BOUND.format(r=r, X=agonists[0])
    others = [ALSO_BOUND.format(r=r, X=x) for x in agonists[1:]]
    active = [f"{r}_efficacy_{x}*{bound}" for x, bound in zip(agonists[1:], others, strict=True)]
    return ACTIVATION.format(r=r, active=" + ".join([own, *active]), bound=" + ".join([own, *others]))


def population(model: PlainModel, name: str, fields: NeuronGroup) -> NeuronGroup:
    """The cells of a population, with the couplings they have."""
    cells, near = model.cells[name], receptors_near(model, name)
    group = NeuronGroup(
        cells.count,
        cell_equations(cells, near),
        threshold=THRESHOLD,
        reset=RESET,
        method="euler",
        name=name,
        namespace={**model.constants, "noise_clock": NOISE_CLOCK, "half_step": defaultclock.dt / 2},
    )
    set_values(group, {**cells.values, **coefficients(cells)})
    for receptor in near:
        setattr(group, f"{receptor}_near", linked_var(fields, receptor, index="place"))
    follow = [f"{receptor} = {receptor}_near" for receptor in near] + ([SHINE] if "light_start" in cells.values else [])
    if follow:
        group.run_regularly("\n".join(follow), dt=RECEPTOR_CLOCK, order=1)
    group.run_regularly(NOISE, dt=NOISE_CLOCK, order=2)
    return group


def cell_equations(cells: Cells, near: Sequence[str]) -> str:
    """`CELL` with what receptors and light add: a conductance, a current, a factor on release."""
    lit = [LIT_CURRENT] if "light_start" in cells.values else []
    sums = (
        f"opening = ({total('', cells.girk, 'girk_{r}*{r}') or '0'})**potassium_power : 1",
        "g_potassium = potassium_pool*opening/(1 + opening) : siemens",
        f"I_steady = {total('bias', cells.current, 'current_{r}*{r}', *lit)} : amp",
        f"release = release_base*clip({total('1', cells.release, 'release_{r}*{r}')}, 0, 10) : 1",
    )
    units = {"girk": "1", "current": "amp", "release": "1"}
    constants = [f"{name} : {units[name.split('_')[0]]} (constant)" for name in coefficients(cells)]
    parts = [CELL, *sums, *constants, *(NEAR.format(r=receptor) for receptor in near), *([LIGHT] if lit else [])]
    return "\n".join(parts)


def total(first: str, coefficients: Mapping[str, Any], term: str, *more: str) -> str:
    """A sum over receptors as text."""
    return " + ".join(filter(None, [first, *(term.format(r=receptor) for receptor in coefficients), *more]))


def coefficients(cells: Cells) -> dict[str, Any]:
    """Variable -> value of every coupling of a population: `girk_r_alpha2A`."""
    effects = {"girk": cells.girk, "current": cells.current, "release": cells.release}
    return {f"{effect}_{receptor}": value for effect, found in effects.items() for receptor, value in found.items()}


def receptors_near(model: PlainModel, name: str) -> list[str]:
    """The receptors that a population or the fibres that end on it have."""
    cells = model.cells[name]
    ending = [model.fibres[c.source] for c in model.contacts if c.target == name and c.source in model.fibres]
    found = [*cells.girk, *cells.current, *cells.release, *(r for fibres in ending for r in fibres.release)]
    return list(dict.fromkeys(found))


def synaptic(model: PlainModel, number: int, groups: Mapping[str, Any]) -> Synapses:
    """The synapses of one entry of `model.contacts`.

    Fibres are spike generators, which have no variables: what their terminals release stands in the contacts and
    follows the receptors of the compartment, as the cell they end on knows them.
    """
    contacts = model.contacts[number]
    fibres = model.fibres.get(contacts.source)
    equations, values = CONTACT, {"weight": contacts.weights}
    if fibres:
        terms = total("1", fibres.release, "fibre_{r}*{r}_post")
        equations += f"\nfibre_release = fibre_base*clip({terms}, 0, 10) : 1\nfibre_base : 1 (constant)"
        equations += "".join(f"\nfibre_{receptor} : 1 (constant)" for receptor in fibres.release)
        of_fibres = {"base": fibres.release_base, **fibres.release}
        values |= {f"fibre_{k}": of_each(value, fibres.count)[contacts.sources] for k, value in of_fibres.items()}
    on_pre = (INHIBITS if contacts.inhibitory else EXCITES).format(release="fibre_release" if fibres else "release_pre")
    synapses = Synapses(
        groups[contacts.source],
        groups[contacts.target],
        equations,
        on_pre=on_pre,
        delay=contacts.delay,
        name=f"{contacts.source}_to_{contacts.target}_{number}",
        namespace={"nmda_ratio": model.constants["nmda_ratio"]},
    )
    synapses.connect(i=contacts.sources, j=contacts.targets)
    set_values(synapses, values)
    return synapses


def volume_transmission(release: VolumeRelease, cells: NeuronGroup, fields: NeuronGroup) -> Synapses:
    """Every cell of a releasing population feeds the compartments its fibres reach."""
    x = release.transmitter
    fed = np.flatnonzero(np.any(np.asarray(release.quantum) > 0, axis=0))
    synapses = Synapses(
        cells,
        fields,
        "quantum : mM (constant)",
        on_pre=RELEASE.format(X=x),
        name=f"{release.source}_releases_{x}",
    )
    synapses.connect(i=np.repeat(np.arange(len(cells)), len(fed)), j=np.tile(fed, len(cells)))
    if len(fed):
        synapses.quantum = release.quantum[:, fed].flatten()
    return synapses


def of_each(value: Any, count: int) -> np.ndarray:
    """One number for each of `count`, where one stands for all too."""
    return np.broadcast_to(np.asarray(value), count)


def set_values(group: Any, values: Mapping[str, Any]) -> None:
    """Give the variables of a group their values."""
    for name, value in values.items():
        setattr(group, name, value)


def rates(model: PlainModel, network: Network, seconds: float) -> Iterator[tuple[str, float]]:
    """Name and mean rate (Hz) of each population of cells after a run."""
    for name, cells in model.cells.items():
        yield name, network[f"spikes_{name}"].num_spikes / cells.count / seconds
