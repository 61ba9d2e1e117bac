"""A laboratory's own animals, or a published table, beside the animals of a study.

`reading` reads the file, `matching` finds the arms and measurements of the study that its rows belong to, `comparing`
computes differences and visual predictive checks. What is not understood is told by row and column.
"""
