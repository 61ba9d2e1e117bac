"""Building a program: Brian2 writes the C++ of a model structure, it is checked for what we rely on, make compiles it.

Brian2's device is global state, so this runs in a process of its own, which `circuits.brian.compiling.program` starts.
"""

from __future__ import annotations

import pickle
import subprocess
from pathlib import Path
from typing import Any

import brian2
import numpy as np

from circuits.brian import surfaces
from circuits.brian.compiling import FLAGS
from circuits.brian.epoch_data import PRECISIONS, Program
from circuits.brian.network import build_network, output_code, serving_code
from circuits.brian.recording import arrays
from core.errors import UserError


def build(scratch: str) -> None:
    """Build the program that lies in `program.pickle` of the folder `scratch`, into its subfolder `build`.

    Where Brian2 is not as we need it, the words for the user go to `refusal.txt`.
    """
    folder = Path(scratch)
    try:
        generate(pickle.loads((folder / "program.pickle").read_bytes()), folder / "build")
    except UserError as error:
        (folder / "refusal.txt").write_text(str(error), "utf-8")
        raise SystemExit(1) from error
    except OSError:
        raise
    except Exception as error:
        said = surfaces.refusal([f"could not write the program: {type(error).__name__}: {error}"])
        (folder / "refusal.txt").write_text(said, "utf-8")
        raise
    subprocess.run(["make", "-j2"], cwd=folder / "build", check=True)


def generate(program: Program, folder: Path) -> None:
    """Write the C++ of a program into a folder; UserError where Brian2 lacks what we rely on."""
    set_up(program.dt_ms, program.precision)
    device = brian2.device
    network = build_network(program.structure)
    surfaces.check("network", network)
    surfaces.check("device", device)
    network["fibres"].thresholder["spike"].template = "afferents"
    device.insert_code("before_network_run", serving_code(device, network, arrays(program.structure)))
    network.run(1e6 * brian2.second, namespace={})
    device.insert_code("before_end", output_code(device, network, program.structure))
    device.build(directory=str(folder), compile=False, run=False)
    surfaces.check("code", folder)
    surfaces.check("files", folder, program.structure)


def set_up(dt_ms: float, precision: str) -> None:
    """Make Brian2 generate and compile as all programs here are: templates, flags, precision, step (ms)."""
    surfaces.check("modules")
    surfaces.check("templates", surfaces.templates_folder())
    _put_templates_first()
    brian2.prefs.core.default_float_dtype = np.dtype(PRECISIONS[precision]).type
    brian2.prefs.codegen.cpp.extra_compile_args_gcc = list(FLAGS)
    # Linked with it as well, the program takes what is too small for a normal number as zero. Conductances that
    # nothing feeds decay to such numbers and stay there; many processors take a hundred times as long over each.
    brian2.prefs.codegen.cpp.extra_link_args = ["-Ofast"]
    brian2.set_device("cpp_standalone", build_on_run=False)
    brian2.defaultclock.dt = dt_ms * brian2.ms


def _put_templates_first() -> None:
    from brian2.core import clocks
    from brian2.devices.cpp_standalone.codeobject import CPPStandaloneCodeObject

    globals_of_templates: dict[str, Any] = {"clock_class": "BaseClock" if hasattr(clocks, "BaseClock") else "Clock"}
    CPPStandaloneCodeObject.templater = CPPStandaloneCodeObject.templater.derive(
        "circuits.brian", env_globals=globals_of_templates
    )
