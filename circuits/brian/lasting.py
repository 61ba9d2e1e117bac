"""A compiled program that stays up for the epochs of an animal: a block of inputs goes in, one of results comes out.

The program's standard input is one end of a socket (templates/network.cpp has the other side of it). It ends when the
socket is closed, so also when the process that holds it is killed; an epoch under way ends with it.
"""

from __future__ import annotations

import socket
import struct
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

import numpy as np

from circuits.brian.epoch_data import PRECISIONS

_LENGTH = struct.Struct("=q")
_ENTRY = struct.Struct("=qqq")
_NUMBER = struct.Struct("=d")
#: A program whose socket is closed ends at once; one that does not within these seconds is killed.
_PATIENCE = 10.0


class LastingProgram:
    """One running program.

    command: its file and arguments; folder: where it runs and reads its contacts.
    """

    def __init__(self, command: Sequence[str], folder: Path) -> None:
        # What the program says is kept in a file: of a pipe that is seldom read it could fill.
        self._said: IO[bytes] = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115, closed by stop
        self._socket, its = socket.socketpair()
        with its:
            self._process: subprocess.Popen[bytes] = subprocess.Popen(
                command, cwd=folder, stdin=its.fileno(), stdout=self._said, stderr=self._said
            )

    @property
    def lasts(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def answer(self, block: bytes) -> bytes:
        """The results of an epoch from its inputs; RuntimeError where the program fails, with what it said.

        Whatever interrupts it ends the program.
        """
        try:
            self._socket.sendall(_LENGTH.pack(len(block)))
            self._socket.sendall(block)
            (length,) = _LENGTH.unpack(self._received(_LENGTH.size))
            results = self._received(length)
        except (EOFError, ConnectionError):
            raise self._failed() from None
        except BaseException:
            self.stop()
            raise
        if self._said.seek(0, 2):
            raise self._failed()
        return bytes(results)

    def _received(self, count: int) -> bytearray:
        whole = bytearray(count)
        left = memoryview(whole)
        while left:
            got = self._socket.recv_into(left)
            if not got:
                raise EOFError
            left = left[got:]
        return whole

    def _failed(self) -> RuntimeError:
        """The error of a program that failed, which is over."""
        code = self._ended()
        self._said.seek(0)
        said = self._said.read()[-1000:].decode(errors="replace")
        self.stop()
        return RuntimeError(f"the epoch's program failed ({code}): {said}")

    def _ended(self) -> int:
        """Close the socket, by which the program ends, and return its exit status."""
        with suppress(OSError):
            # However many processes hold it: one that was forked from this one may.
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        try:
            self._process.wait(_PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
        return self._process.wait()

    def stop(self) -> None:
        """End the program and the epoch under way."""
        self._ended()
        self._said.close()


def block(values: Mapping[str, np.ndarray | float | str], precision: str) -> bytes:
    """The inputs of an epoch as the program reads them: name -> an array, one number for all of one, or text."""
    parts: list[bytes | memoryview] = []
    for name, value in values.items():
        number, data = _entry(value, precision)
        label = name.encode()
        parts += [_ENTRY.pack(number, len(label), len(data)), label, data]
    return b"".join(parts)


def _entry(value: np.ndarray | float | str, precision: str) -> tuple[bool, bytes]:
    """Whether it is one number, and its bytes."""
    if isinstance(value, str):
        return False, value.encode()
    if not isinstance(value, np.ndarray):
        return True, _NUMBER.pack(value)
    kind = "i4" if value.dtype.kind in "iu" else PRECISIONS[precision]
    return False, np.ascontiguousarray(value, kind).tobytes()
