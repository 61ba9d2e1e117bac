"""The same tests with the same random examples every time; where compiled programs are kept is said at the top."""

from __future__ import annotations

import pytest
from hypothesis import settings

from circuits.brian.compiling import cache_folder

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.load_profile("repeatable")


def pytest_report_header(config: pytest.Config) -> str:
    return f"compiled programs: {cache_folder()} (built on first use, some 20 s each)"
