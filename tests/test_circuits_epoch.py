"""One epoch: the compiled program hears of everything it is told, and its clock, padding and step do no harm."""

from __future__ import annotations

import platform
import re
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np
import pytest
from scipy.signal import lfilter
from small_animals import (
    BOUND_RECEPTORS,
    DAY,
    TRANSMITTERS,
    SmallAnimal,
    animal,
    bound,
    disturbed_state,
    same_spikes,
    strong_stimulus,
)

from circuits import ligated, sham
from circuits.brian.epoch_data import FOREVER, EpochInputs, EpochOutputs, afferent_table
from circuits.epoch import prepare
from circuits.manipulations.optogenetics import OpsinActivation
from circuits.slow_state import first_state
from circuits.stimulus import BIN, Stimulus, Watch
from core.exposure import SiteBinding
from core.vocabulary import COMPARTMENTS

#: All of it compiles and simulates.
pytestmark = pytest.mark.slow

#: Arguments that matter only where an epoch is watched, or where something is lit.
CONDITIONAL = ("fields.watch", "cells.light")


@pytest.fixture(scope="module")
def hurt() -> Iterator[SmallAnimal]:
    with animal(ligated) as found:
        yield found


def told(
    rat: SmallAnimal, seconds: float = 0.6, watch: Watch | None = None, opsins: tuple[OpsinActivation, ...] = ()
) -> EpochInputs:
    """An epoch in which everything happens: all stimuli, all injury, a little of a drug at every receptor."""
    drugs = bound(dict.fromkeys(BOUND_RECEPTORS, SiteBinding(block=0.2, drive=0.06, held=0.1)))
    stimulus = replace(strong_stimulus(seconds), watch=watch, opsins=opsins)
    return prepare(rat.moment(disturbed_state(), drugs), stimulus, "test", 0.1)[0]


def bytes_of(outputs: EpochOutputs) -> bytes:
    fields = [side[x].tobytes() for side in (outputs.means, outputs.last) for x in TRANSMITTERS]
    return b"".join([outputs.step.tobytes(), outputs.cell.tobytes(), *fields])


def altered(name: str, value: np.ndarray | float) -> Iterator[np.ndarray | float]:
    """Other values of an argument: other whole numbers, a little more, much less of the rest."""
    if name.endswith("compartment"):
        yield (np.asarray(value) + 1) % len(COMPARTMENTS)
    elif np.asarray(value).dtype.kind in "iu":
        yield value + 1
    else:
        scale = np.abs(value).max() or 1e-3
        yield from (value * 1.3 + 0.01 * scale, value * 0.02)


def test_no_argument_is_ignored(hurt: SmallAnimal) -> None:
    """Each `group.variable` that goes to the program changes the spikes or the concentrations it returns."""
    inputs = told(hurt)
    assert not ignored(hurt, inputs, [name for name in inputs.arguments if not name.startswith(CONDITIONAL)])
    assert len(inputs.arguments) > 80


def test_no_argument_of_light_is_ignored(hurt: SmallAnimal) -> None:
    pulses = OpsinActivation(
        ("ipsi_projection",), 0.1, 0.4, False, conductance=5e-9, reversal=-0.01, period=0.1, pulse=0.02
    )
    inputs = told(hurt, opsins=(pulses,))
    names = [name for name in inputs.arguments if name.startswith("cells.light")]
    assert len(names) == 6
    assert not ignored(hurt, inputs, names)


def test_no_argument_of_a_watch_is_ignored(hurt: SmallAnimal) -> None:
    """The moment of one matters where the rate was passed before it, all else where it was not."""
    names = [name for name in told(hurt).arguments if name.startswith("fields.watch")]
    assert len(names) == 5
    late = told(hurt, 0.9, Watch("ipsi", 0.01, 0.3, after=0.7))
    # Passed after several bins: what the few cells fire in the first one alone lies below it.
    early = told(hurt, watch=Watch("ipsi", 20.0, 0.1))
    assert hurt.simulator.run(late).steps == 7000
    assert 500 < hurt.simulator.run(early).steps < 5000
    assert not set(ignored(hurt, late, names)) & set(ignored(hurt, early, names))


