"""A formula of the model: one text that is printed as LaTeX and that a test evaluates beside the code that runs.

The text is an expression as Brian2 and Python write it. Beside operators it may hold `exp`, `log`, `sqrt`, `min`,
`max`, `clip(x, low, high)`, `x if a < b else y`, and `total(x, 'T')`: the sum of x over all T.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from circuits.formulas.latex import printed

_DERIVATIVE = re.compile(r"d(\w+)/dt")

#: What an expression may call.
FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "exp": np.exp,
    "log": np.log,
    "sqrt": np.sqrt,
    "min": np.minimum,
    "max": np.maximum,
    "clip": np.clip,
    "total": lambda terms, _: np.sum(terms),
}


@dataclass(frozen=True)
class Symbol:
    """How a name of a formula is printed, what it is, and its unit.

    number: the path of its value in `Circuit.parameters`, with * for any population, transmitter or the like; or where
    else its values stand; "" for what follows from others.
    """

    latex: str
    words: str
    unit: str = "1"
    number: str = ""


@dataclass(frozen=True)
class Formula:
    """left = right, as texts. left: a name, a product, or `dx/dt`. becomes: what happens to `left` at an event.

    words: a sentence that says what it is and when it holds.
    """

    name: str
    left: str
    right: str
    words: str
    becomes: bool = False

    @property
    def names(self) -> list[str]:
        """All names in it, in the order of their first use."""
        derivative = _DERIVATIVE.fullmatch(self.left)
        trees = [ast.parse(text, mode="eval") for text in (derivative[1] if derivative else self.left, self.right)]
        nodes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Name)]
        nodes.sort(key=lambda node: (node.lineno, node.col_offset))
        return list(dict.fromkeys(node.id for node in nodes if node.id not in FUNCTIONS))

    def latex(self, symbols: Mapping[str, Symbol]) -> str:
        """The formula as LaTeX; KeyError for a name without a symbol."""
        letters = {name: symbol.latex for name, symbol in symbols.items()}
        derivative = _DERIVATIVE.fullmatch(self.left)
        left = rf"\frac{{d{letters[derivative[1]]}}}{{dt}}" if derivative else printed(self.left, letters)
        sign = r"\leftarrow" if self.becomes else "="
        return f"{left} {sign} {printed(self.right, letters)}"

    def value(self, values: Mapping[str, Any]) -> Any:
        """The right-hand side where names have these values."""
        return evaluated(self.right, values)


def evaluated(expression: str, values: Mapping[str, Any]) -> Any:
    """An expression where names have these values; NameError for a missing one."""
    return eval(compile(expression.strip(), "<formula>", "eval"), {"__builtins__": {}}, {**FUNCTIONS, **values})


def names_of(expression: str) -> set[str]:
    """The names in an expression, functions left out."""
    nodes = ast.walk(ast.parse(expression.strip(), mode="eval"))
    return {node.id for node in nodes if isinstance(node, ast.Name)} - set(FUNCTIONS)
