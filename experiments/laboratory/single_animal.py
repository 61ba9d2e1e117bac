"""One animal under one's hands: given drugs, taken to a day, and looked at, in a script or a notebook."""

from __future__ import annotations

import weakref
from collections.abc import Iterable
from dataclasses import KW_ONLY, dataclass, replace
from functools import partial
from math import inf
from pathlib import Path
from typing import Self

from circuits.brian.epoch_data import PRECISIONS
from circuits.circuit import Circuit
from circuits.draw import draw_animal
from circuits.moment import Moment
from circuits.slow_state import first_state
from circuits.stimulus import Stimulus
from circuits.structure import structure
from core.days import hours_from_surgery
from core.errors import UserError, unknown_name
from core.exposure import NO_DRUG
from core.records import AssayValue, SlowTable
from drugs import Regimen, Treatment, regimens_of
from drugs.binding import exposure
from experiments.laboratory.assays import ASSAYS, Assay
from experiments.laboratory.bench import Bench
from experiments.laboratory.epoch import Epoch
from experiments.laboratory.history import History, Numerics, wired_cache
from experiments.laboratory.plain_numbers import is_number, is_whole
from experiments.laboratory.replay import replay
from experiments.laboratory.rest_plan import planned
from experiments.laboratory.timetable import LONGEST_STEP, Stop, rests
from experiments.laboratory.traces import Record, Recorder, Wanted, channels
from experiments.protocol.arm import Arm
from experiments.protocol.manipulations.injection import Injection
from experiments.protocol.manipulations.phases import Interventions
from experiments.protocol.ranges import Ranges, varied
from experiments.protocol.study import Study
from experiments.protocol.study_file import read_study