def ignored(rat: SmallAnimal, inputs: EpochInputs, names: Iterable[str]) -> list[str]:
    """The arguments whose change changes nothing."""

    def outcome(name: str, other: np.ndarray | float) -> bytes:
        return bytes_of(rat.simulator.run(replace(inputs, arguments={**inputs.arguments, name: other})))

    expected = bytes_of(rat.simulator.run(inputs))
    return [
        name
        for name in names
        if all(outcome(name, other) == expected for other in altered(name, inputs.arguments[name]))
    ]


def test_a_watched_epoch_is_the_beginning_of_one_that_is_not(hurt: SmallAnimal) -> None:
    """It ends within a few bins of the moment at which the rate read from its spikes passes the criterion."""
    whole = hurt.epoch(strong_stimulus(1.0), disturbed_state())
    watch = Watch("ipsi", 8.0, 0.1)
    watched = hurt.epoch(replace(strong_stimulus(1.0), watch=watch), disturbed_state())
    assert 0.0 < watched.seconds < 1.0
    for name, train in watched.spikes.items():
        early = whole.spikes[name].seconds < watched.seconds
        assert train.seconds.tobytes() == whole.spikes[name].seconds[early].tobytes()
    train, decay = whole.spikes["ipsi_projection"], np.exp(-BIN / watch.window)
    count = np.bincount((train.seconds / BIN + 1e-6).astype(int), minlength=100)
    rate = lfilter([1 - decay], [1, -decay], count / train.cells / BIN)
    passed = (np.nonzero(rate >= watch.rate_hertz)[0][0] + 1) * BIN
    assert passed - 0.5 * BIN <= watched.seconds <= passed + BIN
    other = replace(strong_stimulus(1.0), watch=Watch("contra", 1e3, 0.1))
    assert hurt.epoch(other, disturbed_state()).seconds == 1.0


def test_every_pathway_s_weights_and_contacts_count(hurt: SmallAnimal) -> None:
    inputs = told(hurt)
    expected = bytes_of(hurt.simulator.run(inputs))
    try:
        for name, (sources, targets, weights) in hurt.draw.contacts.items():
            for other in (
                (sources, targets, weights * 1.5),
                (sources, targets[::-1], weights),
                (sources[::-1], targets, weights),
            ):
                hurt.simulator.wire({**hurt.draw.contacts, name: other})
                assert bytes_of(hurt.simulator.run(inputs)) != expected, name
    finally:
        hurt.simulator.wire(hurt.draw.contacts)
    assert bytes_of(hurt.simulator.run(inputs)) == expected


@pytest.mark.skipif(platform.system() != "Linux", reason="elsewhere compilers do not set the processor so")
def test_what_is_too_small_for_a_normal_number_is_nothing(hurt: SmallAnimal) -> None:
    """Processors are slow with such numbers, and what decays comes down to them."""
    inputs = told(hurt, 0.1)
    tiny, none = np.full(len(COMPARTMENTS), 1e-40), np.zeros_like(inputs.arguments["volume.noradrenaline_quantum"])
    changed = {
        "fields.noradrenaline": tiny,
        "fields.noradrenaline_tone": np.zeros(len(COMPARTMENTS)),
        "volume.noradrenaline_quantum": none,
    }
    outputs = hurt.simulator.run(replace(inputs, arguments={**inputs.arguments, **changed}))
    assert not np.any(outputs.last["noradrenaline"])
    assert np.any(outputs.last["serotonin"])


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the instruction is that of x86")
def test_no_vector_is_divided_by_an_approximate_reciprocal(hurt: SmallAnimal) -> None:
    """Intel's and AMD's differ in it."""
    folder = hurt.simulator.program.folder
    assert folder is not None
    listing = subprocess.run(["objdump", "-d", str(folder / "main")], capture_output=True, text=True, check=True).stdout
    assert "vfmadd" in listing
    assert not re.search(r"\brcp[ps]s|\bvrcp[ps]s|rsqrt[ps]s", listing)


def test_an_unknown_argument_is_refused(hurt: SmallAnimal) -> None:
    inputs = told(hurt, 0.1)
    with pytest.raises(RuntimeError, match="the epoch's program failed"):
        hurt.simulator.run(replace(inputs, arguments={**inputs.arguments, "cells.nonsense": 1.0}))


