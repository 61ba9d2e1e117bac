"""The look of all figures: sizes in mm and points, names, and one colour, line and marker for each arm of a study."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import matplotlib
import matplotlib.colors

from core.doses import parse_dose
from core.errors import UserError
from results.files.folder import ManifestArm

#: Widths of figures in mm: a page and a column of a journal.
PAGE_MM, COLUMN_MM = 170.0, 85.0
#: Sizes of text in points: usual, and smallest.
TEXT_SIZE, SMALL = 7.0, 6.0
#: Inches in a mm.
MM = 1 / 25.4
#: Colours that people with the common colour vision deficiencies tell apart (Okabe and Ito 2008).
BLACK, ORANGE, SKY, GREEN, BLUE, VERMILLION, PURPLE = (
    "#000000", "#E69F00", "#56B4E9", "#009E73", "#0072B2", "#D55E00", "#CC79A7",
)  # fmt: skip
GREY, PALE, WORDS = "#7F7F7F", "#EBEBEB", "#444444"
CONTROL = "vehicle"
COLORS = (VERMILLION, BLUE, GREEN, PURPLE, ORANGE, SKY)
#: circuit -> (line, filled): injured animals solid and filled, uninjured ones dashed and open.
_CIRCUITS: dict[str, tuple[Any, bool]] = {
    "ligated": ("-", True),
    "sham": ((0, (3.2, 1.6)), False),
    "naive": ((0, (1.2, 1.4)), False),
}
_OTHER_CIRCUIT = ((0, (5, 1.5, 1, 1.5)), True)
_MARKERS = ("o", "s", "D", "^", "v", "P", "p", "h")
_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
#: How much of white is in the colour of the lowest dose, and of black in that of the highest.
_LIGHTEST, _DARKEST = 0.55, 0.45

#: Names that figures show otherwise than without underscores.
NAMES = {
    "a_beta": "Aβ",
    "a_delta": "Aδ",
    "c_peptidergic": "C peptidergic",
    "c_nonpeptidergic": "C non-peptidergic",
    "pkc_gamma": "PKCγ",
    "locus_coeruleus_ascending": "LC ascending",
    "locus_coeruleus_spinal": "LC coeruleospinal",
    "a11": "A11",
    "dorsal_horn_ipsi": "dorsal horn, ipsilateral",
    "dorsal_horn_contra": "dorsal horn, contralateral",
    "ipsi": "ipsilateral",
    "contra": "contralateral",
    "von_frey_threshold": "von Frey threshold",
    "von_frey": "von Frey",
    "gaba": "GABA",
    "nsia": "NSIA",
    "nsia_threshold_before": "threshold before forepaw capsaicin",
    "nsia_threshold_after": "threshold after forepaw capsaicin",
}

LOOK: dict[Any, Any] = {
    "figure.dpi": 300,
    "savefig.dpi": "figure",
    "font.family": ["DejaVu Sans"],
    "font.size": TEXT_SIZE,
    "axes.titlesize": TEXT_SIZE,
    "axes.labelsize": TEXT_SIZE,
    "axes.titlepad": 3.0,
    "axes.labelpad": 2.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "xtick.major.size": 2.2,
    "ytick.major.size": 2.2,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.minor.size": 1.3,
    "ytick.minor.size": 1.3,
    "xtick.major.pad": 1.8,
    "ytick.major.pad": 1.8,
    "legend.frameon": False,
    "legend.fontsize": SMALL,
    "legend.borderpad": 0.1,
    "legend.borderaxespad": 0.2,
    "legend.labelspacing": 0.35,
    "legend.handletextpad": 0.6,
    "legend.columnspacing": 1.4,
    "lines.linewidth": 1.0,
    "hatch.linewidth": 0.4,
    "svg.hashsalt": "bluespot",
    "svg.fonttype": "none",
    "pdf.fonttype": 42,
    "ps.fonttype": 42,
}
#: Decorates every function that draws.
styled = matplotlib.rc_context(LOOK)


@dataclass(frozen=True)
class ArmStyle:
    """How an arm is drawn in every figure of its study: colour, line, marker, whether it is filled, and its label."""

    color: str
    line: Any
    marker: str
    filled: bool
    label: str

    @property
    def face(self) -> str:
        """Colour inside the marker."""
        return self.color if self.filled else "white"


def checked_width(width_mm: float) -> float:
    """The width itself; UserError where no figure can have it."""
    if not 60.0 <= width_mm <= 1000.0:
        raise UserError(
            f"width_mm = {width_mm:g}: expected the width of a figure in mm, 60 to 1000, such as 85 or 170."
        )
    return width_mm


def points(mm: float) -> float:
    """Points of a length in mm."""
    return mm * MM * 72


def arm_styles(arms: Sequence[ManifestArm]) -> dict[str, ArmStyle]:
    """Arm -> its style: colour by drug, darker with the dose, line and filling by circuit, marker by dose and such."""
    drugs = list(dict.fromkeys(drugs_of(arm) for arm in arms if drugs_of(arm) != CONTROL))
    labels = arm_labels(arms)
    styles = {}
    for arm in arms:
        drug = drugs_of(arm)
        alike = sorted({_variant(other) for other in arms if drugs_of(other) == drug})
        doses = [variant for variant in alike if variant[0] == arm.manipulation]
        base = BLACK if drug == CONTROL else COLORS[drugs.index(drug) % len(COLORS)]
        color = _shade(base, doses.index(_variant(arm)), len(doses))
        if arm.manipulation and drug == CONTROL:
            color = GREY
        turn = 0 if drug == CONTROL else drugs.index(drug) // len(COLORS)
        marker = _MARKERS[(alike.index(_variant(arm)) + 3 * turn) % len(_MARKERS)]
        line, filled = _CIRCUITS.get(arm.circuit, _OTHER_CIRCUIT)
        styles[arm.name] = ArmStyle(color, line, marker, filled, labels[arm.name])
    return styles


def arm_labels(arms: Sequence[ManifestArm]) -> dict[str, str]:
    """Arm -> what it is, with doses: `ligated, duloxetine 10 mg/kg s.c. daily`; its name too where two were alike."""
    texts = {arm.name: ", ".join(filter(None, (arm.circuit, *_given(arm)))) for arm in arms}
    alike = [text for text in texts.values() if list(texts.values()).count(text) > 1]
    return {name: f"{name} ({text})" if text in alike else text for name, text in texts.items()}


def short_treatment(treatment: str) -> str:
    """A treatment without its days: `duloxetine 10 mg/kg s.c. from day 14` -> `duloxetine 10 mg/kg s.c.`"""
    parts = (re.split(r" (?:on|from) days? ", part)[0] for part in treatment.split(" + "))
    return re.sub(r"(?<=\d) ?ug\b", " µg", " + ".join(parts))


def drugs_of(arm: ManifestArm) -> str:
    """Drugs of a treatment without doses: `duloxetine 10 mg/kg + idazoxan 30 ug` -> `duloxetine + idazoxan`."""
    parts = re.split(r"\s+\+\s+", arm.treatment.strip()) if arm.treatment.strip() else [CONTROL]
    return " + ".join(dict.fromkeys(part.split()[0] for part in parts))


def pretty(name: str) -> str:
    """A name as figures show it: `pkc_gamma` -> `PKCγ`, `paw_pressure_threshold` -> `paw pressure threshold`."""
    return NAMES.get(name, name.replace("_", " "))


def power_of_ten(value: float) -> str:
    """A tick of a logarithmic axis, `10⁻²`, in letters: matplotlib's own are formulas, which take it long to set."""
    return "10" + f"{math.log10(value):.0f}".translate(_RAISED)


