"""The only place that builds Brian2 objects: one compiled program per model structure, run again for every epoch.

The program holds no number of biology but delays; contacts come from the files of an animal, all other
values as `name=file` arguments. Programs are cached in the user's cache folder under a key of everything that
shapes them, and written there under a lock, so that processes share one build.
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
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Protocol

import numpy as np

from circuits import equations
from circuits.structure import Structure
from core.errors import UserError
from core.vocabulary import COMPARTMENTS

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
FOREVER = 2**30
#: Bytes of a number of each precision, as NumPy writes its type.
PRECISIONS = {"single": "f4", "double": "f8"}
#: About how many times NumPy takes as long as the compiled program (standard circuit, single precision).
SLOWDOWN = 300
#: Pathway -> sources, targets, weights (S) of its contacts.
Contacts = Mapping[str, tuple[np.ndarray, np.ndarray, np.ndarray]]


@dataclass(frozen=True)
class EpochInputs:
    """One epoch, ready to run. arguments: `group.variable` -> array or number; afferents: see `afferent_table`."""

    seconds: float
    arguments: Mapping[str, np.ndarray | float]
    afferents: np.ndarray


@dataclass(frozen=True)
class EpochOutputs:
    """step (n,) int64 and cell (n,) int32 of every spike; means: transmitter -> (compartments,) nM over the epoch;
    last: at its end; steps: its length, less than asked for where a watched rate has ended it.
    """

    steps: int
    step: np.ndarray
    cell: np.ndarray
    means: Mapping[str, np.ndarray]
    last: Mapping[str, np.ndarray]


@dataclass(frozen=True)
class Program:
    """A model ready to run. autoreceptors: transmitter -> receptor on its terminals; dt_ms: integration step;
    precision: a key of PRECISIONS; folder: where it is compiled, None where there is no compiler and NumPy runs it.
    """

    structure: Structure
    autoreceptors: Mapping[str, str]
    dt_ms: float
    precision: str
    folder: Path | None


def afferent_table(
    trains: Mapping[str, tuple[np.ndarray, np.ndarray]], structure: Structure, dt_ms: float
) -> np.ndarray:
    """(spikes + 1, 2) int32: step and fibre of all afferent spikes, step by step, closed by FOREVER.

    trains: block -> (seconds, fibre). A fibre fires at most once a step.
    """
    fibres = [structure.block(name).start + fibre.astype("i8") for name, (_, fibre) in trains.items()]
    steps = [np.rint(seconds * 1e3 / dt_ms).astype("i8") for seconds, _ in trains.values()]
    none = [np.zeros(0, "i8")]
    spikes = np.unique(np.concatenate(none + steps) << 32 | np.concatenate(none + fibres))
    table = np.stack([spikes >> 32, spikes & 0xFFFFFFFF], axis=1)
    return np.concatenate([table, [[FOREVER, 0]]]).astype("i4")


# --- building -------------------------------------------------------------------------------------------------


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
    modules = (here / f"{name}.py" for name in ("simulation", "network", "equations", "functions"))
    sources = [path.read_text() for path in (*modules, *sorted((here / "templates").iterdir()))]
    facts = (
        repr(structure),
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
        code = "from circuits.simulation import _build; import sys; _build(sys.argv[1])"
        path = os.pathsep.join([str(Path(__file__).parent.parent), os.environ.get("PYTHONPATH", "")])
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

    from circuits.network import build_network, output_code

    structure, autoreceptors, dt_ms, precision = pickle.loads(Path(scratch, "order.pickle").read_bytes())
    set_up(dt_ms, precision)
    brian2.prefs.devices.cpp_standalone.extra_make_args_unix = ["-j2"]
    network = build_network(structure, autoreceptors)
    network["fibres"].thresholder["spike"].template = "afferents"
    network.run(1e6 * brian2.second, namespace={})
    brian2.device.insert_code("before_end", output_code(brian2.device, network))
    brian2.device.build(directory=os.path.join(scratch, "build"), compile=True, run=False)


def set_up(dt_ms: float, precision: str) -> None:
    """Make Brian2 generate and compile as all programs here are: templates, flags, precision, step (ms)."""
    import brian2
    from brian2.core import clocks
    from brian2.devices.cpp_standalone.codeobject import CPPStandaloneCodeObject

    CPPStandaloneCodeObject.templater = CPPStandaloneCodeObject.templater.derive(
        "circuits", env_globals={"clock_class": "BaseClock" if hasattr(clocks, "BaseClock") else "Clock"}
    )
    brian2.prefs.core.default_float_dtype = np.dtype(PRECISIONS[precision]).type
    brian2.prefs.codegen.cpp.extra_compile_args_gcc = list(FLAGS)
    # Linked with it as well, the program takes what is too small for a normal number as zero. Conductances that
    # nothing feeds decay to such numbers and stay there; many processors take a hundred times as long over each.
    brian2.prefs.codegen.cpp.extra_link_args = ["-Ofast"]
    brian2.set_device("cpp_standalone", build_on_run=False)
    brian2.defaultclock.dt = dt_ms * brian2.ms


# --- running --------------------------------------------------------------------------------------------------


class Workplace(Protocol):
    """Where one animal's contacts lie and its epochs run."""

    program: Program

    def wire(self, contacts: Contacts) -> None:
        """Lay down an animal's contacts; weights (S) go with every run."""

    def run(self, inputs: EpochInputs) -> EpochOutputs:
        """Run one epoch; the same inputs give the same outputs."""

    def close(self) -> None:
        """Remove what was laid down."""


