"""A study with one of everything."""

from __future__ import annotations

STUDY = """
name = "sample"
question = 'Does it "work"?'
seed = 7
animals = 2

[[arms]]
name = "control"
circuit = "sham"

[[arms]]
circuit = "ligated"
switch_off = ["alpha2"]
[arms.set]
"cells.projection.capacitance" = "90 pF"
"l5_share" = 0.4
[[arms.treatments]]
drug = "duloxetine"
dose = "10 mg/kg"
route = "s.c."
schedule = "daily"
from_day = 14
until_day = 20
[[arms.treatments]]
drug = "amitriptyline"
dose = "3 mg/kg"
route = "i.p."
schedule = "once"
on_day = 21
hour = 1.5

[[assays]]
assay = "paw_pressure"
sides = ["ipsi"]
days = [-1, 14, 28]

[[assays]]
assay = "microdialysis"
days = [28]
hour = 5.0

[[injections]]
drug = "idazoxan"
dose = "30 ug"
route = "i.t."
on_days = [28]
hour = 3.0
arms = ["control"]
"""
