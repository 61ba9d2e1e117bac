"""Runs in steps: they overlap, give their results in order, and are seen one after the other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from experiments.running.in_steps import Steps, at_once, overlapping
from experiments.running.progress import Observer


class Heard:
    """An observer that keeps what it was told."""

    def __init__(self, name: str, told: list[str]) -> None:
        self.name, self.told = name, told

    def begins(self, expected: Any) -> None:
        self.told.append(f"{self.name} begins")

    def advances(self, progress: Any) -> None:
        self.told.append(f"{self.name} at {progress}")

    def ends(self) -> None:
        self.told.append(f"{self.name} ends")


def run_of(name: str, steps: int, happened: list[str]) -> Callable[[Observer], Steps[str]]:
    def run(observer: Observer) -> Steps[str]:
        observer.begins(steps)  # type: ignore[arg-type]
        try:
            for k in range(steps):
                happened.append(f"{name}{k}")
                observer.advances(k)  # type: ignore[arg-type]
                yield
        finally:
            happened.append(f"{name} over")
            observer.ends()
        return name

    return run


def pairs(lengths: dict[str, int], told: list[str], happened: list[str]) -> Iterator[tuple[Observer, Any]]:
    return ((Heard(name, told), run_of(name, steps, happened)) for name, steps in lengths.items())


def test_a_run_in_steps_returns_what_it_returns_at_once() -> None:
    assert at_once(run_of("a", 3, [])(Heard("a", []))) == "a"


def test_the_next_run_begins_before_the_first_is_over_and_results_keep_their_order() -> None:
    happened: list[str] = []
    assert list(overlapping(pairs({"a": 3, "b": 1, "c": 2}, [], happened))) == ["a", "b", "c"]
    assert happened[:2] == ["a0", "b0"]
    assert happened.index("c0") > happened.index("a over"), "no more than two are under way"


def test_observers_hear_of_one_run_after_the_other() -> None:
    told: list[str] = []
    list(overlapping(pairs({"a": 2, "b": 4, "c": 1}, told, [])))
    assert [line for line in told if " at " not in line] == [
        f"{name} {what}" for name in "abc" for what in ("begins", "ends")
    ]
    assert "b at 3" in told
    assert "c at 0" not in told, "what a run does before its turn is not told"


def test_one_at_a_time_if_asked() -> None:
    happened: list[str] = []
    list(overlapping(pairs({"a": 2, "b": 1}, [], happened), most=1))
    assert happened == ["a0", "a1", "a over", "b0", "b over"]


def test_runs_under_way_are_closed_where_another_fails() -> None:
    happened: list[str] = []

    def fails(observer: Observer) -> Steps[str]:
        yield
        raise RuntimeError("broken")

    runs = [(Heard("a", []), fails), (Heard("b", []), run_of("b", 9, happened))]
    with pytest.raises(RuntimeError, match="broken"):
        list(overlapping(runs))
    assert happened[-1] == "b over"
