"""Screen many items at once: the same criteria, on any dataframe."""

from compliance.frames.screening import screen as screen

__all__ = ["screen"]
