"""A raster of one epoch as text for a terminal: a dot of a braille letter for each spike, its stimulus above."""

from __future__ import annotations

import numpy as np

from core.records import EpochRecord, SpikeTrain
from core.stimulus_course import BIN, StimulusCourse

#: Dots of a braille letter: (row, column) -> bit.
_BITS = np.array([[0x01, 0x08], [0x02, 0x10], [0x04, 0x20], [0x40, 0x80]])
_BLANK, _BLOCKS = 0x2800, " ▁▂▃▄▅▆▇█"
#: Cells that share a row of dots at most, rows of letters of a population at most, and the narrowest raster.
_CELLS_PER_DOT, _MOST_ROWS, _NARROWEST = 8, 4, 20
#: Letters between two numbers of the time axis, at least.
_TICK = 10


def text_raster(epoch: EpochRecord, width: int = 100) -> list[str]:
    """Lines of a raster: a title, the stimulus, a band for each population, and a time axis in s.

    Parameters
    ----------
    epoch
        Its spikes by population, drawn in this order.
    width
        Letters of a line.
    """
    labels = [_label(name, train) for name, train in epoch.spikes.items()]
    names = max(map(len, [*labels, *(_strength(course, epoch.seconds) for course in epoch.stimuli)]), default=8)
    columns = max(_NARROWEST, width - names - 2)
    lines = [f"{epoch.label}  ({epoch.seconds:.3g} s)"]
    for course in epoch.stimuli:
        lines.append(f"{_strength(course, epoch.seconds):>{names}} |{_stimulus(course, epoch.seconds, columns)}")
    for name, train in epoch.spikes.items():
        for k, row in enumerate(_band(train, epoch.seconds, columns)):
            lines.append(f"{_label(name, train) if k == 0 else '':>{names}} |{row}")
    return [*lines, *_axis(epoch.seconds, names, columns)]


def _label(name: str, train: SpikeTrain) -> str:
    return f"{name} ({train.cells})"


def _strength(course: StimulusCourse, seconds: float) -> str:
    return f"{course.kind} to {course.applied(seconds).max():.3g} {'' if course.unit == '1' else course.unit}".rstrip()


def _stimulus(course: StimulusCourse, seconds: float, columns: int) -> str:
    """The strength over time in blocks of eight heights."""
    values = course.applied(seconds) - course.resting
    at = np.minimum((np.arange(columns) + 0.5) * seconds / columns / BIN, len(values) - 1).astype(int)
    top = float(values.max()) or 1.0
    heights = np.ceil(np.clip(values[at] / top, 0.0, 1.0) * (len(_BLOCKS) - 1)).astype(int)
    return "".join(_BLOCKS[height] for height in heights)


def _band(train: SpikeTrain, seconds: float, columns: int) -> list[str]:
    """Rows of braille letters, each dot some cells for a short time."""
    rows = int(np.clip(np.ceil(train.cells / (4 * _CELLS_PER_DOT)), 1, _MOST_ROWS))
    dots = np.zeros((4 * rows, 2 * columns), bool)
    across = np.minimum((train.seconds / max(seconds, 1e-9) * 2 * columns).astype(int), 2 * columns - 1)
    down = np.minimum(train.index.astype(int) * 4 * rows // max(train.cells, 1), 4 * rows - 1)
    dots[down, across] = True
    letters = (dots.reshape(rows, 4, columns, 2) * _BITS[None, :, None, :]).sum(axis=(1, 3))
    return ["".join(chr(_BLANK + code) for code in row) for row in letters.tolist()]


def _axis(seconds: float, names: int, columns: int) -> list[str]:
    """A line with a tick every few letters, and the seconds below."""
    step = _round_step(seconds * _TICK / columns)
    line, numbers = ["-"] * columns, [" "] * (columns + _TICK)
    for k in range(int(seconds / step + 1e-9) + 1):
        at = min(round(k * step / seconds * columns), columns - 1)
        line[at] = "+" if k else "-"
        for j, letter in enumerate(f"{k * step:g}"):
            numbers[at + j] = letter
    return [f"{'':{names}} +{''.join(line)}", f"{'s':>{names}}  {''.join(numbers).rstrip()}"]


def _round_step(least: float) -> float:
    """The smallest of 1, 2 and 5 times a power of ten that is not below."""
    power = 10.0 ** np.floor(np.log10(least))
    return float(next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least * (1 - 1e-9)))
