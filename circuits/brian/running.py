"""Running the compiled program of one animal in a temporary folder: inputs of epochs in, spikes and means out."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from circuits.brian import recording
from circuits.brian.epoch_data import PRECISIONS, Contacts, EpochInputs, EpochOutputs, Program, Simulator
from circuits.brian.lasting import LastingProgram, block
from core.errors import UserError
from core.scratch import Scratch
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
    """Runs the compiled program of `program_folder` in a temporary folder, which holds the contacts of one animal.

    The program begins with the first epoch and stays up for all.
    """

    program: Program
    program_folder: Path
    _scratch: Scratch = field(init=False)
    _running: LastingProgram | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        try:
            self._scratch = Scratch()
        except OSError as error:
            raise UserError(
                f"no folder for temporary files can be written ({error.strerror or error}); set TMPDIR to one."
            ) from error
        (self.folder / "static_arrays").mkdir()
        for file in (self.program_folder / "static_arrays").iterdir():
            shutil.copy2(file, self.folder / "static_arrays" / file.name)

    @property
    def folder(self) -> Path:
        """The temporary folder."""
        return self._scratch.folder

    def close(self) -> None:
        """End the program; remove the folder and all in it."""
        self._stop()
        self._scratch.close()

    def wire(self, contacts: Contacts) -> None:
        """Write sources, targets and weights to files, from which the program begins."""
        self._stop()
        for name, (sources, targets, weights) in contacts.items():
            for part, values in (("sources", sources), ("targets", targets)):
                (self.folder / "static_arrays" / f"_static_array__array_{name}_{part}").write_bytes(
                    values.astype("i4").tobytes()
                )
            kind = PRECISIONS[self.program.precision]
            self._weights(name).write_bytes(np.ascontiguousarray(weights, kind).tobytes())

    def _weights(self, pathway: str) -> Path:
        return self.folder / f"{pathway}.weight"

    def run(self, inputs: EpochInputs) -> EpochOutputs:
        """Run one epoch; a program that fails raises RuntimeError with what it said."""
        taken = recording.samples(inputs, self.program) if inputs.record else None
        told = {
            **inputs.arguments,
            "fields.stop_time": inputs.seconds,
            "afferent_spikes": inputs.afferents,
            "record": _selection(taken) if taken else "",
        }
        outputs = self._outputs(self._lasting().answer(block(told, self.program.precision)))
        return self._with_traces(inputs, taken, outputs) if taken else outputs

    def _lasting(self) -> LastingProgram:
        """The program that runs, begun now where none does: one that ended took nothing along but its epoch."""
        if self._running and not self._running.lasts:
            self._stop()
        if not self._running:
            weights = [f"{p.name}.weight={self._weights(p.name)}" for p in self.program.structure.pathways]
            main = str(self.program_folder / "main")
            self._running = LastingProgram([main, "--results_dir", f"{self.folder}/", *weights], self.folder)
        return self._running

    def _stop(self) -> None:
        running, self._running = self._running, None
        if running:
            running.stop()

    def _with_traces(self, inputs: EpochInputs, taken: recording.Samples, outputs: EpochOutputs) -> EpochOutputs:
        path = self.folder / "traces.bin"
        table = np.fromfile(path, "f8").reshape(-1, taken.width)
        path.unlink()
        traces, times = recording.traces(inputs, taken, table, outputs.steps, self.program.dt_ms)
        return replace(outputs, traces=traces, trace_times=times)

    def _outputs(self, raw: bytes) -> EpochOutputs:
        """Read the epoch's results.

        The network stops at the end of the step in which it is told to; the spikes of that step are past the end.
        """
        width, names = len(COMPARTMENTS), self.program.structure.transmitter_names
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


def _selection(taken: recording.Samples) -> str:
    """What the program is to record (see templates/network.cpp)."""
    lines = [f"{name} {place}" for name, index in taken.columns for place in index]
    return "\n".join([str(taken.every), *lines])
