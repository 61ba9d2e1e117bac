"""Silencing and stimulation of populations, as a study file or a script writes them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated, ClassVar, Required, Self, TypedDict, Unpack

from brian2.units import Hz, ms, nS, pA
from pydantic import Field, field_validator, model_validator

from circuits.manipulations import OpsinSchedule
from circuits.manipulations.optogenetics import LIGHT_STEP_SECONDS, OPSINS, OpsinActivation
from circuits.populations import AFFERENTS, CELLS
from core.days import hours_from_surgery
from core.errors import UserError
from core.quantities import read_quantity
from core.sourced import Sourced
from core.vocabulary import SIDES
from experiments.protocol.manipulations.lesions import positive_quantity
from experiments.protocol.manipulations.timing import TimedManipulation, overlap
from experiments.protocol.measurement import Day, Measurement
from experiments.protocol.schema import HERE, Listed, OneOrMore, collected, refusal
from experiments.protocol.spellings import read_names
from experiments.protocol.treatment import DosingHour

#: Name for several populations at once -> these populations.
GROUPS = {"locus_coeruleus": ("locus_coeruleus_spinal", "locus_coeruleus_ascending")}
_AFFERENTS = {population.name for population in AFFERENTS}
#: Seconds that no epoch lasts.
_WHOLE_EPOCH = 1e6


def _blocks() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for population in (*CELLS, *AFFERENTS):
        sides = [f"{side}_{population.name}" for side in SIDES] if population.sided else []
        found[population.name] = tuple(sides) or (population.name,)
        found |= {name: (name,) for name in sides}
    return found | {name: tuple(b for part in parts for b in found[part]) for name, parts in GROUPS.items()}


#: name -> the blocks it stands for: `islet` both sides, `ipsi_islet` one, `locus_coeruleus` both modules.
BLOCKS = _blocks()


class SilencingFields(TypedDict, total=False):
    """What a `Silencing` takes: lists and single things where its fields hold tuples."""

    populations: Required[OneOrMore[str]]
    strength: str | None
    share: float
    on_days: OneOrMore[int]
    hour: float
    lasts_hours: float | None
    assays: OneOrMore[str]
    from_second: float | None
    until_second: float | None


class StimulationFields(SilencingFields, total=False):
    """What a `Stimulation` takes."""

    frequency: str | None
    pulse: str | None


class OptogeneticManipulation(TimedManipulation):
    """Opsin activation in populations, for hours on days or for seconds in assays: `Silencing` and `Stimulation`."""

    populations: Listed[Annotated[str, Field(description='a population such as "locus_coeruleus"')]] = Field(
        min_length=1, description='a list of populations such as ["locus_coeruleus"]'
    )
    strength: str | None = Field(
        default=None, description='a conductance such as "20 nS" or a current such as "100 pA"'
    )
    share: float = Field(default=1.0, ge=0.0, le=1.0, description="a share of the cells from 0 to 1, such as 0.8")
    on_days: Listed[Day] = Field(default=(), description="a list of whole days")
    hour: DosingHour = 0.0
    lasts_hours: float | None = Field(default=None, gt=0.0, description="hours above 0, such as 2.0")
    assays: Listed[Annotated[str, Field(description="the name of an assay")]] = Field(
        default=(), description='a list of assays such as ["paw_pressure"]'
    )
    from_second: float | None = Field(default=None, description="seconds from the onset of the stimulus, such as 0.0")
    until_second: float | None = Field(default=None, description="seconds from the onset of the stimulus, such as 10.0")

    _silences: ClassVar[bool] = True

    @field_validator("populations")
    @classmethod
    def _populations_exist(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        with collected():
            return read_names("population", names, BLOCKS, HERE)

    @field_validator("strength")
    @classmethod
    def _a_strength(cls, text: str | None) -> str | None:
        with collected():
            return text if text is None else (_strength(text), text)[1]

    @model_validator(mode="after")
    def _when_is_clear(self) -> Self:
        lines = _timing_mistakes(self)
        if self.strength is not None and self.on_fibres:
            lines.append(
                f'{HERE}.strength = "{self.strength}": {self.on_fibres} are fibres, which have no membrane here.'
            )
        if lines:
            raise refusal(*lines)
        return self

    def __str__(self) -> str:
        share = "" if self.share == 1.0 else f" ({100 * self.share:g} %)"
        return f"{', '.join(self.populations)}{share} {self.verb} {self.when}"

    verb: ClassVar[str] = "silenced"

    @property
    def when(self) -> str:
        """When it is done, in words."""
        if self.on_days:
            return self.days_in_words
        return f"from {self.from_second:g} to {self.until_second:g} s in {self.assays_in_words}"

    @property
    def on_fibres(self) -> str:
        """Names of those of the populations that are fibres, joined by commas."""
        return ", ".join(
            name
            for name in self.populations
            if any(b.split("_", 1)[-1] in _AFFERENTS or b in _AFFERENTS for b in BLOCKS[name])
        )

    @property
    def blocks(self) -> tuple[str, ...]:
        """Blocks of cells or fibres, such as `ipsi_islet`, that carry the opsin."""
        return tuple(dict.fromkeys(block for name in self.populations for block in BLOCKS[name]))

    @property
    def opsin_schedule(self) -> OpsinSchedule:
        """The same as data of a circuit."""
        start, stop = (
            (0.0, _WHOLE_EPOCH) if self.on_days else (float(self.from_second or 0.0), float(self.until_second or 0.0))
        )
        opsin = OpsinActivation(self.blocks, start, stop, self._silences, share=self.share, **self._electric())
        return OpsinSchedule(opsin, self.spans, self.assays)

    def _electric(self) -> dict[str, float]:
        raise NotImplementedError

    def _strength_or(self, conductance: Sourced) -> tuple[str, float]:
        """Kind of the strength, "conductance" or "current", and its number in S or A; by default this conductance."""
        return _strength(self.strength) if self.strength else ("conductance", conductance.si)


class Silencing(OptogeneticManipulation):
    """Optogenetic silencing of populations (archaerhodopsin-like): `[[arms.silencing]]` of a study file.

    Cells get a hyperpolarising conductance or current; fibres conduct nothing meanwhile.

    Parameters
    ----------
    populations : str or sequence of str
        Populations as in the results: "islet" is both sides, "ipsi_islet" one; "locus_coeruleus" both of its modules.
    strength : str, optional
        A conductance such as "20 nS" or a current such as "100 pA"; cells only, fibres take none.
    share : float
        Share of the cells that carry the opsin, 0 to 1.
    on_days, hour, lasts_hours : int or sequence of int, float, float
        For hours: from `hour` of each of these days on, for so long.
    assays : str or sequence of str
        Instead, within these assays, within all where none is named.
    from_second, until_second : float
        When within them, in seconds from the onset of the stimulus; before it, negative.

    Raises
    ------
    UserError
        With one line for each mistake.
    """

    if TYPE_CHECKING:  # a checker would ask for the types of the fields, which are read from more

        def __init__(self, **fields: Unpack[SilencingFields]) -> None: ...

    def _electric(self) -> dict[str, float]:
        kind, value = self._strength_or(OPSINS.silencing_conductance)
        if kind == "current":
            return {"current": -value}
        return {"conductance": value, "reversal": OPSINS.silencing_reversal.si}


class Stimulation(OptogeneticManipulation):
    """Optogenetic stimulation of populations (channelrhodopsin-like), or `[[arms.stimulation]]` of a study file.

    Cells get pulses of a depolarising conductance or current, or a steady current where only a current is given; fibres
    fire once a pulse.

    Parameters
    ----------
    populations : str or sequence of str
        Populations as in the results: "islet" is both sides, "ipsi_islet" one; "locus_coeruleus" both of its modules.
    strength : str, optional
        A conductance such as "20 nS" or a current such as "100 pA"; cells only, fibres take none.
    share : float
        Share of the cells that carry the opsin, 0 to 1.
    on_days, hour, lasts_hours : int or sequence of int, float, float
        For hours: from `hour` of each of these days on, for so long.
    assays : str or sequence of str
        Instead, within these assays, within all where none is named.
    from_second, until_second : float
        When within them, in seconds from the onset of the stimulus; before it, negative.
    frequency : str, optional
        Pulses per time such as "5 Hz"; by default that of `circuits.manipulations.optogenetics.OPSINS`.
    pulse : str, optional
        How long a pulse is, in steps of 5 ms, such as "5 ms".

    Raises
    ------
    UserError
        With one line for each mistake.
    """

    frequency: str | None = Field(default=None, description='a frequency such as "5 Hz"')
    pulse: str | None = Field(default=None, description='a time such as "5 ms"')

    if TYPE_CHECKING:  # a checker would ask for the types of the fields, which are read from more

        def __init__(self, **fields: Unpack[StimulationFields]) -> None: ...

    _silences: ClassVar[bool] = False
    verb: ClassVar[str] = "stimulated"

    @field_validator("frequency")
    @classmethod
    def _a_frequency(cls, text: str | None) -> str | None:
        return text if text is None else positive_quantity(text, Hz, "5 Hz")

    @field_validator("pulse")
    @classmethod
    def _a_pulse(cls, text: str | None) -> str | None:
        if text is None:
            return text
        steps = float(read_quantity(positive_quantity(text, ms, "5 ms"), ms)) / LIGHT_STEP_SECONDS
        if abs(steps - round(steps)) > 1e-6:
            raise refusal(f'{HERE} = "{text}": expected whole steps of 5 ms, such as "5 ms" or "10 ms".')
        return text

    @model_validator(mode="after")
    def _pulses_fit(self) -> Self:
        electric = self._electric()
        if electric["period"] and electric["pulse"] >= electric["period"]:
            raise refusal(f"{HERE}.pulse: it does not fit between two pulses of {1 / electric['period']:g} Hz.")
        if not electric["period"] and self.pulse is not None:
            raise refusal(f'{HERE}.pulse = "{self.pulse}": a steady current has no pulses; give a frequency as well.')
        return self

    def __str__(self) -> str:
        period = self._electric()["period"]
        return f"{super().__str__()} {f'at {1 / period:g} Hz' if period else 'steadily'}"

    def _electric(self) -> dict[str, float]:
        kind, value = self._strength_or(OPSINS.stimulation_conductance)
        found = (
            {"current": value}
            if kind == "current"
            else {"conductance": value, "reversal": OPSINS.stimulation_reversal.si}
        )
        if kind == "current" and self.frequency is None:
            return {**found, "period": 0.0, "pulse": 0.0}
        rate = read_quantity(self.frequency, Hz) if self.frequency else OPSINS.frequency.value
        width = read_quantity(self.pulse, ms) if self.pulse else OPSINS.pulse.value
        return {**found, "period": 1.0 / float(rate), "pulse": float(width)}


def simultaneous(given: tuple[OptogeneticManipulation, ...]) -> Iterator[str]:
    """One line for each two manipulations of one population at the same time."""
    for k, one in enumerate(given):
        for other in given[k + 1 :]:
            both = [block for block in one.blocks if block in other.blocks]
            if both and overlap(one, other):
                yield f"{both[0]} is {one.verb} {one.when} and {other.verb} {other.when}; one light at a time."


def simultaneous_in_assays(
    given: tuple[OptogeneticManipulation, ...], measured: Iterable[Measurement]
) -> Iterator[str]:
    """One line for each manipulation for hours in which an assay is done that manipulates the same population."""
    for long, short in ((a, b) for a in given for b in given if a.spans and b.spans is None):
        both = [block for block in long.blocks if block in short.blocks]
        for assay in (m for m in measured if both and (not short.assays or m.assay in short.assays)):
            days = [day for day in assay.days if long.lasts(hours_from_surgery(day, assay.hour), "")]
            if days:
                yield (
                    f"{both[0]} is {short.verb} in {assay.assay} of day {days[0]}, "
                    f"and {long.verb} {long.when}; one light at a time."
                )


def _timing_mistakes(given: OptogeneticManipulation) -> list[str]:
    """One line for each thing that is missing from the time of a manipulation, or too much."""
    by_day, by_second = given.lasts_hours is not None, (given.from_second is not None, given.until_second is not None)
    if given.on_days:
        strangers = [name for name in ("from_second", "until_second") if getattr(given, name) is not None]
        lines = [f"{HERE}.{name}: it counts in assays, and on_days says when." for name in strangers]
        lines += [f"{HERE}.assays: it is done on days, whatever is measured."] if given.assays else []
        return lines if by_day else [*lines, f"{HERE}.lasts_hours: missing; expected hours above 0, such as 2.0."]
    if by_day:
        return [f"{HERE}.on_days: missing; lasts_hours = {given.lasts_hours:g} needs it."]
    if not all(by_second):
        return [f"{HERE}: say when: on_days and lasts_hours, or from_second and until_second of assays."]
    if float(given.from_second or 0.0) >= float(given.until_second or 0.0):
        return [f"{HERE}.until_second = {given.until_second:g}: not after from_second = {given.from_second:g}."]
    return []


def _strength(text: str) -> tuple[str, float]:
    """Kind of a strength, "conductance" or "current", and its number in S or A."""
    example = "20 nS"
    try:
        value = read_quantity(text, nS, HERE, example)
        kind = "conductance"
    except UserError:
        value = read_quantity(text, pA, HERE, f'{example}" or "100 pA')
        kind = "current"
    if float(value) <= 0.0:
        raise UserError(f'{HERE} = "{text}": expected more than nothing, such as "{example}".')
    return kind, float(value)