def open_workplace(program: Program) -> Workplace:
    """A workplace for a program, compiled or not; `close` it."""
    if program.folder:
        return CompiledWorkplace(program, program.folder)
    from circuits.interpreted import InterpretedWorkplace

    return InterpretedWorkplace(program)


@dataclass
class CompiledWorkplace:
    """A scratch folder from which the compiled program in the folder `built` reads and to which it writes."""

    program: Program
    built: Path
    folder: Path = field(init=False)

    def __post_init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="bluespot-"))
        (self.folder / "static_arrays").mkdir()
        for file in (self.built / "static_arrays").iterdir():
            shutil.copy2(file, self.folder / "static_arrays" / file.name)

    def close(self) -> None:
        """Remove the folder and all in it."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def wire(self, contacts: Contacts) -> None:
        """Write sources, targets and weights to files."""
        for name, (sources, targets, weights) in contacts.items():
            for part, values in (("sources", sources), ("targets", targets)):
                (self.folder / "static_arrays" / f"_static_array__array_{name}_{part}").write_bytes(
                    values.astype("i4").tobytes()
                )
            self._file(f"{name}.weight", weights)

    def run(self, inputs: EpochInputs) -> EpochOutputs:
        """Run one epoch; a program that fails raises RuntimeError with what it said."""
        arguments = [f"fields.stop_time={inputs.seconds!r}"]
        for pathway in self.program.structure.pathways:
            arguments.append(f"{pathway.name}.weight={self.folder / (pathway.name + '.weight')}")
        for name, value in inputs.arguments.items():
            arguments.append(f"{name}={self._file(name, value) if isinstance(value, np.ndarray) else value}")
        table = self._file("afferent_spikes", inputs.afferents)
        done = subprocess.run(
            [*_die_with_parent(), str(self.built / "main"), "--results_dir", f"{self.folder}/", *arguments],
            cwd=self.folder,
            env={**os.environ, "BLUESPOT_AFFERENT_SPIKES": str(table)},
            capture_output=True,
            text=True,
        )
        if done.returncode or done.stderr:
            raise RuntimeError(
                f"the epoch's program failed ({done.returncode}): {done.stderr[-500:]}{done.stdout[-500:]}"
            )
        return self._outputs()

    def _file(self, name: str, values: np.ndarray) -> Path:
        path = self.folder / name
        kind = "i4" if values.dtype.kind in "iu" else PRECISIONS[self.program.precision]
        path.write_bytes(np.ascontiguousarray(values, kind).tobytes())
        return path

    def _outputs(self) -> EpochOutputs:
        """The epoch's results; the network stops at the end of the step in which it is told to, whose spikes are
        past the end.
        """
        path = self.folder / "epoch.bin"
        raw = path.read_bytes()
        path.unlink()
        width, names = len(COMPARTMENTS), equations.TRANSMITTERS
        kind = np.dtype(PRECISIONS[self.program.precision])
        steps, numbers = int(np.frombuffer(raw, "i8", 1)[0]), (2 * len(names) + 1) * width
        head = np.frombuffer(raw, kind, numbers, offset=8).reshape(-1, width).astype("f8")
        rest = raw[8 + numbers * kind.itemsize :]
        count = len(rest) // 12
        step = np.rint(np.frombuffer(rest, "f8", count) * 1e3 / self.program.dt_ms).astype("i8")
        within = step < steps
        return EpochOutputs(
            steps=steps,
            step=step[within],
            cell=np.frombuffer(rest, "i4", count, offset=8 * count)[within],
            means={x: head[2 * k] / head[-1] for k, x in enumerate(names)},
            last={x: head[2 * k + 1] for k, x in enumerate(names)},
        )


@cache
def _die_with_parent() -> tuple[str, ...]:
    """A killed worker must not leave its program running (util-linux, where there is one)."""
    tool = shutil.which("setpriv")
    return (tool, "--pdeathsig", "KILL") if tool else ()
