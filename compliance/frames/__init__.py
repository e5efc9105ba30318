"""Screen many items at once: the same criteria as column expressions, on any dataframe."""

from compliance.frames.screening import screen as screen

__all__ = ["screen"]
