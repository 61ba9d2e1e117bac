"""Writes a plain model as a script that runs where Brian2 is installed and bluespot is not.

The script has the numbers as blocks of Python with units, sources and words, the modules `plain` and `plain_running` as
they stand, and at its end, packed, what every cell, fibre and contact has of its own.
"""

from __future__ import annotations

import ast
import base64
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from inspect import getsource
from textwrap import wrap
from types import ModuleType
from typing import Any

import numpy as np
from brian2.units import Hz, nM, second
from brian2.units.fundamentalunits import have_same_dimensions

from circuits.brian import plain, plain_running
from circuits.brian.plain import Cells, PlainModel, SynapticContacts
from circuits.brian.plain_model import PlainEpoch, plain_model
from circuits.brian.plain_script_text import (
    IMPORTS,
    LONGEST_LINE,
    NUMBERS,
    OWN,
    UNIT_SIZES,
    commented,
    folded,
    listed,
    mapping,
    names,
    one_or_each,
    ruler,
    scaled,
    source_of,
    sourced,
)
from circuits.draw import AnimalDraw
from core.sourced import Sourced

#: Variable of a cell -> unit to show it in, the number of its population, what it is.
_CELL = {
    "C": ("pF", "capacitance", "membrane capacitance"),
    "g_leak": ("nS", "leak", "leak conductance"),
    "E_leak": ("mV", "rest", "rest potential"),
    "V_T": ("mV", "threshold", "threshold of spike initiation"),
    "slope": ("mV", "slope", "slope of spike initiation"),
    "a": ("nS", "subthreshold_adaptation", "adaptation below threshold"),
    "b": ("pA", "spike_adaptation", "adaptation added by a spike"),
    "tau_w": ("ms", "adaptation_time", "time of adaptation"),
    "V_r": ("mV", "reset", "reset potential"),
    "E_gaba": ("mV", "gaba_reversal", "reversal of GABA-A and glycine currents"),
    "bias": ("pA", "bias", "bias current"),
    "sigma": ("pA", "noise", "standard deviation of the noise"),
    "tonic_ampa": ("nS", "tonic_glutamate", "tonic AMPA conductance"),
    "tonic_gaba": ("nS", "tonic_gaba", "tonic GABA-A conductance"),
    "potassium_pool": ("nS", "potassium_pool", "potassium channels that receptors open through G proteins"),
    "potassium_power": ("", "potassium_power", "power of their opening"),
    "gain": ("", "", "gain of evoked excitation: sensitisation, glutamate, drugs"),
    "release_base": ("", "", "release without receptors: injury"),
    "v": ("mV", "", "membrane potential at the start"),
    "w": ("pA", "", "adaptation at the start"),
    "light_start": ("second", "", "light goes on"),
    "light_stop": ("second", "", "and off"),
    "light_period": ("second", "", "period of its pulses"),
    "light_pulse": ("second", "", "their length"),
    "light_conductance": ("nS", "", "conductance of the opsin"),
    "light_current": ("pA", "", "its current at 0 mV"),
}
#: Variables whose cells differ by a summand; those of all others differ by a factor.
_SUMMANDS = ("E_leak", "V_T", "bias", "v")
_EFFECTS = {"girk": "", "current": "pA", "release": ""}
#: End of a field's name -> what it is; the last three are 0 without drugs.
_FIELDS = {
    "_half": "half-saturation or half-activation",
    "_other": "loss per second that no transporter takes part in",
    "_tone": "release at a constant rate",
    "_hill": "Hill coefficient",
    "_block": "drugs: sum over antagonists of C/Ki",
    "_drive": "drugs: sum over agonists of efficacy times C/Ki",
    "_held": "drugs: sum over agonists of C/Ki",
}
_DRUGS = ("_block", "_drive", "_held")


