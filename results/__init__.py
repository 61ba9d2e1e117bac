"""Results of studies: their files, the statistics of their animals, the comparison of arms, and the figures.

`results.store` explains the file format and reads and writes it, `results.comparison` the tables of a comparison,
`results.analyses` what a study may ask for besides, `results.figures` what is drawn.
"""
