"""The same tests with the same random examples every time; quick tests that simulate with the compiled program fail."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NoReturn

import pytest
from hypothesis import settings

from circuits.brian.running import CompiledSimulator
from core.cache_folder import cache_folder

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")


def pytest_report_header(config: pytest.Config) -> str:
    return f"compiled programs: {cache_folder()} (built on first use, some 20 s each)"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """Keep the quick suite quick: what compiles or simulates with the compiled program is marked slow."""
    with pytest.MonkeyPatch.context() as patch:
        if item.get_closest_marker("slow") is None:
            patch.setattr(CompiledSimulator, "__post_init__", _not_quick)
            patch.setattr(CompiledSimulator, "run", _not_quick)
        return (yield)


def _not_quick(*_: object) -> NoReturn:
    raise AssertionError("a quick test must not run the compiled program: mark it slow")
