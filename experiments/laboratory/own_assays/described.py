"""An assay made from its table: waveforms of the stimulus in each epoch, and numbers from the spikes that answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from brian2.units import Hz

from circuits import CIRCUITS
from circuits.populations.population import AfferentPopulation, CellPopulation
from circuits.stimulus import BIN, Watch
from core.errors import UserError, unknown_name
from core.quantities import read_quantity
from core.records import SpikeTrain
from core.vocabulary import SIDES
from experiments.laboratory.assays.assay import Assay, Reading
from experiments.laboratory.assays.pinch import mean_rate, recruited_share
from experiments.laboratory.assays.withdrawal import WITHDRAWAL_RATE, until_withdrawal, withdrawal
from experiments.laboratory.bench import Bench
from experiments.laboratory.own_assays.stimulus_courses import FORCES, Course, courses_of
from experiments.protocol.extensions.assay_table import READINGS, AssayTable, ReadingTable

#: Kind of a stimulus -> the unit in which its threshold is read.
_UNITS = {**dict.fromkeys(FORCES, "g"), "heat": "degC", "electric": "1"}


def described_assay(table: AssayTable, where: str) -> Assay:
    """The assay of a table.

    Parameters
    ----------
    table : AssayTable
        Stimulus and readings.
    where : str
        The place that begins each line of the error.

    Raises
    ------
    UserError
        For a quantity of another unit, a population that does not exist, and an epoch that is too long.
    """
    try:
        made = _Described(table)
        return made.assay()
    except UserError as error:
        raise UserError("\n".join(f"{where}.{line}" for line in str(error).split("\n"))) from None


@dataclass(frozen=True)
class _Described:
    table: AssayTable

    def __post_init__(self) -> None:
        for k, reading in enumerate(self.table.readings):
            _check(reading, f"readings[{k}]")

    def assay(self) -> Assay:
        """The assay; its courses are worked out, so that a mistake in one is told now."""
        courses, stimulus = self.courses, self.table.stimulus
        seconds = sum(course.stimulus.seconds for course in courses) * stimulus.trials
        both = stimulus.paws == "both"
        return Assay(
            self.table.name,
            () if both or (stimulus.kind == "rest" and self.table.sides is None) else self.sides,
            self._unit(self.table.readings[0]),
            seconds,
            len(courses) * stimulus.trials,
            self.table.description,
            self.perform,
            self._cut_offs(),
        )

    @property
    def sides(self) -> tuple[str, ...]:
        """The sides that can be measured."""
        return SIDES if self.table.sides is None else self.table.sides

    @cached_property
    def courses(self) -> tuple[Course, ...]:
        """The stimulus of each strength; `UserError` with the field that is wrong."""
        found = courses_of(self.table.stimulus)
        tops = [course.top for course in found]
        reads = {reading.read for reading in self.table.readings}
        if "threshold" in reads and tops != sorted(set(tops)):
            raise UserError("stimulus.strengths: a threshold is the first that is answered; expected rising strengths.")
        for key, read in (("before", "rate before"), ("after", "rate after")):
            rest = found[0].start if key == "before" else found[0].stimulus.seconds - found[0].stop
            if read in reads and rest < BIN:
                raise UserError(f'stimulus.{key}: a reading "{read}" needs a rest; expected more than 0 s.')
        return found

    @property
    def _stops_early(self) -> bool:
        """Whether a withdrawal ends a series of strengths: nothing but the threshold is asked for."""
        return {reading.read for reading in self.table.readings} == {"threshold"} and self.table.stimulus.trials == 1

    @property
    def _watches(self) -> bool:
        """Whether a withdrawal ends the epoch: nothing but withdrawals of a single paw is asked for."""
        readings = self.table.readings
        projection = all(each.population == "projection" for each in readings)
        one = len({each.criterion for each in readings}) == 1 and self.table.stimulus.paws == "each"
        return projection and one and all(READINGS[each.read] for each in readings)

    def perform(self, bench: Bench, side: str) -> Iterator[Reading]:
        """Run the epochs, strength by strength, and read them."""
        done: list[list[_Answer]] = []
        for course in self.courses:
            done.append(list(self._answers(bench, side, course)))
            if self._stops_early and done[-1][0].withdrawal(self.table.readings[0]) is not None:
                break
        for reading in self.table.readings:
            yield from self._read(reading, side, done)

    def _answers(self, bench: Bench, side: str, course: Course) -> Iterator[_Answer]:
        paws = SIDES if self.table.stimulus.paws == "both" else (side or "ipsi",)
        stimulus = course.on(paws)
        if self._watches:
            stimulus = replace(stimulus, watch=_watch(paws[0], self.table.readings[0], course.start))
        for trial in range(self.table.stimulus.trials):
            parts = [self.table.name, side, course.label, str(trial + 1) if self.table.stimulus.trials > 1 else ""]
            result = bench.epoch(":".join(filter(None, parts)), stimulus)
            yield _Answer(course, result.spikes, result.seconds, paws)

    def _read(self, reading: ReadingTable, side: str, done: list[list[_Answer]]) -> Iterator[Reading]:
        unit, name = self._unit(reading), reading.name or f"{self.table.name}_{reading.read.replace(' ', '_')}"
        if reading.read == "threshold":
            yield Reading(name, side, *_threshold(reading, [each for found in done for each in found], unit))
            return
        for answers in done:
            told = f"{name}_{answers[0].course.slug}" if len(self.courses) > 1 else name
            if READINGS[reading.read]:
                yield Reading(told, side, *_of_withdrawals(reading, answers, unit))
                continue
            sides = SIDES if self.table.stimulus.paws == "both" or not side else (side,)
            for where in sides if _sided()[reading.population] else ("",):
                values = [each.number(reading, where) for each in answers]
                yield Reading(told, where or side, float(np.mean(values)), unit)

    def _unit(self, reading: ReadingTable) -> str:
        if reading.read == "threshold":
            return _UNITS[self.table.stimulus.kind]
        return {"latency": "s", "answers": "%", "recruited": "1"}.get(reading.read, "Hz")

    def _cut_offs(self) -> dict[str, float]:
        """Reading -> its value where nothing withdraws."""
        found: dict[str, float] = {}
        for reading in self.table.readings:
            name = reading.name or f"{self.table.name}_{reading.read}"
            if reading.read == "threshold":
                found[name] = self.courses[-1].top
            if reading.read == "latency":
                several = len(self.courses) > 1
                found |= {f"{name}_{c.slug}" if several else name: c.stop - c.start for c in self.courses}
        return found


@dataclass(frozen=True)
class _Answer:
    """The spikes of one epoch, and how long it lasted."""

    course: Course
    spikes: Mapping[str, SpikeTrain]
    seconds: float
    paws: tuple[str, ...]

    def number(self, reading: ReadingTable, side: str) -> float:
        """A rate or share of a population, of its side."""
        train, course = self.spikes[f"{side}_{reading.population}" if side else reading.population], self.course
        spans = {
            "rate before": (0.0, course.start),
            "rate after": (course.stop, course.stimulus.seconds),
        }
        begin, end = spans.get(reading.read, (course.start, course.stop))
        return recruited_share(train, begin, end) if reading.read == "recruited" else mean_rate(train, begin, end)

    def withdrawal(self, reading: ReadingTable) -> float | None:
        """Seconds of the epoch until the first of the paws withdraws."""
        criterion = _criterion(reading)
        trains = [self.spikes[f"{side}_{reading.population}"] for side in self.paws]
        end = min(self.seconds, self.course.stop)
        found = [withdrawal(train, end, self.course.start, criterion) for train in trains]
        return min((moment for moment in found if moment is not None), default=None)


def _threshold(reading: ReadingTable, answers: list[_Answer], unit: str) -> tuple[float, str, bool]:
    """Strength at the first withdrawal, or the strongest, of a rise or of strengths one after another."""
    for answer in answers:
        moment = answer.withdrawal(reading)
        if moment is not None and answer.course.shown is not None:
            return float(answer.course.shown[round(moment / BIN) - 1]), unit, False
    return answers[-1].course.top, unit, True


def _of_withdrawals(reading: ReadingTable, answers: list[_Answer], unit: str) -> tuple[float, str, bool]:
    """Share of the trials that were answered, or the mean latency, in which one without withdrawal has the longest."""
    moments = [answer.withdrawal(reading) for answer in answers]
    if reading.read == "answers":
        return 100.0 * float(np.mean([moment is not None for moment in moments])), unit, False
    course = answers[0].course
    waited = [(course.stop if moment is None else moment) - course.start for moment in moments]
    return float(np.mean(waited)), unit, None in moments


def _criterion(reading: ReadingTable, where: str = "criterion") -> float:
    given = reading.criterion
    return WITHDRAWAL_RATE.si if given is None else float(read_quantity(given, Hz, where, "5 Hz"))


def _watch(side: str, reading: ReadingTable, start: float) -> Watch:
    usual = until_withdrawal(side)
    return replace(usual, rate_hertz=usual.rate_hertz / WITHDRAWAL_RATE.si * _criterion(reading), after=start + BIN)


def _sided() -> dict[str, bool]:
    """Population -> whether it has two sides."""
    populations: tuple[CellPopulation | AfferentPopulation, ...] = (
        *CIRCUITS["sham"].cells,
        *CIRCUITS["sham"].afferents,
    )
    return {each.name: each.sided for each in populations}


def _check(reading: ReadingTable, where: str) -> None:
    """`UserError` for a population or a criterion that cannot be."""
    sided = _sided()
    if reading.population not in sided:
        raise unknown_name("population", reading.population, sided, f"{where}.population")
    if not READINGS[reading.read]:
        return
    if not sided[reading.population]:
        raise UserError(
            f'{where}.population = "{reading.population}": it has no sides, so that no paw withdraws by it; '
            'expected one that has, such as "projection".'
        )
    if not 0.0 < _criterion(reading, f"{where}.criterion") <= 1000.0:
        raise UserError(f'{where}.criterion = "{reading.criterion}": expected a rate above 0 and at most 1000 Hz.')
