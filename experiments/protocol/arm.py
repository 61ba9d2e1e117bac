"""Arms of a study: groups of animals that share a circuit, what is changed in it, and their treatment."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Self, TypedDict, Unpack

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PrivateAttr,
    ValidationInfo,
    field_validator,
    model_validator,
)

from core.errors import UserError, unknown_name
from core.keys import word
from core.quantities import read_quantity, write_quantity
from core.sourced import with_value
from core.written import shown
from experiments.protocol import catalogue
from experiments.protocol.extensions.extension import Extension, alike
from experiments.protocol.manipulations.anaesthesia import Anaesthesia, at_once
from experiments.protocol.manipulations.injection import Injection
from experiments.protocol.manipulations.lesions import KnockDown, Lesion
from experiments.protocol.manipulations.optogenetics import (
    OptogeneticManipulation,
    Silencing,
    Stimulation,
    simultaneous,
)
from experiments.protocol.ranges import Ranges
from experiments.protocol.schema import (
    HERE,
    Listed,
    OneOrMore,
    Part,
    Table,
    as_given,
    as_pydantic_builds,
    collected,
    listed,
    refusal,
    without_blanks,
)
from experiments.protocol.settings import no_switch, written, wrong_settings
from experiments.protocol.spellings import meant_name, plain_name, read_name
from experiments.protocol.treatment import VEHICLE, Treatments, table_of

if TYPE_CHECKING:
    from circuits import Circuit, Injury
    from experiments.protocol.treatment import GivenTreatment

LONGEST_NAME = 100
_ARM_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]*")


def _a_name(text: str) -> str:
    """Check a name, which becomes that of a folder; the mistake proposes the nearest name that can."""
    if not _ARM_NAME.fullmatch(text) or len(text) > LONGEST_NAME:
        example = plain_name(text)[:LONGEST_NAME] or "ligated-treated"
        most = f"at most {LONGEST_NAME} " if len(text) > LONGEST_NAME else ""
        expected = f"expected a name of {most}letters, digits and . _ + -, such as {shown(example)}"
        raise refusal(f"{HERE} = {shown(text)}: {expected}.")
    return text


Name = Annotated[
    str,
    AfterValidator(_a_name),
    Field(description='a name of letters, digits and . _ + -, such as "ligated-duloxetine"'),
]

#: Keys of an arm under which stands what is done to its animals besides drugs.
MANIPULATIONS = ("injections", "lesions", "knock_downs", "silencing", "stimulation", "anaesthesia")
#: Hours in which transmitters have settled after light or an anaesthetic begins or ends.
SETTLED = 0.05

Switch = Annotated[str, Field(description='the name of a switch such as "alpha2"')]


def _flat(settings: Any, path: str = "") -> Any:
    """Nested tables as one table of dotted paths: TOML nests what is written with unquoted dots."""
    if not isinstance(settings, Mapping):
        return settings
    flat: dict[str, Any] = {}
    for key, value in settings.items():
        place = f"{path}.{key}" if path else str(key)
        flat |= _flat(value, place) if isinstance(value, Mapping) else {place: value}
    return flat


class ArmFields(TypedDict, total=False):
    """What an `Arm` takes besides circuit and treatment: lists and single parts where its fields hold tuples."""

    treatments: GivenTreatment
    switch_off: OneOrMore[str]
    set: Mapping[str, Any]
    injections: OneOrMore[Injection | Table]
    lesions: OneOrMore[Lesion | Table]
    knock_downs: OneOrMore[KnockDown | Table]
    silencing: OneOrMore[Silencing | Table]
    stimulation: OneOrMore[Stimulation | Table]
    anaesthesia: OneOrMore[Anaesthesia | Table]
    ranges: Ranges | None
    name: str
    extensions: OneOrMore[Extension | Injury | str | Path]


class Arm(Part):
    """An arm of a study: a group of animals of one circuit, treated alike.

    `Arm(ligated, duloxetine.daily("10 mg/kg", from_day=14))`

    Parameters
    ----------
    circuit : str or Circuit
        A name such as "ligated", or a circuit, whose changes are then kept as `switch_off` and `set`.
    treatment : Regimen, Drug or sequence of them
        What the animals are given, nothing by default; a drug alone only if it is a vehicle. Also called `treatments`.
    switch_off : str or sequence of str
        Mechanisms to switch off; `bluespot switches` lists them.
    set : mapping of str to str or float
        Other values for parameters of the circuit, such as `{"cells.projection.capacitance": "90 pF"}`;
        `bluespot parameters` lists them.
    injections : Injection or sequence of Injection
        Injections into one place. They name no arms.
    lesions : Lesion or sequence of Lesion
        Lesions by toxins.
    knock_downs : KnockDown or sequence of KnockDown
        Proteins that are lost.
    silencing : Silencing or sequence of Silencing
        Populations that are silenced by light.
    stimulation : Stimulation or sequence of Stimulation
        Populations that are stimulated by light.
    anaesthesia : Anaesthesia or sequence of Anaesthesia
        Anaesthetics that the animals have.
    ranges : {"sampled", "low", "high"}, optional
        "sampled" draws each drug number that carries a range anew for every animal, "low" and "high" put them all at
        that end. By default they have their values.
    name : str
        Letters, digits and . _ + -. By default it follows from what is done: `ligated-duloxetine`.
    extensions : str, Path, Injury or sequence of them
        What is added from outside, as of a `Study`, whose arms all have it.

    Raises
    ------
    UserError
        With one line for each mistake.
    """

    circuit: str = Field(description='the name of a circuit such as "ligated"')
    treatments: Treatments = Field(default=(), description="a list of treatments")
    switch_off: Listed[Switch] = Field(default=(), description='a list of switches such as ["alpha2"]')
    set: Annotated[dict[str, Any], BeforeValidator(_flat)] = Field(
        default_factory=dict, description='a table of parameters such as "cells.projection.capacitance" = "90 pF"'
    )
    injections: Listed[Injection] = Field(default=(), description="a list of injections")
    lesions: Listed[Lesion] = Field(default=(), description="a list of lesions")
    knock_downs: Listed[KnockDown] = Field(default=(), description="a list of knock-downs")
    silencing: Listed[Silencing] = Field(default=(), description="a list of silencings")
    stimulation: Listed[Stimulation] = Field(default=(), description="a list of stimulations")
    anaesthesia: Listed[Anaesthesia] = Field(default=(), description="a list of anaesthesias")
    ranges: Ranges | None = Field(default=None, description='"sampled", "low" or "high"')
    name: Name = ""
    _extensions: tuple[Extension, ...] = PrivateAttr(default=())

    @as_pydantic_builds
    def __init__(
        self,
        circuit: Circuit | str,
        treatment: GivenTreatment = (),
        **fields: Unpack[ArmFields],
    ) -> None:
        given: dict[str, Any] = {"circuit": circuit, "treatments": treatment, **fields}
        self._fill(given, catalogue.named_by_user(given.pop("extensions", ()), type(self).__name__))

    @model_validator(mode="before")
    @classmethod
    def _circuit_by_name(cls, fields: Any, info: ValidationInfo) -> Any:
        if not isinstance(fields, Mapping) or not hasattr(fields.get("circuit"), "parameters"):
            return fields
        with collected():
            name, switches, settings = _described(fields["circuit"], catalogue.of(info))
        off = switches + listed(fields.get("switch_off", ()))
        return {**fields, "circuit": name, "switch_off": off, "set": {**settings, **fields.get("set", {})}}

    @field_validator("circuit")
    @classmethod
    def _circuit_exists(cls, name: str, info: ValidationInfo) -> str:
        circuits = catalogue.of(info).circuits
        with collected():
            return read_name("circuit", name, circuits, HERE)

    @field_validator("switch_off")
    @classmethod
    def _switches_exist(cls, names: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        switches = catalogue.of(info).switches
        found = {name: meant_name("switch", name, switches) for name in names}
        lines = [no_switch(name, switches) for name, switch in found.items() if switch is None]
        if lines:
            raise refusal(*lines)
        return tuple(dict.fromkeys(switch for switch in found.values() if switch is not None))

    @field_validator("set")
    @classmethod
    def _settings_fit(cls, settings: dict[str, Any], info: ValidationInfo) -> dict[str, Any]:
        circuit = catalogue.of(info).circuits.get(info.data.get("circuit", ""))
        if circuit is None:
            return settings
        known = dict(circuit.parameters()) if settings else {}
        lines = wrong_settings(settings, known) if settings else []
        if lines:
            raise refusal(*lines)
        return {path: written(value, known[path].value) for path, value in settings.items()}

    @field_validator("injections")
    @classmethod
    def _injections_are_its_own(cls, injections: tuple[Injection, ...]) -> tuple[Injection, ...]:
        lines = [
            f"{HERE}[{k}].arms: an arm's own injection goes to this arm; name arms in the injections of the study."
            for k, injection in enumerate(injections)
            if injection.arms
        ]
        if lines:
            raise refusal(*lines)
        return injections

    @model_validator(mode="after")
    def _one_at_a_time(self) -> Self:
        twice = (*simultaneous(self.optogenetics), *at_once(self.anaesthesia))
        lines = [f"{HERE}: {line}" for line in twice]
        if lines:
            raise refusal(*lines)
        return self

    @model_validator(mode="after")
    def _named(self) -> Self:
        if not self.name:
            drugs = "+".join(dict.fromkeys(regimen.drug.name for regimen in self.treatments)) or VEHICLE
            without = f"-without-{'+'.join(self.switch_off)}" if self.switch_off else ""
            done = "".join(f"-{tag}" for tag in self._tags())
            object.__setattr__(self, "name", _short(f"{self.circuit}-{drugs}{without}{done}"))
        return self

    def model_post_init(self, context: Any, /) -> None:
        """Remember the extensions of the catalogue whose names the arm may have."""
        self._extensions = getattr(context, "extensions", ())

    @property
    def extensions(self) -> tuple[Extension, ...]:
        """The extensions that its circuit is made with."""
        return self._extensions

    def knowing(self, extensions: tuple[Extension, ...]) -> Arm:
        """The same arm of a study that has these extensions."""
        if alike(extensions, self._extensions):
            return self
        found = self.model_copy()
        found._extensions = extensions
        return found

    def changed(self, **fields: Any) -> Arm:
        """A copy with other values of some fields, checked anew.

        A name that was not given is made anew from what is done in the arm.

        Parameters
        ----------
        **fields
            Any fields of an arm. None takes a given `ranges` or `name` away; for any other field it keeps what was.

        Raises
        ------
        UserError
            With one line for each mistake.
        """
        given = as_given(self, fields)
        if fields.get("name", "") is None:
            given.pop("name", None)
        return Arm.checked(given, catalogue.extended_by(self._extensions)) if self._extensions else Arm(**given)

    def __repr__(self) -> str:
        changes = "".join(f"; {text}" for text in [self.manipulation] if text)
        return f'Arm("{self.name}": {self.circuit}, {self.treatment}{changes})'

    __str__ = __repr__

    @property
    def manipulation(self) -> str:
        """What is switched off, set otherwise or done besides drugs, in words; "" where the circuit is as it stands.

        An injection of vehicle is none: such an arm is the one to compare with.
        """
        without = [f"without {name}" for name in self.switch_off]
        set_otherwise = [f"{path} = {value}" for path, value in self.set.items()]
        return ", ".join([*without, *set_otherwise, *map(str, self._manipulations())])

    @property
    def optogenetics(self) -> tuple[OptogeneticManipulation, ...]:
        """All silencing and stimulation."""
        return (*self.silencing, *self.stimulation)

    def marks(self) -> tuple[float, ...]:
        """Hours from surgery at which the slow clock must stop: what goes on there must not be stepped over.

        Losses of terminals or cells in quarters; both ends of light and of anaesthetics, and when transmitters have
        settled after them.
        """
        timed = (*self.optogenetics, *self.anaesthesia)
        ends = [end for each in timed for span in each.spans or () for end in span]
        hours = {end + after for end in ends for after in (0.0, SETTLED)}
        for loss in (*self.lesions, *self.knock_downs):
            length = loss.length
            hours |= {loss.hours + length * quarter / 4 for quarter in range(5)}
            if loss.ends is not None:
                hours |= {loss.ends + length * quarter / 4 for quarter in range(5)}
        return tuple(sorted(hours))

    def manipulation_tables(self) -> dict[str, Any]:
        """What is done besides drugs, as the tables of a study file."""
        return without_blanks({name: [part.table() for part in getattr(self, name)] for name in MANIPULATIONS})

    def _manipulations(self) -> Sequence[object]:
        lost, lit = (*self.lesions, *self.knock_downs), self.optogenetics
        return (*self._effective(), *lost, *lit, *self.anaesthesia)

    def _effective(self) -> list[Injection]:
        return [injection for injection in self.injections if not injection.given.inert]

    def _tags(self) -> list[str]:
        """Words for the name of an unnamed arm, besides circuit and drugs."""
        tags = [injection.drug for injection in self._effective()] + [lesion.agent for lesion in self.lesions]
        tags += [f"{k.protein}-down" for k in self.knock_downs]
        tags += [f"{name}-{each.verb}" for each in self.optogenetics for name in each.populations]
        tags += [each.agent.replace(" ", "-") for each in self.anaesthesia]
        tags += [f"numbers-{self.ranges}"] if self.ranges else []
        return list(dict.fromkeys(tag.replace(",", ".") for tag in tags))

    @property
    def treatment(self) -> str:
        """All regimens in words: `duloxetine 10 mg/kg s.c. daily from day 14`, or `vehicle`."""
        words = " + ".join(map(str, self.treatments)) or VEHICLE
        return f"{words}, drug numbers {self.ranges}" if self.treatments and self.ranges else words

    def dosing_days(self, last_day: int) -> tuple[tuple[int, int], ...]:
        """First and last day of each regimen; one without an end lasts until `last_day`."""
        return tuple(
            (r.from_day, min(r.until_day, last_day) if r.until_day is not None else last_day) for r in self.treatments
        )

    def prepared_circuit(self) -> Circuit:
        """The circuit with its changed parameters and without what is switched off."""
        circuit: Circuit = catalogue.circuit_of(self.circuit, self._extensions).without(*self.switch_off)
        known = dict(circuit.parameters()) if self.set else {}
        for path, value in self.set.items():
            circuit = with_value(circuit, path, read_quantity(value, known[path].value, path))
        if not (self.lesions or self.knock_downs or self.optogenetics or self.anaesthesia):
            return circuit
        return circuit.manipulated(
            lesions=tuple(each.toxin_lesion for each in self.lesions),
            knock_downs=tuple(each.protein_loss for each in self.knock_downs),
            optogenetics=tuple(each.opsin_schedule for each in self.optogenetics),
            anaesthesia=tuple(each.condition for each in self.anaesthesia),
        )

    def table(self) -> dict[str, Any]:
        """The entries of this arm in a study file."""
        entries = {name: getattr(self, name) for name in ("name", "circuit", "switch_off", "set", "ranges")}
        treatments = {"treatments": [table_of(regimen) for regimen in self.treatments]}
        return without_blanks(entries | treatments | self.manipulation_tables())


def _short(name: str) -> str:
    """The name; where it is too long, its beginning and a number that follows from all of it."""
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 9]}-{word(name):08x}"


def _described(circuit: Circuit, names: catalogue.Catalogue) -> tuple[str, tuple[str, ...], dict[str, Any]]:
    """Name, switches and changed parameters by which a circuit differs from that of its name in the catalogue."""
    if circuit.name not in names.circuits:
        raise unknown_name("circuit", circuit.name, names.circuits, f"{HERE}.circuit")
    if any(vars(circuit.manipulations).values()):
        raise UserError(f"{HERE}.circuit: it has manipulations; give them to the arm: {', '.join(MANIPULATIONS)}.")
    plain = {path: sourced.value for path, sourced in names.circuits[circuit.name].parameters()}
    own = {path: sourced.value for path, sourced in circuit.parameters()}
    if own.keys() != plain.keys():
        odd = ", ".join(sorted(own.keys() ^ plain.keys())[:3])
        raise UserError(
            f'{HERE}.circuit: it has other parameters than "{circuit.name}" ({odd}, ...); '
            "what is added to a circuit comes in as an extension (docs/extensions.md)."
        )
    changed = {path: write_quantity(value) for path, value in own.items() if value != plain[path]}
    return circuit.name, tuple(sorted(circuit.off)), changed
