"""Holds for every number of the circuit: a dimension, a source, a range, and *changing it changes something*."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from dataclasses import astuple, replace
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from brian2.units import Hz, Quantity, amp, farad, metre, molar, pF, second, siemens, volt
from brian2.units.fundamentalunits import get_dimensions
from small_animals import RECEPTORS, SEED, SIZE, TRANSMITTERS, bound, disturbed_state

from circuits import SWITCHES, Circuit, ligated
from circuits.brian.epoch_data import EpochInputs
from circuits.draw import AnimalDraw, draw_animal
from circuits.epoch import prepare
from circuits.moment import Moment
from circuits.receptors import COUPLING_EFFECTS, Coupling, PlainCoupling
from circuits.slow_clock import advance, observe
from circuits.slow_state import UNDISTURBED, SlowState
from circuits.stimulus import BIN, Stimulus
from circuits.structure import structure
from core.errors import UserError
from core.exposure import Exposure, SiteBinding
from core.sourced import ASSUMED, DERIVED, FITTED, Sourced
from core.units import millinewton
from core.vocabulary import CHANNEL_STATES, COMPARTMENTS, FOLLOWED_SITES, SITES, TRANSPORTERS

NUMBERS = dict(ligated.parameters())
PATHS = sorted(NUMBERS)
COUPLINGS: tuple[Coupling | PlainCoupling, ...] = (*ligated.couplings, *ligated.plain_couplings)
_GIRK = next(coupling for coupling in ligated.couplings if coupling.effect == "girk")

#: Hours after the ligation at which an epoch is prepared: what is quick is told from what is slow.
ROOT = Path(__file__).parents[1]
BIBLIOGRAPHY = set(
    re.findall(r"^@\w+\{([^,\s]+),", (ROOT / "docs" / "references.bib").read_text("utf-8"), re.MULTILINE)
)

#: Ends of paths (regular expressions) -> the unit that such numbers have; the first that fits counts.
UNITS: dict[str, Quantity | float] = {
    r"\.capacitance": farad,
    r"\.(leak|subthreshold_adaptation|tonic_glutamate|tonic_gaba|weight|potassium_pool)": siemens,
    r"\.(rest|threshold|slope|reset|gaba_reversal|spread_potential)|potassium_reversal": volt,
    r"\.(spike_adaptation|bias|bias_spread|noise)": amp,
    r"(_time|\.time|\.onset|\.time_constant|_decay)": second,
    r"synapses\.delays\..*": second,
    r"\.conduction_velocity": metre / second,
    r"conduction_distance": metre,
    r"\.(peak_rate|heat_gain|brush_rate|chemical_rate|half_drive)|clearance\.rate": Hz,
    r"(force_threshold|saturating_force)": millinewton,
    r"receptors\.alpha2A_terminals\.half_activation": 1.0,
    r"(half_activation|half_saturation\..*|\.quantum|\.level)": molar,
    r"differences\.[a-z0-9_]*_rate\.amplitude": Hz,
    r"differences\.gaba_reversal_shift\.amplitude": volt,
    r"differences\.[a-z0-9_]*\.amplitude": 1.0,
    r"plasticity\.[a-z0-9A-Z_]*\.[a-z0-9_]*": 1.0,
    r"(\.use\.inactivated|\.competitor)": 1.0,
    r"\.(standard|regularity|force_spread|adapted_share|(heat|electric)_threshold|heat_spread|spread|in_degree)": 1.0,
    r"\.potassium_power": 1.0,
    r"synapses\.(nmda_ratio|magnesium_half|magnesium_slope|weight_spread)": 1.0,
    r"(\.hill|\.share|\.autoinhibition|shares(_in)?\..*|l5_share|variability\..*|conduction_spread)": 1.0,
}

#: A size at which every rare kind of fibre or cell exists in the animal; nothing is compiled for it.
LARGE_ENOUGH = 0.5
HOURS = (0.2, 30.0, 21 * 24.0)


def opened() -> Circuit:
    """`ligated` with every zero at the end of its range, so that no closed gate hides the numbers behind it.

    Repair through alpha1 alone would be such a gate: little of alpha1 is ever active. C fibres fire fast enough
    to do so within a short epoch.
    """
    circuit = ligated.with_value("differences.spontaneous_c_fibre_rate.amplitude", 20 * Hz)
    for path, number in NUMBERS.items():
        if number.si == 0.0 and path != "plasticity.repair.alpha1_share":
            circuit = circuit.with_value(path, number.high)
    return circuit


def everything(seconds: float = 0.4) -> Stimulus:
    """All that can be done to a paw, and to the forepaw as to a hind paw, beyond what any fibre needs to answer."""
    rise = (np.arange(round(seconds / BIN)) + 1) * BIN / seconds
    sides = ("ipsi", "contra", "")
    return Stimulus(
        seconds,
        force=dict.fromkeys(sides, 600.0 * rise),
        temperature=dict.fromkeys(sides, 32.0 + 130.0 * rise),
        brush=dict.fromkeys(sides, rise),
        capsaicin=dict.fromkeys(sides, rise),
        electric=dict.fromkeys(sides, 60.0 * rise),
    )


def drugs_everywhere(strength: float = 1.0) -> Exposure:
    """Something at every site of every compartment; agonists at receptors only."""
    agonist = SiteBinding(block=strength, drive=0.3 * strength, held=0.5 * strength)
    states = {f"Nav_{state}": SiteBinding(block=strength / 10**k) for k, state in enumerate(CHANNEL_STATES)}
    return bound({site: agonist if site in RECEPTORS else SiteBinding(block=strength) for site in SITES} | states)


def raised(strength: float) -> Exposure:
    """Uptake blocked, HDAC and alpha2delta held, receptors free."""
    return bound(dict.fromkeys((*TRANSPORTERS, "HDAC", "alpha2delta"), SiteBinding(block=strength)))


def digest(*parts: object) -> bytes:
    total = hashlib.blake2b(digest_size=16)
    for part in parts:
        total.update(part.tobytes() if isinstance(part, np.ndarray) else repr(part).encode())
    return total.digest()


def told(inputs: EpochInputs) -> bytes:
    """What the compiled program is told."""
    arguments = [part for name in sorted(inputs.arguments) for part in (name, inputs.arguments[name])]
    return digest(inputs.seconds, *arguments, inputs.afferents)


def views(circuit: Circuit) -> Iterator[Callable[[], bytes]]:
    """Everything downstream of the numbers, cheapest first: shape, slow clock, contacts, epochs."""
    shape = structure(circuit, LARGE_ENOUGH)
    yield lambda: digest(astuple(shape))
    draw = draw_animal(circuit, shape, SEED, 0)
    yield lambda: digest(*(part for contacts in draw.contacts.values() for part in contacts))
    yield lambda: digest(observed(circuit))
    for hours in HOURS:
        yield partial(prepared, circuit, draw, hours)
    for strength in (0.0, 0.3, 1.0, 3.0, 10.0, 40.0):
        yield partial(advanced, circuit, draw, strength)


def prepared(circuit: Circuit, draw: AnimalDraw, hours: float) -> bytes:
    return told(
        prepare(Moment(circuit, disturbed_state(hours), drugs_everywhere(), draw), everything(), "test", 0.1)[0]
    )


def observed(circuit: Circuit) -> SlowState:
    """What the slow clock makes of the averages of a rest epoch."""
    rates = [block.name for block in (*structure(circuit, SIZE).blocks, *structure(circuit, SIZE).fibres)]
    averages = {f"{name}_rate_hertz": 0.5 + 0.1 * k for k, name in enumerate(rates)}
    averages |= {f"{x}_{place}_nanomolar": 12.0 for x in TRANSMITTERS for place in COMPARTMENTS}
    return observe(Moment(circuit, disturbed_state(), drugs_everywhere(0.2)), averages).state


def advanced(circuit: Circuit, draw: AnimalDraw, strength: float) -> bytes:
    """The slow state some hours later, under this much uptake block."""
    before = Moment(circuit, disturbed_state(), raised(strength), draw)
    after = advance(before, lambda _: raised(strength), before.state.hours + 6.0, longest=6.0)
    return digest(sorted(after.state.variables.items()))


@cache
def base() -> tuple[Circuit, tuple[bytes, ...]]:
    circuit = opened()
    return circuit, tuple(view() for view in views(circuit))


def other_values(path: str) -> Iterator[object]:
    """A fifth more, else further: a share of few cells, or a whole number, moves only by a larger step."""
    number, here = NUMBERS[path], dict(base()[0].parameters())[path].value
    yield from ([number.value] if number.si == 0.0 else [])
    yield from (here * factor for factor in (1.2, 0.8, 2.0, 0.3, 5.0) if _can_be(path, here * factor))
    yield from (bound for bound in (number.low, number.high) if bound is not None)


def _can_be(path: str, value: Any) -> bool:
    """Whether a circuit takes this value: potassium channels open by a share."""
    try:
        ligated.with_value(path, value)
    except UserError:
        return False
    return True


def alive(path: str) -> bool:
    """Whether another value at `path` changes anything downstream."""
    circuit, expected = base()
    for value in other_values(path):
        changed = circuit.with_value(path, value)
        if any(view() != was for view, was in zip(views(changed), expected, strict=True)):
            return True
    return False


def unit_of(path: str) -> Quantity | float:
    """The unit that a number at this path must have."""
    strengths = {f"couplings.{c.name}.strength": COUPLING_EFFECTS[c.effect] for c in ligated.couplings}
    strengths |= {f"plain_couplings.{c.name}.strength": 1.0 for c in ligated.plain_couplings}
    if path in strengths:
        return strengths[path]
    return next(unit for end, unit in UNITS.items() if re.search(f"(?:{end})$", path))


@pytest.mark.parametrize("path", PATHS)
def test_every_number_has_a_dimension_a_source_and_a_range_that_holds_it(path: Any) -> None:
    number = NUMBERS[path]
    assert get_dimensions(number.value) == get_dimensions(unit_of(path))
    if number.source in (ASSUMED, FITTED, DERIVED):
        assert number.note
    else:
        assert number.source in BIBLIOGRAPHY, f"{number.source} is not in docs/references.bib"
    if number.status in ("assumed", "fitted"):
        assert number.low is not None, "a number nobody is sure of has a range"
        assert number.high is not None, "a number nobody is sure of has a range"
    assert number.low is None or number.low <= number.value
    assert number.high is None or number.value <= number.high
    named = re.findall(r"\b([A-Z][A-Za-z]+) ?((?:19|20)\d\d[a-z]?)\b", number.note)
    assert not [author + year for author, year in named if author + year not in BIBLIOGRAPHY]


def test_paths_are_unique_and_lead_to_their_number() -> None:
    assert len(list(ligated.parameters())) == len(NUMBERS) > 400
    for path in PATHS[::20]:
        value = NUMBERS[path].value * 1.5
        changed = dict(ligated.with_value(path, value).parameters())
        assert changed[path].value == value
        assert {other for other in PATHS if changed[other] != NUMBERS[other]} <= {path}


def test_an_unknown_path_or_another_dimension_is_refused() -> None:
    with pytest.raises(UserError, match=r'no parameter "couplings\.alpha2\.strength"\. Nearest: '):
        ligated.with_value("couplings.alpha2.strength", 1.0)
    with pytest.raises(UserError, match=r"^l5_share = .*: expected a plain number, such as 0\.5\."):
        ligated.with_value("l5_share", 1.0 * second)
    with pytest.raises(UserError, match=r'^cells\.projection\.capacitance = "90": expected a quantity such as'):
        ligated.with_value("cells.projection.capacitance", "90")


def test_a_value_may_be_text() -> None:
    by_text = ligated.with_value("cells.projection.capacitance", "90 pF")
    assert by_text == ligated.with_value("cells.projection.capacitance", 90 * pF)


@pytest.mark.parametrize("path", PATHS)
def test_changing_a_number_changes_something(path: Any) -> None:
    assert alive(path), f"{path} does nothing"


def test_a_number_that_does_nothing_would_be_found() -> None:
    """The contract is not empty: where a coupling is switched off, its strength is a dead number."""
    circuit, path = ligated.without("alpha2_girk_on_islet"), "couplings.alpha2_girk_on_islet.strength"
    changed = circuit.with_value(path, NUMBERS[path].value * 0.5)
    assert [view() for view in views(changed)] == [view() for view in views(circuit)]


# --- switches -------------------------------------------------------------------------------------------------


@cache
def untouched() -> tuple[bytes, ...]:
    return tuple(view() for view in views(ligated))


@pytest.mark.parametrize("switch", SWITCHES)
def test_every_switch_switches_something_off(switch: Any) -> None:
    views_without = views(ligated.without(switch))
    assert any(view() != was for view, was in zip(views_without, untouched(), strict=True)), f"{switch} does nothing"


def test_a_group_is_all_of_its_couplings() -> None:
    for group in dict.fromkeys(coupling.group for coupling in COUPLINGS):
        members = [coupling.name for coupling in COUPLINGS if coupling.group == group]
        one_word, each = ligated.without(group), ligated.without(*members)
        assert [view() for view in views(one_word)] == [view() for view in views(each)], group
        assert not any(one_word.is_on(coupling) for coupling in COUPLINGS if coupling.group == group)


def test_every_coupling_is_scaled_by_something_that_exists() -> None:
    known = Moment(ligated, disturbed_state()).quantities
    for coupling in COUPLINGS:
        assert not coupling.scaled_by or coupling.scaled_by in known or f"{coupling.scaled_by}_ipsi" in known
    for transmitter in ligated.transmitters:
        scaled = [release.scaled_by for release in transmitter.releases] + [transmitter.autoreceptor_scaled_by]
        assert all(not name or name in known for name in scaled)


def test_names_lead_somewhere() -> None:
    """Targets, sources, receptors, sites and quantities that are named in one place exist in another."""
    cells, fibres = ({p.name for p in group} for group in (ligated.cells, ligated.afferents))
    receptors = {receptor.name for receptor in ligated.receptors}
    for coupling in ligated.couplings:
        assert set(coupling.targets) <= cells | fibres | set(TRANSMITTERS)
        assert coupling.receptor in receptors
        assert coupling.effect in COUPLING_EFFECTS
    for projection in ligated.projections:
        assert projection.source in cells | fibres
        assert projection.target in cells
        assert projection.delay_class in ligated.synapses.delays
    for transmitter in ligated.transmitters:
        assert not transmitter.autoreceptor or transmitter.autoreceptor in receptors
        assert {release.compartment for release in transmitter.releases} <= set(COMPARTMENTS)
        assert {release.source for release in transmitter.releases} <= cells
        assert set(transmitter.clearance.shares) == set(transmitter.clearance.half_saturation) <= set(TRANSPORTERS)
        for compartment in COMPARTMENTS:
            shares = transmitter.clearance.shares_of(compartment)
            assert list(shares) == list(transmitter.clearance.shares)
            assert sum(share.si for share in shares.values()) < 1.0
    assert {site for coupling in ligated.plain_couplings for site in coupling.sites} <= set(SITES)
    sites = {receptor.name for receptor in ligated.receptors if receptor.name in SITES}
    follow = {receptor.name: receptor.agonist for receptor in ligated.receptors if receptor.name not in sites}
    assert follow == FOLLOWED_SITES
    assert set(follow.values()) <= sites
    followed = {coupling.follows for coupling in ligated.plain_couplings} - {""}
    assert followed <= set(UNDISTURBED)


@pytest.mark.parametrize("receptor", FOLLOWED_SITES)
def test_a_receptor_without_a_site_is_told_with_the_one_it_follows(receptor: str) -> None:
    with pytest.raises(UserError) as caught:
        bound({receptor: SiteBinding(block=1.0)})
    assert str(caught.value) == (
        f"{receptor} has no site of its own: it follows {FOLLOWED_SITES[receptor]}; name {FOLLOWED_SITES[receptor]}."
    )


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"effect": "curent"}, 'no effect "curent". Nearest: current'),
        ({"targets": "islet"}, "targets = 'islet': expected a tuple of populations"),
        ({"strength": 1 * siemens}, "strength = 1. S: expected a number with its source"),
        ({"effect": "current"}, f"strength = {_GIRK.strength.value}: expected A, such as 5 * pA"),
        ({"strength": Sourced(1 * siemens, ASSUMED, "a unit")}, "strength = 1. S: expected no unit"),
        ({"strength": Sourced(1.0, ASSUMED, "all")}, "opens alone lies from 0 to less than 1"),
        ({"strength": Sourced(-0.1, ASSUMED, "less than none")}, "opens alone lies from 0 to less than 1"),
        ({"share": Sourced(1 * siemens, ASSUMED, "a unit")}, "share = 1. S: expected no unit"),
        ({"receptor": "alfa1"}, 'no receptor "alfa1". Nearest: alpha1'),
        ({"targets": ("islett",)}, 'no population "islett". Nearest: islet'),
        ({"name": ligated.couplings[1].name}, "two couplings have this name"),
    ],
)
def test_a_coupling_that_cannot_be_is_told(changes: dict[str, Any], told: str) -> None:
    with pytest.raises(UserError, match=re.escape(told)):
        replace(ligated, couplings=(*ligated.couplings, replace(_GIRK, **({"name": "mine"} | changes))))
