"""Compiling: one program per model structure, kept in the user's cache folder and run again for every epoch.

The program holds no number of biology but delays; contacts come from the files of an animal, all other
values as `name=file` arguments. Programs are cached under a key of everything that shapes them, and written there
under a lock, so that processes share one build.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import astuple
from functools import cache
from pathlib import Path

import numpy as np

from circuits.brian.epoch_data import PRECISIONS, Program
from circuits.structure import Structure
from core.errors import UserError

#: x86-64-v3 (AVX2) gives the same bits on unlike machines of a cluster; `native` does not, nor does the approximate
#: reciprocal that -Ofast divides vectors by, which each maker of processors has its own of.
_MACHINE = {"x86_64": ("-march=x86-64-v3", "-mrecip=!vec-div")}
FLAGS = (
    "-w",
    "-Ofast",
    "-std=c++11",
    *_MACHINE.get(platform.machine(), ()),
    "--param=vect-max-version-for-alias-checks=1000",
)
#: About how many times NumPy takes as long as the compiled program (standard circuit, single precision).
SLOWDOWN = 300


def cache_folder() -> Path:
    """Where compiled programs are kept: BLUESPOT_CACHE, or the user's cache folder."""
    base = os.environ.get("BLUESPOT_CACHE") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "bluespot"
    )
    return Path(base)


def compiler() -> str:
    """The C++ compiler's own version line; "" where it or make is missing."""
    made = _version("make")
    return made and _version(os.environ.get("CXX", "g++"))


@cache
def _version(command: str) -> str:
    try:
        return subprocess.run([command, "--version"], capture_output=True, text=True, check=True).stdout.splitlines()[0]
    except (OSError, subprocess.CalledProcessError):
        return ""


def warning_without_compiler() -> str:
    """One line for the user of a machine that cannot compile; "" on others."""
    if compiler():
        return ""
    missing = "make" if not _version("make") else os.environ.get("CXX", "g++")
    return (
        f'no C++ compiler ("{missing}" does not run): NumPy simulates, some {SLOWDOWN} times slower; '
        "install g++ and make, or set CXX."
    )


def _key(structure: Structure, autoreceptors: Mapping[str, str], dt_ms: float, precision: str) -> str:
    import brian2

    here = Path(__file__).parent
    names = ("compiling", "running", "epoch_data", "network", "equations", "functions", "recording")
    modules = (here / f"{name}.py" for name in names)
    sources = [path.read_text() for path in (*modules, *sorted((here / "templates").iterdir()))]
    facts = (
        astuple(structure),
        sorted(autoreceptors.items()),
        dt_ms,
        precision,
        FLAGS,
        compiler(),
        brian2.__version__,
        np.__version__,
        sources,
    )
    return hashlib.blake2b(repr(facts).encode(), digest_size=12).hexdigest()


def program(
    structure: Structure, autoreceptors: Mapping[str, str], dt_ms: float = 0.1, precision: str = "single"
) -> Program:
    """The program of a structure: from the cache or compiled now (some 10 s), or for NumPy where nothing compiles.

    autoreceptors: transmitter -> receptor on its terminals; precision: a key of PRECISIONS.
    """
    if not compiler():
        return Program(structure, autoreceptors, dt_ms, precision, None)
    folder = cache_folder() / "programs" / _key(structure, autoreceptors, dt_ms, precision)
    if not (folder / "main").exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with open(folder.with_suffix(".lock"), "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (folder / "main").exists():
                _build_in_new_process((structure, dict(autoreceptors), dt_ms, precision), folder)
    return Program(structure, autoreceptors, dt_ms, precision, folder)


def _build_in_new_process(order: tuple[Structure, dict[str, str], float, str], folder: Path) -> None:
    """Brian2's device is global state: it lives and dies in a process of its own."""
    import pickle

    scratch = Path(tempfile.mkdtemp(prefix=".building-", dir=folder.parent))
    try:
        (scratch / "order.pickle").write_bytes(pickle.dumps(order))
        code = "from circuits.brian.compiling import _build; import sys; _build(sys.argv[1])"
        path = os.pathsep.join([str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")])
        done = subprocess.run(
            [sys.executable, "-c", code, str(scratch)],
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": path},
        )
        if done.returncode or not (scratch / "build" / "main").exists():
            log = folder.with_suffix(".log")
            log.write_text(done.stdout + done.stderr)
            raise UserError(f"the model did not compile; what the compiler said is in {log}.")
        _keep_what_runs(scratch / "build", folder)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def _keep_what_runs(build: Path, folder: Path) -> None:
    part = folder.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    shutil.copytree(build / "static_arrays", part / "static_arrays")
    shutil.copy2(build / "main", part / "main")
    os.replace(part, folder)


def _build(scratch: str) -> None:
    """Generate and compile; runs in a process of its own."""
    import pickle

    import brian2

    from circuits.brian.network import build_network, output_code, recording_code
    from circuits.brian.recording import arrays

    structure, autoreceptors, dt_ms, precision = pickle.loads(Path(scratch, "order.pickle").read_bytes())
    set_up(dt_ms, precision)
    brian2.prefs.devices.cpp_standalone.extra_make_args_unix = ["-j2"]
    network = build_network(structure, autoreceptors)
    network["fibres"].thresholder["spike"].template = "afferents"
    brian2.device.insert_code("before_network_run", recording_code(brian2.device, network, arrays(structure)))
    network.run(1e6 * brian2.second, namespace={})
    brian2.device.insert_code("before_end", output_code(brian2.device, network))
    brian2.device.build(directory=os.path.join(scratch, "build"), compile=True, run=False)


def set_up(dt_ms: float, precision: str) -> None:
    """Make Brian2 generate and compile as all programs here are: templates, flags, precision, step (ms)."""
    import brian2
    from brian2.core import clocks
    from brian2.devices.cpp_standalone.codeobject import CPPStandaloneCodeObject

    CPPStandaloneCodeObject.templater = CPPStandaloneCodeObject.templater.derive(
        "circuits.brian", env_globals={"clock_class": "BaseClock" if hasattr(clocks, "BaseClock") else "Clock"}
    )
    brian2.prefs.core.default_float_dtype = np.dtype(PRECISIONS[precision]).type
    brian2.prefs.codegen.cpp.extra_compile_args_gcc = list(FLAGS)
    # Linked with it as well, the program takes what is too small for a normal number as zero. Conductances that
    # nothing feeds decay to such numbers and stay there; many processors take a hundred times as long over each.
    brian2.prefs.codegen.cpp.extra_link_args = ["-Ofast"]
    brian2.set_device("cpp_standalone", build_on_run=False)
    brian2.defaultclock.dt = dt_ms * brian2.ms
