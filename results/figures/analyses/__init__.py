"""Figures of the analyses of a study, of findings, attributions and sensitivities."""