def test_a_short_epoch_is_the_beginning_of_a_long_one(hurt: SmallAnimal) -> None:
    """The length of an epoch is data: nothing in it depends on when it will end."""
    state = first_state(-DAY)
    short, long = (hurt.epoch(Stimulus(seconds), state, circuit=sham) for seconds in (1.0, 2.5))
    for name, train in short.spikes.items():
        early = long.spikes[name].seconds < 1.0
        assert train.seconds.tobytes() == long.spikes[name].seconds[early].tobytes()
        assert train.index.tobytes() == long.spikes[name].index[early].tobytes()
    assert len(short.spikes["locus_coeruleus_ascending"].seconds) > 0


def test_spikes_lie_within_the_epoch_and_name_real_cells(hurt: SmallAnimal) -> None:
    result = hurt.epoch(strong_stimulus(1.0), disturbed_state())
    for name, train in result.spikes.items():
        block = hurt.draw.structure.block(name)
        assert train.cells == block.count
        assert (train.index < block.count).all()
        assert ((train.seconds >= 0) & (train.seconds < 1.0)).all()
        assert (np.diff(train.seconds) >= 0).all()
        assert result.averages[f"{name}_rate_hertz"] == pytest.approx(len(train.seconds) / block.count)
    cells = np.concatenate([np.arange(b.start, b.stop) for b in hurt.draw.structure.blocks])
    outputs = hurt.simulator.run(told(hurt))
    assert set(outputs.cell) <= set(cells), "cells that pad the group never fire"


def test_an_epoch_s_afferents_reach_the_program(hurt: SmallAnimal) -> None:
    silent = hurt.epoch(Stimulus(1.0), first_state(-DAY), circuit=sham)
    pinched = hurt.epoch(strong_stimulus(1.0), first_state(-DAY), circuit=sham)
    assert pinched.averages["ipsi_projection_rate_hertz"] > silent.averages["ipsi_projection_rate_hertz"]
    assert silent.averages["ipsi_a_beta_rate_hertz"] == 0.0


def test_the_afferent_table_keeps_every_spike_of_every_fibre(hurt: SmallAnimal) -> None:
    shape = hurt.draw.structure
    trains = {
        "ipsi_a_beta": (np.array([0.5, 0.1, 0.2]), np.array([1, 0, 1])),
        "forepaw_nociceptor": (np.array([0.3, 0.30001]), np.array([0, 0])),
    }
    beta, forepaw = (shape.block(name).start for name in trains)
    assert afferent_table(trains, shape, 0.1).tolist() == [
        [1000, beta],
        [2000, beta + 1],
        [3000, forepaw],  # a fibre fires once a step
        [5000, beta + 1],
        [FOREVER, 0],
    ]
    assert afferent_table({}, shape, 0.1).tolist() == [[FOREVER, 0]]


def test_noise_is_the_epoch_s_own(hurt: SmallAnimal) -> None:
    state = first_state(-DAY)
    one, same, other = (hurt.epoch(Stimulus(1.0), state, label=label, circuit=sham) for label in ("a", "a", "b"))
    assert same_spikes(one, same)
    assert not same_spikes(one, other)


def test_half_the_step_gives_the_same_rates() -> None:
    """Bits differ, averages do not: the integration step is fine enough."""
    found = {}
    for dt_ms in (0.1, 0.05):
        rates: dict[str, list[float]] = {}
        for number in range(3):
            with animal(ligated, number, dt_ms=dt_ms) as rat:
                state = rat.settled(-DAY, circuit=sham)
                for trial in range(3):
                    averages = rat.epoch(strong_stimulus(3.0), state, label=str(trial)).averages
                    for name, value in averages.items():
                        rates.setdefault(name, []).append(value)
        found[dt_ms] = {name: np.array(values) for name, values in rates.items()}
    for name, coarse in found[0.1].items():
        fine = found[0.05][name]
        scatter = 4 * np.std(coarse - fine, ddof=1) / np.sqrt(len(coarse))
        assert abs(coarse.mean() - fine.mean()) <= 0.05 * fine.mean() + scatter, name
