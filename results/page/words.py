"""Names, numbers and moments as the page writes them."""

from __future__ import annotations

from math import floor, isfinite, log10

_NAMES = {
    "a_beta": "Aβ fibres",
    "a_delta": "Aδ fibres",
    "c_peptidergic": "peptidergic C fibres",
    "c_nonpeptidergic": "non-peptidergic C fibres",
    "pkc_gamma": "PKCγ cells",
    "vertical": "vertical cells",
    "parvalbumin": "parvalbumin cells",
    "islet": "islet cells",
    "projection": "lamina I projection cells",
    "forepaw_nociceptor": "forepaw nociceptors",
    "paragigantocellularis": "paragigantocellular cells",
    "locus_coeruleus_ascending": "locus coeruleus, ascending cells",
    "locus_coeruleus_spinal": "locus coeruleus, coeruleospinal cells",
    "raphe": "raphe cells",
    "a11": "A11 cells",
    "nsia": "NSIA",
    "nsia_threshold_before": "threshold before forepaw capsaicin",
    "nsia_threshold_after": "threshold after forepaw capsaicin",
    "von_frey_threshold": "von Frey threshold",
    "von_frey": "von Frey",
    "paw_pressure": "paw pressure",
}
SIDES_IN_WORDS = {"ipsi": "ipsilateral", "contra": "contralateral", "both": "both sides", "": ""}


def named(name: str) -> str:
    """A measure or population in words: `ipsi_pkc_gamma` -> `PKCγ cells, ipsilateral`."""
    side, _, rest = name.partition("_")
    if side in ("ipsi", "contra") and rest:
        return f"{named(rest)}, {SIDES_IN_WORDS[side]}"
    return _NAMES.get(name, name.replace("_", " "))


def titled(name: str, side: str = "") -> str:
    """A measure with its side, as a heading."""
    text = named(name)
    where = f", {SIDES_IN_WORDS[side]}" if side else ""
    return text[0].upper() + text[1:] + where


def number(value: float, digits: int = 3) -> str:
    """A number to some significant digits, with a minus sign of its own; an en dash where there is none."""
    if value is None or not isfinite(value):
        return "–"
    text = f"{value:.{digits}g}" if abs(value) < 1000 else f"{value:,.0f}"
    return text.replace("-", "−")


def estimate(value: float, low: float, high: float, unit: str = "") -> str:
    """A number with its interval, to one number of decimals: `63.2 [50.1, 76.3] g`."""
    after = f" {unit}" if unit and unit != "1" else ""
    if not (isfinite(low) and isfinite(high)):
        return f"{number(value)}{after}"
    largest = max(abs(value), abs(low), abs(high))
    decimals = max(0, 2 - floor(log10(largest))) if largest > 0 else 0
    shown = (f"{end:z,.{decimals}f}".replace("-", "−") for end in (value, low, high))
    return "{} [{}, {}]{}".format(*shown, after)


def probability(p: float) -> str:
    """`, p = 0.012`, `, p = 0.10`, as an addition to an estimate; nothing where there is none."""
    if not isfinite(p):
        return ""
    if p < 0.001:
        return ", p < 0.001"
    return f", p = {p:.2g}" if p < 0.0995 else f", p = {p:.2f}"


def moment(day: int, hour: float, phase: str = "") -> str:
    """When and under what: `day 28, 3.5 h, intrathecal idazoxan`."""
    after = f", {phase}" if phase else ""
    return f"day {number(day)}, {hour:g} h{after}"
