"""Running the compiled program of one animal in a temporary folder: files and arguments in, spikes and means out."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

import numpy as np

from circuits.brian import equations, recording
from circuits.brian.epoch_data import PRECISIONS, Contacts, EpochInputs, EpochOutputs, Program, Simulator
from core.errors import UserError
from core.vocabulary import COMPARTMENTS


def open_simulator(program: Program) -> Simulator:
    """The simulator of one animal for a program, compiled or not.

    Parameters
    ----------
    program
        From `circuits.brian.compiling.program`.

    Returns
    -------
    Simulator
        To be given contacts (`wire`), run, and closed in the end.

    Raises
    ------
    UserError
        Where there is no folder for temporary files.
    """
    if program.folder:
        return CompiledSimulator(program, program.folder)
    from circuits.brian.interpreted import InterpretedSimulator

    return InterpretedSimulator(program)


@dataclass
class CompiledSimulator:
    """Runs the compiled program of `program_folder` in a temporary folder, which holds the files of one animal."""

    program: Program
    program_folder: Path
    folder: Path = field(init=False)

    def __post_init__(self) -> None:
        try:
            self.folder = Path(tempfile.mkdtemp(prefix="bluespot-"))
        except OSError as error:
            raise UserError(
                f"no folder for temporary files can be written ({error.strerror or error}); set TMPDIR to one."
            ) from error
        (self.folder / "static_arrays").mkdir()
        for file in (self.program_folder / "static_arrays").iterdir():
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
        taken = recording.samples(inputs, self.program) if inputs.record else None
        told = {
            "BLUESPOT_AFFERENT_SPIKES": str(self._file("afferent_spikes", inputs.afferents)),
            "BLUESPOT_RECORD": str(self._selection(taken)) if taken else "",
        }
        main = str(self.program_folder / "main")
        done = subprocess.run(
            [*_die_with_parent(), main, "--results_dir", f"{self.folder}/", *self._arguments(inputs)],
            cwd=self.folder,
            env={**os.environ, **told},
            capture_output=True,
            text=True,
        )
        if done.returncode or done.stderr:
            raise RuntimeError(
                f"the epoch's program failed ({done.returncode}): {done.stderr[-500:]}{done.stdout[-500:]}"
            )
        outputs = self._outputs()
        return self._with_traces(inputs, taken, outputs) if taken else outputs

    def _arguments(self, inputs: EpochInputs) -> list[str]:
        """`group.variable=value` for the program; arrays go into files, whose names stand for them."""
        arguments = [f"fields.stop_time={inputs.seconds!r}"]
        for pathway in self.program.structure.pathways:
            arguments.append(f"{pathway.name}.weight={self.folder / (pathway.name + '.weight')}")
        for name, value in inputs.arguments.items():
            arguments.append(f"{name}={self._file(name, value) if isinstance(value, np.ndarray) else value}")
        return arguments

    def _selection(self, taken: recording.Samples) -> Path:
        """The file that tells the program what to record (see templates/network.cpp)."""
        path = self.folder / "record.txt"
        lines = [f"{name} {place}" for name, index in taken.columns for place in index]
        path.write_text("\n".join([str(taken.every), *lines]))
        return path

    def _with_traces(self, inputs: EpochInputs, taken: recording.Samples, outputs: EpochOutputs) -> EpochOutputs:
        path = self.folder / "traces.bin"
        table = np.fromfile(path, "f8").reshape(-1, taken.width)
        path.unlink()
        traces, times = recording.traces(inputs, taken, table, outputs.steps, self.program.dt_ms)
        return replace(outputs, traces=traces, trace_times=times)

    def _file(self, name: str, values: np.ndarray) -> Path:
        path = self.folder / name
        kind = "i4" if values.dtype.kind in "iu" else PRECISIONS[self.program.precision]
        path.write_bytes(np.ascontiguousarray(values, kind).tobytes())
        return path

    def _outputs(self) -> EpochOutputs:
        """Read the epoch's results from its file.

        The network stops at the end of the step in which it is told to; the spikes of that step are past the end.
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
