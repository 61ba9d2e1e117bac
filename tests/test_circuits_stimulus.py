"""What fibres make of a stimulus: renewal processes of the stated rate, delays by class, what the ligation cuts."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import kstest
from small_animals import disturbed_state

from circuits import Circuit, ligated, sham
from circuits.draw import AnimalDraw, draw_animal
from circuits.moment import Moment
from circuits.stimulus import BIN, Stimulus, afferent_spikes, fibre_rates, renewal_spikes
from circuits.structure import structure
from core.errors import UserError
from core.exposure import NO_DRUG
from core.keys import stream

#: An animal whose injury is neither worse nor milder than usual.
DRAW = draw_animal(ligated, structure(ligated, 1.0), 20, 0)
DRAW = replace(DRAW, factors={**DRAW.factors, "injury_extent": 1.0})
FIBRES = {block.name: block for block in DRAW.structure.fibres}


def three_weeks(circuit: Circuit, draw: AnimalDraw = DRAW) -> Moment:
    """The animal three weeks after surgery."""
    return Moment(circuit, disturbed_state(), NO_DRUG, draw)


WHOLE, HURT = three_weeks(sham), three_weeks(ligated)


def spikes_of(rate: float, regularity: float, seconds: float = 100.0, fibres: int = 200, key: int = 0) -> Any:
    rates = np.full((round(seconds / BIN), fibres), rate)
    return renewal_spikes(rates, regularity, stream("test", key))


def constant(seconds: float, **levels: float) -> Stimulus:
    """A stimulus on the ipsilateral paw that does not change."""
    shape = round(seconds / BIN)
    waveforms: dict[str, Any] = {what: {"ipsi": np.full(shape, level)} for what, level in levels.items()}
    return Stimulus(seconds, **waveforms)


# --- the process ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("regularity", [1.0, 1.5, 4.0, 12.0])
@pytest.mark.parametrize("expected", [0.05, 0.5, 3.0, 30.0])
def test_the_mean_count_is_the_integral_of_the_rate(regularity: float, expected: float) -> None:
    """From the first moment on: a train is under way when the epoch begins."""
    fibres = 40_000
    _, fibre = spikes_of(expected, regularity, seconds=1.0, fibres=fibres)
    counts = np.bincount(fibre, minlength=fibres)
    assert counts.mean() == pytest.approx(expected, abs=4 * counts.std() / np.sqrt(fibres))


@pytest.mark.parametrize("regularity", [1.0, 2.0, 4.0, 20.0])
def test_intervals_are_as_regular_as_stated(regularity: float) -> None:
    times, fibre = spikes_of(20.0, regularity)
    gaps = np.concatenate([np.diff(times[fibre == k]) for k in range(50)])
    assert gaps.std() / gaps.mean() == pytest.approx(regularity**-0.5, rel=0.04)
    assert gaps.mean() == pytest.approx(1 / 20.0, rel=0.01)


def test_regularity_1_is_a_poisson_process() -> None:
    times, fibre = spikes_of(10.0, 1.0)
    gaps = np.concatenate([np.diff(times[fibre == k]) for k in range(50)])
    assert kstest(gaps[::7], "expon", args=(0, 0.1)).pvalue > 1e-3


def test_a_changing_rate_is_followed() -> None:
    rise = np.linspace(0.0, 40.0, 1000)[:, None] * np.ones(300)
    times, _ = renewal_spikes(rise, 2.0, stream("rise"))
    counts = np.histogram(times, 10, (0.0, 10.0))[0] / 300
    assert counts == pytest.approx(np.arange(0.5, 10) * 4.0, rel=0.1, abs=0.2)


def test_no_rate_gives_no_spikes() -> None:
    times, fibre = spikes_of(0.0, 2.0)
    assert len(times) == len(fibre) == 0


@settings(max_examples=40, deadline=None)
@given(st.floats(0.0, 30.0), st.floats(1.0, 4.0), st.floats(1.0, 10.0))
def test_more_drive_never_means_fewer_spikes(rate: Any, factor: Any, regularity: Any) -> None:
    """Fibre by fibre: the same random numbers, only more of them used."""
    weak = np.full((200, 20), rate)
    few = np.bincount(renewal_spikes(weak, regularity, stream("pair"))[1], minlength=20)
    many = np.bincount(renewal_spikes(factor * weak, regularity, stream("pair"))[1], minlength=20)
    assert (many >= few).all()


def test_a_fibre_s_spikes_do_not_depend_on_what_the_others_do() -> None:
    """Fibres that some arm drives harder change nothing in those it leaves alone."""
    rates = np.full((500, 30), 5.0)
    times, fibre = renewal_spikes(rates, 2.0, stream("own"))
    rates[:, 10:] *= 8.0
    busy_times, busy_fibre = renewal_spikes(rates, 2.0, stream("own"))
    for k in range(10):
        assert (times[fibre == k] == busy_times[busy_fibre == k]).all()


@pytest.mark.parametrize("regularity", [1.0, 3.0])
def test_spikes_lie_within_the_stimulus_and_in_order(regularity: float) -> None:
    times, fibre = spikes_of(15.0, regularity, seconds=2.0, fibres=50)
    assert (times >= 0).all()
    assert (times < 2.0).all()
    assert (np.diff(fibre) >= 0).all()
    assert all((np.diff(times[fibre == k]) > 0).all() for k in range(50))


# --- rates ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name, block in FIBRES.items() if block.side == "ipsi"])
def test_more_force_never_lowers_a_rate(name: Any) -> None:
    block = FIBRES[name]
    forces = (0.0, 5.0, 20.0, 50.0, 100.0, 200.0, 400.0, 1000.0)
    rates = [fibre_rates(WHOLE, block, constant(1.0, force=force)) for force in forces]
    assert (rates[0] == 0).all()
    for weaker, stronger in pairwise(rates):
        assert (stronger >= weaker - 1e-9).all()
    assert rates[-1].mean() > rates[1].mean() >= 0


def test_nociceptors_grade_force_as_published() -> None:
    """Rate ratios of 0.125, 0.25 and 0.5 at 50, 100 and 200 mN over 400 mN (Medlock 2022), thresholds apart."""
    block = FIBRES["ipsi_c_peptidergic"]
    part = block.part
    draw = replace(DRAW, fibres={**DRAW.fibres, "force_threshold": np.zeros(DRAW.structure.afferents)})
    draw = replace(draw, factors={**DRAW.factors, "mechanical_sensitivity": 1.0})
    whole = three_weeks(sham, draw)
    full = fibre_rates(whole, block, constant(1.0, force=400.0))[0]
    assert full.shape == (part.stop - part.start,)
    for force, ratio in ((50.0, 0.125), (100.0, 0.25), (200.0, 0.5)):
        assert fibre_rates(whole, block, constant(1.0, force=force))[0] == pytest.approx(ratio * full)


def test_a_rate_adapts_by_the_stated_share() -> None:
    population = sham.afferent_population("a_beta")
    rates = fibre_rates(WHOLE, FIBRES["ipsi_a_beta"], constant(20.0, force=1000.0))
    share, time = population.adapted_share.si, population.adaptation_time.si
    assert rates[-1] == pytest.approx((1 - share) * population.peak_rate.si * np.ones(rates.shape[1]), rel=1e-3)
    after = round(time / BIN) - 1
    fallen = 1 - share * (1 - np.exp(-1))
    assert rates[after] == pytest.approx(fallen * population.peak_rate.si * np.ones(rates.shape[1]), rel=0.02)


def test_each_fibre_answers_its_own_stimuli() -> None:
    heat = {name: fibre_rates(WHOLE, b, constant(0.1, temperature=52.0)).sum() for name, b in FIBRES.items()}
    assert heat["ipsi_c_peptidergic"] > heat["ipsi_a_beta"] == heat["ipsi_c_nonpeptidergic"] == 0
    brush = {name: fibre_rates(WHOLE, b, constant(0.1, brush=1.0)).sum() for name, b in FIBRES.items()}
    assert {name for name, rate in brush.items() if rate} == {"ipsi_a_beta"}
    drop = Stimulus(0.1, capsaicin={"": np.ones(10)})
    chemical = {name: fibre_rates(WHOLE, b, drop).sum() for name, b in FIBRES.items()}
    assert {name for name, rate in chemical.items() if rate} == {"forepaw_nociceptor"}


def test_what_is_done_to_one_paw_reaches_no_other() -> None:
    trains = afferent_spikes(WHOLE, constant(1.0, force=800.0, brush=1.0, temperature=50.0), "one side")
    assert {name for name, train in trains.items() if len(train.seconds)} <= {n for n in trains if n.startswith("ipsi")}


def test_at_rest_an_uninjured_animal_s_afferents_are_silent() -> None:
    trains = afferent_spikes(WHOLE, Stimulus(3.0), "rest")
    assert not any(len(train.seconds) for train in trains.values())


# --- injury ---------------------------------------------------------------------------------------------------


def cut(name: str) -> np.ndarray:
    block = FIBRES[name]
    return DRAW.fibres["l5"][block.part]


@pytest.mark.parametrize("name", ["a_beta", "a_delta", "c_peptidergic", "c_nonpeptidergic"])
def test_ligated_l5_fibres_answer_no_stimulus(name: str) -> None:
    everything = constant(0.5, force=800.0, temperature=52.0, brush=1.0)
    silent = three_weeks(ligated.without("ectopic_a_fibres", "spontaneous_c_fibres"))
    rates = fibre_rates(silent, FIBRES[f"ipsi_{name}"], everything)
    assert (rates[:, cut(f"ipsi_{name}")] == 0).all()
    assert rates[:, ~cut(f"ipsi_{name}")].sum() > 0
    contra = Stimulus(0.5, force={"contra": np.full(50, 800.0)})
    other = fibre_rates(silent, FIBRES[f"contra_{name}"], contra)
    assert other[:, cut(f"contra_{name}")].sum() > 0, "the other side is whole"


def test_only_ipsilateral_a_fibres_of_the_cut_root_fire_ectopically() -> None:
    quiet = three_weeks(ligated.without("spontaneous_c_fibres"))
    for name, block in FIBRES.items():
        fires = fibre_rates(quiet, block, Stimulus(0.1))[0] > 0
        if name in ("ipsi_a_beta", "ipsi_a_delta"):
            assert fires.any()
            assert not fires[~cut(name)].any()
            rates = fibre_rates(quiet, block, Stimulus(0.1))[0][fires]
            assert rates == pytest.approx(HURT.injury["ectopic_rate"])
        else:
            assert not fires.any()


def test_only_ipsilateral_c_fibres_of_the_intact_root_fire_on_their_own() -> None:
    quiet = three_weeks(ligated.without("ectopic_a_fibres"))
    for name, block in FIBRES.items():
        fires = fibre_rates(quiet, block, Stimulus(0.1))[0] > 0
        if block.side == "ipsi" and "c_" in block.population:
            assert fires.any()
            assert not fires[cut(name)].any()
        else:
            assert not fires.any()


def test_more_fibres_fire_as_the_share_grows_and_none_stops() -> None:
    block, before = FIBRES["ipsi_a_beta"], np.zeros(FIBRES["ipsi_a_beta"].count, bool)
    for share in (0.0, 0.2, 0.5, 1.0):
        more = three_weeks(ligated.with_value("differences.ectopic_a_fibres.amplitude", share))
        fires = fibre_rates(more, block, Stimulus(0.1))[0] > 0
        assert (fires | before == fires).all()
        before = fires
    assert (before == cut("ipsi_a_beta")).all()


def test_sensitised_nociceptors_answer_less_force_and_a_beta_fibres_do_not() -> None:
    weak = constant(0.5, force=20.0)
    calm, sensitised = (three_weeks(each) for each in (ligated.without("nociceptor_sensitisation"), ligated))
    for name, more in (("ipsi_c_peptidergic", True), ("ipsi_a_delta", True), ("ipsi_a_beta", False)):
        before = fibre_rates(calm, FIBRES[name], weak).sum()
        after = fibre_rates(sensitised, FIBRES[name], weak).sum()
        assert (after > before) == more


# --- trains ---------------------------------------------------------------------------------------------------


def test_spikes_arrive_after_the_delay_of_their_class() -> None:
    """100 mm at the class's velocity: A-beta fibres before A-delta before C."""
    firsts = {}
    for name in ("ipsi_a_beta", "ipsi_a_delta", "ipsi_c_peptidergic"):
        block = FIBRES[name]
        train = afferent_spikes(WHOLE, constant(2.0, force=2000.0), "delay")[name]
        delay = DRAW.fibres["delay"][block.start + train.index.astype(int)]
        assert (train.seconds >= delay).all()
        firsts[name] = delay.mean()
        velocity = sham.afferent_population(block.population).conduction_velocity.si
        expected = sham.conduction_distance.si / velocity
        assert np.median(DRAW.fibres["delay"][block.part]) == pytest.approx(expected, rel=0.15)
    assert firsts["ipsi_a_beta"] < firsts["ipsi_a_delta"] < firsts["ipsi_c_peptidergic"]


