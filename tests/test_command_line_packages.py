"""A foreign package of the same name is told from bluespot's own."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from core.errors import UserError
from experiments.commands.name_clash import LANDMARKS, check_own_packages


@pytest.fixture
def root(tmp_path, monkeypatch):
    """A complete installation in which nothing is loaded yet."""
    for name, landmark in LANDMARKS.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("")
        (tmp_path / name / f"{landmark}.py").write_text("")
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def test_our_own_packages_are_ours():
    check_own_packages()


def test_a_complete_installation_is_accepted(root):
    check_own_packages(root)


def test_a_module_in_front_of_a_package_is_named(root, tmp_path_factory, monkeypatch):
    other = tmp_path_factory.mktemp("other")
    (other / "drugs.py").write_text("")
    monkeypatch.syspath_prepend(str(other))
    with pytest.raises(UserError, match=r"drugs\.py shadows bluespot's package drugs in "):
        check_own_packages(root)


def test_a_package_that_was_imported_already_counts(root, monkeypatch):
    foreign = ModuleType("results")
    foreign.__file__ = "/elsewhere/results/__init__.py"
    monkeypatch.setitem(sys.modules, "results", foreign)
    with pytest.raises(UserError, match=r"^/elsewhere/results shadows bluespot's package results"):
        check_own_packages(root)


def test_a_replaced_package_is_named(root):
    (root / "circuits" / "circuit.py").unlink()
    with pytest.raises(UserError, match="circuits lacks bluespot's own files; another project called circuits"):
        check_own_packages(root)


def test_a_missing_package_is_named_and_so_is_each_other(root):
    for file in (root / "drugs").iterdir():
        file.unlink()
    (root / "drugs").rmdir()
    (root / "circuits" / "circuit.py").unlink()
    with pytest.raises(UserError, match=r"(?s)circuits lacks.*\n.*drugs"):
        check_own_packages(root)
