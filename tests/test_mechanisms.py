"""Cutting a path removes what that path explains, and nothing that it does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from typing import Any

import numpy as np
import pytest
from scipy.stats import t as student
from small_animals import DAY, SmallAnimal, animal, blocked, bound

from circuits import Circuit, ligated, sham
from circuits.draw import AnimalDraw, draw_animal
from circuits.epoch import prepare
from circuits.fields import activation
from circuits.moment import Moment
from circuits.receptors import open_share
from circuits.slow_state import first_state
from circuits.stimulus import BIN, Stimulus
from circuits.structure import structure
from core.exposure import NO_DRUG, Exposure, SiteBinding
from core.records import SpikeTrain
from drugs import duloxetine, exposure
from experiments import Arm, Study
from experiments.laboratory import assays
from experiments.laboratory.animal import run_matched_animals
from experiments.laboratory.bench import Bench, EpochCache

#: All of it compiles and simulates.
pytestmark = pytest.mark.slow

CORD = ("dorsal_horn_ipsi", "dorsal_horn_contra")
#: Two hours after the third daily dose.
TESTED = 16 * DAY + 2.0
ONWARDS = duloxetine.daily("10 mg/kg", route="s.c.", from_day=14)
TREATMENT = duloxetine.daily("10 mg/kg", route="s.c.", from_day=14, until_day=16)
#: The least that makes the threshold of a group steady.
THRESHOLD_SIZE, THRESHOLD_ANIMALS = 0.3, 8
#: Share of alpha2A active under noradrenaline 50 uM in the bath; half of it is active there at the EC50 of the outward
#: current, 20 uM (Sonohata 2004).
IN_BATH = 50.0 / (50.0 + 20.0)
CUTS = (("alpha2",), ("noradrenaline_release",))


@pytest.fixture(scope="module")
def rats() -> Iterator[list[SmallAnimal]]:
    """A few animals at the bench, ligated unless an epoch says otherwise."""
    with ExitStack() as stack:
        yield [stack.enter_context(animal(ligated, number)) for number in range(4)]


def interval(values: np.ndarray) -> tuple[float, float]:
    """95 % confidence interval of the mean."""
    half = student.ppf(0.975, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values))
    return float(values.mean() - half), float(values.mean() + half)


def rate(train: SpikeTrain, start: float, stop: float) -> float:
    return float(np.sum((train.seconds >= start) & (train.seconds < stop))) / train.cells / (stop - start)


# --- the relief of a reuptake inhibitor goes through noradrenaline and alpha2 receptors -----------------------


def pressed(force: float, seconds: float = 4.0) -> Stimulus:
    rise = np.clip((np.arange(round(seconds / BIN)) * BIN - 0.5) / (seconds - 0.5), 0.0, 1.0)
    return Stimulus(seconds, force={"ipsi": force * rise})


def answers(rats: list[SmallAnimal], circuit: Circuit, drug: Exposure) -> np.ndarray:
    """Projection spikes of each ligated animal while its paw is pressed."""
    counts = []
    for rat in rats:
        state = rat.settled(TESTED, drug, circuit, sensitisation_ipsi=0.7)
        result = rat.epoch(pressed(150.0), state, drug, "pressed", circuit)
        counts.append(len(result.spikes["ipsi_projection"].seconds))
    return np.array(counts)


def test_blocked_uptake_calms_the_ligated_cord(rats: list[SmallAnimal]) -> None:
    drug = blocked("NET")
    before, after = (answers(rats, ligated, which) for which in (NO_DRUG, drug))
    assert (after < before).all()
    assert after.sum() < 0.8 * before.sum()


@pytest.mark.parametrize("cut", CUTS, ids=" ".join)
def test_without_alpha2_or_noradrenaline_it_does_not(rats: list[SmallAnimal], cut: Any) -> None:
    drug, circuit = blocked("NET"), ligated.without(*cut)
    before, after = (answers(rats, circuit, which) for which in (NO_DRUG, drug))
    assert after.sum() > 0.9 * before.sum()


def test_an_antagonist_in_the_cord_takes_it_away(rats: list[SmallAnimal]) -> None:
    """As intrathecal idazoxan does; the brainstem keeps its receptors."""
    drug = blocked("NET")
    antagonist = SiteBinding(block=1e3)
    both = Exposure(
        {
            place: {**sites, **({"alpha2A": antagonist} if place in CORD else {})}
            for place, sites in drug.binding.items()
        }
    )
    before, relieved, reversed_ = (answers(rats, ligated, which).sum() for which in (NO_DRUG, drug, both))
    assert reversed_ > before > relieved


def paw_pressure_gains(circuits: Mapping[tuple[str, ...], Circuit]) -> dict[tuple[str, ...], np.ndarray]:
    """What duloxetine adds to each ligated animal's paw-pressure threshold, in grams, by circuit."""
    gains: dict[tuple[str, ...], list[float]] = {cut: [] for cut in circuits}
    for number in range(THRESHOLD_ANIMALS):
        with animal(ligated, number, THRESHOLD_SIZE) as rat:
            cache = EpochCache(rat.simulator)
            for cut, circuit in circuits.items():
                before, after = (
                    threshold(rat, cache, circuit, drug) for drug in (NO_DRUG, exposure(TREATMENT, TESTED))
                )
                gains[cut].append(after - before)
    return {cut: np.array(values) for cut, values in gains.items()}


