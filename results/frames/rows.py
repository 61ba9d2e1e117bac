"""Collects the rows of a frame animal by animal, and makes a typed pandas frame of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import pandas as pd

#: The kind of a column of texts, which becomes categorical.
TEXT = "text"


class Rows:
    """Rows of a frame that grows by blocks; texts are kept as codes, so that a repeated text costs four bytes.

    Parameters
    ----------
    kinds
        Name of each column -> its NumPy type, or `TEXT`.
    known
        Column -> the categories that come first, in their order; others follow in the order in which they come.
    """

    def __init__(self, kinds: Mapping[str, str], known: Mapping[str, Iterable[str]] | None = None) -> None:
        self._kinds = kinds
        self._blocks: dict[str, list[np.ndarray]] = {name: [] for name in kinds}
        given = known or {}
        self._codes = {
            name: {text: code for code, text in enumerate(given.get(name, ()))}
            for name, kind in kinds.items()
            if kind == TEXT
        }

    def code(self, name: str, texts: str | Iterable[str]) -> np.ndarray:
        """Codes of texts in a column, (n,); of a single text an array without dimensions."""
        codes = self._codes[name]
        if isinstance(texts, str):
            return np.array(codes.setdefault(texts, len(codes)), "i4")
        return np.array([codes.setdefault(text, len(codes)) for text in texts], "i4")

    def add(self, count: int, **values: Any) -> None:
        """Add `count` rows: one value for all of them, or an array of one for each. Texts may be codes of `code`."""
        for name, kind in self._kinds.items():
            value = values[name]
            if kind == TEXT:
                coded = isinstance(value, np.ndarray) and value.dtype.kind in "iu"
                array = value if coded else self.code(name, value)
            else:
                array = np.asarray(value, kind)
            self._blocks[name].append(np.broadcast_to(array, (count,)))

    def frame(self) -> pd.DataFrame:
        """The rows that were added, with each text column categorical."""
        return pd.DataFrame({name: self._column(name, kind) for name, kind in self._kinds.items()}, copy=False)

    def _column(self, name: str, kind: str) -> Any:
        whole = np.concatenate(self._blocks[name] or [np.empty(0, "i4" if kind == TEXT else kind)])
        if kind != TEXT:
            return whole
        return pd.Categorical.from_codes(whole, categories=pd.Index(list(self._codes[name]), dtype=object))
