"""Injuries as data: lists of differences from an uninjured rat, each with its place, course, healing and source.

An uninjured circuit has an empty list and is otherwise the same, of the same sizes and draws. So a sham and a ligated
animal of one number are the same animal, cell by cell. The injuries that come along are files
(`circuits.injuries`, `bluespot extensions`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from brian2.units import Hz, Quantity, mV
from brian2.units.fundamentalunits import get_dimensions

from core.errors import UserError, unknown_name
from core.quantities import write_quantity
from core.sourced import Sourced
from core.units import SECONDS_PER_HOUR, day
from core.vocabulary import SIDES

ROOTS = ("L4", "L5")
#: End of the name of a quantity on the side that is not "ipsi".
_CONTRA = "_contra"

#: Quantity of the fibres of a root, as differences name it -> root -> its name among `QUANTITIES`.
OF_ROOTS: Mapping[str, Mapping[str, str]] = {
    "input": {"L4": "l4_input", "L5": "l5_input"},
    "cut_a": {"L4": "l4_cut_a", "L5": "l5_cut_a"},
    "cut_c": {"L4": "l4_cut_c", "L5": "l5_cut_c"},
    "ectopic_share": {"L4": "l4_ectopic_share", "L5": "ectopic_share"},
    "c_spontaneous_share": {"L4": "c_spontaneous_share", "L5": "l5_c_spontaneous_share"},
}
#: Quantity of a whole side, as differences name it.
OF_SIDES = (
    "nociceptor_sensitisation",
    "gaba_reversal_shift",
    "gaba_release_loss",
    "noradrenaline_sprouting",
    "acetylcholine_switch",
    "alpha2delta_upregulation",
)
#: Quantity that the animal has one of.
OF_THE_ANIMAL = ("ectopic_rate", "c_spontaneous_rate", "glt1_loss")

#: Quantity of every animal -> (value without injury, what it is). In SI units; on the side "ipsi", unless said.
STANDING: Mapping[str, tuple[float, str]] = {
    "l5_input": (1.0, "share of its discharge with which a fibre of L5 still answers a stimulus"),
    "ectopic_share": (0.0, "share of L5 A fibres that fire ectopically"),
    "ectopic_rate": (0.0, "Hz, of an ectopically firing A fibre"),
    "c_spontaneous_share": (0.0, "share of L4 C fibres that fire on their own"),
    "c_spontaneous_rate": (0.0, "Hz, of such a C fibre"),
    "nociceptor_sensitisation": (0.0, "fall of the logarithm of force and heat thresholds of nociceptors"),
    "gaba_reversal_shift": (0.0, "V, of E_GABA in excitatory dorsal-horn cells"),
    "gaba_release_loss": (0.0, "share of GABA release lost"),
    "noradrenaline_sprouting": (1.0, "factor on spinal noradrenaline release"),
    "noradrenaline_sprouting_contra": (1.0, "factor on contralateral spinal noradrenaline release"),
    "acetylcholine_switch": (0.0, "0..1, alpha2A raises the release of acetylcholine, and this that of GABA"),
    "alpha2delta_upregulation": (0.0, "0..1, of alpha2delta-1 on injured afferents"),
    "glt1_loss": (0.0, "share of glutamate clearance lost in the locus coeruleus"),
}
#: The same of those quantities that only animals have in which an injury moves them.
_MOVED: Mapping[str, tuple[float, str]] = {
    "l4_input": (1.0, "share of its discharge with which a fibre of L4 still answers a stimulus"),
    **{
        f"{root.lower()}_cut_{kind.lower()}": (0.0, f"share of {root} {kind} fibres that are cut")
        for root in ROOTS
        for kind in "AC"
    },
    "l4_ectopic_share": (0.0, "share of L4 A fibres that fire ectopically"),
    "l5_c_spontaneous_share": (0.0, "share of L5 C fibres that fire on their own"),
}
_OTHER_SIDE = {
    f"{name}{_CONTRA}": (normal, f"contralateral: {words}")
    for name, (normal, words) in {**STANDING, **_MOVED}.items()
    if name not in OF_THE_ANIMAL and f"{name}{_CONTRA}" not in STANDING and not name.endswith(_CONTRA)
}
#: Every quantity that an injury can move -> (value without injury, what it is).
QUANTITIES: Mapping[str, tuple[float, str]] = {**STANDING, **_MOVED, **_OTHER_SIDE}

#: Quantities that are shares, and so stay within 0..1 in an animal with a large injury.
_SHARES = ("input", "cut_a", "cut_c", "ectopic_share", "c_spontaneous_share", "gaba_release_loss", "glt1_loss")
#: Quantities of which some fibres fire on their own.
_FIRING = ("ectopic_share", "c_spontaneous_share")
#: Quantity -> a number of its unit, where it has one.
QUANTITY_UNITS = {"gaba_reversal_shift": 1 * mV, "ectopic_rate": 1 * Hz, "c_spontaneous_rate": 1 * Hz}


@dataclass(frozen=True)
class Recovery:
    """How a difference heals: from `onset` after surgery a share of it goes, with a time constant.

    Parameters
    ----------
    share : Sourced
        Of the difference that goes in the end, 0..1; 1 is full recovery.
    onset : Sourced
        When it begins, from surgery.
    time_constant : Sourced
        With which it goes.
    """

    share: Sourced
    onset: Sourced
    time_constant: Sourced

    def __post_init__(self) -> None:
        _check_unit("share", self.share, 1.0)
        _check_unit("onset", self.onset, 1 * day)
        _check_unit("time_constant", self.time_constant, 1 * day)

    def left(self, hours: float) -> float:
        """Share of the difference that is left `hours` after surgery; 1 before its onset."""
        since = hours - self.onset.si / SECONDS_PER_HOUR
        if since <= 0.0:
            return 1.0
        return 1.0 + self.share.si * math.expm1(-since * SECONDS_PER_HOUR / self.time_constant.si)


@dataclass(frozen=True)
class Difference:
    """One thing that an injury changes over time.

    After surgery a quantity moves from its value without injury by amplitude x (1 - exp(-(t - onset)/time_constant)),
    and back if there is a recovery.

    Parameters
    ----------
    name : str
        Of the difference; a switch that takes it away.
    quantity : str
        What moves, by the names of `OF_ROOTS`, `OF_SIDES` and `OF_THE_ANIMAL`.
    amplitude : Sourced
        By how much, in the unit of the quantity.
    onset, time_constant : Sourced
        When it begins, from surgery, and how fast it builds up.
    sides : tuple of str
        On which sides, "ipsi" and "contra"; nothing else than the default for a quantity that the animal has one of.
    roots : tuple of str
        In the fibres of which roots, "L4" and "L5"; none for a quantity that is not of fibres.
    recovery : Recovery, optional
        How it heals; without one it stays.

    Raises
    ------
    UserError
        For an unknown quantity, side or root, for a place that the quantity has not, and for another unit.
    """

    name: str
    quantity: str
    amplitude: Sourced
    onset: Sourced
    time_constant: Sourced
    sides: tuple[str, ...] = ("ipsi",)
    roots: tuple[str, ...] = ()
    recovery: Recovery | None = field(default=None)

    def __post_init__(self) -> None:
        known = (*OF_ROOTS, *OF_SIDES, *OF_THE_ANIMAL)
        if self.quantity not in known:
            raise unknown_name("quantity", self.quantity, known, "quantity")
        _check_places("side", self.sides, SIDES)
        if self.quantity in OF_THE_ANIMAL and self.sides != ("ipsi",):
            raise UserError(f"sides: {self.quantity} is one for the whole animal; leave the key out.")
        if self.quantity in OF_ROOTS:
            _check_places("root", self.roots, ROOTS)
        elif self.roots:
            raise UserError(f"roots: {self.quantity} is not of the fibres of a root; leave the key out.")
        _check_unit("amplitude", self.amplitude, QUANTITY_UNITS.get(self.quantity, 1.0))
        _check_unit("onset", self.onset, 1 * day)
        _check_unit("time_constant", self.time_constant, 1 * day)

    @property
    def moves(self) -> tuple[str, ...]:
        """Names among `QUANTITIES` of all that it moves: one for each side and root."""
        of_roots = OF_ROOTS.get(self.quantity, {})
        names = [of_roots[root] for root in self.roots] or [self.quantity]
        return tuple(name if side == "ipsi" else f"{name}{_CONTRA}" for side in self.sides for name in names)

    @property
    def words(self) -> str:
        """What it moves, in words."""
        return "; ".join(QUANTITIES[name][1] for name in self.moves)

    def at(self, hours: float) -> float:
        """The difference `hours` after surgery, in the SI unit of its amplitude; 0 before its onset."""
        since = hours - self.onset.si / SECONDS_PER_HOUR
        if since <= 0.0:
            return 0.0
        grown = self.amplitude.si * -math.expm1(-since * SECONDS_PER_HOUR / self.time_constant.si)
        return grown if self.recovery is None else grown * self.recovery.left(hours)

    def mistakes(self) -> list[tuple[str, str]]:
        """Field, sentence for each number that no animal can have: shares and rates below 0, shares above 1."""
        found = []
        low, high = self.lowest_amplitude, self.highest_amplitude
        if not low <= self.amplitude.si <= high:
            most = f"from {low:g} to {high:g}" if math.isfinite(high) else f"{low:g} or more"
            found.append(("amplitude", f"expected {most}"))
        times = [("onset", self.onset, True), ("time_constant", self.time_constant, False)]
        if self.recovery is not None:
            share = self.recovery.share.si
            found += [] if 0.0 <= share <= 1.0 else [("recovery.share", "expected a share from 0 to 1")]
            times += [("recovery.onset", self.recovery.onset, True)]
            times += [("recovery.time_constant", self.recovery.time_constant, False)]
        for name, time, may_be_zero in times:
            if time.si < 0.0 or (time.si == 0.0 and not may_be_zero):
                found.append((name, f"expected a time of {'0 or more' if may_be_zero else 'more than 0'}"))
        return found

    @property
    def lowest_amplitude(self) -> float:
        """The least that its amplitude can be, in SI units."""
        normal = QUANTITIES[self.moves[0]][0]
        return -math.inf if self.quantity in ("nociceptor_sensitisation", "gaba_reversal_shift") else 0.0 - normal

    @property
    def highest_amplitude(self) -> float:
        """The most that its amplitude can be, in SI units; infinite for what is no share."""
        normal = QUANTITIES[self.moves[0]][0]
        whole = (*_SHARES, "acetylcholine_switch", "alpha2delta_upregulation")
        return 1.0 - normal if self.quantity in whole else math.inf


@dataclass(frozen=True, repr=False)
class Injury:
    """What is done to an uninjured rat at hour 0 of day 0: the circuit of this name is that rat with these differences.

    Parameters
    ----------
    name : str
        Of the injury and of its circuit.
    description : str
        What is done, in words.
    differences : tuple of Difference
        What it changes; none for an uninjured rat.
    operated : bool
        Whether day 0 is the day of a surgery.

    Raises
    ------
    UserError
        For two differences of one name, and two that move one quantity.
    """

    name: str
    description: str
    differences: tuple[Difference, ...] = ()
    operated: bool = True

    def __post_init__(self) -> None:
        by_name: set[str] = set()
        moved: dict[str, str] = {}
        for k, each in enumerate(self.differences):
            if each.name in by_name:
                raise UserError(f'differences[{k}].name = "{each.name}": another difference has this name.')
            by_name.add(each.name)
            for quantity in each.moves:
                if quantity in moved:
                    raise UserError(
                        f"differences[{k}]: {moved[quantity]} moves this already ({QUANTITIES[quantity][1]}); "
                        "one difference moves it."
                    )
                moved[quantity] = each.name

    def __repr__(self) -> str:
        return f'Injury("{self.name}": {self.description}; {len(self.differences)} differences)'


def _check_unit(what: str, number: Sourced, like: Quantity | float) -> None:
    if get_dimensions(number.value) != get_dimensions(like):
        example = write_quantity(like) if isinstance(like, Quantity) else "a number without a unit"
        raise UserError(f"{what} = {number.value}: expected another unit, such as {example}.")


def _check_places(kind: str, given: tuple[str, ...], allowed: tuple[str, ...]) -> None:
    if not given:
        raise UserError(f"{kind}s: missing; expected one or more of {', '.join(allowed)}.")
    for name in given:
        if name not in allowed:
            raise unknown_name(kind, name, allowed, f"{kind}s")
    if len(set(given)) != len(given):
        raise UserError(f"{kind}s: one of them is named twice.")


def value_on(name: str, quantities: Mapping[str, float], side: str) -> float:
    """A quantity of a side, by its name on the side "ipsi" (`QUANTITIES`); normal where nothing moves it."""
    return quantities.get(name if side != "contra" else f"{name}{_CONTRA}", QUANTITIES[name][0])


def scale_of(name: str, quantities: Mapping[str, float], side: str = "") -> float:
    """The slow quantity that scales a coupling or a release; 1 without a name.

    On the side "contra" a quantity of the injury is that of this side, or normal. A quantity that each side has of its
    own, such as `alpha2_cord_sensitivity_ipsi`, goes by its name without the side.
    """
    if not name:
        return 1.0
    if f"{name}_{side}" in quantities:
        return quantities[f"{name}_{side}"]
    if name in QUANTITIES and (side == "contra" or name not in quantities):
        return QUANTITIES[name][0]
    return quantities[name]


def quantities(
    differences: tuple[Difference, ...], hours: float, off: frozenset[str] = frozenset()
) -> dict[str, float]:
    """Every quantity of the injury at a time after surgery.

    Parameters
    ----------
    differences : tuple of Difference
        Of the circuit.
    hours : float
        From surgery.
    off : frozenset of str
        Names of differences that are left out.

    Returns
    -------
    dict of float
        By the names of `QUANTITIES`, SI units: those of `STANDING`, and all others that a difference moves.
    """
    return _moved(differences, {each.name: each.at(hours) for each in differences if each.name not in off})


def furthest(differences: tuple[Difference, ...], off: frozenset[str] = frozenset()) -> dict[str, float]:
    """Every quantity of the injury where each difference is complete and nothing has healed."""
    return _moved(differences, {each.name: each.amplitude.si for each in differences if each.name not in off})


def _moved(differences: tuple[Difference, ...], by: Mapping[str, float]) -> dict[str, float]:
    values = {name: normal for name, (normal, _) in STANDING.items()}
    for difference in differences:
        for name in difference.moves:
            values.setdefault(name, QUANTITIES[name][0])
            values[name] += by.get(difference.name, 0.0)
    return values


def of_extent(found: Mapping[str, float], extent: float) -> dict[str, float]:
    """The quantities in an animal whose differences from normal are `extent` times the usual ones; shares stay within
    0..1.
    """
    scaled = {name: QUANTITIES[name][0] + extent * (value - QUANTITIES[name][0]) for name, value in found.items()}
    return {name: min(1.0, max(0.0, x)) if name in _ALL_SHARES else x for name, x in scaled.items()}


def fires_on(differences: Iterable[Difference], off: frozenset[str], side: str) -> bool:
    """Whether an injury makes fibres of a side fire on their own."""
    return any(each.quantity in _FIRING and side in each.sides and each.name not in off for each in differences)


def _names_of(quantity: str) -> tuple[str, ...]:
    """Names among `QUANTITIES` under which a quantity stands, of any root and side."""
    names = tuple(OF_ROOTS.get(quantity, {"": quantity}).values())
    return (*names, *(f"{name}{_CONTRA}" for name in names))


_ALL_SHARES = frozenset(name for quantity in _SHARES for name in _names_of(quantity))
