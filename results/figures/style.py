"""The look of all figures: one colour for each drug, one line for each circuit; and how figures are saved."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib
import matplotlib.colors
from matplotlib.figure import Figure

from results.files.atomic import new_file
from results.files.folder import ManifestArm

#: Colours that people with the common colour vision deficiencies tell apart (Okabe and Ito 2008).
BLACK, ORANGE, SKY, GREEN, BLUE, VERMILLION, PURPLE = (
    "#000000", "#E69F00", "#56B4E9", "#009E73", "#0072B2", "#D55E00", "#CC79A7",
)  # fmt: skip
GREY, PALE = "#7F7F7F", "#EBEBEB"
CONTROL = "vehicle"
COLORS = (VERMILLION, BLUE, GREEN, PURPLE, ORANGE, SKY)
#: circuit -> (line, marker, filled): injured animals solid and filled, uninjured ones dashed and open.
_CIRCUITS = {"ligated": ("-", "o", True), "sham": ("--", "o", False), "naive": (":", "s", False)}
_OTHER_CIRCUIT = ("-.", "^", True)
_VARIANT_MARKERS = ("o", "D", "s", "^", "v", "P")

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
    "nsia": "NSIA",
    "nsia_threshold_before": "threshold before forepaw capsaicin",
    "nsia_threshold_after": "threshold after forepaw capsaicin",
}

_LOOK: dict[Any, Any] = {
    "figure.dpi": 100,
    "savefig.dpi": 150,
    "font.family": "DejaVu Sans",
    "font.size": 8,
    "axes.titlesize": 9,
    "axes.labelsize": 8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.7,
    "legend.frameon": False,
    "legend.fontsize": 8,
    "lines.linewidth": 1.3,
    "figure.constrained_layout.w_pad": 0.08,
    "figure.constrained_layout.h_pad": 0.06,
    "svg.hashsalt": "bluespot",
    "svg.fonttype": "path",
}
#: Decorates every function that draws.
styled = matplotlib.rc_context(_LOOK)


@dataclass(frozen=True)
class ArmStyle:
    """How an arm is drawn in every figure of its study: colour, line, marker, and whether the marker is filled."""

    color: str
    line: Any
    marker: str
    filled: bool

    @property
    def face(self) -> str:
        """Colour inside the marker."""
        return self.color if self.filled else "white"


def arm_styles(arms: Sequence[ManifestArm]) -> dict[str, ArmStyle]:
    """Arm -> its style: colour by drug, line by circuit; lightness and marker where both are equal, as of two doses."""
    colors = _drug_colors([drugs_of(arm) for arm in arms])
    seen: dict[tuple[str, str], int] = {}
    styles = {}
    for arm in arms:
        drug = drugs_of(arm)
        variant = seen[arm.circuit, drug] = seen.get((arm.circuit, drug), -1) + 1
        line, marker, filled = _CIRCUITS.get(arm.circuit, _OTHER_CIRCUIT)
        color = _lighter(colors[drug], min(0.3 * variant, 0.6))
        styles[arm.name] = ArmStyle(color, line, _VARIANT_MARKERS[variant % 6] if variant else marker, filled)
    return styles


def drugs_of(arm: ManifestArm) -> str:
    """Drugs of a treatment without doses: `duloxetine 10 mg/kg + idazoxan 30 ug` -> `duloxetine + idazoxan`."""
    parts = re.split(r"\s+\+\s+", arm.treatment.strip()) if arm.treatment.strip() else [CONTROL]
    return " + ".join(dict.fromkeys(part.split()[0] for part in parts))


def pretty(name: str) -> str:
    """A name as figures show it: `pkc_gamma` -> `PKCγ`, `paw_pressure_threshold` -> `paw pressure threshold`."""
    return NAMES.get(name, name.replace("_", " "))


def save(figure: Figure, folder: Path | str, name: str) -> list[Path]:
    """Save a figure as PNG and SVG; equal figures give equal bytes.

    Parameters
    ----------
    figure
        As a `draw_...` function returns it.
    folder
        Made where it does not exist; earlier files of that name are replaced.
    name
        Of the files, without ending.

    Returns
    -------
    list of Path
        `name`.png and `name`.svg.

    Raises
    ------
    UserError
        Where the folder cannot be written.
    """
    paths = []
    for kind, metadata in (("png", {"Software": None}), ("svg", {"Date": None, "Creator": None})):
        path = Path(folder) / f"{name}.{kind}"
        with new_file(path, replace=True) as part, matplotlib.rc_context(_LOOK):
            figure.savefig(part, format=kind, metadata=metadata)
        paths.append(path)
    return paths


def _drug_colors(drugs: Sequence[str]) -> dict[str, str]:
    """Drug -> colour: vehicle black, drugs in the order of the colours, grey when all colours are taken."""
    treated = [drug for drug in dict.fromkeys(drugs) if drug != CONTROL]
    colors = dict(zip(treated, COLORS, strict=False))
    return {CONTROL: BLACK} | {drug: colors.get(drug, GREY) for drug in treated}


def _lighter(color: str, share: float) -> str:
    red, green, blue = (channel + (1 - channel) * share for channel in matplotlib.colors.to_rgb(color))
    return matplotlib.colors.to_hex((red, green, blue))