def pulses(strength: float, *bins: int, seconds: float = 2.0) -> Stimulus:
    wave = np.zeros(round(seconds / BIN))
    wave[list(bins)] = strength
    return Stimulus(seconds, electric={"ipsi": wave})


@pytest.mark.parametrize(
    ("strength", "answering"),
    [
        (0.9, set()),
        (1.0, {"a_beta"}),
        (5.0, {"a_beta", "a_delta"}),
        (22.5, {"a_beta", "a_delta", "c_peptidergic", "c_nonpeptidergic"}),
    ],
)
def test_a_pulse_excites_each_fibre_of_the_classes_it_is_strong_enough_for(strength: Any, answering: Any) -> None:
    """Once for each pulse, after the fibre's own delay; the other paw is left alone."""
    trains = afferent_spikes(WHOLE, pulses(strength, 20, 70), "pulses")
    for block in FIBRES.values():
        train = trains[block.name]
        if block.side != "ipsi" or block.population not in answering:
            assert len(train.seconds) == 0
            continue
        for fibre in range(block.count):
            delay = DRAW.fibres["delay"][block.start + fibre]
            np.testing.assert_allclose(train.seconds[train.index == fibre], [0.2 + delay, 0.7 + delay])


def test_fibres_of_the_cut_root_conduct_no_pulse() -> None:
    trains = afferent_spikes(three_weeks(ligated.without("ectopic_a_fibres")), pulses(5.0, 20), "cut")
    for name in ("ipsi_a_beta", "ipsi_a_delta"):
        assert set(trains[name].index) == set(np.flatnonzero(~cut(name)))
    half = three_weeks(ligated.with_value("differences.l5_input_loss.amplitude", -0.5).without("ectopic_a_fibres"))
    answering = set(afferent_spikes(half, pulses(1.0, 20), "cut")["ipsi_a_beta"].index)
    assert set(np.flatnonzero(~cut("ipsi_a_beta"))) < answering
    assert len(answering) < FIBRES["ipsi_a_beta"].count


