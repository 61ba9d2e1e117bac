"""When an assay is done: on which sides, on which days, at which hour."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Required, TypedDict, Unpack

from pydantic import Field, ValidationInfo, field_validator

from core.days import FIRST_POSSIBLE_DAY, LAST_POSSIBLE_DAY, hours_from_surgery
from core.errors import UserError
from experiments.protocol import catalogue
from experiments.protocol.schema import HERE, Listed, OneOrMore, Part, collected, refusal
from experiments.protocol.spellings import read_name, read_names

#: Hours between two assays below which results take them for one.
SAME_READING = 1e-3

_DAY = f"a whole day counted from surgery, {FIRST_POSSIBLE_DAY} to {LAST_POSSIBLE_DAY}, such as -1 or 14"
Day = Annotated[int, Field(ge=FIRST_POSSIBLE_DAY, le=LAST_POSSIBLE_DAY, description=_DAY)]
Hour = Annotated[
    float, Field(ge=-12.0, le=24.0, description="hours after the dosing hour of that day, -12 to 24, such as 2.0")
]
Side = Annotated[str, Field(description='a side such as "ipsi"')]
Days = Annotated[
    Listed[Day],
    Field(min_length=1, description="a list of whole days counted from surgery, such as [-1, 14, 28]"),
]


class MeasurementFields(TypedDict, total=False):
    """What a `Measurement` takes: lists and single things where its fields hold tuples."""

    assay: Required[str]
    sides: OneOrMore[str]
    days: Required[OneOrMore[int]]
    hour: float


class Measurement(Part):
    """When one assay is done, and on which sides: `[[assays]]` of a study file.

    An assay at the hour of a dose or of an injection comes before it.

    Parameters
    ----------
    assay : str
        Name of an assay such as "paw_pressure"; `bluespot assays` lists them.
    days : int or sequence of int
        Days from surgery, one or more.
    sides : str or sequence of str
        Of "ipsi" and "contra"; by default all that the assay has. Most assays of the brainstem have none;
        `locus_coeruleus_recording` pinches the uninjured side where none is named.
    hour : float
        Hours from each day's hour of dosing, -12 to 24.

    Raises
    ------
    UserError
        With one line for each mistake.
    """

    assay: str = Field(description='the name of an assay such as "paw_pressure"')
    sides: Listed[Side] = Field(
        default=(), validate_default=True, description='a list of sides such as ["ipsi", "contra"]'
    )
    days: Days
    hour: Hour = 2.0

    if TYPE_CHECKING:  # a checker would ask for the types of the fields, which are read from more

        def __init__(self, **fields: Unpack[MeasurementFields]) -> None: ...

    @field_validator("assay")
    @classmethod
    def _assay_exists(cls, name: str, info: ValidationInfo) -> str:
        try:
            return read_name("assay", name, catalogue.of(info).assays, HERE)
        except UserError as error:
            hint = " One of your own is an extension, named by --with FILE." if "Allowed:" in str(error) else ""
            raise refusal(f"{error}{hint}") from None

    @field_validator("sides")
    @classmethod
    def _sides_exist(cls, sides: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        assay = info.data.get("assay")
        if assay is None:
            return sides
        known = catalogue.of(info).assays[assay]
        allowed = tuple(known.sides)
        if sides and not allowed:
            raise refusal(f'{HERE} = "{sides[0]}": {assay} has no sides; leave the key out.')
        with collected():
            given = read_names("side", sides, allowed, HERE)
        return tuple(side for side in allowed if side in given) or tuple(known.sides_unless_named)

    @field_validator("days")
    @classmethod
    def _in_order(cls, days: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(sorted(dict.fromkeys(days)))

    @property
    def first_hour(self) -> float:
        """Hours from surgery of the first time it is done."""
        return hours_from_surgery(self.days[0], self.hour)
