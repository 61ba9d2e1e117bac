"""How arms look on the page: one colour for each drug, one line for each circuit; each stands out from white."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from results.comparison.contrasts import UNINJURED
from results.files.folder import ManifestArm

CONTROL_COLOR = "#1a1a1a"
#: Each has a contrast of more than 3 against white. The first five are after Okabe and Ito (2008), all but the blue
#: darkened; the other three are ours.
DRUG_COLORS = ("#c04a00", "#0072b2", "#00795a", "#9b3f7e", "#8a6100", "#4b5fc0", "#7a3b00", "#5c6b00")
_DASHES = {"ligated": "solid", "sham": "dash", "naive": "dot"}
_SYMBOLS = ("circle", "diamond", "square", "triangle-up", "triangle-down", "pentagon")
_VEHICLE = "vehicle"


@dataclass(frozen=True)
class ArmLook:
    """Colour, dash of the line and marker of an arm, in Plotly's words."""

    color: str
    dash: str
    symbol: str


def arm_looks(arms: Sequence[ManifestArm]) -> dict[str, ArmLook]:
    """Arm -> its look: colour by drugs, line and filling by circuit, marker where both are equal, as of two doses."""
    drugs = [_drugs(arm) for arm in arms]
    treated = [drug for drug in dict.fromkeys(drugs) if drug != _VEHICLE]
    colors = {drug: DRUG_COLORS[k % len(DRUG_COLORS)] for k, drug in enumerate(treated)} | {_VEHICLE: CONTROL_COLOR}
    seen: dict[tuple[str, str], int] = {}
    looks = {}
    for arm, drug in zip(arms, drugs, strict=True):
        variant = seen[arm.circuit, drug] = seen.get((arm.circuit, drug), -1) + 1
        symbol = _SYMBOLS[variant % len(_SYMBOLS)]
        is_open = arm.circuit in UNINJURED
        looks[arm.name] = ArmLook(
            colors[drug], _DASHES.get(arm.circuit, "dashdot"), f"{symbol}-open" if is_open else symbol
        )
    return looks


def contrast(one: str, other: str = "#ffffff") -> float:
    """Contrast of two colours (`#rrggbb`) by WCAG 2: 1 for equal ones, 21 for black on white."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: str) -> float:
    channels = [int(color[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _drugs(arm: ManifestArm) -> str:
    parts = [part.strip() for part in arm.treatment.split("+") if part.strip()]
    return " + ".join(dict.fromkeys(part.split()[0] for part in parts)) or _VEHICLE