def threshold(rat: SmallAnimal, cache: EpochCache, circuit: Circuit, drug: Exposure) -> float:
    state = rat.settled(TESTED, drug, circuit, sensitisation_ipsi=0.7)
    bench = Bench(cache, rat.moment(state, drug, circuit), lambda hours: drug, [])
    return next(iter(assays.paw_pressure.perform(bench, "ipsi"))).value


def test_duloxetine_raises_the_ligated_threshold_only_through_noradrenaline_and_alpha2() -> None:
    gains = paw_pressure_gains({(): ligated} | {cut: ligated.without(*cut) for cut in CUTS})
    whole = gains.pop(())
    assert interval(whole)[0] > 0, "with all paths there is a gain, so that the rest of this test can fail"
    for cut, left in gains.items():
        assert interval(whole - left)[0] > 0, f"{cut} explains part of the gain"
        assert left.mean() < whole.mean() / 3, f"{cut} explains most of the gain"


def test_the_same_holds_over_a_whole_study() -> None:
    """With the days before, the slow state that they leave, and the drug's own kinetics."""
    arms = [Arm(ligated, treatment, switch_off=off) for off in ((), ("alpha2",)) for treatment in ((), ONWARDS)]
    measured = [assays.paw_pressure.on_days(14, 15, sides=("ipsi",))]
    study = Study(name="cuts", size=THRESHOLD_SIZE, animals=4, arms=arms, assays=measured)
    records = [record for number in range(study.animals) for record in run_matched_animals(study, number)]
    threshold = {arm.name: np.mean([v.value for r in records if r.arm == arm.name for v in r.assays]) for arm in arms}
    gain = threshold["ligated-duloxetine"] - threshold["ligated-vehicle"]
    left = threshold["ligated-duloxetine-without-alpha2"] - threshold["ligated-vehicle-without-alpha2"]
    assert gain > 15.0
    assert abs(left) < gain / 2


# --- the receptor itself, as in a slice ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def slice_draw() -> AnimalDraw:
    return draw_animal(sham, structure(sham, 1.0), 20, 0)


def told(draw: AnimalDraw) -> dict[str, np.ndarray]:
    inputs, _ = prepare(Moment(sham, first_state(-DAY), NO_DRUG, draw), Stimulus(0.1), "slice", 0.1)
    return {name: np.asarray(value) for name, value in inputs.arguments.items()}


@pytest.mark.parametrize(
    ("population", "percent", "error"),
    [("a_delta", -50.0, 4.0), ("c_peptidergic", -28.0, 4.0), ("c_nonpeptidergic", -28.0, 4.0)],
)
def test_a_bath_lowers_afferent_release_as_in_the_slice(
    slice_draw: AnimalDraw, population: str, percent: float, error: float
) -> None:
    """Noradrenaline 50 uM: A-delta EPSC -50 +/- 4 %, C-fibre EPSC -28 +/- 4 % (Kawasaki 2003).

    The abstract does not say what stands after "+/-". Twice as much to either side is allowed here.
    """
    block = slice_draw.structure.block(f"ipsi_{population}")
    change = told(slice_draw)["fibres.release_r_alpha2A_terminals"][block.part]
    answering = activation(sham.receptor("alpha2A_terminals"), IN_BATH, SiteBinding())
    assert 100 * answering * change.mean() == pytest.approx(percent, abs=2 * error)


def test_a_beta_terminals_have_no_alpha2(slice_draw: AnimalDraw) -> None:
    block = slice_draw.structure.block("ipsi_a_beta")
    assert not told(slice_draw)["fibres.release_r_alpha2A_terminals"][block.part].any()


def test_a_bath_hyperpolarises_as_in_the_slice(slice_draw: AnimalDraw) -> None:
    """5.0 to 9.5 mV towards -88 mV (Sonohata 2004), in most superficial cells (North and Yoshimura 1984: 80 %)."""
    arguments = told(slice_draw)
    shifts = []
    for name in ("pkc_gamma", "vertical", "projection"):
        block = slice_draw.structure.block(f"ipsi_{name}")
        part = block.part
        weights, leak, rest = (arguments[f"cells.{what}"][part] for what in ("girk_r_alpha2A", "g_leak", "E_leak"))
        pool, power = (arguments[f"cells.potassium_{what}"][part] for what in ("pool", "power"))
        girk = pool * open_share(IN_BATH * weights, power)
        settled = (leak * rest + girk * arguments["cells.E_K"]) / (leak + girk)
        shifts.append(1e3 * (settled - rest))
    millivolts = np.concatenate(shifts)
    carriers = millivolts < 0
    assert 0.7 <= carriers.mean() <= 1.0
    assert -9.5 <= millivolts[carriers].mean() <= -5.0


