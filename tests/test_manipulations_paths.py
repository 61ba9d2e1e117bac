"""A manipulation changes exactly what it names: what epochs and the slow clock are told changes there, nowhere else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from small_animals import disturbed_state, strong_stimulus
from test_mechanisms_paths import (
    FOLLOWS,
    PACEMAKERS,
    REACHED,
    RELEASED_ALONG,
    THROUGH,
    Told,
    changed,
    drawn,
    parted,
    told,
    whole,
)

from circuits import ligated, naive
from circuits.circuit import Circuit
from circuits.draw import DEAD, ranks
from circuits.epoch import prepare
from circuits.manipulations import Manipulations, OpsinSchedule, parameters
from circuits.manipulations.lesions import (
    AGENTS,
    GLT1_SIRNA,
    Agent,
    ProteinLoss,
    ToxinLesion,
    ramp,
)
from circuits.manipulations.optogenetics import OPSINS, OpsinActivation
from circuits.moment import Moment
from circuits.slow_clock import advance
from circuits.slow_state import first_state
from core.errors import UserError
from core.exposure import NO_DRUG
from core.sourced import with_value

#: Long before the epoch that `told` prepares, and so complete.
EARLY = -21 * 24.0
ONE_AGENT = pytest.mark.parametrize("agent", AGENTS, ids=lambda agent: agent.key)
#: Name of a release -> the transmitters that are released by it, what stands on its own terminals first.
RELEASES = {
    release.name: [t for t in ligated.transmitters if release.name in (each.name for each in t.releases)]
    for transmitter in ligated.transmitters
    for release in transmitter.releases
}


def source_of(name: str) -> str:
    """The population of a release."""
    return name.partition("_in_")[0]


def place_of(name: str) -> str:
    """The compartment of a release."""
    return name.partition("_in_")[2]


def with_lesion(agent: Agent, extent: float | None = None, hours: float = EARLY) -> Circuit:
    return ligated.manipulated(lesions=(ToxinLesion(agent, hours, extent),))


def remaining(circuit: Circuit, hours: float) -> dict[str, float]:
    """What lesions have left by then."""
    return Moment(circuit, disturbed_state(hours)).remaining


# --- lesions ----------------------------------------------------------------------------------------------------


def lost_releases(agent: Agent) -> list[str]:
    of_cells = [name for name in RELEASES if source_of(name) in agent.cells]
    return [*agent.terminals, *of_cells]


def through_terminals(agent: Agent) -> set[tuple[str, str]]:
    """Quanta of the lost releases, the uptake by their transporters, and where all that is cleared by them stands."""
    reached = set()
    for name in lost_releases(agent):
        place, own = place_of(name), RELEASES[name][0]
        reached |= {
            (f"{what}", place) for x in RELEASES[name] for what in (f"volume.{x.name}_quantum", f"fields.{x.name}")
        }
        tones = [(x, tone) for x in RELEASES[name] for tone in x.tones if tone.scaled_by.endswith(f".{name}")]
        reached |= {(f"fields.{x.name}_tone", tone.compartment) for x, tone in tones}
        for x in ligated.transmitters:
            for k, transporter in enumerate(x.clearance.shares):
                if transporter == own.terminal_transporter:
                    reached |= {(f"fields.{x.name}_uptake{k + 1}", place)}
                    if place in REACHED[x.name]:
                        reached |= {(f"fields.{x.name}", place)}
    # Noradrenaline governs the release of acetylcholine.
    return reached | {("fields.acetylcholine", place) for name, place in reached if name == "fields.noradrenaline"} & {
        ("fields.acetylcholine", place) for place in REACHED["acetylcholine"]
    }


def through_cells(agent: Agent) -> set[tuple[str, str]]:
    """Whatever a lost cell is told; and the rates its neighbours are then expected at."""
    told_of = {name for name, _ in whole() if name.startswith("cells.")}
    untouched = {"cells.v", "cells.C", "cells.g_leak", "cells.E_leak", "cells.slope", "cells.a", "cells.b"}
    untouched |= {"cells.tau_w", "cells.V_r", "cells.E_gaba", "cells.compartment", "cells.noise_id"}
    reached = {(name, cell) for name in told_of - untouched for cell in agent.cells}
    for x, cells in PACEMAKERS.items():
        if any(cell in agent.cells for cell in cells):
            reached |= {("cells.w", cell) for cell in cells} | {(f"fields.{x}", place) for place in REACHED[x]}
            reached |= RELEASED_ALONG.get(x, set())
            reached |= {("slow", variable) for variable in FOLLOWS[x]}
    return reached


def following(agent: Agent) -> set[tuple[str, str]]:
    """What slowly follows a transmitter that is lost, or no longer cleared, somewhere."""
    moved = {name.removeprefix("fields.") for name, _ in through_terminals(agent)}
    return {("slow", variable) for x in moved if x in FOLLOWS for variable in FOLLOWS[x]}


@ONE_AGENT
def test_a_lesion_of_terminals_changes_release_and_uptake_where_it_reaches_and_nothing_else(agent: Any) -> None:
    found = changed(whole(), told(with_lesion(agent)))
    fast = {where for where in found if where[0] != "slow"}
    assert through_terminals(agent) <= fast
    near = {("cells.w", cell) for cells in PACEMAKERS.values() for cell in cells}  # by terminals around the bodies
    assert fast <= through_terminals(agent) | through_cells(agent) | near_terminals(agent, near)
    assert found - fast <= following(agent) | through_cells(agent)


def near_terminals(agent: Agent, near: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """Autoreceptors see another transmitter only where terminals end around cell bodies that clear it too."""
    bodies = {
        "locus_coeruleus": "noradrenaline",
        "locus_coeruleus_spinal": "noradrenaline",
        "raphe": "serotonin",
        "a11": "dopamine",
    }
    touched = {place for name, place in through_terminals(agent) if name.endswith(tuple("12"))} & set(bodies)
    reached = {(f"fields.{bodies[place]}", where) for place in touched for where in REACHED[bodies[place]]}
    reached |= {where for place in touched for where in RELEASED_ALONG.get(bodies[place], ())}
    return reached | {where for where in near if any(where[1] in PACEMAKERS[bodies[place]] for place in touched)}


@ONE_AGENT
@pytest.mark.parametrize("extent", [0.0, 1.0])
def test_nothing_changes_at_extent_0_and_nothing_is_left_at_extent_1(agent: Any, extent: float) -> None:
    left = told(with_lesion(agent, extent))
    if extent == 0.0:
        assert not changed(whole(), left)
        return
    for name in lost_releases(agent):
        place, own = place_of(name), RELEASES[name][0]
        for x in RELEASES[name]:
            quanta = f"volume.{x.name}_quantum", place
            assert not left[quanta][left[quanta] != whole()[quanta]].any()
            others = [r for r in x.releases if r.compartment == place and r.name not in lost_releases(agent)]
            assert left[quanta].any() == bool(others)
            assert (left[f"fields.{x.name}", place] == 0.0) != bool(others)
        taken = list(own.clearance.shares).index(own.terminal_transporter) + 1
        assert left[f"fields.{own.name}_uptake{taken}", place] == 0.0


@ONE_AGENT
def test_before_it_a_lesion_has_done_nothing(agent: Any) -> None:
    assert not changed(whole(), told(with_lesion(agent, hours=40 * 24.0)))


@pytest.mark.parametrize("agent", [a for a in AGENTS if a.cells], ids=lambda agent: agent.key)
def test_lost_cells_are_silent_and_the_same_ones_whatever_the_toxin(agent: Any) -> None:
    half, more = (told(with_lesion(agent, extent)) for extent in (0.5, 0.8))
    for population in agent.cells:
        dead = [each["cells.V_T", population] == DEAD["V_T"] for each in (half, more)]
        count = len(dead[0])
        assert [d.sum() for d in dead] == [round(0.5 * count), round(0.8 * count)]
        assert (dead[0] <= dead[1]).all(), "who is gone at half is gone at more"
        assert not half["cells.gain", population][dead[0]].any()
        assert half["cells.V_T", population][~dead[0]].tobytes() == whole()["cells.V_T", population][~dead[0]].tobytes()


def test_a_lesion_grows_evenly_until_it_is_complete() -> None:
    dsp4 = AGENTS[0]
    grown = [ToxinLesion(dsp4, 24.0, complete_hours=48.0).grown(hours) for hours in (0.0, 24.0, 48.0, 72.0, 1000.0)]
    assert grown == [0.0, 0.0, 0.5, 1.0, 1.0]
    assert ramp(1.0, 0.0) == 1.0


def test_two_toxins_leave_what_both_leave() -> None:
    dsp4, ohda = (next(a for a in AGENTS if a.name == name) for name in ("DSP-4", "6-OHDA"))
    both = ligated.manipulated(lesions=(ToxinLesion(dsp4, EARLY, 0.5), ToxinLesion(ohda, EARLY, 0.5)))
    left = remaining(both, 0.0)
    assert left["terminals_left.locus_coeruleus_spinal_in_dorsal_horn_ipsi"] == 0.25
    assert left["terminals_left.locus_coeruleus_ascending_in_forebrain"] == 0.5
    assert left["transporter_left.NET.dorsal_horn_ipsi"] == 0.25
    assert left["transporter_left.SERT.dorsal_horn_ipsi"] == 1.0


def test_release_and_uptake_fall_together_so_that_less_is_missing_than_terminals() -> None:
    """Half of the terminals gone leaves more than half of the noradrenaline: what is left is cleared more slowly."""
    half = told(with_lesion(next(a for a in AGENTS if a.key == "6-OHDA_it"), 0.5))
    share = half["fields.noradrenaline", "dorsal_horn_ipsi"] / whole()["fields.noradrenaline", "dorsal_horn_ipsi"]
    assert 0.5 < share < 0.95


# --- knock-down -------------------------------------------------------------------------------------------------


def test_a_knock_down_lowers_glutamate_clearance_in_the_locus_coeruleus_and_what_gabapentinoids_do_through_it() -> None:
    down = ligated.manipulated(knock_downs=(ProteinLoss("GLT-1", EARLY, 0.6, 72.0),))
    without = "alpha2delta_on_locus_coeruleus_glutamate"
    assert changed(whole(), told(down)) == {("slow", "glutamate_clearance"), *THROUGH[without]}
    assert changed(told(ligated.without(without)), told(down.without(without))) == {("slow", "glutamate_clearance")}
    nothing = ligated.manipulated(knock_downs=(ProteinLoss("GLT-1", EARLY, 0.0, 72.0),))
    assert not changed(whole(), told(nothing))


def test_a_knock_down_in_a_normal_rat_goes_as_far_as_ligation_does_and_comes_back() -> None:
    down = naive.manipulated(knock_downs=(ProteinLoss("GLT-1", 0.0, 0.6, 72.0, until=20 * 24.0),))
    seen = []
    moment = Moment(down, first_state(-24.0))
    for day in (0, 19, 60):
        moment = advance(moment, lambda _: NO_DRUG, 24.0 * day)
        seen.append(moment.state.variables["glutamate_clearance"])
    assert seen == pytest.approx([1.0, 0.4, 1.0], abs=0.01)


# --- light ------------------------------------------------------------------------------------------------------


def lit(*lights: OpsinActivation) -> Told:
    """All that the strong epoch is told under light."""
    stimulus = replace(strong_stimulus(0.4), opsins=lights)
    inputs, trains = prepare(Moment(ligated, disturbed_state(), NO_DRUG, drawn()), stimulus, "path", 0.1)
    found = {("afferents", n): np.concatenate([train.seconds, train.index]) for n, train in trains.items()}
    for name, value in inputs.arguments.items():
        found |= {(name, of): part for of, part in parted(name, np.asarray(value))}
    return found


ON_RAPHE = OpsinActivation(("raphe",), 0.1, 0.2, True, conductance=20e-9, reversal=-0.095)


def test_light_changes_the_lit_cells_and_nothing_else() -> None:
    names = {name for name, of in changed(lit(), lit(ON_RAPHE)) if of == "raphe"}
    assert {of for _, of in changed(lit(), lit(ON_RAPHE))} == {"raphe"}
    assert names == {f"cells.light_{what}" for what in ("start", "stop", "period", "pulse", "conductance", "current")}


def test_in_the_dark_nothing_is_added() -> None:
    dark = lit()
    assert not any(dark[f"cells.light_{what}", b.name].any() for what in ("conductance", "current") for b in blocks())


def blocks() -> Any:
    return drawn().structure.blocks


@pytest.mark.parametrize("share", [0.0, 0.25, 1.0])
def test_light_falls_on_a_share_of_the_cells(share: float) -> None:
    found = lit(replace(ON_RAPHE, share=share))["cells.light_conductance", "raphe"]
    assert (found > 0).sum() == round(share * len(found))


def test_two_lights_on_one_population_are_refused() -> None:
    with pytest.raises(UserError, match="raphe is lit twice in one epoch"):
        lit(ON_RAPHE, replace(ON_RAPHE, start=0.3, stop=0.4))


def test_silenced_fibres_conduct_nothing_meanwhile_and_others_all() -> None:
    dark, found = lit(), lit(OpsinActivation(("ipsi_a_beta",), 0.1, 0.3, True))
    assert changed(dark, found) == {("afferents", "ipsi_a_beta")}
    seconds = found["afferents", "ipsi_a_beta"][: len(found["afferents", "ipsi_a_beta"]) // 2]
    before = dark["afferents", "ipsi_a_beta"][: len(dark["afferents", "ipsi_a_beta"]) // 2]
    assert ((before >= 0.1) & (before < 0.3)).any()
    assert seconds.tobytes() == before[(before < 0.1) | (before >= 0.3)].tobytes()


def test_stimulated_fibres_fire_once_a_pulse_more() -> None:
    light = OpsinActivation(("ipsi_c_peptidergic",), 0.1, 0.3, False, period=0.05, pulse=0.005)
    count = drawn().structure.block("ipsi_c_peptidergic").count
    dark, found = (len(each["afferents", "ipsi_c_peptidergic"]) // 2 for each in (lit(), lit(light)))
    assert found - dark == 4 * count


def test_ranks_are_places_among_ones_own() -> None:
    places = ranks(blocks()[:1], np.linspace(1.0, 0.0, blocks()[0].count))
    assert places.max() < 1.0
    assert (np.diff(places) < 0).all()


def test_light_shines_when_it_is_said_to() -> None:
    day = OpsinSchedule(ON_RAPHE, spans=((24.0, 26.0),))
    assert [day.on(hours, "", 0.0) for hours in (23.9, 24.0, 25.9, 26.0)] == [None, ON_RAPHE, ON_RAPHE, None]
    assay = OpsinSchedule(ON_RAPHE, assays=("paw_pressure",))
    assert assay.on(1.0, "paw_pressure", 0.5) == ON_RAPHE.moved(0.5)
    assert assay.on(1.0, "brush", 0.5) is None
    assert OpsinSchedule(ON_RAPHE).on(1.0, "", 0.0) is None, "not at rest between assays"
    assert Manipulations(optogenetics=(day, assay)).opsins_on(25.0, "paw_pressure", 0.5) == (
        ON_RAPHE,
        ON_RAPHE.moved(0.5),
    )


def test_the_onset_of_a_stimulus_is_when_it_touches_the_paw() -> None:
    assert strong_stimulus(0.4).onset == 0.0
    late = np.array([0.0] * 30 + [5.0] * 10)
    assert replace(strong_stimulus(0.4), force={"ipsi": late}, temperature={}, brush={}).onset == pytest.approx(0.3)


# --- numbers ----------------------------------------------------------------------------------------------------


def test_every_number_of_a_lesion_changes_what_is_left() -> None:
    for agent in AGENTS:
        for path, _ in (p for p in parameters() if p[0].startswith(f"lesions.{agent.key}.")):
            own = path.removeprefix(f"lesions.{agent.key}.")
            number = dict(parameters())[path]
            other = with_value(agent, own, 0.9 * number.value)
            half_way = agent.complete_after.si / 7200
            mine, others = (remaining(with_lesion(each, hours=0.0), half_way) for each in (agent, other))
            assert mine != others, path


def test_every_number_has_a_range_or_was_read() -> None:
    for path, number in parameters():
        if number.status == "assumed":
            assert number.low is not None, path
            assert number.high is not None, path
            assert float(number.low) <= number.si <= float(number.high), path
    assert {path.split(".")[0] for path, _ in parameters()} == {"lesions", "knock_downs", "light", "anaesthesia"}
    assert GLT1_SIRNA.extent.si > 0
    assert OPSINS.pulse.si == 0.005


def test_what_lesions_left_is_among_the_quantities() -> None:
    assert Moment(ligated, disturbed_state()).quantities["glt1_left"] == 1.0
