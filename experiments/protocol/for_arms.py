"""Manipulations that a study has for several of its arms: short for the same in each of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated

from pydantic import BeforeValidator, Field

from core.errors import unknown_name
from experiments.protocol.arm import Arm
from experiments.protocol.manipulations import KnockDown, Lesion
from experiments.protocol.optogenetics import Silencing, Stimulation
from experiments.protocol.schema import Part, listed


class ForArms(Part):
    """In the named arms, in all where none is named."""

    arms: Annotated[tuple[Annotated[str, Field(description="the name of an arm")], ...], BeforeValidator(listed)] = (
        Field(default=(), description='a list of names of arms such as ["ligated-duloxetine"]')
    )


class SharedLesion(ForArms, Lesion):
    """`[[lesions]]`."""


class SharedKnockDown(ForArms, KnockDown):
    """`[[knock_downs]]`."""


class SharedSilencing(ForArms, Silencing):
    """`[[silencing]]`."""


class SharedStimulation(ForArms, Stimulation):
    """`[[stimulation]]`."""


#: Keys of a study -> what stands below the same keys of an arm.
KINDS: Mapping[str, type[Part]] = {
    "lesions": Lesion,
    "knock_downs": KnockDown,
    "silencing": Silencing,
    "stimulation": Stimulation,
}
Shared = Mapping[str, tuple[ForArms, ...]]


def handed_out(arms: tuple[Arm, ...], shared: Shared) -> tuple[Arm, ...]:
    """The arms with what the study has for them behind their own."""
    return tuple(_given(arm, shared) for arm in arms)


def unknown_arms(arms: tuple[Arm, ...], shared: Shared) -> Iterator[str]:
    """One line for each arm that is named and does not exist."""
    names = [arm.name for arm in arms]
    for key, parts in shared.items():
        for k, part in enumerate(parts):
            yield from (str(unknown_name("arm", n, names, f"{key}[{k}].arms")) for n in part.arms if n not in names)


def _given(arm: Arm, shared: Shared) -> Arm:
    more = {
        key: tuple(_own(KINDS[key], part) for part in parts if not part.arms or arm.name in part.arms)
        for key, parts in shared.items()
    }
    if not any(more.values()):
        return arm
    return arm.model_copy(update={key: (*getattr(arm, key), *parts) for key, parts in more.items()})


def _own(kind: type[Part], part: ForArms) -> Part:
    """The same without the names of arms; it was checked when it was read."""
    return kind.model_construct(**{name: getattr(part, name) for name in kind.model_fields})
