"""Three truth values: false < unknown < true.

On that order the strong Kleene connectives are plain arithmetic: *and* is the minimum, *or* the
maximum, and *not* turns the order around. An unknown operand therefore matters only where the
others have not decided already, and filling it in never changes a result that was decided.

Source: S. C. Kleene, Introduction to Metamathematics (1952), section 64.
"""

from collections.abc import Iterable
from enum import IntEnum


class Truth(IntEnum):
    """The value of a criterion for one item."""

    FALSE = 0
    UNKNOWN = 1
    TRUE = 2

    def __str__(self) -> str:
        return self.name.lower()

    def __bool__(self) -> bool:
        """Refuse: `if truth:` would quietly read unknown as true."""
        raise TypeError("a three-valued truth has no bool; compare it with Truth.TRUE")


FALSE, UNKNOWN, TRUE = Truth


def all_(truths: Iterable[Truth]) -> Truth:
    """Return the conjunction, the least of the truths; of nothing, TRUE."""
    result = TRUE
    for truth in truths:
        if truth is FALSE:
            return FALSE
        if truth is UNKNOWN:
            result = UNKNOWN
    return result


def any_(truths: Iterable[Truth]) -> Truth:
    """Return the disjunction, the greatest of the truths; of nothing, FALSE."""
    result = FALSE
    for truth in truths:
        if truth is TRUE:
            return TRUE
        if truth is UNKNOWN:
            result = UNKNOWN
    return result


def not_(truth: Truth) -> Truth:
    """Return the negation; of UNKNOWN, UNKNOWN."""
    return _NEGATED[truth]


def known(value: bool) -> Truth:  # noqa: FBT001 - the one bridge from two values to three
    """Return TRUE or FALSE for something that is settled."""
    return TRUE if value else FALSE


_NEGATED = (TRUE, UNKNOWN, FALSE)
