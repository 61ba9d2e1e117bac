"""Texts that people write: how numbers in them look, where they stand, what is wrong with them; and lists of names."""

from __future__ import annotations

import json
import re

#: Longer texts are no quantity, and are not searched for one.
LONGEST_TEXT = 100
#: Signs that papers print, as the keyboard has them: both micro signs, the minus sign, raised digits, dots.
TYPED = str.maketrans({"µ": "u", "μ": "u", "−": "-", "⁻": "-", "¹": "1", "²": "2", "³": "3", "·": " ", "⋅": " "})
# Atomic, so that a number is never cut short: "31/h" would otherwise be 3 times "1/h".
NUMBER = r"(?>[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?)"


def full_match(pattern: re.Pattern[str], text: object) -> re.Match[str] | None:
    """The match of a whole text, spelled as the keyboard has it; None for a text that is too long, or for no text."""
    if not isinstance(text, str) or len(text) > LONGEST_TEXT:
        return None
    return pattern.fullmatch(text.translate(TYPED))


def place(where: str, given: object) -> str:
    """`dose = "10": `, the beginning of the message of an error; what is too long is cut."""
    text = f'"{given}"' if isinstance(given, str) else repr(given)
    text = " ".join(text.split())
    shown = text if len(text) <= 60 else f"{text[:57]}..."
    return f"{where} = {shown}: " if where else f"{shown}: "


def comma_hint(text: str) -> str:
    """How to write a number with a comma, which is a decimal sign here and divides thousands there."""
    if text.count(",") == 1 and not re.search(r",[0-9]{3}(?![0-9])", text):
        return f'; write "{text.strip().replace(",", ".")}", with a point'
    return "; write the number without a comma, with a point before decimals only"


def listed(what: str, names: list[str], most: int = 3) -> str:
    """`what: a, b, c and 2 more`; empty without names."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return f"{what}: {', '.join(names[:most])}{more}" if names else ""


def shown(value: object) -> str:
    """A value as TOML would spell it, shortened to one line."""
    try:
        text = json.dumps(value, ensure_ascii=False)
    except TypeError:
        text = repr(value)
    text = " ".join(text.split())
    return text if len(text) <= 60 else f"{text[:57]}..."
