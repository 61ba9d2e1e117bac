"""Exports: animals written for other people's tools, as SONATA circuits, NWB files, tables and packed copies.

Each is complete or not at all, and none overwrites anything. docs/exports.md says which reader opens what.
"""
