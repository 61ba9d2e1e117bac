"""Python expressions as LaTeX, in the order in which they are written.

No backslash stands before a sign: Markdown would take it away before a formula is set, so that there are neither thin
spaces nor double backslashes.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping

#: How tightly an operator binds; what binds less is put in brackets.
_SUM, _PRODUCT, _POWER, _ATOM = range(4)
_COMPARED = {ast.Lt: r"\lt", ast.LtE: r"\le", ast.Gt: r"\gt", ast.GtE: r"\ge"}


def printed(expression: str, letters: Mapping[str, str]) -> str:
    """LaTeX of an expression; letters: name -> how it is printed. KeyError for a name that has none."""
    return _Printer(letters).text(ast.parse(expression.strip(), mode="eval").body)


class _Printer:
    def __init__(self, letters: Mapping[str, str]) -> None:
        self.letters = letters

    def text(self, node: ast.expr, least: int = _SUM) -> str:
        """A node, in brackets where it binds less than `least`."""
        text, binds = self._node(node)
        return _bracketed(text) if binds < least else text

    def _node(self, node: ast.expr) -> tuple[str, int]:
        match node:
            case ast.Name(id=name):
                return self.letters[name], _ATOM
            case ast.Constant(value=int() | float() as value):
                return f"{value:g}", _ATOM
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return f"-{self.text(operand, _PRODUCT)}", _PRODUCT
            case ast.BinOp():
                return self._operation(node)
            case ast.Call(func=ast.Name(id=name), args=arguments):
                return self._call(name, arguments)
            case ast.IfExp():
                return self._cases(node), _SUM
        raise ValueError(f"no LaTeX for {ast.unparse(node)}")

    def _operation(self, node: ast.BinOp) -> tuple[str, int]:
        left, right = node.left, node.right
        match node.op:
            case ast.Add():
                return f"{self.text(left)} + {self._later(right, _SUM)}", _SUM
            case ast.Sub():
                return f"{self.text(left)} - {self._later(right, _PRODUCT)}", _SUM
            case ast.Mult():
                return f"{self.text(left, _PRODUCT)} {self._later(right, _PRODUCT)}", _PRODUCT
            case ast.Div() if _is_signed(left):
                return rf"-\frac{{{self.text(left)[1:]}}}{{{self.text(right)}}}", _PRODUCT
            case ast.Div():
                return rf"\frac{{{self.text(left)}}}{{{self.text(right)}}}", _PRODUCT
            case ast.Pow():
                return f"{{{self._base(left)}}}^{{{self.text(right)}}}", _POWER
        raise ValueError(f"no LaTeX for {ast.unparse(node)}")

    def _later(self, node: ast.expr, least: int) -> str:
        """An operand after the first one, which may not begin with a sign."""
        return self.text(node, _ATOM if _is_signed(node) else least)

    def _base(self, node: ast.expr) -> str:
        """What is raised to a power: a fraction or a letter with a power of its own needs brackets too."""
        return self.text(node) if isinstance(node, ast.Constant | ast.Name) else _bracketed(self.text(node))

    def _call(self, name: str, arguments: list[ast.expr]) -> tuple[str, int]:
        inner = [self.text(argument) for argument in arguments if not _is_word(argument)]
        match name:
            case "sqrt":
                return rf"\sqrt{{{inner[0]}}}", _ATOM
            case "clip":
                return rf"\left[{inner[0]}\right]_{{{inner[1]}}}^{{{inner[2]}}}", _ATOM
            case "total":
                return rf"\sum_{{{ast.literal_eval(arguments[1])}}} {self.text(arguments[0], _PRODUCT)}", _PRODUCT
            case "log":
                return rf"\ln{_bracketed(inner[0])}", _ATOM
        return rf"\{name}{_bracketed(', '.join(inner))}", _ATOM

    def _cases(self, node: ast.IfExp) -> str:
        match node.test:
            case ast.Compare(left=left, ops=[operator], comparators=[right]):
                condition = f"{self.text(left)} {_COMPARED[type(operator)]} {self.text(right)}"
            case _:
                raise ValueError(f"no LaTeX for {ast.unparse(node.test)}")
        lines = (
            rf"{self.text(node.body)} & \text{{if }} {condition}",
            rf"{self.text(node.orelse)} & \text{{otherwise}}",
        )
        return rf"\begin{{cases}}{lines[0]} \cr {lines[1]}\end{{cases}}"


def _bracketed(text: str) -> str:
    return rf"\left({text}\right)"


def _is_signed(node: ast.expr) -> bool:
    """Whether the text of a node begins with a minus sign."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mult | ast.Div):
        return _is_signed(node.left)
    return isinstance(node, ast.UnaryOp)


def _is_word(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)