def mixed(color: str, other: str, share: float) -> str:
    """A colour with a share of another one; figures use it in place of transparency, which EPS does not have."""
    pairs = zip(matplotlib.colors.to_rgb(color), matplotlib.colors.to_rgb(other), strict=True)
    red, green, blue = (one + (two - one) * share for one, two in pairs)
    return matplotlib.colors.to_hex((red, green, blue))


def _given(arm: ManifestArm) -> tuple[str, str]:
    return short_treatment(arm.treatment or CONTROL), short_treatment(arm.manipulation)


def _variant(arm: ManifestArm) -> tuple[str, float, str]:
    """What tells apart the arms of one drug: manipulation, and dose in the order of its size."""
    written = arm.dosing_records[0].dose if arm.dosing_records else " ".join(arm.treatment.split()[1:3])
    try:
        amount = parse_dose(written).milligram
    except UserError:
        amount = 0.0
    return arm.manipulation, amount, short_treatment(arm.treatment)


def _shade(color: str, rank: int, count: int) -> str:
    """The colour of the dose of that rank: the lowest is the lightest, the middle one the colour itself."""
    if count == 1:
        return color
    place = 2 * rank / (count - 1) - 1
    return mixed(color, "white", -place * _LIGHTEST) if place < 0 else mixed(color, "black", place * _DARKEST)
