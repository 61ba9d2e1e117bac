"""Manipulations on spikes: what is injected, lesioned, silenced or stimulated acts through the circuit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from small_animals import DAY, SIZE, SmallAnimal, animal, same_spikes

from circuits import Circuit, naive
from circuits.manipulations.lesions import AGENTS, ToxinLesion
from circuits.manipulations.optogenetics import OPSINS, OpsinActivation
from circuits.stimulus import Stimulus
from core.exposure import NO_DRUG, Exposure
from core.records import AnimalRecord
from drugs import clonidine, duloxetine, idazoxan
from drugs.binding import exposure
from experiments import Arm, KnockDown, Silencing, Stimulation, Study
from experiments import Lesion as LesionOfArm
from experiments.laboratory import assays
from experiments.laboratory.animal import run_matched_animals
from experiments.laboratory.bench import Bench, EpochCache

#: All of it compiles and simulates.
pytestmark = pytest.mark.slow

COERULEUS = ("locus_coeruleus_spinal", "locus_coeruleus_ascending")
SECONDS = 4.0


@pytest.fixture(scope="module")
def rat() -> Iterator[Any]:
    with animal(naive, 1) as found:
        yield found


def silencing(start: float = 0.0, stop: float = 1e6) -> OpsinActivation:
    numbers = (OPSINS.silencing_conductance, OPSINS.silencing_reversal)
    conductance, reversal = (number.si for number in numbers)
    return OpsinActivation(COERULEUS, start, stop, True, conductance=conductance, reversal=reversal)


def rate(result: Any, start: float, stop: float, populations: tuple[str, ...] = COERULEUS) -> float:
    """Spikes per cell and second of populations."""
    trains = [result.spikes[name] for name in populations]
    count = sum(int(((t.seconds >= start) & (t.seconds < stop)).sum()) for t in trains)
    return float(count / sum(t.cells for t in trains) / (stop - start))


# --- light ------------------------------------------------------------------------------------------------------


def test_silenced_cells_are_silent_while_it_is_light_and_nobody_is_before(rat: Any) -> None:
    dark = rat.epoch(Stimulus(SECONDS))
    light = rat.epoch(Stimulus(SECONDS, opsins=(silencing(1.0, 2.0),)))
    assert rate(light, 1.02, 2.0) == 0.0 < rate(dark, 1.02, 2.0)
    assert rate(light, 2.0, SECONDS) > 0.0
    for name, train in dark.spikes.items():
        before = [t.seconds[t.seconds < 1.0].tobytes() for t in (train, light.spikes[name])]
        assert before[0] == before[1]


def test_stimulated_cells_follow_the_pulses(rat: Any) -> None:
    conductance = OPSINS.stimulation_conductance.si
    pulses = OpsinActivation(COERULEUS, 1.0, 3.0, False, conductance=conductance, period=0.2, pulse=0.005)
    train = rat.epoch(Stimulus(SECONDS, opsins=(pulses,))).spikes["locus_coeruleus_ascending"]
    phase = (train.seconds[(train.seconds >= 1.0) & (train.seconds < 3.0)] - 1.0) % 0.2
    answered = (phase < 0.02).sum() / train.cells / 10
    assert 0.75 < answered < 1.5, "about one spike of a cell a pulse"
    assert rate(rat.epoch(Stimulus(SECONDS, opsins=(pulses,))), 1.0, 3.0) > rate(rat.epoch(Stimulus(SECONDS)), 1.0, 3.0)


def test_currents_act_as_conductances_do(rat: Any) -> None:
    dark = rate(rat.epoch(Stimulus(SECONDS)), 1.0, 3.0)
    down, up = (OpsinActivation(COERULEUS, 1.0, 3.0, True, current=current) for current in (-200e-12, 30e-12))
    assert rate(rat.epoch(Stimulus(SECONDS, opsins=(down,))), 1.05, 3.0) == 0.0
    assert rate(rat.epoch(Stimulus(SECONDS, opsins=(up,))), 1.0, 3.0) > 1.3 * dark


@pytest.mark.parametrize(
    "none",
    [
        OpsinActivation(COERULEUS, 1.0, 2.0, True, conductance=20e-9, share=0.0),
        OpsinActivation(COERULEUS, 1.0, 2.0, True),
    ],
)
def test_light_on_nobody_or_without_strength_leaves_the_same_spikes(rat: Any, none: Any) -> None:
    assert same_spikes(rat.epoch(Stimulus(1.0)), rat.epoch(Stimulus(1.0, opsins=(none,))))


def evoked(rat: SmallAnimal, light: tuple[OpsinActivation, ...]) -> float:
    """How much spinal noradrenaline rises while capsaicin is in the forepaw, nM."""
    state = rat.settled(-DAY)
    hurt = Stimulus(6.0, capsaicin={"": np.ones(600)}, opsins=light)
    rest, pain = rat.epoch(Stimulus(6.0, opsins=light), state), rat.epoch(hurt, state)
    place = "noradrenaline_dorsal_horn_contra_nanomolar"
    return pain.averages[place] - rest.averages[place]


def test_silencing_the_locus_coeruleus_takes_the_volley_of_noradrenaline_away(rat: Any) -> None:
    assert evoked(rat, ()) > 0.5
    assert evoked(rat, (silencing(),)) == pytest.approx(0.0, abs=1e-6)


# --- injections -------------------------------------------------------------------------------------------------


def test_an_alpha2_agonist_in_the_locus_coeruleus_slows_it_and_leaves_the_cord_alone(rat: Any) -> None:
    given = clonidine.once("1 ug", route="intra-LC", on_day=0)
    agonist = exposure(given, 0.2)
    assert set(agonist.binding) == {"locus_coeruleus", "locus_coeruleus_spinal"}
    before, after = rat.epoch(Stimulus(SECONDS)), rat.epoch(Stimulus(SECONDS), exposure=agonist)
    assert rate(after, 1.0, SECONDS) < 0.3 * rate(before, 1.0, SECONDS)
    antagonist = exposure((given, idazoxan.once("30 ug", route="intra-LC", on_day=0)), 0.2)
    assert rate(rat.epoch(Stimulus(SECONDS), exposure=antagonist), 1.0, SECONDS) > 0.8 * rate(before, 1.0, SECONDS)


def test_intrathecally_it_reaches_both_horns_and_not_the_locus_coeruleus() -> None:
    agonist = exposure(clonidine.once("15 ug", route="i.t.", on_day=0), 0.2)
    assert set(agonist.binding) == {"dorsal_horn_ipsi", "dorsal_horn_contra"}
    # The locus coeruleus hears less of a quieter cord, so this one is deaf to it.
    deaf = naive.with_value("projections.projection_to_paragigantocellularis.weight", "1e-30 nS")
    with animal(deaf, 1) as other:
        free, held = (other.epoch(Stimulus(1.0), exposure=given) for given in (NO_DRUG, agonist))
    assert rate(held, 0.0, 1.0) == rate(free, 0.0, 1.0) > 0.0


# --- lesions ----------------------------------------------------------------------------------------------------


def lesioned(*keys: str, extent: float | None = None) -> Circuit:
    agents = [agent for agent in AGENTS if agent.key in keys]
    return naive.manipulated(lesions=tuple(ToxinLesion(agent, -40 * DAY, extent) for agent in agents))


def spinal(rat: SmallAnimal, circuit: Circuit, drug: Exposure, transmitter: str = "noradrenaline") -> float:
    """A transmitter in the cord at rest, nM."""
    state = rat.settled(-DAY, drug, circuit)
    return rat.epoch(Stimulus(5.0), state, drug, circuit=circuit).averages[f"{transmitter}_dorsal_horn_ipsi_nanomolar"]


def test_anti_dbh_saporin_removes_most_of_what_duloxetine_adds_to_spinal_noradrenaline() -> None:
    """Six animals, whose few coeruleospinal cells scatter."""
    drug, toxin = exposure(duloxetine.once("10 mg/kg", route="s.c.", on_day=0), 2.0), lesioned("anti-DBH-saporin_it")
    rises = []
    for number in range(6):
        with animal(naive, number) as each:
            rises.append([spinal(each, c, drug) - spinal(each, c, NO_DRUG) for c in (naive, toxin)])
    intact, lost = np.mean(rises, axis=0)
    assert intact > 2.0
    assert lost < 0.2 * intact


@pytest.mark.parametrize(
    ("key", "transmitter", "spared"),
    [
        ("DSP-4_ip", "noradrenaline", "serotonin"),
        ("6-OHDA_it", "noradrenaline", "serotonin"),
        ("6-OHDA_intra-A11", "dopamine", "serotonin"),
        ("5,7-DHT_it", "serotonin", "dopamine"),
    ],
)
def test_a_lesion_lowers_its_own_transmitter_in_the_cord_and_spares_the_other(
    rat: Any, key: str, transmitter: str, spared: str
) -> None:
    before, after, other_before, other_after = (
        spinal(rat, circuit, NO_DRUG, x) for x in (transmitter, spared) for circuit in (naive, lesioned(key))
    )
    assert after < 0.7 * before
    assert other_after == pytest.approx(other_before, rel=0.3)
    if key == "6-OHDA_intra-A11":  # terminals of the locus coeruleus release dopamine too
        assert 0.0 < spinal(rat, lesioned(key, extent=1.0), NO_DRUG, transmitter) < after
        key_of_rest = "DSP-4_ip"
    else:
        key_of_rest = key
    assert spinal(rat, lesioned(key, key_of_rest, extent=1.0), NO_DRUG, transmitter) == 0.0


# --- through a study --------------------------------------------------------------------------------------------


def records(*arms: Arm, days: tuple[int, ...] = (-1, 2)) -> dict[str, AnimalRecord]:
    measured = assays.microdialysis.on_days(*days)
    study = Study(name="done", size=SIZE, animals=1, seed=3, arms=arms, assays=measured, first_day=-1)
    return {record.arm: record for record in run_matched_animals(study, 0)}


def spikes(record: AnimalRecord) -> list[bytes]:
    return [train.seconds.tobytes() for epoch in record.epochs for train in epoch.spikes.values()]


@pytest.fixture(scope="module")
def matched() -> dict[str, AnimalRecord]:
    return records(
        Arm(naive, name="intact"),
        Arm(naive, name="twin", lesions=LesionOfArm(agent="DSP-4", on_day=-9, extent=0.0)),
        Arm(naive, name="dsp4", lesions=LesionOfArm(agent="DSP-4", on_day=0, complete_after="1 d")),
        Arm(naive, name="down", knock_downs=KnockDown(on_day=0)),
        Arm(naive, name="silenced", silencing=Silencing(populations="locus_coeruleus", on_days=1, lasts_hours=2.0)),
        Arm(
            naive,
            name="stimulated",
            stimulation=Stimulation(populations="locus_coeruleus", on_days=1, lasts_hours=2.0, frequency="5 Hz"),
        ),
        Arm(naive, name="assay", silencing=Silencing(populations="raphe", from_second=0.0, until_second=9.0)),
    )


def test_a_lesion_of_extent_0_leaves_the_same_animal(matched: dict[str, AnimalRecord]) -> None:
    early = [each.slow_state.hours for each in (matched["intact"], matched["twin"])]
    assert list(early[0]) == list(early[1])
    assert spikes(matched["intact"]) == spikes(matched["twin"])
    assert matched["intact"].assays == matched["twin"].assays


def course(record: AnimalRecord, name: str) -> dict[float, float]:
    """A column of the slow state by hour."""
    return dict(zip(record.slow_state.hours, record.slow_state.columns[name], strict=True))


def test_silence_for_two_hours_is_in_the_slow_state_and_over_after_them(matched: dict[str, AnimalRecord]) -> None:
    rates = course(matched["silenced"], "locus_coeruleus_ascending_rate")
    inside, outside = ([r for h, r in rates.items() if bool(24.0 <= h < 26.0) is lit] for lit in (True, False))
    assert len(inside) >= 2
    assert max(inside) < 0.05
    assert min(outside) > 0.5
    epoch = next(e for e in matched["silenced"].epochs if 24.0 < e.hours < 26.0)
    assert epoch.averages["noradrenaline_dorsal_horn_ipsi_nanomolar"] < 0.5


def test_stimulation_for_two_hours_raises_spinal_noradrenaline(matched: dict[str, AnimalRecord]) -> None:
    rates = course(matched["stimulated"], "locus_coeruleus_ascending_rate")
    assert min(r for h, r in rates.items() if 24.0 <= h < 26.0) > 1.5 * max(r for h, r in rates.items() if h < 24.0)


def test_terminals_go_over_a_day_and_the_results_tell(matched: dict[str, AnimalRecord]) -> None:
    left = course(matched["dsp4"], "terminals_left_locus_coeruleus_spinal_in_dorsal_horn_ipsi")
    assert [left[hour] for hour in (0.0, 12.0, 24.0)] == pytest.approx([1.0, 0.6, 0.2])
    told = matched["dsp4"].provenance["manipulations"]
    assert told["lesions"][0]["agent"] == "DSP-4"
    assert "glt1_left" not in matched["intact"].slow_state.columns
    ends = {
        n: [v.value for v in matched[n].assays if v.name == "microdialysis_noradrenaline"] for n in ("intact", "dsp4")
    }
    assert ends["dsp4"][:2] == ends["intact"][:2], "the day before"
    assert max(ends["dsp4"][2:]) < 0.8 * min(ends["intact"][2:])


def test_a_knock_down_lowers_glutamate_clearance_within_days(matched: dict[str, AnimalRecord]) -> None:
    clearance = list(course(matched["down"], "glutamate_clearance").values())
    assert clearance[0] == 1.0
    assert clearance[-1] < 0.95
    assert list(course(matched["down"], "glt1_left").values())[-1] == pytest.approx(1.0 - 0.6 * 50 / 72, abs=0.03)


def test_what_is_done_in_assays_is_done_there_alone(matched: dict[str, AnimalRecord]) -> None:
    for epoch in matched["assay"].epochs:
        raphe = epoch.averages["raphe_rate_hertz"]
        assert raphe == 0.0 if epoch.purpose == "microdialysis" else raphe > 0.3, epoch.label


def test_the_bench_gives_each_epoch_its_light(rat: Any) -> None:
    lit = Arm(
        naive, silencing=Silencing(populations="locus_coeruleus", assays="brush", from_second=0.0, until_second=5.0)
    )
    moment = rat.moment(rat.settled(-DAY), circuit=lit.prepared_circuit())
    bench = Bench(EpochCache(rat.simulator), moment, lambda hours: NO_DRUG, [])
    stroke = replace(Stimulus(1.0), brush={"ipsi": np.where(np.arange(100) >= 30, 1.0, 0.0)})
    assert rate(bench.epoch("brush:ipsi", stroke), 0.32, 1.0) == 0.0
    assert rate(bench.epoch("brush:ipsi", stroke), 0.0, 0.3) > 0.0
    assert rate(bench.epoch("pinch:ipsi", stroke), 0.32, 1.0) > 0.0
    assert rate(bench.epoch("rest", Stimulus(1.0)), 0.32, 1.0) > 0.0
