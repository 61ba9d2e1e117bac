"""What our parts of a study lean on in pydantic without its promise, and what must hold for every field."""

from __future__ import annotations

import inspect
from typing import Any

import pydantic
import pytest

from core.errors import UserError
from experiments import Anaesthesia, Arm, Injection, KnockDown, Lesion, Measurement, Silencing, Stimulation, Study
from experiments.laboratory import assays
from experiments.protocol.arm import ArmFields
from experiments.protocol.manipulations.anaesthesia import AnaesthesiaFields
from experiments.protocol.manipulations.injection import InjectionFields
from experiments.protocol.manipulations.lesions import KnockDownFields, LesionFields
from experiments.protocol.manipulations.optogenetics import SilencingFields, StimulationFields
from experiments.protocol.measurement import MeasurementFields
from experiments.protocol.schema import Part
from experiments.protocol.shared_manipulations import (
    SharedAnaesthesia,
    SharedAnaesthesiaFields,
    SharedKnockDown,
    SharedKnockDownFields,
    SharedLesion,
    SharedLesionFields,
    SharedSilencing,
    SharedSilencingFields,
    SharedStimulation,
    SharedStimulationFields,
)
from experiments.protocol.study_fields import StudyFields

PARTS = (Study, Arm, Injection, Lesion, KnockDown, Silencing, Stimulation, Anaesthesia, Measurement)


def test_pydantic_still_looks_for_the_mark_of_a_plain_constructor() -> None:
    """Without it, parts within parts would be built by our constructors, which tell their own mistakes only."""
    for kind in (pydantic.BaseModel, Part, Arm):
        assert getattr(kind.__init__, "__pydantic_base_init__", False) is True

    class Plain(Part):
        """A part whose constructor is marked."""

        number: int

    class Custom(Part):
        """One whose constructor is not."""

        number: int

        def __init__(self, **fields: Any) -> None:
            super().__init__(**fields)

    assert not Plain.__pydantic_custom_init__
    assert Custom.__pydantic_custom_init__


def test_mistakes_of_parts_within_parts_are_told_together() -> None:
    with pytest.raises(UserError) as error:
        Study(
            name="x",
            animals=0,
            arms=[{"circuit": "sahm"}, {"circuit": "sham", "lesions": [{"agent": "DSP", "on_day": 1.5}]}],
            assays=assays.pinch.on_days(1),
        )
    places = [line.split(":")[1].split("=")[0].strip() for line in str(error.value).split("\n")]
    assert places == ["animals", "arms[0].circuit", "arms[1].lesions[0].on_day", "arms[1].lesions[0].agent"]


#: A part -> what type checkers and editors are told that its constructor takes.
TOLD = {
    Study: StudyFields,
    Arm: ArmFields,
    Injection: InjectionFields,
    Lesion: LesionFields,
    KnockDown: KnockDownFields,
    Silencing: SilencingFields,
    Stimulation: StimulationFields,
    Anaesthesia: AnaesthesiaFields,
    Measurement: MeasurementFields,
    SharedLesion: SharedLesionFields,
    SharedKnockDown: SharedKnockDownFields,
    SharedSilencing: SharedSilencingFields,
    SharedStimulation: SharedStimulationFields,
    SharedAnaesthesia: SharedAnaesthesiaFields,
}


#: A part -> what its constructor takes and keeps apart from its fields: an arm's circuit is made with its extensions.
NOT_KEPT_AS_FIELDS: dict[Any, set[str]] = {Arm: {"extensions"}}


@pytest.mark.parametrize("part", TOLD, ids=lambda part: part.__name__)
def test_type_checkers_are_told_of_each_field_and_of_those_that_are_needed(part: type[Part]) -> None:
    fields = {name: field.is_required() for name, field in part.model_fields.items() if name != "circuit"}
    # Annotations are text there, in which typing does not see what is required.
    told = {name: "Required" in kind.__forward_arg__ for name, kind in TOLD[part].__annotations__.items()}
    assert told == fields | dict.fromkeys(NOT_KEPT_AS_FIELDS.get(part, ()), False)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_what_a_study_is_made_of_documents_each_of_its_fields(part: Any) -> None:
    page = inspect.getdoc(part) or ""
    assert "\nParameters\n" in page
    assert "\nRaises\n" in page
    listed = page.split("Parameters\n----------\n")[1].split("\nRaises\n")[0]
    names = {name.strip() for line in listed.split("\n") if " : " in line for name in line.split(" : ")[0].split(",")}
    fields = {"treatment" if name == "treatments" else name for name in part.model_fields}
    assert names == fields | NOT_KEPT_AS_FIELDS.get(part, set())


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_every_field_says_what_it_expects(part: Any) -> None:
    """So that a wrong value is told in our words, not in pydantic's."""
    for name in (*part.model_fields, *NOT_KEPT_AS_FIELDS.get(part, ())):
        with pytest.raises(UserError) as error:
            part(**{"circuit": "sham"} if part is Arm and name != "circuit" else {}, **{name: object()})
        (line,) = [line for line in str(error.value).split("\n") if line.startswith(f"{part.__name__}: {name}")][:1]
        assert "nput should" not in line, line
