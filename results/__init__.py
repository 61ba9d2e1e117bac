"""Results of studies: their files, the statistics of their animals, the comparison of arms, and the figures.

`results.files.store` explains the file format, and reads and writes it. `results.comparison.arms` compares arms,
`results.analyses` has what a study may ask for besides, and `results.figures` draws.
"""
