"""Parts of a study file and their errors: one line for each mistake, with the place, what came and what is allowed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Self, TypeAlias, TypeVar, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, PydanticCustomError

from core.errors import UserError, unknown_name
from core.limits import LONGEST_LIST, MOST_MISTAKES
from core.written import shown
from experiments.protocol.toml_text import read_tables, read_text

#: Stands for the place of a mistake until the place is known.
HERE = "@"


Constructor = TypeVar("Constructor", bound=Callable[..., None])


def as_pydantic_builds(constructor: Constructor) -> Constructor:
    """Mark a constructor that only hands its fields on to pydantic's own.

    pydantic then builds parts within parts without it, and so collects their mistakes with the others. It looks for an
    attribute that it does not document; `tests/test_study_schema.py` holds that it still does.
    """
    constructor.__pydantic_base_init__ = True  # type: ignore[attr-defined]
    return constructor


class Part(BaseModel):
    """Base class of all parts of a study: frozen, no unknown fields; the descriptions of fields tell mistakes."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False)

    @as_pydantic_builds
    def __init__(self, /, **fields: Any) -> None:
        self._fill(fields)

    def _fill(self, fields: Mapping[str, Any], names: object = None) -> None:
        """Check the fields and take them; names: a catalogue for what they name."""
        try:
            self.__pydantic_validator__.validate_python(dict(fields), self_instance=self, context=names)
        except ValidationError as error:
            raise _told(type(self), error) from None

    @classmethod
    def checked(cls, fields: Mapping[str, Any], names: object) -> Self:
        """The part of these fields; names: a catalogue for what they name. `UserError` for mistakes."""
        try:
            return cls.model_validate(dict(fields), context=names)
        except ValidationError as error:
            raise _told(cls, error) from None

    def table(self) -> dict[str, Any]:
        """The entries of its table in a study file."""
        return without_blanks({name: getattr(self, name) for name in type(self).model_fields})


def _told(model: type[BaseModel], error: ValidationError) -> UserError:
    return UserError("\n".join(f"{model.__name__}: {line}" for line in mistakes(model, error)))


Kind = TypeVar("Kind", bound=Part)


def read_part(model: type[Kind], path: Path, names: object = None) -> Kind:
    """Read a TOML file as one part; `UserError` with one line for each mistake. names: a catalogue for its studies."""
    tables = read_tables(read_text(path), path.name)
    try:
        return model.model_validate(tables, context=names)
    except ValidationError as error:
        raise UserError("\n".join(f"{path.name}: {line}" for line in mistakes(model, error))) from None


def read_named_part(model: type[Kind], path: Path, field: str = "name", names: object = None) -> Kind:
    """Read a part as `read_part`; its `field` must be the name of the file."""
    found = read_part(model, path, names)
    told = getattr(found, field)
    if told != path.stem:
        raise UserError(f'{path.name}: {field} = "{told}": expected the name of the file, "{path.stem}".')
    return found


@contextmanager
def collected() -> Iterator[None]:
    """Turn a `UserError` raised inside a validator into mistakes that pydantic collects.

    A line that begins with `HERE` goes on in its own way from the place, any other follows it after a colon.
    """
    try:
        yield
    except UserError as error:
        lines = str(error).split("\n")
        raise refusal(*(line if line.startswith(HERE) else f"{HERE}: {line}" for line in lines)) from None


def refusal(*lines: str) -> PydanticCustomError:
    """The exception that a validator raises: one mistake a line, in which `HERE` stands for the place."""
    text = "\n".join(lines).encode("utf-8", "backslashreplace").decode()  # pydantic takes no halves of pairs
    return PydanticCustomError("mistake", "{lines}", {"lines": text})


def mistakes(model: type[BaseModel], error: ValidationError) -> list[str]:
    """The lines of a pydantic error, one for each mistake: `arms[2].treatments[0].dose = "10 mg": expected ...`.

    Of more than `MOST_MISTAKES` the first are told, and that there are more.
    """
    details = error.errors(include_url=False)[: MOST_MISTAKES + 1]
    places = [detail["loc"] for detail in details]
    own = (d for d in details if not (d["type"] == "too_short" and _any_below(places, d["loc"])))
    lines = list(dict.fromkeys(line for detail in own for line in _lines(model, detail)))
    return lines if len(lines) <= MOST_MISTAKES else [*lines[:MOST_MISTAKES], "and more mistakes like these."]


