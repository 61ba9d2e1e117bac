"""A condition that all animals of a group share: a circuit, what is changed in it, and how it is treated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import BeforeValidator, Field, ValidationInfo, field_validator, model_validator

from core.errors import UserError, nearest, unknown_name
from experiments import catalogue
from experiments.schema import HERE, Part, collected, listed, refusal, without_blanks
from experiments.setting import read_setting, write_setting
from experiments.treatment import VEHICLE, Treatments, table_of

if TYPE_CHECKING:
    from circuits import Circuit
    from drugs import Drug, Regimen

Name = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._+-]*$",
        max_length=100,
        description='a name of letters, digits and . _ + -, such as "ligated-duloxetine"',
    ),
]

Switch = Annotated[str, Field(description='the name of a switch such as "alpha2"')]


def _flat(settings: Any, path: str = "") -> Any:
    """Dotted paths for the nested tables that TOML makes of unquoted dotted keys."""
    if not isinstance(settings, Mapping):
        return settings
    flat: dict[str, Any] = {}
    for key, value in settings.items():
        place = f"{path}.{key}" if path else str(key)
        flat |= _flat(value, place) if isinstance(value, Mapping) else {place: value}
    return flat


class Arm(Part):
    """`Arm(ligated, duloxetine.daily("10 mg/kg", from_day=14))`; the name follows from circuit and treatment.

    circuit: a name, or a `circuits.Circuit`, whose changes are then kept as `switch_off` and `set`. treatments:
    regimens, none for vehicle. switch_off: names from `circuits.SWITCHES`. set: other values for parameters of the
    circuit, such as `{"cells.projection.capacitance": "90 pF"}`.
    """

    circuit: str = Field(description='the name of a circuit such as "ligated"')
    treatments: Treatments = Field(default=(), description="a list of treatments")
    switch_off: Annotated[tuple[Switch, ...], BeforeValidator(listed)] = Field(
        default=(), description='a list of switches such as ["alpha2"]'
    )
    set: Annotated[dict[str, Any], BeforeValidator(_flat)] = Field(
        default_factory=dict, description='a table of parameters such as "cells.projection.capacitance" = "90 pF"'
    )
    name: Name = ""

    def __init__(
        self,
        circuit: Circuit | str,
        treatment: Regimen | Drug | Sequence[Regimen | Drug] = (),
        **fields: Any,
    ) -> None:
        super().__init__(circuit=circuit, **({"treatments": treatment} | fields))

    __init__.__pydantic_base_init__ = True  # type: ignore[attr-defined]

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
        if name not in circuits:
            raise refusal(str(unknown_name("circuit", name, circuits, HERE)))
        return name

    @field_validator("switch_off")
    @classmethod
    def _switches_exist(cls, names: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        switches = catalogue.of(info).switches
        lines = [_no_switch(name, switches) for name in names if name not in switches]
        if lines:
            raise refusal(*lines)
        return tuple(dict.fromkeys(names))

    @field_validator("set")
    @classmethod
    def _settings_fit(cls, settings: dict[str, Any], info: ValidationInfo) -> dict[str, Any]:
        circuit = catalogue.of(info).circuits.get(info.data.get("circuit", ""))
        if circuit is None:
            return settings
        known = {path: sourced.value for path, sourced in circuit.parameters()} if settings else {}
        lines = [line for path, value in settings.items() for line in _wrong_setting(path, value, known)]
        if lines:
            raise refusal(*lines)
        return {path: _written(value, known[path]) for path, value in settings.items()}

    @model_validator(mode="after")
    def _named(self) -> Self:
        if not self.name:
            drugs = "+".join(dict.fromkeys(regimen.drug.name for regimen in self.treatments)) or VEHICLE
            without = f"-without-{'+'.join(self.switch_off)}" if self.switch_off else ""
            object.__setattr__(self, "name", f"{self.circuit}-{drugs}{without}")
        return self

    def __repr__(self) -> str:
        changes = "".join(f"; {text}" for text in [self.manipulation] if text)
        return f'Arm("{self.name}": {self.circuit}, {self.treatment}{changes})'

    __str__ = __repr__

    @property
    def manipulation(self) -> str:
        """What is switched off or set otherwise, in words; "" where the circuit is as it stands."""
        without = [f"without {name}" for name in self.switch_off]
        return ", ".join(without + [f"{path} = {value}" for path, value in self.set.items()])

    @property
    def treatment(self) -> str:
        """All regimens in words: `duloxetine 10 mg/kg s.c. daily from day 14`, or `vehicle`."""
        return " + ".join(map(str, self.treatments)) or VEHICLE

    def dosing_days(self, last_day: int) -> tuple[tuple[int, int], ...]:
        """First and last day of each regimen; one without an end lasts until `last_day`."""
        return tuple(
            (r.from_day, min(r.until_day, last_day) if r.until_day is not None else last_day) for r in self.treatments
        )

    def prepared_circuit(self) -> Circuit:
        """The circuit with its changed parameters and without what is switched off."""
        circuit = catalogue.installed().circuits[self.circuit].without(*self.switch_off)
        for path, value in self.set.items():
            like = dict(circuit.parameters())[path].value
            circuit = circuit.with_value(path, read_setting(value, like, path))
        return circuit

    def table(self) -> dict[str, Any]:
        """The entries of this arm in a study file."""
        entries = {name: getattr(self, name) for name in ("name", "circuit", "switch_off", "set")}
        return without_blanks(entries | {"treatments": [table_of(regimen) for regimen in self.treatments]})


def _described(circuit: Circuit, names: catalogue.Catalogue) -> tuple[str, tuple[str, ...], dict[str, Any]]:
    """Name, switches and changed parameters that turn a circuit of the catalogue into this one."""
    if circuit.name not in names.circuits:
        raise unknown_name("circuit", circuit.name, names.circuits, f"{HERE}.circuit")
    plain = {path: sourced.value for path, sourced in names.circuits[circuit.name].parameters()}
    own = {path: sourced.value for path, sourced in circuit.parameters()}
    if own.keys() != plain.keys():
        odd = ", ".join(sorted(own.keys() ^ plain.keys())[:3])
        raise UserError(
            f'{HERE}.circuit: it has other parameters than "{circuit.name}" ({odd}, ...); '
            "give it a name of its own and add it to circuits.CIRCUITS."
        )
    changed = {path: write_setting(value) for path, value in own.items() if value != plain[path]}
    return circuit.name, tuple(sorted(circuit.off)), changed


def _no_switch(name: str, switches: Mapping[str, str]) -> str:
    return _not_listed("switch", name, switches, HERE, "`bluespot switches` lists them all")


def _wrong_setting(path: str, value: Any, known: Mapping[str, Any]) -> list[str]:
    if path not in known:
        return [_not_listed("parameter", path, known, HERE, "`bluespot parameters` lists them all")]
    try:
        read_setting(value, known[path], f"{HERE}.{path}")
    except UserError as error:
        return [str(error)]
    return []


def _written(value: Any, like: Any) -> str | float:
    return value if isinstance(value, str) else write_setting(read_setting(value, like, "value"))


def _not_listed(kind: str, name: str, known: Mapping[str, Any], where: str, all_of_them: str) -> str:
    """As `unknown_name`, for names too many to list in one line."""
    close = nearest(name, known)
    hint = f" Nearest: {', '.join(close)};" if close else ""
    return f'{where}: no {kind} "{name}".{hint} {all_of_them}.'
