"""Which number of every animal an outcome reads, and the keys by which it is named.

There are three kinds of readings. A *plain* reading is what an assay read, a column of the slow state, or an average of
a rest epoch. A reading of *spikes* is a measure of a population in a part of an epoch. A reading of *drugs* follows
from what an arm is given, without spikes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, Self

from pydantic import Field, ValidationError, model_validator

from circuits import CIRCUITS
from circuits.structure import structure
from core.days import hours_from_surgery
from core.errors import unknown_name
from core.vocabulary import DRUG_PLACES, SIDES, SITES, unknown_site
from drugs.kinetics import TISSUES
from experiments.laboratory.timetable import regimens_given
from experiments.protocol.measurement import Day, Hour
from experiments.protocol.schema import HERE, Listed, Part, mistakes, refusal
from results.spikes.durations import DURATIONS
from results.spikes.measures import MEASURES

if TYPE_CHECKING:
    from drugs import Substance
    from experiments.protocol.study import Study

#: What `assay` names for the epochs of rest between all assays.
REST = "rest"
#: Where a concentration is read: total drug in plasma, free drug elsewhere.
PLASMA = "plasma"
CONCENTRATION_PLACES = (PLASMA, *TISSUES)


class Readable(NamedTuple):
    """A reading that a value may name.

    Attributes
    ----------
    unit
        As results write it; "1" for none.
    words
        What it is.
    needs, takes
        Keys without which it is not told, and keys that may be given as well, besides day and hour.
    """

    unit: str
    words: str
    needs: tuple[str, ...]
    takes: tuple[str, ...] = ()


_WHICH_EPOCH = ("side", "phase", "stimulus", "strength")
_OF_A_WINDOW = (*_WHICH_EPOCH, "part", "window_seconds")
_OF_SPIKES = ("population", "assay")
#: Measures of spikes that are of one part of an epoch only.
_ONLY_PART = {"latency": ("during",), "after_discharge": ("after",), "evoked_rate": ("during", "after")}
SPIKE_READINGS: Mapping[str, Readable] = {
    **{name: Readable(each.unit, each.words, _OF_SPIKES, _OF_A_WINDOW) for name, each in MEASURES.items()},
    **{name: Readable("s", each.words, _OF_SPIKES, _WHICH_EPOCH) for name, each in DURATIONS.items()},
}
DRUG_READINGS: Mapping[str, Readable] = {
    "occupancy": Readable(
        "%", "sites that drug holds where no transmitter competes, of all sites", ("site", "place"), ()
    ),
    "concentration": Readable("nM", "total drug in plasma, free drug in a tissue", ("drug", "place"), ()),
}
PLAIN = Readable("", "of an assay, of the slow state, or an average of a rest epoch", (),
                ("assay", "side", "phase", "mean_over_hours"))  # fmt: skip
_PARTS = ("rest", "before", "during", "after")
#: Keys that belong to every reading.
_ALWAYS = ("name", "day", "hour", "minus", "over")


class Value(Part):
    """Which number of every animal an outcome reads, and when; `bluespot evidence --readings` lists what can be named.

    Keys that a reading does not take are refused. Several populations are read as one. `strength` is in the unit of the
    device; of a rising stimulus it chooses the band that holds it. `window_seconds` are counted from the start of the
    part, or from each pulse of an electric stimulus. `minus` and `over` hold keys of a second reading of the same
    animal, which is like the first but for them: it is taken off, or the first is given in per cent of it.
    """

    name: str = Field(description='a reading such as "paw_pressure_threshold", or a slow variable such as "mood"')
    population: Listed[str] = Field(default=(), description='a population such as "ipsi_projection", or a list of them')
    assay: str = Field(default="", description='the name of an assay such as "pinch", or "rest"')
    side: str = Field(default="", description='a side such as "ipsi"')
    phase: str | None = Field(default=None, description='what was injected, such as "intrathecal idazoxan", or ""')
    stimulus: str = Field(default="", description='a kind of stimulus such as "brush" or "force"')
    strength: float | None = Field(default=None, description="a strength in the unit of the device, such as 60")
    part: str = Field(default="", description='"rest", "before", "during" or "after"')
    window_seconds: Annotated[tuple[float, float] | None, Field(strict=False)] = Field(
        default=None, description="a list of two times in s, such as [0.05, 0.5]"
    )
    site: str = Field(default="", description='a binding site such as "NET"')
    drug: str = Field(default="", description='a drug or metabolite such as "norfluoxetine"')
    place: str = Field(default="", description='a compartment such as "forebrain", or "plasma"')
    day: Day = 0
    hour: Hour = 0.0
    mean_over_hours: float = Field(default=0.0, ge=0.0, description="hours before, over which an average is taken")
    minus: dict[str, Any] = Field(default_factory=dict, description="a table of keys that differ in what is taken off")
    over: dict[str, Any] = Field(
        default_factory=dict, description="a table of keys that differ in what it is given in per cent of"
    )

    @model_validator(mode="after")
    def _complete(self) -> Self:
        lines = [*self._wrong_keys(), *self._wrong_names(), *self._wrong_parts(), *self._wrong_second()]
        if lines:
            raise refusal(*lines)
        return self

    @property
    def of_spikes(self) -> bool:
        """Whether it is a measure of the spikes of a population."""
        return self.name in SPIKE_READINGS

    @property
    def of_drugs(self) -> bool:
        """Whether it follows from what an arm is given; so then does what it is compared with in the animal."""
        return self.name in DRUG_READINGS and (self.second is None or self.second.of_drugs)

    @property
    def second(self) -> Value | None:
        """The reading of the same animal that is taken off, or of which per cent are given."""
        own = {name: getattr(self, name) for name in self.model_fields_set - {"minus", "over"}}
        return Value.model_validate({**own, **self.minus, **self.over}) if self.minus or self.over else None

    @property
    def reading(self) -> str:
        """What is read in words, whichever the arm, the day and the side."""
        of = ", ".join(self.population) or self.site or self.drug
        return self.name + (f" of {of}" if of else "") + (f" in {self.place}" if self.place else "")

    def mistakes_in(self, study: Study, times: Iterable[tuple[int, float]]) -> Iterator[str]:
        """Yield one line for each thing that it reads and a study does not have.

        Parameters
        ----------
        study
            Whose animals are read.
        times
            (day, hour) of every value that is read.
        """
        for day, hour in times:
            own = self.model_copy(update={"day": day, "hour": hour})
            for each in (own, own.second):
                yield from each._not_there(study) if each is not None else ()

    def _not_there(self, study: Study) -> Iterator[str]:
        if self.name in DRUG_READINGS:
            last = study.span[1]
            if hours_from_surgery(self.day, self.hour) > hours_from_surgery(last + 1):
                yield f"{self.name} is read on day {self.day}, and the study ends on day {last}."
            if self.drug and self.drug not in (known := molecules(study)):
                yield str(unknown_name("drug", self.drug, known, "value.drug"))
            return
        done = [each.assay for each in study.assays if self.day in each.days and each.hour == self.hour]
        when = f"day {self.day} at hour {self.hour:g}"
        if not done:
            yield f"nothing is measured on {when}."
        elif self.assay and self.assay not in (*done, REST):
            yield str(unknown_name("assay", self.assay, (*done, REST), when))

    def _wrong_keys(self) -> Iterator[str]:
        reading = SPIKE_READINGS.get(self.name) or DRUG_READINGS.get(self.name) or PLAIN
        given = [name for name, field in type(self).model_fields.items() if getattr(self, name) != _default(field)]
        allowed = (*reading.needs, *reading.takes, *_ALWAYS)
        for name in given:
            if name not in allowed:
                yield f"{HERE}.{name}: {self.name} does not take it; it takes {', '.join(allowed[: -len(_ALWAYS)])}."
        for name in reading.needs:
            if name not in given:
                yield f"{HERE}.{name}: missing; {self.name} needs {type(self).model_fields[name].description}."

    def _wrong_names(self) -> Iterator[str]:
        places = CONCENTRATION_PLACES if self.name == "concentration" else DRUG_PLACES
        for key, given, allowed in (
            ("side", [self.side], SIDES),
            ("part", [self.part], _PARTS),
            ("place", [self.place], places),
            ("population", self.population, _populations()),
        ):
            for name in given:
                if name and name not in allowed:
                    yield str(unknown_name(key, name, allowed, f"{HERE}.{key}"))
        if self.site and self.site not in SITES:
            yield str(unknown_site(self.site, where=f"{HERE}.site"))

    def _wrong_parts(self) -> Iterator[str]:
        only = _ONLY_PART.get(self.name)
        if only and self.part and self.part not in only:
            yield f'{HERE}.part = "{self.part}": {self.name} is of {" or ".join(only)}.'
        window = self.window_seconds
        if window is not None and not 0.0 <= window[0] < window[1]:
            yield f"{HERE}.window_seconds = {list(window)}: expected two times that rise, from 0 on, such as [0, 0.5]."

    def _wrong_second(self) -> Iterator[str]:
        if self.minus and self.over:
            yield f"{HERE}: expected minus or over, not both."
            return
        key, keys = ("minus", self.minus) if self.minus else ("over", self.over)
        for name in keys:
            if name in ("minus", "over"):
                yield f"{HERE}.{key}.{name}: expected keys of one reading."
                return
        try:
            second = self.second
        except ValidationError as error:
            yield from (f"{HERE}.{key}.{line}" for line in mistakes(Value, error))
        else:
            if second is not None and (second.name in DRUG_READINGS) != (self.name in DRUG_READINGS):
                yield f'{HERE}.{key}.name = "{second.name}": what follows from doses is not compared with an animal.'


def molecules(study: Study) -> list[str]:
    """Names of the drugs that the arms of a study are given, and of their active metabolites."""
    given = [regimen.drug for arm in study.effective_arms for regimen in regimens_given(study, arm)]
    return sorted({name for drug in given for name in _names(drug)})


def _names(drug: Substance) -> Iterator[str]:
    yield drug.name
    for metabolite in drug.metabolites:
        yield from _names(metabolite.drug)


@cache
def _populations() -> Collection[str]:
    shape = structure(CIRCUITS["naive"], 1.0)
    return [block.name for block in (*shape.blocks, *shape.fibres)]


def _default(field: Any) -> Any:
    return field.default if field.default_factory is None else field.default_factory()
