"""`python -m compliance`."""

from compliance.cli import command

command()
