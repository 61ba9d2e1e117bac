"""What an outcome can read: each measure of spikes from raw spikes, what drugs hold, and what is refused."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from evidence_samples import OUTCOME, STAND_INS, UNTREATED, finding
from scipy import stats
from test_results_synthetic import poisson

from core.errors import UserError
from core.keys import stream
from core.records import AnimalRecord, AssayValue, EpochRecord, SlowTable, SpikeTrain
from core.stimulus_course import BIN, StimulusCourse
from drugs import fluoxetine, transporter_occupancy
from drugs.kinetics import concentration_table, plasma_concentrations
from experiments.commands.command_line import main
from experiments.evidence import readings, spike_readings
from experiments.evidence.evaluation import STUDIES_FOLDER, RunOptions, judge, run_joint_study
from experiments.evidence.joint_studies import joint_studies
from experiments.evidence.readings import FinishedAnimals
from experiments.evidence.value import DRUG_READINGS, SPIKE_READINGS, Value
from experiments.running.matched_animals import AnimalRunner
from results.files.store import Manifest, ManifestArm, animal_path, read_animal, write_animal, write_manifest
from results.frames.spikes import trains

DAY, HOUR = 13, 2.0
HOURS = 24.0 * DAY + HOUR
CELLS = {"ipsi_projection": 8, "locus_coeruleus_spinal": 4, "locus_coeruleus_ascending": 6}
LOCUS = ["locus_coeruleus_spinal", "locus_coeruleus_ascending"]
ARMS = (ManifestArm("sham", "sham", "vehicle"), ManifestArm("ligated", "ligated", "vehicle"))
ANIMALS = (1, 2, 3)
PULSES = (1.0, 2.0, 3.0)


def course(kind: str, side: str, seconds: float, values: Callable[[np.ndarray], np.ndarray]) -> StimulusCourse:
    return StimulusCourse(kind, side, values(np.arange(round(seconds / BIN)) * BIN))


def held(strength: float, begin: float, end: float) -> Callable[[np.ndarray], np.ndarray]:
    return lambda time: np.where((time >= begin - BIN / 2) & (time < end - BIN / 2), strength, 0.0)


def warmed(time: np.ndarray) -> np.ndarray:
    """One degree a second from 1 to 9 s."""
    return np.where((time > 1.0 - BIN / 2) & (time < 9.0 - BIN / 2), time + BIN + 31.0, 32.0)


def pulsed(time: np.ndarray) -> np.ndarray:
    return np.where(np.isclose(time[:, None], PULSES).any(axis=1), 22.5, 0.0)


#: Label -> purpose, length, phase, stimuli.
EPOCHS: dict[str, tuple[str, float, str, tuple[StimulusCourse, ...]]] = {
    "rest": ("rest", 3.0, "", ()),
    "force 20": ("held_force", 6.0, "", (course("force", "ipsi", 6.0, held(20.0, 1.0, 4.0)),)),
    "force 60": ("held_force", 6.0, "", (course("force", "ipsi", 6.0, held(60.0, 1.0, 4.0)),)),
    "contra 60": ("held_force", 6.0, "", (course("force", "contra", 6.0, held(60.0, 1.0, 4.0)),)),
    "hair 2 a": ("von_frey", 2.0, "", (course("force", "ipsi", 2.0, held(2.0, 0.5, 2.0)),)),
    "hair 2 b": ("von_frey", 2.0, "", (course("force", "ipsi", 2.0, held(2.0, 0.5, 2.0)),)),
    "hair 4": ("von_frey", 2.0, "", (course("force", "ipsi", 2.0, held(4.0, 0.5, 2.0)),)),
    "warm": ("heat_ramp", 10.0, "", (course("heat", "ipsi", 10.0, warmed),)),
    "brush": ("natural_stimuli", 4.0, "", (course("brush", "ipsi", 4.0, held(1.0, 1.0, 3.0)),)),
    "pinch": ("natural_stimuli", 4.0, "", (course("force", "ipsi", 4.0, held(81.6, 1.0, 2.0)),)),
    "pulses": ("wind_up", 5.0, "", (course("electric", "ipsi", 5.0, pulsed),)),
}
#: assay -> side -> its epochs.
DONE: dict[str, dict[str, tuple[str, ...]]] = {
    "held_force": {"ipsi": ("force 20", "force 60"), "contra": ("contra 60",)},
    "von_frey": {"ipsi": ("hair 2 a", "hair 2 b", "hair 4")},
    "heat_ramp": {"ipsi": ("warm",)},
    "natural_stimuli": {"ipsi": ("brush", "pinch")},
    "wind_up": {"ipsi": ("pulses",)},
}


def spikes(arm: str, animal: int, label: str) -> dict[str, SpikeTrain]:
    """Poisson spikes, more of them in the second and third second, and of ligated animals."""
    rng, seconds = stream(arm, animal, label), EPOCHS[label][1]
    found = {}
    for name, cells in CELLS.items():
        parts = [poisson(rng, cells, hertz, 1.0) for hertz in (4.0, *(2 * [20.0 + 10.0 * (arm == "ligated")]), 6.0)]
        times = np.concatenate([part.seconds + k for k, part in enumerate(parts)])
        index = np.concatenate([part.index for part in parts])
        kept = times < seconds
        found[name] = SpikeTrain(times[kept], index[kept], cells)
    return found


def record(arm: ManifestArm, animal: int) -> AnimalRecord:
    epochs = tuple(
        EpochRecord(label, purpose, HOURS, seconds, spikes(arm.name, animal, label), {"x_nanomolar": 2.0}, phase, done)
        for label, (purpose, seconds, phase, done) in EPOCHS.items()
    )
    at = list(EPOCHS).index
    assays = tuple(
        AssayValue(
            assay, f"{assay}_read", side, 7.0 + animal, "g", DAY, HOUR, epochs=range(at(done[0]), at(done[-1]) + 1)
        )
        for assay, sides in DONE.items()
        for side, done in sides.items()
    )
    slow = SlowTable(np.array([HOURS]), {"mood": np.array([0.25])}, {})
    return AnimalRecord("spiking", arm.name, animal, arm.circuit, epochs, assays, slow, slow, {"seed": 7})


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("spiking")
    write_manifest(out, Manifest("spiking", ARMS, ANIMALS, seed=7))
    for arm in ARMS:
        for animal in ANIMALS:
            write_animal(record(arm, animal), animal_path(out, arm.name, animal))
    return out


@pytest.fixture
def animals(folder: Path) -> FinishedAnimals:
    return FinishedAnimals.of(folder)


def value(name: str = "rate", population: Any = "ipsi_projection", assay: str = "held_force", **fields: Any) -> Value:
    return Value.model_validate(
        {"name": name, "population": population, "assay": assay, "day": DAY, "hour": HOUR} | fields
    )


def in_window(train: SpikeTrain, start: float, stop: float) -> list[np.ndarray]:
    """Spike times of each cell in a window."""
    inside = (train.seconds >= start) & (train.seconds < stop)
    return [np.sort(train.seconds[inside & (train.index == cell)]) for cell in range(train.cells)]


def hertz(cells: Iterable[np.ndarray], seconds: float) -> float:
    return float(np.mean([len(times) for times in cells])) / seconds


# --- rates of every part of every stimulus ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "labels", "window"),
    [
        ({"assay": "rest"}, ["rest"], (0.0, 3.0)),
        ({"side": "ipsi", "strength": 60}, ["force 60"], (1.0, 4.0)),
        ({"side": "ipsi", "strength": 20, "part": "before"}, ["force 20"], (0.0, 1.0)),
        ({"side": "ipsi", "strength": 20, "part": "after"}, ["force 20"], (4.0, 6.0)),
        ({"side": "contra"}, ["contra 60"], (1.0, 4.0)),
        ({"side": "contra", "window_seconds": [0.25, 1.5]}, ["contra 60"], (1.25, 2.5)),
        ({"side": "contra", "part": "after", "window_seconds": [0.1, 0.6]}, ["contra 60"], (4.1, 4.6)),
        ({"assay": "von_frey", "strength": 2}, ["hair 2 a", "hair 2 b"], (0.5, 2.0)),
        ({"assay": "heat_ramp", "strength": 39}, ["warm"], (7.0, 9.0)),
        ({"assay": "heat_ramp", "strength": 36}, ["warm"], (1.0, 5.0)),
        ({"assay": "heat_ramp"}, ["warm"], (1.0, 9.0)),
        ({"assay": "natural_stimuli", "stimulus": "brush"}, ["brush"], (1.0, 3.0)),
        ({"assay": "natural_stimuli", "stimulus": "force", "part": "after"}, ["pinch"], (2.0, 4.0)),
        ({"assay": "natural_stimuli", "strength": 81.6}, ["pinch"], (1.0, 2.0)),
        ({"assay": "wind_up"}, ["pulses"], (1.0, 3.01)),
    ],
)
def test_a_rate_is_that_of_the_raw_spikes(
    animals: FinishedAnimals, fields: dict[str, Any], labels: list[str], window: tuple[float, float]
) -> None:
    for arm in ("sham", "ligated"):
        found = animals.read(arm, value(**fields), most=2)
        assert found.keys() == {1, 2}
        for animal, number in found.items():
            raw = [in_window(spikes(arm, animal, label)["ipsi_projection"], *window) for label in labels]
            assert number == pytest.approx(np.mean([hertz(cells, window[1] - window[0]) for cells in raw]))


def test_after_electric_pulses_windows_are_counted_from_each(animals: FinishedAnimals) -> None:
    found = animals.read("ligated", value(assay="wind_up", window_seconds=[0.05, 0.5]), most=3)
    for animal, number in found.items():
        train = spikes("ligated", animal, "pulses")["ipsi_projection"]
        each = [hertz(in_window(train, pulse + 0.05, pulse + 0.5), 0.45) for pulse in PULSES]
        assert number == pytest.approx(np.mean(each))


def test_several_populations_are_read_as_one(animals: FinishedAnimals) -> None:
    rate = animals.read("sham", value(population=LOCUS, side="contra"), most=3)
    share = animals.read("sham", value("recruited", LOCUS, side="contra", window_seconds=[0, 0.02]), most=3)
    for animal in ANIMALS:
        trains = [spikes("sham", animal, "contra 60")[name] for name in LOCUS]
        cells = [times for train in trains for times in in_window(train, 1.0, 4.0)]
        assert len(cells) == 10
        assert rate[animal] == pytest.approx(hertz(cells, 3.0))
        firing = [times for train in trains for times in in_window(train, 1.0, 1.02) if len(times)]
        assert share[animal] == pytest.approx(len(firing) / 10)


# --- every other measure ---------------------------------------------------------------------------------------


def burst_count(times: np.ndarray) -> int:
    """A burst begins with an interval of 80 ms or less and ends with one above 160 ms."""
    count, within = 0, False
    for gap in np.diff(times):
        if not within and gap <= 0.08:
            count, within = count + 1, True
        elif within and gap > 0.16:
            within = False
    return count


def of_gaps(measure: Callable[[np.ndarray], float]) -> Callable[[list[np.ndarray]], float]:
    """Mean over the cells with three intervals or more."""
    return lambda cells: float(np.mean([measure(np.diff(times)) for times in cells if len(times) > 3]))


def fano(cells: list[np.ndarray]) -> float:
    counts = [np.histogram(times, np.linspace(1.0, 4.0, 31))[0] for times in cells if len(times)]
    return float(np.mean([each.var() / each.mean() for each in counts]))


def correlation(cells: list[np.ndarray]) -> float:
    counts = [np.histogram(times, np.linspace(1.0, 4.0, 301))[0] for times in cells if len(times)]
    matrix = np.corrcoef(counts)
    return float(matrix[np.triu_indices(len(counts), 1)].mean())


MEASURED: dict[str, Callable[[list[np.ndarray]], float]] = {
    "recruited": lambda cells: float(np.mean([len(times) > 0 for times in cells])),
    "latency": lambda cells: float(np.median([times[0] for times in cells if len(times)])) - 1.0,
    "cv": of_gaps(stats.variation),
    "cv2": of_gaps(lambda gaps: float(np.mean(2 * abs(gaps[1:] - gaps[:-1]) / (gaps[1:] + gaps[:-1])))),
    "lv": of_gaps(lambda gaps: float(np.mean(3 * ((gaps[1:] - gaps[:-1]) / (gaps[1:] + gaps[:-1])) ** 2))),
    "fano": fano,
    "correlation": correlation,
    "burst_rate": lambda cells: float(np.mean([burst_count(times) for times in cells])) / 3.0,
}


@pytest.mark.parametrize("name", MEASURED)
def test_a_measure_is_that_of_the_raw_spikes(animals: FinishedAnimals, name: str) -> None:
    for animal, number in animals.read("ligated", value(name, side="ipsi", strength=60), most=2).items():
        cells = in_window(spikes("ligated", animal, "force 60")["ipsi_projection"], 1.0, 4.0)
        assert number == pytest.approx(MEASURED[name](cells), rel=1e-6)


def test_what_is_evoked_and_what_is_left_after_it(animals: FinishedAnimals) -> None:
    evoked = animals.read("sham", value("evoked_rate", side="ipsi", strength=60), most=3)
    late = animals.read("sham", value("evoked_rate", side="ipsi", strength=60, window_seconds=[2.0, 3.0]), most=3)
    left = animals.read("sham", value("after_discharge", side="ipsi", strength=60), most=3)
    for animal in ANIMALS:
        train = spikes("sham", animal, "force 60")["ipsi_projection"]
        before = hertz(in_window(train, 0.0, 1.0), 1.0)
        assert evoked[animal] == pytest.approx(hertz(in_window(train, 1.0, 4.0), 3.0) - before)
        assert late[animal] == pytest.approx(hertz(in_window(train, 3.0, 4.0), 1.0) - before)
        assert left[animal] == pytest.approx((hertz(in_window(train, 4.0, 6.0), 2.0) - before) * 2.0)


def test_every_measure_can_be_read(animals: FinishedAnimals) -> None:
    for name in SPIKE_READINGS:
        found = animals.read("ligated", value(name, assay="natural_stimuli", stimulus="brush"), most=1)
        assert np.isfinite(found[1]), name


# --- differences within an animal ------------------------------------------------------------------------------


def test_minus_and_over_compare_two_readings_of_one_animal(animals: FinishedAnimals) -> None:
    rates = {side: animals.read("ligated", value(side=side, strength=60), most=3) for side in ("ipsi", "contra")}
    apart = animals.read("ligated", value(side="ipsi", strength=60, minus={"side": "contra"}), most=3)
    share = animals.read("ligated", value(side="ipsi", strength=60, over={"side": "contra"}), most=3)
    for animal in ANIMALS:
        ipsi, contra = rates["ipsi"][animal], rates["contra"][animal]
        assert apart[animal] == pytest.approx(ipsi - contra)
        assert share[animal] == pytest.approx(100 * ipsi / contra)


def test_a_second_reading_moves_with_the_day() -> None:
    compared = value(minus={"hour": 0.5}).model_copy(update={"day": 20})
    assert compared.second is not None
    assert (compared.second.day, compared.second.hour) == (20, 0.5)
    assert not compared.second.minus


# --- what is not there -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"side": "ipsi"}, r"several strengths; name one of 20 g, 60 g\.$"),
        ({"strength": 60}, r'several kinds of side; name one of "contra", "ipsi"'),
        ({"side": "ipsi", "strength": 61}, r"held_force on day 13 at hour 2: no strength 61; there: 20 g, 60 g\.$"),
        ({"assay": "natural_stimuli"}, r'several kinds of stimulus; name one of "brush", "force"'),
        ({"assay": "natural_stimuli", "stimulus": "brish"}, r'no stimulus "brish"\. Nearest: brush'),
        ({"assay": "heat_ramp", "strength": 45}, r"no strength 45; there: 32 to 36 degC, .*38 to 40 degC"),
        ({"assay": "rest", "part": "during"}, r'its epochs have no part "during"; there: "rest"'),
        ({"assay": "rest", "strength": 2}, "no strength 2; there: none, as nothing was done"),
        (
            {"assay": "pinch"},
            "pinch on day 13 at hour 2: nothing was recorded; there: heat_ramp on day 13 at hour 2, held_force on",
        ),
        ({"side": "contra", "window_seconds": [0, 9]}, "ends after an epoch; expected 5 s at the latest"),
        ({"population": "ipsi_islet"}, 'no population "ipsi_islet"'),
        ({"phase": "intrathecal idazoxan"}, 'no phase "intrathecal idazoxan"'),
    ],
)
def test_what_the_animals_do_not_have_is_one_line(animals: FinishedAnimals, fields: Any, told: str) -> None:
    with pytest.raises(UserError, match=told) as caught:
        animals.read(
            "sham", value(**{"side": "ipsi", "strength": 60} | fields if "population" in fields else fields), 3
        )
    assert "\n" not in str(caught.value)


def test_a_reading_of_an_assay_says_where_it_was_taken(animals: FinishedAnimals) -> None:
    def read(**fields: Any) -> dict[int, float]:
        return animals.read("sham", Value.model_validate({"day": DAY, "hour": HOUR} | fields), most=2)

    assert read(name="held_force_read", side="ipsi") == {1: 8.0, 2: 9.0}
    assert read(name="held_force_read", side="ipsi", assay="held_force", phase="") == {1: 8.0, 2: 9.0}
    assert read(name="x_nanomolar") == {1: 2.0, 2: 2.0}
    with pytest.raises(
        UserError, match="was not read, no side on day 13 at hour 2; it was: ipsi on day 13 at hour 2, co"
    ):
        read(name="held_force_read")
    with pytest.raises(UserError, match='no reading "mood"'):
        read(name="mood", mean_over_hours=2.0)


def test_a_mean_over_hours_takes_the_epoch_that_stands_for_each_rest(tmp_path: Path) -> None:
    """Three rests of a dosed day were run, and stand for those of the next; a plain one of old files has no more."""
    run, stands = np.array([0.0, 2.0, 20.0]), np.array([0.0, 2.0, 20.0, 2.0, 20.0])
    hours = HOURS - 44.0 + np.array([0.0, 2.0, 20.0, 26.0, 44.0])
    rests = tuple(
        EpochRecord(f"rest {h}", "rest", h + HOURS - 44.0, 1.0, {}, {"x_nanomolar": level})
        for h, level in zip(run, (1.0, 9.0, 3.0), strict=True)
    )
    for arm, columns in zip(ARMS, ({"observed_hours": stands + HOURS - 44.0}, {"mood": stands}), strict=True):
        slow = SlowTable(hours, columns, {})
        made = AnimalRecord("standing", arm.name, 1, arm.circuit, rests, (), slow, slow, {"seed": 7})
        write_animal(made, animal_path(tmp_path, arm.name, 1))
    write_manifest(tmp_path, Manifest("standing", ARMS, (1,), seed=7))
    wanted = Value.model_validate({"name": "x_nanomolar", "day": DAY, "hour": HOUR, "mean_over_hours": 24.0})
    found = [FinishedAnimals.of(tmp_path).read(arm.name, wanted, most=1)[1] for arm in ARMS]
    assert found == pytest.approx([(6.0 * (3.0 + 9.0) / 2 + 18.0 * (9.0 + 3.0) / 2) / 24.0, 3.0])


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"name": "rate", "assay": "pinch"}, 'population: missing; rate needs a population such as "ipsi_projection"'),
        ({"name": "mood", "population": "raphe"}, "population: mood does not take it; it takes assay, side, phase"),
        (
            {"name": "rate", "population": "rapfe", "assay": "rest"},
            r'population: no population "rapfe"\. Nearest: raphe',
        ),
        ({"name": "latency", "population": "raphe", "assay": "pinch", "part": "after"}, "latency is of during"),
        (
            {"name": "duration", "population": "raphe", "assay": "pinch", "part": "after"},
            "part: duration does not take",
        ),
        ({"name": "rate", "population": "raphe", "assay": "rest", "window_seconds": [2, 1]}, "two times that rise"),
        ({"name": "occupancy", "site": "alpha2", "place": "forebrain"}, r'site: no site "alpha2"\. Nearest: alpha2'),
        (
            {"name": "occupancy", "site": "alpha2A_terminals", "place": "forebrain"},
            "site: alpha2A_terminals has no site of its own: it follows alpha2A; name alpha2A",
        ),
        ({"name": "occupancy", "site": "NET", "place": "plasma"}, 'place: no place "plasma"'),
        ({"name": "concentration", "drug": "fluoxetine"}, "place: missing; concentration needs a compartment"),
        ({"name": "mood", "minus": {"side": "left"}}, r'minus\.side: no side "left"'),
        ({"name": "mood", "minus": {"dai": 2}}, r'minus\..*no key "dai"\. Nearest: day'),
        ({"name": "mood", "minus": {"day": 2}, "over": {"day": 3}}, "minus or over, not both"),
        ({"name": "mood", "over": {"minus": {"day": 3}}}, r"over\.minus: expected keys of one reading"),
    ],
)
def test_keys_that_do_not_fit_are_refused(fields: dict[str, Any], told: str) -> None:
    with pytest.raises(UserError, match=told):
        Value(**fields)


def test_a_finding_that_reads_what_its_study_has_not_is_refused() -> None:
    read = {"name": "rate", "population": "raphe", "assay": "pinch", "day": 3, "hour": 1.0}
    for changes, told in (
        ({}, 'no assay "pinch"'),
        ({"assay": "paw_pressure", "day": 4}, "nothing is measured on day 4"),
        ({"assay": "paw_pressure", "minus": {"hour": 2.0}}, "nothing is measured on day 3 at hour 2"),
    ):
        with pytest.raises(ValueError, match=told):
            finding(outcomes=[OUTCOME | {"value": read | changes}])
    drug = {"name": "concentration", "drug": "duloxetin", "place": "brain", "day": 3}
    with pytest.raises(ValueError, match=r'no drug "duloxetin".*Nearest: duloxetine'):
        finding(outcomes=[OUTCOME | {"value": drug}])
    with pytest.raises(ValueError, match="read on day 30, and the study ends on day 3"):
        finding(outcomes=[OUTCOME | {"value": drug | {"drug": "duloxetine", "day": 30}}])


# --- files are read where an outcome needs them -----------------------------------------------------------------


def test_only_readings_of_spikes_read_spikes(animals: FinishedAnimals, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[int, Any]] = []

    def noted(epochs: Any, files: Any, populations: Any) -> Any:
        asked.append((len(epochs), populations))
        return trains(epochs, files, populations)

    monkeypatch.setattr(spike_readings, "trains", noted)
    animals.read("sham", Value(name="mood", day=DAY, hour=HOUR), most=3)
    assert not asked
    animals.read("sham", value(side="contra"), most=2)
    assert asked == [(2, ["ipsi_projection"])]


def test_the_columns_of_few_arms_are_kept_however_many_studies_there_are(folder: Path) -> None:
    studies = [FinishedAnimals.of(folder) for _ in range(10)]
    for each in studies:
        for arm in ("sham", "ligated"):
            assert each.read(arm, Value(name="mood", day=DAY, hour=HOUR), most=3) == dict.fromkeys(ANIMALS, 0.25)
    assert readings._arm_animals.cache_info().currsize <= 8


# --- drugs ------------------------------------------------------------------------------------------------------

GIVEN = fluoxetine.once("10 mg/kg", route="i.p.", on_day=3)
FLUOXETINE = {"drug": "fluoxetine", "dose": "10 mg/kg", "route": "i.p.", "schedule": "once", "on_day": 3}
ARM = {"name": "treated", "circuit": "ligated", "treatments": [FLUOXETINE]}
HELD = {"name": "occupancy", "site": "SERT", "place": "forebrain", "day": 3, "hour": 1.25}
OCCUPIED = OUTCOME | {"value": HELD, "statistic": "difference", "target": 90.0, "low": 80.0, "high": 100.0}


def test_what_follows_from_doses_needs_no_animal(tmp_path: Path) -> None:
    (found,) = judge([finding(arms=[UNTREATED, ARM], outcomes=[OCCUPIED])], RunOptions(tmp_path))
    assert not (tmp_path / STUDIES_FOLDER).exists()
    expected = 100 * transporter_occupancy(GIVEN, 3 * 24 + 1.25, "forebrain")["SERT"]
    assert found.judged[0].estimate.value == pytest.approx(expected)
    assert found.judged[0].estimate.n == 4


def test_drugs_of_finished_animals_are_those_of_their_arms(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(AnimalRunner, "installed", classmethod(lambda cls: STAND_INS))
    (group,) = joint_studies([finding(arms=[UNTREATED, ARM])])
    animals = FinishedAnimals.of(run_joint_study(group, RunOptions(tmp_path)))

    def read(arm: str, **fields: Any) -> float:
        numbers = animals.reader(group.arms["T1"], 2)(arm, Value.model_validate({"day": 3, "hour": 1.25} | fields))
        assert numbers.keys() == {1, 2}
        assert numbers[1] == numbers[2]
        return numbers[1]

    at = 3 * 24 + 1.25
    for site, share in transporter_occupancy(GIVEN, at, "dorsal_horn_ipsi").items():
        assert read("treated", name="occupancy", site=site, place="dorsal_horn_ipsi") == pytest.approx(100 * share)
        assert read("untreated", name="occupancy", site=site, place="dorsal_horn_ipsi") == 0.0
    table = concentration_table(GIVEN, [at]).columns
    for drug in ("fluoxetine", "norfluoxetine"):
        free = read("treated", name="concentration", drug=drug, place="brain")
        assert free == pytest.approx(table[f"{drug}_brain_nanomolar"][0])
        assert free > 0.0
        total = read("treated", name="concentration", drug=drug, place="plasma")
        assert total == pytest.approx(plasma_concentrations(GIVEN, [at])[drug][0])
    assert read("untreated", name="concentration", drug="fluoxetine", place="plasma") == 0.0
    assert read("treated", **HELD, minus={"hour": 0.0}) == pytest.approx(read("treated", **HELD))


# --- the list ---------------------------------------------------------------------------------------------------


def test_readings_are_listed_and_nothing_is_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["evidence", "--readings", "--json"]) == 0
    listed = {each["name"]: each for each in json.loads(capsys.readouterr().out)}
    assert {"rate", "after_discharge_duration", "occupancy", "locus_coeruleus_burst_rise"} <= listed.keys()
    assert listed["rate"]["needs"] == ["population", "assay"]
    assert main(["evidence", "--readings"]) == 0
    assert "burst_rate" in capsys.readouterr().out
    assert not list(tmp_path.iterdir())


def test_the_page_has_every_reading_and_its_examples_are_values() -> None:
    page = (Path(__file__).parents[1] / "docs" / "evidence.md").read_text("utf-8")
    section = page.partition("## What an outcome can read")[2].partition("\n## ")[0]
    named = {name for row in section.splitlines() if row.startswith("|") for name in row.split("|")[1].split("`")[1::2]}
    assert {*SPIKE_READINGS, *DRUG_READINGS} <= named
    examples = [line for line in section.splitlines() if line.startswith("value = ")]
    assert len(examples) == 2
    for line in examples:
        Value.model_validate(tomllib.loads(line)["value"])


# --- a simulated animal -----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_what_is_read_of_a_simulated_animal_is_what_its_assays_read(tmp_path: Path) -> None:
    assays = [{"assay": "natural_stimuli", "sides": ["ipsi"], "days": [3], "hour": 1.25}]
    study = {"arms": [ARM], "assays": assays}
    pinched = {"name": "pinch_rate", "side": "ipsi", "day": 3, "hour": 1.25}
    outcome = OUTCOME | {"value": pinched, "arm": "treated", "reference": "treated"}
    (group,) = joint_studies([finding(study=study, outcomes=[outcome], animals=2)], size=0.1)
    animals = FinishedAnimals.of(run_joint_study(group, RunOptions(tmp_path)))
    read = animals.reader(group.arms["T1"], 2)

    def of(**fields: Any) -> dict[int, float]:
        return read("treated", Value.model_validate({"day": 3, "hour": 1.25} | fields))

    for stimulus, name in (("brush", "brush"), ("force", "pinch")):
        cells = {"population": "ipsi_projection", "assay": "natural_stimuli", "stimulus": stimulus}
        assert of(name="rate", **cells) == pytest.approx(of(name=f"{name}_rate", side="ipsi"))
        assert of(name="recruited", **cells) == pytest.approx(of(name=f"{name}_recruited", side="ipsi"))
        assert of(name="rate", **cells, part="after") == pytest.approx(of(name=f"{name}_after_rate", side="ipsi"))
    assert of(name="rate", population="raphe", assay="rest") == pytest.approx(of(name="raphe_rate"), rel=1e-6)
    (path, _) = next(iter(animals.files.values())).values()
    table = read_animal(path, spikes=False).concentrations
    at = np.flatnonzero(table.hours == 3 * 24 + 1.25)
    free = of(name="concentration", drug="norfluoxetine", place="cord")[1]
    assert free == pytest.approx(table.columns["norfluoxetine_cord_nanomolar"][at[0]])
