"""Manipulations that a study has for several of its arms: short for the same in each of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, TypeVar, Unpack

from core.errors import unknown_name
from experiments.protocol.arm import Arm
from experiments.protocol.manipulations.anaesthesia import Anaesthesia, AnaesthesiaFields
from experiments.protocol.manipulations.injection import Injection, NamesOfArms
from experiments.protocol.manipulations.lesions import KnockDown, KnockDownFields, Lesion, LesionFields
from experiments.protocol.manipulations.optogenetics import Silencing, SilencingFields, Stimulation, StimulationFields
from experiments.protocol.schema import OneOrMore, Part


class ForArms(Part):
    """What a study has for the arms it names, for all where it names none."""

    arms: NamesOfArms = ()


class SharedLesionFields(LesionFields, total=False):
    """What a `SharedLesion` takes."""

    arms: OneOrMore[str]


class SharedLesion(ForArms, Lesion):
    """A lesion in several arms: `[[lesions]]`."""

    if TYPE_CHECKING:  # a checker would ask for the types of the fields, which are read from more

        def __init__(self, **fields: Unpack[SharedLesionFields]) -> None: ...


class SharedKnockDownFields(KnockDownFields, total=False):
    """What a `SharedKnockDown` takes."""

    arms: OneOrMore[str]


class SharedKnockDown(ForArms, KnockDown):
    """A knock-down in several arms: `[[knock_downs]]`."""

    if TYPE_CHECKING:  # a checker would ask for the types of the fields, which are read from more

        def __init__(self, **fields: Unpack[SharedKnockDownFields]) -> None: ...


class SharedSilencingFields(SilencingFields, total=False):
    """What a `SharedSilencing` takes."""

    arms: OneOrMore[str]


class SharedSilencing(ForArms, Silencing):
    """Silencing in several arms: `[[silencing]]`."""

    if TYPE_CHECKING:  # a checker would ask for the types of the fields, which are read from more

        def __init__(self, **fields: Unpack[SharedSilencingFields]) -> None: ...


class SharedStimulationFields(StimulationFields, total=False):
    """What a `SharedStimulation` takes."""

    arms: OneOrMore[str]


class SharedStimulation(ForArms, Stimulation):
    """Stimulation in several arms: `[[stimulation]]`."""

    if TYPE_CHECKING:  # a checker would ask for the types of the fields, which are read from more

        def __init__(self, **fields: Unpack[SharedStimulationFields]) -> None: ...


class SharedAnaesthesiaFields(AnaesthesiaFields, total=False):
    """What a `SharedAnaesthesia` takes."""

    arms: OneOrMore[str]


class SharedAnaesthesia(ForArms, Anaesthesia):
    """Anaesthesia in several arms: `[[anaesthesia]]`."""

    if TYPE_CHECKING:  # a checker would ask for the types of the fields, which are read from more

        def __init__(self, **fields: Unpack[SharedAnaesthesiaFields]) -> None: ...


#: Keys of a study -> what stands below the same keys of an arm.
IN_AN_ARM: Mapping[str, type[Part]] = {
    "lesions": Lesion,
    "knock_downs": KnockDown,
    "silencing": Silencing,
    "stimulation": Stimulation,
    "anaesthesia": Anaesthesia,
}
#: Key of a study -> what stands there for several arms.
Shared = Mapping[str, tuple[ForArms, ...]]
Named = TypeVar("Named", ForArms, Injection)


def with_shared(arms: tuple[Arm, ...], shared: Shared) -> tuple[Arm, ...]:
    """The arms, each with what the study has for it behind its own."""
    return tuple(_with_its_share(arm, shared) for arm in arms)


def unknown_arms(arms: tuple[Arm, ...], shared: Shared) -> Iterator[str]:
    """One line for each arm that is named and does not exist."""
    names = [arm.name for arm in arms]
    for key, parts in shared.items():
        for k, part in enumerate(parts):
            yield from (str(unknown_name("arm", n, names, f"{key}[{k}].arms")) for n in part.arms if n not in names)


def for_some_arms(parts: tuple[Named, ...], names: Collection[str]) -> tuple[Named, ...]:
    """What is left of the parts where only the arms of these names are."""
    left = []
    for part in parts:
        kept = tuple(name for name in part.arms if name in names)
        if kept == part.arms:
            left.append(part)
        elif kept:
            left.append(part.model_copy(update={"arms": kept}))
    return tuple(left)


def _with_its_share(arm: Arm, shared: Shared) -> Arm:
    more = {
        key: tuple(_as_its_own(IN_AN_ARM[key], part) for part in parts if not part.arms or arm.name in part.arms)
        for key, parts in shared.items()
    }
    if not any(more.values()):
        return arm
    return arm.model_copy(update={key: (*getattr(arm, key), *parts) for key, parts in more.items()})


def _as_its_own(kind: type[Part], part: ForArms) -> Part:
    """The same without the names of arms; it was checked when it was read."""
    return kind.model_construct(**{name: getattr(part, name) for name in kind.model_fields})
