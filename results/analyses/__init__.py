"""Analyses of a finished study beyond the comparison of its arms, such as dose-response curves; nothing is simulated.

`results.analyses.names` lists them. Each gives tables and sentences (`results.analyses.analysis.Analysis`).
"""
