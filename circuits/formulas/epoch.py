"""The formulas of an epoch: cells, synapses, transmitters and receptors, taken from the plain Brian2 model."""

from __future__ import annotations

import re
from typing import Any

from brian2.units import ms

from circuits.brian import equations, plain
from circuits.circuit import Circuit
from circuits.formulas.formula import Formula

_WORDS = {
    "v": "Membrane potential of a cell: adaptive exponential integrate-and-fire (Brette & Gerstner 2005).",
    "w": "Its adaptation current.",
    "g_ampa": "Synaptic conductances decay; spikes that arrive raise them.",
    "g_nmda": "The same for NMDA receptors.",
    "g_gaba": "The same for GABA-A and glycine receptors.",
    "I_leak": "Leak.",
    "I_spike": "Spike initiation. The exponent is limited above, where a cell fires within a step or two anyway.",
    "I_ampa": "AMPA receptors, evoked and tonic, with a reversal of 0 mV.",
    "I_nmda": "NMDA receptors with the magnesium block of Medlock2022's public code, there from Jahr & Stevens (1990), "
    "reversal 0 mV.",
    "I_gaba": "GABA-A and glycine receptors, evoked and tonic.",
    "I_potassium": "Potassium conductance that metabotropic receptors open.",
}
#: In words what `plain.THRESHOLD` says.
FIRES = r"Where $V \gt V_{\mathrm{spike}}$, the cell fires: its potential is reset,"
_SUMS = {
    "opening": "How strongly all receptors together open the potassium channels that a cell has for them: a sum of active "
    "shares, each with its own weight, raised to a power because several G proteins open a channel together.",
    "g_potassium": "Potassium conductance: the open share of these channels, which all receptors share.",
    "I_steady": "Bias current, and the currents of receptors.",
    "release": "What a spike releases from the terminals of a cell or fibre, over what it would without receptors.",
}


def cell_formulas(circuit: Circuit) -> list[Formula]:
    """A cell between spikes and at a spike, with every coupling that any cell or terminal of a circuit has."""
    found = [
        Formula(name, left, right, _WORDS[name])
        for left, right in _equations(plain.CELL)
        for name in (re.sub(r"^d(\w+)/dt$", r"\1", left),)
    ]
    found += [Formula(name, name, right, _SUMS[name]) for name, right in _equations(every_coupling(circuit))]
    found.append(Formula("noise", *_assignment(plain.NOISE.replace("randn()", "xi")), words=(
        "Membrane noise: an Ornstein-Uhlenbeck current, exact in steps of "
        f"{_ms(plain.NOISE_CLOCK)}; each draws a number of mean 0 and s.d. 1."), becomes=True))  # fmt: skip
    reset, adaptation = plain.RESET.split("; ")
    found.append(Formula("reset", *_assignment(reset), words=FIRES, becomes=True))
    found.append(Formula("reset_adaptation", *_assignment(adaptation), words="and its adaptation grows.", becomes=True))
    return found


def every_coupling(circuit: Circuit) -> str:
    """The equations of a cell that had all couplings of a circuit at once."""
    receptors: dict[str, dict[str, float]] = {"girk": {}, "current": {}, "release": {}}
    for coupling in (c for c in circuit.couplings if not all(map(circuit.has_transmitter, c.targets))):
        receptors[coupling.effect][equations.symbol(coupling.receptor)] = 0.0
    return plain.cell_equations(plain.Cells(1, {}, **receptors), ()).removeprefix(plain.CELL)


def synapse_formulas() -> list[Formula]:
    """What a spike does to the cells it reaches."""
    ampa, nmda = plain.EXCITES.format(release="release").replace("_post", "").split("; ")
    gaba = plain.INHIBITS.format(release="release").replace("_post", "")
    return [
        Formula("excites", *_assignment(ampa), words="A spike of an excitatory cell or a fibre, after the delay of its "
                "projection,", becomes=True),
        Formula("excites_nmda", *_assignment(nmda), words="and, in proportion, the conductance of NMDA receptors.",
                becomes=True),
        Formula("inhibits", *_assignment(gaba), words="A spike of an inhibitory cell.", becomes=True),
    ]  # fmt: skip


def opsin_formulas() -> list[Formula]:
    """What light adds to the steady current of a cell."""
    words = (
        "Under light, cells that carry an opsin have a current more in their steady current. Whether there is light is "
        f"looked at every {_ms(plain.RECEPTOR_CLOCK)}."
    )
    return [Formula("light", "I_light", plain.LIT_CURRENT, words)]


def transmitter_formulas() -> list[Formula]:
    """Volume transmission: release, clearance and receptors of one transmitter X in one compartment."""
    uptake = f"total({plain.UPTAKE.format(X='X', T='T')}, 'T')"
    left, loss = f"1 + total({plain.TERMINALS.format(X='X', r='r')}, 'r')", f"X_other + {uptake}"
    step = (
        plain.TRANSMITTER.format(X="X", released=f"X_released + {plain.TONIC.format(X='X')}", left=left, loss=loss)
        .strip()
        .split("\n")[0]
    )
    bound, active = (f"total({text}, 'X')" for text in ("X_bound", "X_efficacy*X_bound"))
    return [
        Formula("transmitter", "dX/dt", f"(X_fed + X_tone)*clip({left}, 0, 10) - X*({loss})",
                "Concentration in a compartment: what spikes feed in, and a tone where there is one (table C2), changed "
                "by the receptors $r$ on the terminals; uptake by the transporters $T$; loss at a constant rate."),
        Formula("released", *_assignment(plain.RELEASE.format(X="X").replace("_post", "")),
                words="Each spike of a releasing cell adds its quantum", becomes=True),
        Formula("transmitter_step", *_assignment(step), words=f"and every {_ms(plain.TRANSMITTER_CLOCK)} the concentration "
                "takes a step with what has been released since.", becomes=True),
        Formula("bound", "X_bound", plain.BOUND.format(r="r", X="X"), "How strongly an agonist binds a receptor. Where "
                "table D2 names a receptor as the agonist of another one, its active share stands in place of a "
                "concentration."),
        Formula("activation", *_assignment(plain.ACTIVATION.format(r="r", active=active, bound=bound)), words="Active share of a "
                f"receptor, every {_ms(plain.RECEPTOR_CLOCK)}: its agonists beside drugs (Gaddum / Hill)."),
    ]  # fmt: skip


def _ms(time: Any) -> str:
    return f"{float(time / ms):g} ms"


def _equations(text: str) -> list[tuple[str, str]]:
    """Left and right side of each equation of a Brian2 model text; parameters are left out."""
    code = [line.partition("#")[0] for line in text.strip().splitlines()]
    lines = [line.rpartition(":")[0] for line in code if "=" in line]
    return [(left.strip(), right.strip()) for left, _, right in (line.partition("=") for line in lines)]


def _assignment(text: str) -> tuple[str, str]:
    """Left and right side of one assignment; `x += y` as x, x + y."""
    left, _, right = (part.strip() for part in text.partition("="))
    if left.endswith("+"):
        left = left[:-1].strip()
        return left, f"{left} + {right}"
    return left, right