@dataclass
class _Packed:
    """Arrays that the script unpacks, by name."""

    arrays: dict[str, np.ndarray] = field(default_factory=dict)

    def keep(self, name: str, values: np.ndarray) -> None:
        """Keep numbers in single precision, as bluespot's own program has them."""
        self.arrays[name] = values.astype("f4") if values.dtype.kind == "f" else values

    def own(self, name: str, values: np.ndarray, usual: float, unit: str) -> str:
        """The text of the number that all share, or of the one from which each differs, which is then packed."""
        if values.ndim == 0 or np.all(values == values.flat[0]):
            return scaled(float(values.flat[0]), unit)
        if usual == 0.0 or name.rpartition(".")[2] in _SUMMANDS:
            self.keep(name, (values - usual) / UNIT_SIZES.get(unit, 1.0))
            return f"own({scaled(usual, unit)}, {unit or 1})"
        self.keep(name, values / usual)
        return f"own({scaled(usual, unit)})"

    def text(self) -> str:
        """All of them as lines of base64."""
        buffer = io.BytesIO()
        np.savez_compressed(buffer, **self.arrays)  # type: ignore[arg-type]
        return "\n".join(wrap(base64.b64encode(buffer.getvalue()).decode(), LONGEST_LINE))


def script(epoch: PlainEpoch, draw: AnimalDraw, head: str, rates: Mapping[str, float]) -> str:
    """The text of a script.

    Parameters
    ----------
    epoch : PlainEpoch
        The animal and what it is told in this epoch.
    draw : AnimalDraw
        The animal's own draw, of the same structure.
    head : str
        What the script says of itself at its top.
    rates : mapping
        Population of cells -> mean rate (Hz) in bluespot's own run of this epoch, which the script prints beside its.
    """
    model, packed = plain_model(epoch), _Packed()
    seen = {name: (f"{rate:.4g}", "") for name, rate in rates.items()}
    blocks = [
        f"SECONDS = {epoch.inputs.seconds:g}  # length of the epoch",
        f"STEP = {epoch.dt_ms:g} * ms",
        OWN,
        *_constants(epoch, model),
        *_fields(model),
        *_cells(epoch, draw, model, packed),
        *_fibres(model, packed),
        *_contacts(epoch, model, packed),
        *_releases(model, packed),
        *mapping("BLUESPOT_HERTZ", seen, "mean rates in bluespot's own run of this epoch, with other noise"),
        NUMBERS.strip(),
    ]
    parts = [
        f'"""{head.strip()}\n"""',
        IMPORTS,
        "\n".join(blocks),
        ruler("the model"),
        _after_imports(plain),
        ruler("running"),
        _after_imports(plain_running),
        ruler("what every cell, fibre and contact has of its own"),
        f'PACKED = """\n{packed.text()}\n"""\n',
        'if __name__ == "__main__":\n    print(main(NUMBERS, PACKED, __doc__))\n',
    ]
    return "\n".join(parts)


def _after_imports(module: ModuleType) -> str:
    """The text of a module after its imports."""
    source = getsource(module)
    imports = [node for node in ast.parse(source).body if isinstance(node, ast.Import | ast.ImportFrom)]
    return "\n".join(source.splitlines()[max(node.end_lineno or 0 for node in imports) :]).strip("\n") + "\n"


def _constants(epoch: PlainEpoch, model: PlainModel) -> list[str]:
    kinetics, circuit = epoch.circuit.synapses, epoch.circuit
    told: dict[str, tuple[str, str, Sourced | None]] = {
        "E_K": ("mV", "reversal of potassium", circuit.potassium_reversal),
        "V_spike": ("mV", "a cell that passes it fires", None),
        "tau_noise": ("ms", "correlation time of the noise", circuit.noise_time),
        "tau_ampa": ("ms", "decay of AMPA conductance", kinetics.ampa_decay),
        "tau_nmda": ("ms", "decay of NMDA conductance", kinetics.nmda_decay),
        "tau_gaba": ("ms", "decay of GABA-A and glycine conductance", kinetics.gaba_decay),
        "nmda_ratio": ("", "NMDA over AMPA peak conductance", kinetics.nmda_ratio),
        "magnesium_half": ("", "mM of magnesium that block half of the NMDA channels at 0 mV", kinetics.magnesium_half),
        "magnesium_slope": ("mV**-1", "voltage dependence of this block", kinetics.magnesium_slope),
    }
    rows = {
        name: (scaled(float(model.constants[name]), unit), sourced(words, number))
        for name, (unit, words, number) in told.items()
    }
    return mapping("CONSTANTS", rows, "what all cells and synapses share")