# --- the locus coeruleus ---------------------------------------------------------------------------------------


def locus_coeruleus(spikes: Mapping[str, SpikeTrain]) -> SpikeTrain:
    parts = [spikes[f"locus_coeruleus_{module}"] for module in ("spinal", "ascending")]
    seconds, index = (np.concatenate([getattr(part, field) for part in parts]) for field in ("seconds", "index"))
    return SpikeTrain(seconds, index, sum(part.cells for part in parts))


def resting_rate(rats: list[SmallAnimal], drug: Exposure) -> float:
    found = []
    for rat in rats:
        state = rat.settled(-DAY, drug, sham)
        found.append(rate(locus_coeruleus(rat.epoch(Stimulus(4.0), state, drug, circuit=sham).spikes), 0.5, 4.0))
    return float(np.mean(found))


def test_it_fires_like_a_pacemaker_at_rest_bursts_in_a_pinch_and_pauses_after_it(rats: list[SmallAnimal]) -> None:
    """1-5 Hz (Williams 1984); burst, then pause is our reading of a biphasic response (Sugiyama 2012)."""
    start, stop = 2.0, 3.0
    time = np.arange(500) * BIN
    pinch = Stimulus(5.0, force={"contra": 800.0 * ((time >= start) & (time < stop))})
    rest, burst, pause = [], [], []
    for rat in rats:
        state = rat.settled(-DAY, circuit=sham)
        for trial in range(2):
            units = locus_coeruleus(rat.epoch(pinch, state, label=f"pinch {trial}", circuit=sham).spikes)
            rest.append(rate(units, 0.5, start))
            burst.append(rate(units, start, start + 0.5))
            pause.append(rate(units, stop + 0.1, stop + 0.6))
    assert 1.0 <= np.mean(rest) <= 5.0
    assert np.mean(burst) > 2 * np.mean(rest)
    assert np.mean(pause) < 0.75 * np.mean(rest)


def test_its_autoreceptors_brake_it(rats: list[SmallAnimal]) -> None:
    """Blocked uptake slows it (Szabo and Blier 2001: -52 to -83 %), an alpha2 antagonist quickens it."""
    free = resting_rate(rats, NO_DRUG)
    assert resting_rate(rats, blocked("NET")) < 0.8 * free
    assert resting_rate(rats, bound({"alpha2A": SiteBinding(block=100.0)})) > 1.1 * free


def test_the_ligated_cord_has_more_noradrenaline_at_rest(rats: list[SmallAnimal]) -> None:
    """Three weeks after ligation; more of it on the side of the injury."""
    for rat in rats:
        levels = {}
        for circuit, clearance in ((sham, 1.0), (ligated, 0.7)):
            state = rat.settled(21 * DAY, circuit=circuit, glutamate_clearance=clearance)
            averages = rat.epoch(Stimulus(3.0), state, circuit=circuit).averages
            levels[circuit.name] = [averages[f"noradrenaline_{place}_nanomolar"] for place in CORD]
        assert levels["ligated"][0] > 1.2 * levels["sham"][0]
        assert levels["ligated"][0] > levels["ligated"][1] >= levels["sham"][1]


def test_serotonin_and_dopamine_cells_fire_slowly(rats: list[SmallAnimal]) -> None:
    for rat in rats:
        averages = rat.epoch(Stimulus(4.0), rat.settled(-DAY, circuit=sham), circuit=sham).averages
        assert 0.3 < averages["raphe_rate_hertz"] < 4.0
        assert 0.3 < averages["a11_rate_hertz"] < 4.0


@pytest.mark.parametrize(
    ("transporter", "transmitter", "cells"),
    [("NET", "noradrenaline", "locus_coeruleus_ascending"), ("SERT", "serotonin", "raphe")],
)
def test_blocked_uptake_raises_its_transmitter_though_its_cells_slow(
    rats: list[SmallAnimal], transporter: str, transmitter: str, cells: str
) -> None:
    names = f"{transmitter}_dorsal_horn_contra_nanomolar", f"{cells}_rate_hertz"
    seen = []
    for drug in (NO_DRUG, blocked(transporter)):
        found = []
        for rat in rats:
            state = rat.settled(-DAY, drug, sham)
            averages = rat.epoch(Stimulus(4.0), state, drug, circuit=sham).averages
            found.append([averages[name] for name in names])
        seen.append(np.mean(found, axis=0))
    assert seen[1][0] > 1.3 * seen[0][0]
    assert seen[1][1] < seen[0][1]
