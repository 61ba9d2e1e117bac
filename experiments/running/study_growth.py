"""How a study has grown since an earlier state of it: arms, days and assays that come in. It never shrinks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from core.errors import UserError
from experiments.protocol.study import Study

#: Fields that are the same in every state of a study, for all of its animals follow from them.
FIXED = ("name", "seed", "size", "precision")


class AssayMoment(NamedTuple):
    """One assay on one side ("" for none) at one hour of one day."""

    assay: str
    side: str
    hour: float
    day: int


@dataclass(frozen=True)
class Growth:
    """What a study asks for beyond an earlier state of it.

    Attributes
    ----------
    arms : tuple of str
        Arms that are new.
    moments : tuple of str
        Assays, or days of them, that are new, in words.
    begins_earlier : bool
        Whether it begins before the earlier state did.
    """

    arms: tuple[str, ...]
    moments: tuple[str, ...]
    begins_earlier: bool

    def __str__(self) -> str:
        arms = [f"arm {name}" for name in self.arms]
        return "; ".join((*arms, *self.moments)) or "nothing new, but it is written otherwise"


def growth(was: Study, now: Study) -> Growth:
    """What `now` asks for beyond `was`.

    Raises
    ------
    UserError
        Where `now` is not `was` and more: the message goes on after the name of the folder.
    """
    if differs := [*_fixed(was, now), *_changed_arms(was, now)]:
        raise UserError(
            f'it holds another study, "{was.name}", that differs in {", ".join(differs)}; choose another folder, or '
            "give a changed arm another name; nothing was changed."
        )
    ours, theirs = list(_moments(now)), list(_moments(was))
    names, known = ([arm.name for arm in study.arms] for study in (now, was))
    gone = [f"arm {name}" for name in known if name not in names] + list(_in_words(theirs, but=ours))
    if gone:
        raise UserError(
            f"its study has what this one lacks: {'; '.join(gone)}. A study of a folder grows and loses nothing: ask "
            "for it too, or choose another folder; nothing was changed."
        )
    new = tuple(name for name in names if name not in known)
    return Growth(new, tuple(_in_words(ours, but=theirs)), now.begins < was.begins)


def _fixed(was: Study, now: Study) -> Iterator[str]:
    """Fields that no state of a study changes, and days and extensions that are lost."""
    yield from (name for name in FIXED if getattr(was, name) != getattr(now, name))
    if now.begins > was.begins:
        yield "first_day"
    if now.span[1] < was.span[1] and set(_moments(was)) <= set(_moments(now)):
        yield "last_day"
    own = {each.fingerprint for each in now.extensions}
    if any(each.fingerprint not in own for each in was.extensions):
        yield "extensions"


def _changed_arms(was: Study, now: Study) -> Iterator[str]:
    """`arms.ligated-duloxetine (treatments)`, for each arm that both have and that is not the same in both."""
    known = {arm.name for arm in was.arms}
    for name in (arm.name for arm in now.arms if arm.name in known):
        tables = [_made_of(study, name) for study in (was, now)]
        keys = [key for key in {**tables[0], **tables[1]} if tables[0].get(key) != tables[1].get(key)]
        if keys:
            yield f"arms.{name} ({', '.join(keys)})"


def _made_of(study: Study, name: str) -> dict[str, Any]:
    """All that is done in an arm, days and assays aside."""
    injections = [each.table() for each in study.injections_of(name)]
    own = study.only([name]).table().get("drugs")
    return {
        **study.arm(name).table(),
        "injections": [{key: value for key, value in table.items() if key != "arms"} for table in injections],
        "drugs": own,
    }


def _moments(study: Study) -> Iterator[AssayMoment]:
    for each in study.assays:
        for side in each.sides or ("",):
            yield from (AssayMoment(each.assay, side, each.hour, day) for day in each.days)


def _in_words(moments: Iterable[AssayMoment], but: Collection[AssayMoment]) -> Iterator[str]:
    """`paw_pressure ipsi on days 35, 42 at hour 2`: moments but for some; sides and days together if else equal."""
    days: dict[tuple[str, float, str], list[int]] = {}
    for each in (each for each in moments if each not in but):
        days.setdefault((each.assay, each.hour, each.side), []).append(each.day)
    sides: dict[tuple[str, float, tuple[int, ...]], list[str]] = {}
    for (assay, hour, side), found in days.items():
        sides.setdefault((assay, hour, tuple(found)), []).append(side)
    for (assay, hour, on), found_sides in sides.items():
        what = " ".join(filter(None, (assay, ", ".join(filter(None, found_sides)))))
        yield f"{what} on day{'s' * (len(on) > 1)} {_listed(on)} at hour {hour:g}"


def _listed(numbers: Iterable[int]) -> str:
    return ", ".join(map(str, numbers))
