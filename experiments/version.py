"""The one place where the version of bluespot stands."""

__version__ = "0.1.0"
