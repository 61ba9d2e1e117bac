"""All that we rely on in Brian2 beyond its promises is there, and a Brian2 without it is refused."""

from __future__ import annotations

import pkgutil
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import brian2
import pytest
from brian2.devices.device import all_devices
from small_animals import SIZE, animal, compiled

from circuits import ligated
from circuits.brian.network import build_network
from circuits.brian.surfaces import PLACES, SURFACES, TESTED, Surface, check, templates_folder
from circuits.structure import structure
from core.errors import UserError

SHAPE = structure(ligated, SIZE)
#: What is named in the code of circuits/brian and its templates, and must therefore be in the table.
NAMES = (
    "templater", "derive", "thresholder[spike].template", "_sources", "_targets", "get_array_name", "insert_code",
    "before_end", "before_network_run", "results_dir", "_cond", "scalar_code", "vector_code", "eventspace_variable",
    "maincode", "cpp_file", "h_file", "source_files", "compiler_flags", "compiler_debug_flags", "linker_flags",
    "linker_debug_flags", "common_math.h", "objects.h", "get_substituted_expressions", "Clock", "timestep", "tick",
    "running", "set_interval", "t_in_timesteps", "set_from_command_line", "spikes_t", "spikes_i", "get_value",
)  # fmt: skip
#: What is renamed in a copy of Brian2 (folder, old, new), and what of it the error names.
RENAMED = {
    "thresholder": ("groups/group.py", r"self\.template\b", "self.template_name", "thresholder[spike].template"),
    "block": ("devices/cpp_standalone/templates/*.cpp", r"block maincode", "block main_code", "block maincode"),
    "slot": ("devices/cpp_standalone/device.py", r"\bbefore_end\b", "at_end", "code_lines[before_end]"),
    "file": ("devices/cpp_standalone/device.py", r'f"_static_array_\{name\}"', 'f"_static{name}"', "_static_array_"),
}


@pytest.fixture(scope="module")
def network() -> Any:
    brian2.prefs.codegen.target = "numpy"
    brian2.BrianLogger.suppress_hierarchy("brian2.core.base.unused_brian_object")  # it is looked at, never run
    return build_network(SHAPE)