def test_a_volley_from_the_nerve_has_less_of_the_way_to_go() -> None:
    """Distance over velocity of each fibre; what natural stimuli evoke comes from the paw all the same."""
    pinched = replace(constant(2.0, force=300.0), electric=pulses(22.5, 20).electric)
    paw, nerve = (afferent_spikes(WHOLE, replace(pinched, electric_way=way), "way") for way in (1.0, 0.4))
    alone = afferent_spikes(WHOLE, constant(2.0, force=300.0), "way")
    for name in ("ipsi_a_beta", "ipsi_a_delta", "ipsi_c_peptidergic"):
        block = FIBRES[name]
        for train, way in ((paw[name], 1.0), (nerve[name], 0.4)):
            for fibre in range(block.count):
                mine = train.seconds[train.index == fibre]
                volley = 0.2 + way * DRAW.fibres["delay"][block.start + fibre]
                assert np.isclose(mine, volley).any()
            others = set(alone[name].seconds.tolist())
            assert others <= set(train.seconds.tolist())


def test_pulses_change_no_other_spike() -> None:
    pinched = constant(2.0, force=300.0)
    alone = afferent_spikes(HURT, pinched, "both")
    both = afferent_spikes(HURT, replace(pinched, electric=pulses(22.5, 20).electric), "both")
    for name, train in alone.items():
        without = set(zip(train.seconds.tolist(), train.index.tolist(), strict=True))
        assert without <= set(zip(both[name].seconds.tolist(), both[name].index.tolist(), strict=True))
        assert (np.diff(both[name].seconds) >= 0).all()