@dataclass(repr=False, eq=False)
class Animal:
    """One rat, from the day before its surgery on, simulated as a study simulates it.

    It begins on `first_day`, settled, and time passes by `until`. On the way the slow clock makes the same stops as in
    a study, so an animal that was given the same drugs is the animal of the same seed and number in a study, spike for
    spike. What is looked at by `epoch` or `measure` counts as an assay of that hour.

    Use it in a `with` block, or `close` it, so that its files are removed.

    Parameters
    ----------
    circuit
        `ligated`, `sham` or `naive`, with what is changed in it; or an `Arm`, with its treatments, injections, lesions
        and light.
    number
        Which animal: each number has its own cells, contacts and variability, the same in every circuit and arm.
    seed
        Of the study whose animal it is.
    size
        Scale of all populations; 1.0 is the standard circuit.
    ranges
        "sampled", "low" or "high": how drug numbers that carry a range are taken; by default as they stand.
    precision
        Of the numbers within an epoch, "single" or "double".
    first_day
        Day from surgery on which it begins, at most 0. Its history has to be lived: it cannot begin injured.

    Raises
    ------
    UserError
        For anything of these that cannot be.
    """

    circuit: Circuit | Arm | str
    number: int = 1
    seed: int = 1
    _: KW_ONLY
    size: float = 1.0
    ranges: Ranges | None = None
    precision: str = "single"
    first_day: int = -1

    def __post_init__(self) -> None:
        self._check()
        self._arm = _as_arm(self.circuit, self.ranges)
        self._treatments: tuple[Regimen, ...] = self._arm.treatments
        self._injections: tuple[Injection, ...] = self._arm.injections
        first = hours_from_surgery(self.first_day)
        self._moment = Stop(first, self.first_day, 0.0)
        self._check_ahead(self._given())
        prepared = self._arm.prepared_circuit()
        draw = draw_animal(prepared, structure(prepared, self.size), self.seed, self.number)
        numerics = Numerics(precision=self.precision)
        cache = wired_cache(prepared, draw, numerics)
        self._close = weakref.finalize(self, cache.simulator.close)
        begin = Moment(prepared, first_state(first), NO_DRUG, draw)
        done = Interventions.of(self._arm, self._injections)
        bench = Bench(cache, begin, partial(exposure, self._given()), [], interventions=done)
        self._history = History.begun(bench, self._given(), numerics)
        self._passed = -inf
        self._pass_stops(first)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def __repr__(self) -> str:
        given = "; ".join([*map(str, self._treatments), *map(str, self._injections)])
        closed = "" if self._close.alive else ", closed"
        return (
            f"Animal({self._arm.circuit}, number {self.number}, seed {self.seed}, on day {self.day} at hour "
            f"{self.hour:g}; given {given or 'nothing'}{closed})"
        )

    def _repr_html_(self) -> str:
        """What a notebook shows: who it is, when, what it was given, and its slow state at its last rest."""
        state = self._history.track[-1].state
        rows = {
            "circuit": ", ".join(filter(None, [self._arm.circuit, self._arm.manipulation])),
            "number, seed, size": f"{self.number}, {self.seed}, {self.size:g}",
            "now": f"day {self.day}, hour {self.hour:g}",
            "given": "<br>".join([*map(str, self._treatments), *map(str, self._injections)]) or "nothing",
            "last at rest": f"hour {state.hours:g} from surgery",
            **{name.replace("_", " "): f"{value:.3g}" for name, value in state.variables.items()},
            **{f"{name.replace('_', ' ')} (Hz)": f"{rate:.3g}" for name, rate in state.observed.rates.items()},
        }
        cells = "".join(f"<tr><th>{name}</th><td>{text}</td></tr>" for name, text in rows.items())
        return f"<table>{cells}</table>"

    @property
    def day(self) -> int:
        """The day from surgery on which it stands."""
        return self._moment.day

    @property
    def hour(self) -> float:
        """The hour of that day, counted from the hour of dosing."""
        return self._moment.hour

    @property
    def populations(self) -> dict[str, int]:
        """Name of each population of cells and of afferents, by side -> how many it has."""
        shape = self._history.bench.moment.draw.structure
        return {block.name: block.count for block in (*shape.fibres, *shape.blocks)}

    @property
    def epochs(self) -> tuple[Epoch, ...]:
        """All epochs so far, those at rest and of assays among them, without traces."""
        return tuple(map(Epoch, self._history.bench.records))

    @property
    def slow_state(self) -> SlowTable:
        """Slow state at each rest epoch so far, in the columns that an animal's file has."""
        return self._history.slow_table()

    def give(self, *drugs: Injection | Treatment) -> None:
        """Give drugs, now or later. Whatever is measured at the hour of a dose comes before it.

        Parameters
        ----------
        drugs
            Regimens, such as `duloxetine.once("10 mg/kg", route="s.c.", on_day=14)`; tuples of them; or injections into
            one place.

        Raises
        ------
        UserError
            For a first dose that lies in the animal's past; nothing is given then.
        """
        self._check_open()
        injections = [each for each in drugs if isinstance(each, Injection)]
        regimens = [r for each in drugs if not isinstance(each, Injection) for r in regimens_of(each)]
        self._check_ahead([*regimens, *(r for injection in injections for r in injection.regimens)])
        self._treatments += tuple(regimens)
        self._injections += tuple(injections)
        self._history.give(self._given())
        self._history.bench.interventions = Interventions.of(self._arm, self._injections)

    def until(self, day: int, hour: float = 0.0) -> None:
        """Let time pass until an hour of a day. What happens on the way is simulated, which takes seconds a week.

        Parameters
        ----------
        day
            Whole day counted from surgery.
        hour
            Hours after the hour of dosing of that day, -12 to 24.

        Raises
        ------
        UserError
            For a time that is over, or is no time.
        """
        self._check_open()
        goal = Stop.asked_for(day, hour)
        if goal.hours < self._moment.hours:
            raise UserError(
                f"until day {goal.day}, hour {goal.hour:g}: {self._stands()}, and time does not go back. "
                "Begin with a new Animal."
            )
        self._pass_stops(goal.hours)
        self._moment = goal

    def epoch(
        self,
        stimulus: Stimulus,
        record: Record | None = None,
        *,
        every_ms: float = 0.1,
        trial: int = 0,
    ) -> Epoch:
        """Do something to the animal now, and see every spike of it. Its slow clock does not move.

        Parameters
        ----------
        stimulus
            Of `stimuli`, such as `stimuli.pinch("ipsi", "800 mN")`.
        record
            Population or compartment -> names of what to record of it, such as `{"ipsi_projection": ["v", "g_ampa"],
            "dorsal_horn_ipsi": ["noradrenaline", "alpha2A"]}`. Of a population all cells, or those that are named:
            `{"ipsi_projection": {"v": [0, 1]}}`.
        every_ms
            Milliseconds from sample to sample, a multiple of 0.1.
        trial
            Another number gives other noise and other afferent spikes, of the same animal in the same state. Equal
            trials differ by their stimuli alone.

        Returns
        -------
        Epoch
            Spikes, rates and traces; it outlives the animal.

        Raises
        ------
        UserError
            For what is no stimulus, or a population or variable that does not exist.
        """
        if not isinstance(stimulus, Stimulus):
            raise UserError(f'epoch: {stimulus!r}: expected a stimulus such as stimuli.pinch("ipsi", "800 mN").')
        if not is_whole(trial) or trial < 0:
            raise UserError(f"epoch: trial = {trial!r}: expected a whole number of 0 or more.")
        self._stand()
        bench = self._history.bench
        wanted = channels(bench.moment.draw.structure, record or {})
        if not wanted:
            bench.epoch(f"epoch:{trial}", stimulus)
            return Epoch(bench.records[-1], stimulus)
        recorder = Recorder(bench.cache.simulator, channels=wanted, every_ms=every_ms)
        replace(bench, cache=recorder).epoch(f"epoch:{trial}", stimulus)
        return recorder.epoch(bench.records[-1], stimulus)

    def measure(self, assay: Assay | str, side: str | None = None) -> tuple[AssayValue, ...]:
        """Measure the animal now, as a study does at this hour.

        Parameters
        ----------
        assay
            One of `assays`, or its name, such as "paw_pressure".
        side
            "ipsi" or "contra"; by default every side that the assay has (`locus_coeruleus_recording`: see there).

        Returns
        -------
        tuple of AssayValue
            What was read, each with its unit, and whether the stimulus ended before the animal withdrew.
        """
        if isinstance(assay, str):
            if assay not in ASSAYS:
                raise unknown_name("assay", assay, ASSAYS)
            assay = ASSAYS[assay]
        if side is not None and side not in assay.sides:
            raise unknown_name(f"side of {assay.name}", side, assay.sides or ("none, leave it out",))
        self._stand()
        sides = assay.sides_unless_named if side is None else (side,)
        return tuple(self._history.measure(assay, sides, self._moment))

    @staticmethod
    def replay(
        file: Path | str,
        epoch: str,
        record: Record | None = None,
        *,
        every_ms: float = 0.1,
        study: Study | Path | str | None = None,
    ) -> Epoch:
        """Run a recorded epoch of an animal's file again, spike by spike, to see more of it than was recorded then.

        Parameters
        ----------
        file
            An animal's HDF5 file. It holds its study; for one of format version 1 that is read from the `study.toml` of
            the folder that it was run into.
        epoch
            Label of the epoch, such as "paw_pressure:ipsi@338.0000h"; `read_animal(file).epochs` has them all.
        record, every_ms
            What to record of it, as of `Animal.epoch`.
        study
            The study, its file or the name of a bundled one, in place of that.

        Returns
        -------
        Epoch
            With the very spikes that the file holds.

        Raises
        ------
        UserError
            Where the study is missing or another one, or the spikes come out otherwise than recorded, as may happen
            with another version or compiler.
        """
        known = read_study(study) if isinstance(study, str | Path) else study
        return replay(Path(file), epoch, known, Wanted(record or {}, every_ms))

    def close(self) -> None:
        """Remove its files. Epochs that it gave stay."""
        self._close()

    def _check(self) -> None:
        for name in ("number", "seed"):
            value = getattr(self, name)
            if not is_whole(value) or value < 0:
                raise UserError(f"Animal: {name} = {value!r}: expected a whole number of 0 or more.")
        if not is_number(self.size) or not 0.0 < self.size < inf:
            raise UserError(
                f"Animal: size = {self.size!r}: expected a scale of all populations above 0, such as 1.0 or 0.25."
            )
        if self.precision not in PRECISIONS:
            raise unknown_name("precision", str(self.precision), PRECISIONS, "Animal")
        if not is_whole(self.first_day) or self.first_day > 0:
            raise UserError(
                f"Animal: first_day = {self.first_day!r}: expected day 0 or one before, as an animal begins healthy. "
                "What injury and drugs make of it has to happen: take it to a later day by `until`."
            )

    def _as_planned(self) -> tuple[Regimen, ...]:
        """All that it was given, with the drug numbers of all animals."""
        return *self._treatments, *(regimen for injection in self._injections for regimen in injection.regimens)

    def _given(self) -> tuple[Regimen, ...]:
        """The same with the drug numbers that it has."""
        return varied(self._as_planned(), self._arm.ranges, self.seed, self.number)

    def _pass_stops(self, until_hours: float) -> None:
        """Make all stops of the slow clock up to an hour, that hour included.

        They are asked for beyond it: the last hour of a timetable is no stop of its own, yet it is one on the way on.
        """
        first, given = hours_from_surgery(self.first_day), self._as_planned()
        hours = rests(given, self._arm.marks(), first, until_hours + LONGEST_STEP)
        ahead = [each for each in hours if each <= until_hours]
        for rest in planned(self._history.bench.moment.circuit, given, ahead, kept=self._arm.marks()):
            if rest.hours > self._passed:
                self._history.go_on(rest.hours, rest=True, like=rest.like)
                self._passed = rest.hours

    def _stand(self) -> None:
        """Bring the slow clock to the hour at which the animal stands, rested, before it is looked at."""
        self._check_open()
        self._history.go_on(self._moment.hours, rest=False)

    def _check_ahead(self, regimens: Iterable[Regimen]) -> None:
        """UserError for the first of the regimens that begins in the past."""
        for regimen in regimens:
            if hours_from_surgery(regimen.from_day, regimen.hour) < self._moment.hours:
                raise UserError(
                    f"{regimen}: its first dose, at hour {regimen.hour:g} of day {regimen.from_day}, lies in the past; "
                    f"{self._stands()}. Give it before, or begin with a new Animal."
                )

    def _stands(self) -> str:
        return f"the animal stands at hour {self.hour:g} of day {self.day}"

    def _check_open(self) -> None:
        if not self._close.alive:
            raise UserError("the animal is closed; work with it inside its `with` block.")


def _as_arm(circuit: Circuit | Arm | str, ranges: Ranges | None) -> Arm:
    """The arm whose animal it is; a circuit goes through one as in a study, so that its numbers are the same."""
    if isinstance(circuit, Arm):
        return circuit if ranges is None else circuit.model_copy(update={"ranges": ranges})
    return Arm(circuit, ranges=ranges)