@pytest.fixture(scope="module")
def code(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The C++ of a program, written in a process of its own because Brian2's device is global."""
    folder = tmp_path_factory.mktemp("code")
    script = (
        "import sys; from pathlib import Path; from test_brian_surfaces import SHAPE;"
        "from circuits.brian.building import generate; from circuits.brian.epoch_data import Program;"
        'generate(Program(SHAPE, 0.1, "single", None), Path(sys.argv[1]))'
    )
    here = Path(__file__).parent
    path = f"import sys; sys.path[:0] = {[str(here), str(here.parent)]!r};"
    subprocess.run([sys.executable, "-c", path + script, str(folder)], check=True, capture_output=True)
    return folder


def of(*places: str) -> list[Any]:
    slow = {"code", "files"} & set(places)
    return [
        pytest.param(
            surface, id=f"{surface.place}:{surface.name}:{surface.text}", marks=[pytest.mark.slow] * bool(slow)
        )
        for surface in SURFACES
        if surface.place in places
    ]


def test_the_table_names_all_that_the_code_relies_on() -> None:
    assert {surface.place for surface in SURFACES} == set(PLACES)
    assert all(surface.use for surface in SURFACES)
    assert len(set(SURFACES)) == len(SURFACES)
    table = "\n".join(str(surface) for surface in SURFACES)
    assert [name for name in NAMES if name not in table] == []


def test_what_is_known_before_a_build_is_there(network: Any) -> None:
    check("modules")
    check("templates", templates_folder())
    check("network", network)
    check("network", network, numpy=True)


def refused(surface: Surface, subject: Any = None) -> str:
    """The error for a subject that lacks one surface, which must name it, this Brian2 and the tested ones."""
    with pytest.raises(UserError) as caught:
        check(surface.place, subject, SHAPE)
    assert str(surface) in str(caught.value)
    assert brian2.__version__ in str(caught.value)
    assert all(version in str(caught.value) for version in TESTED)
    return str(caught.value)


@pytest.mark.parametrize("surface", of("modules"))
def test_a_missing_attribute_is_an_error(surface: Surface, monkeypatch: pytest.MonkeyPatch) -> None:
    module, path = surface.name.split(":")
    *parents, name = path.split(".")
    monkeypatch.delattr(pkgutil.resolve_name(":".join([module, ".".join(parents)]).rstrip(":")), name)
    refused(surface)


def without(text: str, folder: Path) -> None:
    """Take from all files of a folder what matches."""
    for path in (path for path in folder.rglob("*") if path.is_file() and "static_arrays" not in path.parts):
        path.write_text(re.sub(text, "", path.read_text("utf-8")), "utf-8")


@pytest.mark.parametrize("surface", of("templates"))
def test_a_template_that_lacks_a_word_is_an_error(surface: Surface, tmp_path: Path) -> None:
    folder = shutil.copytree(templates_folder(), tmp_path / "templates")
    without(surface.text, folder)
    refused(surface, folder)


class Without:
    """An object that lacks one thing, which a path such as `.attribute[key].attribute` names."""

    def __init__(self, real: Any, path: list[tuple[str, str]]) -> None:
        self._real, self._path = real, path

    def __getattr__(self, name: str) -> Any:
        return self._found((name, ""), getattr(self._real, name))

    def __getitem__(self, key: str) -> Any:
        return self._found(("", key), self._real[key])

    def _found(self, step: tuple[str, str], found: Any) -> Any:
        if step != self._path[0]:
            return found
        if len(self._path) == 1:
            raise AttributeError(step[0]) if step[0] else KeyError(step[1])
        return Without(found, self._path[1:])


@pytest.mark.parametrize("surface", of("network", "device"))
def test_an_object_that_lacks_a_part_is_an_error(surface: Surface, network: Any) -> None:
    subject = {"network": network, "device": all_devices["cpp_standalone"]}[surface.place]
    check(surface.place, subject)
    refused(surface, Without(subject, re.findall(r"\.(\w+)|\[(\w+)\]", surface.name)))


@pytest.mark.slow
def test_a_program_s_code_has_all_that_is_looked_for(code: Path) -> None:
    check("code", code)
    check("files", code, SHAPE)


@pytest.mark.parametrize("surface", of("code", "files"))
def test_code_that_lacks_a_part_is_an_error(surface: Surface, code: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(code, tmp_path / "code")
    if surface.place == "code":
        without(surface.text, folder)
    else:
        (folder / surface.name.format(pathway=SHAPE.pathways[-1].name)).unlink()
    refused(surface, folder)


@pytest.mark.slow
def test_files_of_contacts_of_another_size_are_an_error(code: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(code, tmp_path / "code")
    file = folder / "static_arrays" / f"_static_array__array_{SHAPE.pathways[0].name}_sources"
    file.write_bytes(file.read_bytes() * 2)
    with pytest.raises(UserError, match="_static_array__array_"):
        check("files", folder, SHAPE)


@pytest.mark.slow
@pytest.mark.parametrize("case", RENAMED)
def test_no_program_is_built_with_a_brian2_that_has_renamed_something(
    case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first case is one that nobody would notice: afferents are reported, and no cell hears them."""
    files, old, new, named = RENAMED[case]
    site = Path(brian2.__file__).parent
    renamed = shutil.copytree(site, tmp_path / "brian2", ignore=shutil.ignore_patterns("__pycache__"))
    changed = 0
    for path in renamed.glob(files):
        text, count = re.subn(old, new, path.read_text("utf-8"))
        path.write_text(text, "utf-8")
        changed += count
    assert changed
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("BLUESPOT_CACHE", str(tmp_path / "cache"))
    with pytest.raises(UserError) as caught:
        compiled(ligated)
    assert f"Brian2 {brian2.__version__} lacks what bluespot relies on" in str(caught.value)
    assert named in str(caught.value)
    assert not list((tmp_path / "cache").rglob("main"))


def test_epochs_in_numpy_are_refused_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CXX", "no-such-compiler")
    monkeypatch.delattr(brian2.Equations, "get_substituted_expressions")
    with pytest.raises(UserError, match="get_substituted_expressions"), animal(ligated):
        pass