def _fields(model: PlainModel) -> Iterator[str]:
    yield from (*folded(f"COMPARTMENTS = [{listed(model.compartments)}]"), "")
    yield from names("TRANSMITTERS", model.transmitters, "transmitters and what takes them up")
    yield from names("TERMINALS_OF", model.terminals, "transmitters and the receptors on their terminals")
    yield from names("RECEPTORS", model.receptors, "receptors and what activates them")
    rows = {
        name: (one_or_each(value, _field_unit(value)), _field_words(name, model))
        for name, value in model.fields.items()
        if np.any(np.asarray(value)) or not name.endswith(_DRUGS)
    }
    yield "# Concentrations, uptake and receptors: one number for all compartments, or one for each."
    yield from mapping("FIELDS", rows, "block, drive and held of drugs are 0 where they are missing")


def _field_unit(value: Any) -> str:
    """A field is a concentration, a rate or a plain number."""
    units = {"nM": nM, "nM / second": nM / second, "Hz": Hz, "": 1}
    return next(name for name, unit in units.items() if have_same_dimensions(value, unit))


def _field_words(name: str, model: PlainModel) -> str:
    if name in model.transmitters:
        return "concentration at the start"
    if name in {f"{x}_by_{r}" for x, receptors in model.terminals.items() for r in receptors}:
        return "change of release by a fully active receptor on terminals"
    found = (words for end, words in _FIELDS.items() if name.endswith(end))
    return next(found, "uptake per second at low concentration")


def _cells(epoch: PlainEpoch, draw: AnimalDraw, model: PlainModel, packed: _Packed) -> Iterator[str]:
    yield "# Cells. own(x): each cell has its own factor of x; own(x, unit): its own summand, in that unit."
    yield "CELLS = {"
    for block in epoch.structure.blocks:
        found, population = model.cells[block.name], epoch.circuit.cell_population(block.population)
        yield from (f'    "{block.name}": {{', f'        "count": {found.count},', '        "values": {')
        for name, value in found.values.items():
            if name == "place":
                yield f'            "place": {int(value[0])},  # {model.compartments[int(value[0])]}'
            elif name == "v" and np.array_equal(value, found.values["E_leak"]):
                yield '            "v": "E_leak",  # starts at rest'
            else:
                unit, path, words = _CELL[name]
                number = getattr(population, path) if path else None
                usual = _usual(name, np.asarray(value), number, draw.cells[name][block.part] if path else None)
                text = packed.own(f"{block.name}.{name}", np.asarray(value), usual, unit)
                yield from commented(f'            "{name}": {text},', _changed(words, number, usual, unit))
        yield from ("        },", *_couplings(packed, block.name, found), "    },")
    yield from ("}", "")


def _usual(name: str, value: np.ndarray, number: Sourced | None, drawn: np.ndarray | None) -> float:
    """The number from which a population's cells differ: the circuit's, times or plus what all of them got since."""
    if number is None or drawn is None:
        return 0.0 if name in _SUMMANDS else _largest(value)
    if name in (*_SUMMANDS, "E_gaba"):
        return number.si + float(np.median(value - drawn))
    alive = (drawn != 0.0) & (value != 0.0)
    return number.si * float(np.median(value[alive] / drawn[alive])) if np.any(alive) else number.si