def as_given(part: BaseModel, changes: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that a part was given, with changes: None clears a field whose default is None, else changes nothing.

    A field that was not given is left out, so that what follows from others follows from their changed values.
    """
    fields = {name: getattr(part, name) for name in type(part).model_fields if name in part.model_fields_set}
    for name, value in changes.items():
        if value is not None or name not in type(part).model_fields:
            fields[name] = value
        elif type(part).model_fields[name].default is None:
            fields.pop(name, None)
    return fields


def listed(value: object) -> tuple[Any, ...]:
    """The value as a tuple: one thing may be given where a list is meant. Too long a list is refused untouched."""
    if not isinstance(value, list | tuple | range):
        return (value,)
    if value[LONGEST_LIST:]:  # the length of a range may be more than `len` can tell
        raise refusal(f"{HERE}: more than {LONGEST_LIST} entries; expected a list of at most {LONGEST_LIST}.")
    return tuple(value)


Entry = TypeVar("Entry")
#: A field that holds several things, and takes one alone or a list as well: `Listed[Arm]`.
Listed = Annotated[tuple[Entry, ...], BeforeValidator(listed)]
#: What such a field is given, for type checkers and editors: `OneOrMore[Arm]`.
OneOrMore: TypeAlias = Entry | Sequence[Entry]
#: A part as its table in a study file.
Table = Mapping[str, Any]


def _lines(model: type[BaseModel], detail: ErrorDetails) -> list[str]:
    place, kind = detail["loc"], detail["type"]
    path = _path(place)
    if kind == "mistake":
        return [_placed(line, path) for line in detail["ctx"]["lines"].split("\n")]
    if kind == "extra_forbidden":
        allowed = _model_at(model, place[:-1]).model_fields
        return [str(unknown_name("key", str(place[-1]), allowed, _path(place[:-1])))]
    expected = _table_keys(model, place) if kind in ("model_type", "model_attributes_type") else _expected(model, place)
    if kind == "missing":
        return [f"{path}: missing; expected {expected}."]
    return [f"{path} = {shown(detail['input'])}: expected {expected or detail['msg']}."]


def _any_below(places: list[tuple[str | int, ...]], place: tuple[str | int, ...]) -> bool:
    """Whether a list is too short only because its entries have mistakes of their own."""
    return any(len(other) > len(place) and other[: len(place)] == place for other in places)


def _placed(line: str, path: str) -> str:
    return (path + line.removeprefix(HERE)).removeprefix(".") if line.startswith(HERE) else line


def _path(place: tuple[str | int, ...]) -> str:
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place)
    return text.removeprefix(".")


def _expected(model: type[BaseModel], place: tuple[str | int, ...]) -> str:
    """The description of the field that holds the place, or of an entry of that field where entries have one."""
    depth = max(k for k, step in enumerate(place) if isinstance(step, str))
    field = _model_at(model, place[:depth]).model_fields.get(str(place[depth]))
    if field is None:  # an entry of a table whose keys are free
        return _expected(model, place[:depth]) if depth else ""
    entry = _entry_description(field.annotation)  # of what stands in a list, or may be left out
    return (entry if len(place) > depth + 1 else "") or field.description or entry


def _table_keys(model: type[BaseModel], place: tuple[str | int, ...]) -> str:
    return f"a table with keys out of {', '.join(_model_at(model, place).model_fields)}"


def _entry_description(annotation: Any) -> str:
    entry = next(iter(get_args(annotation)), None)
    return next(
        (fact.description or "" for fact in getattr(entry, "__metadata__", ()) if isinstance(fact, FieldInfo)), ""
    )


def _model_at(model: type[BaseModel], place: tuple[str | int, ...]) -> type[BaseModel]:
    for step in place:
        field = model.model_fields.get(step) if isinstance(step, str) else None
        inner = _model_in(field.annotation) if field else None
        model = inner or model
    return model


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for inner in get_args(annotation) if (found := _model_in(inner))), None)


def without_blanks(entries: Mapping[str, Any]) -> dict[str, Any]:
    """The entries worth writing into a file: neither None nor empty."""
    return {key: value for key, value in entries.items() if value is not None and value not in ("", (), [], {})}
