"""Extensions as files: an assay that is a program, one that is a table, and a study that names them."""

from __future__ import annotations

from pathlib import Path

PROGRAM = '''"""A force of 60 g held on the paw for five seconds."""

from bluespot import assays, stimuli


def hold(bench, side):
    cells = bench.epoch(f"hold60:{side}", stimuli.press(side, "60 g", seconds=5)).spikes[f"{side}_projection"]
    yield assays.Reading("hold60_rate", side, assays.mean_rate(cells, 1.0, 6.0), "Hz")


hold60 = assays.Assay("hold60", ("ipsi", "contra"), "Hz", 7.0, 1, "rate under 60 g held for five seconds", hold)
'''

TABLE = """
[[assays]]
name = "slow_press"
description = "withdrawal threshold under a blunt force that rises by 16 g/s"
source = "ASSUMED"
[assays.stimulus]
kind = "press"
strengths = ["250 g"]
rise = "16 g/s"
[[assays.readings]]
read = "threshold"
"""

STUDY = """
name = "own"
animals = 2
size = {size}
seed = 3
extensions = [{extensions}]
[[arms]]
circuit = "ligated"
[[arms]]
circuit = "sham"
[[assays]]
assay = "{assay}"
sides = ["ipsi"]
days = [1, 4, 7]
"""


def study_text(assay: str = "hold60", extensions: str = '"hold.py"', size: float = 0.1) -> str:
    return STUDY.format(assay=assay, extensions=extensions, size=size)


def written(folder: Path, name: str = "hold.py", text: str = PROGRAM) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path
