"""Assays from outside: what a table asks for is done and read, and a slip in a program is told by its line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from extension_samples import PROGRAM, TABLE, written

from circuits.stimulus import BIN, SKIN_TEMPERATURE, Stimulus
from core.errors import UserError
from core.records import SpikeTrain
from core.units import gram_force
from experiments.laboratory.assays import Assay, Reading
from experiments.laboratory.assays.withdrawal import WITHDRAWAL_RATE, WITHDRAWAL_WINDOW
from experiments.protocol.catalogue import extended

CELLS = 50
MILLINEWTONS_PER_GRAM = float(gram_force) * 1e3


def train(rates: np.ndarray) -> SpikeTrain:
    """Regular spikes of `CELLS` cells whose mean rate (Hz) follows `rates`, bin by bin."""
    marks = np.concatenate([[0.0], np.cumsum(rates) * BIN * CELLS])
    seconds = np.interp(np.arange(1.0, marks[-1]), marks, np.arange(len(marks)) * BIN)
    return SpikeTrain(seconds, (np.arange(len(seconds)) % CELLS).astype("u4"), CELLS)


@dataclass
class Answer:
    spikes: Mapping[str, SpikeTrain]
    seconds: float


@dataclass
class Bench:
    """Cells of the touched side fire at `rate` Hz while the stimulus is above `threshold` (mN, or degrees), else 0.

    A watch ends the epoch a little after the criterion, as the program does.
    """

    threshold: Mapping[str, float]
    rate: float = 20.0
    rest: float = 0.0
    labels: list[str] = field(default_factory=list)
    stimuli: list[Stimulus] = field(default_factory=list)
    records: list[Any] = field(default_factory=list)

    def epoch(self, purpose: str, stimulus: Stimulus) -> Answer:
        self.labels.append(purpose)
        self.stimuli.append(stimulus)
        self.records.append(type("Record", (), {"label": f"{purpose}@1.0000h"})())
        spikes, seconds = {}, stimulus.seconds
        for side in ("ipsi", "contra"):
            waves = [getattr(stimulus, kind)[side] for kind in ("force", "temperature", "brush", "electric")
                     if side in getattr(stimulus, kind)]  # fmt: skip
            on = waves[0] >= self.threshold[side] if waves else np.zeros(stimulus.bins, bool)
            spikes[f"{side}_projection"] = train(np.where(on, self.rate, self.rest))
            if stimulus.watch is not None and stimulus.watch.side == side and on.any():
                passed = -WITHDRAWAL_WINDOW.si * np.log(1 - stimulus.watch.rate_hertz / self.rate)
                seconds = min(seconds, int(np.argmax(on)) * BIN + passed + 2 * BIN)
        return Answer(spikes, seconds)


def assay(folder: Path, text: str) -> Assay:
    found: list[Assay] = [each for each in extended(written(folder, "mine.toml", text)).assays.values() if each.origin]
    return found[0]


def table(stimulus: str, readings: str, more: str = "") -> str:
    parts = "".join(f"[[assays.readings]]\nread = {each}\n" for each in readings.split("|"))
    head = '[[assays]]\nname = "mine"\ndescription = "a test"\nsource = "ASSUMED"\n'
    return f"{head}{more}[assays.stimulus]\n{stimulus}\n{parts}"


def read(made: Assay, bench: Bench, side: str = "ipsi") -> dict[str, Reading]:
    found = list(made.perform(bench, side))  # type: ignore[arg-type]
    assert len({(each.name, each.side) for each in found}) == len(found)
    return {f"{each.name} {each.side}".strip(): each for each in found}


PINCH = 'kind = "pinch"\nstrengths = ["8 g"]\nseconds = "2 s"'
DELAY = -WITHDRAWAL_WINDOW.si * np.log(1 - WITHDRAWAL_RATE.si / 20.0)


# --- tables ------------------------------------------------------------------------------------------------------


def test_a_threshold_under_a_rise_is_the_force_at_the_withdrawal(tmp_path: Path) -> None:
    made = assay(tmp_path, table('kind = "filament"\nstrengths = ["50 g"]\nrise = "10 g/s"', '"threshold"'))
    assert made.seconds == pytest.approx(7.0)
    bench = Bench({"ipsi": 20 * MILLINEWTONS_PER_GRAM, "contra": np.inf})
    found = read(made, bench)["mine_threshold ipsi"]
    assert found.value == pytest.approx(20.0 + 10.0 * DELAY, abs=0.3)
    assert (found.unit, found.censored) == ("g", False)
    none = read(made, Bench({"ipsi": np.inf, "contra": np.inf}))["mine_threshold ipsi"]
    assert none.value == pytest.approx(50.0)
    assert none.censored
    assert made.cut_offs == {"mine_threshold": pytest.approx(50.0)}
    assert bench.stimuli[0].watch is not None


def test_a_threshold_of_single_strengths_is_the_first_that_is_answered(tmp_path: Path) -> None:
    made = assay(tmp_path, table('kind = "pinch"\nstrengths = ["10 g", "20 g", "40 g"]\nseconds = 2', '"threshold"')
                 .replace("seconds = 2", 'seconds = "2 s"'))  # fmt: skip
    bench = Bench({"ipsi": 15 * MILLINEWTONS_PER_GRAM, "contra": np.inf})
    assert read(made, bench)["mine_threshold ipsi"].value == pytest.approx(20.0)
    assert bench.labels == ["mine:ipsi:10 g", "mine:ipsi:20 g"]
    assert made.epochs == 3


def test_a_latency_counts_from_the_onset(tmp_path: Path) -> None:
    made = assay(
        tmp_path, table('kind = "heat"\nstrengths = ["50 degC"]\nseconds = "8 s"\nbefore = "2 s"', '"latency"')
    )
    found = read(made, Bench({"ipsi": 45.0, "contra": np.inf}))["mine_latency ipsi"]
    assert found.value == pytest.approx(DELAY, abs=0.03)
    assert made.cut_offs == {"mine_latency": pytest.approx(8.0)}


def test_skin_comes_near_a_plate_with_its_time_constant(tmp_path: Path) -> None:
    stimulus = 'kind = "heat"\nstrengths = ["52 degC"]\nseconds = "20 s"\ntime_constant = "5 s"\npaws = "both"'
    made = assay(tmp_path, table(stimulus, '"latency"'))
    assert made.sides == ()
    bench = Bench({"ipsi": 50.0, "contra": 45.0})
    found = read(made, bench, "")["mine_latency"]
    expected = -5.0 * np.log(1 - (45.0 - SKIN_TEMPERATURE) / (52.0 - SKIN_TEMPERATURE))
    assert found.value == pytest.approx(expected + DELAY, abs=0.03)  # the paw that withdraws first
    assert set(bench.stimuli[0].temperature) == {"ipsi", "contra"}


def test_radiant_heat_warms_with_the_root_of_time_and_its_flux(tmp_path: Path) -> None:
    made = assay(tmp_path, table('kind = "radiant heat"\nstrengths = ["5600 W/m^2"]\nseconds = "10 s"', '"latency"'))
    bench = Bench({"ipsi": np.inf, "contra": np.inf})
    read(made, bench)
    wave = bench.stimuli[0].temperature["ipsi"] - SKIN_TEMPERATURE
    assert wave[100 + 999] == pytest.approx(2 * wave[100 + 249], rel=1e-6)
    assert wave.max() == pytest.approx(16.5, abs=0.1)  # 48.5 degrees after 10 s


def test_rates_are_read_in_their_windows(tmp_path: Path) -> None:
    stimulus = 'kind = "press"\nstrengths = ["60 g", "120 g"]\nseconds = "2 s"'
    made = assay(tmp_path, table(stimulus, '"rate"|"rate before"|"rate after"|"recruited"'))
    bench = Bench({"ipsi": 1.0, "contra": np.inf}, rest=1.0)
    found = read(made, bench)
    assert found["mine_rate_60_g ipsi"].value == pytest.approx(20.0, rel=0.02)
    assert found["mine_rate_before_120_g ipsi"].value == pytest.approx(1.0, rel=0.1)
    assert found["mine_rate_after_60_g ipsi"].value == pytest.approx(1.0, rel=0.1)
    assert found["mine_recruited_60_g ipsi"].value == 1.0
    assert bench.stimuli[0].watch is None
    shown = {course.kind: course.values.max() for course in bench.stimuli[0].courses}
    assert shown == {"force": pytest.approx(60.0)}  # what the device shows, not what is felt


def test_rest_is_read_on_both_sides_of_one_epoch(tmp_path: Path) -> None:
    made = assay(tmp_path, table('kind = "rest"\nseconds = "5 s"', '"rate"'))
    bench = Bench({"ipsi": 1.0, "contra": 1.0}, rest=2.0)
    assert set(read(made, bench, "")) == {"mine_rate ipsi", "mine_rate contra"}
    assert made.sides == ()
    assert bench.labels == ["mine"]


def test_trials_are_counted(tmp_path: Path) -> None:
    stimulus = 'kind = "filament"\nstrengths = ["4 g", "15 g"]\nseconds = "1 s"\ntrials = 5'
    made = assay(tmp_path, table(stimulus, '"answers"'))
    bench = Bench({"ipsi": 10 * MILLINEWTONS_PER_GRAM, "contra": np.inf})
    found = read(made, bench)
    assert (found["mine_answers_4_g ipsi"].value, found["mine_answers_15_g ipsi"].value) == (0.0, 100.0)
    assert len(set(bench.labels)) == made.epochs == 10


def test_a_criterion_of_its_own_moves_the_withdrawal(tmp_path: Path) -> None:
    stimulus = 'kind = "pinch"\nstrengths = ["80 g"]\nseconds = "3 s"'
    strict = assay(tmp_path, table(stimulus, '"latency"\ncriterion = "15 Hz"'))
    found = read(strict, Bench({"ipsi": 1.0, "contra": np.inf}))["mine_latency ipsi"]
    assert found.value == pytest.approx(-WITHDRAWAL_WINDOW.si * np.log(1 - 15.0 / 20.0), abs=0.03)


def test_pulses_are_given(tmp_path: Path) -> None:
    stimulus = 'kind = "electric"\nstrengths = [22.5]\npulses = 4\nevery = "0.5 s"\nplace = "nerve"'
    bench = Bench({"ipsi": 1.0, "contra": np.inf})
    read(assay(tmp_path, table(stimulus, '"rate"')), bench)
    wave = bench.stimuli[0].electric["ipsi"]
    np.testing.assert_allclose(np.flatnonzero(wave) * BIN, [1.0, 1.5, 2.0, 2.5])
    assert bench.stimuli[0].electric_way < 1.0


@pytest.mark.parametrize(
    ("stimulus", "readings", "told"),
    [
        ('kind = "cold"\nseconds = "2 s"', '"rate"', 'stimulus.kind = "cold": no afferent of the model answers cold'),
        ('kind = "heet"\nseconds = "2 s"', '"rate"', 'stimulus.kind: no stimulus "heet". Nearest: heat'),
        ('kind = "pinch"\nseconds = "2 s"', '"rate"', "stimulus.strengths: missing"),
        ('kind = "pinch"\nstrengths = ["8 g"]', '"rate"', "stimulus: none of seconds and rise given"),
        (PINCH.replace("8 g", "8 kg"), '"rate"', r'strengths\[0\] = "8 kg": expected a force'),
        (PINCH.replace("8 g", "8 V"), '"rate"', r'strengths\[0\] = "8 V": expected a quantity'),
        (PINCH.replace("2 s", "2 g"), '"rate"', 'stimulus.seconds = "2 g": expected a quantity'),
        ('kind = "pinch"\nstrengths = ["8 g"]\nseconds = "300 s"', '"rate"', "expected 0.01 s to 120 s"),
        (PINCH.replace("pinch", "heat").replace("8 g", "70 degC"), '"rate"', r'strengths\[0\] = "70 degC": expected'),
        ('kind = "brush"\nseconds = "2 s"', '"latency"', 'nothing withdraws from "brush"'),
        (PINCH.replace("pinch", "brush"), '"rate"', 'stimulus.strengths: a stimulus "brush" has none'),
        ('kind = "rest"\nseconds = "2 s"\nbefore = "1 s"', '"rate"', 'stimulus.before: a stimulus "rest" has none'),
        (PINCH, '"rats"', 'no reading "rats". Nearest: rate'),
        (PINCH, '"rate"\npopulation = "islett"', 'no population "islett"'),
        (PINCH, '"latency"\npopulation = "raphe"', "it has no sides"),
        (PINCH, '"rate"\ncriterion = "5 Hz"', 'a reading "rate" has none'),
        ('kind = "pinch"\nstrengths = ["8 g", "4 g"]\nseconds = "2 s"', '"threshold"', "expected rising strengths"),
        ('kind = "pinch"\nstrengths = ["8 g"]\nseconds = "2 s"\nbefore = "0 s"', '"rate before"', "needs a rest"),
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_is_told(stimulus: str, readings: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=told) as error:
        assay(tmp_path, table(stimulus, readings))
    assert all("assays[0]" in line for line in str(error.value).split("\n"))


def test_the_name_of_an_assay_is_told_with_one_that_can_be(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r'assays\[0\].name = "Slow press": expected .* such as "slow_press"'):
        assay(tmp_path, TABLE.replace('"slow_press"', '"Slow press"'))


# --- programs ----------------------------------------------------------------------------------------------------


def test_a_program_is_done_as_it_says(tmp_path: Path) -> None:
    made = extended(written(tmp_path)).assays["hold60"]
    bench = Bench({"ipsi": 1.0, "contra": np.inf})
    assert read(made, bench)["hold60_rate ipsi"].value == pytest.approx(20.0, rel=0.02)
    assert made.origin == "hold.py"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("def hold(", "def hold((", r"hold.py: line 6: "),
        ("import assays, stimuli", "import assays, stimulus", r"hold.py: line 3: ImportError: .*: a file is carried"),
        ("hold60 = assays", "hold60 = asays", "hold.py: line 11: NameError"),
        ('hold60 = assays.Assay("hold60", ', "hold60 = (", "hold.py: no assay in it; expected Assay"),
        ('Assay("hold60"', 'Assay("Hold 60"', 'hold.py: name of an assay = "Hold 60": expected .* such as "hold_60"'),
        ('Assay("hold60"', 'Assay("brush"', 'hold.py: assay "brush": bluespot itself has one of this name'),
        ('("ipsi", "contra"), "Hz"', '("left",), "Hz"', r"assay 'hold60': sides = \('left',\): expected a tuple"),
        ("7.0, 1,", "0, 1,", "hold.py: assay 'hold60': seconds = 0: expected simulated seconds above 0"),
        ("7.0, 1,", "7.0, 1.5,", "hold.py: assay 'hold60': epochs = 1.5: expected a whole number"),
        ("from bluespot", "raise SystemExit(3)\nfrom bluespot", "hold.py: line 3: SystemExit: 3"),
    ],
)  # fmt: skip
def test_a_program_that_makes_no_assay_is_told(old: str, new: str, told: str, tmp_path: Path) -> None:
    assert old in PROGRAM
    with pytest.raises(UserError, match=told) as error:
        extended(written(tmp_path, text=PROGRAM.replace(old, new)))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('{side}_projection"]', '{side}_projecton"]', r"hold.py: line 7: KeyError: 'ipsi_projecton' \(assay"),
        ('"60 g"', '"60 V"', r"hold.py: assay 'hold60': press: force = .*expected a quantity"),
        ('assays.Reading("hold60_rate"', 'print("hold60_rate"', "it yields None; expected Reading"),
        ("yield assays.Reading", "yield 3; assays.Reading", r"it yields 3; expected Reading\(name, side,"),
        ("yield assays.Reading", "assays.Reading", "its function returns None; expected one that yields"),
        ('side, assays.mean', '"left", assays.mean', "reading hold60_rate: side = 'left': expected one of"),
        ("assays.mean_rate(cells, 1.0, 6.0)", "float('nan')", "hold60_rate: value = nan: expected a finite number"),
        ("assays.mean_rate(cells, 1.0, 6.0)", "-1.0", "hold60_rate: value = -1 Hz: expected 0 or more, or a name that"),
        ('6.0), "Hz")', '6.0), "hz")', 'reading hold60_rate: no unit "hz". Nearest: Hz'),
        ('f"hold60:{side}"', 'f"hold:{side}"', r'bench.epoch\("hold:ipsi", ...\): expected a purpose that begins'),
        ("    yield", '    bench.epoch(f"hold60:{side}", stimuli.rest())\n    yield', "two epochs are called"),
    ],
)  # fmt: skip
def test_a_slip_in_what_a_program_does_is_told(old: str, new: str, told: str, tmp_path: Path) -> None:
    assert old in PROGRAM
    made = extended(written(tmp_path, text=PROGRAM.replace(old, new))).assays["hold60"]
    with pytest.raises(UserError, match=told) as error:
        read(made, Bench({"ipsi": 1.0, "contra": np.inf}))
    assert "\n" not in str(error.value)


def test_what_fails_below_a_program_is_no_mistake_of_its_user(tmp_path: Path) -> None:
    class Full(Bench):
        def epoch(self, purpose: str, stimulus: Stimulus) -> Answer:
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        read(extended(written(tmp_path)).assays["hold60"], Full({"ipsi": 1.0, "contra": 1.0}))


def test_the_numbers_of_a_program_are_found_beside_it(tmp_path: Path) -> None:
    """So that the methods of a report count them."""
    from experiments.evidence.study_sources import numbers_used
    from experiments.protocol.arm import Arm
    from experiments.protocol.study import Study

    number = (
        'from core.sourced import ASSUMED, Sourced\nHOLD = Sourced(5.0, ASSUMED, "for a test", low=1.0, high=9.0)\n'
    )
    program = written(tmp_path, text=number + PROGRAM.partition("\n")[2])
    hold60 = extended(program).assays["hold60"]
    study = Study(name="own", animals=1, arms=Arm("sham"), assays=hold60.on_days(1), extensions=program)
    assert "for a test" in {number.note for what, number in numbers_used(study) if what == "hold60"}