def _largest(value: np.ndarray) -> float:
    return float(value[np.argmax(np.abs(value))])


def _changed(words: str, number: Sourced | None, usual: float, unit: str) -> str:
    """Words and source of a number, and the circuit's own where it has been changed by what happened to the animal."""
    if number is None or np.isclose(usual, number.si, rtol=1e-9, atol=0.0):
        return sourced(words, number)
    return f"{sourced(words, number)}; {scaled(number.si, unit)} without injury, sensitisation and drugs"


def _couplings(packed: _Packed, block: str, found: Cells) -> Iterator[str]:
    for effect, unit in _EFFECTS.items():
        strengths = getattr(found, effect).items()
        rows = (_coupling(packed, f"{block}.{effect}", r, (strength, unit)) for r, strength in strengths)
        yield from folded(f'        "{effect}": {{{", ".join(rows)}}},')


def _coupling(packed: _Packed, name: str, receptor: str, strength: tuple[Any, str]) -> str:
    value, unit = np.asarray(strength[0]), strength[1]
    return f'"{receptor}": {packed.own(f"{name}_{receptor}", value, _largest(value), unit)}'


def _fibres(model: PlainModel, packed: _Packed) -> Iterator[str]:
    yield "# Fibres: how many, their release without receptors, and what receptors on their terminals change of it."
    yield "FIBRES = {"
    for name, fibres in model.fibres.items():
        packed.keep(f"{name}.index", np.asarray(fibres.index, "u2"))
        packed.keep(f"{name}.milliseconds", np.asarray(fibres.times) * 1e3)
        base = np.asarray(fibres.release_base)
        text = packed.own(f"{name}.release_base", base, _largest(base), "")
        rows = (_coupling(packed, f"{name}.release", r, (strength, "")) for r, strength in fibres.release.items())
        released = f'"release_base": {text}, "release": {{{", ".join(rows)}}}'
        yield from folded(f'    "{name}": {{"count": {fibres.count}, {released}}},')
    yield from ("}", "")


def _contacts(epoch: PlainEpoch, model: PlainModel, packed: _Packed) -> Iterator[str]:
    populations = {block.name: block.population for block in (*epoch.structure.blocks, *epoch.structure.fibres)}
    yield "# Contacts: source, sign, target, mean weight of which each contact has its own factor, delay, how many."
    yield "CONTACTS = ["
    for number, found in enumerate(model.contacts):
        weight = epoch.circuit.projection(f"{populations[found.source]}_to_{populations[found.target]}").weight
        mean = weight.si or UNIT_SIZES["nS"]
        packed.keep(f"contacts.{number}.source", found.sources.astype("u2"))
        packed.keep(f"contacts.{number}.target", found.targets.astype("u2"))
        packed.keep(f"contacts.{number}.factor", np.asarray(found.weights) / mean)
        yield from commented(f"    {_contact(found, mean)}", source_of(weight))
    yield from ("]", "")


def _contact(contacts: SynapticContacts, mean: float) -> str:
    sign = "inhibits" if contacts.inhibitory else "excites"
    weight, delay = scaled(mean, "nS"), scaled(float(contacts.delay), "ms")
    return f'("{contacts.source}", "{sign}", "{contacts.target}", {weight}, {delay}, {len(contacts.sources)}),'


def _releases(model: PlainModel, packed: _Packed) -> Iterator[str]:
    yield "# Volume transmission: what a spike of one cell adds in each compartment."
    yield "RELEASES = ["
    for number, release in enumerate(model.releases):
        quantum = np.asarray(release.quantum)
        packed.keep(f"releases.{number}.living", np.any(quantum > 0, axis=1))
        yield f'    ("{release.source}", "{release.transmitter}", {{'
        for place, most in zip(model.compartments, quantum.max(axis=0), strict=True):
            if most:
                yield f'        "{place}": {scaled(float(most), "nM")},'
        yield "    }),"
    yield from ("]", "")