def test_trains_are_in_the_order_of_time_and_end_with_the_epoch() -> None:
    stimulus = constant(1.0, force=800.0, temperature=50.0, brush=1.0)
    for name, train in afferent_spikes(HURT, stimulus, "order").items():
        assert (np.diff(train.seconds) >= 0).all()
        assert (train.seconds < 1.0).all()
        assert train.cells == FIBRES[name].count
        assert train.index.dtype == np.uint32
        assert (train.index < train.cells).all()


def test_another_epoch_draws_other_spikes_and_the_same_epoch_the_same() -> None:
    stimulus = constant(1.0, force=300.0)
    one, same, other = (afferent_spikes(WHOLE, stimulus, label) for label in ("a", "a", "b"))
    assert one["ipsi_a_delta"].seconds.tobytes() == same["ipsi_a_delta"].seconds.tobytes()
    assert one["ipsi_a_delta"].seconds.tobytes() != other["ipsi_a_delta"].seconds.tobytes()


@pytest.mark.parametrize("what", ["force", "temperature", "brush", "capsaicin", "electric"])
def test_a_side_that_does_not_exist_is_told(what: str) -> None:
    with pytest.raises(UserError, match=f'{what} of a stimulus: no side "left"'):
        Stimulus(1.0, **{what: {"left": np.zeros(100)}})  # type: ignore[arg-type]
