"""What the numbers of a circuit can be at all, by their name and their unit, and what of several must fit together.

These are bounds of what can exist, not of what is likely: a number at a bound is still absurd, one beyond it is none.
What is likely is the range of the number itself, `Sourced.low` to `Sourced.high`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from brian2.units import Quantity, hertz, kilogram, metre, mmolar, mV, nA, nF, second, uS
from brian2.units.fundamentalunits import get_dimensions

from core.quantities import write_quantity
from core.sourced import Sourced

_DAY = 86_400.0
_NEWTON = kilogram * metre / second**2


@dataclass(frozen=True)
class Bounds:
    """The least and the most that a number can be; `above`: it lies above the least."""

    least: Quantity | float
    most: Quantity | float
    above: bool = False

    def hold(self, value: Quantity | float) -> bool:
        """Whether the value lies within them."""
        number, least = float(value), float(self.least)
        return (least < number if self.above else least <= number) and number <= float(self.most)

    def __str__(self) -> str:
        return f"{'more than' if self.above else 'at least'} {_text(self.least)}, at most {_text(self.most)}"


_SHARE = Bounds(0.0, 1.0)
_PART = Bounds(0.0, 1.0, above=True)
_POTENTIAL = Bounds(-150 * mV, 0 * mV)
_STEEPNESS = Bounds(0.0, 100.0, above=True)
_SPREAD = Bounds(0.0, 10.0)
_FACTOR = Bounds(0.0, 100.0)
_TIME = Bounds(0 * second, 1000 * _DAY * second, above=True)
_DELAY = Bounds(0 * second, 1 * second)
_CURRENT = Bounds(0 * nA, 10 * nA)
_WIDTH = Bounds(0 * mV, 50 * mV)

#: Name of a number, the last of its path, -> its bounds; where these are those of its unit it is not listed.
_OF_NAME: Mapping[str, Bounds] = {
    **dict.fromkeys(("share", "adapted_share", "alpha1_share", "l5_share", "autoinhibition"), _SHARE),
    **dict.fromkeys(("depth", "floor", "activation_floor"), _SHARE),
    **dict.fromkeys(("span", "activation_span"), _PART),
    **dict.fromkeys(("rest", "reset", "threshold", "gaba_reversal", "potassium_reversal"), _POTENTIAL),
    **dict.fromkeys(("hill", "power", "evoked_power", "evoked_half", "regularity", "potassium_power"), _STEEPNESS),
    **dict.fromkeys(("magnesium_half", "magnesium_slope", "electric_threshold"), Bounds(0.0, 1000.0, above=True)),
    **dict.fromkeys(("spread", "force_spread", "conduction_spread", "weight_spread"), _SPREAD),
    **dict.fromkeys(("bias_spread", "noise", "spike_adaptation"), _CURRENT),
    **dict.fromkeys(("gain", "nmda_ratio", "output_weight"), _FACTOR),
    **dict.fromkeys(("serotonin_weight", "noradrenaline_weight"), _FACTOR),
    "slope": Bounds(0 * mV, 50 * mV, above=True),
    "spread_potential": _WIDTH,
    "leak": Bounds(0 * uS, 1 * uS, above=True),
    "onset": Bounds(0 * second, 1000 * _DAY * second),
    "rate": Bounds(0 * hertz, 1000 * hertz, above=True),
    "half_drive": Bounds(0 * hertz, 1000 * hertz, above=True),
    "quantum": Bounds(0 * mmolar, 10 * mmolar),
    "level": Bounds(0 * mmolar, 10 * mmolar),
    "standard": Bounds(1.0, 100_000.0),
    "in_degree": Bounds(1.0, 1000.0),
    "heat_threshold": Bounds(0.0, 200.0),
    "heat_spread": Bounds(0.0, 50.0),
    "efficacy": Bounds(0.0, 10.0),
    "inactivated": _SHARE,
    "a_fibre_weight": _FACTOR,
    # Without a unit: of what follows the active share of another receptor.
    "half_activation": Bounds(0.0, 1000.0, above=True),
    # Over its binding constant: up to millimolar over nanomolar.
    "competitor": Bounds(0.0, 1e6),
}  # fmt: skip

#: Part of a path -> bounds of all plain numbers under it.
_UNDER: Mapping[str, Bounds] = {
    ".clearance.shares.": _SHARE,
    ".clearance.shares_in.": _SHARE,
    "variability.": Bounds(0.0, 3.0),
}

#: Bounds of a unit, for any number that is not listed by its name.
_OF_UNIT: tuple[Bounds, ...] = (
    Bounds(0 * nF, 10 * nF, above=True),
    Bounds(0 * uS, 1 * uS),
    Bounds(-150 * mV, 150 * mV),
    Bounds(-10 * nA, 10 * nA),
    _TIME,
    Bounds(0 * hertz, 1000 * hertz),
    Bounds(0 * mmolar, 100 * mmolar, above=True),
    Bounds(0 * _NEWTON, 100 * _NEWTON, above=True),
    Bounds(0 * metre, 1 * metre, above=True),
    Bounds(0 * metre / second, 150 * metre / second, above=True),
    Bounds(-1000.0, 1000.0),
)


def bounds_of(path: str, like: Quantity | float) -> Bounds | None:
    """The bounds of the number at a path of a circuit, of the dimension of `like`; None for a unit without any."""
    dimension, name = get_dimensions(like), path.rpartition(".")[2]
    if ".delays." in path:
        return _DELAY
    named = [found for part, found in _UNDER.items() if part in path]
    named += [_OF_NAME[name]] if name in _OF_NAME else []
    return next((each for each in (*named, *_OF_UNIT) if get_dimensions(each.least) == dimension), None)


def likely_range(number: Sourced) -> tuple[float, float]:
    """What is likely for a number, in SI: its own range, else a tenth to ten times of what it is."""
    tenfold = sorted((number.si / 10.0, number.si * 10.0))
    low = tenfold[0] if number.low is None else float(number.low)
    high = tenfold[1] if number.high is None else float(number.high)
    return min(low, number.si), max(high, number.si)


def contradictions(given: Mapping[str, Quantity | float], known: Mapping[str, Sourced]) -> Iterator[tuple[str, str]]:
    """What several numbers cannot be together, where one of them is given: (its path, one sentence).

    Shares of the clearance of one transmitter sum to at most 1; a cell rests and is reset below its threshold.
    """
    number = {path: float(given.get(path, sourced.value)) for path, sourced in known.items()}
    told: set[str] = set()
    for path in given:
        group, _, name = path.rpartition(".")
        if ".clearance.shares" in group and group not in told:
            told.add(group)
            total = sum(value for other, value in number.items() if other.rpartition(".")[0] == group)
            if total > 1.0 + 1e-9:
                yield path, f"the shares of {group} sum to {total:.6g}; they sum to at most 1"
        if group.startswith("cells.") and name in ("rest", "reset", "threshold") and group not in told:
            told.add(group)
            for below in ("rest", "reset"):
                if number[f"{group}.{below}"] >= number[f"{group}.threshold"]:
                    yield path, f"the {below} of {group} is not below its threshold"


def _text(value: Quantity | float) -> str:
    written = write_quantity(value)
    return f"{written:g}" if isinstance(written, float) else written
