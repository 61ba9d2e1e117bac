"""Injuries as files: how they are read, and those that come along."""
