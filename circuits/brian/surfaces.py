"""Private surfaces of Brian2 that bluespot relies on, in one table, and the check that all of them are there.

Another version may rename any of it. Some renamings nobody would notice: without `template` of a thresholder, afferent
spikes reach no cell, and nothing fails. So each surface is looked for when a program is built, or when a network is
built for NumPy, and a missing one is an error.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from circuits.structure import Structure
from core.errors import UserError

#: The versions of Brian2 with which the programs were built and compared.
TESTED = ("2.9.0", "2.10.1", "2.11.0")
#: Where surfaces are looked for, in the order in which a build comes to them: attributes of Brian2's modules; text of
#: its templates; attributes of the network's objects; slots of the device; text of the generated code; files.
PLACES = ("modules", "templates", "network", "device", "code", "files")


@dataclass(frozen=True)
class Surface:
    """One thing of Brian2 that is not promised to its users.

    place: one of PLACES; name: its path or file there; text: a regular expression that the file must match; use: what
    it is for; numpy: whether epochs without a compiler need it too.
    """

    place: str
    name: str
    use: str
    text: str = ""
    numpy: bool = False

    def __str__(self) -> str:
        return f"{self.name} ({self.use})" if not self.text else f"{self.name}: {self.text} ({self.use})"


_STANDALONE = "brian2.devices.cpp_standalone"
_FIRST = "puts our templates before Brian2's"
_AFFERENTS = "makes afferent spikes reach the cells"
_WRITTEN = "the results are read from it"
_WEIGHTS = "gives an animal its weights"
_WAITS = "waits for epochs when all is laid down"
_RECORDED = "gives an epoch its parameters and lets the loop over steps record traces"
_LOOP = "our loop over steps turns the clocks"
_MAKEFILE = "our makefile compiles by it"
_UPDATE = "our loop over the cells takes the widest vectors"
_THRESHOLD = "our threshold finds the cells that fire"

SURFACES = (
    Surface("modules", f"{_STANDALONE}.codeobject:CPPStandaloneCodeObject.templater", _FIRST),
    Surface("modules", "brian2.codegen.templates:Templater.derive", _FIRST),
    Surface("modules", "brian2.core.clocks:Clock", _LOOP),
    Surface(
        "modules",
        "brian2.equations.equations:Equations.get_substituted_expressions",
        "our integrator takes the right-hand sides from it",
        numpy=True,
    ),
    Surface("templates", "common_group.cpp", "our templates fill this block", r"block maincode"),
    Surface("templates", "threshold.cpp", _THRESHOLD, r"get_array_name\(eventspace_variable\)"),
    Surface("templates", "threshold.cpp", _THRESHOLD, r"scalar_code\|autoindent"),
    Surface("templates", "threshold.cpp", _THRESHOLD, r"vector_code\|autoindent"),
    Surface("templates", "threshold.cpp", _THRESHOLD, r"if ?\(_cond\)"),
    Surface("templates", "stateupdate.cpp", _UPDATE, r"scalar_code\|autoindent"),
    Surface("templates", "stateupdate.cpp", _UPDATE, r"vector_code\|autoindent"),
    Surface("templates", "stateupdate.cpp", _UPDATE, r"constant_or_scalar\('N', variables\['N'\]\)"),
    Surface("templates", "network.cpp", _LOOP, r"macro cpp_file\(\)"),
    Surface("templates", "network.cpp", _LOOP, r"macro h_file\(\)"),
    Surface("templates", "makefile", _MAKEFILE, r"\bsource_files\b"),
    Surface("templates", "makefile", _MAKEFILE, r"\bcompiler_flags\b"),
    Surface("templates", "makefile", _MAKEFILE, r"\bcompiler_debug_flags\b"),
    Surface("templates", "makefile", _MAKEFILE, r"\blinker_flags\b"),
    Surface("templates", "makefile", _MAKEFILE, r"\blinker_debug_flags\b"),
    Surface("network", "network[fibres].thresholder[spike].template", _AFFERENTS),
    Surface("network", "network[fields].variables[t_in_timesteps].get_value", "tells an epoch's length", numpy=True),
    Surface("network", "network[spikes].variables[t]", _WRITTEN),
    Surface("network", "network[spikes].variables[i]", _WRITTEN),
    Surface("network", "network[cells].variables[v].get_value", "traces are taken from it", numpy=True),
    Surface("device", "device.get_array_name", _WRITTEN),
    Surface("device", "device.insert_code", _WRITTEN),
    Surface("device", "device.code_lines[before_network_run]", _WAITS),
    Surface("device", "device.code_lines[before_end]", "sends the results"),
    Surface("code", "code_objects/*.cpp", _THRESHOLD, r"template threshold\n(?s:.*)_cond = (?s:.*)_cells__spikespace"),
    Surface("code", "code_objects/*.cpp", _AFFERENTS, r"template afferents\n(?s:.*)_fibres__spikespace"),
    Surface("code", "code_objects/*.cpp", _UPDATE, r"template stateupdate\n(?s:.*)_wide = sizeof\(_ptr_\w+_cells_v\["),
    Surface("code", "network.cpp", _LOOP, r"template network\n"),
    Surface("code", "network.h", _LOOP, r"template network\n"),
    Surface("code", "makefile", _MAKEFILE, r"template makefile\n"),
    Surface("code", "makefile", "makes the bits the same on unlike machines", r"CXXFLAGS = .*-Ofast -std=c\+\+11"),
    Surface("code", "makefile", "takes what is too small for a normal number as zero", r"LFLAGS = .*-Ofast"),
    Surface("code", "brianlib/clocks.h", _LOOP, r"class Clock\b"),
    Surface("code", "brianlib/clocks.h", _LOOP, r"double \*dt;"),
    Surface("code", "brianlib/clocks.h", _LOOP, r"double \*t;"),
    Surface("code", "brianlib/clocks.h", _LOOP, r"int64_t \*timestep;"),
    Surface("code", "brianlib/clocks.h", _LOOP, r"void tick\(\)"),
    Surface("code", "brianlib/clocks.h", _LOOP, r"bool running\(\)"),
    Surface("code", "brianlib/clocks.h", _LOOP, r"void set_interval\(double \w+, double \w+\)"),
    Surface("code", "main.cpp", _LOOP, r"\bnetwork\.add\(&\w+, _run_cells_stateupdater\w*\);"),
    Surface("code", "main.cpp", _LOOP, r"\bnetwork\.run\([\d.e+]+, NULL, [\d.]+\);"),
    Surface("code", "main.cpp", _RECORDED, r'Network::offer\("cells\.v", brian::\w+, \d+\);(?s:.*)network\.run\('),
    Surface("code", "main.cpp", _WAITS, r"_before_run_\w+\(\);(?s:.*)Network::next_epoch\(\)(?s:.*)network\.run\("),
    Surface("code", "main.cpp", "sends the results", r"network\.run\((?s:.*)send_and_leave(?s:.*)brian_end\(\)"),
    Surface("code", "main.cpp", _WEIGHTS, r"std::vector<std::string> args\((?s:.*)set_from_command_line\(args\);"),
    Surface("code", "main.cpp", "says where traces go", r'"--results_dir"(?s:.*)brian::results_dir = args\[1\];'),
    Surface("code", "objects.cpp", "says where traces go", r"std::string results_dir\b"),
    Surface("code", "objects.cpp", _WEIGHTS, r'if \(name == "\w+\.weight"\)'),
    Surface("code", "objects.h", _WRITTEN, r"std::vector<double> \w*spikes_t;"),
    Surface("code", "objects.h", _WRITTEN, r"std::vector<int32_t> \w*spikes_i;"),
    Surface("code", "brianlib/common_math.h", _MAKEFILE, r"#"),
    Surface("files", "static_arrays/_static_array__array_{pathway}_sources", "holds an animal's contacts"),
    Surface("files", "static_arrays/_static_array__array_{pathway}_targets", "holds an animal's contacts"),
)


def check(place: str, subject: Any = None, structure: Structure | None = None, numpy: bool = False) -> None:
    """Look for all surfaces of a place; UserError names those that are missing.

    subject: for templates Brian2's folder of them, for code and files the folder of what was generated, for network and
    device the object. structure: whose contacts the files are. numpy: only what epochs without a compiler need.
    """
    found: Mapping[str, Callable[[Surface], bool]] = {
        "modules": lambda surface: _imported(surface.name),
        "templates": lambda surface: _matches(surface, subject),
        "network": lambda surface: _reached(subject, surface.name),
        "device": lambda surface: _reached(subject, surface.name),
        "code": lambda surface: _matches(surface, subject),
        "files": lambda surface: structure is not None and _sized(surface, subject, structure),
    }
    wanted = [surface for surface in SURFACES if surface.place == place and (surface.numpy or not numpy)]
    missing = [surface for surface in wanted if not found[place](surface)]
    if missing:
        raise UserError(refusal([f"lacks what bluespot relies on: {surface}" for surface in missing]))


def refusal(troubles: Iterable[str]) -> str:
    """Lines for the user: what is wrong with Brian2, its version, and the versions that were tested."""
    import brian2

    lines = [f"Brian2 {brian2.__version__} {trouble}." for trouble in troubles]
    tested = ", ".join(TESTED)
    return "\n".join([*lines, f'Tested are Brian2 {tested}; pip install "brian2=={TESTED[0]}" (or another of these).'])


def templates_folder() -> Path:
    """Where Brian2 keeps the templates of its C++ programs."""
    return Path(importlib.import_module(_STANDALONE).__file__ or "").parent / "templates"


def _imported(name: str) -> bool:
    try:
        pkgutil.resolve_name(name)
    except (ImportError, AttributeError):
        return False
    return True


def _reached(found: Any, path: str) -> bool:
    """Whether `[key].attribute[key]` can be followed from an object, whose own name is the path's first word."""
    for attribute, key in re.findall(r"\.(\w+)|\[(\w+)\]", path):
        try:
            found = getattr(found, attribute) if attribute else found[key]
        except (KeyError, AttributeError, TypeError, IndexError):
            return False
    return True


def _matches(surface: Surface, folder: Path) -> bool:
    return any(re.search(surface.text, path.read_text("utf-8")) for path in sorted(folder.glob(surface.name)))


def _sized(surface: Surface, folder: Path, structure: Structure) -> bool:
    """Whether there is a file of four bytes a contact for each pathway."""
    files = {pathway: folder / surface.name.format(pathway=pathway.name) for pathway in structure.pathways}
    return all(file.is_file() and file.stat().st_size == 4 * pathway.contacts for pathway, file in files.items())
